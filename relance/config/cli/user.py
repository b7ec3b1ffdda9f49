"""`relance user …`: the people who may sign in."""

from __future__ import annotations

import json
import secrets
from typing import Annotated

import typer
from rich.table import Table

from relance.config.cli.second_factor import forget_second_factor
from relance.config.cli.session import DEFAULT_DATA, AsJson, Data, running_database, screen, user_with
from relance.people.actions import create_user, set_password
from relance.people.queries import list_users, system_actor

application = typer.Typer(help="List, add and help the people who may sign in.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="The address that the user signs in with.")]
Ask = Annotated[bool, typer.Option("--ask", help="Ask for the password instead of making a random one.")]


@application.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show every user with his departments and roles."""
    with running_database(data):
        users = list_users()
    if as_json:
        screen.print_json(json.dumps(users))
        return
    table = Table("id", "e-mail", "name", "departments", "roles", "active")
    for user in users:
        name = f"{user['first_name']} {user['last_name']}".strip()
        places, roles = ", ".join(user["departments"]), ", ".join(user["roles"])
        table.add_row(str(user["id"]), user["email"], name, places, roles, "yes" if user["is_active"] else "no")
    screen.print(table)


@application.command()
def add(
    email: Email,
    last_name: Annotated[str, typer.Option(help="The family name.")],
    first_name: Annotated[str, typer.Option(help="The given name.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="A role's code, several times if need be.")] = None,
    department: Annotated[list[int] | None, typer.Option(help="A department's id, several times if need be.")] = None,
    time_zone: Annotated[str, typer.Option(help="An IANA time zone.")] = "Europe/Paris",
    language: Annotated[str, typer.Option(help="fr or en.")] = "fr",
    ask: Ask = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Add a user; the first administrator with `--role administrator`. Without --role he gets the default role."""
    password, is_random = _password(ask=ask)
    with running_database(data):
        user_id = create_user(
            system_actor("cli"),
            email=email,
            last_name=last_name,
            first_name=first_name,
            password=password,
            departments=department or (),
            role_codes=role,
            time_zone=time_zone,
            language=language,
        )
    screen.print(f"User {user_id} added.")
    _say(password, is_random=is_random)


@application.command()
def password(email: Email, ask: Ask = False, data: Data = DEFAULT_DATA) -> None:
    """Give a user a new password; his sessions end."""
    new, is_random = _password(ask=ask)
    with running_database(data):
        set_password(system_actor("cli"), user_id=user_with(email), password=new)
    screen.print("The password is changed.")
    _say(new, is_random=is_random)


@application.command("second-factor")
def second_factor(email: Email, data: Data = DEFAULT_DATA) -> None:
    """Take a user's authenticator, passkeys and recovery codes away: he has lost them, and signs in without."""
    with running_database(data):
        removed = forget_second_factor(system_actor("cli"), user_with(email))
    screen.print("He has no second factor any more." if removed else "He had no second factor.")


def _password(*, ask: bool) -> tuple[str, bool]:
    if ask:
        return typer.prompt("Password", hide_input=True, confirmation_prompt=True), False
    return secrets.token_urlsafe(12), True


def _say(new: str, *, is_random: bool) -> None:
    if is_random:
        screen.print(f"Password, shown only now: {new}", markup=False)
