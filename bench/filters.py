"""`python -m bench filters --rows 1000000`; `make bench-filters N=1000000` runs it.

Each of the forty custom filters of `filters.txt` is asked by people of every level: the page and the total, their buffers
and times; beside it, what PostgreSQL needs for the same page when it may choose freely among plain ways over the sources.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import OperationalError, connections, transaction

from bench import reading
from bench.command import RESULTS, keep, machine
from bench.company import MEASURED_LEVELS
from bench.gates import Gate
from bench.limits import FOLDER, without_comments
from bench.report import gates_table, table
from bench.seed import seed
from bench.totals import reach
from bench.web import Server, Visitor, serving
from bench.writing import percentile
from relance.access.terms import Level
from relance.activities import queries
from relance.activities.filtering import FILTER_FIELDS
from relance.activities.selecting import asked_by_text
from relance.config import database
from relance.crm.filtering import filter_context
from relance.kit.actor import Actor
from relance.kit.sql import Sql, all_of, execute, sql
from relance.lists.grammar.compiling import compiled
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.weighing import TooHeavyError
from relance.lists.terms import PAGE_SIZE, Total

FILE = Path(__file__).parent / "filters.txt"
HOT_TABLES = ("activities_activity", "activities_binding", "crm_element")
# The first of each level heads 200 people; the sixteenth works in the ranks.
PLACES = (0, 15)
MOST_TIMES_LIMIT, GOAL_P95_MS = 4, 150
# A plain way that takes longer is none.
LONGEST_PLAIN_MS = 20_000
KEY = Sql("CASE WHEN a.is_completed THEN a.completed_at ELSE a.due_at END")


@dataclass(slots=True)
class Asked:
    """One filter, asked by one person."""

    text: str
    level: str
    user_id: int
    rows: int = 0
    total: str = ""
    buffers: int = 0
    limit: int | None = None
    queries: int = 0
    total_ms: float = 0
    is_stopped: bool = False
    scanned: list[str] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float | None:
        """Buffers of the page, times those of the cheapest plain way."""
        return self.buffers / self.limit if self.limit else None


def run(data: Path, rows: int, *, rounds: int) -> int:
    """Seed, measure, print, keep; 1 where a gate fails."""
    server = database.ensure(data)
    try:
        day = seed(data, rows)
        call_command("collectstatic", interactive=False, verbosity=0)
        found = [asked for text in texts() for asked in _measured(text)]
        with serving(data) as web:
            _ask(web, found, rounds)
        about = machine()
    finally:
        connections.close_all()
        if server:
            server.release()
    gates = _gates(found)
    text = _report(found, gates, rows, about)
    print(text)
    kept = {"rows": rows, "day": day.isoformat(), "machine": about, "filters": [asdict(asked) for asked in found]}
    keep(RESULTS / f"filters-{rows}.json", kept, text)
    return 0 if all(gate.holds for gate in gates) else 1


def texts() -> list[str]:
    """The forty filters."""
    lines = FILE.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _measured(text: str) -> Iterator[Asked]:
    for level in MEASURED_LEVELS:
        actors = reading.actors_of(level)
        for place in PLACES:
            asked = _cost(actors[place], level, text)
            times = f"{asked.ratio:.2f}" if asked.ratio else "–"
            print(f"{times:>6} × {asked.buffers:>8} buffers, {asked.total:>8}  {level.value:<15} {text}", flush=True)
            yield asked


def _cost(actor: Actor, level: Level, text: str) -> Asked:
    asked = Asked(text, level.value, actor.user_id)
    try:
        queries.list_activities(actor, text=text, columns=reading.COLUMNS)
        with reading.captured() as statements:
            page = queries.list_activities(actor, text=text, columns=reading.COLUMNS)
    except TooHeavyError:
        asked.is_stopped = True
    else:
        read = reading.reads(statements)
        plans = [reading.explained(statement) for statement in read]
        asked.rows, asked.queries = len(page.rows), len(read)
        asked.buffers = sum(map(reading.plan_buffers, plans))
        asked.scanned = [name for plan in plans for name in reading.sequential_scans(plan, HOT_TABLES)]
        asked.limit = _limit(actor, level, text)
    started = time.perf_counter()
    asked.total = _said(queries.count_matching(actor, text=text))
    asked.total_ms = (time.perf_counter() - started) * 1000
    return asked


def _said(total: Total) -> str:
    if not total.is_counted:
        return "–"
    return f"{total.count:,}" if total.is_exact else f"> {total.count:,}"


def _limit(actor: Actor, level: Level, text: str) -> int | None:
    """Buffers of the cheapest plain way to the page's rows, with its eight columns."""
    frame = without_comments(FOLDER / "rows.sql").replace(
        "WHERE %(day)s::date IS NULL OR a.deadline_day = %(day)s::date", ""
    )
    before, after = frame.split("/*page*/")
    found = []
    for way in _ways(actor, level, text):
        statement = sql("{}{}{}", Sql(before), way, Sql(after))
        try:
            with transaction.atomic():
                execute(sql("SELECT set_config('statement_timeout', {}, true)", str(LONGEST_PLAIN_MS)))
                plan = reading.explained(reading.Statement(statement.text, statement.params))
        except OperationalError:
            continue
        found.append(reading.plan_buffers(plan))
    return min(found, default=None)


