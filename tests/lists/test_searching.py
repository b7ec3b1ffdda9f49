"""Words as they are searched: the same in Python and in the database, whatever is written; numbers and mistakes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from relance.kit.sql import fetch_value, sql
from relance.lists.searching import read_search, words_of

WRITTEN = st.text(alphabet="abeERéÉœŒÆßẞøŁÅçñ 01e59.-+'\"\\’ΣσςдЖ²½İı…–«»€\n\t_|&:*!()<;🔥ﬁ%", max_size=40)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(WRITTEN)
@example("5e59e0 1e5 12e3abc")
def test_words_are_the_same_in_the_database(db: None, written: str) -> None:
    """Any text has the same words in Python and in PostgreSQL."""
    stored = fetch_value(sql("SELECT tsvector_to_array(search_lexemes({}))", written))
    assert sorted(stored) == sorted(set(words_of(written)))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_too_strange_to_search(db: None, written: str) -> None:
    """Whatever is typed, what is asked of the index is well formed, mistakes forgiven or not."""
    search = read_search(written)
    for term in (*search.terms, *search.forgiving().terms):
        for query in (term.query, term.exactly, term.subject, term.subject_exactly, term.point):
            fetch_value(sql("SELECT ''::tsvector @@ {}::tsquery", query))


def test_words_know_neither_accents_nor_case_nor_ligatures() -> None:
    """What is typed and what is stored are compared without them."""
    assert words_of("Réunion d’ÉQUIPE à Saint-Étienne, œuvre n°12") == [
        *("reunion", "d", "equipe", "a", "saint", "etienne", "oeuvre", "n", "12"),
    ]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "06 12 34 56 78",
            "0612345678",
            "+33612345678",
            "+33 6 12 34 56 78",
            "0033 6.12.34.56.78",
            "+33 (0)6 12-34-56-78",
        ),
        *("06 12 34", "5678", "56 78", "34 56 78", "612345678"),
    ],
)
def test_a_phone_number_is_found_in_any_writing(db: None, typed: str) -> None:
    """Its beginning in any writing, or its last digits."""
    (term,) = read_search(typed).terms
    assert fetch_value(sql("SELECT search_point('phone', '33612345678') @@ {}::tsquery", term.point))
    assert not fetch_value(sql("SELECT search_point('phone', '33798765432') @@ {}::tsquery", term.point))


@pytest.mark.parametrize("typed", ["567", "12 34", "45", "34567"])
def test_digits_of_the_middle_or_too_few_are_no_phone_number(db: None, typed: str) -> None:
    """Less than four, or neither the beginning nor the end."""
    found = (
        fetch_value(sql("SELECT search_point('phone', '33612345678') @@ {}::tsquery", term.point))
        for term in read_search(typed).terms
    )
    assert not any(found)


def test_a_number_within_words_is_a_term_of_its_own() -> None:
    """Words beside it are words; short numbers are words too."""
    search = read_search("Réunion 06.12.34.56.78 Ferrand, lot 12")
    assert [(term.words, term.number) for term in search.terms] == [
        (("reunion",), ""),
        (("06", "12", "34", "56", "78"), "0612345678"),
        (("ferrand",), ""),
        (("lot",), ""),
        (("12",), ""),
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("ferand", "ferrand"), ("ferrrand", "ferrand"), ("fertand", "ferrand"), ("frerand", "ferrand")),
        *(
            ("durnad", "durand"),
            ("pual", "paul"),
            ("toitrue", "toitures"),
            ("errand", "ferrand"),
            ("reunoin", "reunion"),
        ),
    ],
)
def test_one_mistake_is_forgiven(db: None, typed: str, meant: str) -> None:
    """A letter too few, too many or another, two in each other's place; also before the word is at its end."""
    (term,) = read_search(typed).terms
    matched = sql("SELECT search_lexemes({}) @@ {}::tsquery", meant, term.query)
    assert not fetch_value(matched)
    (term,) = read_search(typed).forgiving().terms
    assert fetch_value(sql("SELECT search_lexemes({}) @@ {}::tsquery", meant, term.query))
    assert term.matched(meant)


@pytest.mark.parametrize(
    ("typed", "other"), [("ferand", "ferrier"), ("lot", "loi"), ("2024", "2025"), ("pual", "paule"), ("pal", "paul")]
)
def test_two_mistakes_are_not(db: None, typed: str, other: str) -> None:
    """Nor one in a short word or a number."""
    (term,) = read_search(typed).forgiving().terms
    assert not fetch_value(sql("SELECT search_lexemes({}) @@ {}::tsquery", other, term.query))
    assert not term.matched(other)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(alphabet="aber", min_size=1, max_size=7), st.text(alphabet="aber", min_size=1, max_size=8))
def test_what_is_marked_is_what_was_found(db: None, typed: str, word: str) -> None:
    """A page marks the very words by which the database finds a row."""
    for search in (read_search(typed), read_search(typed).forgiving()):
        (term,) = search.terms
        found = fetch_value(sql("SELECT search_lexemes({}) @@ {}::tsquery", word, term.query))
        assert term.matched(word) == found
