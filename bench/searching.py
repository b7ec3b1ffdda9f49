"""What a search costs: words that many and few activities have, beginnings, mistakes, phones, names; for people of every level.

`python -m bench search --rows 1000000`, on the company that `make bench` has seeded. Gates: nothing is stopped, no table of
words is read from end to end, and a page touches at most four times the buffers of the cheapest plain way
(`bench/searchlimits.py`). Milliseconds are goals (design.md section 6).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from django.db import connection, connections

from bench.company import MEASURED_LEVELS
from bench.reading import COLUMNS, actors_of, captured, explained, plan_buffers, reads, sequential_scans
from bench.report import table
from bench.searchlimits import FLOOR, limit_of
from bench.searchwrites import measure_writes, writes_table
from bench.seed import seed
from bench.writing import percentile
from relance.access.terms import Level
from relance.activities.queries import count_matching, list_activities
from relance.config import database
from relance.crm import queries as crm
from relance.crm.terms import ElementFilter
from relance.kit.actor import Actor
from relance.kit.sql import Sql, fetch_one, fetch_value
from relance.lists.grammar.weighing import TooHeavyError
from relance.lists.terms import LONGEST_PAGE_MS, Page, Total
from relance.people.queries import build_actor

GOAL_P95_MS = 150
MOST_TIMES_LIMIT = 4
WORDS = ("activities_activitytext", "crm_elementtext", "crm_contactpoint", "activities_activity", "activities_binding")
# A number that one of 9,973 subjects ends with (bench/company.py): a word of a hundred activities of a million.
RARE = "57"
# Who writes: a head of 200 people, who reads all below.
HEAD = 3
KINDS = {"contacts": "contact", "companies": "company"}
# What the standard filters ask, for the plain way.
FILTERS = {"open": "is:open", "completed": "is:completed", "mine": "is:open responsible:me"}


@dataclass(slots=True)
class Asked:
    """A search: what it stands for, its words, and where: a standard filter, a custom one, or a list of elements."""

    name: str
    text: str
    where: str

    @property
    def kind(self) -> str:
        """The kind of the elements that are searched; empty for activities."""
        return KINDS.get(self.where, "")

    @property
    def filter(self) -> str | None:
        """The custom filter; None for a standard one."""
        return None if self.where in FILTERS else self.where


@dataclass(slots=True)
class Measured:
    """What it took for the people of a level; `cpu_ms` is the mean processor time of a page, the database's and Python's."""

    asked: Asked
    level: Level
    found: str = ""
    rows: int = 0
    buffers: int = 0
    ratio: float | None = None
    queries: int = 0
    is_stopped: bool = False
    cpu_ms: float = 0
    total_ms: float = 0
    scans: list[str] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


def run(data: Path, rows: int, rounds: int) -> int:
    """Seed, measure and print; 1 where a gate fails."""
    server = database.ensure(data)
    try:
        seed(data, rows)
        status = report(rounds)
        print(f"\n{writes_table(measure_writes(build_actor(HEAD)))}")
        return status
    finally:
        connections.close_all()
        if server:
            server.release()


def report(rounds: int) -> int:
    """Measure and print; 1 where a gate fails."""
    searches = _searches()
    measured = [_measured(asked, level, rounds) for asked in searches for level in MEASURED_LEVELS]
    print(f"\n{_table(searches, measured)}\n")
    stopped = [one for one in measured if one.is_stopped]
    scanned = sorted({name for one in measured for name in one.scans})
    dear = [one for one in measured if (one.ratio or 0) > MOST_TIMES_LIMIT]
    slow = [one for one in measured if one.ms and percentile(one.ms, 0.95) > GOAL_P95_MS]
    print(f"gate: stopped: {_said(stopped)}")
    print(f"gate: read from end to end: {', '.join(scanned) or 'none'}")
    print(f"gate: more than {MOST_TIMES_LIMIT} times the plain way's buffers (of {FLOOR:,} at least): {_said(dear)}")
    print(f"goal: p95 above {GOAL_P95_MS} ms: {_said(slow)}")
    return int(bool(stopped or scanned or dear))


def _said(found: Sequence[Measured]) -> str:
    return "; ".join(f"{one.asked.name} ({one.level.value})" for one in found) or "none"


def _searches() -> list[Asked]:
    """Words of this very company: of many activities, of few, of clients, of companies; phones that it has."""
    common = _common()
    first = str(_name("contact")).split()[0]
    family = str(_name("company")).split()[1]
    phone = str(
        fetch_value(
            Sql(
                """SELECT p.normalised FROM crm_contactpoint p JOIN activities_binding b ON b.element_id = p.element_id
                WHERE p.kind = 'phone' AND NOT b.is_completed AND NOT b.activity_deleted ORDER BY p.id DESC LIMIT 1"""
            )
        )
    )
    return [
        Asked("a word of many", common, "open"),
        Asked("a word of many", common, "completed"),
        Asked("a word of many", common, "mine"),
        Asked("a word of many", common, "is:open deal.amount>30000"),
        Asked("two words of many", f"{common} {first}", "open"),
        Asked("a word of few", RARE, "open"),
        Asked("words of many and of few", f"{common} {RARE}", "open"),
        Asked("a beginning", common[:4], "open"),
        Asked("a mistake", f"{common[:2]}{common[3:]}", "open"),
        Asked("a name", first, "open"),
        Asked("a phone", f"+{phone}", "open"),
        Asked("a phone's beginning", f"0{phone[2:8]}", "open"),
        Asked("nothing", "zzyzxq", "open"),
        Asked("a name", first, "contacts"),
        Asked("a name and a mistake", f"{first[:2]}{first[3:]}", "contacts"),
        Asked("a phone's last digits", phone[-6:], "contacts"),
        Asked("a name", family, "companies"),
    ]


def _name(kind: str) -> str:
    row = fetch_one(Sql(f"SELECT name FROM crm_element WHERE kind = '{kind}' ORDER BY id OFFSET 700 LIMIT 1"))
    return str(row["name"]) if row else "Bruno Martin"


def _common() -> str:
    """The longer word of the most activities, among the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT word FROM ts_stat('SELECT words FROM activities_activitytext ORDER BY activity_id LIMIT 20000')
            WHERE length(word) > 5 AND word ~ '^[a-z]+$' ORDER BY ndoc DESC, word LIMIT 1"""
        )
        return str(cursor.fetchone()[0])


def _measured(asked: Asked, level: Level, rounds: int) -> Measured:
    one = Measured(asked, level)
    for place, actor in enumerate(actors_of(level)[:2]):
        _measure(one, actor, rounds, with_limit=place == 0)
    times = f"{one.ratio:.1f}" if one.ratio is not None else "–"
    p95 = percentile(one.ms, 0.95) if one.ms else LONGEST_PAGE_MS
    print(
        f"{asked.name}, {asked.where}: {level.value}: {one.found}, {one.rows} rows, {one.buffers:,} buffers, {times} x plain,"
        f" {one.queries} queries, p95 {p95:.0f} ms, processor {one.cpu_ms:.0f} ms, total {one.total_ms:.0f} ms",
        flush=True,
    )
    return one


def _measure(one: Measured, actor: Actor, rounds: int, *, with_limit: bool) -> None:
    try:
        _page(actor, one.asked)
        with captured() as statements:
            page = _page(actor, one.asked)
    except TooHeavyError:
        one.is_stopped = True
        return
    read = reads(statements)
    plans = [explained(statement) for statement in read]
    buffers = sum(map(plan_buffers, plans))
    one.buffers, one.queries = max(one.buffers, buffers), max(one.queries, len(read))
    one.rows = max(one.rows, len(page.rows))
    one.scans += [name for plan in plans for name in sequential_scans(plan, WORDS)]
    before = _processor_s()
    for _round in range(rounds):
        started = time.perf_counter()
        _page(actor, one.asked)
        one.ms.append((time.perf_counter() - started) * 1000)
    one.cpu_ms = max(one.cpu_ms, (_processor_s() - before) / rounds * 1000)
    started = time.perf_counter()
    found = _count(actor, one.asked)
    one.total_ms = max(one.total_ms, (time.perf_counter() - started) * 1000)
    one.found = _shown(found) + ("" if page.refused_sort != "-rank" else ", not ranked")
    if with_limit and not one.asked.kind and page.search:
        limit = limit_of(actor, one.level, one.asked.filter or FILTERS[one.asked.where], page.search)
        one.ratio = buffers / limit if limit else None


def _page(actor: Actor, asked: Asked) -> Page:
    if asked.kind:
        return crm.list_elements(actor, kind=asked.kind, filters=ElementFilter(search=asked.text))
    where = asked.where if asked.filter is None else "open"
    return list_activities(actor, filter=where, text=asked.filter, search=asked.text, columns=COLUMNS)


def _count(actor: Actor, asked: Asked) -> Total:
    if asked.kind:
        return crm.count_list(actor, kind=asked.kind, filters=ElementFilter(search=asked.text))
    where = asked.where if asked.filter is None else "open"
    return count_matching(actor, filter=where, text=asked.filter, search=asked.text)


def _shown(total: Total) -> str:
    return f"{'' if total.is_exact else '> '}{total.count:,}" if total.is_counted else "not counted"


def _processor_s() -> float:
    """Processor time of this process and of its connection's server process; those that it lets help it left out."""
    times = psutil.Process(int(fetch_value(Sql("SELECT pg_backend_pid()")))).cpu_times()
    return float(times.user + times.system) + time.process_time()


