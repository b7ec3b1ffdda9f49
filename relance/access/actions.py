"""Giving roles."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import fetch_value, sql


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
        Forbidden: the actor does not manage rights.
    """
    if not actor.manages_rights:
        raise Forbidden(_("Only who manages rights can do this."))
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
