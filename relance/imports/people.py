"""Imported departments and users: made, or brought up to date where nobody changed them since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.db import transaction

from relance.imports.arriving import said
from relance.imports.byhand import read_history
from relance.imports.terms import DEPARTMENT, USER, Arrival, Report
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import Row, fetch_all, fetch_column, fetch_value, name, sql
from relance.people.actions import (
    DepartmentChanges,
    UserChanges,
    add_members,
    create_department,
    create_user,
    edit_department,
    edit_user,
    set_head,
)

_USER_TEXTS = ("email", "first_name", "last_name", "position", "time_zone", "language")


def write_departments(actor: Actor, origin: str, arrivals: Sequence[Arrival], report: Report, _gesture: UUID) -> None:
    """Write departments; what is refused goes into the report."""
    known = _existing("people_department", origin, [arrival.key for arrival in arrivals])

    def write(arrival: Arrival) -> str:
        values = arrival.values
        row = known.get(arrival.key)
        if row is None:
            create_department(
                actor, title=values["name"], parent_id=values.get("parent"), origin=origin, origin_id=arrival.key
            )
            return "created"
        given = {"name": values["name"], **({"parent_id": values["parent"]} if "parent" in values else {})}
        changes = _unkept(DEPARTMENT, row, given, report)
        is_changed = changes and edit_department(
            actor, department_id=row["id"], changes=cast("DepartmentChanges", changes)
        )
        return "updated" if is_changed else "unchanged"

    _write_each(DEPARTMENT, arrivals, write, report)


def write_users(actor: Actor, origin: str, arrivals: Sequence[Arrival], report: Report, _gesture: UUID) -> None:
    """Write users with their departments, those that they head among them; what is refused goes into the report."""
    known = _existing("people_user", origin, [arrival.key for arrival in arrivals])

    def write(arrival: Arrival) -> str:
        values = arrival.values
        texts = {key: values[key] for key in _USER_TEXTS if key in values}
        row = known.get(arrival.key)
        if row is None:
            roles = values.get("roles") or None
            user_id = create_user(actor, **texts, role_codes=roles, origin=origin, origin_id=arrival.key)
            _place(actor, user_id, values)
            return "created"
        texts["email"] = texts["email"].lower()
        changes = _unkept(USER, row, texts, report)
        is_changed = bool(changes) and edit_user(actor, user_id=row["id"], changes=cast("UserChanges", changes))
        return "updated" if _place(actor, row["id"], values) or is_changed else "unchanged"

    _write_each(USER, arrivals, write, report)


def _write_each(noun: str, arrivals: Sequence[Arrival], write: Callable[[Arrival], str], report: Report) -> None:
    """Write row by row, each wholly or not at all."""
    tally = report.of(noun)
    for arrival in arrivals:
        try:
            with transaction.atomic():
                done = write(arrival)
        except Invalid as error:
            report.refuse(arrival, noun, said(error.messages), ", ".join(error.messages))
        except Forbidden as error:
            report.refuse(arrival, noun, error.reason)
        else:
            setattr(tally, done, getattr(tally, done) + 1)


def _unkept(noun: str, row: Row, given: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """What the arriving values change, but for what people changed since."""
    changes = {key: value for key, value in given.items() if row[key] != value}
    history = read_history([noun], [row["id"]] if changes else [])
    kept = [key for key in changes if history.is_by_hand(row["id"], key)]
    report.of(noun).kept += len(kept)
    return {key: value for key, value in changes.items() if key not in kept}


def _place(actor: Actor, user_id: int, values: Mapping[str, Any]) -> bool:
    """Make a user a member, and the head, of departments; whether that changed anything.

    Who was taken out of a department that an import put him into, or replaced as its head, stays out.
    """
    headed = values.get("heads", ())
    wanted = [*values.get("departments", ()), *headed]
    already = fetch_column(sql("SELECT department_id FROM people_membership WHERE user_id = {}", user_id))
    joined = [id for id in dict.fromkeys(wanted) if id not in already and not _was_put_into(id, user_id)]
    for department_id in joined:
        add_members(actor, department_id=department_id, user_ids=[user_id])
    changed = bool(joined)
    for department_id in headed:
        changed |= _make_head(actor, department_id, user_id)
    return changed


def _was_put_into(department_id: int, user_id: int) -> bool:
    return bool(
        fetch_value(
            sql(
                """
                SELECT 1 FROM journal_auditentry WHERE noun = 'department' AND noun_id = {} AND via = 'import'
                    AND change->'after'->'members_added' @> to_jsonb({}::bigint) LIMIT 1
                """,
                department_id,
                user_id,
            )
        )
    )


def _make_head(actor: Actor, department_id: int, user_id: int) -> bool:
    head_id = fetch_value(sql("SELECT head_id FROM people_department WHERE id = {}", department_id))
    if (
        head_id == user_id
        or read_history([DEPARTMENT], [department_id]).last.get((department_id, "head_id"), "import") != "import"
    ):
        return False
    set_head(actor, department_id=department_id, user_id=user_id)
    return True


def _existing(table: str, origin: str, keys: Sequence[str]) -> dict[str, Row]:
    rows = fetch_all(sql("SELECT * FROM {} WHERE origin = {} AND origin_id = ANY({})", name(table), origin, list(keys)))
    return {row["origin_id"]: row for row in rows}
