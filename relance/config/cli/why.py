"""`relance why USER ACTIVITY`: on what grounds somebody may, or may not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from relance.activities.why import Explanation, explain
from relance.config.cli.session import DEFAULT_DATA, AsJson, Data, running_database, screen, user_with
from relance.people.queries import build_actor


def why(
    user: Annotated[str, typer.Argument(help="The user's e-mail address.")],
    activity: Annotated[int, typer.Argument(help="The activity's id.")],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show which role, at which level, through which bound element, lets a user read and change an activity."""
    with running_database(data):
        explanation = explain(build_actor(user_with(user), via="cli"), id=activity)
    if as_json:
        screen.print_json(json.dumps(asdict(explanation)))
    else:
        show(explanation)


def show(explanation: Explanation) -> None:
    """Print an explanation as a table. An element that the user may not read shows no name."""
    answers = {
        "read": explanation.can_read,
        "edit": explanation.can_edit,
        "delete": explanation.can_delete,
    }
    screen.print(", ".join(f"may {verb}" if may else f"may not {verb}" for verb, may in answers.items()))
    if explanation.is_administrator:
        screen.print("An administrator may do everything.")
    table = Table("element", "right", "role", "level", "grants")
    for ground in explanation.grounds:
        element = f"{ground.kind} {ground.number}" + (f" {ground.name}" if ground.name else "")
        table.add_row(element, ground.verb, ground.role, ground.level, "yes" if ground.is_granted else "no")
    screen.print(table)
