"""Random people, elements and activities around a moment, with every field filled in on some and empty on others."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from relance.kit.sql import Sql, execute, fetch_all, name, sql
from relance.people.actions import create_department
from tests.cast import SYSTEM, Cast, delete_element, make_activity, make_element, make_user
from tests.lists.naive import View

KINDS = ("lead", "deal", "contact", "company")
NAMES = ("Élan", "Zébre & fils", "Dupont", "Œuvre 100 %", 'L’"Étoile"')
TEXTS = ("", "", "Paris", "réunion", 'dit "oui" \\ non', "a_b 50%", "ÉTÉ", "it's")
TYPES = ("todo", "task", "call", "meeting", "email")


class Rows:
    """Writes them, and reads them back as plain rows."""

    def __init__(self, cast: Cast, now: datetime, zone: ZoneInfo) -> None:
        self.cast, self.now, self.zone = cast, now, zone
        self.rng = random.Random(now.isoformat())
        self.below = create_department(SYSTEM, title="Grands comptes", parent_id=cast.sales)
        self.dan = make_user("Dan", "Bas", self.below, time_zone="America/New_York")
        self.noe = make_user("Noé", "Loin", cast.support, time_zone="Pacific/Kiritimati")
        self.people = (cast.alice, cast.bob, cast.charlie, self.dan, self.noe)
        self.made: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for number in range(52):
            self._element(KINDS[number % 4])
        for kind in KINDS:
            delete_element(self.made[kind][0])
        for number in range(80):
            self._activity(number)
        self.elements = {row["id"]: row for row in fetch_all(ELEMENTS)}
        self.activities = fetch_all(ACTIVITIES)

    def instant(self) -> datetime:
        """Some instant, often at an edge of a day of the reader's zone, on days near and far."""
        days = self.rng.choice((0, 0, -1, 1, self.rng.randint(-9, 9), self.rng.randint(-45, 45), -200, 130))
        day = self.now.astimezone(self.zone).date() + timedelta(days=days)
        if self.rng.random() < 0.6:
            midnight = datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
            return midnight + timedelta(minutes=self.rng.choice((-30, -1, 0, 0, 1, 59, 60, 61)))
        return datetime(day.year, day.month, day.day, self.rng.randrange(24), tzinfo=UTC)

    def _element(self, kind: str) -> None:
        rng, cast = self.rng, self.cast
        made = make_element(
            kind,
            rng.choice(self.people),
            f"{rng.choice(NAMES)} {len(self.made[kind])}",
            is_open_to_all=rng.random() < 0.2,
        )
        self.made[kind].append(made)
        _set(
            "crm_element", "id", made, origin=rng.choice(("", "bitrix", "csv")),
            created_by_id=rng.choice((None, cast.alice, cast.bob)), created_at=self.instant(), updated_at=self.instant(),
        )  # fmt: skip
        if kind in {"lead", "deal"}:
            _restage(made, kind, rng.random())
        _set(f"crm_{kind}", "element_id", made, **self._own_fields(kind))
        for point in ("phone", "email"):
            for value in rng.sample(POINTS[point], rng.choice((0, 1, 2))):
                _insert("crm_contactpoint", element_id=made, kind=point, raw=value, normalised=value, rank=0)
        self._link(kind, made)

    def _own_fields(self, kind: str) -> dict[str, Any]:
        rng = self.rng
        amount = rng.choice((None, 0, 100, 10_000, 10_000.5, 99_999))
        currency = rng.choice(("EUR", "EUR", "CHF"))
        fields: dict[str, dict[str, Any]] = {
            "lead": {"amount": amount, "currency": currency, "company_name": self.text(), "source": self.text()},
            "deal": {
                "amount": amount,
                "currency": currency,
                "closes_on": rng.choice((None, self.instant().date())),
                "company_id": rng.choice((None, *self.made["company"])),
            },
            "contact": {"position": self.text()},
            "company": {
                "industry": self.text(),
                "city": self.text(),
                "currency": currency,
                "employees": rng.choice((None, 0, 3, 50)),
                "revenue": amount,
            },
        }
        return fields[kind]

    def text(self) -> str:
        return self.rng.choice(TEXTS)

    def _link(self, kind: str, made: int) -> None:
        """Companies and contacts that were made before."""
        if kind == "deal":
            for contact in self.rng.sample(
                self.made["contact"], min(len(self.made["contact"]), self.rng.choice((0, 2)))
            ):
                _insert("crm_dealcontact", deal_id=made, contact_id=contact, deal_kind="deal", contact_kind="contact")
        if kind == "contact" and self.made["company"] and self.rng.random() < 0.7:
            company = self.rng.choice(self.made["company"])
            _insert(
                "crm_contactcompany",
                contact_id=made,
                company_id=company,
                contact_kind="contact",
                company_kind="company",
            )

    def _activity(self, number: int) -> None:
        rng = self.rng
        every = [one for ids in self.made.values() for one in ids]
        shape, is_done = rng.randrange(5), number % 4 == 0
        bound = rng.sample(every, rng.choice((1, 1, 2, 3)))
        if all(one in (ids[0] for ids in self.made.values()) for one in bound):
            # Every activity has a live element: those of a deleted one alone go with it.
            bound.append(self.made["lead"][1])
        made = make_activity(
            rng.choice(self.people), *bound,
            subject=f"{self.text() or 'Rappeler Dupont'} {number % 5}", type=rng.choice(TYPES),
            deadline_on=self.instant().date() if shape == 0 else None,
            deadline_at=self.instant() if shape in {1, 2} else None,
            is_incoming=shape == 3, completed_at=self.instant() if is_done else None,
        )  # fmt: skip
        slot = rng.randrange(3) if shape in {0, 1} else 0
        _set(
            "activities_activity", "id", made, author_id=rng.choice(self.people), created_at=self.instant(),
            updated_at=self.instant(), start_on=self.instant().date() if slot == 1 else None,
            start_at=self.instant() if slot == 2 else None, priority=rng.randint(1, 3),
            direction=rng.choice(("", "incoming", "outgoing")), place=self.text(), origin=self.text(),
            description=self.text(), colour=rng.choice(("", "teal", "red")), note=self.text() if is_done else "",
            outcome=self.text() if is_done else "", completed_by_id=rng.choice((None, *self.people)) if is_done else None,
        )  # fmt: skip
        for user_id in rng.sample(self.people, rng.choice((0, 1, 2))):
            _insert("activities_participant", activity_id=made, user_id=user_id)
        for kind in ("contact", "company"):
            if rng.random() < 0.3:
                client = rng.choice(self.made[kind])
                _insert("activities_client", activity_id=made, element_id=client, kind=kind, address="")

    def view(self, who: str) -> View:
        """What somebody sees: root everything, Alice her department's and those below, Bob his own."""
        cast = self.cast
        owners = {"root": set(self.people), "alice": {cast.alice, cast.bob, self.dan}, "bob": {cast.bob}}[who]
        actor = replace(cast.actor(who), time_zone=self.zone)
        readable = {
            id for id, row in self.elements.items() if row["responsible_id"] in owners and not row["deleted_at"]
        }
        sales = {cast.alice, cast.bob}
        people = {
            "me": {actor.user_id},
            "colleagues": {"root": {cast.root}, "alice": sales, "bob": sales}[who],
            "subordinates": {cast.bob, self.dan} if who == "alice" else set(),
            "in:Ventes": sales,
            "below:ventes": {*sales, self.dan},
            f"in:#{self.below}": {self.dan},
            "dan@cast.example": {self.dan},
            '"Noé Loin"': {self.noe},
            f"#{cast.charlie}": {cast.charlie},
        }
        return View(actor, self.now, self.elements, self.activities, readable, people)


