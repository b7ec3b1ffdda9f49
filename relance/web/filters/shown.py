"""Which filter a list's address asks for: a kept one (`filter=f7`), perhaps changed (`&q=…`), or a text of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from relance.activities.listings import get_listing
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.lists.saved import list_filters
from relance.lists.terms import Listing, SavedFilterView
from relance.web.activities.fields import is_id
from relance.web.marks import ELEMENT_FOLDERS

PATHS = {"activities": "/activities/", **{folder: f"/crm/{folder}/" for folder in ELEMENT_FOLDERS.values()}}
# What an address may say without asking for any rows: a list so opened opens with its reader's own default.
ASKS_NOTHING = {"open"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The filter of a list as its address asks for it.

    `text` is None where no custom filter is asked for. `sort` and `columns` are what the list is asked with: the address's,
    else the kept filter's (empty: the list's own).
    """

    listing: Listing
    saved: Sequence[SavedFilterView]
    current: SavedFilterView | None
    text: str | None
    sort: str
    columns: tuple[str, ...]
    is_modified: bool
    # The columns that its reader has chosen for the list, where they are not the standard ones.
    chosen: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The list's own address."""
        return PATHS[self.listing.key]

    @property
    def code(self) -> str:
        """The kept filter's code, or nothing."""
        return self.current.code if self.current else ""

    @property
    def own_text(self) -> str:
        """What the address needs to say besides the kept filter: its text, where it was changed."""
        return "" if self.text is None or (self.current and self.current.text == self.text) else self.text

    @property
    def name(self) -> str:
        """What the kept filter is called, or nothing."""
        return self.current.name if self.current else ""

    @property
    def pinned(self) -> list[SavedFilterView]:
        """The filters that stand in the tabs; the one that is shown always does."""
        return [one for one in self.saved if one.is_pinned or one is self.current]

    @property
    def has_pinned(self) -> bool:
        """Whether there are live counts to ask for."""
        return any(one.is_pinned for one in self.saved)

    @property
    def parts(self) -> str:
        """What saving it must know, as the query of an address."""
        said = {"q": self.text or "", "sort": self.sort, "columns": ",".join(self.columns or self.chosen)}
        return urlencode({key: value for key, value in said.items() if value})


def read(actor: Actor, key: str, query: Mapping[str, str], rewritten: Callable[[str], str] = str) -> Shown:
    """The filter that the query of a list's address asks for; `rewritten` makes another text of its own.

    Raises:
        NotFound: it names a kept filter that there is not, or that the actor may not use.
    """
    listing, saved = get_listing(key), list_filters(actor, listing=key)
    current = _current(saved, query.get("filter", ""))
    given = query.get("q", "").strip() if "q" in query or current is None else current.text
    text: str | None = rewritten(given)
    if not text and ("q" in query or given):
        current = None  # every condition was taken away: what is left is no longer that filter
    sort = query.get("sort", "")
    columns = tuple(one for one in query.get("columns", "").split(",") if one in listing.columns)
    if current is None:
        return Shown(listing, saved, None, text or None, sort, columns, False)
    is_modified = (
        text != current.text
        or (sort or current.sort) != current.sort
        or (columns or current.columns) != current.columns
    )
    own = tuple(one for one in current.columns if one in listing.columns)
    return Shown(listing, saved, current, text, sort or current.sort, columns or own, is_modified)


def with_columns(shown: Shown, columns: Sequence[str]) -> Shown:
    """The same, knowing the columns that the reader has chosen for the list: a filter is kept with the columns that it shows."""
    standard = tuple(key for key, column in shown.listing.columns.items() if column.is_default)
    return replace(shown, chosen=() if tuple(columns) == standard else tuple(columns))


def default_address(shown: Shown, query: Mapping[str, str]) -> str | None:
    """Where a list opens whose address asks for nothing: with its reader's own default, if he has one."""
    if set(query) - ASKS_NOTHING:
        return None
    default = next((one for one in shown.saved if one.is_default), None)
    return f"{shown.path}?{urlencode({'filter': default.code, **query})}" if default else None


def all_of(shown: Shown) -> str:
    """How the address of a list of elements says that it shows them all, where it would open with a filter else."""
    return "all" if shown.text is None and any(one.is_default for one in shown.saved) else ""


def is_saved(code: str) -> bool:
    """Whether a code is a kept filter's."""
    return code.startswith("f") and is_id(code[1:])


def _current(saved: Sequence[SavedFilterView], code: str) -> SavedFilterView | None:
    if not is_saved(code):
        return None
    for one in saved:
        if one.id == int(code[1:]):
            return one
    raise NotFound
