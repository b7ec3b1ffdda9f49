"""*Pourquoi ?*: which role, at which level, grants or refuses each operation on an element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relance.access.levels import ELEMENT
from relance.access.terms import Verb
from relance.access.why import Answer, answers, held_roles, questions
from relance.crm import policy
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import fetch_one, sql

VERBS = (Verb.READ, Verb.UPDATE, Verb.DELETE, Verb.EXPORT)


@dataclass(frozen=True, slots=True)
class ElementExplanation:
    """What somebody may do with an element, by verb; its name where the reader may read it."""

    kind: str
    number: int
    name: str | None
    responsible: str
    is_administrator: bool
    answers: Mapping[str, Answer]


def explain_element(actor: Actor, *, kind: str, number: int, reader: Actor | None = None) -> ElementExplanation:
    """Why the actor may or may not do what with an element, in the reader's language.

    Without a reader this is the command line, which also asks about elements that the actor may not read: such an
    element has no name.

    Raises:
        NotFound: there is no such element, it is deleted, or the reader may not read it.
    """
    held = held_roles(actor, (reader or actor).language)
    row = fetch_one(
        sql(
            """
            SELECT e.kind, e.name, e.pipeline_id, e.stage_id, trim(u.first_name || ' ' || u.last_name) AS responsible,
                ({}) AS is_readable, {}
            FROM crm_element e JOIN people_user u ON u.id = e.responsible_id
            WHERE e.kind = {} AND e.number = {} AND e.deleted_at IS NULL
            """,
            policy.readable(reader or actor),
            questions(actor, held, VERBS, ELEMENT),
            kind,
            number,
        )
    )
    if row is None or (reader and not row["is_readable"]):
        raise NotFound
    return ElementExplanation(
        kind=kind,
        number=number,
        name=row["name"] if row["is_readable"] else None,
        responsible=row["responsible"],
        is_administrator=actor.is_administrator,
        answers=answers(actor, held, VERBS, row),
    )
