"""What custom filters can ask of activities: each field is declared once; lists and APIs read it here.

Over the activity `a`. Whatever asks about a bound element or a client sees only those that the actor may read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from relance.activities.policy import binding_readable, element_readable
from relance.activities.terms import TYPE_BY_CODE, Direction, Hue, Priority
from relance.crm.filtering import bound_fields, by_names, departments
from relance.crm.policy import linked_readable
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, fetch_all, sql
from relance.kit.text import fold
from relance.lists.grammar.compiling import EMPTY, Context, FilterField, compiled
from relance.lists.grammar.tree import DENIED, Condition, Tree, Word


def _types() -> dict[str, tuple[int, ...]]:
    rows = fetch_all(
        Sql("SELECT id, coalesce(code, '') AS code, name_fr, name_en FROM activities_activitytype ORDER BY id")
    )
    return by_names(rows, {code: built_in.name for code, built_in in TYPE_BY_CODE.items()})


def _states(context: Context) -> dict[str, Sql]:
    return {
        "open": Sql("(NOT a.is_completed)"),
        "completed": Sql("a.is_completed"),
        "overdue": sql("(NOT a.is_completed AND a.due_at <= {})", context.now),
        "due": sql(
            "(NOT a.is_completed AND a.due_at <= {})",
            context.now + timedelta(minutes=context.actor.due_soon_minutes),
        ),
        "incoming": Sql("a.is_incoming"),
        "waiting": Sql("(a.is_incoming AND NOT a.is_completed)"),
    }


def _late_days(context: Context) -> Sql:
    """How many days an overdue activity is late, as lists say it: the viewer's today less the deadline's day."""
    return sql(
        "CASE WHEN NOT a.is_completed AND a.due_at <= {} THEN {}::date - a.deadline_day END", context.now, context.today
    )


def _age_days(context: Context) -> Sql:
    return sql("({}::date - (a.created_at AT TIME ZONE {})::date)", context.today, str(context.actor.time_zone))


def _start_day(context: Context) -> Sql:
    return sql("coalesce(a.start_on, (a.start_at AT TIME ZONE {})::date)", str(context.actor.time_zone))


def _participant(actor: Actor, condition: Sql) -> Sql:  # noqa: ARG001 - every person is known to all
    return sql("EXISTS (SELECT FROM activities_participant p WHERE p.activity_id = a.id AND {})", condition)


def _of_members(actor: Actor, condition: Sql) -> Sql:  # noqa: ARG001 - every person is known to all
    return sql("EXISTS (SELECT FROM people_membership m WHERE m.user_id = a.responsible_id AND {})", condition)


def _client(actor: Actor, condition: Sql) -> Sql:
    return sql(
        """EXISTS (SELECT FROM activities_client c JOIN crm_element x ON x.id = c.element_id
        WHERE c.activity_id = a.id AND {} AND {})""",
        linked_readable(actor),
        condition,
    )


def _bound(kind: str, actor: Actor, condition: Sql) -> Sql:
    """Some element `e` of a kind that the activity is bound to, and that the actor may read, fits."""
    return sql(
        """EXISTS (SELECT FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
        WHERE b.activity_id = a.id AND NOT b.element_deleted AND {} AND {} AND {})""",
        sql("b.kind = {}", kind) if kind else TRUE,
        binding_readable(actor),
        condition,
    )


def _elements_people(context: Context) -> dict[str, Sql]:
    """`responsible:element`: whoever is responsible for one of the activity's elements."""
    return {"element": _bound("", context.actor, Sql("b.element_responsible_id = a.responsible_id"))}


FILTER_FIELDS: dict[str, FilterField] = {
    field.key: field
    for field in (
        FilterField("is", _("State"), "state", states=_states),
        FilterField("type", _("Type"), "choice", Sql("a.type_id"), choices=_types),
        FilterField("responsible", _("Responsible"), "people", Sql("a.responsible_id"), people=_elements_people),
        FilterField(
            "department",
            _("Responsible’s department"),
            "choice",
            Sql("m.department_id"),
            each=_of_members,
            choices=departments,
        ),
        FilterField("author", _("Author"), "people", Sql("a.author_id")),
        FilterField("completed_by", _("Completed by"), "people", Sql("a.completed_by_id")),
        FilterField("participants", _("Participants"), "people", Sql("p.user_id"), each=_participant),
        FilterField("deadline", _("Deadline"), "day", Sql("a.deadline_day")),
        FilterField("overdue", _("Overdue by"), "span", _late_days),
        FilterField("start", _("Start"), "day", _start_day),
        FilterField("created", _("Created"), "moment", Sql("a.created_at")),
        FilterField("updated", _("Edited"), "moment", Sql("a.updated_at")),
        FilterField("completed", _("Completed"), "moment", Sql("a.completed_at")),
        FilterField("age", _("Age"), "span", _age_days),
        FilterField("subject", _("Subject"), "text", Sql("a.subject")),
        FilterField("description", _("Description"), "text", Sql("a.description")),
        FilterField("place", _("Place"), "text", Sql("a.place")),
        FilterField("note", _("Note"), "text", Sql("a.note")),
        FilterField("outcome", _("Outcome"), "text", Sql("a.outcome")),
        FilterField("origin", _("Origin"), "text", Sql("a.origin")),
        FilterField(
            "priority",
            _("Priority"),
            "choice",
            Sql("a.priority"),
            choices=lambda: {one.name.lower(): (one.value,) for one in Priority},
        ),
        FilterField(
            "direction",
            _("Direction"),
            "choice",
            Sql("a.direction"),
            choices=lambda: {value: (value,) for value in Direction.values},
        ),
        FilterField(
            "colour", _("Colour"), "choice", Sql("a.colour"), choices=lambda: {value: (value,) for value in Hue.values}
        ),
        FilterField("client", _("Client"), "text", Sql("x.sort_key"), each=_client, fold=fold),
    )
} | bound_fields(_bound)


@dataclass(frozen=True, slots=True)
class Source:
    """A condition told by the other end: the ids of the elements that lead to all activities that fit it, as a query.

    `is_bound`: the activities are bound to them, so who may read one of these elements may read the activity.
    """

    elements: Sql
    is_bound: bool


def source_of(part: Tree, context: Context) -> Source | None:
    """From which elements what a condition takes can be found; None where none leads there."""
    if not isinstance(part, Condition) or part.operator in DENIED:
        return None
    if part.field in _OF_ELEMENTS:
        kind = part.field.partition(".")[0]
        conditions = [
            TRUE if kind == "element" else sql("e.kind = {}", kind),
            Sql("e.deleted_at IS NULL"),
            element_readable(context.actor),
            compiled(part, _OF_ELEMENTS, context),
        ]
        return Source(sql("SELECT e.id FROM crm_element e WHERE {}", all_of(conditions)), is_bound=True)
    if part.field == "client" and not any(isinstance(one, Word) and one.text.lower() == EMPTY for one in part.values):
        condition = all_of([linked_readable(context.actor), compiled(part, _OF_CLIENTS, context)])
        return Source(sql("SELECT x.id FROM crm_element x WHERE {}", condition), is_bound=False)
    return None


# The same fields, over the bound element `e` and the client `x` themselves.
_OF_ELEMENTS = bound_fields(lambda kind, actor, condition: condition)  # noqa: ARG005 - one signature
_OF_CLIENTS = {"client": replace(FILTER_FIELDS["client"], each=lambda actor, condition: condition)}  # noqa: ARG005
