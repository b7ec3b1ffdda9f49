"""Pickers find only what may be read, and active people only."""

from __future__ import annotations

from tests.cast import Cast, make_element
from tests.web.signing import sign_in


def found(cast: Cast, name: str, path: str) -> list[str]:
    options = sign_in(getattr(cast, name)).get(path).json()["options"]
    return [option["text"] for option in options]


def test_finds_elements_without_accents_or_case(cast: Cast) -> None:
    make_element("deal", cast.bob, "Énergie verte")
    make_element("deal", cast.charlie, "Énergie secrète")
    assert found(cast, "bob", "/pick/elements/?q=energie") == ["Énergie verte"]


def test_finds_the_asked_kinds_only(cast: Cast) -> None:
    make_element("deal", cast.bob, "Toit")
    make_element("contact", cast.bob, "Toine")
    assert found(cast, "bob", "/pick/elements/?q=toi&kind=contact") == ["Toine"]


def test_clients_are_contacts_and_companies(cast: Cast) -> None:
    make_element("deal", cast.bob, "Nadia SA, devis")
    make_element("contact", cast.bob, "Nadia Ferrand")
    make_element("company", cast.bob, "Nadia SA")
    assert found(cast, "bob", "/pick/clients/?q=nadia") == ["Nadia Ferrand", "Nadia SA"]


def test_finds_people(cast: Cast) -> None:
    assert found(cast, "bob", "/pick/people/?q=charl") == ["Charlie Roux"]


def test_strange_queries_find_nothing(cast: Cast) -> None:
    for query in ("%25", "%00", "_" * 500, "'; DROP TABLE x", "\\"):
        assert sign_in(cast.bob).get("/pick/people/", {"q": query}).status_code == 200
