"""One process that keeps the others alive: database, web and worker; whatever dies comes back, all end together.

Each child is the head of its own process group and carries this run's token in its environment. So a child's
helpers end with it, and a start after a `kill -9` of the supervisor finds and ends what that run left, and nothing
else.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import psutil

from relance.config.embedded import EmbeddedServer, StartError
from relance.config.processes import end

TOKEN = "RELANCE_RUN"  # noqa: S105 - a variable's name
TICK_S = 0.2
GRACE_S = 30
SHORT_LIFE_S = 10
LONGEST_PAUSE_S = 10

log = logging.getLogger(__name__)


class CannotSuperviseError(Exception):
    """The start is refused; the message says why."""


@dataclass(slots=True)
class Child:
    """One supervised program."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at_s: float = 0
    start_again_at_s: float = 0
    pause_s: float = field(default=TICK_S)

    def alive(self) -> bool:
        """Whether it runs; reaps it if not."""
        return self.process is not None and self.process.poll() is None

    def end_group(self, signal_number: int) -> None:
        """Send a signal to the child and to all that it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal_number)


class Supervisor:
    """Runs the web server and the worker of one data folder, and watches over its embedded database."""

    def __init__(self, data: Path, *, host: str, port: int, web_workers: int, server: EmbeddedServer | None) -> None:
        self._data, self._host, self._port, self._server = data, host, port, server
        self._token = secrets.token_hex(16)
        self._ending = threading.Event()
        self._children = [
            Child("web", web_command(host, port, web_workers)),
            Child("worker", worker_command()),
        ]

    def run(self, on_ready: Callable[[], None]) -> None:
        """Work until SIGTERM, SIGINT or SIGHUP; `on_ready` is called once, when /readyz first answers.

        The caller holds `only_one` of the data folder.
        """
        (self._data / "supervisor-token").write_text(self._token, "ascii")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._ending.set())
        try:
            self._watch(on_ready)
        finally:
            self._end_all()

    def _watch(self, on_ready: Callable[[], None]) -> None:
        said = False
        while not self._ending.is_set():
            self._keep_database()
            for child in self._children:
                self._keep(child)
            if not said and _answers(self._host, self._port, "/readyz"):
                said = True
                on_ready()
            self._ending.wait(TICK_S)

    def _keep(self, child: Child) -> None:
        now = time.monotonic()
        if child.alive():
            return
        if child.process is not None:
            log.warning("%s ended with status %s and is started again", child.name, child.process.returncode)
            child.end_group(signal.SIGKILL)
            child.process = None
            child.pause_s = (
                TICK_S if now - child.started_at_s > SHORT_LIFE_S else min(LONGEST_PAUSE_S, child.pause_s * 2)
            )
            child.start_again_at_s = now + child.pause_s
        if now >= child.start_again_at_s:
            self._start(child)

    def _start(self, child: Child) -> None:
        child.started_at_s = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603 - our own programs
            child.command,
            stdin=subprocess.DEVNULL,
            env={**os.environ, TOKEN: self._token},
            start_new_session=True,
            # While a child lives, the embedded database counts it as a user.
            pass_fds=[self._server.held_lock] if self._server else [],
        )
        log.info("%s started, process %s", child.name, child.process.pid)

    def _keep_database(self) -> None:
        if self._server is None or self._server.postmaster() is not None:
            return
        log.warning("the database has ended and is started again")
        try:
            self._server.ensure()
        except StartError:
            log.exception("the database does not start; trying again")

    def _end_all(self) -> None:
        for child in self._children:
            child.end_group(signal.SIGTERM)
        give_up_at = time.monotonic() + GRACE_S
        while time.monotonic() < give_up_at and any(child.alive() for child in self._children):
            time.sleep(0.05)
        for child in self._children:
            child.end_group(signal.SIGKILL)
            if child.process:
                child.process.wait()
        (self._data / "supervisor-token").unlink(missing_ok=True)


def web_command(host: str, port: int, workers: int) -> list[str]:
    """The pages' server."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--respawn-failed-workers", "--respawn-interval", "0.2",
        "--workers-kill-timeout", "20", "--no-ws", "--log-level", "warning", "relance.config.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The jobs' worker."""
    return [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", "2",
            "--shutdown-graceful-timeout", str(GRACE_S - 5)]  # fmt: skip


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Be a data folder's only supervisor: the kernel lets go of the lock whatever way its holder ends.

    What an earlier supervisor left behind when it was killed is ended first.

    Raises:
        CannotSuperviseError: another process holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(data / ".supervisor-lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"Relance is already running on {data}"
            raise CannotSuperviseError(message) from error
        end_leftovers(data)
        yield
    finally:
        os.close(descriptor)


def end_leftovers(data: Path) -> None:
    """End the children of a run whose supervisor was killed, known by its token in their environment."""
    try:
        token = (data / "supervisor-token").read_text("ascii").strip()
    except OSError:
        return
    left = [process for process in psutil.process_iter() if token and _carries(process, token)]
    end(left, signals=[signal.SIGTERM, signal.SIGKILL], patience_s=10)


def _carries(process: psutil.Process, token: str) -> bool:
    try:
        return bool(process.environ().get(TOKEN) == token)
    except psutil.Error:
        return False


def refuse_taken(host: str, port: int) -> None:
    """Find out before the start whether the address is free; the web server itself would share it silently.

    Raises:
        CannotSuperviseError: it is not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"{host}:{port} cannot be used ({error.strerror}); choose another with --port"
            raise CannotSuperviseError(message) from error


def _answers(host: str, port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1" if host in {"0.0.0.0", "::"} else host, port, timeout=5)  # noqa: S104
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
