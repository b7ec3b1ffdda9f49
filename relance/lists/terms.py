"""The words of lists: columns, sorts, pages, and the branches that a page is read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Row, Sql
from relance.lists.searching import Search

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PAGE_SIZE = 50
# Up to here a sort that no index serves is done on the spot; above, the list keeps its own order and says why.
MOST_SORTED = 10_000
# Up to here a custom filter's total is exact; above, it is "more than" this.
MOST_COUNTED = 10_000
# The same for what a search finds.
MOST_FOUND = 2_000
# Up to here what a search finds comes the best first; above, in the list's own order.
MOST_RANKED = 500
RANK = "-rank"
# How long each statement of a custom filter may take: what takes longer is stopped, and the reader is told why.
LONGEST_PAGE_MS = 5_000
LONGEST_COUNT_MS = 3_000
LONGEST_IDS_MS = 10_000

# The lists that filters can be kept for.
LISTING_KEYS = ("activities", "leads", "deals", "contacts", "companies")
# How long the name and the description of a kept filter may be, how many one may have, with whom each may be shared.
LONGEST_FILTER_NAME = 100
LONGEST_DESCRIPTION = 1_000
MOST_FILTERS = 200
MOST_SHARES = 100
# Pinned filters have a live count each: there must be an end.
MOST_PINNED = 12
# How wide people can make a column, in CSS pixels.
NARROWEST, WIDEST = 48, 1200
DENSITIES = ("compact", "normal", "comfortable")

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
class Layout:
    """How somebody sees a list: its columns in order, those widths that were set by hand (CSS pixels), and its density."""

    columns: tuple[str, ...]
    widths: Mapping[str, int] = field(default_factory=dict)
    density: str = "normal"


BINDING = Sql("b")


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
    alias: Sql = BINDING  # what where, key and filter call a row


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
    # What was searched, as it was taken: with mistakes forgiven where nothing else was found.
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as filters know it. `fields` are what they can ask for, by key; `check` raises FilterError where the list
    cannot take a text; `count` says how many rows the actor sees of one.
    """

    key: str
    columns: Mapping[str, Column]
    fields: Mapping[str, Any]
    check: Callable[[Actor, str], object]
    count: Callable[[Actor, str], Total]


@dataclass(frozen=True, slots=True)
class SavedFilterView:
    """A kept filter as its reader sees it: with his own place for it, and what he may do with it."""

    id: int
    listing: str
    name: str
    description: str
    text: str
    sort: str
    columns: tuple[str, ...]
    version: int
    owner_id: int
    owner_name: str
    is_own: bool
    is_shared: bool
    can_edit: bool
    can_manage: bool
    is_pinned: bool
    is_default: bool

    @property
    def code(self) -> str:
        """What the list's address calls it (`filter=f7`)."""
        return f"f{self.id}"


@dataclass(frozen=True, slots=True)
class FilterChanges:
    """What an edit of a kept filter sets; None leaves it."""

    name: str | None = None
    description: str | None = None
    text: str | None = None
    sort: str | None = None
    columns: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class ShareWith:
    """Whom a filter is to be shared with: exactly one of them."""

    user_id: int | None = None
    department_id: int | None = None
    with_below: bool = False
    group_id: int | None = None
    role_id: int | None = None
    everybody: bool = False
