"""A filter that takes too long says so and why, where the list would be; the rest of the page stays good. Never a 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from relance.activities import queries as activity_queries
from relance.activities.filtering import FILTER_FIELDS
from relance.activities.queries import count_matching, list_activities, list_activity_ids
from relance.crm import filtering as crm_filtering
from relance.crm import queries as crm_queries
from relance.crm.terms import ElementFilter
from relance.kit.patience import TookTooLongError, stopped_after
from relance.kit.sql import Sql, execute, fetch_value, sql
from relance.lists import queries as lists
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.weighing import TooHeavyError, too_heavy
from tests.cast import Cast, make_activity, make_element
from tests.web.signing import sign_in

PLENTY_MS = 60_000
SLOW = Sql("(SELECT '' FROM pg_sleep(3) WHERE a.id > 0)")
SLOW_ELEMENT = Sql("(SELECT '' FROM pg_sleep(3) WHERE e.id > 0)")


def allow(monkeypatch: pytest.MonkeyPatch, ms: int) -> None:
    """Let the statements of custom filters take so long."""
    for module, names in (
        (activity_queries, ("LONGEST_PAGE_MS", "LONGEST_IDS_MS")),
        (crm_queries, ("LONGEST_PAGE_MS", "LONGEST_IDS_MS")),
        (lists, ("LONGEST_COUNT_MS",)),
    ):
        for name in names:
            monkeypatch.setattr(module, name, ms)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """Real statements that sleep, and little patience; `description` and `origin` are the slow fields.

    What is to be quick enough is asked with `allow`: on a busy machine any statement may take longer than these slow ones may.
    """
    allow(monkeypatch, 60)
    settings.PATIENCE = 1
    deals = crm_filtering.FILTER_FIELDS["deal"]
    monkeypatch.setitem(FILTER_FIELDS, "description", replace(FILTER_FIELDS["description"], sql=SLOW))
    monkeypatch.setitem(deals, "origin", replace(deals["origin"], sql=SLOW_ELEMENT))
    with translation.override("en"):
        yield


def english(cast: Cast) -> Client:
    """Bob, who reads English, signed in."""
    execute(sql("UPDATE people_user SET language = 'en' WHERE id = {}", cast.bob))
    return sign_in(cast.bob)


def setting() -> str:
    """The connection's limit of a statement."""
    return str(fetch_value(Sql("SELECT current_setting('statement_timeout')")))


HEAVY = "is:open description~devis"


def test_a_heavy_page_names_the_condition_and_what_to_add(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob), subject="Rappeler")
    client = english(cast)
    answer = client.get("/activities/", {"q": HEAVY})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This filter takes too long" in page
    assert "“description~devis” has to be looked at row by row" in page
    assert "Add a responsible person or a deadline" in page
    assert "<mark>description~devis</mark>" in page
    # The rest of the page is there and usable: the filters, the settings, the way to create.
    for part in ('id="create"', 'id="filter-text"', 'id="list-settings"', f'value="{HEAVY}"'):
        assert part in page
    assert "Rappeler" not in page
    allow(monkeypatch, PLENTY_MS)
    assert "Rappeler" in client.get("/activities/", {"q": "is:open"}).content.decode()


def test_a_heavy_page_of_elements_says_the_same(cast: Cast) -> None:
    make_element("deal", cast.bob, "Élan")
    client = english(cast)
    answer = client.get("/crm/deals/", {"q": "origin~x name:elan"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This filter takes too long" in page
    assert "<mark>origin~x</mark>" in page
    assert "Add a responsible person, as" in page
    fragment = client.get("/crm/deals/", {"q": "origin~x"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 200
    assert "This filter takes too long" in fragment.content.decode()


def test_a_total_that_takes_too_long_is_said_to_be_uncounted(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob))
    client = english(cast)
    for address, query in (
        ("/activities/counts/", {"filter": f"q:{HEAVY}"}),
        ("/crm/deals/total/", {"q": "origin~x"}),
    ):
        answer = client.get(address, query)
        assert answer.status_code == 200
        assert "a number not counted" in answer.content.decode()
    # The counters beside it are there all the same.
    assert 'id="count-mine"' in client.get("/activities/counts/", {"filter": f"q:{HEAVY}"}).content.decode()


def test_all_results_of_a_heavy_filter_are_refused_and_nothing_changes(cast: Cast) -> None:
    made = make_activity(cast.bob, make_element("deal", cast.bob))
    client = english(cast)
    answer = client.post("/gestures/complete/", {"all": "1", "filter": f"q:{HEAVY}"})
    assert answer.status_code == 422
    assert "This filter takes more than" in answer.content.decode()
    assert not fetch_value(sql("SELECT is_completed FROM activities_activity WHERE id = {}", made))


ASKING: list[Callable[[Cast], object]] = [
    lambda cast: list_activities(cast.actor("bob"), text=HEAVY),
    lambda cast: list_activities(cast.actor("bob"), text=HEAVY, sort="subject"),
    lambda cast: list_activity_ids(cast.actor("bob"), text=HEAVY, limit=10),
    lambda cast: crm_queries.list_elements(
        cast.actor("bob"), kind="deal", filters=ElementFilter(text="origin~x"), sort="number"
    ),
    lambda cast: crm_queries.list_element_ids(cast.actor("bob"), kind="deal", filters=ElementFilter(text="origin~x")),
]


@pytest.mark.parametrize("ask", ASKING)
def test_nothing_outlives_a_heavy_filter(
    cast: Cast, ask: Callable[[Cast], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob))
    before = setting()
    with pytest.raises(TooHeavyError):
        ask(cast)
    assert setting() == before
    # The transaction around it goes on, and what was written in it before is there.
    allow(monkeypatch, PLENTY_MS)
    assert count_matching(cast.actor("bob"), text="is:open").count == 1


def test_a_filter_in_time_leaves_no_limit_behind(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    allow(monkeypatch, PLENTY_MS)
    make_activity(cast.bob, make_element("deal", cast.bob))
    before = setting()
    list_activities(cast.actor("bob"), text="is:open")
    count_matching(cast.actor("bob"), text="is:open")
    assert setting() == before


def test_outside_a_transaction_the_limit_ends_with_its_own(transactional_db: None) -> None:
    before = setting()
    with pytest.raises(TookTooLongError), stopped_after(50):
        execute(Sql("SELECT pg_sleep(3)"))
    assert setting() == before
    assert not connection.in_atomic_block
    with stopped_after(5_000):
        assert setting() == "5s"
    assert setting() == before


@pytest.mark.parametrize(
    ("text", "named", "advice"),
    [
        ("description~x", "description~x", "“deadline:this-month”."),
        ("is:open (type:call or -deal.name~x) responsible:below:1", "deal.name~x", "Add a deadline"),
        ("responsible:me deadline:this-year place~x", "place~x", "Ask for less"),
        ("deadline:this-year -type:call", "type:call", "Add a responsible person, as"),
        ("is:open", "", "Add a responsible person or a deadline"),
        ("responsible!=me", "responsible!=me", "Add a responsible person or"),
    ],
)
def test_the_heaviest_condition_is_named(text: str, named: str, advice: str) -> None:
    error = too_heavy(parse(text), text, limit_ms=5_000, has_deadlines=True)
    assert text[error.place.offset : error.place.offset + error.place.length] == named
    assert advice in error.message
    assert "5 seconds" in error.message
