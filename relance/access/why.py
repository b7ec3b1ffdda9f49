"""*Pourquoi ?*: which role, held through what, at which level, grants or refuses an operation on one row.

Each role is asked alone, with the very predicates that decide: a second set of rules could disagree with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from relance.access.levels import Columns, deciding, predicate, scope
from relance.access.queries import assignment_words, assignments_of, list_assignments, list_roles, role_name
from relance.access.terms import KINDS, NEEDS_READ, RANK, Level, Verb
from relance.kit.actor import Actor, Grant
from relance.kit.sql import Row, Sql, join, sql


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody holds, with the assignments through which he does, in words."""

    id: int
    name: str
    is_administrator: bool
    through: Sequence[str]


@dataclass(frozen=True, slots=True)
class RoleAnswer:
    """What one role says of one operation on one row, and for what it says so: "stage", "pipeline" or "kind"."""

    role: HeldRole
    level: str
    is_granted: bool
    set_for: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether an operation is granted on a row, what each role says, the deciding ones first; and the lowest level
    that would grant it.
    """

    verb: str
    is_granted: bool
    roles: Sequence[RoleAnswer]
    needed: str
    # Where the right to read, which this one takes, comes from another role.
    read_by: RoleAnswer | None = None

    @property
    def sentence(self) -> str:
        """The answer in words: the role that grants it, or what would have to change."""
        if self.is_granted:
            by = next((answer for answer in self.roles if answer.is_granted), None)
            if by and self.read_by:
                return _("%(role)s; read by %(other)s") % {
                    "role": answer_words(by),
                    "other": answer_words(self.read_by),
                }
            return answer_words(by) if by else ""
        if not self.roles:
            return _("There is no role that covers it.")
        said = _("It would take the level “%(level)s” or more; the highest one held is “%(held)s”.")
        highest = max((answer.level for answer in self.roles), key=RANK.__getitem__)
        if RANK[highest] >= RANK[self.needed]:
            return _("It would take the right to read it too.")
        return said % {"level": Level(self.needed).label, "held": Level(highest).label}


def answer_words(answer: RoleAnswer) -> str:
    """A role, its level, and through what it is held, in one line."""
    words = {
        "role": answer.role.name,
        "level": _("everything") if answer.role.is_administrator else Level(answer.level).label,
        "through": ", ".join(answer.role.through),
    }
    return _("%(role)s (%(through)s): %(level)s") % words


def held_roles(actor: Actor, language: str) -> list[HeldRole]:
    """The roles that the actor holds, in the reader's language."""
    assignments = {row["id"]: row for row in list_assignments()}
    held = assignments_of(actor.user_id)
    return [
        HeldRole(
            role["id"],
            role_name(role, language),
            role["is_administrator"],
            tuple(_through(assignments[row["assignment_id"]]) for row in held if row["role_id"] == role["id"]),
        )
        for role in list_roles()
        if role["id"] in actor.role_ids
    ]


def _through(row: Row) -> str:
    return _("personally") if row["user_id"] else assignment_words(row)


def questions(actor: Actor, roles: Iterable[HeldRole], verbs: Sequence[str], columns: Columns) -> Sql:
    """What to select of a row so that `answers` can tell: each verb for all roles, for each one, and at each level."""
    held = list(roles)
    flags = []
    for verb in verbs:
        flags.append(sql("({}) AS {}", _asked(actor, verb, columns), Sql(f"may_{verb}")))
        flags += [
            sql("({}) AS {}", _asked(_alone(actor, role, verb), verb, columns), Sql(f"role_{role.id}_{verb}"))
            for role in held
        ]
    flags += [
        sql("({}) AS {}", _asked(_at(actor, level), Verb.READ, columns), Sql(f"at_{level}")) for level in Level.values
    ]
    return join(", ", flags)


def answers(actor: Actor, roles: Sequence[HeldRole], verbs: Sequence[str], row: Row) -> dict[str, Answer]:
    """The answers of a row that was read with `questions`, by verb; it has `kind`, `pipeline_id` and `stage_id` too."""
    needed = next(level for level in Level.values if row[f"at_{level}"])
    said = {
        verb: sorted(
            (_answer(actor, role, verb, row) for role in roles),
            key=lambda answer: (not answer.is_granted, -RANK[answer.level]),
        )
        for verb in verbs
    }
    read = said.get(Verb.READ.value, [])
    return {
        verb: Answer(verb, row[f"may_{verb}"], by_role, needed, _read_by(verb, by_role, read))
        for verb, by_role in said.items()
    }


def _read_by(verb: str, by_role: Sequence[RoleAnswer], read: Sequence[RoleAnswer]) -> RoleAnswer | None:
    """The role by which one reads, where none that grants the verb does: then it takes both."""
    if verb not in NEEDS_READ:
        return None
    granting = {answer.role.id for answer in by_role if answer.is_granted}
    readers = [answer for answer in read if answer.is_granted]
    if not granting or granting & {answer.role.id for answer in readers}:
        return None
    return next(iter(readers), None)


def _answer(actor: Actor, role: HeldRole, verb: str, row: Row) -> RoleAnswer:
    of_role = [g for g in actor.grants if (g.role_id, g.kind, g.verb) == (role.id, row["kind"], verb)]
    decision = deciding(of_role, row["pipeline_id"], row["stage_id"])
    set_for = "kind"
    if decision and decision.stage_id:
        set_for = "stage"
    elif decision and decision.pipeline_id:
        set_for = "pipeline"
    level = Level.ALL.value if role.is_administrator else decision.level if decision else Level.NONE.value
    return RoleAnswer(role, level, row[f"role_{role.id}_{verb}"], set_for)


def _asked(actor: Actor, verb: str, columns: Columns) -> Sql:
    return predicate(actor, scope(actor, verb), columns)


def _alone(actor: Actor, role: HeldRole, verb: str) -> Actor:
    """The actor with this role only; where the verb needs the right to read, with what his others give of that."""
    others = {Verb.READ.value} if verb in NEEDS_READ else set()
    grants = tuple(g for g in actor.grants if g.role_id == role.id or g.verb in others)
    return replace(actor, grants=grants, is_administrator=role.is_administrator)


def _at(actor: Actor, level: str) -> Actor:
    """The actor as if his level were this one everywhere."""
    return replace(actor, is_administrator=False, grants=tuple(Grant(0, kind, Verb.READ, level) for kind in KINDS))
