"""The text of filters: what is written comes back, and whatever is typed gets a tree or an error with a place."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.lists.grammar.days import Period, read_period, read_span, start_of
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import (
    EVERYTHING,
    MOST_CONDITIONS,
    Between,
    Condition,
    FilterError,
    Tree,
    Word,
    all_parts,
    conditions,
    denied,
    either_part,
    write,
)

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,8}(\.[a-z][a-z0-9_]{0,8})?", fullmatch=True)
BARE = st.from_regex(r"[a-z0-9é#@+_/<>=~!-]{1,12}(:[a-z0-9]{1,5})?", fullmatch=True).filter(
    lambda text: not text.startswith(("in:", "below:"))
)
ANYTHING = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"), include_characters=" "), max_size=20
)
PREFIXES = st.sampled_from(["", "in", "below"])
WORDS = st.one_of(st.builds(Word, BARE, st.just(False), PREFIXES), st.builds(Word, ANYTHING, st.just(True), PREFIXES))
ENDS = st.from_regex(r"[a-z0-9+-]{1,8}", fullmatch=True).map(Word)
SEVERAL = st.builds(
    Condition,
    NAMES,
    st.sampled_from([":", "!="]),
    st.lists(st.one_of(WORDS, st.builds(Between, ENDS, ENDS)), min_size=1, max_size=3).map(tuple),
)
TEXTUAL = st.builds(
    Condition, NAMES, st.sampled_from(["~", "!~", "^"]), st.lists(WORDS, min_size=1, max_size=3).map(tuple)
)
# No text means "<" with a bare value that begins with "=": it reads as "<=".
COMPARABLE = WORDS.filter(lambda word: word.is_quoted or bool(word.prefix) or not word.text.startswith("="))
COMPARED = st.builds(Condition, NAMES, st.sampled_from(["<", "<=", ">", ">="]), COMPARABLE.map(lambda word: (word,)))
LEAVES: st.SearchStrategy[Tree] = st.one_of(SEVERAL, TEXTUAL, COMPARED)


def groups(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Groups of parts, and denials."""
    parts = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(parts.map(all_parts), parts.map(either_part), inner.map(denied))


TREES = st.recursive(LEAVES, groups, max_leaves=8)


def depth(tree: Any) -> int:
    """How many brackets and denials stand inside each other."""
    inner = [depth(part) for part in getattr(tree, "parts", ())] or [0]
    return 1 + (depth(tree.part) if hasattr(tree, "part") else max(inner))


@settings(max_examples=400, deadline=None)
@given(TREES.filter(lambda tree: depth(tree) < 5))
def test_written_tree_is_read_again(tree: Tree) -> None:
    assert parse(write(tree)) == tree


PIECES = [*'()-":,.~<>=! \\#\0', "or", "and", "not", "is:", "a", "in:", "..", "é"]


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_gives_a_tree_or_an_error_with_a_place(text: str) -> None:
    tree, place = None, (0, 1)
    try:
        tree = parse(text)
    except FilterError as error:
        place = error.place
    assert 0 <= place[0] <= len(text)
    assert place[1] >= 1
    assert tree is None or parse(write(tree)) == tree


def test_readable_form_reads_as_a_sentence() -> None:
    text = "responsible:me is:open deadline<today-3d (type:call or type:meeting) deal.amount>10000"
    assert write(parse(text)) == text
    assert [condition.field for condition in conditions(parse(text))] == [
        "responsible", "is", "deadline", "type", "type", "deal.amount",
    ]  # fmt: skip
    assert parse("NOT Is = open AND (type: call , meeting OR place:empty)") == parse(
        "-is:open (type:call,meeting or place:empty)"
    )
    assert parse("  ") == EVERYTHING


@pytest.mark.parametrize(
    ("text", "offset", "length"),
    [
        ("is:open appeler", 8, 7),
        ("is:open)", 7, 1),
        ("(is:open", 0, 1),
        ('subject:"x', 8, 1),
        ("is:open or", 10, 1),
        ("deadline<today,tomorrow", 15, 8),
        ("deadline<today..tomorrow", 9, 15),
        ("amount:..5", 7, 3),
        ('place:"a"b', 9, 1),
        ("place:a\0b", 7, 1),
        ("subject~\ud800", 8, 1),
        ("(" * 50, 9, 1),
        ("-" * 4000, 9, 1),
        ("x" * 5000, 4000, 1000),
        ("is:open " * (MOST_CONDITIONS + 1), 400, 3),
        ("a:" + ",".join("x" * 300), 402, 1),
    ],
)
def test_error_points_at_its_place(text: str, offset: int, length: int) -> None:
    with pytest.raises(FilterError) as raised:
        parse(text)
    assert raised.value.place == (offset, length)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("today", "2026-11-25", "2026-11-25"),
        ("Yesterday", "2026-11-24", "2026-11-24"),
        ("today-3d", "2026-11-22", "2026-11-22"),
        ("tomorrow+2w", "2026-12-10", "2026-12-10"),
        ("this-week", "2026-11-23", "2026-11-29"),
        ("next-week", "2026-11-30", "2026-12-06"),
        ("last-month", "2026-10-01", "2026-10-31"),
        ("this-quarter", "2026-10-01", "2026-12-31"),
        ("next-quarter", "2027-01-01", "2027-03-31"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("next-2w", "2026-11-25", "2026-12-09"),
        ("last-30d", "2026-10-26", "2026-11-25"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2028-02-29", "2028-02-29", "2028-02-29"),
    ],
)
def test_days_are_counted_from_the_viewers_today(text: str, first: str, last: str) -> None:
    assert read_period(text, date(2026, 11, 25)) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("text", ["2026-02-30", "today-9999y", "9999-12-31", "demain", "today-3", "0000-01", "today٣d"])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert read_period(text, date(2026, 11, 25)) is None


def test_end_of_month_stays_in_the_month_and_spans_are_days() -> None:
    assert read_period("today+1m", date(2026, 1, 31)) == Period(date(2026, 2, 28), date(2026, 2, 28))
    assert (read_span("3d"), read_span("2W"), read_span("1m")) == (3, 14, None)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 29), 23),
        ("Europe/Paris", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),
    ],
)
def test_day_of_a_clock_change_begins_and_ends_where_it_does(zone: str, day: date, hours: int) -> None:
    following = date.fromordinal(day.toordinal() + 1)
    length = start_of(following, ZoneInfo(zone)) - start_of(day, ZoneInfo(zone))
    assert length.total_seconds() == hours * 3600
