"""Groups of users, who are given roles together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
from relance.kit.sql import execute, fetch_column, fetch_one, fetch_value, sql


@transaction.atomic
def create_group(actor: Actor, *, name: str, members: Sequence[int] = ()) -> int:
    """Make a group.

    Raises:
        Invalid: no name, or one that another group has.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    _check_name(name, None)
    group_id: int = fetch_value(sql("INSERT INTO access_group (name) VALUES ({}) RETURNING id", name.strip()))
    _set_members(group_id, members)
    after = {"name": name.strip(), "members": sorted(set(members))}
    record(actor, new_gesture(), verb="create", noun="group", entries=[(group_id, None, after)])
    return group_id


@transaction.atomic
def edit_group(actor: Actor, *, group_id: int, name: str, members: Sequence[int]) -> None:
    """Rename a group and set its members.

    Raises:
        Invalid: no name, or one that another group has.
        NotFound: there is no such group.
        Forbidden: the actor does not manage rights, the new members would have more than he has, or nobody would be an
            administrator any more.
    """
    require_rights_manager(actor)
    before = _group(group_id)
    _check_name(name, group_id)
    if set(members) - set(before["members"]):
        _require_no_more_than_own(actor, group_id)
    execute(sql("UPDATE access_group SET name = {} WHERE id = {}", name.strip(), group_id))
    _set_members(group_id, members)
    after = {"name": name.strip(), "members": sorted(set(members))}
    if after != before:
        record(actor, new_gesture(), verb="edit", noun="group", entries=[(group_id, before, after)])
    require_an_administrator()


@transaction.atomic
def delete_group(actor: Actor, *, group_id: int) -> None:
    """Delete a group; its members lose the roles that they had through it.

    Raises:
        NotFound: there is no such group.
        Forbidden: the actor does not manage rights, or nobody would be an administrator any more.
    """
    require_rights_manager(actor)
    before = _group(group_id)
    execute(sql("DELETE FROM access_roleassignment WHERE group_id = {}", group_id))
    _set_members(group_id, ())
    execute(sql("DELETE FROM access_group WHERE id = {}", group_id))
    record(actor, new_gesture(), verb="delete", noun="group", entries=[(group_id, before, None)])
    require_an_administrator()


def _group(group_id: int) -> dict[str, Any]:
    row = fetch_one(sql("SELECT name FROM access_group WHERE id = {} FOR UPDATE", group_id))
    if row is None:
        raise NotFound
    members = fetch_column(sql("SELECT user_id FROM access_group_members WHERE group_id = {} ORDER BY 1", group_id))
    return {"name": row["name"], "members": members}


def _check_name(name: str, group_id: int | None) -> None:
    if not name.strip():
        raise Invalid({"name": _("A name is needed.")})
    same = sql("SELECT 1 FROM access_group WHERE name = {} AND id IS DISTINCT FROM {}", name.strip(), group_id)
    if fetch_one(same):
        raise Invalid({"name": _("Another group has this name.")})


def _set_members(group_id: int, members: Sequence[int]) -> None:
    execute(sql("DELETE FROM access_group_members WHERE group_id = {}", group_id))
    known = fetch_column(sql("SELECT id FROM people_user WHERE id = ANY({}::bigint[])", list(members)))
    if set(known) != set(members):
        raise Invalid({"members": _("This person is unknown or has left.")})
    execute(
        sql(
            "INSERT INTO access_group_members (group_id, user_id) SELECT {}, unnest({}::bigint[])",
            group_id,
            sorted(known),
        )
    )


def _require_no_more_than_own(actor: Actor, group_id: int) -> None:
    require_roles_within_own(
        actor, fetch_column(sql("SELECT role_id FROM access_roleassignment WHERE group_id = {}", group_id))
    )
