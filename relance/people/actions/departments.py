"""Writing the tree of departments, who is in which, and who heads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from relance.access.actions.guarding import require_rights_manager
from relance.journal.actions import change, new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.sql import Row, execute, fetch_column, fetch_one, fetch_value, sql
from relance.kit.text import fold
from relance.people.actions.guarding import within_own


class DepartmentChanges(TypedDict, total=False):
    """What an edit of a department sets; what is not in it stays."""

    name: str
    parent_id: int | None


@transaction.atomic
def create_department(
    actor: Actor, *, title: str, parent_id: int | None = None, origin: str = "", origin_id: str = ""
) -> int:
    """Make a department below another, or at the top.

    Raises:
        Invalid: no name.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    if not title.strip():
        raise Invalid({"name": _("A name is needed.")})
    department_id: int = fetch_value(
        sql(
            """
            INSERT INTO people_department (name, sort_key, parent_id, origin, origin_id) VALUES ({}, {}, {}, {}, {})
            RETURNING id
            """,
            title.strip(),
            fold(title),
            parent_id,
            origin,
            origin_id,
        )
    )
    after = {"name": title, "parent_id": parent_id}
    record(actor, new_gesture(), verb="create", noun="department", entries=[(department_id, None, after)])
    return department_id


@transaction.atomic
def edit_department(actor: Actor, *, department_id: int, changes: DepartmentChanges) -> bool:
    """Rename a department or put it below another; whether that changed anything.

    Raises:
        Invalid: no name, or the new parent is the department itself or one below it.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    values: dict[str, object] = dict(changes)
    if "name" in changes:
        values |= {"name": changes["name"].strip(), "sort_key": fold(changes["name"])}
        if not values["name"]:
            raise Invalid({"name": _("A name is needed.")})
    try:
        with transaction.atomic(), within_own(actor):
            return bool(
                change(
                    actor,
                    new_gesture(),
                    verb="edit",
                    noun="department",
                    table="people_department",
                    ids=[department_id],
                    values=values,
                    stamped=False,
                )
            )
    except IntegrityError as error:
        raise Invalid({"parent": _("A department may not be below itself.")}) from error


@transaction.atomic
def add_members(actor: Actor, *, department_id: int, user_ids: Sequence[int]) -> None:
    """Make users members of a department, those who are not yet.

    Raises:
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    with within_own(actor):
        added = put_members(department_id, user_ids)
    if added:
        after = {"members_added": added}
        record(actor, new_gesture(), verb="edit", noun="department", entries=[(department_id, {}, after)])


@transaction.atomic
def set_head(actor: Actor, *, department_id: int, user_id: int | None) -> None:
    """Make one of its members the head of a department, or nobody.

    Raises:
        Invalid: the user is not a member.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    is_member = sql("SELECT 1 FROM people_membership WHERE department_id = {} AND user_id = {}", department_id, user_id)
    if user_id is not None and not fetch_one(is_member):
        raise Invalid({"head": _("The head of a department is one of its members.")})
    with within_own(actor):
        change(
            actor,
            new_gesture(),
            verb="edit",
            noun="department",
            table="people_department",
            ids=[department_id],
            values={"head_id": user_id},
            stamped=False,
        )


@transaction.atomic
def delete_department(actor: Actor, *, department_id: int, to_id: int | None) -> None:
    """Delete a department. Its people go to another one, the departments below it to the one above it; roles that were
    given to it are taken back.

    Raises:
        NotFound: there is no such department.
        Invalid: it has people, and none or an unknown department is named for them.
        Forbidden: the actor does not manage rights, its people would get more than he has, or nobody would be an
            administrator any more.
    """
    require_rights_manager(actor)
    before = _department(department_id)
    members = before["members"]
    if members and (to_id in {None, department_id} or not _exists(to_id)):
        raise Invalid({"to": _("Say where its people go.")})
    gesture = new_gesture()
    with within_own(actor):
        below = fetch_column(sql("SELECT id FROM people_department WHERE parent_id = {}", department_id))
        change(
            actor,
            gesture,
            verb="edit",
            noun="department",
            table="people_department",
            ids=below,
            values={"parent_id": before["parent_id"]},
            stamped=False,
        )
        added = put_members(to_id, members) if to_id else []
        _remove(department_id)
    record(actor, gesture, verb="delete", noun="department", entries=[(department_id, before, None)])
    if added and to_id:
        record(actor, gesture, verb="edit", noun="department", entries=[(to_id, {}, {"members_added": added})])


def put_members(department_id: int, user_ids: Sequence[int]) -> list[int]:
    """Put users into a department, without a journal entry; those who were not in it before."""
    return fetch_column(
        sql(
            """
            INSERT INTO people_membership (department_id, user_id) SELECT {}, unnest({}::bigint[])
            ON CONFLICT DO NOTHING RETURNING user_id
            """,
            department_id,
            list(user_ids),
        )
    )


def _exists(department_id: int | None) -> bool:
    return bool(fetch_one(sql("SELECT 1 FROM people_department WHERE id = {}", department_id)))


def _department(department_id: int) -> Row:
    row = fetch_one(
        sql("SELECT name, parent_id, head_id FROM people_department WHERE id = {} FOR UPDATE", department_id)
    )
    if row is None:
        raise NotFound
    query = sql("SELECT user_id FROM people_membership WHERE department_id = {} ORDER BY user_id", department_id)
    roles = sql("SELECT role_id, with_below FROM access_roleassignment WHERE department_id = {}", department_id)
    return row | {"members": fetch_column(query), "roles": fetch_column(roles)}


def _remove(department_id: int) -> None:
    execute(sql("UPDATE people_department SET head_id = NULL WHERE id = {}", department_id))
    execute(sql("DELETE FROM access_roleassignment WHERE department_id = {}", department_id))
    execute(sql("DELETE FROM people_membership WHERE department_id = {}", department_id))
    execute(sql("DELETE FROM people_department WHERE id = {}", department_id))
