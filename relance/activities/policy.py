"""Who may do what with an activity: it follows the elements that it is bound to (product.md section 6).

Everything here is SQL over one binding, `b`, of the activity; lists, single rows, counts and actions all use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relance.access.levels import BINDING, ELEMENT, Clause, Scope, alike, covers_all, owners, predicate, scope, within
from relance.access.terms import Level, Verb
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, bigints, sql
from relance.lists.terms import PAGE_SIZE, Branch

LIVE = Sql("NOT b.element_deleted AND NOT b.activity_deleted")
OPEN = Sql("NOT b.is_completed AND NOT b.element_deleted AND NOT b.activity_deleted")
DONE = Sql("b.is_completed AND NOT b.element_deleted AND NOT b.activity_deleted")

# A walk opens one index per key; a scan reads on until it has a page. Up to so many keys the walk costs less,
# whatever the rows are (measured: docs/adr/0003).
MOST_KEYS_WALKED = 24
# The scan's bound: so many entries of the index, then the walk takes over.
MOST_ENTRIES_SCANNED = 20_000

# What a key of the walk costs, in entries that the scan passes over in the same time: two descents of an index.
BUFFERS_OF_A_KEY = 8
# A level *all* that is not everything (a pipeline apart): more than any walk would open.
KEYS_OF_EVERYBODY = 10_000

ACTIVITIES = Sql("activities_activity a")
BINDINGS = Sql("activities_binding b")
ACTIVITY_ID = Sql("b.activity_id")
# Somebody who is to validate the activity `a` has not answered yet. Who was deactivated is no longer waited for.
AWAITS_ANSWERS = Sql(
    """EXISTS (SELECT FROM activities_validator v JOIN people_user x ON x.id = v.user_id AND x.is_active
    WHERE v.activity_id = a.id AND v.decision = '')"""
)


def binding_readable(actor: Actor) -> Sql:
    """The actor may read the bound element (to read the activity, one such binding is enough)."""
    return predicate(actor, scope(actor, Verb.READ), BINDING)


def binding_updatable(actor: Actor) -> Sql:
    """The actor may update the bound element: with one such binding he may edit the activity."""
    return predicate(actor, scope(actor, Verb.UPDATE), BINDING)


def binding_deletable(actor: Actor) -> Sql:
    """The actor may delete the activity through this binding: *update*, and *delete* too where the company asks for it."""
    verbs = (Verb.UPDATE, Verb.DELETE) if actor.deletion_needs_delete else (Verb.UPDATE,)
    return all_of(predicate(actor, scope(actor, verb), BINDING) for verb in verbs)


def element_readable(actor: Actor) -> Sql:
    """The actor may read the element `e`; for the names of clients and bound elements."""
    return predicate(actor, scope(actor, Verb.READ), ELEMENT)


def element_updatable(actor: Actor) -> Sql:
    """The actor may update the element `e`: what creating on it, binding it as main and unbinding it ask for."""
    return predicate(actor, scope(actor, Verb.UPDATE), ELEMENT)


def may_create(actor: Actor) -> bool:
    """Some element may be within the actor's reach to update: without any, he creates no activity at all."""
    return bool(scope(actor, Verb.UPDATE))


def readable(actor: Actor, activity_id: Sql) -> Sql:
    """The actor may read an activity. Each has a live element, so who reads all elements reads all activities."""
    if covers_all(scope(actor, Verb.READ)):
        return TRUE
    return sql(
        "EXISTS (SELECT FROM activities_binding b WHERE b.activity_id = {} AND NOT b.element_deleted AND {})",
        activity_id,
        binding_readable(actor),
    )


def file_pending(actor: Actor) -> Sql:
    """The file `f` was uploaded by the actor, and is not attached to anything."""
    return sql("f.uploaded_by_id = {} AND f.activity_id IS NULL AND f.element_id IS NULL", actor.user_id)


def file_readable(actor: Actor) -> Sql:
    """The actor may read the file `f`: its activity, or its element; or he has uploaded it and it is pending."""
    return sql(
        """
        f.deleted_at IS NULL AND CASE
            WHEN f.activity_id IS NOT NULL THEN {} AND EXISTS (
                SELECT FROM activities_activity a WHERE a.id = f.activity_id AND a.deleted_at IS NULL)
            WHEN f.element_id IS NOT NULL THEN EXISTS (
                SELECT FROM crm_element e WHERE e.id = f.element_id AND e.deleted_at IS NULL AND {})
            ELSE {} END
        """,
        readable(actor, Sql("f.activity_id")),
        element_readable(actor),
        file_pending(actor),
    )


