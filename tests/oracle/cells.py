"""What is asked of a company, and whether it is asked often enough.

A *triple* is one user, one operation, one target, with the oracle's answer and the level that
decides it. A *cell* is operation × level × answer; the tally fails when a possible one is thin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.oracle import rules
from tests.oracle.model import VERBS, Activity, Company, Element, Level, User, Verb

TRIPLES_PER_CELL = 500

BINDING_OPERATIONS = ("bind", "make_main", "unbind")
READ_OPERATIONS = ("read", "name", "see", "see_in_bin")
EDIT_OPERATIONS = ("edit", "complete", "reopen", "postpone", "reassign")
OPERATIONS = (
    *VERBS,
    *("name", "name_of_deleted", "see", "see_in_bin", "be_responsible"),
    *EDIT_OPERATIONS,
    *("delete_activity", "restore_activity", "export_activity", "create"),
    *BINDING_OPERATIONS,
)


class Cell(NamedTuple):
    operation: str
    level: Level
    is_granted: bool


@dataclass(frozen=True, slots=True)
class Triple:
    """`element` is the element asked about, for create the main one; `others` the others it binds."""

    operation: str
    user: User
    level: Level
    is_granted: bool
    element: Element | None = None
    activity: Activity | None = None
    others: tuple[Element, ...] = ()

    @property
    def cell(self) -> Cell:
        return Cell(self.operation, self.level, self.is_granted)


# --- the triples of a company -------------------------------------------------------------------------


def triples_of(company: Company, user: User) -> Iterator[Triple]:
    """All that is asked of a company for one user, but for bindings.

    Of a deactivated user, only whether he may be given work.
    """
    live = [one for one in company.activities if not one.is_deleted]
    for activity in live:
        yield _candidate(company, user, activity)
    if user.is_active:
        for place, element in enumerate(company.elements):
            yield from _about_element(company, user, element, place)
        for activity in live:
            yield from _about_activity(company, user, activity)


def _about_element(company: Company, user: User, element: Element, place: int) -> Iterator[Triple]:
    read = rules.level_of(company, user, "read", element)
    granted = rules.name_visible(company, user, element)
    yield Triple("name_of_deleted" if element.is_deleted else "name", user, read, granted, element)
    if element.is_deleted:
        return
    for verb in VERBS:
        level = rules.level_of(company, user, verb, element)
        yield Triple(verb, user, level, rules.may(company, user, verb, element), element)
    others = [one for one in company.elements if not one.is_deleted and one != element]
    bound = tuple(others[place % max(len(others), 1) :][: (0, 1, 0, 2)[place % 4]])
    update = rules.level_of(company, user, "update", element)
    granted = rules.may_create(company, user, element, list(bound))
    yield Triple("create", user, update, granted, element, others=bound)


def _highest(company: Company, user: User, verb: Verb, activity: Activity) -> Level:
    """The level that decides for an activity: the highest among its live elements."""
    levels = [rules.level_of(company, user, verb, one) for one in rules.bound_elements(company, activity)]
    return max(levels, default=Level.NONE)


def _candidate(company: Company, user: User, activity: Activity) -> Triple:
    level = _highest(company, user, "read", activity)
    granted = rules.responsible_allowed(company, user, activity)
    return Triple("be_responsible", user, level, granted, activity=activity)


def _about_activity(company: Company, user: User, activity: Activity) -> Iterator[Triple]:
    """A live activity; restoring it, and seeing it in the bin, is asked after everything was deleted."""
    level = _highest(company, user, "read", activity)
    for operation in ("see", "see_in_bin"):
        yield Triple(operation, user, level, rules.may_see(company, user, activity), activity=activity)
    level = _highest(company, user, "update", activity)
    for operation in EDIT_OPERATIONS:
        yield Triple(operation, user, level, rules.may_edit(company, user, activity), activity=activity)
    granted = rules.may_restore_activity(company, user, activity)
    yield Triple("restore_activity", user, level, granted, activity=activity)
    level = _highest(company, user, "delete" if company.deletion_needs_delete else "update", activity)
    granted = rules.may_delete_activity(company, user, activity)
    yield Triple("delete_activity", user, level, granted, activity=activity)
    level = _highest(company, user, "export", activity)
    granted = rules.may_export_activity(company, user, activity)
    yield Triple("export_activity", user, level, granted, activity=activity)


def binding_triples_of(
    company: Company, user: User, element: Element, operations: Collection[str] = BINDING_OPERATIONS
) -> Iterator[Triple]:
    """Binding an element to the activities that lack it; making it main and unbinding it on those that have it."""
    read = rules.level_of(company, user, "read", element)
    update = rules.level_of(company, user, "update", element)
    for activity in company.activities:
        if activity.is_deleted:
            continue
        if element.key not in {binding.element for binding in activity.bindings}:
            if "bind" in operations:
                granted = rules.may_bind(company, user, activity, element)
                yield Triple("bind", user, read, granted, element, activity)
            continue
        granted = rules.may_unbind(company, user, activity, element)
        yield Triple("unbind", user, update, granted, element, activity)
        if element.key != main_element(activity):
            granted = rules.may_make_main(company, user, activity, element)
            yield Triple("make_main", user, update, granted, element, activity)


def main_element(activity: Activity) -> int:
    for binding in activity.bindings:
        if binding.is_main:
            return binding.element
    raise ValueError(activity)


# --- which cells there are, and how full they are -----------------------------------------------------


def _impossible_reason(cell: Cell) -> str | None:
    """Why no company can have a triple in this cell; None where one can."""
    if cell.operation == "name_of_deleted":
        return "a deleted element shows no name at any level" if cell.is_granted else None
    if cell.level == Level.NONE and cell.is_granted:
        return "level none covers nothing"
    if cell.level == Level.ALL and not cell.is_granted and cell.operation in READ_OPERATIONS:
        return "level all covers everything that is not deleted, and reading asks for nothing else"
    if cell == Cell("add", Level.ALL, False):
        return "level all covers everything, and adding asks for nothing else"
    return None


def all_cells() -> list[Cell]:
    return [Cell(name, level, granted) for name in OPERATIONS for level in Level for granted in (True, False)]


IMPOSSIBLE: dict[Cell, str] = {cell: reason for cell in all_cells() if (reason := _impossible_reason(cell)) is not None}


class Tally:
    """Counts the triples of each cell."""

    def __init__(self) -> None:
        self.companies = 0
        self.counts: Counter[Cell] = Counter()

    def add(self, triples: Iterable[Triple]) -> None:
        self.companies += 1
        self.counts.update(triple.cell for triple in triples)

    def thin_cells(self) -> dict[Cell, int]:
        possible = [cell for cell in all_cells() if cell not in IMPOSSIBLE]
        return {cell: self.counts[cell] for cell in possible if self.counts[cell] < TRIPLES_PER_CELL}

    def impossible_seen(self) -> dict[Cell, int]:
        return {cell: self.counts[cell] for cell in IMPOSSIBLE if self.counts[cell]}

    def check(self, *, companies: int) -> None:
        """Raises AssertionError when companies or triples are too few to prove anything."""
        assert self.companies >= companies, f"{self.companies} companies, {companies} wanted"
        assert not self.impossible_seen(), f"cells held to be impossible: {self.impossible_seen()}"
        assert not self.thin_cells(), f"cells under {TRIPLES_PER_CELL} triples: {self.thin_cells()}"
