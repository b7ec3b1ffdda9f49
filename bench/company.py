"""The benchmark's company: the same rows for the same number of activities, whatever the machine.

1,000 people in 60 departments three deep, elements a tenth of the activities. Only instants depend on the day of the
seeding, since *today* and *overdue* do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from relance.access.terms import Level
from relance.activities.terms import NEVER
from relance.kit.text import fold

PEOPLE = 1_000
ROOTS, MIDDLES, DEPARTMENTS = 5, 15, 60
MEASURED_LEVELS = (Level.OWN, Level.DEPARTMENT, Level.SUBDEPARTMENTS, Level.OPEN_TO_ALL, Level.ALL)
MEASURED = 100
HOT_ELEMENTS = 50
YEARS_KEPT = 3
DAY_MINUTES = 24 * 60
NULL = "\\N"

FIRST = (
    "Alice",
    "Bruno",
    "Chloé",
    "David",
    "Élise",
    "Farid",
    "Gaëlle",
    "Hugo",
    "Inès",
    "Jérôme",
    "Karim",
    "Léa",
    "Marc",
)
LAST = ("Martin", "Bernard", "Dubois", "Lefèvre", "Moreau", "Girard", "Émery", "Roux", "Fournier", "Garnier", "Faure")
FIRMS = (
    "Ateliers",
    "Transports",
    "Bâtiments",
    "Conseil",
    "Énergies",
    "Maison",
    "Laboratoires",
    "Imprimerie",
    "Verrerie",
)
CITIES = (
    "Lyon",
    "Nantes",
    "Lille",
    "Rennes",
    "Orléans",
    "Besançon",
    "Pau",
    "Brest",
    "Nîmes",
    "Évreux",
    "Metz",
    "Tours",
)
SUBJECTS = ("Rappeler au sujet du devis", "Envoyer la proposition", "Réunion de lancement", "Relancer la facture",
            "Faire valider le contrat", "Préparer la démonstration", "Point d'avancement", "Confirmer la livraison")  # fmt: skip
SENTENCES = ("Le client attend une réponse avant la fin du mois.", "Voir avec le service achats, qui décide.",
             "Prix revu après la dernière réunion ; garder la remise.", "Il préfère être appelé le matin.",
             "Joindre les conditions générales et le calendrier.", "Deux concurrents ont répondu aussi.")  # fmt: skip
ZONES = ("Europe/Paris",) * 8 + ("America/Montreal", "Indian/Reunion")
KINDS = ("contact",) * 8 + ("company",) * 4 + ("deal",) * 5 + ("lead",) * 3
OUTCOMES = ("done", "reached", "no_answer", "held", "sent", "approved")


class Element(NamedTuple):
    """An element, as far as its activities need it."""

    id: int
    kind: str
    pipeline: str
    stage: str
    owner: int
    is_open: bool
    is_deleted: bool


@dataclass(slots=True)
class Tables:
    """Lines of COPY by table, of one batch of activities."""

    activities: list[str] = field(default_factory=list)
    bindings: list[str] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)
    participants: list[str] = field(default_factory=list)


def department_of(person: int) -> int:
    """The department, 1 to DEPARTMENTS, that a person, 1 to PEOPLE, works in."""
    return (person - 1) % DEPARTMENTS + 1


def parent_of(department: int) -> int | None:
    """Five trees of some 200 people each, three deep."""
    if department <= ROOTS:
        return None
    if department <= ROOTS + MIDDLES:
        return (department - ROOTS - 1) % ROOTS + 1
    return ROOTS + (department - ROOTS - MIDDLES - 1) % MIDDLES + 1


def level_of(person: int) -> Level:
    """The level of a person's role. The first MEASURED people are 20 of each, the first 60 head a department."""
    return MEASURED_LEVELS[(person - 1) % 5] if person <= MEASURED else Level.OWN


def name_of(person: int) -> tuple[str, str]:
    """First and last name."""
    return FIRST[person % len(FIRST)], f"{LAST[person % len(LAST)]} {person}"


def zone_of(person: int) -> str:
    """Time zones differ, since dates alone end at the responsible's midnight."""
    return ZONES[person % len(ZONES)]


def loaded_person(rng: Random) -> int:
    """A person, some with five times as much to do as others, spread over all departments."""
    return int(PEOPLE * rng.random() ** 1.3) * 617 % PEOPLE + 1


