"""`relance why USER NOUN ID`: on what grounds somebody may, or may not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from relance.access.terms import KINDS, Level, Verb
from relance.access.why import Answer
from relance.activities.why import Explanation, explain
from relance.config.cli.session import DEFAULT_DATA, AsJson, Data, running_database, screen, user_with
from relance.crm.why import ElementExplanation, explain_element
from relance.kit.errors import Invalid
from relance.people.queries import build_actor

ACTIVITY = "activity"


def why(
    user: Annotated[str, typer.Argument(help="The user's e-mail address.")],
    noun: Annotated[str, typer.Argument(help="activity, lead, deal, contact or company; or an activity's id.")],
    number: Annotated[int | None, typer.Argument(metavar="ID", help="The activity's id, the element's number.")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show which role, held through what, at which level, lets a user read and change an activity or an element."""
    with running_database(data):
        noun, number = asked(noun, number)
        actor = build_actor(user_with(user), via="cli")
        if noun == ACTIVITY:
            activity = explain(actor, id=number)
            show_json(activity) if as_json else show(activity)
        else:
            element = explain_element(actor, kind=noun, number=number)
            show_json(element) if as_json else show_element(element)


def asked(noun: str, number: int | None) -> tuple[str, int]:
    """What is asked about; a number alone is an activity's id.

    Raises:
        Invalid: there is no such noun, or no number.
    """
    if number is None and noun.isascii() and noun.isdigit():
        return ACTIVITY, int(noun)
    if number is None or noun not in (ACTIVITY, *KINDS):
        raise Invalid({"": f"Say one of {', '.join((ACTIVITY, *KINDS))}, and a number."})
    return noun, number


def show_json(explanation: Explanation | ElementExplanation) -> None:
    """Print an explanation for programs."""
    screen.print_json(json.dumps(asdict(explanation)))


def show(explanation: Explanation) -> None:
    """Print why of an activity: each binding with its answers. An element that the user may not read shows no name."""
    can = {"read": explanation.can_read, "edit": explanation.can_edit, "delete": explanation.can_delete}
    screen.print(", ".join(f"may {verb}" if may else f"may not {verb}" for verb, may in can.items()))
    if explanation.is_administrator:
        screen.print("An administrator may do everything.")
    for binding in explanation.bindings:
        if binding.is_readable:
            screen.print(escape(f"{binding.kind} {binding.number} {binding.name}, of {binding.responsible}"))
            _show_answers(binding.answers)
    table = Table("element", "right", "role", "level", "grants")
    for ground in explanation.grounds:
        element = f"{ground.kind} {ground.number}" + (f" {ground.name}" if ground.name else "")
        table.add_row(
            escape(element), ground.verb, escape(ground.role), ground.level, "yes" if ground.is_granted else "no"
        )
    screen.print(table)


def show_element(explanation: ElementExplanation) -> None:
    """Print why of an element."""
    name = f" {explanation.name}" if explanation.name else ""
    screen.print(escape(f"{explanation.kind} {explanation.number}{name}, of {explanation.responsible}"))
    _show_answers(explanation.answers)


def _show_answers(answers: Mapping[str, Answer]) -> None:
    for verb, answer in answers.items():
        screen.print(escape(f"  {Verb(verb).label}: {'yes' if answer.is_granted else 'no'}. {answer.sentence}"))
        for one in answer.roles:
            through = ", ".join(one.role.through)
            mark = "grants" if one.is_granted else "does not grant"
            screen.print(
                escape(f"    {one.role.name} ({through}): {Level(one.level).label}, set for the {one.set_for}; {mark}")
            )
