"""Roles and their levels: made, cloned, renamed, changed, deleted; each change in the journal with before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from relance.access.actions.guarding import require_an_administrator, require_no_more_than_own, require_rights_manager
from relance.access.queries import applied, grants_of
from relance.access.terms import KINDS, Level, LevelChange, Verb
from relance.journal.actions import change, new_gesture, record
from relance.kit.actor import Actor, Grant
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.sql import Row, execute, fetch_one, fetch_value, name, sql


@transaction.atomic
def save_levels(actor: Actor, *, changes: Sequence[LevelChange], versions: Mapping[int, int]) -> None:
    """Set levels of roles; a level of None removes what is set for that place. It holds from the next request on.

    `versions` are those of the roles as they were read.

    Raises:
        Forbidden: the actor does not manage rights, or would give more than he has; or the administrators' role.
        Conflict: somebody changed one of the roles since; by role name, (its version now, the one that was read).
        Invalid: an unknown kind, verb or level.
    """
    require_rights_manager(actor)
    _check(changes)
    roles = {role_id: _locked(role_id) for role_id in sorted({one.role_id for one in changes})}
    stale = {
        str(role["code"] or role["name_fr"]): (role["version"], versions.get(role_id))
        for role_id, role in roles.items()
        if role["version"] != versions.get(role_id)
    }
    if stale:
        raise Conflict(stale)
    gesture = new_gesture()
    for role_id in roles:
        before = grants_of([role_id])
        after = applied(before, [one for one in changes if one.role_id == role_id])
        if set(after) == set(before):
            continue
        require_no_more_than_own(actor, before, after)
        _write(role_id, after)
        entry = (role_id, {"levels": _said(before, after)}, {"levels": _said(after, before)})
        record(actor, gesture, verb="levels", noun="role", entries=[entry])


@transaction.atomic
def create_role(actor: Actor, *, name_fr: str, name_en: str, clone_of: int | None = None) -> int:
    """Make a role, empty or with the levels and switches of another.

    Raises:
        Invalid: a name is missing.
        Forbidden: the actor does not manage rights, or the role would hold more than he has.
    """
    require_rights_manager(actor)
    _check_names(name_fr, name_en)
    model = _locked(clone_of, is_changed=False) if clone_of else {"manages_rights": False, "manages_settings": False}
    _check_switches(actor, model["manages_rights"], model["manages_settings"])
    role_id: int = fetch_value(
        sql(
            """
            INSERT INTO access_role (name_fr, name_en, is_administrator, manages_rights, manages_settings)
            VALUES ({}, {}, false, {}, {}) RETURNING id
            """,
            name_fr.strip(),
            name_en.strip(),
            model["manages_rights"],
            model["manages_settings"],
        )
    )
    grants = [grant._replace(role_id=role_id) for grant in grants_of([clone_of])] if clone_of else []
    if clone_of and model["is_administrator"]:
        grants = [Grant(role_id, kind, verb, Level.ALL) for kind in KINDS for verb in Verb.values]
    require_no_more_than_own(actor, [], grants)
    _write(role_id, grants)
    after = {"name_fr": name_fr, "name_en": name_en, "clone_of": clone_of, "levels": _said(grants, [])}
    record(actor, new_gesture(), verb="create", noun="role", entries=[(role_id, None, after)])
    return role_id


@transaction.atomic
def edit_role(
    actor: Actor,
    *,
    role_id: int,
    version: int,
    name_fr: str | None = None,
    name_en: str | None = None,
    manages_rights: bool | None = None,
    manages_settings: bool | None = None,
) -> None:
    """Rename a role of one's own making, or turn its two switches.

    Raises:
        Invalid: a name is missing, or the role is a shipped one and cannot be renamed.
        Forbidden: the actor does not manage rights, or does not have the switch himself.
        Conflict: somebody changed the role since.
    """
    require_rights_manager(actor)
    role = _locked(role_id)
    if role["version"] != version:
        raise Conflict({str(role["code"] or role["name_fr"]): (role["version"], version)})
    values: dict[str, object] = {}
    if name_fr is not None and name_en is not None:
        if role["code"]:
            raise Invalid({"name": _("A role that Relance ships keeps its name.")})
        _check_names(name_fr, name_en)
        values |= {"name_fr": name_fr.strip(), "name_en": name_en.strip()}
    switches = {"manages_rights": manages_rights, "manages_settings": manages_settings}
    values |= {key: wanted for key, wanted in switches.items() if wanted is not None}
    _check_switches(
        actor,
        bool(manages_rights) and not role["manages_rights"],
        bool(manages_settings) and not role["manages_settings"],
    )
    done = change(
        actor, new_gesture(), verb="edit", noun="role", table="access_role", ids=[role_id], values=values, stamped=False
    )
    if done:
        execute(sql("UPDATE access_role SET version = version + 1 WHERE id = {}", role_id))


@transaction.atomic
def delete_role(actor: Actor, *, role_id: int) -> None:
    """Delete a role of one's own making; who held it loses it.

    Raises:
        Forbidden: the actor does not manage rights, or the role is a shipped one.
        NotFound: there is none.
    """
    require_rights_manager(actor)
    role = _locked(role_id)
    if role["code"]:
        raise Forbidden(_("A role that Relance ships cannot be deleted; it can be taken away from everybody."))
    if fetch_one(sql("SELECT 1 FROM access_companysettings WHERE default_role_id = {}", role_id)):
        raise Forbidden(_("New users get this role. Choose another default role first."))
    before = {"name_fr": role["name_fr"], "name_en": role["name_en"], "levels": _said(grants_of([role_id]), [])}
    for table in ("access_permission", "access_roleassignment"):
        execute(sql("DELETE FROM {} WHERE role_id = {}", name(table), role_id))
    execute(sql("DELETE FROM access_role WHERE id = {}", role_id))
    record(actor, new_gesture(), verb="delete", noun="role", entries=[(role_id, before, None)])
    require_an_administrator()


def _check(changes: Sequence[LevelChange]) -> None:
    for one in changes:
        known = one.kind in KINDS and one.verb in Verb.values and (one.level is None or one.level in Level.values)
        if not known or (one.level is None and one.pipeline_id is None and one.stage_id is None):
            raise Invalid({"levels": _("This right or level does not exist.")})


def _check_names(name_fr: str, name_en: str) -> None:
    missing = {"name_fr": name_fr, "name_en": name_en}
    messages = {key: _("A name is needed.") for key, text in missing.items() if not text.strip()}
    if messages:
        raise Invalid(messages)


def _check_switches(actor: Actor, manages_rights: bool, manages_settings: bool) -> None:
    if (manages_rights and not actor.manages_rights) or (manages_settings and not actor.manages_settings):
        raise Forbidden(_("You cannot give a right that reaches further than your own."))


def _locked(role_id: int, *, is_changed: bool = True) -> Row:
    role = fetch_one(sql("SELECT * FROM access_role WHERE id = {} FOR UPDATE", role_id))
    if role is None:
        raise NotFound
    if is_changed and role["is_administrator"]:
        raise Forbidden(_("The role of the administrators is fixed."))
    return role


def _write(role_id: int, grants: Sequence[Grant]) -> None:
    execute(sql("DELETE FROM access_permission WHERE role_id = {}", role_id))
    execute(
        sql(
            """
            INSERT INTO access_permission (role_id, kind, verb, level, pipeline_id, stage_id)
            SELECT {}, * FROM unnest({}::text[], {}::text[], {}::text[], {}::bigint[], {}::bigint[])
            """,
            role_id,
            [grant.kind for grant in grants],
            [grant.verb for grant in grants],
            [grant.level for grant in grants],
            [grant.pipeline_id for grant in grants],
            [grant.stage_id for grant in grants],
        )
    )
    execute(sql("UPDATE access_role SET version = version + 1 WHERE id = {}", role_id))


def _said(grants: Sequence[Grant], others: Sequence[Grant]) -> dict[str, str]:
    """The levels in which some grants differ from others, as the journal says them."""
    differing = set(grants) - set(others)
    return {
        ":".join(
            str(part) for part in (grant.kind, grant.verb, grant.pipeline_id or "", grant.stage_id or "")
        ): grant.level
        for grant in sorted(differing, key=repr)
    }
