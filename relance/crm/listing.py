"""The columns of elements, each declared once for its kinds; lists, exports and APIs read them here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relance.crm.terms import Kind
from relance.kit.sql import Sql
from relance.lists.terms import Column, Order

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LISTINGS = {Kind.LEAD: "leads", Kind.DEAL: "deals", Kind.CONTACT: "contacts", Kind.COMPANY: "companies"}
DEFAULT_SORT = "-updated"
NEXT_ACTIVITY = "next_activity"
# The sorts that an index serves, whatever the size of the list.
NATIVE_SORTS = {"updated": Order(Sql("b.updated_at"), "timestamptz"), "name": Order(Sql("b.sort_key"), "text")}

# Over: e element, o the kind's own row, u responsible, s stage (none for contacts and companies).
ALWAYS = Sql(
    """e.id, e.kind, e.number, e.name, e.responsible_id, e.version, e.stage_id, e.pipeline_id, e.updated_at,
    trim(u.first_name || ' ' || u.last_name) AS responsible_name"""
)


def _own(key: str, label: StrPromise, width: str = "medium", *extra: str) -> Column:
    selects = tuple(Sql(f"o.{column}") for column in (key, *extra))
    return Column(key, label, width, Order(Sql(f"lower(o.{key})"), "text"), selects)


def _points(key: str, kind: str, label: StrPromise) -> Column:
    source = (
        f"SELECT c.raw FROM crm_contactpoint c WHERE c.element_id = e.id AND c.kind = '{kind}' ORDER BY c.rank, c.id"
    )
    return Column(key, label, selects=(Sql(f"ARRAY({source}) AS {key}"),))


def _linked(key: str, label: StrPromise, source: str) -> Column:
    """A column of other elements: their ids here, their names only through `element_refs`, which knows the rights."""
    return Column(key, label, selects=(Sql(f"ARRAY({source}) AS {key}_ids"),))


_COMPANY_OF_DEAL = "SELECT x.id FROM crm_element x WHERE x.id = o.company_id AND x.deleted_at IS NULL"
_CONTACTS_OF_DEAL = """SELECT x.id FROM crm_dealcontact c JOIN crm_element x ON x.id = c.contact_id
    AND x.deleted_at IS NULL
    WHERE c.deal_id = e.id ORDER BY c.id LIMIT 5"""
_COMPANIES_OF_CONTACT = """SELECT x.id FROM crm_contactcompany c JOIN crm_element x ON x.id = c.company_id
    AND x.deleted_at IS NULL
    WHERE c.contact_id = e.id ORDER BY c.id LIMIT 5"""

_NUMBER = Column("number", _("Number"), "narrow", Order(Sql("e.number"), "bigint"))
_STAGE = Column("stage", _("Stage"), order=Order(Sql("s.rank"), "bigint"))
_AMOUNT = Column(
    "amount",
    _("Amount"),
    "narrow",
    Order(Sql("coalesce(o.amount, -1e17)"), "numeric"),
    (Sql("o.amount"), Sql("o.currency")),
)
_RESPONSIBLE = Column("responsible", _("Responsible"), order=Order(Sql("u.sort_key"), "text"))
# Its cells come from the floor of activities, for a page's rows at once (activities.upcoming).
_NEXT = Column(NEXT_ACTIVITY, pgettext_lazy("column", "Next activity"))
_PHONE = _points("phones", "phone", _("Phone"))
_EMAIL = _points("emails", "email", _("E-mail"))
_PIPELINE = Column(
    "pipeline",
    _("Pipeline"),
    selects=(
        Sql("(SELECT ARRAY[x.code, x.name_fr, x.name_en] FROM crm_pipeline x WHERE x.id = e.pipeline_id) AS pipeline"),
    ),
)


def _person(key: str, label: StrPromise, column: str) -> Column:
    name = f"(SELECT trim(x.first_name || ' ' || x.last_name) FROM people_user x WHERE x.id = e.{column})"
    return Column(key, label, selects=(Sql(f"{name} AS {key}_name"), Sql(f"e.{column} AS {key}_id")))


_LAST = (
    Column("updated", _("Edited"), order=Order(Sql("e.updated_at"), "timestamptz")),
    _person("updated_by", _("Edited by"), "updated_by_id"),
    Column("created", _("Created"), order=Order(Sql("e.created_at"), "timestamptz"), selects=(Sql("e.created_at"),)),
    _person("author", _("Author"), "created_by_id"),
    Column("open_to_all", _("Available to everyone"), "narrow", selects=(Sql("e.is_open_to_all"),)),
    Column("origin", _("Origin"), selects=(Sql("e.origin"), Sql("e.origin_id"))),
)


def _name(label: StrPromise) -> Column:
    return Column("name", label, "wide", Order(Sql("e.sort_key"), "text"))


_OF_KIND: dict[str, tuple[Column, ...]] = {
    Kind.LEAD: (
        _name(_("Name")),
        _STAGE,
        _AMOUNT,
        _NEXT,
        _own("company_name", _("Company")),
        _own("source", _("Source")),
        _PHONE,
        _EMAIL,
        _RESPONSIBLE,
        _NUMBER,
        *_LAST,
    ),
    Kind.DEAL: (
        _name(_("Name")),
        _PIPELINE,
        _STAGE,
        _AMOUNT,
        _NEXT,
        _linked("company", _("Company"), _COMPANY_OF_DEAL),
        _linked("contacts", _("Contacts"), _CONTACTS_OF_DEAL),
        Column(
            "closes_on",
            _("Expected close"),
            "narrow",
            Order(Sql("coalesce(o.closes_on, DATE '9999-12-31')"), "date"),
            (Sql("o.closes_on"),),
        ),
        _PHONE,
        _EMAIL,
        _RESPONSIBLE,
        _NUMBER,
        *_LAST,
    ),
    Kind.CONTACT: (
        _name(_("Name")),
        _own("first_name", _("First name")),
        _own("last_name", _("Last name")),
        _own("position", _("Position")),
        _linked("companies", _("Companies"), _COMPANIES_OF_CONTACT),
        _NEXT,
        _PHONE,
        _EMAIL,
        _RESPONSIBLE,
        _NUMBER,
        *_LAST,
    ),
    Kind.COMPANY: (
        _name(_("Name")),
        _own("industry", _("Industry")),
        _own("city", _("City")),
        _NEXT,
        _PHONE,
        _EMAIL,
        Column(
            "employees",
            _("Employees"),
            "narrow",
            Order(Sql("coalesce(o.employees, -1)"), "bigint"),
            (Sql("o.employees"),),
        ),
        Column(
            "revenue",
            _("Revenue"),
            "narrow",
            Order(Sql("coalesce(o.revenue, -1e17)"), "numeric"),
            (Sql("o.revenue"), Sql("o.currency")),
        ),
        _RESPONSIBLE,
        _NUMBER,
        *_LAST,
    ),
}
_DEFAULTS: dict[str, frozenset[str]] = {
    Kind.LEAD: frozenset({"name", "stage", "amount", NEXT_ACTIVITY, "company_name", "phones", "responsible"}),
    Kind.DEAL: frozenset({"name", "stage", "amount", NEXT_ACTIVITY, "company", "closes_on", "responsible"}),
    Kind.CONTACT: frozenset({"name", "position", "companies", NEXT_ACTIVITY, "phones", "emails", "responsible"}),
    Kind.COMPANY: frozenset({"name", "industry", "city", NEXT_ACTIVITY, "phones", "responsible"}),
}
COLUMNS: dict[str, dict[str, Column]] = {
    kind: {column.key: replace(column, is_default=column.key in _DEFAULTS[kind]) for column in columns}
    for kind, columns in _OF_KIND.items()
}


def selects(kind: str, columns: tuple[str, ...]) -> Sql:
    """What a row's query selects for the columns shown, on top of what every row has."""
    pieces = [ALWAYS, *(piece for key in columns for piece in COLUMNS[kind][key].selects)]
    return Sql(", ".join(dict.fromkeys(piece.text for piece in pieces)))
