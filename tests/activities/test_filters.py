"""Custom filters over activities: each operator against a naive reading of the rows, and nothing told of what is hidden."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.activities.filtering import FILTER_FIELDS
from relance.activities.queries import count_activities, count_matching, list_activities, list_activity_ids
from relance.activities.terms import STANDARD_FILTERS
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import Row, execute, fetch_all, sql
from relance.lists.grammar.tree import FilterError, Place
from relance.people.actions import create_department
from tests.cast import SYSTEM, Cast, delete_element, make_activity, make_element, make_user

# The day after a night of 25 hours in Paris; in Kiritimati it is already the next day.
NOW = datetime(2026, 10, 25, 22, 30, tzinfo=UTC)
ZONES = ("Europe/Paris", "America/New_York", "Pacific/Kiritimati", "Africa/Cairo")


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything happens at one moment."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def found(actor: Actor, text: str) -> set[int]:
    """What a filter takes; its page, its ids and its total agree."""
    ids = list_activity_ids(actor, text=text, limit=1000)
    rows = {row["id"] for row in list_activities(actor, text=text, columns=("subject",), size=500).rows}
    total = count_matching(actor, text=text)
    assert len(set(ids)) == len(ids) == total.count
    assert total.is_exact
    assert rows == set(ids)
    return set(ids)


@dataclass
class World:
    """Random activities on elements of Alice and Bob, as plain rows."""

    cast: Cast
    rows: list[Row]

    def actor(self, zone: str = "Europe/Paris") -> Actor:
        return replace(self.cast.actor("root"), time_zone=ZoneInfo(zone))


TYPES = ("todo", "task", "call", "meeting", "email")
SUBJECTS = ("Rappeler Dupont", "Devis 100 %", "réunion", 'dit "oui" \\ non', "a_b", "RAPPELER")


@pytest.fixture
def world(cast: Cast) -> World:
    rng = random.Random(5)
    people = [cast.alice, cast.bob, make_user("Noé", "Kiritimati", cast.support, time_zone="Pacific/Kiritimati")]
    for number in range(70):
        owner, other = rng.choice(people), rng.choice(people)
        element = make_element(
            rng.choice(("deal", "deal", "contact", "lead")), other, rng.choice(("Élan", "Zébre", "Dupont"))
        )
        amount = rng.choice((None, 100, 10_000, 10_000.5, 99_999))
        execute(sql("UPDATE crm_deal SET amount = {} WHERE element_id = {}", amount, element))
        day = date(2026, 10, 25) + timedelta(days=rng.randint(-40, 40))
        at = datetime(2026, 10, 25, rng.randint(0, 23), rng.choice((0, 30)), tzinfo=UTC) + timedelta(
            days=rng.randint(-9, 9)
        )
        shape = rng.randint(0, 3)
        made = make_activity(
            owner, element, subject=rng.choice(SUBJECTS), type=rng.choice(TYPES) if shape else "call",
            deadline_on=day if shape == 1 else None, deadline_at=at if shape == 2 else None,
            is_incoming=shape == 0, completed_at=at if number % 4 == 0 else None,
        )  # fmt: skip
        execute(
            sql(
                "UPDATE activities_activity SET created_at = {}, priority = {}, place = {}, direction = {} WHERE id = {}",
                at - timedelta(days=rng.randint(0, 40)),
                rng.randint(1, 3),
                rng.choice(("", "Paris")),
                rng.choice(("", "incoming", "outgoing")),
                made,
            )
        )
        if number % 3 == 0:
            execute(sql("INSERT INTO activities_participant (activity_id, user_id) VALUES ({}, {})", made, other))
    rows = fetch_all(
        sql(
            """
            SELECT a.*, t.code AS type,
                ARRAY(SELECT p.user_id FROM activities_participant p WHERE p.activity_id = a.id) AS people,
                e.kind, e.name, e.responsible_id AS owner, e.sort_key, d.amount, s.code AS stage
            FROM activities_activity a JOIN activities_activitytype t ON t.id = a.type_id
            JOIN activities_binding b ON b.activity_id = a.id JOIN crm_element e ON e.id = b.element_id
            LEFT JOIN crm_deal d ON d.element_id = e.id LEFT JOIN crm_stage s ON s.id = e.stage_id
            """
        )
    )
    return World(cast, rows)


Naive = Callable[[Row, date, ZoneInfo, Cast], bool]


def local(instant: datetime | None, zone: ZoneInfo) -> date | None:
    """The day of an instant in a zone."""
    return instant.astimezone(zone).date() if instant else None


def late(row: Row, today: date) -> int | None:
    """The days by which an open activity is late."""
    is_late = not row["is_completed"] and row["due_at"] <= NOW
    return (today - row["deadline_day"]).days if is_late and row["deadline_day"] else None


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


DAY = timedelta(days=1)
CASES: dict[str, Naive] = {
    "": lambda r, t, z, c: True,
    "is:open": lambda r, t, z, c: not r["is_completed"],
    "is:completed": lambda r, t, z, c: r["is_completed"],
    "is:overdue": lambda r, t, z, c: not r["is_completed"] and r["due_at"] <= NOW,
    "is:overdue is:completed": lambda r, t, z, c: False,
    "is:incoming,completed": lambda r, t, z, c: r["is_incoming"] or r["is_completed"],
    "-is:open": lambda r, t, z, c: r["is_completed"],
    "type:call,meeting": lambda r, t, z, c: r["type"] in {"call", "meeting"},
    "type!=Appel": lambda r, t, z, c: r["type"] != "call",
    "priority:high": lambda r, t, z, c: r["priority"] == 3,
    "direction:empty": lambda r, t, z, c: r["direction"] == "",
    "direction!=incoming": lambda r, t, z, c: r["direction"] != "incoming",
    "place:empty": lambda r, t, z, c: not r["place"],
    "place!=empty": lambda r, t, z, c: bool(r["place"]),
    'place:"empty"': lambda r, t, z, c: False,
    "subject~rappeler": lambda r, t, z, c: "rappeler" in r["subject"].lower(),
    "subject!~rappeler": lambda r, t, z, c: "rappeler" not in r["subject"].lower(),
    "subject^RAPP": lambda r, t, z, c: r["subject"].lower().startswith("rapp"),
    "subject:Réunion": lambda r, t, z, c: r["subject"] == "réunion",
    "subject~%": lambda r, t, z, c: "%" in r["subject"],
    "subject~_": lambda r, t, z, c: "_" in r["subject"],
    'subject~"\\"oui\\" \\\\"': lambda r, t, z, c: '"oui" \\' in r["subject"],
    "responsible:me": lambda r, t, z, c: r["responsible_id"] == c.root,
    "responsible:bob@cast.example": lambda r, t, z, c: r["responsible_id"] == c.bob,
    'responsible:"Bob Petit","martin alice"': lambda r, t, z, c: r["responsible_id"] in {c.bob, c.alice},
    "responsible:in:Ventes": lambda r, t, z, c: r["responsible_id"] in {c.alice, c.bob},
    "responsible!=in:Ventes": lambda r, t, z, c: r["responsible_id"] not in {c.alice, c.bob},
    "responsible:element": lambda r, t, z, c: r["responsible_id"] == r["owner"],
    "author:in:ventes": lambda r, t, z, c: r["author_id"] in {c.alice, c.bob},
    "participants:in:Ventes": lambda r, t, z, c: bool({c.alice, c.bob} & set(r["people"])),
    "participants:empty": lambda r, t, z, c: not r["people"],
    "completed_by:empty": lambda r, t, z, c: r["completed_by_id"] is None,
    "deadline:today": lambda r, t, z, c: r["deadline_day"] == t,
    "deadline<today-3d": lambda r, t, z, c: bool(r["deadline_day"] and r["deadline_day"] < t - 3 * DAY),
    "is:open deadline<=today": lambda r, t, z, c: bool(not r["is_completed"] and r["deadline_day"] and r["deadline_day"] <= t),
    "deadline>tomorrow": lambda r, t, z, c: bool(r["deadline_day"] and r["deadline_day"] > t + DAY),
    "is:open deadline>=next-week": lambda r, t, z, c: bool(
        not r["is_completed"] and r["deadline_day"] and r["deadline_day"] >= monday(t) + 7 * DAY
    ),
    "deadline:this-week": lambda r, t, z, c: bool(r["deadline_day"] and monday(r["deadline_day"]) == monday(t)),
    "deadline:next-2w": lambda r, t, z, c: bool(r["deadline_day"] and t <= r["deadline_day"] <= t + 14 * DAY),
    "deadline:2026-10": lambda r, t, z, c: bool(r["deadline_day"] and r["deadline_day"].strftime("%Y-%m") == "2026-10"),
    "deadline:today..today+7d": lambda r, t, z, c: bool(r["deadline_day"] and t <= r["deadline_day"] <= t + 7 * DAY),
    "deadline!=today": lambda r, t, z, c: r["deadline_day"] != t,
    "deadline:empty": lambda r, t, z, c: r["deadline_day"] is None,
    "overdue>3d": lambda r, t, z, c: (late(r, t) or 0) > 3,
    "overdue:1d..1w": lambda r, t, z, c: 1 <= (late(r, t) or 0) <= 7,
    "created:today": lambda r, t, z, c: local(r["created_at"], z) == t,
    "created:2026-10-25": lambda r, t, z, c: local(r["created_at"], z) == date(2026, 10, 25),
    "created<last-week": lambda r, t, z, c: (local(r["created_at"], z) or t) < monday(t) - 7 * DAY,
    "created<=2026-10-20": lambda r, t, z, c: (local(r["created_at"], z) or t) <= date(2026, 10, 20),
    "created>today-10d": lambda r, t, z, c: (local(r["created_at"], z) or t) > t - 10 * DAY,
    "age>10d": lambda r, t, z, c: (t - (local(r["created_at"], z) or t)).days > 10,
    "completed:last-7d": lambda r, t, z, c: bool(
        r["completed_at"] and t - 7 * DAY <= (local(r["completed_at"], z) or t) <= t
    ),
    "completed:empty": lambda r, t, z, c: r["completed_at"] is None,
    "deal.amount>10000": lambda r, t, z, c: bool(r["amount"] and r["amount"] > 10_000),
    "deal.amount:10000": lambda r, t, z, c: r["amount"] == 10_000,
    "deal.amount:100..10000": lambda r, t, z, c: bool(r["amount"] and 100 <= r["amount"] <= 10_000),
    "deal.amount:empty": lambda r, t, z, c: r["kind"] == "deal" and r["amount"] is None,
    "-deal.amount>10000": lambda r, t, z, c: not (r["amount"] and r["amount"] > 10_000),
    "element.kind:contact,lead": lambda r, t, z, c: r["kind"] in {"contact", "lead"},
    "element.name^zebre": lambda r, t, z, c: r["name"] == "Zébre",
    "element.responsible:below:Ventes": lambda r, t, z, c: r["owner"] in {c.alice, c.bob},
    "element.stage:Nouveau": lambda r, t, z, c: r["stage"] == "new",
    "lead.is:open": lambda r, t, z, c: r["kind"] == "lead",
    "is:open (type:call or -(priority:low or deadline:empty)) element.kind!=lead": lambda r, t, z, c: bool(
        not r["is_completed"]
        and (r["type"] == "call" or not (r["priority"] == 1 or r["deadline_day"] is None))
        and r["kind"] != "lead"
    ),
}  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_every_operator_takes_what_a_plain_reading_takes(world: World, zone: str) -> None:
    actor, wrong = world.actor(zone), []
    today, here = NOW.astimezone(ZoneInfo(zone)).date(), ZoneInfo(zone)
    with translation.override("fr"):
        for text, naive in CASES.items():
            if found(actor, text) != {row["id"] for row in world.rows if naive(row, today, here, world.cast)}:
                wrong.append(text)
    assert not wrong


def test_standard_filters_are_written_in_the_grammar(world: World) -> None:
    for name in ("alice", "bob", "root"):
        actor = world.cast.actor(name)
        for standard in STANDARD_FILTERS:
            ids = set(list_activity_ids(actor, filter=standard.code, limit=1000))
            assert found(actor, standard.text) == ids
            assert len(ids) == count_activities(actor, filter=standard.code)


def test_open_and_completed_come_in_one_order_page_by_page(world: World) -> None:
    actor, seen, cursor = world.actor(), [], ""
    while True:
        page = list_activities(actor, text="priority:low,high", cursor=cursor, columns=("subject",), size=7)
        seen += [(row["completed_at"] or row["due_at"], row["id"]) for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == count_matching(actor, text="priority:low,high").count


FIELDS = st.sampled_from([*FILTER_FIELDS, "a", "deal.x"])
VALUES = st.one_of(
    st.sampled_from(
        ["me", "empty", "today", "next-9999y", "call", "#1", "#999999999999999999", "in:#1", "99999d", "1..2", "9"]
    ),
    st.text(max_size=12).map(lambda text: '"' + text.replace("\\", "").replace('"', "") + '"'),
    st.sampled_from(['"\'; DROP TABLE x --"', "%s", "{}", "1e9", "٣", '"in:%"']),
)
HOSTILE = st.lists(
    st.builds("{}{}{}".format, FIELDS, st.sampled_from([":", "!=", "~", "!~", "^", "<", ">="]), VALUES), min_size=1, max_size=4
).map(" or ".join)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_whatever_is_asked_gets_an_answer_or_the_grammars_error(cast: Cast, text: str) -> None:
    place = Place()
    try:
        list_activity_ids(cast.actor("bob"), text=text, limit=5)
    except FilterError as error:
        place = error.place
    assert place.offset + place.length <= len(text) + 1


def test_no_text_of_a_filter_reaches_sql(world: World) -> None:
    marks = ("zzmark", "zz'mark", "zz%mark", "zz{}mark")
    with CaptureQueriesContext(connection) as captured, connection.execute_wrapper(refuse_marks):
        for mark in marks:
            for key in ("subject", "element.name", "deal.company", "client", "contact.email"):
                list_activities(world.actor(), text=f'{key}~"{mark}"')
    assert len(captured) >= len(marks) * 5


def refuse_marks(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
    """Fails where a statement's text holds what a filter said."""
    assert "mark" not in statement
    return execute(statement, params, many, context)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("is:open etat:x", "etat:x"),
        ("is:ouverte", "ouverte"),
        ("type:xyz", "xyz"),
        ("responsible:Personne", "Personne"),
        ("responsible:in:Nulle", "in:Nulle"),
        ("deal.amount>beaucoup", "beaucoup"),
        ("deadline:demain", "demain"),
        ("overdue>3m", "3m"),
        ("subject<a", "subject<a"),
        ("type:a..b", "a..b"),
        ("deadline<empty", "empty"),
        ('subject~""', '""'),
        ("subject:in:x", "in:x"),
    ],
)
def test_error_names_the_place_in_the_readers_language(cast: Cast, text: str, piece: str) -> None:
    with pytest.raises(FilterError) as raised:
        list_activities(cast.actor("bob"), text=text)
    offset, length = raised.value.place
    assert text[offset : offset + length] == piece
    assert raised.value.messages["q"]


