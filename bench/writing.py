"""What writing costs: one row through the server, many rows beside the raw SQL that writes the same."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from bench.limits import FOLDER, array, without_comments
from bench.reading import captured
from bench.web import Server, Visitor, sign_in
from relance.bulk.actions import run
from relance.kit.actor import Actor
from relance.kit.sql import fetch_column, fetch_value, sql
from relance.people.queries import build_actor

MANY = 1_000
REPEATED = 5


@dataclass(frozen=True, slots=True)
class One:
    """One row written through the server."""

    name: str
    queries: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Bulk:
    """Many rows at once, and the raw SQL that writes the same; the best of several runs."""

    name: str
    rows: int
    ms: float
    raw_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        """How much dearer than raw SQL."""
        return self.ms / self.raw_ms


def measure_one(server: Server, user_id: int, times: int = 40) -> list[One]:
    """Create, then complete, through HTTP; the queries of a whole request are counted beside, in this process."""
    visitor, element = Visitor(server.port, user_id), own_element(user_id)
    made = [_timed(lambda: visitor.post("/activities/new/", _form(user_id, element)).status) for _ in range(times)]
    ids = _open_ids(user_id, times)
    done = [_timed(lambda row=row: visitor.post("/gestures/complete/", {"ids": row}).status) for row in ids]  # type: ignore[misc]
    queries = _queries_of_one(user_id, element)
    return [_one("create", queries[0], made), _one("complete", queries[1], done)]


def _one(name: str, queries: int, timed: list[float]) -> One:
    return One(name, queries, statistics.median(timed), percentile(timed, 0.95))


def percentile(values: list[float], share: float) -> float:
    """The value that so large a share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _timed(ask: Callable[[], int]) -> float:
    started = time.perf_counter()
    status = ask()
    ms = (time.perf_counter() - started) * 1000
    if status != 200:
        message = f"the server answered {status}"
        raise RuntimeError(message)
    return ms


def _form(user_id: int, element: int) -> dict[str, object]:
    return {
        "type": "todo",
        "subject": "Rappeler",
        "deadline_day": "2030-01-15",
        "deadline_time": "10:00",
        "elements": element,
        "responsible": user_id,
        "priority": 2,
        "creation_key": uuid4(),
    }


def own_element(user_id: int) -> int:
    """Some contact whose responsible the user is."""
    found = fetch_value(
        sql(
            "SELECT id FROM crm_element WHERE responsible_id = {} AND kind = 'contact' AND deleted_at IS NULL LIMIT 1",
            user_id,
        )
    )
    return int(found)


def _open_ids(user_id: int, count: int) -> list[int]:
    return fetch_column(
        sql(
            """
            SELECT id FROM activities_activity WHERE responsible_id = {} AND author_id = {} AND NOT is_completed
                AND deleted_at IS NULL ORDER BY id DESC LIMIT {}
            """,
            user_id,
            user_id,
            count,
        )
    )


def _queries_of_one(user_id: int, element: int) -> tuple[int, int]:
    client = Client(headers={"HX-Request": "true"})
    client.cookies[settings.SESSION_COOKIE_NAME] = sign_in(user_id)
    with captured() as creating:
        client.post("/activities/new/", {key: str(value) for key, value in _form(user_id, element).items()})
    (row,) = _open_ids(user_id, 1)
    with captured() as completing:
        client.post("/gestures/complete/", {"ids": str(row)})
    return len(creating), len(completing)


def measure_bulk(user_id: int) -> list[Bulk]:
    """Complete, hand over and delete a thousand rows, each run taken back before the next."""
    actor = build_actor(user_id)
    ids = editable(actor)
    receiver = 5
    parameters: dict[str, dict[str, object]] = {"complete": {}, "assign": {"to": receiver}, "delete": {}}
    return [_bulk(actor, name, ids, receiver, given) for name, given in parameters.items()]


def editable(actor: Actor) -> list[int]:
    """Open activities on the actor's own elements, spread over the table."""
    return fetch_column(
        sql(
            """
            SELECT activity_id FROM (
                SELECT DISTINCT b.activity_id FROM activities_binding b
                WHERE b.element_responsible_id = ANY({}) AND NOT b.is_completed AND NOT b.element_deleted
                    AND NOT b.activity_deleted AND b.activity_responsible_id <> 5) x
            ORDER BY activity_id %% 9973, activity_id LIMIT {}
            """,
            list(actor.colleagues_below),
            MANY,
        )
    )


def _bulk(actor: Actor, name: str, ids: list[int], receiver: int, parameters: dict[str, object]) -> Bulk:
    raw = without_comments(FOLDER / f"bulk.{name}.sql")
    values: dict[str, Any] = {"me": actor.user_id, "ids": array(ids), "to": receiver, "gesture": uuid4()}

    def product() -> int:
        return len(run(actor, name=name, ids=ids, parameters=parameters).done)

    def plain() -> int:
        with connection.cursor() as cursor:
            cursor.execute(raw, values)
            return int(cursor.rowcount)

    runs = [(_taken_back(product), _taken_back(plain)) for _ in range(REPEATED)]
    rows = {count for pair in runs for count, _ms in pair}
    if len(rows) != 1:
        message = f"{name}: product and raw SQL wrote different numbers of rows, {sorted(rows)}"
        raise RuntimeError(message)
    with captured() as statements:
        _taken_back(product)
    queries = len([s for s in statements if "SAVEPOINT" not in s.text and "CONSTRAINTS" not in s.text])
    return Bulk(name, rows.pop(), min(p[1] for p, _ in runs), min(r[1] for _, r in runs), queries)


def _taken_back(write: Callable[[], int]) -> tuple[int, float]:
    """Rows written and milliseconds, the deferred checks included; then everything is rolled back."""
    with transaction.atomic():
        started = time.perf_counter()
        rows = write()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        ms = (time.perf_counter() - started) * 1000
        transaction.set_rollback(True)
    return rows, ms


def list_while_bulk(server: Server, reader: int, writer: int, seconds: float = 8) -> tuple[float, float]:
    """The p95 of a reader's list, idle and while another completes a thousand rows again and again."""
    visitor = Visitor(server.port, reader)
    visitor.get("/activities/", filter="open")
    idle = _p95_for(visitor, seconds / 2)
    ending = threading.Event()
    thread = threading.Thread(target=_keep_writing, args=(writer, ending))
    thread.start()
    try:
        busy = _p95_for(visitor, seconds)
    finally:
        ending.set()
        thread.join()
    return idle, busy


def _p95_for(visitor: Visitor, seconds: float) -> float:
    timed: list[float] = []
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at:
        timed.append(visitor.get("/activities/", filter="open").ms)
    return percentile(timed, 0.95)


def _keep_writing(writer: int, ending: threading.Event) -> None:
    actor = build_actor(writer)
    ids = editable(actor)
    try:
        while not ending.is_set():
            _taken_back(lambda: len(run(actor, name="complete", ids=ids, parameters={}).done))
    finally:
        connection.close()
