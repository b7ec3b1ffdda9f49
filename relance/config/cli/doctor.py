"""`relance doctor`: is this installation well?"""

from __future__ import annotations

import json

import typer
from rich.table import Table

from relance.config.cli.session import DEFAULT_DATA, AsJson, Data, running_database, screen
from relance.config.doctor import examine


def doctor(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show versions, counts and checks; the exit status is 1 when a check fails."""
    with running_database(data, migrated=False):
        report = examine(data.absolute())
    if as_json:
        screen.print_json(json.dumps(report.as_json()))
    else:
        table = Table("", "", "", show_header=False)
        for name, version in report.versions.items():
            table.add_row("version", name, version)
        for name, number in report.counts.items():
            table.add_row("count", name.replace("_", " "), str(number))
        for check in report.checks:
            table.add_row("well" if check.holds else "[red]ILL[/red]", check.name, check.found)
        screen.print(table)
    if not report.is_well:
        raise typer.Exit(1)
