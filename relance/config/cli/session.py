"""What the commands share: the data folder's option, and a database that is there while a command runs."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from django.core.management import call_command
from django.db import connections
from django.utils import translation
from rich.console import Console

from relance.config import database
from relance.config.embedded import EmbeddedServer, StartError
from relance.config.health import missing_migrations
from relance.kit.errors import Forbidden, Invalid, NotFound, RelanceError
from relance.people.queries import find_user_by_email

DEFAULT_DATA = Path("var")
Data = Annotated[
    Path,
    typer.Option("--data", envvar="RELANCE_DATA", help="The folder that holds everything this installation keeps."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

screen = Console(highlight=False, soft_wrap=True)
error_screen = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str) -> typer.Exit:
    """Say why on the error output; raise what this returns."""
    error_screen.print(message, style="red", markup=False)
    return typer.Exit(1)


@contextlib.contextmanager
def running_database(data: Path, *, migrated: bool = True) -> Iterator[EmbeddedServer | None]:
    """The database, started if need be and let go of at the end; with `migrated`, brought to this version's shape.

    What the domain refuses inside becomes a sentence on the error output.

    Raises:
        Exit: it does not come up, or the domain refused; the reason is printed.
    """
    # Left to themselves, these would end us without letting go of the database server.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    # The command line speaks the language of its sources, English.
    translation.activate("en")
    try:
        server = database.ensure(data.absolute())
    except StartError as error:
        raise fail(str(error)) from error
    try:
        if migrated and missing_migrations():
            call_command("migrate", interactive=False, verbosity=0)
        yield server
    except RelanceError as error:
        raise fail(refusal(error)) from error
    finally:
        connections.close_all()
        if server:
            server.release()


def refusal(error: RelanceError) -> str:
    """A refusal in words."""
    if isinstance(error, NotFound):
        return "Not found."
    if isinstance(error, Forbidden):
        return str(error.reason)
    if isinstance(error, Invalid):
        return "\n".join(f"{field}: {text}" if field else str(text) for field, text in error.messages.items())
    return str(error)


def user_with(email: str) -> int:
    """The id of the user with an e-mail address.

    Raises:
        Invalid: nobody has it.
    """
    user_id = find_user_by_email(email)
    if user_id is None:
        raise Invalid({"": f"No user signs in with {email}."})
    return user_id
