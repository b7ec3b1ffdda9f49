"""The limit: what hand-written SQL needs for the very rows of a page, which are known beforehand (`limits/*.sql`).

It judges no rights on the rows, reads its index from the page's first row to its last, and of several ways the
cheapest counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.reading import Statement, explained, plan_buffers
from relance.access.levels import owners
from relance.access.terms import Level
from relance.activities.terms import FILTER_BY_CODE, StandardFilter
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, fetch_all, fetch_value, sql
from relance.lists.terms import PAGE_SIZE

FOLDER = Path(__file__).parent / "limits"


class DifferentRowsError(Exception):
    """A limit's SQL does not give the page's rows, so its cost says nothing."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The cheapest way to a page's rows."""

    buffers: int
    ms: float
    way: str


def limit_of(actor: Actor, code: str, level: Level, rows: Sequence[Row]) -> Limit:
    """The limit of a page of rows.

    Raises:
        DifferentRowsError: a file's SQL gives other rows than the page has.
    """
    values = _values(actor, code, level, rows)
    found = [_measured(name, text, values, rows) for name, text in _ways(code, level)]
    return min(found, key=lambda limit: limit.buffers)


@cache
def _ways(code: str, level: Level) -> tuple[tuple[str, str], ...]:
    frame = without_comments(FOLDER / "rows.sql")
    files = [FOLDER / f"{code}.sql", *sorted(FOLDER.glob(f"{code}.*.sql"))]
    fitting = [file for file in files if file.exists() and level.value in _levels(file)]
    return tuple((file.stem, frame.replace("/*page*/", without_comments(file))) for file in fitting)


def _levels(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines()[0].removeprefix("-- levels:").split()


def without_comments(file: Path) -> str:
    """The statement of a file."""
    return "\n".join(line for line in file.read_text("utf-8").splitlines() if not line.startswith("--"))


def _measured(name: str, text: str, values: dict[str, Any], rows: Sequence[Row]) -> Limit:
    statement = Statement(text, values)
    found = {row["id"] for row in fetch_all(Sql(text, values))}  # type: ignore[arg-type]  # named values, not a tuple
    if found != {row["id"] for row in rows}:
        message = f"{name}: {len(found)} rows instead of {len(rows)}"
        raise DifferentRowsError(message)
    plan = explained(statement)
    return Limit(plan_buffers(plan), plan["Execution Time"], name)


def _values(actor: Actor, code: str, level: Level, rows: Sequence[Row]) -> dict[str, Any]:
    standard = FILTER_BY_CODE[code]
    ends = (rows[-1], rows[0]) if standard.is_completed else (rows[0], rows[-1])
    key = {"due": "due_at", "created": "created_at", "-completed": "completed_at"}[standard.sort]
    # A short page is the list's end, which nobody knows beforehand: it is read to the end.
    is_end = len(rows) < PAGE_SIZE
    return {
        "me": actor.user_id,
        "owners": array(owners(actor, level)),
        "whose": array(actor.subordinates),
        "public": level == Level.OPEN_TO_ALL,
        "all": level == Level.ALL,
        "first": "-infinity" if is_end and standard.is_completed else _key(ends[0]["id"], key),
        "first_id": ends[0]["id"],
        "last": _end(standard) if is_end and not standard.is_completed else _key(ends[1]["id"], key),
        "last_id": ends[1]["id"],
        "day": clock.today(actor.time_zone) if standard.only == "today" else None,
    }


def _end(standard: StandardFilter) -> str:
    return clock.now().isoformat() if standard.only == "overdue" else "infinity"


def _key(activity_id: int, key: str) -> str:
    text = fetch_value(sql("SELECT {}::text FROM activities_activity WHERE id = {}", Sql(key), activity_id))
    return str(text)


def array(values: Sequence[int]) -> str:
    """Ids as PostgreSQL writes an array."""
    return "{" + ",".join(map(str, values)) + "}"