POINTS = {
    "phone": ("33612345678", "33123456789", "4930123456"),
    "email": ("paul@exemple.fr", "anne.durand@exemple.fr", "a_b@x.example"),
}


def _set(table: str, key: str, id: int, **values: Any) -> None:
    changes = [sql("{} = {}", name(column), value) for column, value in values.items()]
    execute(sql("UPDATE {} SET {} WHERE {} = {}", name(table), _comma(changes), name(key), id))


def _insert(table: str, **values: Any) -> None:
    columns, parts = [name(column) for column in values], [sql("{}", value) for value in values.values()]
    execute(sql("INSERT INTO {} ({}) VALUES ({})", name(table), _comma(columns), _comma(parts)))


def _comma(parts: list[Sql]) -> Sql:
    joined = parts[0]
    for part in parts[1:]:
        joined = sql("{}, {}", joined, part)
    return joined


def _restage(element: int, kind: str, chance: float) -> None:
    execute(
        sql(
            """
            UPDATE crm_element SET stage_id = s.id, pipeline_id = s.pipeline_id FROM (
                SELECT id, pipeline_id FROM crm_stage WHERE kind = {} ORDER BY id
                OFFSET floor({}::float * (SELECT count(*) FROM crm_stage WHERE kind = {})) LIMIT 1) s
            WHERE crm_element.id = {}
            """,
            kind,
            chance,
            kind,
            element,
        )
    )


