"""The rows of a history's entries, kind by kind: a query or two for each, whatever their number; within the reader's rights."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from relance.activities import policy as activities
from relance.activities.policy import file_readable
from relance.activities.queries import get_rows, list_validations
from relance.activities.terms import DOCUMENT
from relance.crm import policy as elements
from relance.journal.queries import list_by_ids
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, fetch_all, sql
from relance.timeline import policy
from relance.timeline.branches import decoded
from relance.timeline.terms import Entry, EntryKind

_ACTIVITY_COLUMNS = ("element", "responsible", "completed_by", "outcome", "note", "colour")


def entries_of(actor: Actor, rows: Sequence[Row]) -> list[Entry]:
    """The entries of (id, k) in their order; what the actor may not read is left out."""
    ids: dict[EntryKind, list[int]] = defaultdict(list)
    for row in rows:
        kind, row_id = decoded(row["id"])
        ids[kind].append(row_id)
    found: dict[EntryKind, Mapping[int, Row]] = {
        EntryKind.ACTIVITY: _activities(actor, ids[EntryKind.ACTIVITY]),
        EntryKind.COMMENT: _comments_by_id(actor, ids[EntryKind.COMMENT]),
        EntryKind.FILE: _files(actor, ids[EntryKind.FILE], [row["k"] for row in rows]),
        EntryKind.CHANGE: _changes(ids[EntryKind.CHANGE], [row["k"] for row in rows]),
        EntryKind.CREATION: _creations(actor, ids[EntryKind.CREATION]),
    }
    entries = []
    for row in rows:
        kind, row_id = decoded(row["id"])
        if row_id in found[kind]:
            entries.append(Entry(kind, row_id, row["k"], found[kind][row_id]))
    return entries


def _activities(actor: Actor, ids: Sequence[int]) -> dict[int, Row]:
    if not ids:
        return {}
    rows = {row["id"]: row for row in get_rows(actor, ids=ids, columns=_ACTIVITY_COLUMNS) if row["is_completed"]}
    counts = fetch_all(
        sql(
            """
            SELECT c.activity_id, count(*) AS n FROM timeline_comment c
            WHERE c.activity_id = ANY({}) AND c.deleted_at IS NULL GROUP BY 1
            """,
            list(rows),
        )
    )
    by_id = {row["activity_id"]: row["n"] for row in counts}
    answers = answers_of(actor, list(rows.values()))
    return {
        row_id: {**row, "comments": by_id.get(row_id, 0), "answers": answers.get(row_id, [])}
        for row_id, row in rows.items()
    }


def answers_of(actor: Actor, rows: Sequence[Row]) -> dict[int, list[Row]]:
    """Who was asked to validate the documents among these activities, and what each answered, by activity."""
    documents = [row["id"] for row in rows if row["type"] == DOCUMENT]
    found: dict[int, list[Row]] = defaultdict(list)
    for answer in list_validations(actor, documents) if documents else []:
        found[answer["activity_id"]].append(answer)
    return found


def _comments_by_id(actor: Actor, ids: Sequence[int]) -> dict[int, Row]:
    return {row["id"]: row for row in comments_where(actor, sql("c.id = ANY({})", list(ids)))} if ids else {}


def comments_where(actor: Actor, where: Sql) -> list[Row]:
    """The live comments `c` that the actor may read, oldest first, with their files and what he may do with each."""
    rows = fetch_all(
        sql(
            """
            SELECT c.id, c.text, c.author_id, c.created_at, c.edited_at, c.element_id, c.activity_id, c.mentions,
                trim(u.first_name || ' ' || u.last_name) AS author_name,
                o.kind AS element_kind, o.number AS element_number, o.name AS element_name,
                ARRAY(SELECT trim(m.first_name || ' ' || m.last_name) FROM people_user m WHERE m.id = ANY(c.mentions))
                    AS mentioned,
                (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name, 'size', f.size, 'media_type',
                        f.media_type, 'uploaded_at', f.uploaded_at) ORDER BY f.id), '[]')
                    FROM timeline_commentfile x JOIN activities_attachment f ON f.id = x.file_id
                    WHERE x.comment_id = c.id AND f.deleted_at IS NULL) AS files,
                ({}) AS can_edit, ({}) AS can_delete
            FROM timeline_comment c JOIN people_user u ON u.id = c.author_id
            LEFT JOIN crm_element o ON o.id = c.element_id
            WHERE {} AND {} AND {} ORDER BY c.created_at, c.id
            """,
            policy.editable(actor),
            policy.deletable(actor),
            where,
            policy.LIVE,
            policy.readable(actor),
        )
    )
    for row in rows:
        row["files"] = json.loads(row["files"])
    return rows


def _files(actor: Actor, ids: Sequence[int], moments: Sequence[datetime]) -> dict[int, Row]:
    """What was done with files: which ones, each with whether it can still be had, and on which activity."""
    told = _changes(ids, moments)
    if not told:
        return {}
    query = sql(
        """
        SELECT f.id, f.name, f.size, f.media_type, f.uploaded_at, ({}) AS is_there
        FROM activities_attachment f WHERE f.id = ANY({})
        """,
        file_readable(actor),
        sorted({file_id for row in told.values() for file_id in row["after"]["files"]}),
    )
    files = {row["id"]: row for row in fetch_all(query)}
    subjects = _subjects(actor, [row["after"]["activity_id"] for row in told.values() if row["after"]["activity_id"]])
    return {
        row_id: {
            **row,
            "files": [files[file_id] for file_id in row["after"]["files"] if file_id in files],
            "activity_id": row["after"]["activity_id"],
            "subject": subjects.get(row["after"]["activity_id"], ""),
        }
        for row_id, row in told.items()
    }


def _subjects(actor: Actor, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    query = sql(
        "SELECT a.id, a.subject FROM activities_activity a WHERE a.id = ANY({}) AND a.deleted_at IS NULL AND {}",
        list(ids),
        activities.readable(actor, Sql("a.id")),
    )
    return {row["id"]: row["subject"] for row in fetch_all(query)}


def _changes(ids: Sequence[int], moments: Sequence[datetime]) -> dict[int, Row]:
    if not ids:
        return {}
    return {row["id"]: row for row in list_by_ids(ids, first=min(moments), last=max(moments))}


def _creations(actor: Actor, ids: Sequence[int]) -> dict[int, Row]:
    if not ids:
        return {}
    query = sql(
        "SELECT e.id, e.kind, e.created_by_id AS actor_id FROM crm_element e WHERE e.id = ANY({}) AND {}",
        list(ids),
        elements.readable(actor),
    )
    return {row["id"]: row for row in fetch_all(query)}
