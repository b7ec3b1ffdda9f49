"""Reading the journal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from relance.kit.sql import Row, Sql, fetch_all, sql


def list_gesture(gesture: UUID) -> list[Row]:
    """All entries of a gesture: id, actor_id, verb, noun, noun_id, before, after; in the order in which they were made."""
    return _entries(sql_where=sql("gesture = {}", gesture))


def list_entries(*, noun: str, noun_id: int) -> list[Row]:
    """All entries of one row, oldest first."""
    return _entries(sql_where=sql("noun = {} AND noun_id = {}", noun, noun_id))


def fields_changed_since(*, noun: str, noun_id: int, version: int) -> set[str]:
    """The columns of a row that were changed after it had a version."""
    rows = fetch_all(
        sql(
            """
            SELECT DISTINCT jsonb_object_keys(change->'after') AS key FROM journal_auditentry
            WHERE noun = {} AND noun_id = {} AND (change->'after'->>'version')::bigint > {}
            """,
            noun,
            noun_id,
            version,
        )
    )
    return {row["key"] for row in rows} - {"version"}


def list_by_ids(ids: Sequence[int], *, first: datetime, last: datetime) -> list[Row]:
    """Entries by their ids, all of them made between two instants, in the order in which they were made."""
    return _entries(sql_where=sql("id = ANY({}) AND at BETWEEN {} AND {}", list(ids), first, last))


def nouns_of(gesture: UUID) -> dict[str, Sequence[int]]:
    """Which rows a gesture touched, by noun."""
    rows = fetch_all(
        sql(
            "SELECT noun, array_agg(DISTINCT noun_id) AS ids FROM journal_auditentry WHERE gesture = {} GROUP BY noun",
            gesture,
        )
    )
    return {row["noun"]: row["ids"] for row in rows}


def _entries(*, sql_where: Sql) -> list[Row]:
    rows = fetch_all(
        sql(
            """
            SELECT id, at, gesture, actor_id, via, verb, noun, noun_id, change->'before' AS before, change->'after' AS after
            FROM journal_auditentry WHERE {} ORDER BY id
            """,
            sql_where,
        )
    )
    for row in rows:
        row["before"], row["after"] = json.loads(row["before"]), json.loads(row["after"])
    return rows
