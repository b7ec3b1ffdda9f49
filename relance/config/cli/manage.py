"""`relance manage …`: Django's own commands, for developers."""

from __future__ import annotations

import typer
from django.core.management import execute_from_command_line

from relance.config.cli.session import DEFAULT_DATA, Data, running_database


def manage(context: typer.Context, data: Data = DEFAULT_DATA) -> None:
    """Run one of Django's own commands, for example `relance manage makemigrations`."""
    with running_database(data, migrated=False):
        execute_from_command_line(["relance manage", *(context.args or ["help"])])