def _table(searches: Sequence[Asked], measured: Sequence[Measured]) -> str:
    heads = (
        "search", "where", "found", "buffers", "× plain", "queries", "p50 ms", "p95 ms", "processor ms", "total ms",
        f"≤ {GOAL_P95_MS} ms",
    )  # fmt: skip
    return table(heads, [_line(asked, [one for one in measured if one.asked is asked]) for asked in searches])


def _line(asked: Asked, group: Sequence[Measured]) -> tuple[object, ...]:
    """One search, of all levels together: the worst of each."""
    ratios = [one.ratio for one in group if one.ratio is not None]
    p50 = max(percentile(one.ms, 0.5) if one.ms else LONGEST_PAGE_MS for one in group)
    slow = [one.level.value for one in group if not one.ms or percentile(one.ms, 0.95) > GOAL_P95_MS]
    p95 = max(percentile(one.ms, 0.95) if one.ms else LONGEST_PAGE_MS for one in group)
    return (
        f"{asked.name}: *{asked.text}*",
        f"`{asked.where}`",
        f"{group[0].found} … {group[-1].found}",
        f"{max(one.buffers for one in group):,}",
        f"{max(ratios):.1f}" if ratios else "–",
        max(one.queries for one in group),
        f"{p50:.0f}",
        f"{p95:.0f}",
        f"{max(one.cpu_ms for one in group):.0f}",
        f"{max(one.total_ms for one in group):.0f}",
        f"not {', '.join(slow)}" if slow else "yes",
    )