def test_hidden_elements_never_count(cast: Cast) -> None:
    mine = make_element("deal", cast.bob, "Visible")
    hidden = make_element("deal", cast.charlie, "Secret")
    gone = make_element("deal", cast.bob, "Effacée")
    company = make_element("company", cast.charlie, "Cachée")
    for deal, amount in ((mine, 10), (hidden, 50_000), (gone, 60_000)):
        execute(sql("UPDATE crm_deal SET amount = {} WHERE element_id = {}", amount, deal))
    execute(sql("UPDATE crm_deal SET company_id = {} WHERE element_id = {}", company, mine))
    activity = make_activity(cast.charlie, mine, hidden, gone, deadline_on=date(2026, 11, 1))
    execute(
        sql(
            "INSERT INTO activities_client (activity_id, element_id, kind, address) VALUES ({}, {}, 'company', '')",
            activity,
            company,
        )
    )
    delete_element(gone)
    bob, root = cast.actor("bob"), cast.actor("root")
    for text in (
        "deal.amount>10000", "element.name:secret", "element.responsible:charlie@cast.example", "deal.company~cach",
        "element.company~cach", "client~cach", "responsible:element", "element.name~efface",
    ):  # fmt: skip
        assert found(bob, text) == set()
        assert found(bob, f"-{text}") == {activity}
        assert found(root, text) == (set() if "efface" in text else {activity})
    assert found(bob, "deal.amount:10") == {activity}


