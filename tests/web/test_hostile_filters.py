"""Hostile texts wherever a filter is taken: an answer or a clear sentence, never a 500, and nothing of them in SQL's text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import typer
from django.db import connection
from django.test import Client

from relance.activities.listings import get_listing
from relance.config.cli import list_ as command
from relance.kit.errors import Invalid
from relance.kit.sql import fetch_value, sql
from relance.lists.grammar.tree import FilterError
from relance.lists.saved import list_filters
from tests.cast import Cast, journal_size, make_activity, make_element
from tests.web.formreading import fields_of
from tests.web.signing import HTMX, sign_in

# Each list's address, the address of its total, and a text field of it.
LISTS = {
    "activities": ("/activities/", "/activities/counts/", "subject"),
    "leads": ("/crm/leads/", "/crm/leads/total/", "name"),
    "deals": ("/crm/deals/", "/crm/deals/total/", "name"),
    "contacts": ("/crm/contacts/", "/crm/contacts/total/", "name"),
    "companies": ("/crm/companies/", "/crm/companies/total/", "name"),
}
MARK = "zzmark"
# Values that are texts like any other, between quotation marks.
TAKEN = {
    "SQL": f"{MARK}'; DROP TABLE crm_element; --",
    "quotes and backslashes": f"{MARK}''' \\\\ \\\" \\\\\\\\ $$ $1 :a",
    "percent": f"{MARK}% %s %(x)s %% %",
    "braces": f"{MARK}{{}} {{0}} {{{{",
    "odd Unicode": f"{MARK}\u202e\u200b\ufeff🔥𝕏ﬁ\u0301İı\U0010ffff",
    "HTML": f"{MARK}<script>alert(1)</script>&lt;",
    "as long as may be": MARK + "a" * 3_980,
}
# Texts that are no filter, and words of the sentence that says so.
REFUSED = {
    "4,001 characters": ("subject~" + "a" * 4_000, "caractères"),
    "51 conditions": (" or ".join(["is:open"] * 51), "50"),
    "nine groups inside each other": ("(" * 9 + "is:open" + ")" * 9, "8"),
    "denied without end": ("-" * 3_999, "8"),
    "201 values": ("number:" + ",".join(["1"] * 201), "200"),
    "NUL": (f'subject~"{MARK}\0"', "caractères de contrôle"),
    "escape": (f'subject~"{MARK}\x1b[2J"', "caractères de contrôle"),
    "SQL": (f"{MARK}' OR 1=1 --", "n’est pas une condition"),
    "no such field": (f"{MARK}%s:1", "n’est pas une condition"),
    "digits of another script": ("responsible:#٣", "n’est personne"),
    "a number without end": (f"number>{'9' * 400}", ""),
    "a date that is none": ("created:0000-00-00", "n’est pas un jour"),
    "an open quotation mark": (f'subject~"{MARK}', "n’est pas fermé"),
}


@pytest.fixture(autouse=True)
def no_text_in_sql() -> Iterator[None]:
    """Fails where the text of a statement holds what was typed."""

    def watch(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        assert MARK not in statement
        return execute(statement, params, many, context)

    with connection.execute_wrapper(watch):
        yield


@pytest.fixture
def bob(cast: Cast) -> Client:
    """Bob, signed in, with a row in every list."""
    for kind in ("lead", "deal", "contact", "company"):
        make_activity(cast.bob, make_element(kind, cast.bob, "Élan"), subject="Rappeler")
    return sign_in(cast.bob)


def taken(field: str, value: str) -> str:
    """A condition on a text, cut to what a filter may have."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}~"{escaped}"'


def nested(field: str) -> str:
    """Fifty conditions in groups inside each other, as deep as they may be."""
    ten = " or ".join(f"{field}~a{number}" for number in range(10))
    text = ten
    for _depth in range(4):
        text = f"-({text} or {ten})"
    return text


@pytest.mark.parametrize("listing", LISTS)
def test_a_hostile_value_is_a_text_like_any_other(cast: Cast, bob: Client, listing: str) -> None:
    path, total, field = LISTS[listing]
    for name, value in TAKEN.items():
        text = taken(field, value)
        page = bob.get(path, {"q": text})
        assert (name, page.status_code) == (name, 200)
        assert "<script>alert" not in page.content.decode()
        told = {"filter": f"q:{text}"} if listing == "activities" else {"q": text}
        assert 'data-total="0"' in bob.get(total, told).content.decode(), name
        assert bob.get(f"/filters/{listing}/build/", {"q": text}).status_code == 200
        kept = bob.post(f"/filters/{listing}/new/", {"name": name, "q": text, "pin": "on"}, headers=HTMX)
        assert (name, kept.status_code) == (name, 200)
    saved = {one.name: one for one in list_filters(cast.actor("bob"), listing=listing)}
    assert {name: one.text for name, one in saved.items()} == {
        name: taken(field, value) for name, value in TAKEN.items()
    }
    assert bob.get(f"/filters/{listing}/counts/").status_code == 200
    assert all(bob.get(path, {"filter": one.code}).status_code == 200 for one in saved.values())


