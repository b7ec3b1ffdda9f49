"""`?q=`: a custom filter in a list's address; what it says wrong stands there with its place, and is never a 500."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import Cast, make_activity, make_element
from tests.web.signing import sign_in


def test_address_shows_what_the_filter_takes_and_its_total(cast: Cast) -> None:
    deal = make_element("deal", cast.bob, "Élan")
    make_activity(cast.bob, deal, subject="Rappeler Élan", type="call", deadline_on=date(2026, 11, 1))
    make_activity(cast.bob, deal, subject="Écrire à Élan", type="email")
    client = sign_in(cast.bob)
    page = client.get("/activities/", {"q": "type:call deal.name:elan"}).content.decode()
    assert "Rappeler Élan" in page
    assert "Écrire à Élan" not in page
    assert 'data-filter="q:type:call deal.name:elan"' in page
    counts = client.get("/activities/counts/", {"filter": "q:type:call deal.name:elan"}).content.decode()
    assert 'data-total="1"' in counts
    assert "Élan" in client.get("/crm/deals/", {"q": "name:elan"}).content.decode()
    assert 'data-total="0"' in client.get("/crm/deals/total/", {"q": "name:autre"}).content.decode()


def test_wrong_filter_is_told_with_its_place(cast: Cast) -> None:
    client = sign_in(cast.bob)
    for address in ("/activities/", "/crm/deals/"):
        answer = client.get(address, {"q": 'is:open <script>alert("1")</script>'})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "<mark>&lt;script&gt;alert</mark>" in page
        assert 'aria-invalid="true"' in page
        assert "<script>alert" not in page


@pytest.mark.parametrize(
    "text", ["\0", "(" * 4000, "-" * 4000, "x" * 9000, "is:", "deal.amount>1e999", "%s%s", "{}", "a:"]
)
def test_hostile_address_is_refused(cast: Cast, text: str) -> None:
    client = sign_in(cast.bob)
    for address in ("/activities/", "/crm/deals/"):
        assert client.get(address, {"q": text}).status_code == 422
    assert client.get("/activities/counts/", {"filter": f"q:{text}"}).status_code == 200
    assert client.get("/crm/deals/total/", {"q": text}).status_code == 200
    refused = client.post("/gestures/complete/", {"all": "1", "filter": f"q:{text}"})
    assert refused.status_code in {404, 422}


def test_all_results_means_the_filters_own(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    make_activity(cast.bob, deal, subject="Un", type="call")
    make_activity(cast.bob, deal, subject="Deux", type="email")
    client = sign_in(cast.bob)
    client.post("/gestures/complete/", {"all": "1", "filter": "q:is:open type:call"})
    left = client.get("/activities/", {"q": "is:open"}).content.decode()
    assert "Deux" in left
    assert "Un<" not in left
