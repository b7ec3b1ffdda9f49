"""*Sans activité*: elements in progress without an open activity, and the next activity of each row of a list."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.activities.actions import complete_activities, delete_activities, reopen_activities
from relance.activities.upcoming import next_activities
from relance.crm.queries import count_elements, list_element_ids, list_elements
from relance.crm.terms import ElementFilter, Kind
from relance.kit.sql import fetch_column, sql
from tests.cast import SYSTEM, Cast, make_activity, make_element
from tests.web.signing import sign_in as client_of

IDLE = ElementFilter(text="is:idle")


def idle_ids(cast: Cast, name: str, kind: str = "deal") -> list[int]:
    actor = cast.actor(name)
    ids = [row["id"] for row in list_elements(actor, kind=kind, filters=IDLE).rows]
    assert count_elements(actor, kind=kind, filters=IDLE) == len(ids)
    assert sorted(ids) == list_element_ids(actor, kind=kind, filters=IDLE)
    return sorted(ids)


def test_an_element_is_idle_until_something_is_planned_and_again_once_it_is_done(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    assert idle_ids(cast, "bob") == [deal]
    activity = make_activity(cast.bob, deal)
    assert idle_ids(cast, "bob") == []
    complete_activities(SYSTEM, ids=[activity])
    assert idle_ids(cast, "bob") == [deal]
    reopen_activities(SYSTEM, ids=[activity])
    assert idle_ids(cast, "bob") == []
    delete_activities(SYSTEM, ids=[activity])
    assert idle_ids(cast, "bob") == [deal]


def test_what_is_won_or_lost_is_not_idle_and_contacts_and_companies_always_can_be(cast: Cast) -> None:
    make_element("deal", cast.bob, stage="won")
    make_element("lead", cast.bob, stage="junk")
    ids = {kind: make_element(kind, cast.bob) for kind in Kind.values}
    assert {kind: idle_ids(cast, "bob", kind) for kind in Kind.values} == {kind: [id] for kind, id in ids.items()}


def test_idle_elements_are_those_that_the_reader_may_read(cast: Cast) -> None:
    mine, hers, his = (make_element("deal", owner) for owner in (cast.bob, cast.alice, cast.charlie))
    assert idle_ids(cast, "bob") == [mine]
    assert idle_ids(cast, "alice") == sorted([mine, hers])
    assert idle_ids(cast, "charlie") == [his]


def test_the_next_activity_of_a_hidden_element_is_not_told(cast: Cast) -> None:
    mine, his = make_element("deal", cast.bob), make_element("deal", cast.charlie)
    first, other = make_activity(cast.bob, mine), make_activity(cast.charlie, his)
    found = next_activities(cast.actor("bob"), element_ids=[mine, his])
    assert {id: row["id"] for id, row in found.items()} == {mine: first}
    assert next_activities(cast.actor("charlie"), element_ids=[his])[his]["id"] == other


@pytest.mark.parametrize("kind", Kind.values)
def test_the_list_says_what_comes_next_and_narrows_to_what_has_nothing(cast: Cast, kind: str) -> None:
    folder = {"lead": "leads", "deal": "deals", "contact": "contacts", "company": "companies"}[kind]
    busy, free = make_element(kind, cast.bob, "occupé"), make_element(kind, cast.bob, "libre")
    make_activity(cast.bob, busy, subject="Rappeler Zoé")
    client = client_of(cast.bob)
    page = client.get(f"/crm/{folder}/").content.decode()
    assert 'title="Rappeler Zoé"' in page
    assert page.count('<td class="c-next_activity c-deadline"><span class="tag warn">') == 1
    narrow = client.get(f"/crm/{folder}/?q=is:idle").content.decode()
    assert 'title="libre"' in narrow
    assert 'title="occupé"' not in narrow
    assert 'data-total="1"' in client.get(f"/crm/{folder}/total/?q=is:idle").content.decode()
    assert list_element_ids(cast.actor("bob"), kind=kind, filters=IDLE) == [free]


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast) -> None:
    client = client_of(cast.bob)
    counts = []
    for more in (1, 20):
        for _number in range(more):
            make_activity(cast.bob, make_element("deal", cast.bob))
        with CaptureQueriesContext(connection) as queries:
            client.get("/crm/deals/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_is_planned_next_is_read_from_its_index(cast: Cast) -> None:
    for _number in range(200):
        make_activity(cast.bob, make_element("deal", cast.bob))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE activities_binding")
        cursor.execute("SET LOCAL enable_seqscan = off")
    probe = sql(
        "EXPLAIN SELECT b.activity_id FROM activities_binding b WHERE b.element_id = {} AND NOT b.is_completed"
        " AND NOT b.element_deleted AND NOT b.activity_deleted ORDER BY b.due_at, b.activity_id LIMIT 1",
        1,
    )
    assert "binding_element_open" in "\n".join(fetch_column(probe))
