"""Counters on the pages: in the menu, on rows and pages of elements; and where each of them leads."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.kit import clock
from relance.kit.sql import Sql, execute, fetch_column, fetch_one, sql
from tests.cast import Cast, make_activity, make_element
from tests.web.signing import sign_in, text_of

PAST = datetime(2020, 1, 1, tzinfo=UTC)
COUNTERS = "/activities/counters/"


def english() -> None:
    execute(Sql("UPDATE people_user SET language = 'en'"))


def said(html: str) -> list[str]:
    """The counters of a piece of page, as a screen reader says them."""
    return [
        re.sub(r"<[^>]+>", "", mark) for mark in re.findall(r'<(?:a|span) class="count .*?</span></(?:a|span)>', html)
    ]


@pytest.fixture
def sales(cast: Cast) -> Cast:
    english()
    deal = make_element("deal", cast.bob, "Toiture")
    for _number in range(3):
        make_activity(cast.bob, deal, deadline_at=PAST)
    make_activity(cast.bob, deal, deadline_at=clock.now() + timedelta(minutes=10))
    make_activity(cast.bob, deal, is_incoming=True)
    make_activity(cast.charlie, make_element("deal", cast.charlie), deadline_at=PAST)
    return cast


def test_the_menu_counts_ones_own_and_a_heads_team(sales: Cast) -> None:
    execute(Sql("UPDATE people_user SET time_zone = 'UTC'"))
    bob = text_of(sign_in(sales.bob).get(COUNTERS))
    assert said(bob)[:2] == ["4 overdue or due soon", "1 incoming, waiting"]
    assert "nav-team-counters" not in bob
    alice = text_of(sign_in(sales.alice).get(COUNTERS))
    own, team = alice.split('id="nav-team-counters"')
    assert said(own) == []
    assert said(team)[:2] == ["4 overdue or due soon", "1 incoming, waiting"]
    assert said(text_of(sign_in(sales.root).get(COUNTERS))) == []


def test_each_counter_leads_to_the_list_of_what_it_counts(sales: Cast) -> None:
    client = sign_in(sales.alice)
    links = re.findall(r'<a class="count [^"]*" href="([^"]+)"', text_of(client.get(COUNTERS)))
    assert len(links) >= 2
    for link, rows in zip(links, (4, 1), strict=False):
        page = text_of(client.get(link.replace("&amp;", "&")))
        assert len(re.findall(r'<tr id="row-', page)) == rows


@pytest.mark.parametrize("by_element", [False, True])
@pytest.mark.parametrize("name", ["bob", "alice", "root"])
def test_every_number_leads_to_a_list_of_just_so_many_rows(sales: Cast, name: str, by_element: bool) -> None:
    # Late in the evening what is due today would be due soon, and the two one number.
    execute(sql("UPDATE access_companysettings SET counts_by_element = {}, due_soon_minutes = 0", by_element))
    shared, secret = make_element("deal", sales.alice, "À Alice"), make_element("deal", sales.charlie, "À Charlie")
    for responsible in (sales.alice, sales.bob, sales.charlie, sales.root):
        make_activity(responsible, shared, secret, deadline_at=PAST)
        make_activity(responsible, secret, shared, is_incoming=True)
        make_activity(responsible, shared, deadline_on=clock.today(ZoneInfo("Europe/Paris")))
    client = sign_in(getattr(sales, name))
    numbers = fetch_column(Sql("SELECT number FROM crm_element WHERE kind = 'deal' ORDER BY id"))
    pages = [COUNTERS, *(f"/crm/deals/{number}/" for number in numbers)]
    found = 0
    for path in pages:
        answer = client.get(path)
        for link, said_number in re.findall(r'<a class="count [^"]*" href="([^"]+)" title="(\d+)', text_of(answer)):
            page = text_of(client.get(link.replace("&amp;", "&")))
            assert (path, link, len(re.findall(r'<tr id="row-', page))) == (path, link, int(said_number))
            found += 1
    least = {("root", False): 6, ("root", True): 0, ("bob", True): 3}.get((name, by_element), 6)
    assert found >= least, "there was something to follow"


def test_rows_and_pages_of_elements_count_what_is_ones_own_or_ones_teams(sales: Cast) -> None:
    for name, expected in (("bob", 2), ("alice", 2), ("root", 0)):
        client = sign_in(getattr(sales, name))
        rows = said(text_of(client.get("/crm/deals/")))
        number = fetch_one(Sql("SELECT number FROM crm_element WHERE name = 'Toiture'"))
        assert number
        page = said(text_of(client.get(f"/crm/deals/{number['number']}/")).split("element-body")[0])
        assert len([mark for mark in rows if "today" not in mark]) == expected
        assert len([mark for mark in page if "today" not in mark]) == expected


def test_by_the_elements_responsible_where_the_company_says_so(sales: Cast) -> None:
    mine = make_element("deal", sales.alice, "À Alice")
    make_activity(sales.bob, mine, deadline_at=PAST)
    execute(Sql("UPDATE access_companysettings SET counts_by_element = true"))
    own = text_of(sign_in(sales.alice).get(COUNTERS)).split('id="nav-team-counters"')[0]
    assert said(own) == ["1 overdue or due soon"]
    assert "element.responsible%3Ame" in own


def test_a_list_of_elements_counts_in_one_query(sales: Cast) -> None:
    client, costs = sign_in(sales.bob), []
    for _round in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get("/crm/deals/")
        costs.append(len(captured))
        for number in range(5):
            make_activity(sales.bob, make_element("deal", sales.bob, f"Encore {number}"), deadline_at=PAST)
    assert costs[0] == costs[1]


def test_what_is_too_long_to_count_is_said_in_words(sales: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relance.web.activities.counting.own_counters", lambda _actor: None)
    html = text_of(sign_in(sales.bob).get(COUNTERS))
    assert "too long to count now" in html
    assert said(html) == []


def test_the_company_sets_whose_and_how_soon(sales: Cast) -> None:
    root, values = sign_in(sales.root), {"default_role_id": 1, "counts_by_element": "True", "due_soon_minutes": "60"}
    assert root.post("/settings/rights/company/", values).status_code == 302
    bob = sales.actor("bob")
    assert (bob.counts_by_element, bob.due_soon_minutes) == (True, 60)
    for wrong in ("-1", "20000", "soon"):
        response = root.post("/settings/rights/company/", {**values, "due_soon_minutes": wrong})
        assert response.status_code in {200, 422}
        assert sales.actor("bob").due_soon_minutes == 60
    assert sign_in(sales.bob).post("/settings/rights/company/", values).status_code == 403
