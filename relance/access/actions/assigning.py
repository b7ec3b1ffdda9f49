"""Giving roles and taking them away."""

from __future__ import annotations

from typing import LiteralString

from django.db import transaction
from django.utils.translation import gettext as _

from relance.access.actions.guarding import (
    require_an_administrator,
    require_rights_manager,
    require_roles_within_own,
)
from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.sql import fetch_one, fetch_value, name, sql


@transaction.atomic
def assign_role(
    actor: Actor,
    *,
    role: str,
    user_id: int | None = None,
    department_id: int | None = None,
    with_below: bool = False,
    group_id: int | None = None,
    every_head: bool = False,
    everybody: bool = False,
) -> None:
    """Give a role, by its code, name or id, to exactly one assignee; giving it twice changes nothing
    but whether a department has it with those below.

    Raises:
        Invalid: no such role or assignee, or not exactly one.
        Forbidden: the actor does not manage rights, the role holds more than he has, or nobody would be an administrator
            any more.
    """
    require_rights_manager(actor)
    assignees = [user_id is not None, department_id is not None, group_id is not None, every_head, everybody]
    if sum(assignees) != 1:
        raise Invalid(
            {"assignee": _("A role is given to exactly one user, department, group, every head or everybody.")}
        )
    role_id = fetch_value(
        sql("SELECT id FROM access_role WHERE {} IN (code, name_fr, name_en, id::text) ORDER BY id LIMIT 1", role)
    )
    if role_id is None:
        raise Invalid({"role": _("This role does not exist.")})
    assignee = {"people_user": user_id, "people_department": department_id, "access_group": group_id}
    for table, id in assignee.items():
        _require_known(table, id)
    require_roles_within_own(actor, [role_id])
    given = fetch_one(
        sql(
            """
            INSERT INTO access_roleassignment (role_id, user_id, department_id, with_below, group_id, every_head, everybody)
            VALUES ({}, {}, {}, {}, {}, {}, {})
            ON CONFLICT (role_id, user_id, department_id, group_id, every_head, everybody)
            DO UPDATE SET with_below = excluded.with_below
            WHERE access_roleassignment.with_below <> excluded.with_below
            RETURNING id, xmax <> 0 AS is_changed
            """,
            role_id,
            user_id,
            department_id,
            with_below,
            group_id,
            every_head,
            everybody,
        )
    )
    if given:
        after = {
            "assignment": given["id"],
            "user": user_id,
            "department": department_id,
            "with_below": with_below,
            "group": group_id,
            "every_head": every_head,
            "everybody": everybody,
        }
        record(actor, new_gesture(), verb="assign", noun="role", entries=[(role_id, None, after)])
    if given and given["is_changed"]:
        require_an_administrator()


@transaction.atomic
def unassign_role(actor: Actor, *, assignment_id: int) -> None:
    """Take a role away from one assignee.

    Raises:
        NotFound: there is no such assignment.
        Forbidden: the actor does not manage rights, or nobody would be an administrator any more.
    """
    require_rights_manager(actor)
    row = fetch_one(sql("DELETE FROM access_roleassignment WHERE id = {} RETURNING *", assignment_id))
    if row is None:
        raise NotFound
    record(actor, new_gesture(), verb="unassign", noun="role", entries=[(row["role_id"], row, None)])
    require_an_administrator()


def _require_known(table: LiteralString, id: int | None) -> None:
    if id is not None and not fetch_one(sql("SELECT 1 FROM {} WHERE id = {}", name(table), id)):
        raise Invalid({"assignee": _("This assignee does not exist.")})
