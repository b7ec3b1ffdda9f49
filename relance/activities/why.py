"""*Pourquoi ?*: which role, at which level, through which binding, grants or refuses each operation on an activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from relance.access.levels import BINDING
from relance.access.queries import list_roles, role_name
from relance.access.terms import Verb
from relance.access.why import Answer, HeldRole, answers, held_roles, questions
from relance.activities import policy
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import Row, fetch_all, sql


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
class BindingAnswer:
    """A bound element, and what is granted on it; nothing of it is said where the reader may not read it."""

    is_readable: bool
    is_main: bool
    kind: str
    number: int | None
    name: str | None
    responsible_id: int | None
    responsible: str
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether somebody may read, edit and delete an activity, and on what grounds."""

    can_read: bool
    can_edit: bool
    can_delete: bool
    is_administrator: bool
    grounds: Sequence[Grounds]
    bindings: Sequence[BindingAnswer] = ()


def explain(actor: Actor, *, id: int, reader: Actor | None = None) -> Explanation:
    """Why the actor may or may not read, edit and delete an activity.

    With a `reader`, `bindings` says it of each element as far as the reader may read that, in his language. Without one
    this is the command line, which also asks about activities that the actor may not read: elements that he may not
    read have no name.

    Raises:
        NotFound: there is no such activity, it is deleted, or the reader may not read it.
    """
    language = (reader or actor).language
    names = {role["id"]: role_name(role, language) for role in list_roles()}
    held = held_roles(actor, language)
    verbs = (Verb.READ, Verb.UPDATE, *((Verb.DELETE,) if actor.deletion_needs_delete else ()))
    rows = _bindings(actor, reader or actor, held, verbs, id)
    if not rows or (reader and not any(row["is_readable"] for row in rows)):
        raise NotFound
    told = [answers(actor, held, verbs, row) for row in rows]
    return Explanation(
        can_read=any(row["may_read"] for row in rows),
        can_edit=any(row["may_update"] for row in rows),
        can_delete=any(row["may_update"] and row.get("may_delete", True) for row in rows),
        is_administrator=actor.is_administrator,
        grounds=[one for row, said in zip(rows, told, strict=True) for one in _grounds(row, said, names)],
        bindings=[_binding(row, said) for row, said in zip(rows, told, strict=True)],
    )


def _bindings(
    actor: Actor, reader: Actor, held: Sequence[HeldRole], verbs: Sequence[str], activity_id: int
) -> list[Row]:
    return fetch_all(
        sql(
            """
            SELECT e.id, e.kind, e.number, e.name, b.pipeline_id, b.stage_id, b.is_main, e.responsible_id,
                trim(u.first_name || ' ' || u.last_name) AS responsible, ({}) AS is_readable, {}
            FROM activities_binding b JOIN crm_element e ON e.id = b.element_id JOIN people_user u ON u.id = e.responsible_id
            WHERE b.activity_id = {} AND NOT b.activity_deleted AND NOT b.element_deleted ORDER BY b.is_main DESC, b.id
            """,
            policy.binding_readable(reader),
            questions(actor, held, verbs, BINDING),
            activity_id,
        )
    )


def _binding(row: Row, said: Mapping[str, Answer]) -> BindingAnswer:
    if not row["is_readable"]:
        # Even its levels would tell its kind, stage or department.
        return BindingAnswer(False, row["is_main"], "", None, None, None, "", {})
    about = (row["kind"], row["number"], row["name"], row["responsible_id"], row["responsible"])
    return BindingAnswer(True, row["is_main"], *about, answers=said)


def _grounds(row: Row, said: Mapping[str, Answer], names: Mapping[int, str]) -> list[Grounds]:
    by_role = {answer.role.id: answer for answer in said[Verb.READ].roles}
    return [
        Grounds(
            element_id=row["id"],
            kind=row["kind"],
            number=row["number"],
            name=row["name"] if row["is_readable"] else None,
            verb=verb,
            role=names[role_id],
            level=one.level,
            is_granted=one.is_granted,
        )
        for role_id in by_role
        for verb, answer in said.items()
        for one in answer.roles
        if one.role.id == role_id
    ]
