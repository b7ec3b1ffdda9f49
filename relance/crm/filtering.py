"""What custom filters can ask of elements: each field is declared once; leads, deals, activities and APIs read it here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from relance.access.queries import list_departments
from relance.access.terms import KINDS
from relance.crm.policy import linked_readable
from relance.crm.terms import PIPELINE_NAMES, STAGE_NAMES, Kind, Outcome
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Row, Sql, all_of, fetch_all, name, sql
from relance.kit.text import digits, fold
from relance.lists.grammar.compiling import Context, FieldType, FilterField, compiled, people_at_top
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import EVERYTHING, Condition, Tree, Word, all_parts, conditions, conjuncts
from relance.people.queries import find_people_ids

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


# `is:idle`: in progress, with no open activity.
IDLE = "idle"


# Of each on the way: never a join, which would read on from end to end.
_EACH = "(SELECT {} FROM crm_element e WHERE e.id = b.id)"


def filter_context(actor: Actor) -> Context:
    """For whom and when a filter is read: its days are those of the actor's zone."""
    return Context(actor, clock.now(), clock.today(actor.time_zone), find_people_ids)


def text_selection(actor: Actor, kind: str, text: str, *, at_once: bool = False) -> tuple[Sequence[int] | None, Sql]:
    """The persons whose elements of a kind a custom filter takes (None: anyone's), and its condition on an element `b`: to be
    asked of each on the way, or of all `at_once`.

    Raises:
        FilterError: the text is no filter of such elements.
    """
    context = filter_context(actor)
    whose, plain, rest = _parts(kind, text, context)
    condition = compiled(rest, FILTER_FIELDS[kind], context)
    if condition != TRUE:
        asked = "b.id IN (SELECT e.id FROM crm_element e WHERE {})" if at_once else _EACH
        condition = sql(asked, condition)
    return whose, all_of([compiled(plain, _PLAIN, context), condition])


def is_plain(actor: Actor, kind: str, text: str) -> bool:
    """Whether a custom filter asks only for what stands in the element's own row: all that it takes is counted quickly.

    Raises:
        FilterError: the text is no filter of such elements.
    """
    _whose, plain, rest = _parts(kind, text, filter_context(actor))
    words = {word.text.lower() for one in conditions(plain) for word in one.values if isinstance(word, Word)}
    return rest == EVERYTHING and IDLE not in words


def is_asked_of_rows(actor: Actor, kind: str, text: str) -> bool:
    """Whether some of a custom filter must be asked in other tables than the element's own row."""
    return _parts(kind, text, filter_context(actor))[2] != EVERYTHING


def _parts(kind: str, text: str, context: Context) -> tuple[Sequence[int] | None, Tree, Tree]:
    """Whose elements a custom filter takes, what its top asks of the element's own columns, and the rest."""
    whose, tree = people_at_top(parse(text), FILTER_FIELDS[kind], context)
    parts = conjuncts(tree)
    plain = [isinstance(one, Condition) and one.field in _PLAIN and one.field in FILTER_FIELDS[kind] for one in parts]
    return (
        whose,
        all_parts(part for part, found in zip(parts, plain, strict=True) if found),
        all_parts(part for part, found in zip(parts, plain, strict=True) if not found),
    )


def by_names(rows: list[Row], built_in: Mapping[str, StrPromise]) -> dict[str, tuple[int, ...]]:
    """The ids that a word stands for: a code, a name in either language or in the reader's, or #id."""
    found: dict[str, tuple[int, ...]] = {}
    for row in rows:
        names = (row["code"], row["name_fr"], row["name_en"], str(built_in.get(row["code"], "")), f"#{row['id']}")
        for word in dict.fromkeys(fold(text) for text in names if text):
            found[word] = (*found.get(word, ()), row["id"])
    return found


def _stages() -> dict[str, tuple[int, ...]]:
    return by_names(fetch_all(Sql("SELECT id, code, name_fr, name_en FROM crm_stage ORDER BY id")), STAGE_NAMES)


def _pipelines() -> dict[str, tuple[int, ...]]:
    return by_names(fetch_all(Sql("SELECT id, code, name_fr, name_en FROM crm_pipeline ORDER BY id")), PIPELINE_NAMES)


