"""What a search costs: words that many and few activities have, beginnings, mistakes, phones, names; for people of every level.

`python -m bench search --rows 1000000`, on the company that `make bench` has seeded.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections

from bench.company import MEASURED_LEVELS
from bench.reading import actors_of, captured, explained, plan_buffers, sequential_scans
from bench.writing import percentile
from relance.activities.queries import count_matching, list_activities
from relance.config import database
from relance.crm.queries import list_elements
from relance.crm.terms import ElementFilter
from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute, fetch_one, fetch_value
from relance.lists.grammar.weighing import TooHeavyError
from relance.lists.terms import LONGEST_PAGE_MS

# docs/bench.md: the goal of a custom filter holds for a search as well.
MOST_P95_MS = 150
WORDS = ("activities_activitytext", "crm_elementtext", "crm_contactpoint", "activities_activity", "activities_binding")


@dataclass(slots=True)
class Asked:
    """A search: what it stands for, its words, in which list."""

    name: str
    text: str
    where: str  # a filter's code, or "contact"


@dataclass(slots=True)
class Measured:
    """What it took."""

    asked: Asked
    level: str
    found: str
    buffers: int
    queries: int
    scans: list[str]
    ms: list[float]


def run(data: Path, rounds: int) -> int:
    """Measure and print; 1 if a search takes longer than it may, or reads a table of words from end to end."""
    server = database.ensure(data)
    try:
        started = time.perf_counter()
        call_command("migrate", verbosity=0)
        print(f"migrated in {time.perf_counter() - started:.0f} s", flush=True)
        for table in WORDS[:3]:
            execute(Sql(f"ANALYZE {table}"))
        measured = [_measure(asked, level, rounds) for asked in _searches() for level in MEASURED_LEVELS]
        _print(measured)
    finally:
        connections.close_all()
        if server:
            server.release()
    worst = max(percentile(one.ms, 0.95) for one in measured)
    scanned = sorted({table for one in measured for table in one.scans})
    print(f"\nworst p95 {worst:.0f} ms (at most {MOST_P95_MS}); read from end to end: {', '.join(scanned) or 'none'}")
    return int(worst > MOST_P95_MS or bool(scanned))


def _searches() -> list[Asked]:
    """Words of this very company: of one activity, of many, of a client."""
    common, rare = _words()
    person = fetch_one(Sql("SELECT name FROM crm_element WHERE kind = 'contact' ORDER BY id OFFSET 700 LIMIT 1"))
    name = str(person["name"]).split()[0] if person else ""
    phone = str(fetch_value(Sql("SELECT max(normalised) FROM crm_contactpoint WHERE kind = 'phone'")) or "33612345678")
    return [
        Asked("a word of many, open", common, "open"),
        Asked("a word of many, completed", common, "completed"),
        Asked("a word of many, mine", common, "mine"),
        Asked("two words of many", f"{common} {name}", "open"),
        Asked("a word of few", rare, "open"),
        Asked("a beginning", common[:4], "open"),
        Asked("a mistake", f"{common[:2]}{common[3:]}", "open"),
        Asked("a name", name, "open"),
        Asked("a name and a mistake", f"{name[:2]}{name[3:]}", "contact"),
        Asked("a phone", phone, "open"),
        Asked("a phone's last digits", phone[-6:], "contact"),
        Asked("nothing", "zzyzxq", "open"),
    ]


def _words() -> tuple[str, str]:
    """The word of the most activities and one of few, among the first."""
    rows = Sql(
        """SELECT word, ndoc FROM ts_stat('SELECT words FROM activities_activitytext ORDER BY activity_id LIMIT 20000')
        WHERE length(word) > 5 AND word ~ '^[a-z]+$' ORDER BY ndoc DESC, word"""
    )
    with connection.cursor() as cursor:
        cursor.execute(rows.text)
        words = [word for word, _count in cursor.fetchall()]
    return words[0], words[-1]


def _measure(asked: Asked, level: str, rounds: int) -> Measured:
    ms, buffers, queries, scans = [], 0, 0, []
    total = ""
    for actor in actors_of(level)[:2]:
        with captured() as statements:
            page = _page(actor, asked)
        if page == "stopped":
            return Measured(asked, level, page, 0, len(statements), [], [LONGEST_PAGE_MS])
        read = [one for one in statements if one.text.lstrip().startswith("SELECT") and "set_config" not in one.text]
        plans = [explained(one) for one in read]
        buffers, queries = max(buffers, sum(map(plan_buffers, plans))), max(queries, len(read))
        scans += [table for plan in plans for table in sequential_scans(plan, WORDS)]
        for _round in range(rounds):
            started = time.perf_counter()
            _page(actor, asked)
            ms.append((time.perf_counter() - started) * 1000)
        total = _total(actor, asked) + ("" if page != "-rank" else ", not ranked")
    return Measured(asked, level, total, buffers, queries, scans, ms)


def _page(actor: Actor, asked: Asked) -> str:
    """Read a page; the sort that it could not give, or that it was stopped."""
    try:
        return _read(actor, asked)
    except TooHeavyError:
        return "stopped"


def _read(actor: Actor, asked: Asked) -> str:
    if asked.where == "contact":
        return list_elements(actor, kind="contact", filters=ElementFilter(search=asked.text)).refused_sort
    return list_activities(actor, filter=asked.where, search=asked.text).refused_sort


def _total(actor: Actor, asked: Asked) -> str:
    if asked.where == "contact":
        return ""
    total = count_matching(actor, filter=asked.where, search=asked.text)
    return f"{'' if total.is_exact else '> '}{total.count:,}" if total.is_counted else "not counted"


def _print(measured: list[Measured]) -> None:
    print("| search | words | level | found | buffers | queries | p50 ms | p95 ms |")
    print("|---|---|---|---|---|---|---|---|")
    for one in measured:
        p50, p95 = percentile(one.ms, 0.5), percentile(one.ms, 0.95)
        print(
            f"| {one.asked.name} | {one.asked.text} | {one.level} | {one.found} | {one.buffers:,} | {one.queries}"
            f" | {p50:.0f} | {p95:.0f} |"
        )
