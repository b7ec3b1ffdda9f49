"""Giving roles and taking them away."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from relance.access.actions.guarding import (
    require_an_administrator,
    require_no_more_than_own,
    require_rights_manager,
)
from relance.access.queries import grants_of
from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.sql import fetch_one, fetch_value, sql


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
    """Give a role, by its code, name or id, to exactly one assignee; giving it twice changes nothing.

    Raises:
        Invalid: no such role, or not exactly one assignee.
        Forbidden: the actor does not manage rights, or the role holds more than he has.
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
    _require_no_more_than_own(actor, role_id)
    assignment = fetch_value(
        sql(
            """
            INSERT INTO access_roleassignment (role_id, user_id, department_id, with_below, group_id, every_head, everybody)
            VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id
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
    if assignment:
        after = {
            "assignment": assignment,
            "user": user_id,
            "department": department_id,
            "with_below": with_below,
            "group": group_id,
            "every_head": every_head,
            "everybody": everybody,
        }
        record(actor, new_gesture(), verb="assign", noun="role", entries=[(role_id, None, after)])


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


def _require_no_more_than_own(actor: Actor, role_id: int) -> None:
    role = fetch_one(
        sql("SELECT is_administrator, manages_rights, manages_settings FROM access_role WHERE id = {}", role_id)
    )
    switches = role and any(role[key] and not getattr(actor, key) for key in role)
    if switches:
        raise Forbidden(_("You cannot give a right that reaches further than your own."))
    require_no_more_than_own(actor, [], grants_of([role_id]))
