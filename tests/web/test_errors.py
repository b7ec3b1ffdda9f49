"""The four errors, and those of Django, as pages in our look and as messages for htmx."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory

from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound, RelanceError
from relance.web import pages
from tests.cast import Cast
from tests.web.signing import sign_in, text_of

ERRORS: list[tuple[RelanceError, int]] = [
    (NotFound(), 404),
    (Forbidden("Il faut le droit de modifier."), 403),
    (Invalid({"subject": "Dites quoi."}), 422),
    (Conflict({"place": ("Lyon", "Nantes")}), 409),
]


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_an_error_is_a_page(error: RelanceError, status: int) -> None:
    response = pages.error_response(RequestFactory().get("/"), error)
    assert response.status_code == status
    assert "<html" in text_of(response)


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_an_error_is_a_message_over_the_page(error: RelanceError, status: int) -> None:
    response = pages.error_response(RequestFactory().get("/", headers={"HX-Request": "true"}), error)
    assert (response.status_code, response.headers["HX-Reswap"]) == (status, "none")
    assert 'id="toasts" hx-swap-oob="beforeend"' in text_of(response)


def test_a_conflict_shows_both_values() -> None:
    html = text_of(pages.error_response(RequestFactory().get("/"), ERRORS[3][0]))
    assert "Lyon" in html
    assert "Nantes" in html


def test_an_unknown_address_is_not_found(cast: Cast) -> None:
    response = sign_in(cast.bob).get("/nowhere/")
    assert response.status_code == 404
    assert 'class="sidebar"' in text_of(response)


def test_a_fault_of_ours_is_a_page_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("relance.activities.queries.list_activities", fail)
    client = sign_in(cast.bob)
    client.raise_request_exception = False
    response = client.get("/activities/")
    assert response.status_code == 500
    assert 'class="notice"' in text_of(response)


def test_a_forged_form_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"login": "bob@cast.example", "password": "x"})
    assert response.status_code == 403


def test_only_the_right_methods_are_allowed(cast: Cast) -> None:
    client = sign_in(cast.bob)
    assert client.post("/activities/").status_code == 405
    assert client.get("/undo/6b1c0c7e-3a57-4f0e-9d0c-0d6d6f1d0f00/").status_code == 405
    assert client.delete("/activities/new/").status_code == 405
