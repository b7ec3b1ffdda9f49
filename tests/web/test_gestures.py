"""Gestures: done where allowed, refused row by row with the reason, and one undo for each."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from relance.kit.sql import Row, fetch_one, sql
from tests.cast import Cast, give_role, journal_size, make_activity, make_element, make_role, make_user
from tests.web.signing import HTMX, sign_in, text_of


def state(activity: int) -> Row:
    found = fetch_one(sql("SELECT * FROM activities_activity WHERE id = {}", activity))
    assert found
    return found


def undo(client: Client, response: Any) -> Any:
    """Press *Undo* in what a gesture answered."""
    path = re.findall(r'hx-post="(/undo/[^"]+)"', text_of(response))[0]
    return client.post(path, headers=HTMX)


@pytest.mark.parametrize(
    ("name", "values", "column", "after"),
    [
        ("complete", {}, "is_completed", True),
        ("complete", {"outcome": "reached", "note": "Accord"}, "note", "Accord"),
        ("edit", {"priority": "3"}, "priority", 3),
        ("edit", {"place_mode": "set", "place": "Nantes"}, "place", "Nantes"),
        ("postpone", {"day": "2027-01-04"}, "deadline_on", "2027-01-04"),
    ],
)
def test_does_and_undoes(cast: Cast, name: str, values: dict[str, str], column: str, after: object) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    client, before = sign_in(cast.bob), state(activity)[column]
    response = client.post(f"/gestures/{name}/", {"ids": activity, **values}, headers=HTMX)
    now = state(activity)[column]
    assert (str(now) if name == "postpone" else now) == after
    assert json.loads(response.headers["HX-Trigger"])["activities-changed"]["ids"] == [activity]
    assert undo(client, response).status_code == 200
    assert state(activity)[column] == before


def test_deletes_and_puts_back(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    client = sign_in(cast.bob)
    response = client.post("/gestures/delete/", {"ids": activity}, headers=HTMX)
    assert client.get(f"/activities/{activity}/").status_code == 404
    assert json.loads(response.headers["HX-Trigger"])["activities-changed"]["gone"] == [activity]
    undo(client, response)
    assert client.get(f"/activities/{activity}/").status_code == 200


def test_assigns_to_who_may_read(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    activity = make_activity(cast.bob, deal)
    client = sign_in(cast.bob)
    client.post("/gestures/assign/", {"ids": activity, "to": cast.alice}, headers=HTMX)
    assert state(activity)["responsible_id"] == cast.alice
    response = client.post("/gestures/assign/", {"ids": activity, "to": cast.charlie}, headers=HTMX)
    assert response.status_code == 403
    assert state(activity)["responsible_id"] == cast.alice


def test_the_round_box_gets_its_row_back(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    response = sign_in(cast.bob).post("/gestures/complete/", {"ids": activity, "redraw": "row"}, headers=HTMX)
    assert f'<tr id="row-{activity}" data-id="{activity}" class="completed" hx-swap-oob="true" data-due="' in text_of(
        response
    )
    assert json.loads(response.headers["HX-Trigger"])["activities-changed"]["stays"] is True


def test_says_row_by_row_what_was_refused_and_why(cast: Cast) -> None:
    give_role(make_role({"read": "all", "update": "own"}), cast.charlie)
    own = make_activity(cast.charlie, make_element("deal", cast.charlie), subject="À moi")
    others = make_activity(cast.bob, make_element("deal", cast.bob), subject="À Bob")
    client = sign_in(cast.charlie)
    response = client.post("/gestures/complete/", {"ids": [own, others, 987_654]}, headers=HTMX)
    html = text_of(response)
    assert (state(own)["is_completed"], state(others)["is_completed"]) == (True, False)
    assert html.count("<li>") == 2
    assert "À Bob" in html
    undo(client, response)
    assert state(own)["is_completed"] is False


def test_a_single_refusal_is_forbidden_and_a_hidden_row_not_found(cast: Cast) -> None:
    give_role(make_role({"read": "all"}), cast.alice)
    seen = make_activity(cast.charlie, make_element("deal", cast.charlie))
    before = journal_size()
    assert sign_in(cast.alice).post("/gestures/complete/", {"ids": seen}, headers=HTMX).status_code == 403
    hidden = sign_in(cast.bob).post("/gestures/complete/", {"ids": seen}, headers=HTMX)
    assert hidden.status_code == 404
    assert hidden.headers["HX-Reswap"] == "none"
    assert (state(seen)["is_completed"], journal_size()) == (False, before)


def test_all_results_are_those_of_the_filter_that_may_be_read(cast: Cast) -> None:
    mine = [make_activity(cast.bob, make_element("deal", cast.bob)) for _number in range(3)]
    other = make_activity(cast.charlie, make_element("deal", cast.charlie))
    sign_in(cast.bob).post("/gestures/complete/", {"all": "1", "filter": "open"}, headers=HTMX)
    assert [state(activity)["is_completed"] for activity in (*mine, other)] == [True, True, True, False]


@pytest.mark.parametrize("values", [{}, {"ids": ["x"]}, {"ids": ["9" * 40]}, {"ids": [str(n) for n in range(1, 1002)]}])
def test_refuses_a_selection_that_cannot_be(cast: Cast, values: dict[str, Any]) -> None:
    before = journal_size()
    assert sign_in(cast.bob).post("/gestures/complete/", values, headers=HTMX).status_code == 422
    assert journal_size() == before


@pytest.mark.parametrize(
    ("name", "values", "wrong"),
    [
        ("assign", {}, "to"),
        ("assign", {"to": "999999"}, "to"),
        ("postpone", {}, "day"),
        ("postpone", {"day": "2026-02-31"}, "day"),
        ("edit", {"deadline": "set"}, "deadline_day"),
        ("edit", {"deadline": "shift"}, "shift_days"),
        ("edit", {"type": "nonsense"}, "type"),
    ],
)
def test_a_wrong_value_comes_back_in_the_dialog(cast: Cast, name: str, values: dict[str, str], wrong: str) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    response = sign_in(cast.bob).post(f"/gestures/{name}/", {"ids": activity, **values}, headers=HTMX)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors
    assert response.headers["HX-Retarget"] == "#dialog"


def test_an_incoming_one_is_planned_only_when_asked(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), is_incoming=True)
    client = sign_in(cast.bob)
    assert f"postpone/?ids={activity}&amp;to=tomorrow" in text_of(
        client.get(f"/activities/{activity}/menu/", headers=HTMX)
    )
    dialog = client.get(f"/gestures/postpone/?ids={activity}&to=tomorrow", headers=HTMX)
    assert 'name="plan_incoming"' in text_of(dialog)
    assert dialog.context["form"]["day"].value() is not None
    assert client.post("/gestures/postpone/", {"ids": activity, "to": "tomorrow"}, headers=HTMX).status_code == 403
    client.post("/gestures/postpone/", {"ids": activity, "to": "tomorrow", "plan_incoming": "on"}, headers=HTMX)
    assert state(activity)["is_incoming"] is False


def test_nobody_undoes_somebody_elses_gesture(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    response = sign_in(cast.bob).post("/gestures/complete/", {"ids": activity}, headers=HTMX)
    assert undo(sign_in(cast.alice), response).status_code == 403
    assert state(activity)["is_completed"] is True


def test_an_unknown_gesture_is_not_found(cast: Cast) -> None:
    client = sign_in(cast.bob)
    assert client.post("/gestures/explode/", {"ids": 1}).status_code == 404
    assert client.post("/undo/6b1c0c7e-3a57-4f0e-9d0c-0d6d6f1d0f00/").status_code == 404


def test_works_without_htmx(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    response = sign_in(cast.bob).post("/gestures/complete/", {"ids": activity})
    assert (response.status_code, response.headers["Location"]) == (302, "/activities/")
    assert "<html" in text_of(sign_in(cast.bob).get(f"/gestures/assign/?ids={activity}"))


def test_a_deactivated_person_is_not_offered(cast: Cast) -> None:
    from_before = make_user("Zoé", "Partie", cast.sales)
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    fetch_one(sql("UPDATE people_user SET is_active = false WHERE id = {} RETURNING id", from_before))
    assert "Zoé" not in text_of(sign_in(cast.bob).get(f"/gestures/assign/?ids={activity}", headers=HTMX))


def test_postpones_to_what_words_say(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    client = sign_in(cast.bob)
    response = client.post("/gestures/postpone/", {"ids": activity, "words": "31/12/2030"}, headers=HTMX)
    assert response.status_code == 200
    assert str(state(activity)["deadline_on"] or state(activity)["deadline_at"].date()) == "2030-12-31"


def test_words_that_mean_nothing_are_refused_and_move_nothing(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    before, client = state(activity), sign_in(cast.bob)
    response = client.post("/gestures/postpone/", {"ids": activity, "words": "un de ces jours"}, headers=HTMX)
    assert response.status_code == 422
    assert 'id="id_words_error"' in text_of(response)
    assert "un de ces jours" in text_of(response)
    assert state(activity) == before
