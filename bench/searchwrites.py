"""What search costs those who write: a thousand rows made, completed, postponed and renamed, with its triggers and without.

Both in one run, in turn, each taken back; the best of several counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.db import transaction

from bench.report import table
from bench.writing import MANY, REPEATED, editable, own_element
from relance.activities.actions import (
    complete_activities,
    create_activities,
    edit_activities,
    postpone_activities,
)
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.outcome import Outcome
from relance.kit.sql import Sql, execute

TRIGGERS = ("activity_searched", "activity_text_edited")
TEXT = "Le client attend une réponse avant la fin du mois ; voir avec le service achats, qui décide."


@dataclass(frozen=True, slots=True)
class Written:
    """One kind of writing: rows, and milliseconds with search and without it."""

    name: str
    rows: int
    ms: float
    without_ms: float


def measure_writes(actor: Actor) -> list[Written]:
    """For a head of many people."""
    ids, element = editable(actor), own_element(actor.user_id)
    day = clock.today(actor.time_zone) + timedelta(days=9)
    drafts = [
        ActivityDraft(type="todo", subject=f"Rappeler {n}", elements=(element,), description=TEXT, deadline_on=day)
        for n in range(MANY)
    ]
    writes: dict[str, Callable[[], Outcome]] = {
        "create": partial(create_activities, actor, drafts),
        "complete": partial(complete_activities, actor, ids=ids),
        "postpone": partial(postpone_activities, actor, ids=ids, to_day=day),
        "edit the subject": partial(
            edit_activities, actor, ids=ids, changes=ActivityChanges(subject="Envoyer le devis")
        ),
    }
    return [_written(name, write) for name, write in writes.items()]


def writes_table(found: list[Written]) -> str:
    """As it is printed."""
    heads = ("1,000 rows", "rows", "ms", "ms without search", "ratio")
    lines = [
        (one.name, one.rows, f"{one.ms:.0f}", f"{one.without_ms:.0f}", f"{one.ms / one.without_ms:.2f}")
        for one in found
    ]
    return table(heads, lines)


def _written(name: str, write: Callable[[], Outcome]) -> Written:
    runs = [(_taken_back(write, "ENABLE"), _taken_back(write, "DISABLE")) for _ in range(REPEATED)]
    rows = {count for pair in runs for count, _ms in pair}
    if len(rows) != 1:
        message = f"{name}: with and without search different numbers of rows were written, {sorted(rows)}"
        raise RuntimeError(message)
    return Written(name, rows.pop(), min(one[1] for one, _ in runs), min(one[1] for _, one in runs))


def _taken_back(write: Callable[[], Outcome], triggers: str) -> tuple[int, float]:
    with transaction.atomic():
        for trigger in TRIGGERS:
            execute(Sql(f"ALTER TABLE activities_activity {triggers} TRIGGER {trigger}"))
        started = time.perf_counter()
        rows = len(write().done)
        execute(Sql("SET CONSTRAINTS ALL IMMEDIATE"))
        ms = (time.perf_counter() - started) * 1000
        transaction.set_rollback(True)
    return rows, ms