@pytest.mark.parametrize("listing", LISTS)
def test_what_is_no_filter_is_refused_in_a_french_sentence(cast: Cast, bob: Client, listing: str) -> None:
    path, total, field = LISTS[listing]
    before = journal_size()
    for name, (text, words) in REFUSED.items():
        said = text.replace("subject", field)
        if listing == "activities":
            said = said.replace("number", "element.number")
        page = bob.get(path, {"q": said})
        assert (name, page.status_code) == (name, 422)
        assert words in page.content.decode(), name
        told = {"filter": f"q:{said}"} if listing == "activities" else {"q": said}
        assert bob.get(total, told).status_code == 200
        gesture = ("read", "apply")[len(name) % 2]
        posted = bob.post(f"/filters/{listing}/build/", {"do": gesture, "q": said})
        assert (name, posted.status_code in {200, 302, 422}) == (name, True)
        refused = bob.post(f"/filters/{listing}/new/", {"name": name, "q": said}, headers=HTMX)
        assert (name, refused.status_code) == (name, 422)
        # The form itself refuses NUL, in Django's words.
        assert name == "NUL" or words in refused.content.decode(), name
    assert list_filters(cast.actor("bob"), listing=listing) == []
    assert journal_size() == before


@pytest.mark.parametrize("listing", LISTS)
def test_fifty_nested_conditions_answer(bob: Client, listing: str) -> None:
    path, total, field = LISTS[listing]
    assert bob.get(path, {"q": nested(field)}).status_code == 200
    told = {"filter": f"q:{nested(field)}"} if listing == "activities" else {"q": nested(field)}
    assert "data-total" in bob.get(total, told).content.decode()
    refused = bob.get(path, {"q": f"{nested(field)} is:open"})
    assert refused.status_code == 422
    assert "50" in refused.content.decode()


@pytest.mark.parametrize("listing", ["activities", "deals"])
def test_every_part_of_a_builders_form_may_be_forged(bob: Client, listing: str) -> None:
    """Each field of the form in turn holds something else; where it leads to the list, that answers as well."""
    _path, _total, field = LISTS[listing]
    build = f"/filters/{listing}/build/"
    page = bob.get(build, {"q": f"{field}~a (responsible:me or -created>today-3d)"}).content.decode()
    form = fields_of(page, "builder-form")
    form.pop("csrfmiddlewaretoken")
    assert len(form) > 8
    for place, key in enumerate(form):
        value = (f"{MARK}'; --\0%s\\", "9" * 30, f"{MARK}🔥\u202e")[(place + len(listing)) % 3]
        answer = bob.post(build, {**form, key: [value], "do": "apply"})
        assert (key, answer.status_code in {200, 302, 404, 422}) == (key, True)
        if answer.status_code == 302:
            assert bob.get(answer.headers["Location"]).status_code in {200, 404, 422}


@pytest.mark.parametrize("listing", LISTS)
def test_the_rest_of_an_address_may_be_forged_too(bob: Client, listing: str) -> None:
    path, total, _field = LISTS[listing]
    values = (
        f"{MARK}'; --",
        f"{MARK}\0",
        "%s%%",
        "f99999999999999999999",
        "f-1",
        "fé",
        "x" * 5_000,
        "\u202e🔥",
        "[]{}",
    )
    turn = list(LISTS).index(listing)
    for place, name in enumerate(("filter", "search", "sort", "cursor", "columns", "open", "person", "responsible")):
        for value in values[(turn + place) % 3 :: 3]:
            answer = bob.get(path, {name: value})
            assert (name, value, answer.status_code in {200, 302, 404, 422}) == (name, value, True)
    # Bytes that are no UTF-8, and a lone surrogate as JavaScript would send it.
    for raw in ("%ff%fe", "%ed%a0%80", "%00", quote(MARK) + "%C0%AF"):
        assert bob.get(f"{path}?q={raw}&search={raw}").status_code in {200, 422}
        assert bob.get(f"{total}?q={raw}&filter={raw}&search={raw}").status_code in {200, 404, 422}


@pytest.mark.parametrize("listing", LISTS)
def test_all_results_of_what_is_no_filter_change_nothing(cast: Cast, bob: Client, listing: str) -> None:
    before = journal_size()
    kind = {"companies": "company"}.get(listing, listing[:-1])
    for text in (f"{MARK}'; --", "(" * 4_000, f'name~"{MARK}\0"'):
        if listing == "activities":
            answer = bob.post("/gestures/complete/", {"all": "1", "filter": f"q:{text}"})
        else:
            answer = bob.post(f"/crm/{kind}/gestures/assign/", {"all": "1", "q": text, "to": cast.bob})
        assert answer.status_code in {302, 404, 422}
    assert journal_size() == before
    assert not fetch_value(sql("SELECT bool_or(is_completed) FROM activities_activity"))


@pytest.mark.parametrize("listing", LISTS)
def test_the_command_line_takes_and_refuses_the_same(
    cast: Cast, bob: Client, listing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "running_database", lambda _data: nullcontext())
    field = LISTS[listing][2]

    def ask(text: str) -> None:
        command.list_(listing, text, user="bob@cast.example", data=Path(), as_json=True)

    for text in [*(taken(field, value) for value in TAKEN.values()), nested(field)]:
        ask(text)
        assert json.loads(capsys.readouterr().out)["is_exact"]
    for text, _words in REFUSED.values():
        with pytest.raises((FilterError, Invalid, typer.Exit)):
            ask(text.replace("subject", field))
    with pytest.raises(FilterError):
        get_listing(listing).check(cast.actor("bob"), f"{nested(field)} is:open")
