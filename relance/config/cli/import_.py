"""`relance import`: a company's files, as a mapping says."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from relance.config.cli.session import DEFAULT_DATA, Data, error_screen, fail, running_database, screen, user_with
from relance.imports.actions import OnProgress, run_import
from relance.imports.mapping import read_mapping
from relance.imports.terms import NOUN_NAMES, Block, Report
from relance.people.queries import build_actor, system_actor

REPORT_COLUMNS = ("file", "line", "rows", "field", "reason")


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.", metavar="PATH…")],
    mapping: Annotated[Path, typer.Option(help="The TOML file that says what their columns are.")],
    as_: Annotated[str | None, typer.Option("--as", help="In whose name and rights: a user's e-mail address.")] = None,
    report: Annotated[Path | None, typer.Option(help="Also write the refused rows into this CSV file.")] = None,
    trial: Annotated[bool, typer.Option("--trial", help="Check everything and report, and save nothing.")] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Load people, customers, deals and activities from CSV files; again and again without making any twice."""
    try:
        text = mapping.read_text("utf-8")
        with running_database(data), _progress() as on_progress:
            plan = read_mapping(text)
            actor = build_actor(user_with(as_), via="import") if as_ else system_actor("import")
            told = run_import(actor, plan, paths, on_progress=on_progress, is_trial=trial)
        if report:
            _write(report, told)
    except (OSError, UnicodeDecodeError) as error:
        raise fail(str(error)) from error
    _show(told, trial=trial)
    if told.refused:
        raise typer.Exit(1)


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """A bar for each file that is read, on the error output, away from what programs read."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=error_screen) as progress:
        tasks: dict[tuple[str, Path], TaskID] = {}

        def on_progress(block: Block, file: Path, done: int, total: int) -> None:
            bar = (block.place, file)
            if bar not in tasks:
                tasks[bar] = progress.add_task(f"{NOUN_NAMES[block.noun]} ({file.name})", total=total)
            progress.update(tasks[bar], completed=done)

        yield on_progress


def _write(file: Path, told: Report) -> None:
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(REPORT_COLUMNS)
        writer.writerows((row.file, row.line, row.noun, row.field, row.reason) for row in told.refused)


def _show(told: Report, *, trial: bool) -> None:
    table = Table("", "created", "updated", "unchanged", "refused", "fields kept")
    for noun, tally in told.tallies.items():
        numbers = (tally.created, tally.updated, tally.unchanged, tally.refused, tally.kept)
        table.add_row(str(NOUN_NAMES[noun]), *map(str, numbers))
    screen.print(table)
    for name in told.unused:
        screen.print(f"Not used by the mapping: {name}", markup=False)
    for row in told.refused:
        where = f"{row.file}, line {row.line}" if row.line else row.file
        screen.print(f"{where}: {row.reason}", style="yellow", markup=False)
    if told.refused:
        screen.print(f"{len(told.refused)} rows refused.")
    if trial:
        screen.print("A trial: nothing is saved.")
