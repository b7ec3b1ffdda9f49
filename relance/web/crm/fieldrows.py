"""The fields of an element as its page shows them, one row each, driven by what its kind declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relance.crm.terms import FIELD_NAMES, FIELDS, ElementDetail, StageView
from relance.web import marks, values
from relance.web.activities.dates import Viewer
from relance.web.crm import cells

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# What is edited together: an amount with its currency.
GROUPS = {"amount": ("amount", "currency"), "revenue": ("revenue", "currency")}
_IN_A_GROUP = {"currency"}
_AROUND = {"company_id", "contact_ids", "company_ids"}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field: what it is called, its value in words, whether there is any."""

    key: str
    label: StrPromise
    value: str

    @property
    def is_empty(self) -> bool:
        return not self.value


def editable_keys(kind: str) -> tuple[str, ...]:
    """The fields of a kind that can be edited one by one, in the order of its form."""
    return tuple(key for key in FIELDS[kind] if key not in _IN_A_GROUP)


def rows_of(element: ElementDetail, viewer: Viewer, stage: StageView | None) -> list[FieldRow]:
    """Every field of the element, which is at this stage; the linked elements have places of their own."""
    keys = [key for key in editable_keys(element.kind) if key not in _AROUND]
    return [row_of(element, key, viewer, stage) for key in keys]


def row_of(element: ElementDetail, key: str, viewer: Viewer, stage: StageView | None) -> FieldRow:
    """One field of the element."""
    if key == "stage_id":
        return FieldRow(key, FIELD_NAMES[key], stage.name if stage else "")
    writer = _WRITERS.get(key)
    value = writer(element, viewer) if writer else str(element.fields.get(key) or "")
    return FieldRow(key, FIELD_NAMES[key], value)


def _money(key: str) -> Callable[[ElementDetail, Viewer], str]:
    def write(element: ElementDetail, viewer: Viewer) -> str:
        amount: Any = element.fields[key]
        return values.money(amount, str(element.fields["currency"]), viewer.language)

    return write


def _employees(element: ElementDetail, _viewer: Viewer) -> str:
    count: Any = element.fields["employees"]
    return "" if count is None else marks.number(count)


def _closes_on(element: ElementDetail, viewer: Viewer) -> str:
    on: Any = element.fields["closes_on"]
    return values.day(on, viewer)


def _access(element: ElementDetail, _viewer: Viewer) -> SafeString:
    css, icon, text = (
        ("tag ok", "globe", _("Available to everyone"))
        if element.is_open_to_all
        else ("tag", "lock", _("By the roles"))
    )
    return format_html('<span class="{}">{}{}</span>', css, marks.icon(icon), text)


_WRITERS: dict[str, Callable[[ElementDetail, Viewer], str]] = {
    "name": lambda element, _viewer: element.name,
    "amount": _money("amount"),
    "revenue": _money("revenue"),
    "closes_on": _closes_on,
    "employees": _employees,
    "phones": lambda element, _viewer: values.phones(element.phones),
    "emails": lambda element, _viewer: values.emails(element.emails),
    "company_id": lambda element, _viewer: cells.links(element.companies),
    "company_ids": lambda element, _viewer: cells.links(element.companies),
    "contact_ids": lambda element, _viewer: cells.links(element.contacts),
    "responsible_id": lambda element, _viewer: marks.person(element.responsible_name, element.responsible_id),
    "is_open_to_all": _access,
}
