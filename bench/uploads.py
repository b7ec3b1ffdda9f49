"""`make bench-uploads`: large files sent in and given out by the real server, and its memory.

The server is `relance serve` with one web worker; memory is that worker's resident set, sampled all the while. A file's
bytes must not be held: what grows with the size of a file fails the gate.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from bench.web import CSRF, Server, serving, sign_in
from relance.activities import blobs
from relance.config import database
from relance.kit.sql import Sql, execute, fetch_column, fetch_value
from relance.people.actions import create_user
from relance.people.queries import system_actor

CHUNK = 2**20
MOST_GROWTH_MB = 24
AT_ONCE = 3
PEAK_EVERY_S = 0.01


class Peak:
    """The largest memory of the server's worker while something runs, in MB."""

    def __init__(self, server: Server) -> None:
        self._server, self._over, self.mb = server, threading.Event(), 0.0

    def of(self, work: Callable[[], object]) -> float:
        """The seconds that the work took; `mb` is the peak then."""
        sampler = threading.Thread(target=self._sample)
        sampler.start()
        started = time.perf_counter()
        work()
        seconds = time.perf_counter() - started
        self._over.set()
        sampler.join()
        return seconds

    def _sample(self) -> None:
        while not self._over.wait(PEAK_EVERY_S):
            self.mb = max(self.mb, self._server.memory_mb())


def run(data: Path, megabytes: int) -> int:
    """Measure and print; 1 when memory grows with what is sent."""
    server = database.ensure(data)
    try:
        call_command("migrate", verbosity=0)
        user_id = fetch_value(Sql("SELECT min(id) FROM people_user WHERE is_active")) or _somebody()
        (data / "log").mkdir(parents=True, exist_ok=True)
        with serving(data) as served:
            return _measure(served, int(user_id), megabytes)
    finally:
        _clear()
        connections.close_all()
        if server:
            server.release()


def _measure(server: Server, user_id: int, megabytes: int) -> int:
    session = sign_in(user_id)
    small = _send(server.port, session, 1)
    _take(server.port, session, small)
    idle = server.memory_mb()
    print("| what | seconds | MB/s | worker before, MB | peak, MB | grown by, MB |")
    print("|---|---|---|---|---|---|")
    sent: list[int] = []
    works: list[tuple[str, int, Callable[[], object]]] = [
        (f"one upload of {megabytes} MB", 1, lambda: sent.append(_send(server.port, session, megabytes))),
        ("its download", 1, lambda: _take(server.port, session, sent[0])),
        (f"{AT_ONCE} uploads of {megabytes} MB at once", AT_ONCE, lambda: _together(server.port, session, megabytes)),
    ]
    grown = 0.0
    for what, times, work in works:
        before, peak = server.memory_mb(), Peak(server)
        seconds = peak.of(work)
        grown = max(grown, peak.mb - idle)
        rate = megabytes * times / seconds
        print(f"| {what} | {seconds:.1f} | {rate:.0f} | {before:.0f} | {peak.mb:.0f} | {peak.mb - before:.0f} |")
    print(f"\nGrown by {grown:.0f} MB in all since idle ({idle:.0f} MB); at most {MOST_GROWTH_MB} MB may be.")
    return int(grown > MOST_GROWTH_MB)


def _body(megabytes: int) -> Iterator[bytes]:
    """So many MB of a text, a line at a time repeated: nothing of it is held here either."""
    chunk = (b"relance " * (CHUNK // 8))[:CHUNK]
    for _number in range(megabytes):
        yield chunk


def _send(port: int, session: str, megabytes: int) -> int:
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(megabytes * CHUNK),
        "X-File-Name": "bench.txt",
    }
    answer = _ask(port, session, "POST", "/files/", _body(megabytes), headers)
    text = answer.read().decode()
    assert answer.status == 201, (answer.status, text[:300])
    return int(text.partition('name="files" value="')[2].partition('"')[0])


def _take(port: int, session: str, file_id: int) -> None:
    answer = _ask(port, session, "GET", f"/files/{file_id}/", None, {})
    assert answer.status == 200, answer.status
    digest = hashlib.sha256()
    while chunk := answer.read(CHUNK):
        digest.update(chunk)
    known = fetch_value(Sql("SELECT digest FROM activities_attachment WHERE id = %s", (file_id,)))
    assert digest.hexdigest() == known


def _together(port: int, session: str, megabytes: int) -> None:
    threads = [threading.Thread(target=_send, args=(port, session, megabytes)) for _number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask(
    port: int, session: str, method: str, path: str, body: Iterator[bytes] | None, headers: dict[str, str]
) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    connection.request(method, path, body, {"Cookie": cookies, "X-CSRFToken": CSRF, **headers})
    return connection.getresponse()


def _somebody() -> int:
    return create_user(
        system_actor("bench"),
        email="uploads@bench.example",
        first_name="Ursule",
        last_name="Envoi",
        password=os.urandom(16).hex(),
        departments=[],
        role_codes=None,
        time_zone="Europe/Paris",
        language="fr",
    )


def _clear() -> None:
    """What was sent in is nobody's: rows and bytes go."""
    for key in fetch_column(Sql("SELECT key FROM activities_attachment WHERE name = 'bench.txt'")):
        blobs.remove(key)
    execute(Sql("DELETE FROM activities_attachment WHERE name = 'bench.txt'"))
