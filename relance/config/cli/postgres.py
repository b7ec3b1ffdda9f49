"""`relance postgres …`: PostgreSQL's own programs on Relance's database."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import typer
from django.conf import settings

from relance.config.cli.session import DEFAULT_DATA, Data, fail, running_database
from relance.config.embedded_place import place


def postgres(context: typer.Context, data: Data = DEFAULT_DATA) -> None:
    """Run psql, pg_dump, pg_restore… connected to the database, for example `relance postgres psql`."""
    if not context.args:
        raise fail("Which program? For example: relance postgres psql")
    program = place(data.absolute()).programs() / Path(context.args[0]).name
    if not program.exists():
        raise fail(f"PostgreSQL has no program {program.name}.")
    with running_database(data, migrated=False):
        command = [str(program), *context.args[1:]]
        ended = subprocess.run(command, env=connection_environment(), check=False)  # noqa: S603 - the user's own
    raise typer.Exit(ended.returncode)


def connection_environment() -> dict[str, str]:
    """The environment by which PostgreSQL's programs find the database."""
    found: dict[str, Any] = settings.DATABASES["default"]
    wanted = {
        "PGHOST": found["HOST"],
        "PGPORT": found["PORT"],
        "PGUSER": found["USER"],
        "PGPASSWORD": found["PASSWORD"],
        "PGDATABASE": found["NAME"],
        "PGSSLMODE": found["OPTIONS"].get("sslmode", ""),
    }
    return {**os.environ, **{name: value for name, value in wanted.items() if value}}
