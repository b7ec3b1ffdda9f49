"""From grants to SQL: which elements a level covers, as a condition on columns (product.md section 6).

The same condition serves elements and the copies on bindings; only the names of the columns differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from relance.access.terms import KINDS, NEEDS_READ, RANK, Level, Verb
from relance.kit.actor import Actor, Grant
from relance.kit.sql import FALSE, TRUE, Sql, all_of, any_of, bigints, name, sql


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table keeps what rights look at."""

    kind: str
    responsible: str
    is_open_to_all: str
    pipeline: str
    stage: str


ELEMENT = Columns("e.kind", "e.responsible_id", "e.is_open_to_all", "e.pipeline_id", "e.stage_id")
BINDING = Columns("b.kind", "b.element_responsible_id", "b.is_open_to_all", "b.pipeline_id", "b.stage_id")


@dataclass(frozen=True, slots=True)
class Clause:
    """A level, and the elements of one kind that it is set for.

    Without `pipeline_id` and `stage_id` it is for all of the kind, but for the pipelines and stages excepted.
    """

    kind: str
    level: str
    pipeline_id: int | None = None
    stage_id: int | None = None
    except_pipelines: tuple[int, ...] = ()
    except_stages: tuple[int, ...] = ()

    @property
    def is_whole_kind(self) -> bool:
        return not (self.pipeline_id or self.stage_id or self.except_pipelines or self.except_stages)


Scope = tuple[Clause, ...]


def scope(actor: Actor, verb: str, kinds: Iterable[str] = KINDS) -> Scope:
    """What the actor's roles let him do with `verb`: clauses that exclude each other, none of level `none`."""
    asked = ("scope", verb, *kinds)
    known: Scope | None = actor.worked_out.get(asked)
    if known is None:
        known = actor.worked_out[asked] = _scope(actor, verb, asked[2:])
    return known


def _scope(actor: Actor, verb: str, kinds: Iterable[str]) -> Scope:
    if actor.is_administrator:
        return tuple(Clause(kind, Level.ALL) for kind in kinds)
    clauses = [clause for kind in kinds for clause in _kind_clauses(actor.grants, kind, verb)]
    return tuple(clause for clause in clauses if clause.level != Level.NONE)


def covers_all(clauses: Scope, kinds: Iterable[str] = KINDS) -> bool:
    """Whether the scope is every element of these kinds, so that no condition is needed."""
    whole = {clause.kind for clause in clauses if clause.level == Level.ALL and clause.is_whole_kind}
    return whole >= set(kinds)


def owners(actor: Actor, level: str) -> tuple[int, ...]:
    """The users whose elements a level covers (its open-to-all part, and `all`, apart)."""
    if level == Level.OWN:
        return (actor.user_id,)
    members = actor.colleagues if level == Level.DEPARTMENT else actor.colleagues_below
    return members if actor.user_id in members else (*members, actor.user_id)


def predicate(actor: Actor, clauses: Scope, columns: Columns) -> Sql:
    """The condition that an element (or a binding's copies of it) lies within the scope."""
    asked = ("predicate", clauses, columns)
    known: Sql | None = actor.worked_out.get(asked)
    if known is None:
        known = actor.worked_out[asked] = _predicate(actor, clauses, columns)
    return known


def _predicate(actor: Actor, clauses: Scope, columns: Columns) -> Sql:
    if covers_all(clauses):
        return TRUE
    return any_of(
        all_of([_kinds(group, columns), within(group[0], columns), _reach(actor, group[0].level, columns)])
        for group in alike(clauses)
    )


def alike(clauses: Scope) -> list[list[Clause]]:
    """The clauses in groups that differ in nothing but their kind."""
    same: dict[tuple[object, ...], list[Clause]] = defaultdict(list)
    for clause in clauses:
        where = (clause.pipeline_id, clause.stage_id, clause.except_pipelines, clause.except_stages)
        same[(clause.level, *where)].append(clause)
    return list(same.values())


