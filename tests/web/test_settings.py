"""The settings of a list: one's own columns, the company's, and who may set those."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, make_activity, make_element
from tests.web.signing import HTMX, sign_in, text_of

PATH = "/lists/activities/columns/"
DEFAULT = ["type", "subject", "element", "client", "deadline", "responsible"]


def shown(client: Client) -> list[str]:
    return re.findall(r'<th scope="col" class="c-(\w+)', text_of(client.get("/activities/?filter=open")))


@pytest.fixture
def one_row(cast: Cast) -> Cast:
    make_activity(cast.bob, make_element("deal", cast.bob, is_open_to_all=True))
    return cast


def test_starts_with_the_default_columns(one_row: Cast) -> None:
    assert shown(sign_in(one_row.bob)) == DEFAULT


def test_applies_and_resets_ones_own(one_row: Cast) -> None:
    client = sign_in(one_row.bob)
    response = client.post(PATH, {"columns": ["deadline", "subject", "description"]}, headers=HTMX)
    assert response.headers["HX-Redirect"] == "/activities/"
    assert shown(client) == ["deadline", "subject", "description"]
    client.post(PATH, {"do": "reset"})
    assert shown(client) == DEFAULT


def test_keeps_the_address_of_the_list(cast: Cast) -> None:
    seen = {**HTMX, "HX-Current-URL": "http://testserver/activities/?filter=open&sort=-deadline"}
    response = sign_in(cast.bob).post(PATH, {"columns": ["subject"]}, headers=seen)
    assert response.headers["HX-Redirect"] == "/activities/?filter=open&sort=-deadline"
    evil = {**HTMX, "HX-Current-URL": "http://evil.example/testserver/activities/"}
    assert sign_in(cast.bob).post(PATH, {"columns": ["subject"]}, headers=evil).headers["HX-Redirect"] == "/activities/"


def test_an_administrator_applies_to_all(one_row: Cast) -> None:
    sign_in(one_row.root).post(PATH, {"columns": ["subject", "deadline"], "for_all": "1"})
    assert shown(sign_in(one_row.bob)) == ["subject", "deadline"]


def test_others_do_not_see_it_and_may_not(one_row: Cast) -> None:
    client = sign_in(one_row.bob)
    assert 'name="for_all"' not in text_of(client.get(PATH))
    assert 'name="for_all"' in text_of(sign_in(one_row.root).get(PATH))
    assert client.post(PATH, {"columns": ["subject"], "for_all": "1"}).status_code == 403
    assert shown(sign_in(one_row.alice)) == DEFAULT


@pytest.mark.parametrize("values", [{}, {"columns": ["nonsense"]}, {"columns": ["subject", "subject"]}])
def test_refuses_what_is_no_choice(cast: Cast, values: dict[str, Any]) -> None:
    assert sign_in(cast.bob).post(PATH, values, headers=HTMX).status_code == 422


def test_an_unknown_list_is_not_found(cast: Cast) -> None:
    assert sign_in(cast.bob).get("/lists/secrets/columns/").status_code == 404


def test_each_kind_of_element_has_its_own(cast: Cast) -> None:
    assert sign_in(cast.bob).get("/lists/deals/columns/").status_code == 200


LAYOUT = "/lists/activities/layout/"


def cols(client: Client) -> dict[str, str]:
    return dict(re.findall(r'<col data-column="(\w+)" width="(\d+)">', text_of(client.get("/activities/?filter=open"))))


def test_a_width_is_kept_for_who_set_it(one_row: Cast) -> None:
    client = sign_in(one_row.bob)
    assert client.post(LAYOUT, {"width": "subject:321"}, headers=HTMX).status_code == 204
    assert client.post(LAYOUT, {"width": "deadline:99"}, headers=HTMX).status_code == 204
    assert cols(client) == {"subject": "321", "deadline": "99"}
    assert shown(client) == DEFAULT
    assert cols(sign_in(one_row.root)) == {}


def test_an_order_is_kept_and_the_widths_with_it(one_row: Cast) -> None:
    client = sign_in(one_row.bob)
    client.post(LAYOUT, {"width": "subject:321"}, headers=HTMX)
    client.post(LAYOUT, {"columns": ["deadline", "subject"]}, headers=HTMX)
    assert (shown(client), cols(client)) == (["deadline", "subject"], {"subject": "321"})


def test_widths_and_density_are_reset_with_the_columns(one_row: Cast) -> None:
    client = sign_in(one_row.bob)
    client.post(LAYOUT, {"width": "subject:321"}, headers=HTMX)
    client.post(PATH, {"columns": DEFAULT, "density": "compact"}, headers=HTMX)
    assert " compact" in text_of(client.get("/activities/?filter=open"))
    client.post(PATH, {"do": "reset"})
    page = text_of(client.get("/activities/?filter=open"))
    assert cols(client) == {}
    assert not re.search(r'<table class="[^"]*compact', page)


def test_an_administrator_applies_his_widths_and_density_to_all(one_row: Cast) -> None:
    bob, root = sign_in(one_row.bob), sign_in(one_row.root)
    bob.post(LAYOUT, {"width": "subject:700"}, headers=HTMX)
    root.post(LAYOUT, {"width": "subject:321"}, headers=HTMX)
    root.post(PATH, {"columns": DEFAULT, "density": "comfortable", "for_all": "1"})
    assert cols(bob) == {"subject": "321"}
    assert re.search(r'<table class="[^"]*comfortable', text_of(bob.get("/activities/?filter=open")))


@pytest.mark.parametrize(
    "values",
    [
        {"width": "subject:12"},
        {"width": "subject:99999"},
        {"width": "subject:9999999999999999999"},
        {"width": "subject:1e3"},
        {"width": "nonsense:200"},
        {"width": "subject"},
        {"columns": ["subject", "subject"]},
        {"columns": ["nonsense"]},
    ],
)
def test_refuses_what_is_no_layout_and_keeps_nothing(one_row: Cast, values: dict[str, Any]) -> None:
    client = sign_in(one_row.bob)
    assert client.post(LAYOUT, values, headers=HTMX).status_code == 422
    assert (shown(client), cols(client)) == (DEFAULT, {})


def test_refuses_an_unknown_density(cast: Cast) -> None:
    values = {"columns": ["subject"], "density": "airy"}
    assert sign_in(cast.bob).post(PATH, values, headers=HTMX).status_code == 422


def test_columns_of_an_address_are_chosen_in_the_address(one_row: Cast) -> None:
    client = sign_in(one_row.bob)
    seen = "http://testserver/activities/?filter=open&columns=deadline,subject"
    html = text_of(client.get(f"{PATH}?columns=deadline,subject", headers={**HTMX, "HX-Current-URL": seen}))
    assert 'name="in_address"' in html
    assert re.findall(r'value="(\w+)" checked', html)[:2] == ["deadline", "subject"]
    chosen = {"columns": ["subject", "place"], "in_address": "1", "density": "compact"}
    response = client.post(PATH, chosen, headers={**HTMX, "HX-Current-URL": seen})
    assert response.headers["HX-Redirect"] == "/activities/?filter=open&columns=subject%2Cplace"
    assert shown(client) == DEFAULT
    assert re.search(r'<table class="[^"]*compact', text_of(client.get("/activities/?filter=open")))
    response = client.post(PATH, {"do": "reset", "in_address": "1"}, headers={**HTMX, "HX-Current-URL": seen})
    assert response.headers["HX-Redirect"] == "/activities/?filter=open"
