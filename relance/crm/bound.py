"""The columns of an element where another listing shows it: each declared once; activities and exports read them here.

Over `e`, which is NULL where the reader may not read the element, and so is everything said of it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from relance.crm.policy import linked_readable
from relance.kit.actor import Actor
from relance.kit.sql import Sql, sql
from relance.lists.terms import Cast, Column, Order

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PREFIX = "element_"


def _column(key: str, label: StrPromise, selected: str, width: str = "medium", order: Order | None = None) -> Column:
    return Column(f"{PREFIX}{key}", label, width, order, (Sql(f"{selected} AS {PREFIX}{key}"),))


def _sorted(expression: str, cast: Cast, otherwise: str) -> Order:
    """A sort by something that not every element has, or that the reader may not see of it: those come first."""
    return Order(Sql(f"coalesce({expression}, {otherwise})"), cast)


def _own(kind: str, column: str) -> str:
    return f"(SELECT o.{column} FROM crm_{kind} o WHERE o.element_id = e.id)"


def _text(kind: str, column: str, label: StrPromise) -> Column:
    return _column(column, label, _own(kind, column))


def _person(key: str, label: StrPromise, column: str, order: Order | None = None) -> Column:
    name = f"(SELECT trim(x.first_name || ' ' || x.last_name) FROM people_user x WHERE x.id = e.{column})"
    selects = (Sql(f"{name} AS {PREFIX}{key}_name"), Sql(f"e.{column} AS {PREFIX}{key}_id"))
    return Column(f"{PREFIX}{key}", label, "medium", order, selects)


def _points(key: str, kind: str, label: StrPromise) -> Column:
    points = (
        f"SELECT c.raw FROM crm_contactpoint c WHERE c.element_id = e.id AND c.kind = '{kind}' ORDER BY c.rank, c.id"
    )
    return _column(key, label, f"ARRAY({points})")


def _named(key: str, label: StrPromise, table: str, more: str = "", order: Order | None = None) -> Column:
    names = f"(SELECT ARRAY[x.code, x.name_fr, x.name_en{more}] FROM crm_{table} x WHERE x.id = e.{table}_id)"
    return _column(key, label, names, order=order)


_AMOUNT = f"coalesce({_own('deal', 'amount')}, {_own('lead', 'amount')})"
_CURRENCY = f"coalesce({_own('deal', 'currency')}, {_own('lead', 'currency')}, '')"
_DEPARTMENTS = """(SELECT string_agg(x.name, ', ' ORDER BY x.sort_key) FROM people_membership y
    JOIN people_department x ON x.id = y.department_id WHERE y.user_id = e.responsible_id)"""

BOUND_COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        _column("kind", _("Element’s kind"), "e.kind", "narrow", _sorted("e.kind", "text", "''")),
        _column("number", _("Element’s number"), "e.number", "narrow", _sorted("e.number", "bigint", "-1")),
        _named("pipeline", _("Element’s pipeline"), "pipeline"),
        _named(
            "stage",
            _("Element’s stage"),
            "stage",
            ", x.outcome",
            _sorted("(SELECT x.rank FROM crm_stage x WHERE x.id = e.stage_id)", "bigint", "-1"),
        ),
        Column(
            f"{PREFIX}amount",
            _("Element’s amount"),
            "narrow",
            _sorted(_AMOUNT, "numeric", "-1e17"),
            (Sql(f"{_AMOUNT} AS {PREFIX}amount"), Sql(f"{_CURRENCY} AS {PREFIX}currency")),
        ),
        _column("closes_on", _("Element’s expected close"), _own("deal", "closes_on"), "narrow"),
        _person(
            "responsible",
            _("Element’s responsible"),
            "responsible_id",
            _sorted("(SELECT x.sort_key FROM people_user x WHERE x.id = e.responsible_id)", "text", "''"),
        ),
        _column("department", _("Department of the element’s responsible"), _DEPARTMENTS),
        Column(f"{PREFIX}company", _("Element’s company")),
        Column(f"{PREFIX}contacts", _("Element’s contacts")),
        _points("phones", "phone", _("Element’s phone")),
        _points("emails", "email", _("Element’s e-mail")),
        _text("lead", "source", _("Element’s source")),
        _text("contact", "position", _("Element’s position")),
        _text("company", "industry", _("Element’s industry")),
        _text("company", "city", _("Element’s city")),
        _column("employees", _("Element’s employees"), _own("company", "employees"), "narrow"),
        Column(
            f"{PREFIX}revenue",
            _("Element’s revenue"),
            "narrow",
            selects=(
                Sql(f"{_own('company', 'revenue')} AS {PREFIX}revenue"),
                Sql(f"{_own('company', 'currency')} AS {PREFIX}revenue_currency"),
            ),
        ),
        _column("created", _("Element created"), "e.created_at"),
        _person("author", _("Element’s author"), "created_by_id"),
        _column("updated", _("Element edited"), "e.updated_at"),
        _person("updated_by", _("Element edited by"), "updated_by_id"),
        _column("open_to_all", _("Element available to everyone"), "e.is_open_to_all", "narrow"),
        _column("origin", _("Element’s origin"), "trim(e.origin || ' ' || e.origin_id)"),
    )
}


def _companies(actor: Actor) -> Sql:
    """The names of the companies that an element belongs to (a company to itself), those that the actor may read; and
    the name that a lead has written down.
    """
    return sql(
        """ARRAY(
            SELECT x.name FROM (
                SELECT e.id AS id WHERE e.kind = 'company'
                UNION ALL SELECT o.company_id FROM crm_deal o WHERE o.element_id = e.id
                UNION ALL SELECT o.company_id FROM crm_contactcompany o WHERE o.contact_id = e.id
            ) w JOIN crm_element x ON x.id = w.id WHERE {}
            UNION ALL SELECT o.company_name FROM crm_lead o WHERE o.element_id = e.id AND o.company_name <> ''
        ) AS element_company""",
        linked_readable(actor),
    )


def _contacts(actor: Actor) -> Sql:
    """The names of a deal's contacts, those that the actor may read."""
    return sql(
        """ARRAY(SELECT x.name FROM crm_dealcontact o JOIN crm_element x ON x.id = o.contact_id
        WHERE o.deal_id = e.id AND {} ORDER BY o.id) AS element_contacts""",
        linked_readable(actor),
    )


_LINKED: dict[str, Callable[[Actor], Sql]] = {f"{PREFIX}company": _companies, f"{PREFIX}contacts": _contacts}


def bound_selects(actor: Actor, key: str) -> tuple[Sql, ...]:
    """What a column of a bound element selects for a reader: of the elements linked to it, those that he may read."""
    return (_LINKED[key](actor),) if key in _LINKED else BOUND_COLUMNS[key].selects
