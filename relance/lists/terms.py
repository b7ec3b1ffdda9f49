"""The words of lists: columns, sorts, pages, and the branches that a page is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from relance.kit.sql import TRUE, Row, Sql

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PAGE_SIZE = 50
# Up to here a sort that no index serves is done on the spot; above, the list keeps its own order and says why.
MOST_SORTED = 10_000
# Up to here a custom filter's total is exact; above, it is "more than" this.
MOST_COUNTED = 10_000
# How long each statement of a custom filter may take: what takes longer is stopped, and the reader is told why.
LONGEST_PAGE_MS = 5_000
LONGEST_COUNT_MS = 3_000
LONGEST_IDS_MS = 10_000

Cast = Literal["timestamptz", "text", "bigint", "date", "numeric"]


@dataclass(frozen=True, slots=True)
class Order:
    """A sort: its expression over the row (never NULL) and the type that its value is compared in."""

    expression: Sql
    cast: Cast


@dataclass(frozen=True, slots=True)
class Column:
    """A column, declared once: picker, list, export and APIs read it here.

    `selects` are the pieces of SQL, each with its alias, that the row needs for it, over the listing's own tables.
    """

    key: str
    label: StrPromise
    width: str = "medium"  # narrow | medium | wide
    order: Order | None = None
    selects: tuple[Sql, ...] = ()
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """One ordered way to rows: a page merges the first rows of each branch.

    With `keys` (an unnest(...) AS w(...)), the branch is read once for each of them, in a LATERAL.
    `may_repeat`: the same id can come more than once (an activity with several bindings).
    """

    source: Sql
    where: Sql
    key: Sql
    id: Sql
    keys: Sql | None = None
    keys_count: int = 1
    may_repeat: bool = False
    # Columns that the bounded scan (`within`) must pass on to `filter`, which is then applied after the bound.
    within: int | None = None
    filter: Sql = TRUE


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows a filter has: exactly `count`, or more than that; unknown where counting took too long."""

    count: int
    is_exact: bool
    is_counted: bool = True


NOT_COUNTED = Total(0, False, False)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, with opaque cursors to the pages around them (None where there is none)."""

    rows: Sequence[Row]
    sort: str
    columns: Sequence[str] = ()
    first: str | None = None
    previous: str | None = None
    next: str | None = None
    last: str | None = None
    # The sort that was asked for and could not be given, since the result is too large for it.
    refused_sort: str = field(default="")
