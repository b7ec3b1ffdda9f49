"""The journal's partitions are there before their months begin."""

from __future__ import annotations

from relance.config.jobs import SCHEDULE
from relance.journal.jobs import MONTHS_AHEAD, make_partitions
from relance.kit.sql import Sql, fetch_value

PARTITIONS = Sql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'journal_auditentry'::regclass")


def test_partitions_are_made_ahead_and_once(db: None) -> None:
    make_partitions()
    made = fetch_value(PARTITIONS)
    make_partitions()
    assert made >= MONTHS_AHEAD + 1
    assert fetch_value(PARTITIONS) == made


def test_jobs_are_scheduled() -> None:
    assert set(SCHEDULE) == {"files.sweep", "journal.make_partitions", "notifications.remind", "sessions.clear"}
