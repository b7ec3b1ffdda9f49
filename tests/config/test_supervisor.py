"""`relance serve` keeps everything alive, and ends everything."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from relance.config.processes import is_alive
from relance.config.supervise import TOKEN

ROOT = Path(__file__).parents[2]
PATIENCE_S = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """A `relance serve` on a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.process = self.start()

    def start(self) -> subprocess.Popen[str]:
        """Its output goes to a file: a pipe would stay open for as long as a killed supervisor's children live."""
        wanted = {"DJANGO_SETTINGS_MODULE": "relance.config.settings", "RELANCE_DATA": str(self.data)}
        self.data.mkdir(exist_ok=True)
        with (self.data / "output").open("w") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "relance.config.cli", "serve", "--port", str(self.port), "--workers", "1"],
                cwd=ROOT, env={**os.environ, **wanted}, stdout=output, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip

    def refused_start(self) -> str:
        """What a start says that is refused."""
        assert self.start().wait(PATIENCE_S) == 1
        return (self.data / "output").read_text("utf-8")

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def is_ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def children(self, *words: str) -> list[psutil.Process]:
        """The processes of this data folder whose command line has all the words."""
        found = []
        for process in psutil.process_iter():
            try:
                line, folder = " ".join(process.cmdline()), process.environ().get("RELANCE_DATA")
                if TOKEN in process.environ() and folder == str(self.data) and all(word in line for word in words):
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postgres" / "postmaster.pid").read_text("utf-8").split("\n")[0]))

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)


def wait_until(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One data folder for all tests of this file."""
    running = Served(tmp_path_factory.mktemp("served") / "data")
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture
def served(installation: Served) -> Served:
    """The installation, running, whatever the test before has done to it."""
    if installation.process.poll() is not None:
        installation.process = installation.start()
    wait_until(installation.is_ready)
    return installation


def test_it_answers_for_its_health(served: Served) -> None:
    assert served.get("/healthz") == (200, "ok\n")
    status, body = served.get("/readyz")
    assert (status, json.loads(body)) == (200, {"database": True, "migrations": True, "worker": True})


@pytest.mark.parametrize("words", [("granian",), ("procrastinate", "worker")])
def test_a_killed_child_comes_back(served: Served, words: tuple[str, ...]) -> None:
    before = served.children(*words)
    assert before
    os.killpg(os.getpgid(before[0].pid), signal.SIGKILL)
    wait_until(lambda: bool(served.children(*words)) and served.is_ready())
    assert {process.pid for process in before}.isdisjoint(process.pid for process in served.children(*words))


def test_a_killed_database_comes_back(served: Served) -> None:
    before = served.postmaster()
    before.kill()
    wait_until(lambda: not is_alive(before) and served.is_ready())
    assert served.postmaster().pid != before.pid


def test_a_second_start_on_the_same_data_is_refused(served: Served) -> None:
    assert "already running" in served.refused_start()
    assert served.is_ready()


def test_after_a_kill_of_the_supervisor_a_new_start_takes_over(served: Served) -> None:
    served.process.kill()
    served.process.wait(PATIENCE_S)
    left = served.children()
    assert left
    served.process = served.start()
    wait_until(lambda: not any(map(is_alive, left)))
    wait_until(served.is_ready)


def test_sigterm_ends_everything(served: Served) -> None:
    database, children = served.postmaster(), served.children()
    assert len(children) >= 3, children
    assert served.end() == 0
    assert [process for process in [database, *children] if is_alive(process)] == []
    assert not (served.data / "supervisor-token").exists()


def test_a_taken_port_is_refused_with_a_sentence(served: Served) -> None:
    served.end()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", served.port))
        taken.listen()
        assert "choose another with --port" in served.refused_start()
