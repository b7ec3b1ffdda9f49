"""A custom filter as a list's address has it (`?q=…`), and its error with the place that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from relance.lists.grammar.tree import FilterError
from relance.lists.grammar.weighing import TooHeavyError

# How a custom filter is told from a standard one's code where both can stand.
MARK = "q:"


@dataclass(frozen=True, slots=True)
class TextFilter:
    """A custom filter where a list's page speaks of its standard one."""

    text: str
    kept_name: str = ""

    @property
    def name(self) -> str:
        """What the page calls it."""
        return self.kept_name or _("Own filter")

    @property
    def code(self) -> str:
        """What tells this filter from all others."""
        return f"{MARK}{self.text}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no filter, or is too heavy: the sentence, and the text before, at and after the place."""

    message: str
    before: str
    at: str
    after: str
    is_heavy: bool = False

    @property
    def title(self) -> str:
        """What stands where the list would."""
        return _("This filter takes too long") if self.is_heavy else _("This filter cannot be read")

    @property
    def status(self) -> int:
        """The answer's status: a filter that is too heavy was understood, and its page is a good one."""
        return 200 if self.is_heavy else 422


def problem_of(text: str, error: FilterError) -> Problem:
    """What a page shows of a filter's error."""
    start, end = error.place.offset, error.place.offset + error.place.length
    before, at, after = text[max(0, start - 40) : start], text[start:end][:80], text[end : end + 40]
    return Problem(error.message, before, at, after, isinstance(error, TooHeavyError))
