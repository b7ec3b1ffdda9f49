"""What all tests share: the suite's own database server, and the browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from django.conf import settings
from psycopg import sql
from pytest_django.plugin import blocking_manager_key

from relance.config import database
from relance.config.embedded import EmbeddedServer
from relance.kit.sql import Sql, execute
from tests.cast import Cast, make_cast

LONGEST = "test_oracle.py"
COMMITS = frozenset({"transactional_db", "live_server"})
SEEDED = (
    "access_role",
    "access_permission",
    "access_roleassignment",
    "crm_pipeline",
    "crm_stage",
    "activities_activitytype",
    "activities_activityoutcome",
)
SEEDS = (
    ("access", "0002_shipped_roles"),
    ("crm", "0002_invariants"),
    ("activities", "0002_copies"),
    ("activities", "0004_types"),
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file comes first: a worker that began it last would be waited for alone."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Put back what the migrations seed: Django empties all tables after each test that commits.

    After the last test there is no database any more. A test that failed leaves them to the next all the same.
    """
    try:
        yield
    finally:
        if nextitem and COMMITS & set(getattr(item, "fixturenames", ())):
            with item.config.stash[blocking_manager_key].unblock():
                plant_seeds()


def plant_seeds() -> None:
    """What the migrations seed, with the ids that they give, and an empty journal, which Django does not manage."""
    execute(Sql("TRUNCATE journal_auditentry"))
    for table in SEEDED:
        execute(Sql("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", (table,)))
    for app, migration in SEEDS:
        execute(Sql(import_module(f"relance.{app}.migrations.{migration}").SEED.replace("%", "%%")))


@pytest.fixture(scope="session")
def database_server() -> Iterator[EmbeddedServer | None]:
    """The server that all processes of all runs in this checkout share, quick instead of durable."""
    if not database.is_embedded():
        yield None
        return
    server = EmbeddedServer(Path(settings.DATA), for_tests=True)
    server.ensure()
    drop_left_databases()
    yield server
    server.release()


def drop_left_databases() -> None:
    """Remove the databases of runs that were killed; a database's name holds the process number of its run."""
    found: dict[str, Any] = settings.DATABASES["default"]
    account = {"host": found["HOST"], "user": found["USER"], "password": found["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **account) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_relance\\_%'").fetchall()
        for (name,) in names:
            run = name.split("_")[2]
            if run.isdigit() and not psutil.pid_exists(int(run)):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    database_server: EmbeddedServer | None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """pytest-django makes the database after this: the server must be there by then."""


@pytest.fixture(scope="session", autouse=True)
def files_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the bytes of files go that tests make."""
    folder = tmp_path_factory.mktemp("files")
    settings.FILES_ROOT = folder
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's chromium. Its sandbox refuses to work for root, whose tests visit nothing but their own pages."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "no chromium; `make test` installs it or says how"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": program, "args": arguments}


@pytest.fixture
def cast(db: None) -> Cast:
    """Alice heads Sales, Bob is in Sales, Charlie in Support, root administers."""
    return make_cast()


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """The cast, committed; for tests of several sessions or of a running server."""
    return make_cast()
