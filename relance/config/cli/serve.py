"""`relance serve`: production."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from django.core.management import call_command
from django.db import connections

from relance.config.cli.session import DEFAULT_DATA, Data, fail, running_database, screen
from relance.config.supervise import CannotSuperviseError, Supervisor, only_one, refuse_taken

MOST_WEB_WORKERS = 8
Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]
Workers = Annotated[int | None, typer.Option(help="Web processes; one per core if not given.", min=1)]


def serve(data: Data = DEFAULT_DATA, host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = None) -> None:
    """Run Relance for real: database (unless DATABASE_URL names one), web and worker, until SIGTERM."""

    def say() -> None:
        screen.print(f"Relance: http://{host}:{port}")

    supervised(data, host=host, port=port, workers=workers, prepare=lambda: None, on_ready=say)


def supervised(
    data: Path,
    *,
    host: str,
    port: int,
    workers: int | None,
    prepare: Callable[[], None],
    on_ready: Callable[[], None],
) -> None:
    """Start the database, migrate, prepare, and keep web and worker running until told to end.

    Raises:
        Exit: the start is refused; the reason is printed.
    """
    data = data.absolute()
    count = workers or min(MOST_WEB_WORKERS, os.cpu_count() or 1)
    try:
        with only_one(data):
            refuse_taken(host, port)
            with running_database(data) as server:
                prepare()
                call_command("collectstatic", interactive=False, verbosity=0)
                connections.close_all()
                Supervisor(data, host=host, port=port, web_workers=count, server=server).run(on_ready)
    except CannotSuperviseError as error:
        raise fail(str(error)) from error
