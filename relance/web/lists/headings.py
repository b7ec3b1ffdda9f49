"""The head of a list's table: which columns, how sorted, and where a click leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from relance.lists.terms import MOST_SORTED, Column, Page
from relance.web import marks

# What the columns take in the style sheet, in rem; a column that is not named takes its width's.
WIDTHS_REM = {
    "narrow": 6.5,
    "medium": 9.5,
    "wide": 14.0,
    "type": 8.5,
    "subject": 12.0,
    "client": 7.5,
    "deadline": 8.75,
    "responsible": 9.0,
    "author": 9.0,
    "completed_by": 9.0,
}
TOOLS_REM = 6.5
STEP_REM = 4
FIRST_STEP, LAST_STEP, ROOMY_STEP = 15, 65, 16


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's head: its label, how it is sorted, where a click leads; or why it cannot be sorted."""

    key: str
    label: str
    width: str
    direction: str = ""  # ascending | descending
    url: str = ""
    why_not: str = ""


def headings(columns: Mapping[str, Column], page: Page, query: Mapping[str, str], path: str) -> list[Heading]:
    """The heads of the shown columns. A click sorts, a second one inverts, a third one clears."""
    return [_heading(columns[key], page, query, path) for key in page.columns]


def address(path: str, query: Mapping[str, str]) -> str:
    """A path with those parts of the query that are not empty."""
    said = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


def width_classes(columns: Mapping[str, Column], shown: Sequence[str]) -> str:
    """How wide the table must be, in steps of 4 rem (a class for each), and whether that leaves some room."""
    total = TOOLS_REM + sum(WIDTHS_REM.get(key) or WIDTHS_REM[columns[key].width] for key in shown)
    step = max(FIRST_STEP, min(LAST_STEP, -int(-total // STEP_REM)))
    return f"wide-{step} roomy" if step <= ROOMY_STEP else f"wide-{step}"


def _heading(column: Column, page: Page, query: Mapping[str, str], path: str) -> Heading:
    key, label = column.key, str(column.label)
    if column.order is None:
        return Heading(key, label, column.width, why_not=_("This column cannot be sorted."))
    if page.refused_sort.lstrip("-") == key:
        why = _("More than %(most)s results: this column cannot sort so many. Narrow the filter.")
        return Heading(key, label, column.width, why_not=why % {"most": marks.number(MOST_SORTED)})
    # The list's own order counts as sorted: there the first click inverts it, and the next goes back to it.
    following = {key: f"-{key}", f"-{key}": "" if query.get("sort") else key}.get(page.sort, key)
    direction = {key: "ascending", f"-{key}": "descending"}.get(page.sort, "")
    url = address(path, {**query, "sort": following, "cursor": ""})
    return Heading(key, label, column.width, direction, url)
