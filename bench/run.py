"""The benchmark from end to end: seed, read, ask the server, write; then the report and its gates."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from bench import reading, totals, writing
from bench.company import MEASURED_LEVELS
from bench.limits import limit_of
from bench.seed import seed, superuser
from bench.web import Server, Visitor, serving, sign_in
from bench.writing import percentile
from relance.access.terms import Level
from relance.activities.terms import STANDARD_FILTERS
from relance.kit.actor import Actor
from relance.lists.terms import PAGE_SIZE

HOT_TABLES = ("activities_activity", "activities_binding", "crm_element")
# From this number on, a measured person's role sets pipelines and stages apart, which the limits' SQL does not know.
FIRST_WITH_EXCEPTIONS = 86
# Whose totals and whose many rows are measured: the heads of 200 people, one of each level.
HEADS = (1, 2, 3, 4, 5)


@dataclass(slots=True)
class Place:
    """One page of one filter for one person: where it is, what it costs the database, what it takes over HTTP."""

    code: str
    level: str
    where: str
    user_id: int
    cursor: str
    rows: int
    buffers: int
    limit: int | None
    way: str
    queries: int
    request_queries: int
    scanned: list[str]
    ms: list[float] = field(default_factory=list)
    null_ms: list[float] = field(default_factory=list)


def run(data: Path, rows: int, *, people: int, rounds: int) -> dict[str, Any]:
    """Everything, as plain values for the report. `people` of each level are measured, `rounds` times over HTTP."""
    day = seed(data, rows)
    call_command("collectstatic", interactive=False, verbosity=0)
    _say("reading: buffers, limits, plans")
    places = list(_places(people))
    found: dict[str, Any] = {"rows": rows, "day": day.isoformat(), "people": people, "rounds": rounds}
    _say(f"asking the server for {len(places)} pages, {rounds} times, and as often for the null page")
    with serving(data) as server:
        _ask(server, places, rounds)
        found["cpu_ms"] = _cpu_ms(server)
        _say("totals")
        found["totals"] = [_totals(server, head) for head in HEADS]
        _say("writing one row, many rows, and reading meanwhile")
        found["one"] = [asdict(one) for one in writing.measure_one(server, HEADS[0])]
        found["bulk"] = [asdict(bulk) | {"ratio": bulk.ratio} for bulk in writing.measure_bulk(HEADS[2])]
        found["meanwhile"] = writing.list_while_bulk(server, HEADS[1], HEADS[2])
        found["memory_mb"] = server.memory_mb()
    found["pages"] = [_page(group) for group in _grouped(places)]
    with superuser(data) as connection:
        connection.execute("VACUUM (ANALYZE)")
    return found


def _say(text: str) -> None:
    print(text, flush=True)


def _chosen(level: Level, people: int) -> list[Actor]:
    """Half of them heads, half not, and one whose role sets pipelines and stages apart."""
    actors = reading.actors_of(level)
    apart = [actor for actor in actors if actor.user_id >= FIRST_WITH_EXCEPTIONS]
    others = [actor for actor in actors if actor.user_id < FIRST_WITH_EXCEPTIONS]
    most = people - 1
    return [*others[: (most + 1) // 2], *others[len(others) - most // 2 :], *apart[:1]]


def _places(people: int) -> Iterator[Place]:
    for level in MEASURED_LEVELS:
        for actor in _chosen(level, people):
            client = Client(headers={"HX-Request": "true"})
            client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(actor.user_id)
            for standard in STANDARD_FILTERS:
                for where in reading.POSITIONS:
                    cursor = reading.cursor_of(actor, standard.code, where)
                    if cursor is not None:
                        yield _place(client, actor, level, standard.code, where, cursor)


def _place(client: Client, actor: Actor, level: Level, code: str, where: str, cursor: str) -> Place:
    cost, rows, statements = reading.page_cost(actor, code, cursor)
    is_known = rows and actor.user_id < FIRST_WITH_EXCEPTIONS
    limit = limit_of(actor, code, level, rows) if is_known else None
    with reading.captured() as asked:
        client.get("/activities/", {"filter": code, "cursor": cursor})
    return Place(
        code=code,
        level=level.value,
        where=where,
        user_id=actor.user_id,
        cursor=cursor,
        rows=cost.rows,
        buffers=cost.buffers,
        limit=limit.buffers if limit else None,
        way=limit.way if limit else "",
        queries=cost.queries,
        request_queries=len(asked),
        scanned=[table for s in statements for table in reading.sequential_scans(reading.explained(s), HOT_TABLES)],
    )


def _ask(server: Server, places: list[Place], rounds: int) -> None:
    visitors = {user_id: Visitor(server.port, user_id) for user_id in {place.user_id for place in places}}
    for visitor in visitors.values():
        visitor.get("/activities/")
        visitor.get("/bench/null/", filter="open")
    for _round in range(rounds):
        for place in places:
            visitor = visitors[place.user_id]
            answer = visitor.get("/activities/", filter=place.code, cursor=place.cursor)
            shown = answer.body.count(b'<tr id="row-')
            if answer.status != 200 or shown != place.rows:
                message = f"{place.code}, {place.level}, {place.where}: status {answer.status}, {shown} rows"
                raise RuntimeError(message)
            place.ms.append(answer.ms)
            place.null_ms.append(visitor.get("/bench/null/", filter="open").ms)


def _cpu_ms(server: Server) -> dict[str, float]:
    """Processor time of the web worker for one fragment and for one null page."""
    visitor = Visitor(server.port, HEADS[2])
    found = {}
    for name, path in (("fragment", "/activities/"), ("null", "/bench/null/")):
        visitor.get(path, filter="open")
        before = server.cpu_s()
        for _ in range(100):
            visitor.get(path, filter="open")
        found[name] = (server.cpu_s() - before) * 10
    return found


def _totals(server: Server, user_id: int) -> dict[str, Any]:
    level = MEASURED_LEVELS[(user_id - 1) % len(MEASURED_LEVELS)]
    actor = next(actor for actor in reading.actors_of(level) if actor.user_id == user_id)
    counted = totals.count_all(actor, level)
    visitor = Visitor(server.port, user_id)
    fragment = [visitor.get("/activities/counts/", filter="mine").ms for _ in range(5)]
    return {
        "user": user_id,
        "level": level.value,
        "subordinates": len(actor.subordinates),
        "filters": {t.code: {"counted": t.counted, "plain": t.plain, "ms": t.ms} for t in counted},
        "fragment_ms": statistics.median(fragment),
    }


def _grouped(places: list[Place]) -> list[list[Place]]:
    groups: dict[tuple[str, str, str], list[Place]] = {}
    for place in places:
        groups.setdefault((place.code, place.level, place.where), []).append(place)
    return [groups[key] for key in sorted(groups, key=_order)]


def _order(key: tuple[str, str, str]) -> tuple[int, int, int]:
    codes = [standard.code for standard in STANDARD_FILTERS]
    levels = [level.value for level in MEASURED_LEVELS]
    return codes.index(key[0]), levels.index(key[1]), reading.POSITIONS.index(key[2])


def _full(group: list[Place], *, apart: bool) -> int | None:
    """The most buffers of a full page, of people whose roles do or do not set pipelines and stages apart."""
    full = [p.buffers for p in group if p.rows == PAGE_SIZE and (p.user_id >= FIRST_WITH_EXCEPTIONS) == apart]
    return max(full, default=None)


def _page(group: list[Place]) -> dict[str, Any]:
    first = group[0]
    ms = [value for place in group for value in place.ms]
    null_ms = [value for place in group for value in place.null_ms]
    ratios = [place.buffers / place.limit for place in group if place.limit]
    return {
        "filter": first.code,
        "level": first.level,
        "where": first.where,
        "people": len(group),
        "rows": max(place.rows for place in group),
        "buffers": statistics.median(place.buffers for place in group),
        "most_buffers": max(place.buffers for place in group),
        "full_buffers": _full(group, apart=False),
        "apart_buffers": _full(group, apart=True),
        "limit_buffers": statistics.median(place.limit for place in group if place.limit) if ratios else None,
        "limit_ratio": max(ratios) if ratios else None,
        "limit_way": first.way,
        "queries": sorted({place.queries for place in group}),
        "request_queries": sorted({place.request_queries for place in group}),
        "scanned": sorted({table for place in group for table in place.scanned}),
        "p50_ms": statistics.median(ms),
        "best_p50_ms": min(statistics.median(place.ms[i] for place in group) for i in range(len(first.ms))),
        "p95_ms": percentile(ms, 0.95),
        "null_p50_ms": statistics.median(null_ms),
        "null_ratio": statistics.median(ms) / statistics.median(null_ms),
    }
