"""The composer of an element's page: little is asked, nothing typed is lost, and what is done already is written down."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from relance.activities.queries import get_activity
from relance.crm.actions import edit_elements
from relance.kit.sql import fetch_column, fetch_value, sql
from tests.cast import Cast, journal_size, make_element
from tests.crm.test_pages import path_of
from tests.web.signing import HTMX, sign_in, text_of

# A Tuesday, winter time in Paris: 14:00 there.
NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_a_known_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relance.kit.clock.now", lambda: NOW)


def said(person: int, **fields: Any) -> dict[str, Any]:
    return {"type": "call", "responsible": person, "priority": "2", "creation_key": str(uuid4()), **fields}


def only_activity() -> int:
    (found,) = fetch_column(sql("SELECT id FROM activities_activity"))
    return int(found)


def compose_url(element: int) -> str:
    return f"{path_of(element)}compose/"


def test_the_page_shows_one_line_and_asks_for_the_form_when_it_is_needed(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob), sign_in(cast.bob)
    page = text_of(client.get(path_of(deal)))
    assert "data-composer" in page
    assert "data-compose" not in page.replace("data-composer", "")
    form = client.get(compose_url(deal), {"type": "meeting"}, headers=HTMX)
    assert form.context["form"]["type"].value() == "meeting"
    assert json.loads(form.context["defaults"])["call"]["deadline_time"] == "14:00"


def test_plans_with_nothing_but_words(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob), sign_in(cast.bob)
    values = said(cast.bob, words="mardi prochain 10h", deadline_day="2026-11-27", deadline_time="14:00")
    response = client.post(compose_url(deal), values, headers=HTMX)
    assert response.status_code == 200
    assert "activities-changed" in response.headers["HX-Trigger"]
    activity = get_activity(cast.actor("bob"), id=only_activity())
    assert activity.fields["subject"] == "Appel"
    assert activity.fields["deadline_at"] == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert [bound.id for bound in activity.bindings] == [deal]
    assert client.get(path_of(deal)).context["types"][0].code == "call"


def test_words_say_when_a_meeting_begins_and_the_duration_when_it_ends(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob), sign_in(cast.bob)
    values = said(cast.bob, type="meeting", subject="Point", words="demain 10h", duration="90")
    assert client.post(compose_url(deal), values, headers=HTMX).status_code == 200
    fields = get_activity(cast.actor("bob"), id=only_activity()).fields
    assert (fields["start_at"], fields["end_at"]) == (
        datetime(2026, 11, 25, 9, tzinfo=UTC),
        datetime(2026, 11, 25, 10, 30, tzinfo=UTC),
    )


def test_a_day_alone_makes_a_meeting_of_the_whole_day(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    values = said(cast.bob, type="meeting", words="lundi", start_day="2026-11-27", start_time="14:00", duration="30")
    assert sign_in(cast.bob).post(compose_url(deal), values, headers=HTMX).status_code == 200
    fields = get_activity(cast.actor("bob"), id=only_activity()).fields
    assert (str(fields["start_on"]), fields["start_at"], fields["deadline_at"]) == ("2026-11-30", None, None)


def test_what_is_not_understood_is_refused_at_its_field_and_what_was_typed_stays(cast: Cast) -> None:
    deal, before = make_element("deal", cast.bob), journal_size()
    values = said(cast.bob, subject="Rappeler", words="à la saint-glinglin", place="Lyon")
    response = sign_in(cast.bob).post(compose_url(deal), values, headers=HTMX)
    assert response.status_code == 422
    assert "words" in response.context["form"].errors
    assert all(text in text_of(response) for text in ("saint-glinglin", "Rappeler", "Lyon"))
    assert (fetch_value(sql("SELECT count(*) FROM activities_activity")), journal_size()) == (0, before)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("demain 9h", "Mercredi 25 novembre 2026, 09:00"),
        ("lundi", "Lundi 30 novembre 2026"),
        ("quelque chose", "Ce n’est pas compris"),
        ("hier", "passé"),
        ("<script>", "compris"),
        ("x" * 5_000, "compris"),
        ("", ""),
    ],
)
def test_an_echo_says_while_one_types_what_is_understood(cast: Cast, words: str, expected: str) -> None:
    response = sign_in(cast.bob).get("/activities/moment/", {"words": words}, headers=HTMX)
    assert response.status_code == 200
    assert expected in text_of(response)
    assert "<script>" not in text_of(response)


def test_the_contact_of_a_deal_is_the_client_with_his_phone(cast: Cast) -> None:
    deal, contact = make_element("deal", cast.bob), make_element("contact", cast.bob, "Nadia Ferrand")
    edit_elements(cast.actor("root"), ids=[deal], changes={"contact_ids": (contact,)})
    edit_elements(cast.actor("root"), ids=[contact], changes={"phones": ("04 78 55 01 42",)})
    form = sign_in(cast.bob).get(compose_url(deal), {"type": "call"}, headers=HTMX).context["form"]
    assert form["clients"].value() == [f"{contact}:04 78 55 01 42"]
    assert "Nadia Ferrand" in str(form["clients"])


def test_a_contact_that_one_may_not_read_is_no_client(cast: Cast) -> None:
    deal, hidden = make_element("deal", cast.bob), make_element("contact", cast.charlie, "Secret")
    edit_elements(cast.actor("root"), ids=[deal], changes={"contact_ids": (hidden,)})
    response = sign_in(cast.bob).get(compose_url(deal), {"type": "call"}, headers=HTMX)
    assert response.context["form"]["clients"].value() == []
    assert "Secret" not in text_of(response)


def test_who_may_only_read_the_element_cannot_compose(cast: Cast) -> None:
    deal = make_element("deal", cast.charlie, is_open_to_all=True)
    for response in (
        sign_in(cast.bob).get(compose_url(deal), headers=HTMX),
        sign_in(cast.bob).post(compose_url(deal), said(cast.bob), headers=HTMX),
    ):
        assert response.status_code in {403, 404}
    assert fetch_value(sql("SELECT count(*) FROM activities_activity")) == 0


def test_without_a_script_the_form_is_a_page_of_its_own(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    response = sign_in(cast.bob).get(compose_url(deal), {"type": "call"})
    assert response.headers["Location"] == f"/activities/new/?type=call&element={deal}"


def test_the_whole_form_takes_words_too(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    values = said(cast.bob, subject="Envoyer le devis", elements=[deal], words="dans 3 jours ouvrés")
    assert sign_in(cast.bob).post("/activities/new/", values, headers=HTMX).status_code == 200
    assert str(get_activity(cast.actor("bob"), id=only_activity()).fields["deadline_on"]) == "2026-11-27"