DEPARTMENTS = """ARRAY(SELECT unnest(ARRAY['#' || d.id, d.sort_key]) FROM people_membership m
    JOIN people_department d ON d.id = m.department_id WHERE m.user_id = {owner}) AS departments"""
ELEMENTS = Sql(
    f"""
    SELECT e.*, s.code AS stage_code, '#' || s.id AS stage_number, s.outcome AS stage_outcome,
        p.code AS pipeline_code, '#' || p.id AS pipeline_number,
        coalesce(d.amount, l.amount) AS amount, coalesce(d.currency, l.currency, c.currency) AS currency,
        l.company_name, l.source, d.closes_on, d.company_id, k.position, c.industry, c.city, c.employees, c.revenue,
        ARRAY(SELECT x.contact_id FROM crm_dealcontact x WHERE x.deal_id = e.id) AS contacts,
        ARRAY(SELECT x.company_id FROM crm_contactcompany x WHERE x.contact_id = e.id) AS companies,
        ARRAY(SELECT x.normalised FROM crm_contactpoint x WHERE x.element_id = e.id AND x.kind = 'phone') AS phones,
        ARRAY(SELECT x.normalised FROM crm_contactpoint x WHERE x.element_id = e.id AND x.kind = 'email') AS emails,
        {DEPARTMENTS.format(owner="e.responsible_id")}
    FROM crm_element e LEFT JOIN crm_stage s ON s.id = e.stage_id LEFT JOIN crm_pipeline p ON p.id = e.pipeline_id
    LEFT JOIN crm_lead l ON l.element_id = e.id LEFT JOIN crm_deal d ON d.element_id = e.id
    LEFT JOIN crm_contact k ON k.element_id = e.id LEFT JOIN crm_company c ON c.element_id = e.id
    """
)
ACTIVITIES = Sql(
    f"""
    SELECT a.*, t.code AS type_code, '#' || t.id AS type_number,
        ARRAY(SELECT x.user_id FROM activities_participant x WHERE x.activity_id = a.id) AS participants,
        ARRAY(SELECT x.element_id FROM activities_client x WHERE x.activity_id = a.id) AS clients,
        ARRAY(SELECT x.element_id FROM activities_binding x WHERE x.activity_id = a.id) AS bound,
        {DEPARTMENTS.format(owner="a.responsible_id")}
    FROM activities_activity a JOIN activities_activitytype t ON t.id = a.type_id
    """
)