def with_main_element(actor: Actor) -> Sql:
    """Activities `a` with their main element `e`, where the actor may read it: what he may not read sorts nothing."""
    return sql(
        """
        activities_activity a
        LEFT JOIN activities_binding b ON b.activity_id = a.id AND b.is_main AND NOT b.element_deleted AND {}
        LEFT JOIN crm_element e ON e.id = b.element_id AND e.deleted_at IS NULL
        """,
        binding_readable(actor),
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which activities a standard filter takes, as a path can ask for them."""

    is_completed: bool
    whose: Sequence[int] | None  # the responsible persons, or anyone
    condition: Sql = TRUE  # over the binding `b`
    span: Sql = TRUE  # over the binding `b`: bounds in the order of its index
    asked: Sql = TRUE  # over the activity `a`: the whole filter, where some of it has no index
    bounds: Sql = TRUE  # over the activity `a`: what an index serves of what is asked
    instead: Sql | None = None  # over the activity `a`: the same as the condition, where its own index serves it

    @property
    def of_whom(self) -> Sql:
        if self.whose is None:
            return TRUE
        return sql("b.activity_responsible_id = ANY({})", bigints(self.whose))

    @property
    def live(self) -> Sql:
        return all_of([DONE if self.is_completed else OPEN, self.span])

    @property
    def is_whole(self) -> bool:
        """Whether it takes all of its half, whosever."""
        return self.whose is None and self.condition == TRUE and self.span == TRUE

    @property
    def key(self) -> Sql:
        return Sql("b.completed_at") if self.is_completed else Sql("b.due_at")


def walk(actor: Actor, selection: Selection) -> list[Branch]:
    """The branches over the shorter set of keys: the activities' own responsible persons, or the access keys."""
    clauses = scope(actor, Verb.READ)
    if selection.whose is None and covers_all(clauses):
        in_own_index = selection.is_whole or selection.instead is not None
        return [everything(selection) if in_own_index else _branch(selection, selection.live)]
    if selection.whose is not None and _walks_responsibles(actor, selection.whose, clauses):
        return [_by_responsible(actor, selection, selection.whose)]
    return [branch for group in alike(clauses) for branch in _by_access(actor, selection, group)]


def scan(actor: Actor, selection: Selection) -> Branch | None:
    """The bounded scan in order over everybody's bindings, where it costs less than the walk; None where it does not."""
    if not _scans(actor, selection):
        return None
    return Branch(
        source=BINDINGS,
        where=selection.live,
        key=selection.key,
        id=ACTIVITY_ID,
        may_repeat=True,
        within=MOST_ENTRIES_SCANNED,
        filter=all_of([selection.of_whom, binding_readable(actor), selection.condition]),
    )


def counted(actor: Actor, selection: Selection) -> Sql:
    """The query of the total: each activity once, whatever the number of its bindings that the actor may read."""
    if selection.is_whole and covers_all(scope(actor, Verb.READ)):
        state = Sql("is_completed") if selection.is_completed else Sql("NOT is_completed")
        return sql("SELECT count(*) FROM activities_activity WHERE {} AND deleted_at IS NULL", state)
    where = all_of([selection.live, selection.of_whom, binding_readable(actor), selection.condition])
    return sql("SELECT count(*) FROM (SELECT DISTINCT b.activity_id FROM activities_binding b WHERE {}) c", where)


def ids_within(actor: Actor, selection: Selection) -> Sql:
    """All ids of a selection, as a query; for sorts that no index serves, and for *all results*."""
    if selection.asked != TRUE:
        return sql("SELECT a.id FROM activities_activity a WHERE {}", tested(actor, selection))
    where = all_of([selection.live, selection.of_whom, binding_readable(actor), selection.condition])
    return sql("SELECT DISTINCT b.activity_id FROM activities_binding b WHERE {}", where)


def tested(actor: Actor, selection: Selection) -> Sql:
    """The whole condition of a selection over the activity `a`; which way to its rows is shortest, the planner judges."""
    clauses = scope(actor, Verb.READ)
    bound = sql(
        "EXISTS (SELECT FROM activities_binding b WHERE b.activity_id = a.id AND {})",
        all_of([selection.live, selection.of_whom, binding_readable(actor)]),
    )
    allowed = TRUE if covers_all(clauses) else bound
    return all_of([half(selection), of_whom(selection), selection.asked, allowed])


def half(selection: Selection) -> Sql:
    """The half of the activities `a` that a selection is of."""
    state = Sql("a.is_completed") if selection.is_completed else Sql("NOT a.is_completed")
    return all_of([state, Sql("a.deleted_at IS NULL")])


def takes(actor: Actor, selection: Selection, activity_id: Sql) -> Sql:
    """A selection takes the activity with this id and the actor may read it, whatever of it has an index.

    By scalar subqueries, not EXISTS: the planner would read all rows first where only some activities are asked for.
    """
    if selection.asked != TRUE:
        return sql("(SELECT {} FROM activities_activity a WHERE a.id = {})", tested(actor, selection), activity_id)
    where = all_of([selection.live, selection.of_whom, binding_readable(actor), selection.condition])
    return sql("(SELECT TRUE FROM activities_binding b WHERE b.activity_id = {} AND {} LIMIT 1)", activity_id, where)


def takes_row(actor: Actor, selection: Selection) -> Sql:
    """The same, asked of the activity `a`."""
    return tested(actor, selection) if selection.asked != TRUE else takes(actor, selection, Sql("a.id"))


def everything(selection: Selection) -> Branch:
    """The half of the table itself in its own order, for who may read all."""
    where = [half(selection), selection.bounds, selection.instead or TRUE]
    key = Sql("a.completed_at") if selection.is_completed else Sql("a.due_at")
    return Branch(source=ACTIVITIES, where=all_of(where), key=key, id=Sql("a.id"), alias=Sql("a"))


def of_whom(selection: Selection) -> Sql:
    """The activity `a` is of one of the persons whom a selection asks for."""
    return TRUE if selection.whose is None else sql("a.responsible_id = ANY({})", bigints(selection.whose))


def reads_all(actor: Actor) -> bool:
    """Whether the actor may read every activity."""
    return covers_all(scope(actor, Verb.READ))


def _scans(actor: Actor, selection: Selection) -> bool:
    """Whether a page's rows are closer together in everybody's index than in one index for each key."""
    keys, people = _shortest(actor, selection)
    if keys <= MOST_KEYS_WALKED:
        return False
    return PAGE_SIZE * actor.people_count < people * keys * BUFFERS_OF_A_KEY


def _shortest(actor: Actor, selection: Selection) -> tuple[int, int]:
    """The keys to walk over, and the people that they stand for: the responsible persons, or the access keys."""
    clauses = scope(actor, Verb.READ)
    if selection.whose is None:
        return (0, 0) if covers_all(clauses) else _access_keys(actor, clauses)
    if _walks_responsibles(actor, selection.whose, clauses):
        return len(selection.whose), len(selection.whose)
    return _access_keys(actor, clauses)


def _walks_responsibles(actor: Actor, whose: Sequence[int], clauses: Scope) -> bool:
    """Whether these persons are fewer than the owners of what the actor may read. A level that reaches to everybody has
    no owners to walk along.
    """
    if any(clause.level in {Level.OPEN_TO_ALL, Level.ALL} for clause in clauses):
        return True
    return len(whose) <= len(_owners(actor, clauses))


def _access_keys(actor: Actor, clauses: Scope) -> tuple[int, int]:
    """The (kind, owner) of what the actor may read, and the number of owners: how many keys, how many people."""
    if any(clause.level == Level.ALL for clause in clauses):
        return KEYS_OF_EVERYBODY, max(1, actor.people_count)
    keys = sum(len(owners(actor, clause.level)) + (clause.level == Level.OPEN_TO_ALL) for clause in clauses)
    return keys, len(_owners(actor, clauses))


def _owners(actor: Actor, clauses: Scope) -> set[int]:
    return {person for clause in clauses for person in owners(actor, clause.level)}


def _by_responsible(actor: Actor, selection: Selection, whose: Sequence[int]) -> Branch:
    one = len(whose) == 1
    person = sql("{}", whose[0]) if one else Sql("w.person")
    return Branch(
        source=BINDINGS,
        where=all_of([selection.live, sql("b.activity_responsible_id = {}", person)]),
        key=selection.key,
        id=ACTIVITY_ID,
        keys=None if one else sql("unnest({}) AS w (person)", bigints(whose)),
        keys_count=len(whose),
        may_repeat=True,
        filter=all_of([binding_readable(actor), selection.condition]),
    )


def _by_access(actor: Actor, selection: Selection, clauses: Sequence[Clause]) -> list[Branch]:
    """The branches of clauses that differ in nothing but their kind."""
    level, kinds = clauses[0].level, sorted(clause.kind for clause in clauses)
    here = all_of([selection.live, within(clauses[0], BINDING)])
    if level == Level.ALL:
        return [_branch(selection, sql("{} AND b.kind = ANY({})", here, kinds))]
    people, of_kind = owners(actor, level), sql("{} AND b.kind = k.kind", here)
    own = _branch(
        selection,
        sql("{} AND b.element_responsible_id = w.person", of_kind),
        keys=sql("unnest({}::text[]) AS k (kind) CROSS JOIN unnest({}) AS w (person)", kinds, bigints(people)),
        keys_count=len(kinds) * len(people),
    )
    if level != Level.OPEN_TO_ALL:
        return [own]
    public = _branch(
        selection,
        sql("{} AND b.is_open_to_all", of_kind),
        keys=sql("unnest({}::text[]) AS k (kind)", kinds),
        keys_count=len(kinds),
    )
    return [own, public]


def _branch(
    selection: Selection,
    where: Sql,
    keys: Sql | None = None,
    keys_count: int = 1,
) -> Branch:
    return Branch(
        source=BINDINGS,
        where=where,
        key=selection.key,
        id=ACTIVITY_ID,
        keys=keys,
        keys_count=keys_count,
        may_repeat=True,
        filter=all_of([selection.of_whom, selection.condition]),
    )
