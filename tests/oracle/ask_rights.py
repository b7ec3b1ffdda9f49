"""What the rights page says that one user may do in the end, against the level that decides for his elements."""

from __future__ import annotations

from collections.abc import Sequence

from relance.access.queries import effective_rights
from tests.oracle import rules
from tests.oracle.asking import Asking
from tests.oracle.load import LEVEL_CODES, PIPELINE, ROLE, STAGE
from tests.oracle.model import KINDS, VERBS, Kind, Level, Role, Verb

NEED_READ = ("update", "delete", "export")


def ask_rights(asking: Asking) -> None:
    """Raises Difference where the page shows another level than the one that applies, or other roles than his."""
    roles = rules.roles_of(asking.company, asking.user)
    shown = effective_rights(asking.actor)
    whole = {(right.kind, right.verb) for right in shown if right.pipeline_id is None and right.stage_id is None}
    asking.expect("kinds and verbs of the rights page", {(kind, verb) for kind in KINDS for verb in VERBS}, whole)
    for right in shown:
        place = (_key(right.pipeline_id, PIPELINE), _key(right.stage_id, STAGE))
        kind = next(kind for kind in KINDS if kind == right.kind)
        verb = next(verb for verb in VERBS if verb == right.verb)
        level = _highest(roles, kind, verb, place)
        if verb in NEED_READ:
            level = min(level, _highest(roles, kind, "read", place))
        asking.expect(f"level of {verb} on {kind} {place}", LEVEL_CODES[level], right.level)
    custom = {ROLE + role.key for role in roles if not role.is_administrator}
    sources = {source.role_id for right in shown for source in right.sources}
    asking.expect("roles that the rights page names", True, sources <= custom)


def _highest(roles: Sequence[Role], kind: Kind, verb: Verb, place: tuple[int | None, int | None]) -> Level:
    return max((rules.level_in_role(role, kind, verb, *place) for role in roles), default=Level.NONE)


def _key(row_id: int | None, shift: int) -> int | None:
    return None if row_id is None else row_id - shift
