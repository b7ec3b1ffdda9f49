"""The totals of the standard filters: how long they take, and whether they are what plain counting on the sources says."""

from __future__ import annotations

import time
from dataclasses import dataclass

from relance.access.levels import owners
from relance.access.terms import Level
from relance.activities import queries
from relance.activities.terms import FILTER_BY_CODE, STANDARD_FILTERS, StandardFilter
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, bigints, fetch_column, fetch_value, sql
from relance.lists.terms import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Total:
    """One filter's total for one reader."""

    code: str
    counted: int
    plain: int
    ms: float


def count_all(actor: Actor, level: Level) -> list[Total]:
    """The totals of all standard filters, beside the plain ones."""
    return [_count(actor, level, standard) for standard in STANDARD_FILTERS]


def _count(actor: Actor, level: Level, standard: StandardFilter) -> Total:
    queries.count_activities(actor, filter=standard.code)
    started = time.perf_counter()
    counted = queries.count_activities(actor, filter=standard.code)
    ms = (time.perf_counter() - started) * 1000
    return Total(standard.code, counted, _plain(actor, level, standard), ms)


def plain_total(actor: Actor, level: Level, code: str) -> int:
    """The total of a standard filter as plain counting on the sources says."""
    return _plain(actor, level, FILTER_BY_CODE[code])


def plain_first(actor: Actor, level: Level, code: str) -> list[int]:
    """The ids of the first page of a filter sorted by its due instant, as plain sorting of the sources says."""
    where = _all(actor, level, FILTER_BY_CODE[code])
    query = sql("SELECT a.id FROM activities_activity a WHERE {} ORDER BY a.due_at, a.id LIMIT {}", where, PAGE_SIZE)
    return fetch_column(query)


def _plain(actor: Actor, level: Level, standard: StandardFilter) -> int:
    return int(fetch_value(sql("SELECT count(*) FROM activities_activity a WHERE {}", _all(actor, level, standard))))


def _all(actor: Actor, level: Level, standard: StandardFilter) -> Sql:
    """What product.md says, over the sources: no copies, no thought of an index."""
    readable = sql(
        """EXISTS (
        SELECT FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
        WHERE b.activity_id = a.id AND e.deleted_at IS NULL AND {})""",
        reach(actor, level),
    )
    return all_of(
        [Sql("a.deleted_at IS NULL"), _state(standard), _whose(actor, standard), _only(actor, standard), readable]
    )


def reach(actor: Actor, level: Level) -> Sql:
    """The element `e` lies within a level, as plain SQL over its own row."""
    if level == Level.ALL:
        return TRUE
    mine = sql("e.responsible_id = ANY({})", bigints(owners(actor, level)))
    return mine | Sql("e.is_open_to_all") if level == Level.OPEN_TO_ALL else mine


def _state(standard: StandardFilter) -> Sql:
    return Sql("a.is_completed") if standard.is_completed else Sql("NOT a.is_completed")


def _whose(actor: Actor, standard: StandardFilter) -> Sql:
    if standard.whose == "anyone":
        return TRUE
    people = (actor.user_id,) if standard.whose == "me" else actor.subordinates
    return sql("a.responsible_id = ANY({})", bigints(people))


def _only(actor: Actor, standard: StandardFilter) -> Sql:
    match standard.only:
        case "overdue":
            return sql("a.due_at <= {}", clock.now())
        case "today":
            return sql("a.deadline_day = {}", clock.today(actor.time_zone))
        case "incoming":
            return Sql("a.is_incoming")
    return TRUE
