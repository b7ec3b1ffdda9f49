"""How the values of each type of field are edited: from the grammar's own writing to parts of a form, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relance.lists.grammar.tree import quoted

_IS, _IS_NOT = pgettext_lazy("filter", "is"), pgettext_lazy("filter", "is not")
_EMPTY = (("empty", pgettext_lazy("filter", "is empty")), ("filled", pgettext_lazy("filter", "is not empty")))
_BETWEEN = (("between", pgettext_lazy("filter", "is between")), ("outside", pgettext_lazy("filter", "is not between")))
_CHOSEN = ((":", _IS), ("!=", _IS_NOT))
_NUMBERS = (
    (":", pgettext_lazy("filter", "equals")),
    ("!=", pgettext_lazy("filter", "does not equal")),
    ("<", pgettext_lazy("filter", "is less than")),
    ("<=", pgettext_lazy("filter", "is at most")),
    (">", pgettext_lazy("filter", "is more than")),
    (">=", pgettext_lazy("filter", "is at least")),
)
_DAYS = (
    (":", pgettext_lazy("filter days", "is")),
    ("!=", pgettext_lazy("filter days", "is not")),
    ("<", pgettext_lazy("filter", "is before")),
    ("<=", pgettext_lazy("filter", "is before the end of")),
    (">", pgettext_lazy("filter", "is after")),
    (">=", pgettext_lazy("filter", "is from")),
)
# What the form offers for each type, the first by default.
OPERATORS: Mapping[str, Sequence[tuple[str, Any]]] = {
    "text": (
        ("~", pgettext_lazy("filter", "contains")),
        ("!~", pgettext_lazy("filter", "does not contain")),
        ("^", pgettext_lazy("filter", "starts with")),
        *_CHOSEN,
        *_EMPTY,
    ),
    "number": (*_NUMBERS, *_BETWEEN, *_EMPTY),
    "span": (_NUMBERS[4], _NUMBERS[5], _NUMBERS[2], _NUMBERS[3], _NUMBERS[0], _NUMBERS[1], *_BETWEEN, *_EMPTY),
    "day": (*_DAYS, *_BETWEEN, *_EMPTY),
    "moment": (*_DAYS, *_BETWEEN, *_EMPTY),
    "choice": (*_CHOSEN, *_EMPTY),
    "people": (*_CHOSEN, *_EMPTY),
    "state": _CHOSEN,
}
# The same in a sentence, for how long something lasts: "Overdue by more than 3 days".
OF_SPANS: Mapping[str, Any] = {
    ":": "",
    "!=": pgettext_lazy("filter spans", "not"),
    ">": pgettext_lazy("filter spans", "more than"),
    ">=": pgettext_lazy("filter spans", "at least"),
    "<": pgettext_lazy("filter spans", "less than"),
    "<=": pgettext_lazy("filter spans", "at most"),
    "between": pgettext_lazy("filter spans", "between"),
    "outside": pgettext_lazy("filter spans", "not between"),
}
# Days that have a name, then those that are counted, then a date.
DAY_WORDS: Mapping[str, Any] = {
    "today": _("today"),
    "yesterday": _("yesterday"),
    "tomorrow": _("tomorrow"),
    "this-week": _("this week"),
    "last-week": _("last week"),
    "next-week": _("next week"),
    "this-month": _("this month"),
    "last-month": _("last month"),
    "next-month": _("next month"),
    "this-quarter": _("this quarter"),
    "last-quarter": _("last quarter"),
    "next-quarter": _("next quarter"),
    "this-year": _("this year"),
    "last-year": _("last year"),
    "next-year": _("next year"),
}
COUNTED: Mapping[str, tuple[str, Any]] = {
    "last": ("last-{}", _("the last…")),
    "next": ("next-{}", _("the next…")),
    "ago": ("today-{}", _("… ago")),
    "ahead": ("today+{}", _("in…")),
}
UNITS: Mapping[str, Any] = {
    "d": _("days"),
    "w": _("weeks"),
    "m": _("months"),
    "q": _("quarters"),
    "y": _("years"),
}
PEOPLE: Mapping[str, Any] = {
    "me": pgettext_lazy("filter sentence", "me"),
    "colleagues": _("my colleagues"),
    "colleagues-below": _("my department and those below"),
    "subordinates": _("my subordinates"),
}
_BARE = re.compile(r'[^\s(),"]+')
_SAYS_MORE = re.compile(r"(?i)(in|below):|.*\.\.|(empty|or|and|not)$")
# What is no number is shown where it was typed, so that it can be put right there.
_COUNTED = re.compile(r"(last-|next-|today-|today\+)([^-+]*)([dwmqy])")
_SPAN = re.compile(r"(.*)([dw])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_OF_PREFIX = {"last-": "last", "next-": "next", "today-": "ago", "today+": "ahead"}


@dataclass(frozen=True, slots=True)
class Part:
    """One value in the form: a text; of days which word, how many of which unit, or which date."""

    text: str = ""
    word: str = ""
    count: str = "1"
    unit: str = "d"


@dataclass(frozen=True, slots=True)
class Split:
    """A rule's values as the form shows them: those that it can edit, and those that it carries as they are written."""

    parts: tuple[Part, ...]
    kept: tuple[str, ...]