def _kinds(group: Sequence[Clause], columns: Columns) -> Sql:
    kinds = sorted({clause.kind for clause in group})
    if kinds == sorted(KINDS):
        return TRUE
    if len(kinds) == 1:
        return sql("{} = {}", name(columns.kind), kinds[0])
    return sql("{} = ANY({})", name(columns.kind), kinds)


def within(clause: Clause, columns: Columns) -> Sql:
    """The pipelines and stages that a clause is for, its kind and level left out."""
    conditions = []
    if clause.pipeline_id:
        conditions.append(sql("{} = {}", name(columns.pipeline), clause.pipeline_id))
    if clause.stage_id:
        conditions.append(sql("{} = {}", name(columns.stage), clause.stage_id))
    if clause.except_pipelines:
        conditions.append(sql("{} <> ALL({})", name(columns.pipeline), bigints(clause.except_pipelines)))
    if clause.except_stages:
        conditions.append(sql("{} <> ALL({})", name(columns.stage), bigints(clause.except_stages)))
    return all_of(conditions)


def _reach(actor: Actor, level: str, columns: Columns) -> Sql:
    if level == Level.ALL:
        return TRUE
    if level == Level.NONE:
        return FALSE
    people = owners(actor, level)
    own = name(columns.responsible)
    reach = sql("{} = {}", own, people[0]) if len(people) == 1 else sql("{} = ANY({})", own, bigints(people))
    return reach | name(columns.is_open_to_all) if level == Level.OPEN_TO_ALL else reach


def _kind_clauses(grants: Iterable[Grant], kind: str, verb: str) -> Scope:
    """The clauses of one kind: its level, then one for each pipeline and stage that some role sets apart."""
    concerned = [grant for grant in grants if grant.kind == kind and grant.verb in {verb, Verb.READ}]
    stages = sorted({(g.pipeline_id, g.stage_id) for g in concerned if g.stage_id}, key=repr)
    pipelines = sorted({g.pipeline_id for g in concerned if g.pipeline_id and not g.stage_id})
    apart = tuple(sorted({stage_id for _, stage_id in stages if stage_id}))
    clauses = [
        Clause(
            kind,
            _effective(concerned, verb, None, None),
            except_pipelines=tuple(pipelines),
            except_stages=apart,
        )
    ]
    clauses += [
        Clause(kind, _effective(concerned, verb, pipeline, None), pipeline_id=pipeline, except_stages=apart)
        for pipeline in pipelines
    ]
    clauses += [
        Clause(kind, _effective(concerned, verb, pipeline, stage), stage_id=stage) for pipeline, stage in stages
    ]
    return tuple(clauses)


def _effective(grants: Sequence[Grant], verb: str, pipeline: int | None, stage: int | None) -> str:
    level = highest(grants, verb, pipeline, stage)
    if verb not in NEEDS_READ:
        return level
    return min(level, highest(grants, Verb.READ, pipeline, stage), key=RANK.__getitem__)


def highest(grants: Iterable[Grant], verb: str, pipeline: int | None, stage: int | None) -> str:
    """Across roles the highest level wins; within a role the most specific setting does, even if it is lower."""
    by_role: dict[int, list[Grant]] = defaultdict(list)
    for grant in grants:
        if grant.verb == verb:
            by_role[grant.role_id].append(grant)
    levels = [deciding(role_grants, pipeline, stage) for role_grants in by_role.values()]
    return max((grant.level for grant in levels if grant), key=RANK.__getitem__, default=Level.NONE)


def deciding(grants: Iterable[Grant], pipeline: int | None, stage: int | None) -> Grant | None:
    """The setting of one role that decides for a stage of a pipeline: stage > pipeline > kind."""
    fitting = [
        grant
        for grant in grants
        if (grant.stage_id is None or grant.stage_id == stage)
        and (grant.stage_id is not None or grant.pipeline_id is None or grant.pipeline_id == pipeline)
    ]
    return max(fitting, key=lambda grant: (grant.stage_id is not None, grant.pipeline_id is not None), default=None)
