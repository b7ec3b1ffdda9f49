"""What the people of the demo company owe their customers, and what they have done for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from string import Formatter

from relance.config.demo_company.elements import Account, Draft
from relance.config.demo_company.moments import OPEN_SPREAD, ZONE, Diary, Times
from relance.config.demo_company.people import SELLING, SERVING, Person, Staff
from relance.config.demo_company.sentences import INCOMING_CALLS, INCOMING_EMAILS, PLACES, SCRIPTS, elided
from relance.crm.terms import Kind

# One in so many is open.
OPEN_SHARE = 6
TYPE_SPREAD = {"call": 32, "email": 18, "meeting": 16, "task": 14, "todo": 12, "document": 8}
MAIN_SPREAD = {Kind.DEAL: 5.0, Kind.LEAD: 2.0, Kind.COMPANY: 2.0, Kind.CONTACT: 2.0}
SEVERAL_SHARE = 0.56
CLOSED_STAGES = {"won", "lost", "converted", "junk"}
# What each of those whom one signs in as has to do at the least: how many of each bucket, and completed ones.
ASSURED = {"overdue": 6, "today": 5, "week": 8, "incoming": 3, "done": 20}
TEAM_REVIEWS = 40


@dataclass(eq=False)
class Planned:
    """An activity to be written. `elements` are those that it is bound to, the main one first."""

    type: str
    elements: list[Draft]
    responsible: Person
    author: Person
    created_at: datetime
    times: Times
    subject: str = ""
    description: str = ""
    is_incoming: bool = False
    direction: str = ""
    priority: int = 2
    place: str = ""
    completed_at: datetime | None = None
    completed_by: Person | None = None
    outcome: str = ""
    note: str = ""
    participants: list[Person] = field(default_factory=list)
    clients: list[tuple[Draft, str]] = field(default_factory=list)
    id: int = 0

    @property
    def updated_at(self) -> datetime:
        return self.completed_at or self.created_at


class Planner:
    """Plans activities over the accounts, as many as are asked for."""

    def __init__(self, staff: Staff, accounts: Sequence[Account], now: datetime, random: Random) -> None:
        self.staff, self.random = staff, random
        self.diary = Diary(now, random)
        self.accounts = [account for account in accounts if account.elements]
        self.weights = list(accumulate(account.weight for account in self.accounts))
        self.home = {id(element): account for account in self.accounts for element in account.elements}

    def plan(self, count: int) -> Iterator[Planned]:
        """Exactly so many activities: what is assured to some, reviews of teams, and the mass of the rest."""
        made = 0
        for activity in self._assured():
            made += 1
            yield activity
        for number in range(min(TEAM_REVIEWS, count // 100)):
            made += 1
            yield self._team_review(self._open_bucket() if number % OPEN_SHARE == 0 else "done")
        while made < count:
            made += 1
            bucket = self._open_bucket() if made % OPEN_SHARE == 0 else "done"
            yield self._activity(bucket)

    def _assured(self) -> Iterator[Planned]:
        for code, person in self.staff.characters.items():
            elements = [element for element in self._reach(code, person) if element.stage not in CLOSED_STAGES]
            for bucket, count in ASSURED.items():
                for _ in range(count):
                    main = self.random.choice(elements)
                    yield self._activity(bucket, main=main, responsible=person)

    def _reach(self, code: str, person: Person) -> list[Draft]:
        """Elements that a person reads, on which he could well have something to do."""
        everything = [element for account in self.accounts for element in account.elements]
        if code == "seller":
            return [element for element in everything if element.responsible is person]
        if code == "head":
            return [e for e in everything if e.responsible is person or person in e.responsible.heads]
        return everything

    def _activity(self, bucket: str, main: Draft | None = None, responsible: Person | None = None) -> Planned:
        main = main or self._main(bucket)
        elements = self._bound(main)
        responsible = responsible or self._responsible(elements)
        type = self.random.choices(list(TYPE_SPREAD), list(TYPE_SPREAD.values()))[0]
        incoming = bucket == "incoming" or (bucket == "done" and self.random.random() < 0.07)
        if incoming:
            type = self.random.choice(("call", "call", "email"))
        activity = Planned(type, elements, responsible, self._author(main), self.diary.now, Times())
        self._set_times(activity, bucket, incoming=incoming)
        self._word(activity)
        self._meet(activity)
        return activity

    def _open_bucket(self) -> str:
        return self.random.choices(list(OPEN_SPREAD), list(OPEN_SPREAD.values()))[0]

    def _main(self, bucket: str) -> Draft:
        """An element on which something can happen: nothing is planned for what is won or lost."""
        while True:
            account = self.random.choices(self.accounts, cum_weights=self.weights)[0]
            elements = account.elements
            if bucket != "done":
                elements = [element for element in elements if element.stage not in CLOSED_STAGES]
            if elements:
                return self.random.choices(elements, [MAIN_SPREAD[Kind(element.kind)] for element in elements])[0]

    def _bound(self, main: Draft) -> list[Draft]:
        """The main element, and often others of its account, rather those of other responsibles."""
        others = [element for element in self.home[id(main)].elements if element is not main]
        if not others or self.random.random() > SEVERAL_SHARE:
            return [main]
        self.random.shuffle(others)
        others.sort(key=lambda element: element.responsible is main.responsible)
        more = self.random.choices((1, 2, 3, 4, 6), (58, 27, 9, 4, 2))[0]
        return [main, *others[:more]]

    def _responsible(self, elements: Sequence[Draft]) -> Person:
        """Mostly the main element's responsible; always somebody who reads one of the elements."""
        main, dice = elements[0].responsible, self.random.random()
        if dice < 0.8:
            return main
        if dice < 0.9:
            return self.random.choice(elements).responsible
        if dice < 0.94 and main.heads:
            return main.heads[0]
        if dice < 0.985 and any(element.is_open_to_all for element in elements):
            return self.random.choice(self.staff.of(*SERVING))
        if dice > 0.985:
            return self.staff.characters[self.random.choice(("administrator", "reader"))]
        return main

    def _author(self, main: Draft) -> Person:
        heads = main.responsible.heads
        return self.random.choice(heads) if heads and self.random.random() < 0.12 else main.responsible

    def _set_times(self, activity: Planned, bucket: str, *, incoming: bool) -> None:
        diary, born = self.diary, max(element.created_at for element in activity.elements)
        if bucket == "done":
            at = activity.completed_at = diary.done_at(born)
            activity.completed_by = self._able(activity)
            day = at.astimezone(ZONE).date() + timedelta(days=self.random.choice((-4, -2, -1, 0, 0, 0, 0, 0, 1, 3)))
        elif bucket in {"never", "incoming"}:
            at, day = diary.now, diary.today
        else:
            day = diary.open_day(bucket)
            at = diary.hour(day)
        activity.is_incoming = incoming
        if not incoming and (bucket != "never" or activity.type == "meeting"):
            activity.times = diary.times(activity.type, day, is_today=bucket == "today")
        activity.created_at = diary.before(at, born, most_days=6 if incoming else 24)

    def _able(self, activity: Planned) -> Person:
        """Who completes: the responsible if he may change one of the elements, else the main one's responsible."""
        person, owners = activity.responsible, [element.responsible for element in activity.elements]
        may = person in owners or any(person in owner.heads for owner in owners)
        return person if may or person is self.staff.characters["administrator"] else owners[0]

    def _meet(self, activity: Planned) -> None:
        """Participants who may read one of the elements, and the clients with the number or address used."""
        chance = 0.55 if activity.type == "meeting" else 0.15
        if self.random.random() < chance:
            owners = [element.responsible for element in activity.elements]
            able = {person for owner in owners for person in (owner, *owner.heads)}
            able |= {self.staff.characters["administrator"], self.staff.characters["reader"]}
            if any(element.is_open_to_all for element in activity.elements):
                able |= set(self.staff.of(*SERVING))
            fitting = sorted(able - {activity.responsible}, key=lambda person: person.id)
            activity.participants = self.random.sample(fitting, min(len(fitting), self.random.randint(1, 3)))
        account = self.home[id(activity.elements[0])]
        contacts = [e for e in activity.elements if e.kind == Kind.CONTACT] or account.contacts[:2]
        clients = contacts or ([account.company] if account.company else [])
        most = 3 if activity.type == "meeting" else 1
        for client in clients[: self.random.randint(1, most)] if self.random.random() < 0.85 else []:
            addresses = {"call": client.phones, "email": client.emails}.get(activity.type, [])
            activity.clients.append((client, addresses[0] if addresses else ""))

    def _word(self, activity: Planned) -> None:
        random, script = self.random, SCRIPTS[activity.type]
        known = self._known(activity.elements)
        if activity.is_incoming:
            texts = INCOMING_CALLS if activity.type == "call" else INCOMING_EMAILS
            keys = frozenset(known)
            subject, text = random.choice([t for t in texts if all(_fits(part, keys) for part in t)])
            activity.subject, activity.description = elided(subject.format(**known)), elided(text.format(**known))
        else:
            activity.subject = self._say(script.subjects, known)
            said = [self._say(script.openings, known), self._say(script.endings, known)]
            activity.description = " ".join(filter(None, said)) if random.random() < 0.85 else ""
        if activity.type in {"call", "email"}:
            activity.direction = "incoming" if activity.is_incoming else "outgoing"
        if activity.type == "meeting":
            activity.place = self._say(PLACES, known)
        activity.priority = random.choices((1, 2, 3), (9, 74, 17))[0]
        if activity.completed_at:
            weights = (6, 2, 2, 1)[: len(script.notes)]
            activity.outcome = random.choices(list(script.notes), weights)[0]
            activity.note = self._say(script.notes[activity.outcome], known)

    def _say(self, templates: tuple[str, ...], known: Mapping[str, str]) -> str:
        keys = frozenset(known)
        return elided(self.random.choice([t for t in templates if _fits(t, keys)]).format(**known))

    def _known(self, elements: Sequence[Draft]) -> dict[str, str]:
        account = self.home[id(elements[0])]
        contacts = [e for e in elements if e.kind == Kind.CONTACT] or account.contacts[:1]
        sold = next((element for element in elements if element.product), None)
        known = {"company": account.name, "city": account.city.name}
        if contacts:
            known["contact"] = contacts[0].name
        if sold and sold.product:
            known["product"] = f"{sold.product.name[0].lower()}{sold.product.name[1:]}"
        if sold and sold.amount:
            known["amount"] = f"{sold.amount:,.0f} €".replace(",", "\u202f").replace(" €", "\u00a0€")
        return known

    def _team_review(self, bucket: str) -> Planned:
        """A meeting of a sales team about many of its deals."""
        head = self.random.choice([person for person in self.staff.of(*SELLING) if person.is_head])
        deals = [deal for account in self.accounts for deal in account.deals if head in deal.responsible.heads]
        elements = self.random.sample(deals, min(len(deals), self.random.randint(8, 24))) or [self._main("done")]
        responsible = head if deals else elements[0].responsible
        activity = Planned("meeting", elements, responsible, responsible, self.diary.now, Times())
        self._set_times(activity, bucket, incoming=bucket == "incoming")
        activity.subject = f"Revue des affaires : {head.place.title}"
        activity.description = (
            "Passer les affaires en revue une par une : blocages, prochaines étapes, prévision du mois."
        )
        activity.place = "Nos bureaux, salle Soleil"
        team = [person for person in self.staff.of(head.place.title) if person in {e.responsible for e in elements}]
        activity.participants = [person for person in team if person is not activity.responsible]
        if activity.completed_at:
            activity.outcome, activity.note = "held", "Prévision mise à jour, trois affaires à relancer cette semaine."
        return activity


@cache
def _fits(template: str, known: frozenset[str]) -> bool:
    """Every blank of the template can be filled in."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name} <= known
