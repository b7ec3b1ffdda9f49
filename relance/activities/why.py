"""*Pourquoi ?*: which role, at which level, through which binding, grants or refuses each operation on an activity.

Each role is asked alone, with the very predicates that decide: a second set of rules could disagree with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from relance.access.levels import deciding
from relance.access.queries import list_roles, role_name
from relance.access.terms import Level, Verb
from relance.activities import policy
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import Row, Sql, fetch_all, join, sql


@dataclass(frozen=True, slots=True)
class Grounds:
    """What one role says of one verb on one bound element."""

    element_id: int
    kind: str
    number: int
    name: str | None
    verb: str
    role: str
    level: str
    is_granted: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether the actor may read, edit and delete an activity, and on what grounds."""

    can_read: bool
    can_edit: bool
    can_delete: bool
    is_administrator: bool
    grounds: Sequence[Grounds]


def explain(actor: Actor, *, id: int) -> Explanation:
    """Why the actor may or may not read, edit and delete an activity. Elements that he may not read have no name.

    For the command line, which also asks about activities that the actor may not read.

    Raises:
        NotFound: there is no such activity, or it is deleted.
    """
    names = {role["id"]: role_name(role, actor.language) for role in list_roles()}
    rows = _bindings(actor, id)
    if not rows:
        raise NotFound
    return Explanation(
        can_read=any(row["can_read"] for row in rows),
        can_edit=any(row["can_edit"] for row in rows),
        can_delete=any(row["can_delete"] for row in rows),
        is_administrator=actor.is_administrator,
        grounds=[grounds for row in rows for grounds in _grounds_of(actor, row, names)],
    )


def _bindings(actor: Actor, activity_id: int) -> list[Row]:
    flags = [
        sql("({}) AS {}", _asked(actor, role_id, verb), Sql(f"role_{role_id}_{verb}"))
        for role_id in actor.role_ids
        for verb in (Verb.READ, Verb.UPDATE)
    ]
    return fetch_all(
        sql(
            """
            SELECT e.id, e.kind, e.number, CASE WHEN {} THEN e.name END AS name, b.pipeline_id, b.stage_id, {}
            FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
            WHERE b.activity_id = {} AND NOT b.activity_deleted AND NOT b.element_deleted ORDER BY b.is_main DESC, b.id
            """,
            policy.binding_readable(actor),
            join(
                ", ",
                [
                    sql("({}) AS can_read", policy.binding_readable(actor)),
                    sql("({}) AS can_edit", policy.binding_updatable(actor)),
                    sql("({}) AS can_delete", policy.binding_deletable(actor)),
                    *flags,
                ],
            ),
            activity_id,
        )
    )


def _asked(actor: Actor, role_id: int, verb: Verb) -> Sql:
    """The predicate of the verb as if this role were the actor's only one."""
    alone = replace(actor, grants=tuple(grant for grant in actor.grants if grant.role_id == role_id))
    return policy.binding_readable(alone) if verb == Verb.READ else policy.binding_updatable(alone)


def _grounds_of(actor: Actor, row: Row, names: dict[int, str]) -> list[Grounds]:
    found = []
    for role_id in actor.role_ids:
        for verb in (Verb.READ, Verb.UPDATE):
            grants = [grant for grant in actor.grants if grant.role_id == role_id and grant.verb == verb]
            of_kind = [grant for grant in grants if grant.kind == row["kind"]]
            decision = deciding(of_kind, row["pipeline_id"], row["stage_id"])
            found.append(
                Grounds(
                    element_id=row["id"],
                    kind=row["kind"],
                    number=row["number"],
                    name=row["name"],
                    verb=verb,
                    role=names[role_id],
                    level=decision.level if decision else Level.NONE,
                    is_granted=actor.is_administrator or row[f"role_{role_id}_{verb}"],
                )
            )
    return found
