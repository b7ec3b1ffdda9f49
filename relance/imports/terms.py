"""The words of imports: what a mapping says, what each noun can be given, what a run reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from relance.access.terms import KINDS

if TYPE_CHECKING:
    from relance.imports.templates import Template

# How many rows are judged and written together.
BATCH = 2_000
USER, DEPARTMENT, ACTIVITY = "user", "department", "activity"
NOUNS = (DEPARTMENT, USER, *KINDS, ACTIVITY)
NOUN_NAMES = {
    DEPARTMENT: _("Departments"),
    USER: _("Users"),
    "lead": _("Leads"),
    "deal": _("Deals"),
    "contact": _("Contacts"),
    "company": _("Companies"),
    ACTIVITY: _("Activities"),
}


class Shape(StrEnum):
    """What the text of a cell becomes."""

    TEXT = "text"
    TEXTS = "texts"
    INTEGERS = "integers"
    DECIMAL = "decimal"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DAY = "day"  # a date
    INSTANT = "instant"  # an aware datetime in the past; a date alone is its first instant
    WHEN = "when"  # a date, or an aware datetime where the text has a time of day
    REFERENCE = "reference"
    REFERENCES = "references"


class FieldKind(NamedTuple):
    """A field that a noun can be given; of a reference, the noun that it is to ("" where the mapping says which)."""

    shape: Shape
    noun: str = ""


_TEXT, _REFERENCE, _REFERENCES = FieldKind(Shape.TEXT), Shape.REFERENCE, Shape.REFERENCES
_ELEMENT = {
    "responsible": FieldKind(_REFERENCE, USER),
    "is_open_to_all": FieldKind(Shape.BOOLEAN),
    "phones": FieldKind(Shape.TEXTS),
    "emails": FieldKind(Shape.TEXTS),
    "number": FieldKind(Shape.INTEGER),
    "created_at": FieldKind(Shape.INSTANT),
}
_MONEY = {"amount": FieldKind(Shape.DECIMAL), "currency": _TEXT}
FIELDS: dict[str, dict[str, FieldKind]] = {
    DEPARTMENT: {"name": _TEXT, "parent": FieldKind(_REFERENCE, DEPARTMENT)},
    USER: {
        **dict.fromkeys(("email", "first_name", "last_name", "position", "time_zone", "language"), _TEXT),
        "departments": FieldKind(_REFERENCES, DEPARTMENT),
        "heads": FieldKind(_REFERENCES, DEPARTMENT),
        "roles": FieldKind(Shape.TEXTS),
    },
    "lead": {"name": _TEXT, "stage": _TEXT, "company_name": _TEXT, "source": _TEXT, **_MONEY, **_ELEMENT},
    "deal": {
        "name": _TEXT,
        "stage": _TEXT,
        "closes_on": FieldKind(Shape.DAY),
        "company": FieldKind(_REFERENCE, "company"),
        "contacts": FieldKind(_REFERENCES, "contact"),
        **_MONEY,
        **_ELEMENT,
    },
    "contact": {
        **dict.fromkeys(("first_name", "last_name", "position"), _TEXT),
        "companies": FieldKind(_REFERENCES, "company"),
        **_ELEMENT,
    },
    "company": {
        **dict.fromkeys(("name", "industry", "city", "currency"), _TEXT),
        "employees": FieldKind(Shape.INTEGER),
        "revenue": FieldKind(Shape.DECIMAL),
        **_ELEMENT,
    },
    ACTIVITY: {
        **dict.fromkeys(("type", "subject", "description", "direction", "place", "colour", "outcome", "note"), _TEXT),
        **dict.fromkeys(("deadline", "start", "end"), FieldKind(Shape.WHEN)),
        **dict.fromkeys(("created_at", "completed_at"), FieldKind(Shape.INSTANT)),
        "responsible": FieldKind(_REFERENCE, USER),
        "participants": FieldKind(_REFERENCES, USER),
        "priority": FieldKind(Shape.INTEGER),
        "reminders": FieldKind(Shape.INTEGERS),
        "is_incoming": FieldKind(Shape.BOOLEAN),
        "elements": FieldKind(_REFERENCES),
        "clients": FieldKind(_REFERENCES),
    },
}
NEEDED: dict[str, tuple[str, ...]] = {
    DEPARTMENT: ("name",),
    USER: ("email", "last_name"),
    "lead": ("name", "responsible"),
    "deal": ("name", "responsible"),
    "contact": ("last_name", "responsible"),
    "company": ("name", "responsible"),
    ACTIVITY: ("type", "subject", "responsible", "elements"),
}
# By what a reference can name its row.
WAYS = {
    USER: ("key", "email", "name"),
    DEPARTMENT: ("key", "name"),
    **dict.fromkeys(KINDS, ("key", "name", "number")),
}


@dataclass(frozen=True)
class FileFormat:
    """How files are written."""

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    decimal: str = "."
    thousands: str = ""
    dates: tuple[str, ...] = ("%Y-%m-%d",)
    times: tuple[str, ...] = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))


@dataclass(frozen=True)
class FieldRule:
    """How one field is composed: the template of its text, the translation of that, what it is when blank."""

    value: Template
    translate: Mapping[str, str] | None = None
    default: str = ""
    split: str = ""
    noun: str = ""
    by: str = "key"


@dataclass(frozen=True)
class Join:
    """A column taken from another file: the first, or the most frequent, `take` of the rows whose `there` is our `here`."""

    name: str
    file: str
    here: str
    there: str
    take: str
    pick: str = "first"


@dataclass(frozen=True)
class Block:
    """What the rows of some files become: one row of a noun for each, or for each distinct key."""

    place: str  # where it stands in the mapping, for messages
    noun: str
    file: str
    key: Template
    fields: Mapping[str, tuple[FieldRule, ...]]
    format: FileFormat
    is_distinct: bool = False
    joins: tuple[Join, ...] = ()

    @property
    def columns(self) -> set[str]:
        """The columns of the file that it names."""
        rules = [rule for rules in self.fields.values() for rule in rules]
        named = self.key.columns.union(*(rule.value.columns for rule in rules), (join.here for join in self.joins))
        return set(named) - {join.name for join in self.joins}


@dataclass(frozen=True)
class Plan:
    """A whole mapping: the origin that rows are known by, and what is made of which files, in order."""

    origin: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row on its way in: where it stands, its origin id and its values; what it does not give is not in them."""

    file: str
    line: int
    key: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row, or a whole file, that was not taken, and why."""

    file: str
    line: int
    noun: str
    field: str
    reason: str


@dataclass
class Tally:
    """What became of the rows of one noun. `kept`: fields that people changed since, and that stay as they are."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    kept: int = 0


@dataclass
class Report:
    """What a run did, by noun, and every row that it refused."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    unused: Sequence[str] = ()

    def of(self, noun: str) -> Tally:
        return self.tallies.setdefault(noun, Tally())

    def refuse(self, arrival: Arrival, noun: str, reason: str, field: str = "") -> None:
        self.refused.append(Refused(arrival.file, arrival.line, noun, field, reason))
        self.of(noun).refused += 1
