"""`python -m bench changes --rows 1000000`; `make bench-changes N=1000000` runs it.

A change of people or rights holds from the next page on. Each change is made by the action that the pages call, then the
very next page of the person whom it concerns is asked for over HTTP, compared row by row with what plain SQL over the
sources says, and timed against the same page before. Then it is taken back, and looked at once more.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connections

from bench.company import PEOPLE
from bench.seed import seed
from bench.totals import plain_first, plain_total
from bench.web import Answer, Server, Visitor, serving
from relance.access.actions.assigning import assign_role, unassign_role
from relance.access.actions.roles import save_levels
from relance.access.queries import list_assignments, list_roles, preview
from relance.access.terms import KINDS, Level, LevelChange
from relance.activities.effects import foretell
from relance.activities.queries import count_activities
from relance.config import database
from relance.crm.actions import edit_elements, reassign_elements
from relance.kit.sql import Sql, fetch_column, fetch_value, sql
from relance.people.actions.departments import set_head
from relance.people.actions.placing import place_user
from relance.people.queries import build_actor, system_actor

ROUNDS = 15
ROOT_ACTOR = system_actor("bench")
# The page after a change may cost so much more than the page before it, row for row; the machines are noisy.
MOST_SLOWDOWN = 3.0


@dataclass(frozen=True, slots=True)
class Change:
    """One change, how it is taken back, whom it concerns, and the level that he reads at before and after."""

    name: str
    user_id: int
    make: Callable[[], object]
    take_back: Callable[[], object]
    before: Level
    after: Level
    may_be_foretold: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What was seen of a change."""

    name: str
    change_ms: float
    foretell_ms: float | None
    before_ms: float
    next_ms: float
    after_ms: float
    total_before: int
    total_after: int
    is_right: bool

    @property
    def ratio(self) -> float:
        """The pages after the change by those before it, both by their medians."""
        return self.after_ms / self.before_ms


def run(data: Path, rows: int) -> int:
    """Seed, measure, print; 1 where a page was wrong or slow."""
    server = database.ensure(data)
    try:
        seed(data, rows)
        return report(data)
    finally:
        connections.close_all()
        if server:
            server.release()


def report(data: Path) -> int:
    """Measure and print; 1 where a page was wrong or slow."""
    call_command("collectstatic", interactive=False, verbosity=0)
    # Nothing that would leave a company without an administrator is done; the last of its people, unmeasured, is one.
    assign_role(ROOT_ACTOR, role="administrator", user_id=PEOPLE)
    with serving(data) as server:
        found = [measure(server, change) for change in changes()]
        with heads_reading_all():
            found.append(measure(server, head_change()))
    print("| change | made in | foretold in | page before | next page | pages after | ratio | readable | right |")
    print("|---|---|---|---|---|---|---|---|---|")
    for one in found:
        said = f"{one.foretell_ms:.0f} ms" if one.foretell_ms is not None else "–"
        print(
            f"| {one.name} | {one.change_ms:.0f} ms | {said} | {one.before_ms:.1f} ms | {one.next_ms:.1f} ms "
            f"| {one.after_ms:.1f} ms | {one.ratio:.2f} | {one.total_before} → {one.total_after} | {one.is_right} |"
        )
    return int(not all(one.is_right and one.ratio <= MOST_SLOWDOWN for one in found))


def measure(server: Server, change: Change) -> Found:
    """One change, there and back."""
    visitor = Visitor(server.port, change.user_id)
    right = [agrees(visitor.get("/activities/", filter="open"), change.user_id, change.before)]
    total = count(change.user_id)
    before_ms = pages_ms(visitor)
    foretell_ms = timed(lambda: foretell(change.make)) if change.may_be_foretold else None
    change_ms = timed(change.make)
    first = visitor.get("/activities/", filter="open")
    right.append(agrees(first, change.user_id, change.after))
    after, after_ms = count(change.user_id), pages_ms(visitor)
    right.append(after == plain_total(build_actor(change.user_id), change.after, "open"))
    change.take_back()
    right.append(agrees(visitor.get("/activities/", filter="open"), change.user_id, change.before))
    right.append(count(change.user_id) == total)
    return Found(change.name, change_ms, foretell_ms, before_ms, first.ms, after_ms, total, after, all(right))


def pages_ms(visitor: Visitor) -> float:
    """The median of some first pages."""
    return statistics.median(visitor.get("/activities/", filter="open").ms for _ in range(ROUNDS))


def agrees(answer: Answer, user_id: int, level: Level) -> bool:
    """Whether a page shows the rows, in their order, that the sources say."""
    marks = answer.body.split(b'<tr id="row-')[1:]
    return [int(mark.split(b'"')[0]) for mark in marks] == plain_first(build_actor(user_id), level, "open")


