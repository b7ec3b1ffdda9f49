"""Creating and editing: every field gets there, errors stand at their field, nobody's change is lost unseen."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from relance.activities.actions import edit_activities
from relance.activities.queries import get_activity
from relance.activities.terms import ActivityChanges
from relance.kit.sql import fetch_all, fetch_value, sql
from tests.cast import Cast, journal_size, make_activity, make_element
from tests.web.signing import HTMX, sign_in, text_of


def said(element: int, person: int, **fields: Any) -> dict[str, Any]:
    base = {"type": "todo", "subject": "Envoyer le devis", "elements": [element], "responsible": person}
    return {**base, "priority": "2", "creation_key": str(uuid4()), **fields}


def filled(client: Client, activity: int) -> dict[str, Any]:
    """What a browser would send back from the form of an activity."""
    form = client.get(f"/activities/{activity}/edit/").context["form"]
    values: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = form[name].value()
        values[name] = "" if value is None else value
        if field.show_hidden_initial:
            values[f"initial-{name}"] = values[name]
    if not values["is_all_day"]:
        del values["is_all_day"]
    if not values["is_incoming"]:
        del values["is_incoming"]
    return values


def only_activity() -> int:
    ids = fetch_all(sql("SELECT id FROM activities_activity"))
    assert len(ids) == 1
    return int(ids[0]["id"])


def test_creates_with_every_field(cast: Cast) -> None:
    deal, contact = make_element("deal", cast.bob), make_element("contact", cast.bob, "Nadia")
    values = said(
        deal, cast.bob, type="call", elements=[deal, contact], deadline_day="2026-12-01", deadline_time="10:30",
        priority="3", direction="outgoing", place="Lyon", description="Deux lignes\nici", participants=[cast.bob],
        clients=[f"{contact}:04 78 55 01 42"],
    )  # fmt: skip
    response = sign_in(cast.bob).post("/activities/new/", values)
    activity = get_activity(cast.actor("bob"), id=only_activity())
    assert response.headers["Location"] == f"/activities/{activity.id}/"
    assert activity.fields["deadline_at"].isoformat() == "2026-12-01T09:30:00+00:00"
    assert [bound.id for bound in activity.bindings] == [deal, contact]
    assert (activity.fields["priority"], activity.fields["place"]) == (3, "Lyon")
    assert [client["address"] for client in activity.clients] == ["04 78 55 01 42"]
    assert [person["id"] for person in activity.participants] == [cast.bob]


def test_a_double_click_makes_one(cast: Cast) -> None:
    client, values = sign_in(cast.bob), said(make_element("deal", cast.bob), cast.bob)
    for _click in range(2):
        assert client.post("/activities/new/", values, headers=HTMX).status_code == 200
    only_activity()


def test_an_all_day_slot_is_dates(cast: Cast) -> None:
    values = said(
        make_element("deal", cast.bob),
        cast.bob,
        type="meeting",
        is_all_day="on",
        start_day="2026-12-01",
        end_day="2026-12-02",
    )
    sign_in(cast.bob).post("/activities/new/", values)
    fields = get_activity(cast.actor("bob"), id=only_activity()).fields
    assert (str(fields["start_on"]), str(fields["end_on"]), fields["start_at"]) == ("2026-12-01", "2026-12-02", None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"subject": ""}, "subject"),
        ({"elements": []}, "elements"),
        ({"elements": ["x' OR 1=1"]}, "elements"),
        ({"elements": ["9" * 30]}, "elements"),
        ({"elements": [10**17]}, "elements"),
        ({"deadline_time": "10:00"}, "deadline_day"),
        ({"deadline_day": "31/31/2026"}, "deadline_day"),
        ({"start_day": "2026-12-01"}, "start_time"),
        ({"start_day": "2026-12-02", "start_time": "10:00", "end_day": "2026-12-01", "end_time": "10:00"}, "end_day"),
        ({"type": "nonsense"}, "type"),
        ({"priority": "9"}, "priority"),
        ({"responsible": "999999"}, "responsible"),
        ({"participants": ["999999"]}, "participants"),
        ({"subject": "NUL \x00"}, "subject"),
        ({"creation_key": "nonsense"}, "creation_key"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_made(cast: Cast, fields: dict[str, Any], wrong: str) -> None:
    values, before = said(make_element("deal", cast.bob), cast.bob, **fields), journal_size()
    response = sign_in(cast.bob).post("/activities/new/", values, headers=HTMX)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors
    assert fetch_value(sql("SELECT count(*) FROM activities_activity")) == 0
    assert journal_size() == before


def test_binding_somebody_elses_element_says_that_it_does_not_exist(cast: Cast) -> None:
    hidden = make_element("deal", cast.charlie, "Secret")
    response = sign_in(cast.bob).post("/activities/new/", said(hidden, cast.bob), headers=HTMX)
    assert response.status_code == 422
    assert "Secret" not in text_of(response)


def test_a_copy_fills_the_form_and_makes_nothing(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob, "Toiture"), subject="À recopier")
    html = text_of(sign_in(cast.bob).get(f"/activities/new/?copy={activity}"))
    assert 'value="À recopier"' in html
    assert "Toiture" in html
    only_activity()


def test_the_form_names_only_what_may_be_read(cast: Cast) -> None:
    hidden = make_element("deal", cast.charlie, "Secret")
    html = text_of(sign_in(cast.bob).get(f"/activities/new/?element={hidden}"))
    assert "Secret" not in html


def test_writes_only_what_was_changed(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), subject="Avant")
    client = sign_in(cast.bob)
    values = filled(client, activity)
    edit_activities(cast.actor("alice"), ids=[activity], changes=ActivityChanges(place="Lyon"))
    response = client.post(f"/activities/{activity}/edit/", {**values, "subject": "Après"}, headers=HTMX)
    fields = get_activity(cast.actor("bob"), id=activity).fields
    assert response.status_code == 200
    assert (fields["subject"], fields["place"]) == ("Après", "Lyon")


def test_a_conflict_shows_both_and_saving_again_is_meant(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), subject="Avant")
    client = sign_in(cast.bob)
    values = filled(client, activity)
    edit_activities(cast.actor("alice"), ids=[activity], changes=ActivityChanges(subject="D’Alice"))
    mine = {**values, "subject": "De Bob"}
    response = client.post(f"/activities/{activity}/edit/", mine, headers=HTMX)
    assert response.status_code == 409
    assert re.search(r"D’Alice.*De Bob", text_of(response), re.DOTALL)
    assert get_activity(cast.actor("bob"), id=activity).fields["subject"] == "D’Alice"
    version = response.context["form"].data["version"]
    assert client.post(f"/activities/{activity}/edit/", {**mine, "version": version}, headers=HTMX).status_code == 200
    assert get_activity(cast.actor("bob"), id=activity).fields["subject"] == "De Bob"


def test_saving_without_a_change_changes_nothing(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), make_element("contact", cast.bob))
    client = sign_in(cast.bob)
    values, before = filled(client, activity), journal_size()
    assert client.post(f"/activities/{activity}/edit/", values, headers=HTMX).status_code == 200
    assert journal_size() == before


def test_a_form_never_drops_bindings_that_its_user_cannot_read(cast: Cast) -> None:
    own, hidden = make_element("deal", cast.bob), make_element("lead", cast.charlie)
    activity = make_activity(cast.bob, hidden, own)
    other = make_element("contact", cast.bob)
    client = sign_in(cast.bob)
    values = filled(client, activity)
    assert (
        client.post(f"/activities/{activity}/edit/", {**values, "elements": [own, other]}, headers=HTMX).status_code
        == 200
    )
    bound = get_activity(cast.actor("root"), id=activity).bindings
    assert [(b.id, b.is_main) for b in bound] == [(hidden, True), (own, False), (other, False)]


def test_the_first_element_becomes_the_main_one(cast: Cast) -> None:
    first, second = make_element("deal", cast.bob), make_element("contact", cast.bob)
    activity = make_activity(cast.bob, first, second)
    client = sign_in(cast.bob)
    client.post(
        f"/activities/{activity}/edit/", {**filled(client, activity), "elements": [second, first]}, headers=HTMX
    )
    bound = get_activity(cast.actor("bob"), id=activity).bindings
    assert next(b.id for b in bound if b.is_main) == second