def test_departments_below_are_their_members_too(cast: Cast) -> None:
    below = create_department(SYSTEM, title="Grands comptes", parent_id=cast.sales)
    deep = make_user("Dan", "Bas", below)
    made = make_activity(deep, make_element("deal", deep))
    root = cast.actor("root")
    assert found(root, "responsible:in:Ventes") == set()
    assert found(root, "responsible:below:Ventes") == found(root, f"responsible:in:#{below}") == {made}
    assert found(cast.actor("alice"), "responsible:subordinates") == {made}


def test_fifty_conditions_answer_and_one_more_is_refused(world: World) -> None:
    leaves = [f"(deal.amount>{number} or element.name~{number} -participants:me)" for number in range(16)]
    text = "is:open " + " or ".join(leaves) + " priority:low"
    assert isinstance(found(world.actor(), text), set)
    with pytest.raises(FilterError):
        list_activities(world.actor(), text=f"{text} is:open")


def test_a_filter_costs_no_more_queries_for_saying_a_word_often(world: World) -> None:
    with CaptureQueriesContext(connection) as once:
        list_activities(world.actor(), text="type:call", columns=("subject",))
    with CaptureQueriesContext(connection) as often:
        list_activities(world.actor(), text=" or ".join(["type:call"] * 50), columns=("subject",))
    assert len(often) == len(once)
