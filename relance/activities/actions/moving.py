"""Moving deadlines and slots, as SQL over each row's old values `t`: in the responsible's zone, the time of day kept."""

from __future__ import annotations

from datetime import date, datetime

from relance.kit.sql import Sql, sql

_ZONE = Sql("(SELECT time_zone FROM people_user WHERE id = t.responsible_id)")
_SLOT_ONLY = Sql("(SELECT times = 'slot' FROM activities_activitytype WHERE id = t.type_id)")
# What moves: the deadline, if there is one; else the slot of a type that uses only a slot; else a deadline is set.
_HAS_DEADLINE = Sql("(t.deadline_at IS NOT NULL OR t.deadline_on IS NOT NULL)")
_MOVES_SLOT = sql("(NOT {} AND {} AND (t.start_at IS NOT NULL OR t.start_on IS NOT NULL))", _HAS_DEADLINE, _SLOT_ONLY)


def postponed(to_day: date | None, to_at: datetime | None) -> dict[str, object]:
    """The values that move a row to a day, or to an instant; an incoming row becomes a planned one."""
    if to_at is not None:
        return _to_instant(to_at)
    on_day = sql("(({}::date + (t.deadline_at AT TIME ZONE {})::time) AT TIME ZONE {})", to_day, _ZONE, _ZONE)
    start = sql("(({}::date + (t.start_at AT TIME ZONE {})::time) AT TIME ZONE {})", to_day, _ZONE, _ZONE)
    return {
        "is_incoming": False,
        "deadline_at": sql("CASE WHEN t.deadline_at IS NOT NULL THEN {} END", on_day),
        "deadline_on": sql(
            "CASE WHEN t.deadline_at IS NULL AND NOT coalesce({}, false) THEN {}::date END", _MOVES_SLOT, to_day
        ),
        "start_at": sql("CASE WHEN {} AND t.start_at IS NOT NULL THEN {} ELSE t.start_at END", _MOVES_SLOT, start),
        "end_at": sql(
            "CASE WHEN {} AND t.end_at IS NOT NULL THEN {} + (t.end_at - t.start_at) ELSE t.end_at END",
            _MOVES_SLOT,
            start,
        ),
        "start_on": sql(
            "CASE WHEN {} AND t.start_on IS NOT NULL THEN {}::date ELSE t.start_on END", _MOVES_SLOT, to_day
        ),
        "end_on": sql(
            "CASE WHEN {} AND t.end_on IS NOT NULL THEN {}::date + (t.end_on - t.start_on) ELSE t.end_on END",
            _MOVES_SLOT,
            to_day,
        ),
    }


def _to_instant(to_at: datetime) -> dict[str, object]:
    return {
        "is_incoming": False,
        "deadline_at": sql("CASE WHEN NOT coalesce({}, false) THEN {}::timestamptz END", _MOVES_SLOT, to_at),
        "deadline_on": None,
        "start_at": sql("CASE WHEN {} THEN {}::timestamptz ELSE t.start_at END", _MOVES_SLOT, to_at),
        "end_at": sql(
            "CASE WHEN {} THEN {}::timestamptz + coalesce(t.end_at - t.start_at, interval '0') ELSE t.end_at END",
            _MOVES_SLOT,
            to_at,
        ),
        "start_on": sql("CASE WHEN NOT coalesce({}, false) THEN t.start_on END", _MOVES_SLOT),
        "end_on": sql("CASE WHEN NOT coalesce({}, false) THEN t.end_on END", _MOVES_SLOT),
    }


def shifted(days: int) -> dict[str, object]:
    """The values that move a row's deadline and slot by whole days, each at its local time of day."""
    if not days:
        return {}
    moved = {
        column: sql(
            "((({} AT TIME ZONE {}) + make_interval(days => {})) AT TIME ZONE {})",
            Sql(f"t.{column}"),
            _ZONE,
            days,
            _ZONE,
        )
        for column in ("deadline_at", "start_at", "end_at")
    }
    return {
        **moved,
        **{column: sql("t.{} + {}", Sql(column), days) for column in ("deadline_on", "start_on", "end_on")},
    }
