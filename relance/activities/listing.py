"""The columns of activities, each declared once; lists, exports and APIs read them here."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from relance.activities.policy import binding_readable, element_readable
from relance.crm.bound import BOUND_COLUMNS, bound_selects
from relance.kit.actor import Actor
from relance.kit.sql import Sql, sql
from relance.lists.terms import Column, Order

LISTING = "activities"
# Over: a activity, t type, u responsible, m the bindings' summary, e the main element where the actor may read it.
ALWAYS = Sql(
    """a.id, a.subject, a.is_completed, a.completed_at, a.due_at, a.deadline_at, a.deadline_on, a.deadline_day, a.start_at,
    a.end_at, a.start_on, a.end_on, a.is_incoming, a.priority, a.created_at, a.responsible_id, a.version,
    t.code AS type, t.id AS type_id,
    t.name_fr AS type_name_fr, t.name_en AS type_name_en, t.icon AS type_icon, t.hue AS type_hue, t.times,
    m.can_edit, m.can_delete, m.can_copy"""
)
_TEXT: dict[str, Sql] = {
    key: Sql(f"a.{key}")
    for key in ("description", "outcome", "note", "place", "direction", "origin", "origin_id", "colour")
}
# The names that the company has given to an outcome: those of the activity's own type first, for two types may call the
# same outcome differently, and an activity keeps its outcome when it changes its type.
_OUTCOME_NAMES = Sql(
    """(SELECT ARRAY[o.name_fr, o.name_en] FROM activities_activityoutcome o WHERE o.code = a.outcome
    ORDER BY (o.type_id = a.type_id) DESC LIMIT 1) AS outcome_names"""
)


def _person(column: str, alias: str) -> Sql:
    people = {"author": "author_id", "completed_by": "completed_by_id", "updated_by": "updated_by_id"}
    return Sql(
        f"(SELECT trim(x.first_name || ' ' || x.last_name) FROM people_user x WHERE x.id = a.{people[column]}) AS {alias}"
    )


_OWN_COLUMNS: dict[str, Column] = {
    column.key: column
    for column in (
        Column("type", _("Type"), order=Order(Sql("t.rank"), "bigint"), is_default=True),
        Column("subject", _("Subject"), "wide", order=Order(Sql("a.subject"), "text"), is_default=True),
        Column("element", _("Element"), order=Order(Sql("coalesce(e.sort_key, '')"), "text"), is_default=True),
        Column("client", _("Client"), is_default=True),
        Column("deadline", _("Deadline"), order=Order(Sql("a.due_at"), "timestamptz"), is_default=True),
        Column("responsible", _("Responsible"), order=Order(Sql("u.sort_key"), "text"), is_default=True),
        Column("description", _("Description"), "wide", selects=(_TEXT["description"],)),
        Column("author", _("Author"), selects=(_person("author", "author_name"), Sql("a.author_id"))),
        Column("created", _("Created"), order=Order(Sql("a.created_at"), "timestamptz")),
        Column("updated", _("Edited"), order=Order(Sql("a.updated_at"), "timestamptz"), selects=(Sql("a.updated_at"),)),
        Column(
            "updated_by", _("Edited by"), selects=(_person("updated_by", "updated_by_name"), Sql("a.updated_by_id"))
        ),
        Column("completed", _("Completed"), order=Order(Sql("coalesce(a.completed_at, a.due_at)"), "timestamptz")),
        Column(
            "completed_by",
            _("Completed by"),
            selects=(_person("completed_by", "completed_by_name"), Sql("a.completed_by_id")),
        ),
        Column(
            "outcome", _("Outcome"), order=Order(Sql("a.outcome"), "text"), selects=(_TEXT["outcome"], _OUTCOME_NAMES)
        ),
        Column("note", _("Note"), "wide", selects=(_TEXT["note"],)),
        Column("priority", _("Priority"), "narrow", Order(Sql("a.priority"), "bigint")),
        Column("colour", _("Colour"), "narrow", selects=(_TEXT["colour"],)),
        Column("place", _("Place"), order=Order(Sql("a.place"), "text"), selects=(_TEXT["place"],)),
        Column(
            "participants",
            _("Participants"),
            selects=(
                Sql(
                    """ARRAY(SELECT trim(x.first_name || ' ' || x.last_name) FROM activities_participant p
                    JOIN people_user x ON x.id = p.user_id WHERE p.activity_id = a.id ORDER BY x.sort_key) AS participants"""
                ),
            ),
        ),
        Column(
            "reminders",
            _("Reminders"),
            selects=(
                Sql(
                    """ARRAY(SELECT r.minutes_before FROM activities_reminder r WHERE r.activity_id = a.id
                    ORDER BY r.minutes_before DESC) AS reminders"""
                ),
            ),
        ),
        Column(
            "validators",
            _("Validators"),
            selects=(
                Sql(
                    """ARRAY(SELECT trim(x.first_name || ' ' || x.last_name) FROM activities_validator v
                    JOIN people_user x ON x.id = v.user_id WHERE v.activity_id = a.id ORDER BY v.rank, v.id) AS validators"""
                ),
            ),
        ),
        Column(
            "files",
            _("Files"),
            "narrow",
            selects=(
                Sql(
                    """(SELECT count(*) FROM activities_attachment f WHERE f.activity_id = a.id AND f.deleted_at IS NULL)
                    AS files_count"""
                ),
            ),
        ),
        Column("state", _("State"), "narrow"),
        Column("client_address", _("Client’s phone or e-mail")),
        Column("direction", _("Direction"), "narrow", selects=(_TEXT["direction"],)),
        Column("slot", _("Time slot")),
        Column("elements", _("Elements"), "narrow"),
        Column("origin", _("Origin"), selects=(_TEXT["origin"], _TEXT["origin_id"])),
        Column("number", _("Number"), "narrow"),
    )
}
# What is said of the main element, as far as the reader may read it.
OF_ELEMENT = frozenset({"element", *BOUND_COLUMNS})
COLUMNS: dict[str, Column] = {**_OWN_COLUMNS, **BOUND_COLUMNS}


def selects(actor: Actor, columns: tuple[str, ...]) -> Sql:
    """What a row's query selects for the columns shown, on top of what every row has."""
    pieces = [ALWAYS]
    for key in columns:
        pieces += _selects_of(actor, key)
    return Sql(", ".join(piece.text for piece in pieces), tuple(p for piece in pieces for p in piece.params))


