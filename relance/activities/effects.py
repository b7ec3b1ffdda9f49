"""What a change of who is where would do to rights: tried, measured with the predicates themselves, and taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction

from relance.access.levels import owners
from relance.access.terms import Level
from relance.activities.policy import (
    LIVE,
    binding_readable,
    binding_updatable,
    element_readable,
    element_updatable,
)
from relance.kit.actor import Actor
from relance.kit.patience import TookTooLongError, stopped_after
from relance.kit.sql import FALSE, TRUE, Row, Sql, bigints, fetch_column, fetch_one, name, sql
from relance.people.queries import build_actors

# For so many people it is counted; for the others it is only said how many there are.
MOST_COUNTED = 20
# All counting together takes no longer: at a million activities, a role gained means reading every binding.
LONGEST_COUNTING_S = 2.0


@dataclass(frozen=True, slots=True)
class Shift:
    """How many rows somebody gains and loses."""

    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class PersonEffect:
    """What a change does to one person: for elements and activities, to read and to change; and to his roles.

    A shift is None where counting it would have taken too long; something differs there all the same.
    """

    user_id: int
    name: str
    elements_read: Shift | None
    elements_updated: Shift | None
    activities_read: Shift | None
    activities_edited: Shift | None
    roles_gained: tuple[int, ...]
    roles_lost: tuple[int, ...]

    @property
    def is_something(self) -> bool:
        """Whether anything differs."""
        shifts = (self.elements_read, self.elements_updated, self.activities_read, self.activities_edited)
        return bool(self.roles_gained or self.roles_lost) or any(
            one is None or one.gained or one.lost for one in shifts
        )


@dataclass(frozen=True, slots=True)
class RightsEffect:
    """Whom a change concerns, and how many more it may concern whose rows were not counted."""

    people: Sequence[PersonEffect]
    uncounted: int = 0


def foretell(change: Callable[[], object]) -> RightsEffect:
    """What a change would do to the rights of everybody. Nothing of it stays.

    Raises:
        Invalid, Forbidden, NotFound: as the change itself does.
    """
    with transaction.atomic():
        ids = fetch_column(Sql("SELECT id FROM people_user"))
        before = build_actors(ids)
        change()
        after = build_actors(ids)
        transaction.set_rollback(True)
    concerned = [user_id for user_id, actor in before.items() if _rights(actor) != _rights(after.get(user_id))]
    concerned += [user_id for user_id in after if user_id not in before]
    until = time.monotonic() + LONGEST_COUNTING_S
    counted = [_effect(before.get(user_id), after.get(user_id), until) for user_id in concerned[:MOST_COUNTED]]
    return RightsEffect([one for one in counted if one.is_something], max(0, len(concerned) - MOST_COUNTED))


def _rights(actor: Actor | None) -> object:
    """All that decides what an actor may do."""
    if actor is None or actor.is_administrator:
        return actor is not None, actor and actor.role_ids
    return actor.grants, actor.role_ids, actor.colleagues, actor.colleagues_below


def _effect(before: Actor | None, after: Actor | None, until: float) -> PersonEffect:
    known = after or before
    if known is None:
        raise ValueError
    elements = _within(until, lambda: _count_elements(before, after))
    activities = _within(until, lambda: _count_activities(before, after))
    held, holds = (set(actor.role_ids) if actor else set() for actor in (before, after))
    return PersonEffect(
        user_id=known.user_id,
        name=known.name,
        elements_read=_shift(elements, "read"),
        elements_updated=_shift(elements, "update"),
        activities_read=_shift(activities, "read"),
        activities_edited=_shift(activities, "update"),
        roles_gained=tuple(sorted(holds - held)),
        roles_lost=tuple(sorted(held - holds)),
    )


def _within(until: float, count: Callable[[], Row]) -> Row | None:
    """What is counted, if that is done by then; the database itself stops what takes longer."""
    left_ms = int((until - time.monotonic()) * 1000)
    if left_ms <= 0:
        return None
    try:
        with stopped_after(left_ms):
            return count()
    except TookTooLongError:
        return None


def _shift(counted: Row | None, verb: str) -> Shift | None:
    return Shift(counted[f"{verb}_gained"], counted[f"{verb}_lost"]) if counted else None


def _count_elements(before: Actor | None, after: Actor | None) -> Row:
    return _count(
        sql(
            "SELECT {} AS r0, {} AS r1, {} AS u0, {} AS u1 FROM crm_element e WHERE e.deleted_at IS NULL AND {}",
            element_readable(before) if before else FALSE,
            element_readable(after) if after else FALSE,
            element_updatable(before) if before else FALSE,
            element_updatable(after) if after else FALSE,
            _near(before, after, "e.responsible_id"),
        )
    )


def _count_activities(before: Actor | None, after: Actor | None) -> Row:
    return _count(
        sql(
            """
            SELECT bool_or({}) AS r0, bool_or({}) AS r1, bool_or({}) AS u0, bool_or({}) AS u1 FROM activities_binding b
            WHERE {} AND b.activity_id IN (SELECT b.activity_id FROM activities_binding b WHERE {} AND {})
            GROUP BY b.activity_id
            """,
            binding_readable(before) if before else FALSE,
            binding_readable(after) if after else FALSE,
            binding_updatable(before) if before else FALSE,
            binding_updatable(after) if after else FALSE,
            LIVE,
            LIVE,
            _near(before, after, "b.element_responsible_id"),
        )
    )


def _count(judged: Sql) -> Row:
    counted = fetch_one(
        sql(
            """
            SELECT count(*) FILTER (WHERE r1 AND NOT r0) AS read_gained, count(*) FILTER (WHERE r0 AND NOT r1) AS read_lost,
                count(*) FILTER (WHERE r1 AND u1 AND NOT (r0 AND u0)) AS update_gained,
                count(*) FILTER (WHERE r0 AND u0 AND NOT (r1 AND u1)) AS update_lost
            FROM ({}) judged
            """,
            judged,
        )
    )
    return counted or {}


def _near(before: Actor | None, after: Actor | None, column: str) -> Sql:
    """Where the roles stay, only what belongs to those who come into reach or go out of it can differ."""
    if (
        before is None
        or after is None
        or before.grants != after.grants
        or before.is_administrator != after.is_administrator
    ):
        return TRUE
    reached = [
        {person for level in (Level.OWN, Level.DEPARTMENT, Level.SUBDEPARTMENTS) for person in owners(actor, level)}
        for actor in (before, after)
    ]
    moved = reached[0] ^ reached[1]
    moved |= set(before.colleagues) ^ set(after.colleagues)
    return sql("{} = ANY({})", name(column), bigints(sorted(moved)))