def _ways(actor: Actor, level: Level, text: str) -> list[Sql]:
    """The condition and the reach over the sources, in one query, and each of the two first."""
    condition = all_of([Sql("a.deleted_at IS NULL"), compiled(parse(text), FILTER_FIELDS, filter_context(actor))])
    bound = sql(
        """SELECT FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
        WHERE e.deleted_at IS NULL AND {}""",
        reach(actor, level),
    )
    readable = sql("EXISTS ({} AND b.activity_id = a.id)", bound)
    readable_f = sql("EXISTS ({} AND b.activity_id = f.id)", bound)
    asked = asked_by_text(actor, text)
    direction = Sql("DESC" if asked.own_sort == "-completed" else "ASC")
    order = sql("ORDER BY 1 {}, 2 {} LIMIT {}", direction, direction, PAGE_SIZE + 1)
    key = (
        KEY if len(asked.selections) > 1 else Sql("a.completed_at" if asked.selections[0].is_completed else "a.due_at")
    )
    source = sql("SELECT {} AS k, a.id FROM activities_activity a WHERE", key)
    first = sql("WITH f AS MATERIALIZED ({} {}) SELECT k, f.id FROM f", source, condition)
    within = sql("a.id IN ({})", asked.ids(actor))
    return [
        sql("{} {} AND {} {}", source, condition, readable, order),
        sql("{} WHERE {} {}", first, readable_f, order),
        sql("{} {} {}", source, within, order),
    ]


def _ask(server: Server, found: Sequence[Asked], rounds: int) -> None:
    visitors = {user_id: Visitor(server.port, user_id) for user_id in {asked.user_id for asked in found}}
    for visitor in visitors.values():
        visitor.get("/activities/")
    for _round in range(rounds):
        for asked in found:
            answer = visitors[asked.user_id].get("/activities/", q=asked.text)
            if answer.status != 200:
                message = f"{asked.text}, {asked.level}: status {answer.status}"
                raise RuntimeError(message)
            asked.ms.append(answer.ms)


def _gates(found: Sequence[Asked]) -> list[Gate]:
    most = max((asked for asked in found if asked.ratio), key=lambda asked: asked.ratio or 0)
    stopped = [asked for asked in found if asked.is_stopped]
    return [
        Gate(
            "shared buffers of a page, times the limit's",
            MOST_TIMES_LIMIT,
            most.ratio or 0,
            f"{most.text}, {most.level}",
        ),
        Gate("filters that were stopped", 0, len(stopped), "; ".join(a.text for a in stopped)),
    ]


def _goal(found: Sequence[Asked]) -> str:
    """Milliseconds tell of a machine and its other work (design.md section 6): they are said, and fail nothing."""
    together = percentile([ms for asked in found for ms in asked.ms], 0.95)
    slow = [text for text in texts() if percentile(_ms(text, found), 0.95) > GOAL_P95_MS]
    within = len(texts()) - len(slow)
    goal = f"Goal: p95 of a fragment ≤ {GOAL_P95_MS} ms"
    return f"{goal}. All together {together:.0f} ms; {within} of {len(texts())} filters are within it."


def _ms(text: str, found: Sequence[Asked]) -> list[float]:
    return [ms for asked in found if asked.text == text for ms in asked.ms]


def _report(found: Sequence[Asked], gates: Sequence[Gate], rows: int, about: str) -> str:
    shown = [asdict(gate) | {"holds": gate.holds} for gate in gates]
    parts = [
        f"# Forty custom filters at {rows:,} activities\n\n{about}. {len(PLACES)} people of each of the five levels.",
        gates_table(shown),
        _goal(found),
        _table(found),
    ]
    return "\n\n".join(parts) + "\n"


def _table(found: Sequence[Asked]) -> str:
    heads = ("filter", "rows at most", "buffers", "× limit", "queries", "p50 ms", "p95 ms", "total, ms", "totals")
    return table(heads, [_line(text, [asked for asked in found if asked.text == text]) for text in texts()])


def _line(text: str, group: Sequence[Asked]) -> tuple[object, ...]:
    ratios = [asked.ratio for asked in group if asked.ratio]
    ms = _ms(text, group)
    return (
        f"`{text.replace('|', ' ')}`",
        max(asked.rows for asked in group),
        f"{max(asked.buffers for asked in group):,}",
        f"{max(ratios):.2f}" if ratios else "–",
        max(asked.queries for asked in group),
        f"{statistics.median(ms):.0f}" if ms else "–",
        f"{percentile(ms, 0.95):.0f}" if ms else "–",
        f"{max(asked.total_ms for asked in group):.0f}",
        f"{group[0].total} … {group[-2].total}",
    )
