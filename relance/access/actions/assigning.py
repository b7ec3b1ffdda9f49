"""Giving roles and taking them away."""

from __future__ import annotations

from collections.abc import Mapping

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
from relance.kit.sql import Row, fetch_one, fetch_value, name, sql


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
    to = {
        "user": user_id,
        "department": department_id,
        "with_below": with_below,
        "group": group_id,
        "every_head": every_head,
        "everybody": everybody,
    }
    _check_assignee(to)
    role_id = _find_role(role)
    require_roles_within_own(actor, [role_id])
    given = _insert(role_id, to)
    if given:
        after = {"assignment": given["id"], **to}
        before = {**after, "with_below": not with_below} if given["is_changed"] else None
        record(actor, new_gesture(), verb="assign", noun="role", entries=[(role_id, before, after)])
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


def _check_assignee(to: Mapping[str, int | None]) -> None:
    known = {"user": "people_user", "department": "people_department", "group": "access_group"}
    named = [key for key in known if to[key] is not None]
    if len(named) + sum(bool(to[key]) for key in ("every_head", "everybody")) != 1:
        raise Invalid(
            {"assignee": _("A role is given to exactly one user, department, group, every head or everybody.")}
        )
    for key in named:
        if not fetch_one(sql("SELECT 1 FROM {} WHERE id = {}", name(known[key]), to[key])):
            raise Invalid({"assignee": _("This assignee does not exist.")})


def _find_role(role: str) -> int:
    # A role's name may be another one's id: the id counts first.
    query = sql(
        """
        SELECT id FROM access_role WHERE {} IN (code, name_fr, name_en, id::text)
        ORDER BY id::text = {} DESC, id LIMIT 1
        """,
        role,
        role,
    )
    role_id: int | None = fetch_value(query)
    if role_id is None:
        raise Invalid({"role": _("This role does not exist.")})
    return role_id


def _insert(role_id: int, to: Mapping[str, int | None]) -> Row | None:
    return fetch_one(
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
            *(to[key] for key in ("user", "department", "with_below", "group", "every_head", "everybody")),
        )
    )
