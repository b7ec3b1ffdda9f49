"""How a page of activities is read: in which order, and where no index gives it, from which rows."""

from __future__ import annotations

from relance.activities import policy
from relance.activities.listing import COLUMNS, OF_ELEMENT
from relance.activities.selecting import Asked
from relance.kit.actor import Actor
from relance.kit.sql import Sql, all_of, sql
from relance.lists import queries as lists
from relance.lists.queries import Window
from relance.lists.terms import MOST_FOUND, MOST_SORTED, RANK, Branch, Cast


def is_native(asked: Asked, sort: str) -> bool:
    """An index gives the rows in this order."""
    return sort.lstrip("-") == asked.native


def window_of(sort: str, cursor: str, size: int) -> Window:
    """The place of a page in its list."""
    if sort == RANK:
        return Window("bigint", True, lists.decode_cursor(cursor, sort), size)
    order = COLUMNS[sort.lstrip("-")].order
    cast: Cast = order.cast if order else "timestamptz"
    return Window(cast, sort.startswith("-"), lists.decode_cursor(cursor, sort), size)


def waiting(actor: Actor) -> Sql:
    """The activity `a` is incoming, waits for the actor, and he may read it."""
    return all_of(
        [
            sql(
                "a.is_incoming AND NOT a.is_completed AND a.deleted_at IS NULL AND a.responsible_id = {}", actor.user_id
            ),
            policy.readable(actor, Sql("a.id")),
        ]
    )


def is_too_large(actor: Actor, asked: Asked) -> bool:
    """There is more than can be sorted without an index."""
    if asked.is_waiting:
        return False
    if asked.found:
        return asked.found.count(MOST_FOUND) > MOST_FOUND
    return lists.bounded_count(asked.ids(actor), MOST_SORTED) > MOST_SORTED


def sorted_branch(actor: Actor, asked: Asked, sort: str) -> Branch:
    """The rows in an order that no index gives."""
    order = None if sort == RANK else COLUMNS[sort.lstrip("-")].order
    key = order.expression if order else asked.found.rank if asked.found else Sql("a.due_at")
    where = waiting(actor) if asked.is_waiting else sql("a.id IN ({})", asked.ids(actor))
    source = "activities_activity a"
    if sort.lstrip("-") == "responsible":
        source += " JOIN people_user u ON u.id = a.responsible_id"
    if sort.lstrip("-") == "type":
        source += " JOIN activities_activitytype t ON t.id = a.type_id"
    if sort.lstrip("-") in OF_ELEMENT:
        return Branch(source=policy.with_main_element(actor), where=where, key=key, id=Sql("a.id"))
    return Branch(source=Sql(source), where=where, key=key, id=Sql("a.id"))
