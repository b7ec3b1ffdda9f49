"""The real server on loopback, and people signed in to it who ask for pages and post forms."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psutil
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore

ROOT = Path(__file__).resolve().parent.parent
LONGEST_START_S = 60
# The server closes a connection that has been idle for long; a browser opens another then.
LONGEST_IDLE_S = 5
CSRF = "b" * 32


@dataclass(slots=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    body: bytes
    ms: float


class Visitor:
    """A signed-in person with a connection that stays open, as a browser's does."""

    def __init__(self, port: int, user_id: int) -> None:
        self.user_id = user_id
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._used_at_s = time.monotonic()
        cookies = f"{settings.SESSION_COOKIE_NAME}={sign_in(user_id)}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        self._headers = {"Cookie": cookies, "HX-Request": "true", "Accept": "text/html", "X-CSRFToken": CSRF}

    def get(self, path: str, **asked: str) -> Answer:
        """Ask for a fragment."""
        return self._ask("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def post(self, path: str, fields: Mapping[str, object]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = self._headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        if time.monotonic() - self._used_at_s > LONGEST_IDLE_S:
            self._connection.close()
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        read = response.read()
        ms = (time.perf_counter() - started) * 1000
        self._used_at_s = time.monotonic()
        return Answer(response.status, read, ms)


def sign_in(user_id: int) -> str:
    """The key of a new session of a user, made where the real sign-in would make it."""
    user = get_user_model().objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


@dataclass(slots=True)
class Server:
    """`relance serve` with one web worker, and the worker's process."""

    port: int
    process: subprocess.Popen[bytes]
    workers: list[psutil.Process] = field(default_factory=list)

    def cpu_s(self) -> float:
        """Seconds of processor time that the web worker has used."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers)

    def memory_mb(self) -> float:
        """The largest web worker's resident memory."""
        return max(worker.memory_info().rss for worker in self.workers) / 1_000_000


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """The server, ready; ended at the end.

    Raises:
        RuntimeError: it does not become ready.
    """
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "relance.config.cli",
        "serve",
        "--data",
        str(data),
        "--port",
        str(port),
        "--workers",
        "1",
    ]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bench.null_settings", "PYTHONPATH": str(ROOT)}
    with (data / "log" / "bench-server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _await(port, process)
            yield Server(port, process, _web_workers(process))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + LONGEST_START_S
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("the server does not become ready; its log is log/bench-server.log in the data folder")


def _web_workers(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Granian's children; the parent only watches."""
    of_granian = [child for child in psutil.Process(process.pid).children(recursive=True) if "granian" in _words(child)]
    parents = {child.pid for child in of_granian}
    children = [child for child in of_granian if child.ppid() in parents]
    return children or of_granian


def _words(process: psutil.Process) -> str:
    try:
        return " ".join([process.name(), *process.cmdline()])
    except psutil.Error:
        return ""