def count(user_id: int) -> int:
    """How many open activities he may read."""
    return count_activities(build_actor(user_id), filter="open")


def timed(function: Callable[[], object]) -> float:
    """Milliseconds of a call."""
    started = time.perf_counter()
    function()
    return (time.perf_counter() - started) * 1000


def changes() -> list[Change]:
    """What product.md lets a company change, each for somebody whom the seed has made for it."""
    member, owner = 62, 101
    other = fetch_value(Sql("SELECT min(id) FROM people_department WHERE id NOT IN "
                            "(SELECT department_id FROM people_membership WHERE user_id = 62)"))  # fmt: skip
    own = fetch_column(sql("SELECT department_id FROM people_membership WHERE user_id = {}", member))
    deal = fetch_value(
        sql(
            """SELECT e.id FROM crm_element e WHERE e.kind = 'deal' AND e.deleted_at IS NULL AND NOT e.is_open_to_all
            AND e.responsible_id <> {} AND EXISTS (SELECT FROM activities_binding b WHERE b.element_id = e.id
            AND NOT b.is_completed AND NOT b.activity_deleted) ORDER BY e.id LIMIT 1""",
            owner,
        )
    )
    was = fetch_value(sql("SELECT responsible_id FROM crm_element WHERE id = {}", deal))
    role = next(row for row in list_roles() if row["name_fr"] == "department 0")["id"]
    return [
        Change(
            "a person moves to another department", member,
            lambda: place_user(ROOT_ACTOR, user_id=member, departments=[other], groups=[]),
            lambda: place_user(ROOT_ACTOR, user_id=member, departments=own, groups=[]),
            Level.DEPARTMENT, Level.DEPARTMENT,
        ),
        Change(
            "a deal is opened to all", 64,
            lambda: edit_elements(ROOT_ACTOR, ids=[deal], changes={"is_open_to_all": True}),
            lambda: edit_elements(ROOT_ACTOR, ids=[deal], changes={"is_open_to_all": False}),
            Level.OPEN_TO_ALL, Level.OPEN_TO_ALL, may_be_foretold=False,
        ),
        Change(
            "a deal is given to somebody else", owner,
            lambda: reassign_elements(ROOT_ACTOR, ids=[deal], to=owner),
            lambda: reassign_elements(ROOT_ACTOR, ids=[deal], to=was),
            Level.OWN, Level.OWN, may_be_foretold=False,
        ),
        Change(
            "a role of 17 people reads all below instead of its department", member,
            lambda: set_level(role, Level.SUBDEPARTMENTS), lambda: set_level(role, Level.DEPARTMENT),
            Level.DEPARTMENT, Level.SUBDEPARTMENTS, may_be_foretold=False,
        ),
        Change(
            "the same role reads everything", member,
            lambda: set_level(role, Level.ALL), lambda: set_level(role, Level.DEPARTMENT),
            Level.DEPARTMENT, Level.ALL, may_be_foretold=False,
        ),
    ]  # fmt: skip


def set_level(role_id: int, level: Level) -> None:
    """The level at which a role reads every kind, by the action of the rights page, its preview first."""
    wanted = [LevelChange(role_id, kind, "read", level.value) for kind in KINDS]
    preview(wanted)
    version = fetch_value(sql("SELECT version FROM access_role WHERE id = {}", role_id))
    save_levels(ROOT_ACTOR, changes=wanted, versions={role_id: version})


@contextmanager
def heads_reading_all() -> Iterator[None]:
    """While every head holds a role that reads everything."""
    role = next(row for row in list_roles() if row["name_fr"] == "all 0")["id"]
    assign_role(ROOT_ACTOR, role=str(role), every_head=True)
    try:
        yield
    finally:
        given = next(one for one in list_assignments() if one["role_id"] == role and one["every_head"])
        unassign_role(ROOT_ACTOR, assignment_id=given["id"])


def head_change() -> Change:
    """A department whose head is replaced by somebody who reads only his own until then."""
    new = 123
    department = fetch_value(sql("SELECT department_id FROM people_membership WHERE user_id = {}", new))
    old = fetch_value(sql("SELECT head_id FROM people_department WHERE id = {}", department))
    return Change(
        "a head is replaced (every head reads everything)", new,
        lambda: set_head(ROOT_ACTOR, department_id=department, user_id=new),
        lambda: set_head(ROOT_ACTOR, department_id=department, user_id=old),
        Level.OWN, Level.ALL,
    )  # fmt: skip