def written(text: str) -> str:
    """A typed text as the grammar writes it: bare where that says the same."""
    text = re.sub(r"\s", " ", text.replace("\x00", ""))
    return text if _BARE.fullmatch(text) and not _SAYS_MORE.match(text) else quoted(text)


def plain(value: str) -> str:
    """What a written value says, without its quotation marks."""
    if value.startswith('"') and value.endswith('"') and len(value) > 1:
        return re.sub(r"\\(.)", r"\1", value[1:-1])
    return value


def split(type: str, op: str, values: Sequence[str]) -> Split:
    """The parts of a form for written values."""
    if op in {"between", "outside"} and len(values) == 1 and ".." in values[0]:
        first, _dots, last = values[0].partition("..")
        return Split((Part(first), Part(last)), ())
    if type in {"choice", "people", "state"}:
        return Split((), tuple(values))
    shown = {value: part for value in values if (part := _part(type, value))}
    parts = tuple(shown[value] for value in values if value in shown)
    kept = tuple(value for value in values if value not in shown)
    return Split(parts or () if kept else parts or (_empty(type),), kept)


def read(type: str, op: str, data: Any, path: str) -> tuple[str, ...]:  # noqa: ANN401 - a QueryDict
    """The written values of a rule of a form."""
    texts = [text.strip() for text in data.getlist(f"v-{path}")]
    kept = [text for text in data.getlist(f"c-{path}") if text]
    if op in {"between", "outside"}:
        ends = [_end(type, text) for text in texts[:2]]
        return ("..".join(ends),) if len(ends) == 2 and all(ends) else ()
    if type in {"choice", "people", "state"}:
        people = [f"#{text}" for text in data.getlist(f"who-{path}") if text]
        return tuple(dict.fromkeys([*kept, *people, *(text for text in data.getlist(f"dept-{path}") if text)]))
    columns = (data.getlist(f"{key}-{path}") for key in ("w", "n", "u"))
    words, counts, units = (list(column) + [""] * len(texts) for column in columns)
    made = [_join(type, *parts) for parts in zip(texts, words, counts, units, strict=False)]
    return (*kept, *(text for text in made if text))


def _part(type: str, value: str) -> Part | None:
    """How the form shows a value; None for one that it only carries."""
    if type == "text":
        return None if value.lower() == "empty" or (not value.startswith('"') and ".." in value) else Part(plain(value))
    if type == "number":
        return None if value.lower() == "empty" or ".." in value else Part(plain(value))
    if type == "span":
        found = _SPAN.fullmatch(value.lower())
        return Part(count=found[1], unit=found[2], text=found[1]) if found and value.lower() != "empty" else None
    return _day_part(value)


def _day_part(value: str) -> Part | None:
    if value.lower() in DAY_WORDS:
        return Part(word=value.lower())
    if found := _COUNTED.fullmatch(value.lower()):
        return Part(word=_OF_PREFIX[found[1]], count=found[2], unit=found[3])
    return Part(value, word="date") if _DATE.fullmatch(value) else None


def _empty(type: str) -> Part:
    return Part(word="today") if type in {"day", "moment"} else Part()


def _join(type: str, text: str, word: str, count: str, unit: str) -> str:
    if type == "text":
        return written(text) if text else ""
    if type == "number":
        return _end(type, text)
    if type == "span":
        return written(f"{text}{unit if unit in {'d', 'w'} else 'd'}") if text else ""
    if word in COUNTED:
        return written(COUNTED[word][0].format(f"{count.strip()}{unit}"))
    if word == "date":
        return written(text) if text else ""
    return word if word in DAY_WORDS else ""


def _end(type: str, text: str) -> str:
    """A number as people type it, with spaces and a comma; any other end of a range as it is."""
    if type == "number":
        text = re.sub(r"\s", "", text).replace(",", ".")
    return text if _BARE.fullmatch(text) and ".." not in text else quoted(text) if text else ""
