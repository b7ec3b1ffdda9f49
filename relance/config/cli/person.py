"""`relance person …`: what is held of a person, given out and erased."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from relance.bulk.erasing import Person, erase_person, export_person, find_contact, find_user
from relance.config.cli.session import DEFAULT_DATA, Data, running_database, screen, user_with
from relance.kit.errors import Invalid
from relance.people.queries import system_actor

application = typer.Typer(help="Give out and erase what is held of a person.", no_args_is_help=True)

Noun = Annotated[str, typer.Argument(help="user or contact.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The user's e-mail address, the contact's number.")]


@application.command()
def export(noun: Noun, key: Key, data: Data = DEFAULT_DATA) -> None:
    """Print all that is held of a person, as JSON: rows, what is in the bin, the journal."""
    with running_database(data):
        held = export_person(system_actor("cli"), person_with(noun, key))
    screen.print_json(json.dumps(held))


@application.command()
def erase(
    noun: Noun,
    key: Key,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Make a person unknown, in rows, bin and journal. This cannot be undone; backups still hold what they hold."""
    if not yes:
        typer.confirm("This cannot be undone. Erase this person?", abort=True)
    with running_database(data):
        done = erase_person(system_actor("cli"), person_with(noun, key))
    screen.print(f"Erased. Texts changed in {sum(done.values())} rows of {len(done)} tables.")


def person_with(noun: str, key: str) -> Person:
    """Who is meant.

    Raises:
        Invalid: there is no such noun, or the key cannot be one.
        NotFound: there is no such contact.
    """
    if noun == "user":
        return find_user(user_with(key))
    if noun == "contact" and key.isascii() and key.isdigit():
        return find_contact(int(key))
    raise Invalid({"": "Say user and an e-mail address, or contact and a number."})
