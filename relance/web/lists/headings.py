"""The head of a list's table: which columns, how sorted, and where a click leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from relance.lists.terms import MOST_SORTED, Column, Layout, Page
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
PX_PER_REM = 16
# The column that takes what the others leave, unless its own width was set.
FLEXIBLE = ("subject", "name")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's head: its label, how it is sorted, where a click leads; or why it cannot be sorted."""

    key: str
    label: str
    width: str
    direction: str = ""  # ascending | descending
    url: str = ""
    why_not: str = ""
    set_px: int | None = None  # the width that was set by hand
    now_px: int = 0  # about what it is


def headings(
    columns: Mapping[str, Column],
    page: Page,
    query: Mapping[str, str],
    path: str,
    widths: Mapping[str, int] | None = None,
) -> list[Heading]:
    """The heads of the shown columns. A click sorts, a second one inverts, a third one clears."""
    known = {key: int(_rem(columns, key, widths) * PX_PER_REM) for key in page.columns}
    fixed = dict(widths or {})
    if sum(known.values()) > LAST_STEP * STEP_REM * PX_PER_REM:
        # So many columns leave nothing to the one that takes what is left: it gets a width as well.
        fixed = {**{key: known[key] for key in FLEXIBLE if key in known}, **fixed}
    shown = [_heading(columns[key], page, query, path) for key in page.columns]
    return [replace(head, set_px=fixed.get(head.key), now_px=known[head.key]) for head in shown]


def address(path: str, query: Mapping[str, str]) -> str:
    """A path with those parts of the query that are not empty."""
    said = {key: value for key, value in query.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


def width_classes(columns: Mapping[str, Column], shown: Sequence[str], layout: Layout | None = None) -> str:
    """How wide the table must be, in steps of 4 rem (a class for each), whether that leaves some room, whether any of
    its columns takes what the others leave, and how dense it is.
    """
    widths = layout.widths if layout else {}
    total = TOOLS_REM + sum(_rem(columns, key, widths) for key in shown)
    step = max(FIRST_STEP, min(LAST_STEP, -int(-total // STEP_REM)))
    classes = [f"wide-{step}"]
    if step <= ROOMY_STEP and not widths:
        classes.append("roomy")
    if all(key in widths for key in shown if key in FLEXIBLE):
        classes.append("set")
    if layout and layout.density != "normal":
        classes.append(layout.density)
    return " ".join(classes)


def _rem(columns: Mapping[str, Column], key: str, widths: Mapping[str, int] | None) -> float:
    if widths and key in widths:
        return widths[key] / PX_PER_REM
    return WIDTHS_REM.get(key) or WIDTHS_REM[columns[key].width]


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
