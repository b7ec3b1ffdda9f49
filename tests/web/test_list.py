"""The page of the list: filters, addresses, empty lists, totals, and what it costs."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, make_activity, make_element, make_user
from tests.web.signing import HTMX, sign_in, text_of

DAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
# Session, user, actor, columns, rows, types.
QUERIES_OF_A_PAGE = 6


def subjects(html: str) -> list[str]:
    return re.findall(r'data-open title="([^"]*)"', html)


def test_opens_on_my_open_activities(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    make_activity(cast.bob, deal, subject="À moi")
    make_activity(cast.alice, deal, subject="À Alice")
    make_activity(cast.bob, deal, subject="Faite", completed_at=DAY)
    response = sign_in(cast.bob).get("/", follow=True)
    assert response.redirect_chain == [("/activities/", 302)]
    assert subjects(text_of(response)) == ["À moi"]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [("open", ["À moi", "À Alice"]), ("mine-completed", ["Faite"]), ("completed", ["Faite"]), ("nonsense", ["À moi"])],
)
def test_filters_by_address(cast: Cast, filter: str, expected: list[str]) -> None:
    deal = make_element("deal", cast.bob)
    make_activity(cast.bob, deal, subject="À moi")
    make_activity(cast.alice, deal, subject="À Alice")
    make_activity(cast.bob, deal, subject="Faite", completed_at=DAY)
    assert subjects(text_of(sign_in(cast.bob).get(f"/activities/?filter={filter}"))) == expected


def test_a_link_shows_each_reader_what_he_may_read(cast: Cast) -> None:
    make_activity(cast.charlie, make_element("deal", cast.charlie), subject="Support")
    make_activity(cast.bob, make_element("deal", cast.bob), subject="Ventes")
    link = "/activities/?filter=open&sort=-deadline"
    assert subjects(text_of(sign_in(cast.bob).get(link))) == ["Ventes"]
    assert subjects(text_of(sign_in(cast.charlie).get(link))) == ["Support"]
    assert len(subjects(text_of(sign_in(cast.root).get(link)))) == 2


def test_turns_pages_and_back(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    for number in range(60):
        make_activity(cast.bob, deal, subject=f"N° {number:02}")
    client = sign_in(cast.bob)
    first = text_of(client.get("/activities/"))
    following = re.findall(r'id="page-next" href="([^"]*)"', first)[0].replace("&amp;", "&")
    second = text_of(client.get(following))
    assert (len(subjects(first)), len(subjects(second))) == (50, 10)
    assert not set(subjects(first)) & set(subjects(second))
    back = re.findall(r'id="page-previous" href="([^"]*)"', second)[0].replace("&amp;", "&")
    assert subjects(text_of(client.get(back))) == subjects(first)


def test_a_header_sorts_inverts_and_clears(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob))
    client = sign_in(cast.bob)

    def next_of(html: str) -> str:
        return str(re.findall(r'id="sort-subject" hx-get="([^"]*)"', html)[0]).replace("&amp;", "&")

    first = next_of(text_of(client.get("/activities/")))
    assert "sort=subject" in first
    second = next_of(text_of(client.get(first)))
    assert "sort=-subject" in second
    assert "sort=" not in next_of(text_of(client.get(second)))


def test_a_header_that_cannot_sort_says_why(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob))
    html = text_of(sign_in(cast.bob).get("/activities/"))
    assert re.search(r'<th scope="col" class="c-client[^>]*><span class="label" title="[^"]+"', html)


def test_htmx_gets_the_fragment_only(cast: Cast) -> None:
    response = sign_in(cast.bob).get("/activities/", headers=HTMX)
    assert text_of(response).startswith('<div class="list-page"')
    assert "HX-Request" in response.headers["Vary"]


def test_an_open_activity_stands_beside_the_list(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), subject="Ouverte")
    html = text_of(sign_in(cast.bob).get(f"/activities/?open={activity}"))
    assert f'data-activity="{activity}"' in html


def test_the_link_to_a_hidden_one_is_not_found(cast: Cast) -> None:
    activity = make_activity(cast.charlie, make_element("deal", cast.charlie))
    assert sign_in(cast.bob).get(f"/activities/?open={activity}").status_code == 404


def test_an_empty_list_says_that_nobody_is_subordinate(cast: Cast) -> None:
    bob = text_of(sign_in(cast.bob).get("/activities/?filter=subordinates"))
    alice = text_of(sign_in(cast.alice).get("/activities/?filter=subordinates"))
    assert 'class="empty"' in bob
    assert bob.split('class="empty"')[1] != alice.split('class="empty"')[1]


def test_an_empty_list_says_that_the_roles_read_nothing(cast: Cast) -> None:
    from_role = make_user("Nora", "Nul", cast.support, role="")
    from_other = text_of(sign_in(cast.bob).get("/activities/"))
    assert sign_in(from_role).get("/activities/").status_code == 403
    assert 'class="empty"' in from_other


def test_totals_come_beside_the_page(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    for _number in range(3):
        make_activity(cast.bob, deal, deadline_at=datetime(2020, 1, 1, tzinfo=UTC))
    html = text_of(sign_in(cast.bob).get("/activities/counts/?filter=overdue"))
    assert 'id="count-mine" hx-swap-oob="true">3<' in html
    assert 'data-total="3"' in html
    only = text_of(sign_in(cast.bob).get("/activities/counts/?only=1&filter=overdue"))
    assert 'id="count-overdue" hx-swap-oob="true">3<' in only
    assert 'id="count-mine"' not in only
    assert 'data-total="3"' in only


def test_a_page_costs_the_same_few_queries(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    for _number in range(30):
        make_activity(cast.bob, deal)
    client = sign_in(cast.bob)
    for address in ("/activities/", "/activities/?filter=open", "/activities/?filter=completed"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        assert len(captured) == QUERIES_OF_A_PAGE, [query["sql"][:80] for query in captured]
