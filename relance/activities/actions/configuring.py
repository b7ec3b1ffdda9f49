"""Setting the types of activity, for who manages the CRM settings (issue 4, point 5)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.catalog import TypeView, list_types
from relance.activities.terms import (
    DOCUMENT,
    OUTCOME_NAMES,
    REQUIRABLE,
    TYPE_ICONS,
    Hue,
    OutcomeSettings,
    Times,
    TypeSettings,
)
from relance.journal.actions import change, new_gesture, record, record_created
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.sql import execute, fetch_value, join, name, sql

TABLE, OUTCOMES = "activities_activitytype", "activities_activityoutcome"
LONGEST_NAME = 60
MOST_DAYS, MOST_MINUTES = 365, 60 * 24 * 31
_COLUMNS = (
    "name_fr", "name_en", "icon", "hue", "times", "is_incoming", "required_fields", "default_duration_minutes",
    "default_deadline_days", "default_reminders",
)  # fmt: skip
_FREE_MOVES = {(Times.DEADLINE.value, Times.BOTH.value)}


@transaction.atomic
def create_type(actor: Actor, *, settings: TypeSettings) -> int:
    """Make a type of the company's own, the last in order; its id.

    Raises:
        Invalid: a setting that cannot be taken, by field.
        Forbidden: the actor does not manage the settings.
    """
    _require_manager(actor)
    _check(settings, None)
    values = _values(settings)
    query = sql(
        "INSERT INTO activities_activitytype ({}, rank) SELECT {}, coalesce(max(rank), 0) + 1 FROM {} RETURNING id",
        join(", ", [name(column) for column in values]),
        join(", ", [sql("{}", value) for value in values.values()]),
        name(TABLE),
    )
    type_id: int = fetch_value(query)
    gesture = new_gesture()
    record_created(actor, gesture, noun="activity_type", table=TABLE, ids=[type_id])
    _write_outcomes(actor, gesture, type_id, settings.outcomes)
    return type_id


@transaction.atomic
def edit_type(actor: Actor, *, id: int, settings: TypeSettings, version: int) -> bool:
    """Write the settings of a type as read at `version`; whether anything changed.

    Raises:
        Invalid: a setting that cannot be taken, by field; of a type in use, other times than it had.
        Conflict: somebody has changed the type since.
        NotFound: there is no such type.
        Forbidden: the actor does not manage the settings.
    """
    _require_manager(actor)
    view = _locked(id)
    if view.version != version:
        raise Conflict({view.name: (view.version, version)})
    _check(settings, view)
    gesture = new_gesture()
    is_outcome_changed = _write_outcomes(actor, gesture, id, settings.outcomes)
    if is_outcome_changed:
        execute(sql("UPDATE activities_activitytype SET version = version + 1 WHERE id = {}", id))
    return bool(_change(actor, gesture, [id], _values(settings))) or is_outcome_changed


@transaction.atomic
def order_types(actor: Actor, *, ids: Sequence[int]) -> None:
    """Put the types in this order; those that are not named come after.

    Raises:
        Forbidden: the actor does not manage the settings.
    """
    _require_manager(actor)
    known = [view.id for view in list_types()]
    order = [*(i for i in dict.fromkeys(ids) if i in known), *(i for i in known if i not in ids)]
    place = sql("array_position({}::bigint[], t.id)", order)
    change(
        actor, new_gesture(), verb="order", noun="activity_type", table=TABLE, ids=order, values={"rank": place},
        stamped=False,
    )  # fmt: skip


@transaction.atomic
def switch_type(actor: Actor, *, id: int, is_active: bool) -> None:
    """Offer a type for new activities, or no longer; those that have it keep it.

    Raises:
        Invalid: nothing would be offered any more.
        NotFound, Forbidden: no such type; the actor does not manage the settings.
    """
    _require_manager(actor)
    _locked(id)
    if not is_active and not [view for view in list_types(active_only=True) if view.id != id]:
        raise Invalid({"is_active": _("At least one type is needed.")})
    _change(actor, new_gesture(), [id], {"is_active": is_active})


@transaction.atomic
def delete_type(actor: Actor, *, id: int) -> None:
    """Delete a type of the company's own that no activity ever had.

    Raises:
        Invalid: it is built in, or in use: it can only be switched off.
        NotFound, Forbidden: no such type; the actor does not manage the settings.
    """
    _require_manager(actor)
    view = _locked(id)
    if view.is_built_in:
        raise Invalid({"": _("A built-in type can be switched off, not deleted.")})
    if is_used(id):
        raise Invalid({"": _("Activities have this type: it can be switched off, not deleted.")})
    before = {**{column: getattr(view, column) for column in _COLUMNS}, "is_active": view.is_active}
    execute(sql("DELETE FROM activities_activityoutcome WHERE type_id = {}", id))
    execute(sql("DELETE FROM activities_activitytype WHERE id = {}", id))
    record(actor, new_gesture(), verb="delete", noun="activity_type", entries=[(id, before, None)])


def is_used(type_id: int) -> bool:
    """Whether any activity, also a deleted one, has the type."""
    return bool(fetch_value(sql("SELECT EXISTS (SELECT FROM activities_activity WHERE type_id = {})", type_id)))


def _require_manager(actor: Actor) -> None:
    if not actor.manages_settings:
        raise Forbidden(_("Only who manages the CRM settings can do this."))


def _locked(type_id: int) -> TypeView:
    execute(sql("SELECT id FROM activities_activitytype WHERE id = {} FOR UPDATE", type_id))
    view = next((view for view in list_types() if view.id == type_id), None)
    if view is None:
        raise NotFound
    return view


def _change(actor: Actor, gesture: UUID, ids: Sequence[int], values: dict[str, object]) -> list[int]:
    return change(actor, gesture, verb="edit", noun="activity_type", table=TABLE, ids=ids, values=values)


def _values(settings: TypeSettings) -> dict[str, object]:
    given = {column: getattr(settings, column) for column in _COLUMNS}
    return {
        **given,
        "name_fr": settings.name_fr.strip(),
        "name_en": settings.name_en.strip(),
        "required_fields": sql("{}::text[]", list(settings.required_fields)),
        "default_reminders": sql("{}::integer[]", sorted(set(settings.default_reminders))),
        # Typed, since they may be NULL: `change` compares them with what stands there.
        "default_duration_minutes": sql("{}::integer", settings.default_duration_minutes),
        "default_deadline_days": sql("{}::integer", settings.default_deadline_days),
    }


def _write_outcomes(actor: Actor, gesture: UUID, type_id: int, outcomes: Sequence[OutcomeSettings]) -> bool:
    changed = False
    for rank, outcome in enumerate(outcomes, 1):
        values = {
            "name_fr": outcome.name_fr.strip(),
            "name_en": outcome.name_en.strip(),
            "rank": rank,
            "is_active": outcome.is_active,
        }
        if outcome.id:
            changed |= bool(
                change(
                    actor, gesture, verb="edit", noun="activity_outcome", table=OUTCOMES, ids=[outcome.id],
                    values=values, stamped=False,
                )
            )  # fmt: skip
            continue
        columns = join(", ", [name(column) for column in values])
        given = join(", ", [sql("{}", value) for value in values.values()])
        made = fetch_value(
            sql("INSERT INTO {} (type_id, {}) VALUES ({}, {}) RETURNING id", name(OUTCOMES), columns, type_id, given)
        )
        record_created(actor, gesture, noun="activity_outcome", table=OUTCOMES, ids=[made])
        changed = True
    return changed


def _check(settings: TypeSettings, view: TypeView | None) -> None:
    """Every setting against what it may be.

    Raises:
        Invalid: by field.
    """
    messages = {**_names(settings, view), **_choices(settings, view), **_numbers(settings), **_outcomes(settings, view)}
    if messages:
        raise Invalid(messages)


def _names(settings: TypeSettings, view: TypeView | None) -> dict[str, str]:
    messages = {}
    others = [other for other in list_types() if view is None or other.id != view.id]
    for field in ("name_fr", "name_en"):
        text = getattr(settings, field).strip()
        if not text and not (view and view.is_built_in):
            messages[field] = _("A name is needed.")
        elif len(text) > LONGEST_NAME:
            messages[field] = _("This text is longer than %(most)d characters.") % {"most": LONGEST_NAME}
        elif "\x00" in text:
            messages[field] = _("This text holds a character that cannot be kept (NUL).")
        elif text and text.casefold() in {getattr(other, field).casefold() for other in others}:
            messages[field] = _("Another type has this name.")
    return messages


def _choices(settings: TypeSettings, view: TypeView | None) -> dict[str, str]:
    messages = {}
    if settings.icon not in TYPE_ICONS:
        messages["icon"] = _("This icon is not known.")
    if settings.hue not in Hue.values:
        messages["hue"] = _("This colour is not known.")
    if settings.times not in Times.values:
        messages["times"] = _("This choice is not known.")
    # When an activity is due depends on the times of its type: of one in use they can only grow.
    elif view and (view.times, settings.times) not in _FREE_MOVES | {(view.times, view.times)} and is_used(view.id):
        messages["times"] = _("Activities have this type: from a deadline it can only go on to both.")
    unknown = set(settings.required_fields) - set(REQUIRABLE)
    if unknown or ("duration" in settings.required_fields and settings.times == Times.DEADLINE):
        messages["required_fields"] = _("A type without time slots cannot ask for a duration.")
    return messages


def _numbers(settings: TypeSettings) -> dict[str, str]:
    messages = {}
    days, minutes = settings.default_deadline_days, settings.default_duration_minutes
    if days is not None and not 0 <= days <= MOST_DAYS:
        messages["default_deadline_days"] = _("From 0 to %(most)d.") % {"most": MOST_DAYS}
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        messages["default_duration_minutes"] = _("From 1 to %(most)d.") % {"most": MOST_MINUTES}
    if any(not 0 <= before <= MOST_MINUTES for before in settings.default_reminders):
        messages["default_reminders"] = _("From 0 to %(most)d.") % {"most": MOST_MINUTES}
    return messages


def _outcomes(settings: TypeSettings, view: TypeView | None) -> dict[str, str]:
    known = {outcome.id: outcome for outcome in view.outcomes} if view else {}
    given = {outcome.id for outcome in settings.outcomes if outcome.id}
    if given != set(known):
        return {"outcomes": _("Outcomes are switched off, not taken away: activities keep them.")}
    for outcome in settings.outcomes:
        is_shipped = bool(outcome.id) and known[outcome.id or 0].code in OUTCOME_NAMES
        names = (outcome.name_fr.strip(), outcome.name_en.strip())
        if not all(names) and not (is_shipped and not any(names)):
            return {"outcomes": _("Each outcome has a name in French and in English.")}
        if any(len(text) > LONGEST_NAME or "\x00" in text for text in names):
            return {"outcomes": _("This text is longer than %(most)d characters.") % {"most": LONGEST_NAME}}
    if (
        view
        and view.code == DOCUMENT
        and (len(given) != len(settings.outcomes) or not all(o.is_active for o in settings.outcomes))
    ):
        return {"outcomes": _("A document is approved or refused: these outcomes stay.")}
    if "outcome" in settings.required_fields and not any(outcome.is_active for outcome in settings.outcomes):
        return {"outcomes": _("A type that asks for an outcome has at least one.")}
    return {}
