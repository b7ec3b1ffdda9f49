"""The page of activity types, and answering a document validation, over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from relance.activities.actions import create_activity, create_type, edit_type
from relance.activities.catalog import TypeView, list_types
from relance.activities.queries import list_validations
from relance.activities.terms import ActivityDraft, OutcomeSettings, TypeSettings
from tests.cast import Cast, journal_size, make_element
from tests.web.signing import HTMX, sign_in, text_of

HOME = "/settings/types/"


def said(**fields: Any) -> dict[str, Any]:
    return {"name_fr": "Visite", "name_en": "Visit", "icon": "place", "hue": "green", "times": "both", **fields}


def last() -> TypeView:
    return list_types()[-1]


def outcomes(*rows: tuple[Any, str, str, str]) -> dict[str, list[Any]]:
    keys = ("id", "fr", "en", "active")
    return {f"outcome-{key}": [row[place] for row in rows] for place, key in enumerate(keys)}


def document(cast: Cast, *validators: int) -> int:
    draft = ActivityDraft("document", "Valider", (make_element("deal", cast.bob),), validators=validators)
    return create_activity(cast.actor("bob"), draft)[0]


def answers(cast: Cast, activity: int) -> list[tuple[str, str]]:
    return [(row["decision"], row["reason"]) for row in list_validations(cast.actor("root"), [activity])]


def test_creates_a_type_that_the_menu_then_offers(cast: Cast) -> None:
    client = sign_in(cast.root)
    rows = outcomes(("", "Vu", "Seen", "on"), ("", "", "", "on"))
    response = client.post(HOME + "new/", said(required_fields=["place"], default_reminders=["60"], **rows))
    assert response.headers["Location"] == HOME
    view = last()
    assert (view.name_fr, view.required_fields, view.default_reminders) == ("Visite", ("place",), (60,))
    assert [(outcome.name_en, outcome.is_active) for outcome in view.outcomes] == [("Seen", True)]
    assert f'?type={view.code}"' in text_of(client.get("/activities/types/"))
    client.post(f"{HOME}{view.id}/switch/")
    assert f'?type={view.code}"' not in text_of(client.get("/activities/types/"))


def test_an_error_stands_at_its_field_and_nothing_is_lost(cast: Cast) -> None:
    size = journal_size()
    rows = outcomes(("", "Vu", "", "on"))
    response = sign_in(cast.root).post(HOME + "new/", said(name_en="", **rows))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name_en", "__all__"]
    assert 'value="Vu"' in text_of(response)
    assert journal_size() == size


def test_a_stale_form_says_so_and_can_be_sent_again(cast: Cast) -> None:
    view = last()
    create_type(cast.actor("root"), settings=TypeSettings("Visite", "Visit", "place", "green", "both"))
    view = last()
    edit_type(
        cast.actor("root"), id=view.id, version=view.version,
        settings=TypeSettings("Tour", "Round", "truck", "red", "both", outcomes=(OutcomeSettings("Vu", "Seen"),)),
    )  # fmt: skip
    client, own = sign_in(cast.root), last().outcomes[0].id
    rows = outcomes((own, "Vu", "Seen", "on"))
    response = client.post(f"{HOME}{view.id}/", said(version=view.version, **rows))
    assert response.status_code == 409
    assert last().name_fr == "Tour"
    again = said(version=response.context["form"].data["version"], **rows)
    assert client.post(f"{HOME}{view.id}/", again).status_code == 302
    assert last().name_fr == "Visite"


def test_the_form_of_a_new_activity_starts_with_what_the_type_says(cast: Cast) -> None:
    make_element("deal", cast.bob)
    settings = TypeSettings("Visite", "Visit", "place", "green", "slot", default_duration_minutes=90)
    code = str(create_type(cast.actor("root"), settings=settings))
    form = sign_in(cast.bob).get(f"/activities/new/?type={code}").context["form"]
    assert form["type"].value() == code
    start, end = (datetime.combine(form[f"{at}_day"].value(), form[f"{at}_time"].value()) for at in ("start", "end"))
    assert end - start == timedelta(minutes=90)


def test_the_page_says_who_decided_what_and_offers_the_answer_to_who_is_asked(cast: Cast) -> None:
    activity = document(cast, cast.alice, cast.bob)
    path = f"/activities/{activity}/"
    assert 'value="approved"' in text_of(sign_in(cast.alice).get(path))
    assert 'value="approved"' not in text_of(sign_in(cast.root).get(path))
    response = sign_in(cast.alice).post(path + "answer/", {"decision": "refused", "reason": "Trop cher"}, headers=HTMX)
    assert response.status_code == 200
    assert answers(cast, activity) == [("refused", "Trop cher"), ("", "")]
    assert "Trop cher" in text_of(sign_in(cast.bob).get(path))


def test_a_refusal_without_reason_is_asked_for_it(cast: Cast) -> None:
    activity = document(cast, cast.alice)
    response = sign_in(cast.alice).post(f"/activities/{activity}/answer/", {"decision": "refused"}, headers=HTMX)
    assert response.status_code == 422
    assert 'id="answer-error"' in text_of(response)
    assert answers(cast, activity) == [("", "")]


def test_the_form_asks_whom_to_ask(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    fields = {"type": "document", "subject": "Valider", "elements": [deal], "responsible": cast.bob, "priority": "2"}
    client: Client = sign_in(cast.bob)
    response = client.post("/activities/new/", fields)
    assert list(response.context["form"].errors) == ["validators"]
    response = client.post("/activities/new/", {**fields, "validators": [cast.alice, cast.bob]})
    activity = int(response.headers["Location"].split("/")[2])
    assert answers(cast, activity) == [("", ""), ("", "")]