@cache
def day_end(day: date, zone: str) -> str:
    """The first instant of the next day."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC).isoformat()


class Company:
    """Makes the lines of elements and activities."""

    def __init__(self, activities: int, today: date, stages: dict[str, list[tuple[str, str]]]) -> None:
        """`stages`: (pipeline id or NULL, stage id) of each kind that has stages; `today` is a calendar day in UTC."""
        self.rng = Random(f"relance {activities}")
        self.activities_count, self.elements_count = activities, activities // 10
        self.now = datetime.combine(today, time(6), UTC)
        self.stages = stages
        self.elements: list[Element] = []
        self.owned: dict[int, list[Element]] = {person: [] for person in range(1, PEOPLE + 1)}

    def element_lines(self) -> Iterator[str]:
        """Lines of crm_element; kept in `elements` for the bindings."""
        numbers = dict.fromkeys(KINDS, 0)
        for element_id in range(1, self.elements_count + 1):
            element = self._element(element_id)
            numbers[element.kind] += 1
            yield self._element_line(element, numbers[element.kind])

    def _element(self, element_id: int) -> Element:
        rng = self.rng
        kind = KINDS[int(rng.random() * len(KINDS))]
        pipeline, stage = rng.choice(self.stages[kind]) if kind in self.stages else (NULL, NULL)
        element = Element(
            element_id, kind, pipeline, stage, loaded_person(rng), rng.random() < 0.05, element_id % 200 == 7
        )
        self.elements.append(element)
        self.owned[element.owner].append(element)
        return element

    def _element_line(self, element: Element, number: int) -> str:
        rng = self.rng
        name = f"{FIRMS[int(rng.random() * len(FIRMS))]} {LAST[int(rng.random() * len(LAST))]} {CITIES[int(rng.random() * 12)]}"
        if element.kind == "contact":
            name = f"{FIRST[int(rng.random() * len(FIRST))]} {LAST[int(rng.random() * len(LAST))]}-{number}"
        created = self.now - timedelta(minutes=int(rng.random() * YEARS_KEPT * 365 * DAY_MINUTES))
        updated = created + (self.now - created) * rng.random()
        gone = (self.now.isoformat(), str(element.owner), GESTURE) if element.is_deleted else (NULL, NULL, NULL)
        return "\t".join(
            (str(element.id), element.kind, str(number), name, fold(name), "t" if element.is_open else "f",
             created.isoformat(), updated.isoformat(), str(element.owner), str(element.owner), element.pipeline,
             element.stage, *gone)
        )  # fmt: skip

    def batches(self, size: int = 20_000) -> Iterator[Tables]:
        """All activities with what hangs on them, in order of their creation."""
        tables = Tables()
        for activity_id in range(1, self.activities_count + 1):
            self._add(tables, activity_id)
            if len(tables.activities) == size:
                yield tables
                tables = Tables()
        yield tables

    def _bound(self, activity_id: int) -> list[Element]:
        """40 % one element, 40 % two, 20 % three, half of these across responsibles; one activity has 100."""
        rng, elements = self.rng, self.elements
        if activity_id == self.activities_count - 3:
            return elements[:100]
        count = (1, 1, 2, 2, 3)[int(rng.random() * 5)]
        hot = rng.random() < 0.05
        first = elements[int(rng.random() * (HOT_ELEMENTS if hot else len(elements)))]
        pool = self.owned[first.owner] if rng.random() < 0.5 else elements
        bound = {first.id: first}
        for _ in range(count - 1):
            other = pool[int(rng.random() * len(pool))]
            bound[other.id] = other
        return list(bound.values())

    def _responsible(self, bound: list[Element]) -> int:
        """Mostly the main element's; else another's, or (rights have changed since) a colleague's."""
        chance = self.rng.random()
        if chance < 0.85:
            return bound[0].owner
        if chance < 0.97:
            return bound[-1].owner
        return (bound[0].owner + DEPARTMENTS - 1) % PEOPLE + 1

    def _add(self, tables: Tables, activity_id: int) -> None:
        rng = self.rng
        bound = self._bound(activity_id)
        bound.sort(key=lambda element: element.is_deleted)
        responsible = self._responsible(bound)
        is_deleted = bound[0].is_deleted or rng.random() < 0.01
        age = 1 - activity_id / self.activities_count
        is_open = rng.random() < (0.6 if age < 0.2 else 0.058) or activity_id == self.activities_count - 3
        created = self.now - timedelta(minutes=age * YEARS_KEPT * 365 * DAY_MINUTES)
        times = self._times(activity_id, responsible, created, is_open=is_open)
        done = self._completion(created, responsible) if not is_open else ("f", NULL, NULL, "", "")
        gone = (self.now.isoformat(), str(responsible), GESTURE) if is_deleted else (NULL, NULL, NULL)
        tables.activities.append(self._activity_line(activity_id, responsible, created, times, done, gone))
        copies = f"{responsible}\t{done[0]}\t{times.due}\t{done[1]}\t{'t' if is_deleted else 'f'}"
        for index, element in enumerate(bound):
            tables.bindings.append(
                f"{activity_id}\t{element.id}\t{'f' if index else 't'}\t{element.kind}\t{element.pipeline}\t{element.stage}"
                f"\t{element.owner}\t{'t' if element.is_open else 'f'}\t{'t' if element.is_deleted else 'f'}\t{copies}"
            )
            if element.kind in {"contact", "company"} and index < 3:
                tables.clients.append(f"{activity_id}\t{element.id}\t{element.kind}\t0{activity_id % 10**9:09d}")
        if rng.random() < 0.1:
            tables.participants.append(f"{activity_id}\t{(responsible + 60) % PEOPLE + 1}")

    def _times(self, activity_id: int, responsible: int, created: datetime, *, is_open: bool) -> Times:
        """Deadlines of all sorts: overdue ones with a long tail, today's, the next months', incoming, never."""
        rng = self.rng
        chance = rng.random()
        if activity_id == self.activities_count - 3:
            return timed(self.now - timedelta(days=2 * 365))
        if is_open and chance < 0.08:
            return Times("f" if chance < 0.02 else "t", NEVER)
        when = self._due(created, is_open=is_open)
        when = when.replace(hour=7 + int(rng.random() * 10), minute=15 * int(rng.random() * 4))
        zone = zone_of(responsible)
        kind = rng.random()
        if kind < 0.3:
            day = when.date()
            return Times("f", day_end(day, zone), on=day.isoformat(), day=day.isoformat())
        return timed(when, zone, is_slot=kind > 0.9)

    def _due(self, created: datetime, *, is_open: bool) -> datetime:
        rng = self.rng
        if not is_open:
            return created + timedelta(days=rng.random() * 14)
        chance = rng.random()
        if chance < 0.35:
            return self.now - timedelta(days=min(rng.expovariate(1 / 45), 700))
        if chance < 0.40:
            return self.now
        return self.now + timedelta(days=1 + rng.random() * 90)

    def _completion(self, created: datetime, responsible: int) -> tuple[str, str, str, str, str]:
        rng = self.rng
        at = created + (self.now - created) * (rng.random() ** 6)
        note = SENTENCES[int(rng.random() * 6)] if rng.random() < 0.2 else ""
        return "t", at.isoformat(), str(responsible), OUTCOMES[int(rng.random() * 6)], note

    def _activity_line(
        self,
        activity_id: int,
        responsible: int,
        created: datetime,
        times: Times,
        done: tuple[str, ...],
        gone: tuple[str, ...],
    ) -> str:
        rng = self.rng
        text = " ".join(SENTENCES[int(rng.random() * 6)] for _ in range(int(rng.random() * 4)))
        subject = f"{SUBJECTS[int(rng.random() * 8)]} {activity_id % 9973}"
        stamp = created.isoformat()
        type_id = 4 if times.is_slot else (1, 2, 3, 5, 6)[int(rng.random() * 5)]
        return "\t".join(
            (str(activity_id), subject, text, stamp, stamp, times.at, times.on, times.start, times.end, times.due, times.day,
             times.is_incoming, "incoming" if times.is_incoming == "t" else "", str(1 + int(rng.random() * 3)),
             str(responsible), str(responsible), str(type_id), *done, *gone)
        )  # fmt: skip


class Times(NamedTuple):
    """The times of an activity as COPY writes them."""

    is_incoming: str
    due: str
    at: str = NULL
    on: str = NULL
    start: str = NULL
    end: str = NULL
    day: str = NULL

    @property
    def is_slot(self) -> bool:
        return self.start != NULL


def timed(when: datetime, zone: str = "Europe/Paris", *, is_slot: bool = False) -> Times:
    """A deadline (or the slot of a meeting) with a time of day."""
    stamp, day = when.isoformat(), when.astimezone(ZoneInfo(zone)).date().isoformat()
    if is_slot:
        return Times("f", stamp, start=stamp, end=(when + timedelta(hours=1)).isoformat(), day=day)
    return Times("f", stamp, at=stamp, day=day)


GESTURE = "00000000-0000-0000-0000-00000000be7c"
