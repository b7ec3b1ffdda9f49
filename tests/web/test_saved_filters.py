"""Kept filters in the lists: tabs and menu, the address, the mark of a change, live counts, where a list opens."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from relance.activities.listings import get_listing
from relance.lists.saved import get_filter, list_filters
from relance.lists.saving import create_filter
from relance.lists.sharing import make_default, pin_filter, share_filter
from relance.lists.terms import FilterChanges, ShareWith
from tests.cast import Cast, make_activity, make_element
from tests.web.signing import HTMX, sign_in


def keep(cast: Cast, text: str = "type:call", listing: str = "activities", **more: object) -> int:
    """Bob keeps a filter and pins it; its id."""
    draft = FilterChanges(name="Mes appels", text=text, **more)  # type: ignore[arg-type]
    kept = create_filter(cast.actor("bob"), listing=get_listing(listing), draft=draft).done[0]
    pin_filter(cast.actor("bob"), id=kept, is_pinned=True)
    return kept


def test_a_pinned_filter_stands_in_the_tabs_with_a_live_count(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    make_activity(cast.bob, deal, subject="Un appel", type="call")
    make_activity(cast.bob, deal, subject="Un message", type="email")
    kept = keep(cast)
    client = sign_in(cast.bob)
    assert f'id="tab-f{kept}"' in client.get("/activities/?filter=mine").content.decode()
    counts = client.get("/filters/activities/counts/").content.decode()
    assert f'id="count-f{kept}" hx-swap-oob="true">1<' in counts
    page = client.get(f"/activities/?filter=f{kept}").content.decode()
    assert "Un appel" in page
    assert "Un message" not in page
    assert 'data-filter="q:type:call"' in page
    assert 'id="filter-modified"' not in page


def test_a_changed_filter_says_so_and_is_saved_or_reset(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob), type="email")
    kept = keep(cast)
    client = sign_in(cast.bob)
    page = client.get(f"/activities/?filter=f{kept}&q=type:email").content.decode()
    assert 'id="filter-modified"' in page
    assert 'id="filter-save"' in page
    assert 'id="filter-reset"' in page
    assert 'id="filter-modified"' in client.get(f"/activities/?filter=f{kept}&sort=-deadline").content.decode()
    version = get_filter(cast.actor("bob"), id=kept).version
    answer = client.post(
        f"/filters/{kept}/save/", {"q": "type:email", "version": version, "columns": "subject,deadline"}, headers=HTMX
    )
    assert f"filter=f{kept}" in answer.headers["HX-Trigger"]
    assert "/undo/" in answer.content.decode()
    saved = get_filter(cast.actor("bob"), id=kept)
    assert (saved.text, saved.columns) == ("type:email", ("subject", "deadline"))
    page = client.get(f"/activities/?filter=f{kept}").content.decode()
    assert 'id="filter-modified"' not in page
    assert 'id="sort-deadline"' in page
    assert 'id="sort-responsible"' not in page


def test_a_filter_that_is_emptied_is_none_any_more(cast: Cast) -> None:
    kept = keep(cast)
    page = sign_in(cast.bob).get(f"/activities/?filter=f{kept}&q=").content.decode()
    assert 'data-filter="mine"' in page


@pytest.mark.parametrize("listing", ["activities", "leads", "deals", "contacts", "companies"])
def test_every_list_keeps_filters(cast: Cast, listing: str) -> None:
    client = sign_in(cast.bob)
    text = "subject~devis" if listing == "activities" else "name~devis"
    answer = client.post(f"/filters/{listing}/new/", {"name": "Devis", "q": text, "pin": "on"}, headers=HTMX)
    assert answer.status_code == 200
    [kept] = list_filters(cast.actor("bob"), listing=listing)
    assert (kept.text, kept.is_pinned) == (text, True)
    path = "/activities/" if listing == "activities" else f"/crm/{listing}/"
    page = client.get(f"{path}?filter={kept.code}").content.decode()
    assert f'id="tab-{kept.code}"' in page
    assert f'id="count-{kept.code}" hx-swap-oob="true">0<' in client.get(f"/filters/{listing}/counts/").content.decode()
    assert client.get(f"{path}?filter={kept.code}&q=nonsense").status_code == 422


@pytest.mark.parametrize("path", ["/activities/", "/crm/deals/"])
def test_a_list_opens_with_its_readers_default(cast: Cast, path: str) -> None:
    listing = "activities" if path == "/activities/" else "deals"
    kept = keep(cast, "is:open", listing)
    make_default(cast.actor("bob"), id=kept)
    client = sign_in(cast.bob)
    answer = client.get(f"{path}?open=3")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"filter": [f"f{kept}"], "open": ["3"]}
    for asked in ("?filter=mine", "?filter=all", "?q=is:open", "?sort=-updated"):
        assert client.get(path + asked).status_code == 200
    assert sign_in(cast.alice).get(path).status_code == 200


def test_a_filter_that_one_may_not_use_answers_like_one_that_is_not(cast: Cast) -> None:
    kept = keep(cast)
    client = sign_in(cast.charlie)
    for path in ("/activities/?filter=f{}", "/filters/{}/share/", "/filters/{}/edit/"):
        hidden, unknown = client.get(path.format(kept)), client.get(path.format(999_999))
        assert hidden.status_code == unknown.status_code == 404
        assert "Mes appels" not in hidden.content.decode()
    assert client.get(f"/crm/deals/?filter=f{kept}").status_code == 404


def test_a_shared_filter_counts_its_readers_own_rows(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob), subject="De Bob", deadline_on=date(2026, 11, 1))
    make_activity(cast.charlie, make_element("deal", cast.charlie), completed_at=datetime(2026, 11, 1, tzinfo=UTC))
    kept = keep(cast, "is:open")
    share_filter(cast.actor("bob"), id=kept, to=ShareWith(department_id=cast.support))
    client = sign_in(cast.charlie)
    client.post(f"/filters/{kept}/pin/", {"on": "1"})
    assert ">0<" in client.get("/filters/activities/counts/").content.decode()
    page = client.get(f"/activities/?filter=f{kept}&q=is:completed").content.decode()
    assert "Bob Petit" in page
    assert 'id="filter-modified"' in page
    assert 'id="filter-save"' not in page
    assert 'id="filter-save-as"' in page


def test_what_cannot_be_kept_is_told_in_the_dialog(cast: Cast) -> None:
    client = sign_in(cast.bob)
    answer = client.post("/filters/activities/new/", {"name": " ", "q": "is:open"}, headers=HTMX)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#dialog"
    answer = client.post("/filters/activities/new/", {"name": "X", "q": "nonsense"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'value="nonsense"' in answer.content.decode()
    assert list_filters(cast.actor("bob"), listing="activities") == []


def test_a_stale_save_is_a_conflict(cast: Cast) -> None:
    kept = keep(cast)
    client = sign_in(cast.bob)
    version = get_filter(cast.actor("bob"), id=kept).version
    assert client.post(f"/filters/{kept}/save/", {"q": "type:email", "version": version}).status_code == 302
    answer = client.post(f"/filters/{kept}/save/", {"q": "type:task", "version": version})
    assert answer.status_code == 409
    assert "type:email" in answer.content.decode()
    assert get_filter(cast.actor("bob"), id=kept).text == "type:email"


@pytest.mark.parametrize(("listing", "path"), [("activities", "/activities/"), ("deals", "/crm/deals/")])
def test_the_columns_that_its_maker_sees_are_kept_with_a_filter(cast: Cast, listing: str, path: str) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob))
    client = sign_in(cast.bob)
    assert "columns=" not in new_link(client, f"{path}?q=is:open"), "the standard ones follow the standard"
    client.post(f"/lists/{listing}/columns/", {"columns": ["responsible", "created"]}, headers=HTMX)
    assert "columns=responsible%2Ccreated" in new_link(client, f"{path}?q=is:open")
    first = "name" if listing == "deals" else "subject"
    assert f"columns={first}" in new_link(client, f"{path}?q=is:open&columns={first}")


def new_link(client: Client, path: str) -> str:
    """Where the button leads that keeps what a list shows."""
    return str(re.findall(r'id="filter-save-as" href="([^"]*)"', client.get(path).content.decode())[0])
