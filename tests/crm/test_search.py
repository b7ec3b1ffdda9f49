"""Searching elements: by name, phone and address, each reader among his own, against a naive reading of the rows."""

from __future__ import annotations

import random

import pytest

from relance.crm.queries import count_elements, count_matching, list_element_ids, list_elements
from relance.crm.terms import ElementFilter
from relance.kit.actor import Actor
from relance.kit.sql import execute, fetch_value, sql
from relance.lists import finding
from relance.lists.searching import read_search, words_of
from tests.cast import Cast, delete_element, make_element

NAMES = ("Toitures Ferrand", "Ferrand Paul", "Élan Vert", "Réunion Air", "Zoé Dupont", "Paule Dupond", "Œuvres du Lac")
SEARCHES = (
    "ferrand",
    "TOIT",
    "reunion air",
    "oeuvre",
    "ferand",
    "elna vert",
    "zoé ferrand",
    "0612345678",
    "56 78",
    "exemple",
)


def add_point(element: int, kind: str, normalised: str) -> None:
    """Give an element a phone or an address."""
    execute(
        sql(
            "INSERT INTO crm_contactpoint (element_id, kind, raw, normalised, rank) VALUES ({}, {}, {}, {}, 0)",
            *(element, kind, normalised, normalised),
        )
    )


def found(actor: Actor, kind: str, search: str, **more: object) -> set[int]:
    """What a search finds; the page, the ids and the totals agree."""
    filters = ElementFilter(search=search, **more)  # type: ignore[arg-type]
    ids = list_element_ids(actor, kind=kind, filters=filters)
    rows = [row["id"] for row in list_elements(actor, kind=kind, filters=filters, columns=("name",), size=200).rows]
    assert sorted(rows) == sorted(ids)
    assert len(ids) == count_elements(actor, kind=kind, filters=filters)
    assert len(ids) == count_matching(actor, kind=kind, filters=filters).count
    return set(ids)


@pytest.mark.parametrize("few", [5_000, 0], ids=["from the words", "from the rows"])
def test_each_reader_finds_what_plain_reading_finds(cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    """As written, or with a mistake where the reader finds nothing so."""
    monkeypatch.setattr(finding, "FEW_CANDIDATES", few)
    rng, rows = random.Random(3), {}
    for number in range(40):
        owner, name = rng.choice((cast.alice, cast.bob, cast.charlie)), rng.choice(NAMES)
        element = make_element("contact", owner, name)
        phone, email = "33612345678" if number % 3 == 0 else "", "x@exemple.fr" if number % 4 == 0 else ""
        for kind, value in (("phone", phone), ("email", email)):
            if value:
                add_point(element, kind, value)
        rows[element] = (owner, name, phone, email)
    gone = make_element("contact", cast.bob, "Toitures Ferrand")
    delete_element(gone)
    total = 0
    reach = {"root": (cast.alice, cast.bob, cast.charlie), "alice": (cast.alice, cast.bob), "charlie": (cast.charlie,)}
    for name, owners in reach.items():
        for search in SEARCHES:
            naive = _naive({id: row for id, row in rows.items() if row[0] in owners}, search)
            assert found(cast.actor(name), "contact", search) == naive, (name, search)
            total += len(naive)
    assert total > 60


def _naive(rows: dict[int, tuple[int, str, str, str]], search: str) -> set[int]:
    for asked in (read_search(search), read_search(search).forgiving()):
        ids = {
            id
            for id, (_owner, name, phone, email) in rows.items()
            if all(
                any(term.matched(word) for word in words_of(name) + words_of(email))
                or bool(
                    term.number and phone and (phone.endswith(term.number) or f"0{phone[2:]}".startswith(term.number))
                )
                for term in asked.terms
            )
        }
        if ids:
            return ids
    return set()


def test_the_best_come_first_and_a_search_goes_with_filters_and_sorts(cast: Cast) -> None:
    """A whole word before the beginning of one, a name before an address."""
    root = cast.actor("root")
    longer = make_element("company", cast.bob, "Verriere du Lac")
    whole = make_element("company", cast.alice, "Atelier Verrier")
    mailed = make_element("company", cast.bob, "Autre")
    add_point(mailed, "email", "contact@verrier.example")
    page = list_elements(root, kind="company", filters=ElementFilter(search="verrier"), columns=("name",))
    assert [row["id"] for row in page.rows] == [whole, longer, mailed]
    by_name = list_elements(
        root, kind="company", filters=ElementFilter(search="verrier"), sort="name", columns=("name",)
    )
    assert [row["id"] for row in by_name.rows] == [whole, mailed, longer]
    assert found(root, "company", "verrier", text="responsible:me") == set()
    assert found(cast.actor("bob"), "company", "verrier", text="responsible:me") == {longer, mailed}
    assert found(root, "company", "verrier", text=f"responsible:#{cast.alice}") == {whole}
    assert found(root, "contact", "verrier") == set()


def test_pages_follow_one_another(cast: Cast) -> None:
    """Each row once, the best first, then the newest."""
    made = [make_element("lead", cast.bob, f"Verrier {number}") for number in range(9)]
    seen: list[int] = []
    cursor = ""
    for _page in range(3):
        page = list_elements(
            cast.actor("bob"), kind="lead", filters=ElementFilter(search="verrier"), cursor=cursor, size=4
        )
        seen += [row["id"] for row in page.rows]
        cursor = page.next or ""
    assert seen == made[::-1]


def test_names_and_points_follow_every_write(cast: Cast) -> None:
    """Renamed, a phone changed or taken away: the old is not found any more."""
    bob, contact = cast.actor("bob"), make_element("contact", cast.bob, "Zoé Ancien")
    add_point(contact, "phone", "33612345678")
    execute(sql("UPDATE crm_element SET name = 'Zoé Nouveau' WHERE id = {}", contact))
    execute(sql("UPDATE crm_contactpoint SET normalised = '33799998888' WHERE element_id = {}", contact))
    assert found(bob, "contact", "ancien") == found(bob, "contact", "0612345678") == set()
    assert found(bob, "contact", "nouveau") == found(bob, "contact", "07 99 99 88 88") == {contact}
    execute(sql("DELETE FROM crm_contactpoint WHERE element_id = {}", contact))
    assert found(bob, "contact", "07 99 99 88 88") == set()


def test_a_change_of_state_never_touches_the_words(cast: Cast) -> None:
    """Handing over, moving to a stage, deleting leave the row of words as it is."""
    deal = make_element("deal", cast.bob, "Affaire")
    where = sql("SELECT ctid::text || xmin::text FROM crm_elementtext WHERE element_id = {}", deal)
    before = fetch_value(where)
    execute(sql("UPDATE crm_element SET responsible_id = {}, name = name WHERE id = {}", cast.alice, deal))
    delete_element(deal)
    assert fetch_value(where) == before
