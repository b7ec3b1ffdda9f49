"""The words of the CRM: kinds of element, stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from relance.kit.sql import TRUE, Sql

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from relance.lists.finding import Found


class Kind(TextChoices):
    """The four kinds of element. A kind never changes."""

    LEAD = "lead", _("Lead")
    DEAL = "deal", _("Deal")
    CONTACT = "contact", _("Contact")
    COMPANY = "company", _("Company")


KIND_PLURALS = {
    Kind.LEAD: _("Leads"),
    Kind.DEAL: _("Deals"),
    Kind.CONTACT: _("Contacts"),
    Kind.COMPANY: _("Companies"),
}


class Outcome(TextChoices):
    """Whether a stage is on the way, or ends the element well or badly."""

    OPEN = "open", _("In progress")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


# The built-in stages: kind → (code, outcome), in order. Deals' are those of the built-in pipeline "sales".
STAGES: dict[str, tuple[tuple[str, str], ...]] = {
    Kind.LEAD: (
        ("new", Outcome.OPEN),
        ("contacted", Outcome.OPEN),
        ("qualified", Outcome.OPEN),
        ("converted", Outcome.WON),
        ("junk", Outcome.LOST),
    ),
    Kind.DEAL: (
        ("qualification", Outcome.OPEN),
        ("discovery", Outcome.OPEN),
        ("quote", Outcome.OPEN),
        ("negotiation", Outcome.OPEN),
        ("won", Outcome.WON),
        ("lost", Outcome.LOST),
    ),
}
SALES_PIPELINE = "sales"
PIPELINE_NAMES = {SALES_PIPELINE: _("Sales")}
STAGE_NAMES = {
    "new": _("New"),
    "contacted": _("Contacted"),
    "qualified": _("Qualified"),
    "converted": _("Converted"),
    "junk": _("Junk"),
    "qualification": _("Qualification"),
    "discovery": _("Discovery"),
    "quote": _("Quote sent"),
    "negotiation": _("Negotiation"),
    "won": _("Won"),
    "lost": _("Lost"),
}

# How many characters a name and any other text may have, and how many related rows a page shows.
LONGEST_NAME = 500
LONGEST_TEXT = 10_000
MOST_POINTS = 20
MOST_LINKS = 100
MOST_AMOUNT = Decimal("9999999999999999.99")
MOST_EMPLOYEES = 2_147_483_647

# The columns of each kind's own table that people fill in.
OWN_FIELDS: dict[str, tuple[str, ...]] = {
    Kind.LEAD: ("company_name", "source", "amount", "currency"),
    Kind.DEAL: ("amount", "currency", "closes_on"),
    Kind.CONTACT: ("first_name", "last_name", "position"),
    Kind.COMPANY: ("industry", "city", "employees", "revenue", "currency"),
}
# All that an edit of each kind can set.
FIELDS: dict[str, tuple[str, ...]] = {
    Kind.LEAD: ("name", "stage_id", *OWN_FIELDS[Kind.LEAD]),
    Kind.DEAL: ("name", "stage_id", *OWN_FIELDS[Kind.DEAL], "company_id", "contact_ids"),
    Kind.CONTACT: (*OWN_FIELDS[Kind.CONTACT], "company_ids"),
    Kind.COMPANY: ("name", *OWN_FIELDS[Kind.COMPANY]),
}
FIELDS = {kind: (*own, "responsible_id", "is_open_to_all", "phones", "emails") for kind, own in FIELDS.items()}
FIELD_NAMES: dict[str, StrPromise] = {
    "name": _("Name"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "responsible_id": _("Responsible"),
    "is_open_to_all": _("Available to everyone"),
    "stage_id": _("Stage"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "closes_on": _("Expected close"),
    "company_name": _("Company"),
    "source": _("Source"),
    "position": _("Position"),
    "industry": _("Industry"),
    "city": _("City"),
    "employees": _("Employees"),
    "revenue": _("Revenue"),
    "company_id": _("Company"),
    "contact_ids": _("Contacts"),
    "company_ids": _("Companies"),
    "phones": _("Phones"),
    "emails": _("E-mail addresses"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementDraft:
    """An element to be made. What its kind does not have stays empty.

    Without responsible it is the actor's; without stage it gets the first of its kind (for deals, of its pipeline,
    or of the first one); where it does not say whether it is available to everyone, the company's setting does.
    `number`, `origin`, `origin_id` and `created_at` (aware) are for imports. `companies` are a contact's,
    `company_id` and `contact_ids` a deal's. Amounts are in `currency` (ISO 4217).
    """

    kind: str
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    responsible_id: int | None = None
    is_open_to_all: bool | None = None
    pipeline_id: int | None = None
    stage_id: int | None = None
    amount: Decimal | None = None
    currency: str = "EUR"
    closes_on: date | None = None
    company_name: str = ""
    source: str = ""
    position: str = ""
    industry: str = ""
    city: str = ""
    employees: int | None = None
    revenue: Decimal | None = None
    company_id: int | None = None
    contact_ids: tuple[int, ...] = ()
    company_ids: tuple[int, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    origin: str = ""
    origin_id: str = ""
    number: int | None = None
    created_at: datetime | None = None
    creation_key: UUID | None = None


class ElementChanges(TypedDict, total=False):
    """What an edit sets, by the names of `ElementDraft`; what is not in it stays as it is."""

    name: str
    first_name: str
    last_name: str
    responsible_id: int
    is_open_to_all: bool
    stage_id: int
    amount: Decimal | None
    currency: str
    closes_on: date | None
    company_name: str
    source: str
    position: str
    industry: str
    city: str
    employees: int | None
    revenue: Decimal | None
    company_id: int | None
    contact_ids: tuple[int, ...]
    company_ids: tuple[int, ...]
    phones: tuple[str, ...]
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ElementRef:
    """An element that the reader may read: what a link to it needs. `can_update` is known of those around an element."""

    id: int
    kind: str
    number: int
    name: str
    can_update: bool = False


@dataclass(frozen=True, slots=True)
class ElementFilter:
    """Which elements of a kind a list shows.

    `text` is a custom filter (docs/filters.md), `condition` one more over the element `b`; `search` is what somebody looks
    for (docs/search.md), and `found` what that takes.
    """

    condition: Sql = TRUE
    text: str = ""
    search: str = ""
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class StageView:
    """A stage as people see it."""

    id: int
    name: str
    outcome: str
    rank: int
    pipeline_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class PipelineView:
    """A pipeline as people see it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ElementDetail:
    """One element, with all that its page and its form show.

    `fields` are the kind's own columns. A linked element that the reader may not read is None in
    `contacts` and `companies` (a deal has one company at the most); the rows that point at this one are the readable
    ones only. `reasons` says, for `update` and `delete`, why the actor may not.
    """

    id: int
    kind: str
    number: int
    name: str
    version: int
    responsible_id: int
    responsible_name: str
    is_open_to_all: bool
    pipeline_id: int | None
    stage_id: int | None
    created_at: datetime
    created_by_name: str
    updated_at: datetime
    updated_by_name: str
    origin: str
    origin_id: str
    fields: Mapping[str, object]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    contacts: tuple[ElementRef | None, ...]
    companies: tuple[ElementRef | None, ...]
    deals: tuple[ElementRef, ...]
    can_update: bool
    can_delete: bool
    reasons: Mapping[str, str]
