"""By whatever way rows are asked for, each role is shown those that it may read, all of them, and told their number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from django.db import transaction
from django.test import Client

from relance.crm.listing import LISTINGS
from relance.crm.terms import Kind
from relance.lists.sharing import pin_filter
from relance.people.queries import build_actor
from tests.matrix.table import READ, READ_ELEMENT
from tests.matrix.walking import Walk
from tests.matrix.world import ROLES, element_name, subject

pytestmark = pytest.mark.django_db
READERS = ("bob", "alice", "charlie", "rita", "cora", "root")
Asked = Mapping[str, str]
# What an address asks for, and whether that leaves only what is open. "{all}" is the filter that is shared with everybody.
ACTIVITIES: list[tuple[Asked, bool]] = [
    ({"filter": "open"}, True),
    ({"filter": "open", "sort": "-subject"}, True),
    ({"filter": "open", "search": "zqactivityzq"}, True),
    ({"q": "is:open"}, True),
    ({"q": "is:open -type:email (element.name~zq or responsible:me)"}, True),
    ({"q": "subject~zq"}, False),
    ({"q": "subject~zq", "search": "zqdealzq"}, False),
    ({"q": "subject~zq", "search": "zqactivityzq", "sort": "deadline"}, False),
    ({"filter": "{all}"}, True),
    ({"filter": "{all}", "q": "subject~zq"}, False),
    ({"filter": "{all}", "search": "zqdealzq"}, True),
]
ELEMENTS: list[Asked] = [
    {"q": "name~zq"},
    {"q": "-name:nothing", "sort": "name"},
    {"search": "zq{kind}zq"},
    {"q": "name~zq", "search": "zq{kind}zq", "sort": "-number"},
]


def readable(grid: Mapping[str, str], role: str) -> set[str]:
    """The rows that a role may read."""
    return {row for row, cells in grid.items() if cells.split()[ROLES.index(role)] == "ok"}


def shown(page: str, name: str) -> set[str]:
    """The rows whose name, `name` before and `zq` after, stands on a page's table."""
    return set(re.findall(rf"{name}zq([a-z]+)zq", page))


def total(client: Client, path: str, asked: Asked) -> int:
    """The number that is told beside a list."""
    found = re.search(r'data-total="(\d+)"', client.get(path, asked).content.decode())
    assert found
    return int(found[1])


@pytest.mark.parametrize("role", READERS)
def test_activities_are_those_that_the_role_reads(walk: Walk, role: str) -> None:
    client, rows = walk.client(role), readable(READ, role)
    everybody = f"f{walk.world.filters['all']}"
    done = {"done"} if "bobs" in rows else set()
    # The document that Rita is asked to validate lies on Bob's deal, and has a name of its own.
    documents = 1 if "bobs" in rows else 0
    for asked, is_open in ACTIVITIES:
        wanted = rows if is_open else rows | done
        told = {key: value.replace("{all}", everybody) for key, value in asked.items()}
        page = client.get("/activities/", told).content.decode()
        assert (told, shown(page, "zqactivity")) == (told, wanted)
        text = told.get("q", "is:open" if everybody in told.values() else None)
        counted = told if text is None else {"filter": f"q:{text}", "search": told.get("search", "")}
        named = "zqactivity" in told.get("search", "") or "subject" in (text or "")
        assert (told, total(client, "/activities/counts/", counted)) == (told, len(wanted) + documents * (not named))


@pytest.mark.parametrize("role", READERS)
def test_elements_are_those_that_the_role_reads(walk: Walk, role: str) -> None:
    client, rows = walk.client(role), readable(READ_ELEMENT, role)
    for kind in Kind:
        for asked in ELEMENTS:
            told = {key: value.replace("{kind}", kind) for key, value in asked.items()}
            path = f"/crm/{LISTINGS[kind]}/"
            assert (told, shown(client.get(path, told).content.decode(), f"zq{kind}")) == (told, rows)
            assert (told, total(client, f"{path}total/", told)) == (told, len(rows))


@pytest.fixture
def pinned(walk: Walk) -> Iterator[dict[str, int]]:
    """Everybody has pinned what he may use of Bob's filters."""
    savepoint = transaction.savepoint()
    for role in READERS:
        actor = build_actor(walk.world.people[role])
        for row in ("bobs", "team", "edited", "all"):
            if row in USABLE[role]:
                pin_filter(actor, id=walk.world.filters[row], is_pinned=True)
    yield walk.world.filters
    transaction.savepoint_rollback(savepoint)


USABLE = {
    "bob": {"bobs", "team", "edited", "all"},
    "alice": {"team", "all"},
    "charlie": {"edited", "all"},
    "rita": {"edited", "all"},
    "cora": {"edited", "all"},
    "root": {"all"},
}


@pytest.mark.parametrize("role", READERS)
def test_a_pinned_filter_counts_what_its_reader_finds_behind_it(walk: Walk, pinned: dict[str, int], role: str) -> None:
    client, rows = walk.client(role), readable(READ, role)
    told = dict(
        re.findall(r'id="count-f(\d+)"[^>]*>([^<]*)<', client.get("/filters/activities/counts/").content.decode())
    )
    open_rows = len(rows) + ("bobs" in rows)
    assert told == {str(pinned[row]): str(open_rows) for row in USABLE[role]}
    for row in USABLE[role]:
        behind = client.get("/activities/", {"filter": f"f{pinned[row]}"}).content.decode()
        assert shown(behind, "zqactivity") == rows


def test_the_names_of_the_world_are_as_this_file_reads_them() -> None:
    assert shown(subject("bobs"), "zqactivity") == shown(element_name("deal", "bobs"), "zqdeal") == {"bobs"}