def _selects_of(actor: Actor, key: str) -> tuple[Sql, ...]:
    if key == "responsible":
        return (Sql("trim(u.first_name || ' ' || u.last_name) AS responsible_name"),)
    if key == "element":
        return (Sql("e.id AS element_id, e.kind AS element_kind, e.number AS element_number, e.name AS element_name"),)
    if key == "elements":
        return (Sql("m.elements_count"),)
    if key == "client":
        return (clients(actor),)
    if key == "client_address":
        return (client_addresses(actor),)
    if key in BOUND_COLUMNS:
        return bound_selects(actor, key)
    return COLUMNS[key].selects


def clients(actor: Actor) -> Sql:
    """The names of an activity's clients, those that the actor may read."""
    return sql(
        """ARRAY(SELECT e.name FROM activities_client c JOIN crm_element e ON e.id = c.element_id
        WHERE c.activity_id = a.id AND e.deleted_at IS NULL AND {} ORDER BY c.id) AS clients""",
        element_readable(actor),
    )


def client_addresses(actor: Actor) -> Sql:
    """The phones and addresses that an activity uses, of those clients that the actor may read."""
    return sql(
        """ARRAY(SELECT c.address FROM activities_client c JOIN crm_element e ON e.id = c.element_id
        WHERE c.activity_id = a.id AND c.address <> '' AND e.deleted_at IS NULL AND {} ORDER BY c.id) AS client_addresses""",
        element_readable(actor),
    )


@dataclass(frozen=True, slots=True)
class BoundElement:
    """An element that an activity is bound to; without a name where the reader may not read it."""

    id: int
    kind: str
    number: int | None
    name: str | None
    is_main: bool


# What `related` selects, each a JSON array.
RELATED = ("bound_elements", "bound_people", "bound_clients", "bound_reminders", "bound_files")


def related(actor: Actor) -> Sql:
    """An activity's elements, participants and clients, as far as the actor may read their names."""
    return sql(
        """
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', b.element_id, 'kind', b.kind, 'is_main', b.is_main,
                'number', e.number, 'name', e.name) ORDER BY b.is_main DESC, b.id), '[]')
            FROM activities_binding b LEFT JOIN crm_element e ON e.id = b.element_id AND {}
            WHERE b.activity_id = a.id AND NOT b.element_deleted) AS bound_elements,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'name', trim(x.first_name || ' ' || x.last_name))
                ORDER BY x.sort_key, x.id), '[]')
            FROM activities_participant p JOIN people_user x ON x.id = p.user_id WHERE p.activity_id = a.id) AS bound_people,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'number', e.number, 'name', e.name,
                'address', c.address) ORDER BY c.id), '[]')
            FROM activities_client c JOIN crm_element e ON e.id = c.element_id
            WHERE c.activity_id = a.id AND e.deleted_at IS NULL AND {}) AS bound_clients,
        (SELECT coalesce(jsonb_agg(r.minutes_before ORDER BY r.minutes_before DESC), '[]')
            FROM activities_reminder r WHERE r.activity_id = a.id) AS bound_reminders,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'size', f.size,
                'media_type', f.media_type, 'uploaded_at', f.uploaded_at) ORDER BY f.id), '[]')
            FROM activities_attachment f WHERE f.activity_id = a.id AND f.deleted_at IS NULL) AS bound_files
        """,
        binding_readable(actor),
        element_readable(actor),
    )
