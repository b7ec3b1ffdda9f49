"""What the journal needs done in the background."""

from __future__ import annotations

from relance.kit.sql import Sql, execute

MONTHS_AHEAD = 13


def make_partitions() -> None:
    """Make the partitions of the months to come; those that exist are left alone."""
    execute(Sql("SELECT journal_make_partitions(current_date, %s)", (MONTHS_AHEAD,)))
