"""The quick selects of elements' lists write into the filter's text: the address, chips and kept filters know what they chose."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from relance.activities.listings import get_listing
from relance.activities.queries import list_activities
from relance.crm.queries import list_stages
from relance.lists.saving import create_filter
from relance.lists.terms import FilterChanges
from tests.cast import SYSTEM, Cast, make_activity, make_element
from tests.web.formreading import fields_of
from tests.web.signing import HTMX, sign_in

FRAGMENT = {**HTMX, "HX-Target": "list-page"}


def form_of(page: str) -> dict[str, str]:
    """What the form above the list would send."""
    return {name: values[-1] for name, values in fields_of(page, "list-filters").items()}


def moved(cast: Cast, text: str, /, **selects: str) -> str:
    """What the text is once the form was sent with other values than it showed."""
    client = sign_in(cast.bob)
    page = client.get("/crm/deals/", {"q": text}).content.decode()
    sent = {**form_of(page), **selects}
    sent = {key: value for key, value in sent.items() if value != "off"}
    answer = client.get(f"/crm/deals/?{urlencode(sent)}", headers=FRAGMENT)
    assert answer.status_code in {200, 422}
    said = parse_qs(urlsplit(answer.headers["HX-Push-Url"]).query)
    assert set(said) <= {"q"}, "nothing stands beside the text"
    return said.get("q", [""])[0]


def test_each_select_writes_its_condition_in_its_place(cast: Cast) -> None:
    quote = next(stage.id for stage in list_stages("deal") if stage.code == "quote")
    assert moved(cast, "", stage="won") == "is:won"
    assert moved(cast, "", idle="1") == "is:idle"
    assert moved(cast, "is:won amount>10", stage=str(quote)) == f"stage:#{quote} amount>10"
    assert moved(cast, "stage:quote is:idle", stage="open") == "is:open is:idle"
    assert moved(cast, "is:idle amount>10", idle="off") == "amount>10"
    assert moved(cast, "is:won", stage="") == ""
    assert moved(cast, "is:idle", responsible="colleagues-below") == "is:idle responsible:colleagues-below"
    assert moved(cast, "responsible:me", person=str(cast.alice)) == f"responsible:#{cast.alice}"
    assert moved(cast, f"responsible:#{cast.alice}", responsible="me") == "responsible:me"
    assert moved(cast, f"responsible:#{cast.alice} is:open", person="") == "is:open"
    assert moved(cast, "amount>10 or is:won", idle="1") == "(amount>10 or is:won) is:idle"


def test_what_a_select_cannot_say_stays_as_it_is_until_it_is_moved(cast: Cast) -> None:
    text = "is:won,lost responsible:alice@cast.example,me -is:idle"
    page = sign_in(cast.bob).get(f"/crm/deals/?{urlencode({'q': text})}").content.decode()
    shown = form_of(page)
    assert (shown["stage"], shown["responsible"], shown.get("idle", "off")) == ("-", "-", "off")
    assert moved(cast, text, q=f"{text} amount>1") == f"{text} amount>1"
    assert moved(cast, text, responsible="me") == "is:won,lost responsible:me -is:idle"


def test_a_select_never_puts_back_what_was_typed_into_the_text(cast: Cast) -> None:
    assert moved(cast, "is:won is:idle", q="is:lost") == "is:lost"
    assert moved(cast, "is:won is:idle", q="") == ""
    assert moved(cast, "is:(", q="is:won") == "is:won"
    assert moved(cast, "is:(", stage="won") == "is:("


@pytest.mark.parametrize(
    ("old", "text"),
    [
        ("stage=won&idle=1", "is:won is:idle"),
        ("responsible=below", "responsible:colleagues-below"),
        ("q=amount>1&responsible=me&stage=", "amount>1 responsible:me"),
    ],
)
def test_an_older_address_leads_to_the_text_that_says_the_same(cast: Cast, old: str, text: str) -> None:
    answer = sign_in(cast.bob).get(f"/crm/deals/?{old}&sort=name")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"q": [text], "sort": ["name"]}


def test_no_activity_is_kept_in_a_filter_and_a_select_moved_since_is_its_change(cast: Cast) -> None:
    make_element("deal", cast.bob, "Libre")
    make_activity(cast.bob, make_element("deal", cast.bob, "Occupé"))
    client = sign_in(cast.bob)
    page = client.get("/crm/deals/?idle=1", follow=True).content.decode()
    assert "/filters/deals/new/?q=is%3Aidle" in page, "what is saved knows it"
    draft = FilterChanges(name="Oubliées", text="is:idle")
    kept = create_filter(cast.actor("bob"), listing=get_listing("deals"), draft=draft).done[0]
    page = client.get(f"/crm/deals/?filter=f{kept}").content.decode()
    assert 'title="Libre"' in page
    assert 'title="Occupé"' not in page
    assert 'id="filter-modified"' not in page
    assert "Sans activité</b>" in page, "a chip says it"
    sent = {**form_of(page), "responsible": "me"}
    answer = client.get(f"/crm/deals/?{urlencode(sent)}", headers=FRAGMENT)
    assert 'id="filter-modified"' in answer.content.decode()
    assert parse_qs(urlsplit(answer.headers["HX-Push-Url"]).query) == {
        "filter": [f"f{kept}"],
        "q": ["is:idle responsible:me"],
    }
    back = {**form_of(answer.content.decode()), "responsible": ""}
    answer = client.get(f"/crm/deals/?{urlencode(back)}", headers=FRAGMENT)
    assert answer.headers["HX-Push-Url"] == f"/crm/deals/?filter=f{kept}"


def test_activities_can_be_asked_for_by_elements_without_a_plan(cast: Cast) -> None:
    idle, busy = make_element("deal", cast.bob), make_element("deal", cast.bob)
    done = make_activity(cast.bob, idle, completed_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    make_activity(cast.bob, busy, completed_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    make_activity(cast.bob, busy)
    rows = list_activities(SYSTEM, text="is:completed deal.is:idle").rows
    assert [row["id"] for row in rows] == [done]


def test_an_empty_list_says_that_all_is_planned_only_where_nothing_else_is_asked(cast: Cast) -> None:
    client = sign_in(cast.root)
    planned = "Tout ce qui est en cours ici a une activité planifiée."
    assert planned in client.get("/crm/deals/", {"q": "is:idle"}).content.decode()
    page = client.get("/crm/deals/", {"q": "is:idle amount>5000"}).content.decode()
    assert planned not in page
    assert "ne correspond à ce filtre" in page
