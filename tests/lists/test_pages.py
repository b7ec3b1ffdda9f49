"""Pages: full, in order, without doubles or gaps, in both directions, whatever the bindings and ties."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from relance.activities import policy
from relance.activities.queries import count_activities, list_activities, list_activity_ids
from relance.activities.terms import FILTER_BY_CODE
from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute, fetch_all, fetch_column, sql
from relance.lists import queries as lists
from relance.lists.queries import Position, decode_cursor, encode_cursor
from tests.cast import Cast, give_role, make_activity, make_element, make_role

START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def populate(cast: Cast, seed: int) -> None:
    """Two hundred activities, many due at the same instant, bound to several elements of mixed owners."""
    dice = random.Random(seed)
    people = [cast.alice, cast.bob, cast.charlie]
    elements = [
        make_element(
            dice.choice(["lead", "deal", "contact", "company"]), dice.choice(people), is_open_to_all=dice.random() < 0.1
        )
        for _ in range(40)
    ]
    for number in range(200):
        at = START + timedelta(hours=dice.randrange(60))
        make_activity(
            dice.choice(people),
            *dice.sample(elements, dice.choice([1, 1, 2, 3, 12])),
            subject=f"{dice.randrange(50)} sujet {number}",
            deadline_at=at if dice.random() < 0.9 else None,
            completed_at=at if dice.random() < 0.4 else None,
        )


def naive(actor: Actor, people: set[int] | None, owners: set[int], *, is_completed: bool) -> list[int]:
    """The ids that the filter shows, in order, by Python: read level "own" of these owners, or what is open to all."""
    rows = fetch_all(
        Sql(
            """
            SELECT a.id, a.responsible_id, a.is_completed, coalesce(a.completed_at, a.due_at) AS at,
                array_agg(e.responsible_id) AS owners
            FROM activities_activity a JOIN activities_binding b ON b.activity_id = a.id
            JOIN crm_element e ON e.id = b.element_id GROUP BY a.id
            """
        )
    )
    seen = [
        row
        for row in rows
        if row["is_completed"] == is_completed
        and owners & set(row["owners"])
        and (people is None or row["responsible_id"] in people)
    ]
    seen.sort(key=lambda row: (row["at"], row["id"]), reverse=is_completed)
    return [row["id"] for row in seen]


def walk(actor: Actor, filter: str, *, backwards: bool, size: int = 7) -> list[int]:
    """All ids of a filter, page by page from one end to the other."""
    found: list[int] = []
    first = list_activities(actor, filter=filter, size=size)
    cursor: str | None = (first.last if backwards else "") or ""
    for _ in range(100):
        page = list_activities(actor, filter=filter, cursor=cursor or "", size=size)
        ids = [row["id"] for row in page.rows]
        found = [*ids, *found] if backwards else [*found, *ids]
        cursor = page.previous if backwards else page.next
        if cursor is None:
            return found
        assert len(ids) == size
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("path", ["walk", "walk in two steps", "scan"])
def test_pages_hold_exactly_the_rows_in_order(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, backwards: bool, path: str
) -> None:
    if path == "walk in two steps":
        monkeypatch.setattr(lists, "FEWEST_KEYS_BOUNDED", 1)
    if path == "scan":  # with a bound so low that the walk must take over
        monkeypatch.setattr(policy, "MOST_KEYS_WALKED", 0)
        monkeypatch.setattr(policy, "BUFFERS_OF_A_KEY", 10_000)
        monkeypatch.setattr(policy, "MOST_ENTRIES_SCANNED", 30)
    populate(cast, seed=1)
    team = {cast.alice, cast.bob}
    for name, owners, people in (("bob", {cast.bob}, {cast.bob}), ("alice", team, {cast.bob})):
        actor = cast.actor(name)
        assert walk(actor, "open", backwards=backwards) == naive(actor, None, owners, is_completed=False)
        assert walk(actor, "completed", backwards=backwards) == naive(actor, None, owners, is_completed=True)
        if name == "alice":
            expected = naive(actor, people, owners, is_completed=False)
            assert walk(actor, "subordinates", backwards=backwards) == expected
        assert count_activities(actor, filter="open") == len(naive(actor, None, owners, is_completed=False))


def test_ids_and_counts_are_those_of_the_pages(cast: Cast) -> None:
    populate(cast, seed=2)
    give_role(make_role({"read": "open_to_all"}), cast.charlie)
    for name in ("alice", "bob", "charlie", "root"):
        actor = cast.actor(name)
        for code in FILTER_BY_CODE:
            ids = walk(actor, code, backwards=False, size=50)
            assert sorted(list_activity_ids(actor, filter=code, limit=1000)) == sorted(ids)
            assert count_activities(actor, filter=code) == len(ids)


@pytest.mark.parametrize("key", ["subject", "-subject", "responsible", "type", "created", "-priority"])
def test_sorts_that_no_index_serves(cast: Cast, key: str) -> None:
    populate(cast, seed=3)
    actor, found, cursor = cast.actor("root"), [], ""
    while True:
        page = list_activities(actor, filter="open", sort=key, cursor=cursor, size=9)
        found += [row["id"] for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert sorted(found) == sorted(walk(actor, "open", backwards=False))
    subjects = {row["id"]: row["subject"] for row in fetch_all(Sql("SELECT id, subject FROM activities_activity"))}
    if key.endswith("subject"):
        shown = [subjects[row_id] for row_id in found]
        assert shown == sorted(shown, reverse=key.startswith("-"))


def test_sort_of_too_many_rows_is_refused_and_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    populate(cast, seed=4)
    monkeypatch.setattr("relance.activities.paging.MOST_SORTED", 5)
    page = list_activities(cast.actor("root"), filter="open", sort="subject")
    assert (page.sort, page.refused_sort) == ("deadline", "subject")


def test_activity_bound_to_a_hundred_deals_pushes_no_other_off_the_page(cast: Cast) -> None:
    crowd = [make_element("deal", cast.bob) for _ in range(100)]
    first = make_activity(cast.bob, *crowd, deadline_at=START)
    others = [
        make_activity(cast.bob, crowd[number % 100], deadline_at=START + timedelta(minutes=number + 1))
        for number in range(60)
    ]
    mixed = [
        make_activity(
            cast.alice,
            make_element("deal", cast.alice),
            make_element("deal", cast.bob),
            make_element("deal", cast.charlie),
            deadline_at=START + timedelta(minutes=number),
        )
        for number in range(3)
    ]
    expected = sorted([first, *others, *mixed], key=order_of)[:50]
    page = list_activities(cast.actor("bob"), filter="open")
    assert [row["id"] for row in page.rows] == expected


def order_of(activity_id: int) -> tuple[datetime, int]:
    at = fetch_column(sql("SELECT due_at FROM activities_activity WHERE id = {}", activity_id))[0]
    return at, activity_id


def test_cursor_tells_nothing_and_a_forged_one_is_the_first_page() -> None:
    cursor = encode_cursor("subject", Position(key="Contrat secret", id=7))
    assert "secret" not in cursor
    assert "Q29udHJhdCBzZWNyZXQ" not in cursor
    assert decode_cursor(cursor, "subject") == Position(key="Contrat secret", id=7)
    assert decode_cursor(cursor, "deadline") == Position()
    assert decode_cursor("nonsense", "deadline") == Position()
    assert decode_cursor(cursor[:-4] + "AAAA", "subject") == Position()


def test_deleted_rows_are_in_no_page(cast: Cast) -> None:
    populate(cast, seed=5)
    before = walk(cast.actor("root"), "open", backwards=False)
    execute(
        sql(
            "UPDATE activities_activity SET deleted_at = now(), deleted_gesture = gen_random_uuid() WHERE id = ANY({})",
            before[:10],
        )
    )
    assert walk(cast.actor("root"), "open", backwards=False) == before[10:]
