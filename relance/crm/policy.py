"""Who may do what with an element, as SQL over its row; lists, single rows, counts, links and actions all use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from relance.access.levels import ELEMENT, Clause, Columns, owners, predicate, scope
from relance.access.terms import KINDS, Level, Verb
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, bigints, sql
from relance.lists.terms import Branch

LIVE = Sql("e.deleted_at IS NULL")

# The alias under which a bounded scan passes on its rows (lists.queries).
SCANNED = Columns("b.kind", "b.responsible_id", "b.is_open_to_all", "b.pipeline_id", "b.stage_id")
LINKED = Columns("x.kind", "x.responsible_id", "x.is_open_to_all", "x.pipeline_id", "x.stage_id")
ELEMENTS = Sql("crm_element b")
ELEMENT_ID = Sql("b.id")
# A walk opens one index per owner; a scan reads on until it has a page. Up to so many owners the walk costs less.
MOST_OWNERS_WALKED = 24
MOST_ROWS_SCANNED = 10_000


def within_scope(actor: Actor, verb: Verb, kinds: Iterable[str] = KINDS) -> Sql:
    """The element `e`, live or not, lies within what the actor's roles let him do with `verb`."""
    return predicate(actor, scope(actor, verb, kinds), ELEMENT)


def readable(actor: Actor, kinds: Iterable[str] = KINDS) -> Sql:
    """The actor may read the live element `e`."""
    return all_of([within_scope(actor, Verb.READ, kinds), LIVE])


def linked_readable(actor: Actor) -> Sql:
    """The actor may read the live element `x`, which another one is linked to; filters ask about it through this."""
    return all_of([predicate(actor, scope(actor, Verb.READ), LINKED), Sql("x.deleted_at IS NULL")])


def updatable(actor: Actor) -> Sql:
    """The actor may update the live element `e`."""
    return all_of([within_scope(actor, Verb.UPDATE), LIVE])


def deletable(actor: Actor) -> Sql:
    """The actor may delete the live element `e`."""
    return all_of([within_scope(actor, Verb.DELETE), LIVE])


def addable(actor: Actor) -> Sql:
    """The actor may add `e`, a row as it will be saved; import asks for its own right beside this one."""
    verbs = (Verb.ADD, Verb.IMPORT) if actor.via == "import" else (Verb.ADD,)
    return all_of(within_scope(actor, verb) for verb in verbs)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which elements of one kind a list takes, and the order of theirs that an index serves.

    `whose` are the responsible persons asked for, or None for anyone's; `condition` is over `b`.
    """

    kind: str
    key: Sql
    whose: Sequence[int] | None = None
    condition: Sql = TRUE

    @property
    def of_kind(self) -> Sql:
        return sql("b.kind = {} AND b.deleted_at IS NULL", self.kind)


def selected(actor: Actor, selection: Selection) -> Sql:
    """The whole condition of a selection over `b`: kind, live, people, filter, rights."""
    return all_of([selection.of_kind, _filter(actor, selection)])


def walk(actor: Actor, selection: Selection) -> list[Branch]:
    """The branches over the owners' indexes, or over the whole kind where the actor's reach has no owners."""
    clauses = scope(actor, Verb.READ, [selection.kind])
    people = _walked(actor, clauses, selection.whose)
    if people is None:
        return [_branch(actor, selection, selection.of_kind)] if clauses else []
    owned = replace(
        _branch(actor, selection, sql("{} AND b.responsible_id = w.person", selection.of_kind)),
        keys=sql("unnest({}) AS w (person)", bigints(people)),
        keys_count=len(people),
    )
    if selection.whose is None and any(clause.level == Level.OPEN_TO_ALL for clause in clauses):
        return [owned, _branch(actor, selection, sql("b.is_open_to_all AND {}", selection.of_kind))]
    return [owned]


def scan(actor: Actor, selection: Selection) -> Branch | None:
    """The bounded scan over the whole kind, where it costs less than the walk; None where it does not."""
    people = _walked(actor, scope(actor, Verb.READ, [selection.kind]), selection.whose)
    if people is None or len(people) <= MOST_OWNERS_WALKED:
        return None
    return replace(_branch(actor, selection, selection.of_kind), within=MOST_ROWS_SCANNED)


def _filter(actor: Actor, selection: Selection) -> Sql:
    whose = TRUE if selection.whose is None else sql("b.responsible_id = ANY({})", bigints(selection.whose))
    allowed = predicate(actor, scope(actor, Verb.READ, [selection.kind]), SCANNED)
    return all_of([whose, allowed, selection.condition])


def _branch(actor: Actor, selection: Selection, where: Sql) -> Branch:
    return Branch(source=ELEMENTS, where=where, key=selection.key, id=ELEMENT_ID, filter=_filter(actor, selection))


def _walked(actor: Actor, clauses: Sequence[Clause], whose: Sequence[int] | None) -> list[int] | None:
    """The owners to walk: the persons asked for, or those whom the levels cover; None where some level covers all."""
    if whose is not None:
        return sorted(set(whose))
    if any(clause.level == Level.ALL for clause in clauses):
        return None
    return sorted({person for clause in clauses for person in owners(actor, clause.level)})
