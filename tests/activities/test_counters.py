"""Counters against plain Python: what waits, what is due, what is for today, for any reader of any small company."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from relance.activities.actions import complete_activities
from relance.activities.counters import NONE, Counters, count_by_element, own_counters, team_counters
from relance.activities.queries import count_matching, list_activities
from relance.crm.queries import list_elements
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute, fetch_all, sql
from tests.cast import SYSTEM, Cast, delete_element, give_role, make_activity, make_element, make_role, make_user

NAMES = ("alice", "bob", "charlie", "root")
KINDS = ("lead", "deal", "contact", "company")
NOW = datetime(2026, 3, 29, 0, 40, tzinfo=UTC)  # the night in which Paris changes to summer time


@pytest.fixture
def at_night(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda zone: NOW.astimezone(zone).date())
    return NOW


def naive(actor: Actor, people: set[int], element: int | None = None) -> Counters:
    """The same from all rows, one by one: those that the reader may read, by asking for each page of the list."""
    readable = {row["id"] for row in everything(actor)}
    seen = {kind: {row["id"] for row in list_elements(actor, kind=kind, size=1000).rows} for kind in KINDS}
    rows = fetch_all(
        Sql(
            """
            SELECT a.id, a.responsible_id, a.is_incoming, a.due_at, a.deadline_day, b.element_id, e.kind,
                e.responsible_id AS owner_id
            FROM activities_activity a JOIN activities_binding b ON b.activity_id = a.id
            JOIN crm_element e ON e.id = b.element_id AND e.deleted_at IS NULL
            WHERE NOT a.is_completed AND a.deleted_at IS NULL
            """
        )
    )
    waiting, due, today = set(), set(), set()
    for row in rows:
        who = row["owner_id"] if actor.counts_by_element else row["responsible_id"]
        is_seen = row["id"] in readable and row["element_id"] in seen[row["kind"]]
        if who not in people or not is_seen or (element and row["element_id"] != element):
            continue
        if row["is_incoming"]:
            waiting.add(row["id"])
        if row["due_at"] <= clock.now() + timedelta(minutes=actor.due_soon_minutes):
            due.add(row["id"])
        if row["deadline_day"] == clock.now().astimezone(actor.time_zone).date():
            today.add(row["id"])
    return Counters(len(waiting), len(due), len(today))


def everything(actor: Actor) -> list[dict[str, object]]:
    return list(list_activities(actor, filter="open", size=2000, columns=("subject",)).rows)


def populate(cast: Cast, seed: int, at: datetime) -> list[int]:
    """People, elements and activities by chance: zones, levels, shared elements, the bin, one activity on many."""
    chance = random.Random(seed)
    owners = [getattr(cast, name) for name in NAMES]
    for number, zone in enumerate(("Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata")):
        owners.append(make_user(f"Zoe{number}", "Loin", chance.choice([cast.sales, cast.support]), time_zone=zone))
    for name in NAMES[:3]:
        levels = ("none", "own", "department", "subdepartments", "open_to_all", "all")
        if chance.random() < 0.6:
            give_role(make_role({"read": chance.choice(levels)}, kinds=(chance.choice(KINDS),)), getattr(cast, name))
    elements = [
        make_element(chance.choice(KINDS), chance.choice(owners), is_open_to_all=chance.random() < 0.2)
        for _number in range(14)
    ]
    for _number in range(45):
        bound = chance.sample(elements, chance.choice([1, 1, 2, 3]))
        kind = chance.random()
        when = at + timedelta(minutes=chance.choice([-9000, -61, -1, 0, 5, 14, 15, 16, 300, 1400, 2900]))
        is_done = chance.random() < 0.15
        make_activity(
            chance.choice(owners),
            *bound,
            is_incoming=kind < 0.2,
            deadline_at=when if 0.2 <= kind < 0.6 else None,
            deadline_on=(at + timedelta(days=chance.randint(-2, 2))).date() if 0.6 <= kind < 0.95 else None,
            completed_at=at if is_done else None,
        )
    delete_element(elements[0])
    return elements[1:]


@pytest.mark.parametrize("by_element", [False, True], ids=["by activity", "by element"])
@pytest.mark.parametrize("seed", range(6))
def test_counters_are_what_counting_by_hand_gives(cast: Cast, at_night: datetime, seed: int, by_element: bool) -> None:
    elements = populate(cast, seed, at_night)
    for name in NAMES:
        actor = replace(cast.actor(name), counts_by_element=by_element, due_soon_minutes=15)
        assert own_counters(actor) == naive(actor, {actor.user_id})
        assert team_counters(actor) == naive(actor, set(actor.subordinates))
        counted = count_by_element(actor, element_ids=elements)
        for element in elements:
            expected = naive(actor, {actor.user_id, *actor.subordinates}, element)
            assert counted.get(element, NONE) == expected


@pytest.mark.parametrize("by_element", [False, True], ids=["by activity", "by element"])
def test_the_list_behind_a_counter_holds_as_many(cast: Cast, at_night: datetime, by_element: bool) -> None:
    populate(cast, 3, at_night)
    key = "element.responsible" if by_element else "responsible"
    for name in NAMES:
        actor = replace(cast.actor(name), counts_by_element=by_element)
        for people, counters in (("me", own_counters(actor)), ("subordinates", team_counters(actor))):
            assert counters
            texts = {"waiting": "is:waiting", "due": "is:due", "today": "is:open deadline:today"}
            found = {state: count_matching(actor, text=f"{text} {key}:{people}").count for state, text in texts.items()}
            assert Counters(**found) == counters


def test_soon_is_what_the_company_says(cast: Cast, at_night: datetime) -> None:
    deal = make_element("deal", cast.bob)
    for minutes in (0, 15, 16, 60):
        make_activity(cast.bob, deal, deadline_at=at_night + timedelta(minutes=minutes))
    found = {}
    for minutes in (0, 15, 60):
        execute(sql("UPDATE access_companysettings SET due_soon_minutes = {}", minutes))
        counters = own_counters(cast.actor("bob"))
        assert counters
        found[minutes] = counters.due
    assert found == {0: 1, 15: 2, 60: 4}


def test_one_activity_on_many_elements_counts_once(cast: Cast, at_night: datetime) -> None:
    deals = [make_element("deal", cast.bob) for _number in range(4)]
    activity = make_activity(cast.bob, *deals, deadline_at=at_night)
    for by_element in (False, True):
        bob, alice = (replace(cast.actor(name), counts_by_element=by_element) for name in ("bob", "alice"))
        assert own_counters(bob) == team_counters(alice) == Counters(due=1, today=1)
        assert own_counters(alice) == NONE
    complete_activities(SYSTEM, ids=[activity])
    assert own_counters(cast.actor("bob")) == NONE


def test_today_is_the_readers(cast: Cast, at_night: datetime) -> None:
    deal = make_element("deal", cast.bob)
    make_activity(cast.bob, deal, deadline_on=at_night.astimezone(ZoneInfo("America/Los_Angeles")).date())
    for zone, expected in (("Europe/Paris", 0), ("America/Los_Angeles", 1)):
        counters = own_counters(replace(cast.actor("bob"), time_zone=ZoneInfo(zone)))
        assert counters
        assert counters.today == expected


def test_what_takes_too_long_is_not_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relance.activities.counters._waiting", lambda *_: Sql("(SELECT pg_sleep(1)) IS NULL"))
    monkeypatch.setattr("relance.activities.counters.LONGEST_MS", 20)
    make_activity(cast.bob, make_element("deal", cast.bob))
    assert own_counters(cast.actor("bob")) is None
