"""Running an import: files into rows, rows into the database, and a report of all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from relance.access.terms import KINDS
from relance.imports.activities import write_activities
from relance.imports.arriving import Arrivals
from relance.imports.elements import write_elements
from relance.imports.people import write_departments, write_users
from relance.imports.reading import find_files, matching, read_join, read_rows
from relance.imports.references import References
from relance.imports.terms import ACTIVITY, BATCH, DEPARTMENT, USER, Arrival, Block, Plan, Report
from relance.journal.actions import new_gesture
from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute

T = TypeVar("T")
OnProgress = Callable[[Block, Path, int, int], None]
# A department may lie below the one before it: each is written before the next is looked at.
_BATCHES = {DEPARTMENT: 1}
# The planner's idea of the tables, after so many new rows that it would be wrong until the next autovacuum.
_ANALYZE = Sql(
    "ANALYZE people_user, crm_element, crm_lead, crm_deal, crm_contact, crm_company, crm_contactpoint, "
    "activities_activity, activities_binding, journal_auditentry"
)


def _ignore(_block: Block, _file: Path, _done: int, _total: int) -> None:
    """Tell nobody."""


@transaction.atomic
def run_import(
    actor: Actor, plan: Plan, paths: Sequence[Path], *, on_progress: OnProgress = _ignore, is_trial: bool = False
) -> Report:
    """Load files as a mapping says, in one transaction; a trial is taken back and only reports.

    A row that cannot be taken is refused alone and stands in the report. Rows are known by the plan's origin and
    their keys: loading them again updates them, but for fields that people changed since. `on_progress` hears of the
    bytes read of each file. The actor acts `via="import"`.

    Raises:
        Invalid: a file that is missing or cannot be read as the mapping says; nothing is saved.
    """
    files, report = find_files(paths), Report()
    used = {block.place: matching(files, block.file, block.place) for block in plan.blocks}
    joined_files = {path for b in plan.blocks for join in b.joins for path in matching(files, join.file, b.place)}
    report.unused = [file.name for file in files if file not in joined_files.union(*used.values())]
    references = References(actor, plan.origin)
    for block in plan.blocks:
        _load(actor, plan.origin, block, used[block.place], files, references, report, on_progress)
    if is_trial:
        transaction.set_rollback(True)
    elif sum(tally.created for tally in report.tallies.values()) >= BATCH:
        execute(_ANALYZE)
    return report


def _load(
    actor: Actor,
    origin: str,
    block: Block,
    used: Sequence[Path],
    files: Sequence[Path],
    references: References,
    report: Report,
    on_progress: OnProgress,
) -> None:
    gesture, before = new_gesture(), len(report.refused)
    arrivals = Arrivals(block, references, report)
    joined = {join.name: read_join(files, join, block) for join in block.joins}
    report.of(block.noun)
    for file in used:
        lines = read_rows(file, block, joined, partial(on_progress, block, file))
        for batch in _batches(lines, _BATCHES.get(block.noun, BATCH)):
            _write(actor, origin, block.noun, arrivals.take(file.name, batch), report, gesture)
    report.refused[before:] = sorted(report.refused[before:], key=lambda refused: (refused.file, refused.line))


def _write(actor: Actor, origin: str, noun: str, arrivals: Sequence[Arrival], report: Report, gesture: UUID) -> None:
    if not arrivals:
        return
    if noun in KINDS:
        write_elements(actor, origin, noun, arrivals, report, gesture)
    else:
        _WRITERS[noun](actor, origin, arrivals, report, gesture)


_WRITERS: dict[str, Callable[[Actor, str, Sequence[Arrival], Report, UUID], None]] = {
    ACTIVITY: write_activities,
    DEPARTMENT: write_departments,
    USER: write_users,
}


def _batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch
