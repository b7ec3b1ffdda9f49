"""The ways to a page: each gives the true first rows, and none reads a hot table from end to end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from bench import reading
from bench.company import MEASURED_LEVELS
from bench.run import HOT_TABLES
from bench.seed import drop_indexes, fill
from relance.access.terms import Level
from relance.activities import counters, policy, queries
from relance.activities.terms import FILTER_BY_CODE, STANDARD_FILTERS
from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute, fetch_all, fetch_column, sql
from relance.lists import queries as lists
from relance.lists.queries import Window
from tests.cast import Cast, give_role, make_activity, make_element, make_role, make_user

ROWS = 100_000
FILLED = ("crm_element", "activities_activity", "activities_binding")
# What a scan in order is bounded to; a sort of more would be one of the whole result.
MOST_SORTED = policy.MOST_ENTRIES_SCANNED
START = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The benchmark's company, in a transaction of this module that is rolled back at its end.

    Foreign keys are left out, which would be asked row by row, and indexes are built at the end: 15 s instead of a minute.
    """
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        stack.callback(connection.close)
        stack.enter_context(transaction.atomic())
        for table in FILLED:
            execute(sql("ALTER TABLE {} DISABLE TRIGGER USER", Sql(table)))
        for key in fetch_all(FOREIGN_KEYS):
            execute(sql("ALTER TABLE {} DROP CONSTRAINT {}", Sql(key["of"]), Sql(key["name"])))
        connection.ensure_connection()
        indexes = drop_indexes(connection.connection)
        fill(connection.connection, ROWS, datetime.now(UTC).date())
        for definition in indexes:
            execute(Sql(definition))
        execute(Sql("SET CONSTRAINTS ALL IMMEDIATE"))
        for table in FILLED:
            execute(sql("ALTER TABLE {} ENABLE TRIGGER USER", Sql(table)))
        execute(Sql("ANALYZE"))
        yield
        transaction.set_rollback(True)


FOREIGN_KEYS = Sql(
    """
    SELECT conrelid::regclass::text AS of, conname AS name FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND conrelid::regclass::text ~ '^(crm|activities)_'
    """
)


def faults_of(statements: Sequence[reading.Statement]) -> list[str]:
    """Hot tables that are read from end to end, and sorts of more rows than a page is ever cut from."""
    faults = []
    for statement in reading.reads(statements):
        plan = reading.explained(statement)
        found = [f"{table} is scanned" for table in reading.sequential_scans(plan, HOT_TABLES)]
        found += [f"{count} rows are sorted" for count in sorted_rows(plan) if count > MOST_SORTED]
        faults += [f"{one} by {statement.text} {statement.params}" for one in found]
    return faults


def sorted_rows(plan: dict[str, Any]) -> Iterator[int]:
    """How many rows each sort of a plan was given; an index that has them in order needs none."""
    parts = [plan["Plan"]]
    while parts:
        part = parts.pop()
        parts += part.get("Plans", [])
        if part["Node Type"] == "Sort":
            yield max(int(child["Actual Rows"] * child["Actual Loops"]) for child in part["Plans"])


@pytest.mark.parametrize("standard", STANDARD_FILTERS, ids=lambda standard: standard.code)
@pytest.mark.parametrize("level", MEASURED_LEVELS)
def test_no_page_reads_a_hot_table_or_sorts_a_result_from_end_to_end(
    company: None, level: Level, standard: Any
) -> None:
    # A head of 200 people, somebody in the ranks, and one whose role sets pipelines and stages apart.
    for actor in (reading.actors_of(level)[place] for place in (0, 15, -1)):
        for where in ("first", "middle", "last") if actor.subordinates else ("first", "last"):
            cursor = reading.cursor_of(actor, standard.code, where)
            if cursor is not None:
                assert faults_of(reading.page_cost(actor, standard.code, cursor)[2]) == []


@pytest.mark.parametrize("by_element", [False, True], ids=["by activity", "by element"])
@pytest.mark.parametrize("level", MEASURED_LEVELS)
def test_no_counter_or_total_reads_a_hot_table_from_end_to_end(company: None, level: Level, by_element: bool) -> None:
    for actor in (replace(reading.actors_of(level)[place], counts_by_element=by_element) for place in (0, -1)):
        with reading.captured() as statements:
            own, team = counters.own_counters(actor), counters.team_counters(actor)
            elements = fetch_column(sql("SELECT id FROM crm_element WHERE responsible_id = {} LIMIT 50", actor.user_id))
            counters.count_by_element(actor, element_ids=elements)
            if not by_element:
                # Five rows of six, of which an index alone tells only after a VACUUM, which no transaction can have.
                queries.count_standard_filters(actor, but={"completed"} if level == Level.ALL else set())
                for text in CUSTOM:
                    assert queries.count_matching(actor, text=text).is_counted
        assert faults_of(statements) == []
        assert own
        assert team


CUSTOM = (
    "is:open responsible:me deal.amount>10000",
    "is:open deadline:this-week type:call",
    "overdue>3d element.responsible:me",
    "is:completed completed:last-30d type:email",
    "is:open responsible:me (type:meeting or -priority:high)",
)


@pytest.mark.parametrize("text", CUSTOM)
@pytest.mark.parametrize("level", MEASURED_LEVELS)
def test_no_page_of_a_custom_filter_does_either(company: None, level: Level, text: str) -> None:
    for actor in (reading.actors_of(level)[place] for place in (0, -1)):
        with reading.captured() as statements:
            page = queries.list_activities(actor, text=text, columns=("subject", "deadline"))
        assert faults_of(statements) == []
        ids = queries.list_activity_ids(actor, text=text, limit=ROWS)
        assert len(page.rows) == min(50, len(ids))
        assert {row["id"] for row in page.rows} <= set(ids)


@pytest.mark.parametrize("level", MEASURED_LEVELS)
def test_every_way_gives_the_plain_first_rows(company: None, level: Level) -> None:
    for actor in (reading.actors_of(level)[place] for place in (0, 15, -1)):
        for code in ("mine", "open", "subordinates", "completed"):
            page = queries.list_activities(actor, filter=code)
            assert [row["id"] for row in page.rows] == plain(actor, code)[:50]


def plain(actor: Actor, code: str) -> list[int]:
    """The ids of a filter in order, as a plain query over its whole condition has them."""
    query = reading.in_order(actor, FILTER_BY_CODE[code])
    return fetch_column(sql("SELECT id FROM ({}) q", query))


def walked(actor: Actor, code: str) -> list[int]:
    """The first fifty by the walk, whatever the choice of the way would be."""
    standard = FILTER_BY_CODE[code]
    selection = queries._selection(actor, standard)
    window = Window("timestamptz", standard.is_completed, lists.Position())
    return fetch_column(sql("SELECT id FROM ({}) q", lists.page_ids(policy.walk(actor, selection), window)))[:50]


def a_team(cast: Cast) -> list[int]:
    """Alice's department with so many people that a walk over it goes in two steps."""
    return [cast.alice, cast.bob, *(make_user(f"Membre{number}", "Durand", cast.sales) for number in range(6))]


def test_walk_with_a_hundred_bindings_of_one_owner_finds_the_true_first_fifty(cast: Cast) -> None:
    team = a_team(cast)
    crowd = [make_element("deal", cast.bob) for _ in range(100)]
    make_activity(cast.bob, *crowd, deadline_at=START)
    for number in range(120):
        owner = team[number % len(team)]
        element = crowd[number % 100] if owner == cast.bob else make_element("contact", owner)
        make_activity(owner, element, deadline_at=START + timedelta(minutes=number // 3))
    for name in ("alice", "bob"):
        actor = cast.actor(name)
        for code in ("open", "mine"):
            assert walked(actor, code) == plain(actor, code)[:50]
            assert len(queries.list_activities(actor, filter=code).rows) == min(50, len(plain(actor, code)))


def test_walk_with_bindings_of_mixed_owners_finds_the_true_first_fifty(cast: Cast) -> None:
    team = a_team(cast)
    strangers = [make_element("deal", cast.charlie) for _ in range(3)]
    for number in range(150):
        owners = (team[number % 8], team[(number * 3 + 1) % 8], team[(number * 5 + 2) % 8])
        elements = [make_element(("lead", "deal", "contact")[place], owner) for place, owner in enumerate(owners)]
        bound = [*elements, strangers[number % 3]] if number % 2 else [strangers[number % 3]]
        make_activity(owners[0], *bound, deadline_at=START + timedelta(minutes=number % 37))
    give_role(make_role({"read": "open_to_all"}), cast.charlie)
    for name in ("alice", "bob", "charlie"):
        actor = cast.actor(name)
        for code in ("open", "mine", "subordinates"):
            assert walked(actor, code) == plain(actor, code)[:50]
            assert [row["id"] for row in queries.list_activities(actor, filter=code).rows] == plain(actor, code)[:50]


def test_shorter_set_is_walked(cast: Cast) -> None:
    a_team(cast)
    alice, bob = cast.actor("alice"), cast.actor("bob")
    subordinates = queries._selection(alice, FILTER_BY_CODE["subordinates"])
    mine = queries._selection(bob, FILTER_BY_CODE["mine"])
    # Alice heads seven and reads what eight own: along the seven. Bob's own: along himself alone.
    (by_person,) = policy.walk(alice, subordinates)
    assert by_person.keys_count == len(alice.subordinates) == 7
    (alone,) = policy.walk(bob, mine)
    assert alone.keys is None
    # Everything readable: no keys at all, and nothing to scan.
    everything = queries._selection(cast.actor("root"), FILTER_BY_CODE["open"])
    assert policy.scan(cast.actor("root"), everything) is None
    assert policy.walk(cast.actor("root"), everything)[0].keys is None


def test_scan_is_for_those_who_read_much(company: None) -> None:
    head, own = reading.actors_of(Level.SUBDEPARTMENTS)[0], reading.actors_of(Level.OWN)[0]
    department = reading.actors_of(Level.DEPARTMENT)[0]
    opened = FILTER_BY_CODE["open"]
    assert policy.scan(head, queries._selection(head, opened)) is not None
    assert policy.scan(department, queries._selection(department, opened)) is None
    assert policy.scan(own, queries._selection(own, opened)) is None
