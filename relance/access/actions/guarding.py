"""What nobody may do with rights: lock everybody out, or give more than he has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from relance.access.levels import highest
from relance.access.terms import KINDS, RANK, Verb
from relance.kit.actor import Actor, Grant
from relance.kit.errors import Forbidden
from relance.kit.sql import Sql, fetch_value

Place = tuple[int | None, int | None]  # (pipeline, stage); (None, None) is the whole kind


def require_rights_manager(actor: Actor) -> None:
    """Raise Forbidden unless the actor manages rights."""
    if not actor.manages_rights:
        raise Forbidden(_("Only who manages rights can do this."))


def require_an_administrator() -> None:
    """Raise Forbidden if no active user is an administrator any more; called at the end of what could bring this about.

    The caller's transaction is rolled back by it.
    """
    found = Sql(
        """
        SELECT EXISTS (SELECT FROM access_holder h JOIN access_role r ON r.id = h.role_id
            JOIN people_user u ON u.id = h.user_id WHERE r.is_administrator AND u.is_active)
        """
    )
    if not fetch_value(found):
        raise Forbidden(_("Nobody would be an administrator any more. Make somebody else one first."))


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
