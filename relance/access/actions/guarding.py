"""What nobody may do with rights: lock everybody out, or give more than he has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from relance.access.levels import highest
from relance.access.queries import grants_of
from relance.access.terms import KINDS, RANK, Verb
from relance.kit.actor import Actor, Grant
from relance.kit.errors import Forbidden
from relance.kit.sql import Sql, bigints, execute, fetch_one, fetch_value, sql

Place = tuple[int | None, int | None]  # (pipeline, stage); (None, None) is the whole kind


def require_rights_manager(actor: Actor) -> None:
    """Raise Forbidden unless the actor manages rights."""
    if not actor.manages_rights:
        raise Forbidden(_("Only who manages rights can do this."))


def require_an_administrator() -> None:
    """Raise Forbidden if no active user is an administrator any more; called at the end of what could bring this about.

    The caller's transaction is rolled back by it. Two who each take it from the other wait for one another here: the
    second sees what the first has done.
    """
    execute(Sql("SELECT id FROM access_role WHERE is_administrator ORDER BY id FOR NO KEY UPDATE"))
    found = Sql(
        """
        SELECT EXISTS (SELECT FROM access_holder h JOIN access_role r ON r.id = h.role_id
            JOIN people_user u ON u.id = h.user_id WHERE r.is_administrator AND u.is_active)
        """
    )
    if not fetch_value(found):
        raise Forbidden(_("Nobody would be an administrator any more. Make somebody else one first."))


def require_roles_within_own(actor: Actor, role_ids: Sequence[int]) -> None:
    """Raise Forbidden if roles hold a switch or a level that the actor does not have himself."""
    switches = fetch_one(
        sql(
            """
            SELECT bool_or(is_administrator) AS is_administrator, bool_or(manages_rights) AS manages_rights,
                bool_or(manages_settings) AS manages_settings FROM access_role WHERE id = ANY({})
            """,
            bigints(role_ids),
        )
    )
    if switches and any(given and not getattr(actor, key) for key, given in switches.items()):
        raise Forbidden(_("You cannot give a right that reaches further than your own."))
    require_no_more_than_own(actor, [], grants_of(role_ids))


def require_no_more_than_own(actor: Actor, before: Sequence[Grant], after: Sequence[Grant]) -> None:
    """Raise Forbidden if grants rise, in any place, above what the actor himself has; an administrator gives anything."""
    if actor.is_administrator:
        return
    for kind in KINDS:
        places = _places([*actor.grants, *before, *after], kind)
        for verb in Verb.values:
            for pipeline, stage in places:
                _compare(actor, kind, verb, (pipeline, stage), before, after)


def _compare(actor: Actor, kind: str, verb: str, place: Place, before: Sequence[Grant], after: Sequence[Grant]) -> None:
    was, becomes, own = (
        RANK[highest([grant for grant in grants if grant.kind == kind], verb, *place)]
        for grants in (before, after, actor.grants)
    )
    if becomes > was and becomes > own:
        raise Forbidden(_("You cannot give a right that reaches further than your own."))


def _places(grants: Iterable[Grant], kind: str) -> set[Place]:
    named = {(grant.pipeline_id, grant.stage_id) for grant in grants if grant.kind == kind}
    return {(None, None), *named}
