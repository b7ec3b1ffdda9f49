"""The words of activities: built-in types, times, priorities, outcomes, standard filters (product.md sections 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# "No deadline" as an instant that sorts last; psycopg cannot load PostgreSQL's infinity.
NEVER = "9999-12-31T00:00:00+00:00"
MOST_BINDINGS = 100
MOST_AT_ONCE = 1_000
MOST_REMINDERS = 10
LONGEST_REMINDER_MINUTES = 525_600


class Times(TextChoices):
    """Which times a type uses: a deadline, a slot (start and end), or both."""

    DEADLINE = "deadline", _("Deadline")
    SLOT = "slot", _("Time slot")
    BOTH = "both", _("Deadline and time slot")


class Priority(IntegerChoices):
    """How much an activity matters."""

    LOW = 1, pgettext_lazy("priority", "Low")
    NORMAL = 2, pgettext_lazy("priority", "Normal")
    HIGH = 3, pgettext_lazy("priority", "High")


class Direction(TextChoices):
    """Who called or wrote to whom; a fact apart from `is_incoming`."""

    INCOMING = "incoming", pgettext_lazy("direction", "Incoming")
    OUTGOING = "outgoing", pgettext_lazy("direction", "Outgoing")


class Hue(TextChoices):
    """The colours of types and activities: one palette of equal weight, each legible on light and dark."""

    TEAL = "teal", pgettext_lazy("colour", "Teal")
    GREEN = "green", pgettext_lazy("colour", "Green")
    BLUE = "blue", pgettext_lazy("colour", "Blue")
    VIOLET = "violet", pgettext_lazy("colour", "Violet")
    PINK = "pink", pgettext_lazy("colour", "Pink")
    RED = "red", pgettext_lazy("colour", "Red")
    AMBER = "amber", pgettext_lazy("colour", "Amber")
    BROWN = "brown", pgettext_lazy("colour", "Brown")
    SLATE = "slate", pgettext_lazy("colour", "Slate")


# The symbols of icons.svg that a type may have.
TYPE_ICONS = (
    "todo", "task", "call", "meeting", "mail", "document", "custom", "comment", "calendar", "clock", "place", "company",
    "shield", "globe", "video", "gift", "wrench", "truck", "star", "cart", "euro",
)  # fmt: skip
# What a type can ask for: when the activity is made, and when it is completed.
REQUIRABLE = {
    "description": _("Description"),
    "place": _("Place"),
    "clients": _("Client"),
    "participants": _("Participants"),
    "direction": _("Direction"),
    "duration": _("Duration"),
    "outcome": _("Outcome, when it is completed"),
    "note": _("Note, when it is completed"),
}
REQUIRED_AT_END = frozenset({"outcome", "note"})
DOCUMENT = "document"


class Decision(TextChoices):
    """What a validator can answer; as an outcome, what a document validation ends with."""

    APPROVED = "approved", pgettext_lazy("outcome", "Approved")
    REFUSED = "refused", pgettext_lazy("outcome", "Refused")


@dataclass(frozen=True)
class BuiltInType:
    """A type that Relance ships: its name, its times and how it can end."""

    code: str
    name: StrPromise
    times: Times
    outcomes: tuple[str, ...]


TYPES = (
    BuiltInType("todo", _("To-do"), Times.DEADLINE, ("done", "dropped")),
    BuiltInType("task", _("Task"), Times.BOTH, ("done", "dropped")),
    BuiltInType("call", _("Call"), Times.BOTH, ("reached", "no_answer", "left_message", "call_back")),
    BuiltInType("meeting", _("Meeting"), Times.SLOT, ("held", "moved", "no_show")),
    BuiltInType("email", _("E-mail"), Times.DEADLINE, ("sent", "answered", "dropped")),
    BuiltInType("document", _("Document validation"), Times.DEADLINE, ("approved", "refused")),
)
TYPE_BY_CODE = {built_in.code: built_in for built_in in TYPES}
OUTCOME_NAMES = {
    "done": pgettext_lazy("outcome", "Done"),
    "dropped": pgettext_lazy("outcome", "Dropped"),
    "reached": pgettext_lazy("outcome", "Reached"),
    "no_answer": pgettext_lazy("outcome", "No answer"),
    "left_message": pgettext_lazy("outcome", "Left a message"),
    "call_back": pgettext_lazy("outcome", "To call back"),
    "held": pgettext_lazy("outcome", "Held"),
    "moved": pgettext_lazy("outcome", "Moved"),
    "no_show": pgettext_lazy("outcome", "Nobody came"),
    "sent": pgettext_lazy("outcome", "Sent"),
    "answered": pgettext_lazy("outcome", "Answered"),
    "approved": pgettext_lazy("outcome", "Approved"),
    "refused": pgettext_lazy("outcome", "Refused"),
}


@dataclass(frozen=True)
class StandardFilter:
    """One of the filters that everybody has: which activities, as a custom filter would say it, and in which order."""

    code: str
    name: StrPromise
    text: str
    sort: str = "due"

    @property
    def is_completed(self) -> bool:
        """Which half of the table it shows."""
        return "is:completed" in self.text.split()

    @property
    def whose(self) -> str:
        """Of whom: me, subordinates or anyone."""
        return self._said({"responsible:me": "me", "responsible:subordinates": "subordinates"}) or "anyone"

    @property
    def only(self) -> str:
        """Which of them: overdue, today, incoming, or all of them ("")."""
        return self._said({"is:overdue": "overdue", "deadline:today": "today", "is:incoming": "incoming"})

    def _said(self, meanings: dict[str, str]) -> str:
        return next((meanings[word] for word in self.text.split() if word in meanings), "")


STANDARD_FILTERS = (
    StandardFilter("mine", _("My open activities"), "is:open responsible:me"),
    StandardFilter("open", _("All open activities"), "is:open"),
    StandardFilter("overdue", _("My overdue activities"), "is:open responsible:me is:overdue"),
    StandardFilter("today", _("For today"), "is:open responsible:me deadline:today"),
    StandardFilter("subordinates", _("My subordinates' activities"), "is:open responsible:subordinates"),
    StandardFilter("incoming", _("Unhandled incoming"), "is:open responsible:me is:incoming", sort="created"),
    StandardFilter("mine-completed", _("My completed activities"), "is:completed responsible:me", sort="-completed"),
    StandardFilter("completed", _("All completed activities"), "is:completed", sort="-completed"),
)
FILTER_BY_CODE = {standard.code: standard for standard in STANDARD_FILTERS}


class _Keep:
    """The mark of a field that an edit leaves as it is."""

    def __repr__(self) -> str:
        return "KEEP"


KEEP: Any = _Keep()


@dataclass(frozen=True)
class ActivityDraft:
    """A new activity. `elements` are the ids of the elements that it is bound to, the main one first.

    Instants are aware, dates are calendar days in the responsible's zone; an all-day slot's last day is included.
    Without `responsible_id` it is the actor's own.
    """

    type: str
    subject: str
    elements: tuple[int, ...]
    description: str = ""
    responsible_id: int | None = None
    deadline_at: datetime | None = None
    deadline_on: date | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    start_on: date | None = None
    end_on: date | None = None
    is_incoming: bool = False
    direction: str = ""
    priority: int = Priority.NORMAL
    place: str = ""
    colour: str = ""
    participants: tuple[int, ...] = ()
    clients: tuple[tuple[int, str], ...] = ()
    reminders: tuple[int, ...] = ()  # minutes before it is due, or starts
    # Of a document validation, in the order in which they are asked; the first is its responsible.
    validators: tuple[int, ...] = ()
    files: tuple[int, ...] = ()  # uploaded by the actor, and not attached yet
    creation_key: UUID | None = None
    origin: str = ""
    origin_id: str = ""
    # Imports may bring when an activity was written down, and that it is already done.
    created_at: datetime | None = None
    completed_at: datetime | None = None
    outcome: str = ""
    note: str = ""


@dataclass(frozen=True)
class FollowUp:
    """What comes next when an activity is completed, on the same elements and with the same clients.

    Times as in `ActivityDraft`; without `responsible_id` it is the responsible of the activity that is completed.
    """

    type: str
    subject: str
    responsible_id: int | None = None
    deadline_at: datetime | None = None
    deadline_on: date | None = None
    start_at: datetime | None = None
    end_at: datetime | None = None
    start_on: date | None = None
    end_on: date | None = None


@dataclass(frozen=True)
class ActivityChanges:
    """What an edit changes; a field at KEEP is left as it is. `shift_days` moves deadlines and slots by whole days."""

    type: str = KEEP
    subject: str = KEEP
    description: str = KEEP
    responsible_id: int = KEEP
    deadline_at: datetime | None = KEEP
    deadline_on: date | None = KEEP
    start_at: datetime | None = KEEP
    end_at: datetime | None = KEEP
    start_on: date | None = KEEP
    end_on: date | None = KEEP
    is_incoming: bool = KEEP
    direction: str = KEEP
    priority: int = KEEP
    place: str = KEEP
    colour: str = KEEP
    shift_days: int = 0
    participants: tuple[int, ...] = KEEP
    add_participants: tuple[int, ...] = ()
    remove_participants: tuple[int, ...] = ()
    clients: tuple[tuple[int, str], ...] = KEEP
    reminders: tuple[int, ...] = KEEP
    validators: tuple[int, ...] = KEEP
    add_files: tuple[int, ...] = ()
    remove_files: tuple[int, ...] = ()
    bind: tuple[int, ...] = ()
    unbind: tuple[int, ...] = ()
    main: int | None = None

    def columns(self) -> dict[str, object]:
        """The columns of the activity itself that change, but for the type, which is given by its code."""
        kept = {
            "type",
            "shift_days",
            "participants",
            "add_participants",
            "remove_participants",
            "clients",
            "reminders",
            "validators",
            "add_files",
            "remove_files",
            "bind",
            "unbind",
            "main",
        }
        fields = {key: value for key, value in self.__dict__.items() if key not in kept}
        return {key: value for key, value in fields.items() if value is not KEEP}


@dataclass(frozen=True)
class OutcomeSettings:
    """A way to end, as the settings give it: one that there is (`id`), or a new one."""

    name_fr: str
    name_en: str
    is_active: bool = True
    id: int | None = None


@dataclass(frozen=True)
class TypeSettings:
    """All that can be set of a type. A built-in one's blank names are the shipped ones; outcomes are in their order.

    The deadline is in working days, reminders in minutes before the deadline or start.
    """

    name_fr: str
    name_en: str
    icon: str
    hue: str
    times: str
    is_incoming: bool = False
    required_fields: tuple[str, ...] = ()
    default_duration_minutes: int | None = None
    default_deadline_days: int | None = None
    default_reminders: tuple[int, ...] = ()
    outcomes: tuple[OutcomeSettings, ...] = ()
