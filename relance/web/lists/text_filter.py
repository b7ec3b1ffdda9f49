"""A custom filter as a list's address has it (`?q=…`), and its error with the place that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from relance.lists.grammar.tree import FilterError

# How a custom filter is told from a standard one's code where both can stand.
MARK = "q:"


@dataclass(frozen=True, slots=True)
class TextFilter:
    """A custom filter where a list's page speaks of its standard one."""

    text: str

    @property
    def name(self) -> str:
        """What the page calls it."""
        return _("Own filter")

    @property
    def code(self) -> str:
        """What tells this filter from all others."""
        return f"{MARK}{self.text}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no filter: the sentence, and the text before, at and after the place."""

    message: str
    before: str
    at: str
    after: str


def problem_of(text: str, error: FilterError) -> Problem:
    """What a page shows of a filter's error."""
    start, end = error.place.offset, error.place.offset + error.place.length
    return Problem(error.message, text[max(0, start - 40) : start], text[start:end][:80], text[end : end + 40])
