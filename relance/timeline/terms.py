"""The words of timelines: kinds of entry, what a reader asks of a history, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from relance.crm.terms import ElementRef, Kind
from relance.kit.sql import Row

MOST_PINS = 3
MOST_MENTIONS = 20
LONGEST_COMMENT = 10_000
HISTORY_PAGE = 25
# So many planned activities stand on an element's page; the list has the others.
MOST_PLANNED = 30
# A company with more deals and contacts than this shows what happened on those edited last.
MOST_ROLLED_UP = 500
# The kinds on whose page one can also see what happened on the elements around them.
ROLLED_UP = frozenset({Kind.COMPANY, Kind.CONTACT})


class EntryKind(TextChoices):
    """What stands in a history. A creation is shown with the changes."""

    ACTIVITY = "activity", _("Activities")
    COMMENT = "comment", _("Comments")
    FILE = "file", _("Files")
    CHANGE = "change", _("Changes")
    CREATION = "creation", _("Creation")


# The kinds that a filter offers, and what each takes.
FILTER_KINDS: dict[str, tuple[EntryKind, ...]] = {
    EntryKind.ACTIVITY: (EntryKind.ACTIVITY,),
    EntryKind.COMMENT: (EntryKind.COMMENT,),
    EntryKind.FILE: (EntryKind.FILE,),
    EntryKind.CHANGE: (EntryKind.CHANGE, EntryKind.CREATION),
}

# Where a text is looked for.
SEARCHED = frozenset({EntryKind.ACTIVITY, EntryKind.COMMENT, EntryKind.FILE})


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What a reader asks of a history. Days are calendar days in his zone, both included.

    `kind` is one of FILTER_KINDS or empty for all. A `text` is looked for in activities, comments and names of files,
    without accents or case. `rolled_up`: also the activities and comments of a company's deals and contacts, of a
    contact's deals.
    """

    kind: str = ""
    person_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    text: str = ""
    rolled_up: bool = False

    @property
    def kinds(self) -> tuple[EntryKind, ...]:
        """The kinds of entry that can match."""
        kinds = FILTER_KINDS.get(self.kind, tuple(EntryKind))
        return tuple(kind for kind in kinds if kind in SEARCHED) if self.text else kinds

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.kind or self.person_id or self.from_on or self.to_on or self.text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. Its `row` is an activity's as lists show it, a comment's, a change's (actor_id, noun, before, after), or
    what was done with files (actor_id, verb, files, activity_id, subject).
    """

    kind: EntryKind
    id: int
    at: datetime
    row: Row
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """The open activities of an element, the nearest deadline first: some rows, how many there are, how many overdue."""

    rows: Sequence[Row]
    total: int
    overdue: int


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Entries, newest first; the cursor of the older ones; and the names that changes need, those that may be known.

    A linked element that is not in `elements` may not be named to this reader.
    """

    entries: Sequence[Entry]
    next: str | None = None
    people: dict[int, str] = field(default_factory=dict)
    elements: dict[int, ElementRef] = field(default_factory=dict)
    stages: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentDraft:
    """A new comment, on an element or on an activity. `mentions` are people chosen while writing, for homonyms."""

    text: str
    element_id: int | None = None
    activity_id: int | None = None
    mentions: tuple[int, ...] = ()
    files: tuple[int, ...] = ()  # uploaded by the actor, and not attached yet
    creation_key: UUID | None = None


Change = dict[str, Any]
