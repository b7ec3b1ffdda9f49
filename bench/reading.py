"""What a page of a list costs the database: buffers, time and queries, measured on the very queries that the page runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from bench import company
from relance.activities import paging, policy, queries
from relance.activities.terms import FILTER_BY_CODE, StandardFilter
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, fetch_one, fetch_value, sql
from relance.lists.queries import Position, encode_cursor
from relance.lists.terms import PAGE_SIZE
from relance.people.queries import build_actors

POSITIONS = ("first", "middle", "deep", "last")


@dataclass(slots=True)
class Statement:
    """One query as it was sent."""

    text: str
    params: Any


@dataclass(slots=True)
class Cost:
    """What some statements cost together."""

    buffers: int
    queries: int
    ms: float
    rows: int


@contextmanager
def captured() -> Iterator[list[Statement]]:
    """All statements that run inside."""
    statements: list[Statement] = []

    def keep(execute: Callable[..., Any], text: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401
        statements.append(Statement(text, params))
        return execute(text, params, many, context)

    with connection.execute_wrapper(keep):
        yield statements


def reads(statements: Sequence[Statement]) -> list[Statement]:
    """Those that read rows: without the limits of time, savepoints and questions for a plan that a custom filter adds."""
    return [
        one for one in statements if one.text.lstrip().startswith(("SELECT", "WITH")) and "set_config" not in one.text
    ]


def buffers_of(statements: Sequence[Statement]) -> int:
    """Shared buffers that the statements touch, found in the cache or read; those of planning left out."""
    return sum(plan_buffers(explained(statement)) for statement in statements)


def explained(statement: Statement) -> dict[str, Any]:
    """The plan, with what it really did."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement.text}", statement.params)
        found = cursor.fetchone()[0]
    plans = json.loads(found) if isinstance(found, str) else found
    plan: dict[str, Any] = plans[0]
    return plan


def plan_buffers(plan: dict[str, Any]) -> int:
    """Shared buffers of a whole plan."""
    root = plan["Plan"]
    return int(root["Shared Hit Blocks"]) + int(root["Shared Read Blocks"])


def sequential_scans(plan: dict[str, Any], tables: Sequence[str]) -> list[str]:
    """The tables, of those given, that a plan reads from end to end."""
    found: list[str] = []
    parts = [plan["Plan"]]
    while parts:
        part = parts.pop()
        parts += part.get("Plans", [])
        if part["Node Type"] == "Seq Scan" and part.get("Relation Name") in tables:
            found.append(part["Relation Name"])
    return found


def measured_people(level: str) -> list[int]:
    """The twenty people whose lists are measured for a level."""
    return [person for person in range(1, company.MEASURED + 1) if company.level_of(person) == level]


def actors_of(level: str) -> list[Actor]:
    """Their actors."""
    people = measured_people(level)
    actors = build_actors(people)
    return [actors[person] for person in people]


def position(actor: Actor, standard: StandardFilter, where: str) -> tuple[str, int] | None:
    """The (key, id) after which the page at 50 % (middle) or 99 % (deep) begins, found the plain way, by OFFSET."""
    share = {"middle": 0.5, "deep": 0.99}[where]
    total = queries.count_activities(actor, filter=standard.code)
    if total <= PAGE_SIZE:
        return None
    # So that fifty rows are left to show.
    skipped = min(int(total * share), total - PAGE_SIZE) - 1
    row = fetch_one(sql("{} OFFSET {} LIMIT 1", in_order(actor, standard), skipped))
    return (row["k"], row["id"]) if row else None


def in_order(actor: Actor, standard: StandardFilter) -> Sql:
    """All (k, id) of a filter in its order; the plain query that the pages are compared with."""
    key = {"due": "due_at", "created": "created_at", "-completed": "completed_at"}[standard.sort]
    direction = "DESC" if standard.sort.startswith("-") else "ASC"
    ids = Sql("SELECT id FROM activities_activity a WHERE TRUE")
    if standard.only == "incoming":
        ids = sql("SELECT a.id FROM activities_activity a WHERE {}", paging.waiting(actor))
    else:
        ids = policy.ids_within(actor, queries._selection(actor, standard))  # noqa: SLF001
    return sql(
        "SELECT {}::text AS k, id FROM activities_activity WHERE id IN ({}) ORDER BY {}",
        Sql(key),
        ids,
        Sql(f"{key} {direction}, id {direction}"),
    )


def cursor_of(actor: Actor, code: str, where: str) -> str | None:
    """The cursor of a page: first, middle, deep, last; None where the result is shorter than a page."""
    standard = FILTER_BY_CODE[code]
    sort = queries._asked(actor, code, None).own_sort  # noqa: SLF001
    if where == "first":
        return ""
    if where == "last":
        return encode_cursor(sort, Position(backwards=True))
    found = position(actor, standard, where)
    return encode_cursor(sort, Position(False, *found)) if found else None


def page_cost(actor: Actor, code: str, cursor: str) -> tuple[Cost, list[Row], list[Statement]]:
    """Read a page twice: to warm up, and to measure; then its queries' plans."""
    queries.list_activities(actor, filter=code, cursor=cursor, columns=COLUMNS)
    started = time.perf_counter()
    with captured() as statements:
        page = queries.list_activities(actor, filter=code, cursor=cursor, columns=COLUMNS)
    ms = (time.perf_counter() - started) * 1000
    return Cost(buffers_of(statements), len(statements), ms, len(page.rows)), list(page.rows), statements


COLUMNS = ("type", "subject", "element", "client", "deadline", "responsible", "description", "priority")


def count_ms(actor: Actor, code: str) -> tuple[int, float]:
    """A filter's total, and the time of counting."""
    started = time.perf_counter()
    total = queries.count_activities(actor, filter=code)
    return total, (time.perf_counter() - started) * 1000


def plain_total(actor: Actor, code: str) -> int:
    """The same total, counted the plain way."""
    return int(fetch_value(sql("SELECT count(*) FROM ({}) c", in_order(actor, FILTER_BY_CODE[code]))))
