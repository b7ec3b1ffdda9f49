"""`relance role …`: what people may do."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from relance.access.actions import assign_role
from relance.access.queries import list_roles, role_name
from relance.config.cli.session import DEFAULT_DATA, AsJson, Data, running_database, screen, user_with
from relance.people.queries import system_actor

application = typer.Typer(help="List roles and give them.", no_args_is_help=True)


@application.command("list")
def list_(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Show every role and how often it is given."""
    with running_database(data):
        roles = [{**role, "name": role_name(role, "en")} for role in list_roles()]
    if as_json:
        screen.print_json(json.dumps(roles))
        return
    table = Table("id", "code", "name", "given")
    for role in roles:
        table.add_row(str(role["id"]), role["code"] or "", role["name"], str(role["assignments"]))
    screen.print(table)


@application.command()
def assign(
    role: Annotated[str, typer.Argument(help="A role's code, name or id.")],
    user: Annotated[str | None, typer.Option(help="To a user, by e-mail address.")] = None,
    department: Annotated[int | None, typer.Option(help="To the members of a department, by id.")] = None,
    with_below: Annotated[bool, typer.Option("--with-below", help="And of all departments below it.")] = False,
    group: Annotated[int | None, typer.Option(help="To a group, by id.")] = None,
    every_head: Annotated[bool, typer.Option("--every-head", help="To every head of a department.")] = False,
    everybody: Annotated[bool, typer.Option("--everybody", help="To everybody.")] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Give a role to exactly one of: a user, a department, a group, every head, everybody."""
    with running_database(data):
        assign_role(
            system_actor("cli"),
            role=role,
            user_id=user_with(user) if user else None,
            department_id=department,
            with_below=with_below,
            group_id=group,
            every_head=every_head,
            everybody=everybody,
        )
    screen.print("The role is given.")
