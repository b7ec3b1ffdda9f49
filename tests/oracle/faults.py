"""Faults planted in the predicate, one at a time: what a careless change could make of product.md's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from relance.access import levels
from relance.access.terms import RANK, Level, Verb
from relance.activities import counters, searching
from relance.activities import policy as activities
from relance.crm import policy as crm
from relance.crm import searching as searching_elements
from relance.kit.actor import Actor, Grant
from relance.kit.sql import TRUE, Sql, all_of, any_of, sql

Plant = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, Plant] = {}


def _fault(sentence: str) -> Callable[[Plant], Plant]:
    def declare(plant: Plant) -> Plant:
        FAULTS[sentence] = plant
        return plant

    return declare


def _replace(patch: pytest.MonkeyPatch, name: str, fault: object) -> None:
    """Put the fault in the place of a name of `levels`, also where a policy has imported it."""
    for module in (levels, activities, crm):
        if hasattr(module, name):
            patch.setattr(module, name, fault)


def _other(level: str, instead: dict[str, str]) -> str:
    return instead.get(level, level)


def _anything(*_args: object) -> Sql:
    return TRUE


# --- how far a level reaches ------------------------------------------------------------------------


@_fault("department reaches below the department")
def _(patch: pytest.MonkeyPatch) -> None:
    true_owners = levels.owners
    wide: dict[str, str] = {Level.DEPARTMENT: Level.SUBDEPARTMENTS}
    _replace(patch, "owners", lambda actor, level: true_owners(actor, _other(level, wide)))


@_fault("subdepartments stop at the department")
def _(patch: pytest.MonkeyPatch) -> None:
    true_owners = levels.owners
    _replace(
        patch, "owners", lambda actor, level: true_owners(replace(actor, colleagues_below=actor.colleagues), level)
    )


@_fault("heading a department opens its elements")
def _(patch: pytest.MonkeyPatch) -> None:
    true_owners = levels.owners

    def owners(actor: Actor, level: str) -> tuple[int, ...]:
        return tuple({*true_owners(actor, level), *actor.subordinates})

    _replace(patch, "owners", owners)


@_fault("available to everyone is forgotten")
def _(patch: pytest.MonkeyPatch) -> None:
    true_reach = levels._reach
    narrow: dict[str, str] = {Level.OPEN_TO_ALL: Level.SUBDEPARTMENTS}
    patch.setattr(levels, "_reach", lambda actor, level, columns: true_reach(actor, _other(level, narrow), columns))


@_fault("available to everyone counts at a lower level")
def _(patch: pytest.MonkeyPatch) -> None:
    true_reach = levels._reach
    wide: dict[str, str] = {Level.SUBDEPARTMENTS: Level.OPEN_TO_ALL}
    patch.setattr(levels, "_reach", lambda actor, level, columns: true_reach(actor, _other(level, wide), columns))


# --- which level applies ----------------------------------------------------------------------------


@_fault("within a role the highest setting wins, not the most specific one")
def _(patch: pytest.MonkeyPatch) -> None:
    def deciding(grants: Iterable[Grant], pipeline: int | None, stage: int | None) -> Grant | None:
        fitting = [
            grant for grant in grants if grant.pipeline_id in {None, pipeline} and grant.stage_id in {None, stage}
        ]
        return max(fitting, key=lambda grant: RANK[grant.level], default=None)

    patch.setattr(levels, "deciding", deciding)


@_fault("a pipeline's setting is ignored")
def _(patch: pytest.MonkeyPatch) -> None:
    true_deciding = levels.deciding

    def deciding(grants: Iterable[Grant], pipeline: int | None, stage: int | None) -> Grant | None:
        kept = [grant for grant in grants if grant.stage_id is not None or grant.pipeline_id is None]
        return true_deciding(kept, pipeline, stage)

    patch.setattr(levels, "deciding", deciding)


@_fault("a stage's setting is ignored")
def _(patch: pytest.MonkeyPatch) -> None:
    true_deciding = levels.deciding
    patch.setattr(
        levels,
        "deciding",
        lambda grants, pipeline, stage: true_deciding([g for g in grants if g.stage_id is None], pipeline, stage),
    )


@_fault("across roles the lowest level wins")
def _(patch: pytest.MonkeyPatch) -> None:
    true_highest = levels.highest

    def highest(grants: Iterable[Grant], verb: str, pipeline: int | None, stage: int | None) -> str:
        kept = list(grants)
        of_each = [
            true_highest([grant for grant in kept if grant.role_id == role], verb, pipeline, stage)
            for role in {grant.role_id for grant in kept if grant.verb == verb}
        ]
        return min(of_each, key=RANK.__getitem__, default=Level.NONE)

    patch.setattr(levels, "highest", highest)


@_fault("update counts on rows that may not be read")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(levels, "NEEDS_READ", frozenset({Verb.DELETE, Verb.EXPORT}))


@_fault("the level of one kind serves the others")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(levels, "_kinds", _anything)


# --- activities -------------------------------------------------------------------------------------


def _granting_as_well(patch: pytest.MonkeyPatch, name: str, more: Callable[[Actor], Sql]) -> None:
    true_condition: Callable[[Actor], Sql] = getattr(activities, name)
    patch.setattr(activities, name, lambda actor: any_of([true_condition(actor), more(actor)]))


@_fault("taking part grants reading")
def _(patch: pytest.MonkeyPatch) -> None:
    def takes_part(actor: Actor) -> Sql:
        return sql(
            "EXISTS (SELECT FROM activities_participant x WHERE x.activity_id = b.activity_id AND x.user_id = {})",
            actor.user_id,
        )

    _granting_as_well(patch, "binding_readable", takes_part)


@_fault("being responsible for the activity grants updating it")
def _(patch: pytest.MonkeyPatch) -> None:
    _granting_as_well(patch, "binding_updatable", lambda actor: sql("b.activity_responsible_id = {}", actor.user_id))


@_fault("only the main element grants reading")
def _(patch: pytest.MonkeyPatch) -> None:
    true_condition = activities.binding_readable
    patch.setattr(activities, "binding_readable", lambda actor: all_of([Sql("b.is_main"), true_condition(actor)]))


@_fault("a deleted element still shows its open activities")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(activities, "OPEN", Sql("NOT b.is_completed AND NOT b.activity_deleted"))


@_fault("the company's wish to ask for delete is ignored")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(activities, "binding_deletable", activities.binding_updatable)


@_fault("delete without update is enough to delete an activity")
def _(patch: pytest.MonkeyPatch) -> None:
    def deletable(actor: Actor) -> Sql:
        verb = Verb.DELETE if actor.deletion_needs_delete else Verb.UPDATE
        return levels.predicate(actor, levels.scope(actor, verb), levels.BINDING)

    patch.setattr(activities, "binding_deletable", deletable)


@_fault("every client's name is shown")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("relance.activities.listing.element_readable", _anything)


@_fault("a filter asks about elements that its reader may not read")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("relance.activities.filtering.binding_readable", _anything)


@_fault("a filter asks about clients that its reader may not read")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("relance.activities.filtering.linked_readable", _anything)


@_fault("a page of a filter ends with the rows that were tried")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "relance.activities.finding._whole",
        lambda *_args: Sql("SELECT NULL::timestamptz AS k, 0::bigint AS id WHERE false"),
    )


@_fault("what a filter finds at once forgets who reads")
def _(patch: pytest.MonkeyPatch) -> None:
    true_tested = activities.tested

    def tested(actor: Actor, selection: Any) -> Sql:
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(activities, "binding_readable", _anything)
            return true_tested(actor, selection)

    patch.setattr(activities, "tested", tested)


# --- elements ---------------------------------------------------------------------------------------


@_fault("a deleted element may still be read")
def _(patch: pytest.MonkeyPatch) -> None:
    def readable(actor: Actor, *kinds: Any) -> Sql:
        return crm.within_scope(actor, Verb.READ, *kinds)

    patch.setattr(crm, "readable", readable)


@_fault("the walk of a list forgets what is available to everyone")
def _(patch: pytest.MonkeyPatch) -> None:
    true_walk = crm.walk

    def walk(actor: Actor, selection: Any) -> Sequence[Any]:
        return true_walk(actor, selection)[:1]

    patch.setattr(crm, "walk", walk)


@_fault("adding is judged by the level of update")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(crm, "addable", crm.updatable)


# --- searches and counters --------------------------------------------------------------------------


def _blindly(patch: pytest.MonkeyPatch, room: Any, name: str) -> None:
    """A function of a room reads what its reader may not read."""
    true_function = getattr(room, name)

    def blind(*args: Any) -> Any:
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(activities, "binding_readable", _anything)
            inside.setattr(activities, "element_readable", _anything)
            return true_function(*args)

    patch.setattr(room, name, blind)


@_fault("a search finds activities by names that its reader may not read")
def _(patch: pytest.MonkeyPatch) -> None:
    for name in ("_elements", "_bound", "_others"):
        _blindly(patch, searching.SearchedActivities, name)


@_fault("the order of a search tells of names that its reader may not read")
def _(patch: pytest.MonkeyPatch) -> None:
    _blindly(patch, searching.SearchedActivities, "rank")
    blind = searching.SearchedActivities.rank
    # What it has found for the condition is not asked again.
    patch.setattr(searching.SearchedActivities, "rank", lambda one, search: blind(replace(one, _named={}), search))


@_fault("a search of elements forgets who reads")
def _(patch: pytest.MonkeyPatch) -> None:
    true_search = searching_elements.search_elements
    everything = sql("SELECT b.id FROM crm_element b WHERE b.deleted_at IS NULL")
    patch.setattr(
        "relance.crm.paging.search_elements",
        lambda text, listing: true_search(
            text, replace(listing, within=lambda condition: sql("{} AND {}", everything, condition))
        ),
    )


@_fault("counters count what their reader may not read")
def _(patch: pytest.MonkeyPatch) -> None:
    _blindly(patch, counters, "_count")


@_fault("counters on elements count what their reader may not read")
def _(patch: pytest.MonkeyPatch) -> None:
    _blindly(patch, counters, "_of_elements")


@_fault("counters forget whom they count for")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(counters, "_counts_for", _anything)


@_fault("counters go by the activity's responsible, whatever the company says")
def _(patch: pytest.MonkeyPatch) -> None:
    true_condition = counters._counts_for
    patch.setattr(
        counters, "_counts_for", lambda actor, people: true_condition(replace(actor, counts_by_element=False), people)
    )


@_fault("a head's counters stop at the department")
def _(patch: pytest.MonkeyPatch) -> None:
    true_counted = counters._counted

    def counted(actor: Actor, people: Sequence[int]) -> Any:
        return true_counted(actor, [one for one in people if one in {actor.user_id, *actor.colleagues}])

    patch.setattr(counters, "_counted", counted)


@_fault("an activity counts once for each of its elements")
def _(patch: pytest.MonkeyPatch) -> None:
    true_count = counters._count
    patch.setattr(counters, "_count", lambda *args: _repeating(true_count(*args)))


def _repeating(query: Sql) -> Sql:
    return Sql(query.text.replace("DISTINCT", ""), query.params)


@_fault("completed activities count")
def _(patch: pytest.MonkeyPatch) -> None:
    true_count = counters._count

    def count(*args: Any) -> Sql:
        with pytest.MonkeyPatch.context() as inside:
            inside.setattr(activities, "OPEN", activities.LIVE)
            return true_count(*args)

    patch.setattr(counters, "_count", count)
