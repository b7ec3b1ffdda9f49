"""The embedded PostgreSQL of a data folder: started by whoever comes first, shared by all, stopped by the last.

Everybody who needs the server holds a shared lock on one file for as long as he lives; the kernel lets go of it even
for a killed process, so the count of users is never wrong. Start and stop happen under an exclusive lock on another.
A server whose users were all killed goes on, and the next start joins it.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from relance.config import env
from relance.config.embedded_place import Place, PlaceError, place
from relance.config.embedded_settings import configuration
from relance.config.processes import end, is_alive

ROLE = DATABASE = "relance"
SUPERUSER = "postgres"
LONGEST_RECOVERY_S = 600
LONGEST_STOP_S = 60
LARGEST_LOG_BYTES = 10_000_000

log = logging.getLogger(__name__)


class StartError(Exception):
    """The server does not come up; the message says why, and where its log is."""


class EmbeddedServer:
    """The server of one data folder, as seen by one of its users."""

    def __init__(self, data: Path, *, for_tests: bool = False) -> None:
        self.place: Place = place(data)
        self._for_tests = for_tests
        self._started: subprocess.Popen[bytes] | None = None
        self._held: int | None = None

    @property
    def held_lock(self) -> int:
        """The descriptor by which this process counts as a user; a child that inherits it counts as well.

        Raises:
            StartError: the server was not asked for.
        """
        if self._held is None:
            raise StartError("the embedded server is not held by this process")
        return self._held

    def ensure(self) -> bool:
        """Join the running server, or start it (the first time, make it); True if it was started now.

        Raises:
            StartError: it does not come up.
        """
        here = self.place
        here.data.mkdir(parents=True, exist_ok=True)
        with _exclusive(here.data / ".postgres-lock"):
            self._hold()
            if self.postmaster() is not None:
                self._await_ready()
                return False
            try:
                self._start()
            except (OSError, PlaceError) as error:
                message = f"the embedded PostgreSQL cannot be started: {error}"
                raise StartError(message) from error
            self._await_ready()
            self._prepare()
            return True

    def release(self) -> None:
        """Be a user no longer; the last one stops the server and waits for its end."""
        if self._held is None:
            return
        with _exclusive(self.place.data / ".postgres-lock"):
            try:
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._stop()
            os.close(self._held)
            self._held = None

    def postmaster(self) -> psutil.Process | None:
        """The running server's main process, or None."""
        if self._started:
            self._started.poll()
        try:
            first_line = (self.place.cluster / "postmaster.pid").read_text("utf-8").split("\n", 1)[0]
            process = psutil.Process(int(first_line))
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None
        return process if self._is_ours(process) else None

    def _hold(self) -> None:
        if self._held is None:
            self._held = os.open(self.place.data / ".postgres-users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_SH)

    def _start(self) -> None:
        here = self.place
        self._end_orphans()
        here.private_folder(here.socket)
        if not here.cluster.exists():
            self._make_cluster()
        here.refuse_other_major()
        here.private_folder(here.cluster)
        here.log.parent.mkdir(exist_ok=True)
        if here.log.exists() and here.log.stat().st_size > LARGEST_LOG_BYTES:
            here.log.replace(here.log.with_suffix(".log.1"))
        self._write(here.cluster / "relance.conf", configuration(here.socket, for_tests=self._for_tests))
        # No process of this cluster is left, so the file names a dead server, or a stranger with its number.
        (here.cluster / "postmaster.pid").unlink(missing_ok=True)
        with here.log.open("ab") as output:
            self._started = self._popen("postgres", [], cluster=here.cluster, output=output.fileno())

    def _make_cluster(self) -> None:
        """initdb in a folder beside, renamed when complete: a kill in between leaves nothing half made."""
        here = self.place
        fresh = here.private_folder(here.cluster.with_name("postgres.new"))
        _empty(fresh)
        password = here.socket / "password"
        self._write(password, env.kept_secret(here.password))
        arguments = [
            "-U", SUPERUSER, f"--pwfile={password}", "--auth=scram-sha-256", "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "-T", "french",
        ]  # fmt: skip
        try:
            made = self._popen("initdb", arguments, cluster=fresh, output=subprocess.PIPE)
            output, _ = made.communicate()
        finally:
            password.unlink(missing_ok=True)
        if made.returncode:
            message = f"the embedded PostgreSQL's cluster cannot be made: {output.decode(errors='replace')[-2000:]}"
            raise StartError(message)
        self._write(fresh / "pg_hba.conf", "local all all scram-sha-256\n")
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'relance.conf'\ninclude_if_exists = 'local.conf'\n")
        fresh.rename(here.cluster)

    def _popen(self, program: str, arguments: list[str], *, cluster: Path, output: int) -> subprocess.Popen[bytes]:
        account = self.place.account
        return subprocess.Popen(  # noqa: S603 - our own programs and arguments
            [str(self.place.programs() / program), "-D", self.place.seen_from_inside(cluster), *arguments],
            cwd=cluster,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={"PATH": os.defpath, "LANG": "C", "TZ": "UTC"},
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077,
            # A Ctrl-C in the terminal is for the supervisor, which stops the server after everything that uses it.
            start_new_session=True,
        )

    def _write(self, file: Path, content: str) -> None:
        """A file of mode 0600 that belongs to the server's account."""
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(content)
            if self.place.account:
                os.fchown(descriptor, self.place.account.uid, self.place.account.gid)

    def _await_ready(self) -> None:
        """Wait until the server answers; after a crash it first replays its log."""
        give_up_at = time.monotonic() + LONGEST_RECOVERY_S
        pause_s = 0.01
        while True:
            try:
                with self._connect(SUPERUSER, "postgres"):
                    return
            except psycopg.OperationalError as error:
                dead = self._started.poll() is not None if self._started else self.postmaster() is None
                refused = "authentication failed" in str(error)
                if dead or refused or time.monotonic() > give_up_at:
                    message = f"the embedded PostgreSQL does not answer: {error}\n{self._last_words()}"
                    raise StartError(message) from error
            time.sleep(pause_s)
            pause_s = min(0.2, pause_s * 1.5)

    def _connect(self, role: str, database: str) -> psycopg.Connection:
        here = self.place
        return psycopg.connect(
            host=str(here.socket), user=role, dbname=database, password=env.kept_secret(here.password),
            connect_timeout=10, autocommit=True,
        )  # fmt: skip

    def _prepare(self) -> None:
        """The role that Relance works as, which is no superuser, and its database; made where they are missing."""
        password = sql.Literal(env.kept_secret(self.place.password))
        role, database = sql.Identifier(ROLE), sql.Identifier(DATABASE)
        with self._connect(SUPERUSER, "postgres") as connection:
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).rowcount:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(role, password))
            connection.execute(sql.SQL("GRANT pg_monitor, pg_checkpoint TO {}").format(role))
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join([f"{self.place.log}:", *self.place.log.read_text("utf-8", "replace").splitlines()[-10:]])
        return ""

    def _is_ours(self, process: psutil.Process) -> bool:
        """Whether a process is a PostgreSQL that works in this cluster."""
        try:
            in_cluster = process.name() == "postgres" and Path(process.cwd()) == self.place.cluster.resolve()
            return in_cluster and is_alive(process)
        except psutil.Error:
            return False

    def _end_orphans(self) -> None:
        """After a kill -9 of the main process a backend with a long query lives on and holds the shared memory."""
        orphans = [process for process in psutil.process_iter() if self._is_ours(process)]
        end(orphans, signals=[signal.SIGQUIT, signal.SIGKILL], patience_s=5)

    def _stop(self) -> None:
        """Sessions are ended and everything is written. Only if that hangs, the way that recovers at the start."""
        process = self.postmaster()
        if process and end([process], signals=[signal.SIGINT, signal.SIGQUIT], patience_s=LONGEST_STOP_S):
            log.error("the embedded PostgreSQL does not stop, process %s", process.pid)
        if self._started:
            self._started.poll()


@contextlib.contextmanager
def _exclusive(file: Path) -> Iterator[None]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink()