def _states(row: str, context: Context) -> dict[str, Sql]:  # noqa: ARG001 - the same at any moment
    stage = name(f"{row}.stage_id")
    outcomes = {
        value: sql("{} IN (SELECT s.id FROM crm_stage s WHERE s.outcome = {})", stage, value)
        for value in Outcome.values
    }
    # In progress without an open activity. Contacts and companies have no stage, and are in progress as long as they live.
    # The bindings' copies are all that this floor says of activities; it names the condition of binding_element_open.
    idle = sql(
        """(({} IS NULL OR {}) AND NOT EXISTS (SELECT FROM activities_binding n WHERE n.element_id = {}
        AND NOT n.is_completed AND NOT n.element_deleted AND NOT n.activity_deleted))""",
        stage,
        outcomes[Outcome.OPEN],
        name(f"{row}.id"),
    )
    return outcomes | {"shared": name(f"{row}.is_open_to_all"), IDLE: idle}


def _own(kind: str, actor: Actor, condition: Sql) -> Sql:  # noqa: ARG001 - the element itself is readable
    """The element's own row `o` of its kind fits: an EXISTS, which PostgreSQL can turn round where few such rows fit."""
    return sql("EXISTS (SELECT FROM {} o WHERE o.element_id = e.id AND {})", name(f"crm_{kind}"), condition)


def _linked(source: Sql, actor: Actor, condition: Sql) -> Sql:
    """Some linked element `x` that the actor may read fits."""
    return sql("EXISTS (SELECT FROM {} AND {} AND {})", source, linked_readable(actor), condition)


def _pointed(kind: str, actor: Actor, condition: Sql) -> Sql:  # noqa: ARG001 - the element itself is readable
    return sql(
        "EXISTS (SELECT FROM crm_contactpoint c WHERE c.element_id = e.id AND c.kind = {} AND {})", kind, condition
    )


_X = Sql("x.sort_key")
_POINT = Sql("c.normalised")
_DEAL_COMPANY = Sql("crm_deal o JOIN crm_element x ON x.id = o.company_id WHERE o.element_id = e.id")
_DEAL_CONTACT = Sql("crm_dealcontact o JOIN crm_element x ON x.id = o.contact_id WHERE o.deal_id = e.id")
_CONTACT_COMPANY = Sql("crm_contactcompany o JOIN crm_element x ON x.id = o.company_id WHERE o.contact_id = e.id")
# The company that any element belongs to: a deal's, a contact's, or itself.
_ANY_COMPANY = Sql(
    """crm_element x WHERE (x.id = e.id AND x.kind = 'company'
        OR x.id = (SELECT o.company_id FROM crm_deal o WHERE o.element_id = e.id)
        OR x.id IN (SELECT o.company_id FROM crm_contactcompany o WHERE o.contact_id = e.id))"""
)
_ANY_AMOUNT = Sql(
    """coalesce((SELECT o.amount FROM crm_deal o WHERE o.element_id = e.id),
        (SELECT o.amount FROM crm_lead o WHERE o.element_id = e.id))"""
)


def departments() -> dict[str, tuple[int, ...]]:
    """The words of departments: their names and #ids."""
    return by_names(
        [{"code": "", "name_fr": row["name"], "name_en": "", "id": row["id"]} for row in list_departments()], {}
    )


def _of_members(actor: Actor, condition: Sql) -> Sql:  # noqa: ARG001 - every person is known to all
    return sql("EXISTS (SELECT FROM people_membership m WHERE m.user_id = e.responsible_id AND {})", condition)


_DEPARTMENT = FilterField(
    "department", _("Responsible’s department"), "choice", Sql("m.department_id"), each=_of_members, choices=departments
)
_STATE = FilterField("is", _("State"), "state", states=partial(_states, "e"))
_STAGE = FilterField("stage", _("Stage"), "choice", Sql("e.stage_id"), choices=_stages)
_PIPELINE = FilterField("pipeline", _("Pipeline"), "choice", Sql("e.pipeline_id"), choices=_pipelines)
_EVERY = (
    FilterField("name", _("Name"), "text", Sql("e.sort_key"), fold=fold),
    FilterField("number", _("Number"), "number", Sql("e.number")),
    FilterField("responsible", _("Responsible"), "people", Sql("e.responsible_id")),
    _DEPARTMENT,
    FilterField("created", _("Created"), "moment", Sql("e.created_at")),
    FilterField("updated", _("Edited"), "moment", Sql("e.updated_at")),
    FilterField("author", _("Author"), "people", Sql("e.created_by_id")),
    FilterField("phone", _("Phone"), "text", _POINT, each=partial(_pointed, "phone"), fold=digits),
    FilterField("email", _("E-mail"), "text", _POINT, each=partial(_pointed, "email"), fold=str.lower),
    FilterField("origin", _("Origin"), "text", Sql("e.origin")),
    _STATE,
)


