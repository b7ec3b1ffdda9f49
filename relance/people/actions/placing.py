"""Where people are, and that they leave and come back."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from relance.access.actions import edit_group, require_an_administrator
from relance.access.actions.guarding import require_rights_manager
from relance.access.queries import list_groups
from relance.journal.actions import change, new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.sql import execute, fetch_column, fetch_one, sql
from relance.people.actions.departments import put_members
from relance.people.actions.guarding import require_account_within_own, within_own
from relance.people.actions.users import UserChanges, edit_user

SESSION_USER = "_auth_user_id"


@transaction.atomic
def place_user(actor: Actor, *, user_id: int, departments: Sequence[int], groups: Sequence[int]) -> None:
    """Set the departments and groups that a user is in. A department that he leaves and heads has no head any more.

    Raises:
        NotFound: there is no such user.
        Invalid: there is no such department or group.
        Forbidden: the actor does not manage rights, the user would have more than he has, or nobody would be an
            administrator any more.
    """
    require_rights_manager(actor)
    _require_user(user_id)
    with within_own(actor):
        _place_in_departments(actor, user_id, set(departments))
        _place_in_groups(actor, user_id, set(groups))


@transaction.atomic
def change_account(
    actor: Actor, *, user_id: int, changes: UserChanges, departments: Sequence[int], groups: Sequence[int]
) -> None:
    """Change what others see of a user and where he is, in one transaction.

    Raises:
        NotFound, Invalid, Forbidden: as `edit_user` and `place_user` do.
    """
    place_user(actor, user_id=user_id, departments=departments, groups=groups)
    edit_user(actor, user_id=user_id, changes=changes)


@transaction.atomic
def deactivate_user(actor: Actor, *, user_id: int) -> None:
    """Shut a user out: his sessions end, no picker offers him; what he is responsible for stays his.

    Raises:
        NotFound: there is no such user.
        Forbidden: the actor does not manage rights, the user is himself or has more rights than he, or nobody would be
            an administrator any more.
    """
    require_rights_manager(actor)
    _require_user(user_id)
    if user_id == actor.user_id:
        raise Forbidden(_("You cannot deactivate yourself."))
    require_account_within_own(actor, user_id)
    _set_active(actor, user_id, is_active=False)
    execute(sql("UPDATE people_invitation SET expires_at = now() WHERE user_id = {} AND used_at IS NULL", user_id))
    end_sessions(user_id)
    require_an_administrator()


@transaction.atomic
def reactivate_user(actor: Actor, *, user_id: int) -> None:
    """Let a user in again, with the departments and roles that he has; he signs in anew.

    Raises:
        NotFound: there is no such user.
        Forbidden: the actor does not manage rights, or the user has more rights than he.
    """
    require_rights_manager(actor)
    _require_user(user_id)
    require_account_within_own(actor, user_id)
    _set_active(actor, user_id, is_active=True)


def end_sessions(user_id: int) -> None:
    """Delete all sessions of a user: none comes back with a later reactivation."""
    open_sessions = Session.objects.filter(expire_date__gt=timezone.now())
    keys = [one.pk for one in open_sessions.iterator() if one.get_decoded().get(SESSION_USER) == str(user_id)]
    Session.objects.filter(pk__in=keys).delete()


def _set_active(actor: Actor, user_id: int, *, is_active: bool) -> None:
    change(
        actor,
        new_gesture(),
        verb="reactivate" if is_active else "deactivate",
        noun="user",
        table="people_user",
        ids=[user_id],
        values={"is_active": is_active},
        stamped=False,
    )


def _require_user(user_id: int) -> None:
    if not fetch_one(sql("SELECT 1 FROM people_user WHERE id = {} FOR UPDATE", user_id)):
        raise NotFound


def _place_in_departments(actor: Actor, user_id: int, wanted: set[int]) -> None:
    known = set(fetch_column(sql("SELECT id FROM people_department WHERE id = ANY({}::bigint[])", list(wanted))))
    if known != wanted:
        raise Invalid({"departments": _("This department does not exist.")})
    now = set(fetch_column(sql("SELECT department_id FROM people_membership WHERE user_id = {}", user_id)))
    gesture = new_gesture()
    headed = sql(
        "SELECT id FROM people_department WHERE head_id = {} AND id = ANY({}::bigint[])", user_id, list(now - wanted)
    )
    change(
        actor,
        gesture,
        verb="edit",
        noun="department",
        table="people_department",
        ids=fetch_column(headed),
        values={"head_id": None},
        stamped=False,
    )
    execute(
        sql(
            "DELETE FROM people_membership WHERE user_id = {} AND NOT department_id = ANY({}::bigint[])",
            user_id,
            list(wanted),
        )
    )
    for department_id in sorted(wanted - now):
        put_members(department_id, [user_id])
    if now != wanted:
        before, after = {"departments": sorted(now)}, {"departments": sorted(wanted)}
        record(actor, gesture, verb="edit", noun="user", entries=[(user_id, before, after)])


def _place_in_groups(actor: Actor, user_id: int, wanted: set[int]) -> None:
    groups = {group["id"]: group for group in list_groups()}
    if not wanted <= groups.keys():
        raise Invalid({"groups": _("This group does not exist.")})
    for group_id, group in groups.items():
        members = set(group["members"])
        if (user_id in members) != (group_id in wanted):
            members ^= {user_id}
            edit_group(actor, group_id=group_id, name=group["name"], members=sorted(members))