def _company(source: Sql) -> FilterField:
    return FilterField("company", _("Company"), "text", _X, each=partial(_linked, source), fold=fold)


def _owned(kind: str, column: str, label: StrPromise, type: FieldType) -> FilterField:
    return FilterField(column, label, type, name(f"o.{column}"), around=partial(_own, kind))


def _texts(kind: str, **labels: StrPromise) -> tuple[FilterField, ...]:
    return tuple(_owned(kind, key, label, "text") for key, label in labels.items())


def _numbers(kind: str, **labels: StrPromise) -> tuple[FilterField, ...]:
    return tuple(_owned(kind, key, label, "number") for key, label in labels.items())


_OF_KIND: dict[str, tuple[FilterField, ...]] = {
    Kind.LEAD: (
        *_EVERY,
        _STAGE,
        *_numbers("lead", amount=_("Amount")),
        *_texts("lead", currency=_("Currency"), company_name=_("Company"), source=_("Source")),
    ),
    Kind.DEAL: (
        *_EVERY,
        _STAGE,
        _PIPELINE,
        *_numbers("deal", amount=_("Amount")),
        *_texts("deal", currency=_("Currency")),
        _owned("deal", "closes_on", _("Expected close"), "day"),
        _company(_DEAL_COMPANY),
        FilterField("contact", _("Contact"), "text", _X, each=partial(_linked, _DEAL_CONTACT), fold=fold),
    ),
    Kind.CONTACT: (*_EVERY, *_texts("contact", position=_("Position")), _company(_CONTACT_COMPANY)),
    Kind.COMPANY: (
        *_EVERY,
        *_texts("company", industry=_("Industry"), city=_("City"), currency=_("Currency")),
        *_numbers("company", employees=_("Employees"), revenue=_("Revenue")),
    ),
}
FILTER_FIELDS: dict[str, dict[str, FilterField]] = {
    kind: {field.key: field for field in fields} for kind, fields in _OF_KIND.items()
}
# What stands in the row `b` that a list of elements reads anyway.
_PLAIN: dict[str, FilterField] = {
    field.key: field
    for field in (
        replace(_STATE, states=partial(_states, "b")),
        replace(_STAGE, sql=Sql("b.stage_id")),
        replace(_PIPELINE, sql=Sql("b.pipeline_id")),
    )
}
# What is asked of an element whatever its kind.
ANY_FIELDS: dict[str, FilterField] = {
    field.key: field
    for field in (
        FilterField("kind", _("Kind"), "choice", Sql("e.kind"), choices=lambda: {kind: (kind,) for kind in KINDS}),
        *_EVERY,
        _STAGE,
        _PIPELINE,
        FilterField("amount", _("Amount"), "number", _ANY_AMOUNT),
        _company(_ANY_COMPANY),
    )
}


def bound_fields(around: Callable[[str, Actor, Sql], Sql]) -> dict[str, FilterField]:
    """The fields of elements as another listing asks for them: `deal.amount`, `element.stage`.

    `around` turns a condition on the element `e` of a kind ("" for any) into one on that listing's row, within what the
    actor may read.
    """
    from_kinds = {"element": ("", ANY_FIELDS)} | {kind: (kind, fields) for kind, fields in FILTER_FIELDS.items()}
    return {
        f"{prefix}.{key}": _bound(f"{prefix}.{key}", field, _within(partial(around, kind), field))
        for prefix, (kind, fields) in from_kinds.items()
        for key, field in fields.items()
    }


def _within(around: Callable[[Actor, Sql], Sql], field: FilterField) -> Callable[[Actor, Sql], Sql]:
    inner = field.around
    return around if inner is None else lambda actor, condition: around(actor, inner(actor, condition))


def _bound(key: str, field: FilterField, around: Callable[[Actor, Sql], Sql]) -> FilterField:
    return FilterField(
        key,
        field.label,
        field.type,
        field.sql,
        each=field.each,
        around=around,
        choices=field.choices,
        states=field.states,
        fold=field.fold,
    )
