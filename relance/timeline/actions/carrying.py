"""The files that comments carry: given with the comment, gone and back with it. Rights are judged on the comment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from relance.activities.actions import bin_files, give_files
from relance.journal.actions import restore
from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.sql import Row, bigints, execute, fetch_all, fetch_column, sql


def add_files(actor: Actor, gesture: UUID, comment: Row, ids: Sequence[int]) -> None:
    """Give a comment (id, element_id, activity_id) files that the actor has uploaded; they belong to what it stands on.

    Raises:
        Invalid: a file is not (or no longer) one of his that wait.
    """
    if not ids:
        return
    owner = {key: comment[key] for key in ("element_id", "activity_id")}
    give_files(actor, gesture, ids, **owner, is_told=False)
    execute(
        sql(
            "INSERT INTO timeline_commentfile (comment_id, file_id) SELECT {}, unnest({})",
            comment["id"],
            bigints(dict.fromkeys(ids)),
        )
    )


def files_of(comment_ids: Iterable[int]) -> list[Row]:
    """The files that comments carry and that are there: id, activity_id, element_id."""
    query = sql(
        """
        SELECT f.id, f.activity_id, f.element_id FROM timeline_commentfile x JOIN activities_attachment f ON f.id = x.file_id
        WHERE x.comment_id = ANY({}) AND f.deleted_at IS NULL ORDER BY f.id FOR UPDATE OF f
        """,
        list(comment_ids),
    )
    return fetch_all(query)


def remove_from(actor: Actor, gesture: UUID, rows: Sequence[Row]) -> None:
    """Remove files of comments."""
    bin_files(actor, gesture, rows, is_told=False)


def undo_files_of(actor: Actor, gesture: UUID, back: UUID, comment_ids: Sequence[int]) -> None:
    """Take back what a gesture did to the files of these comments: the removed are there again, the added go."""
    entries = {entry["noun_id"]: entry for entry in list_gesture(gesture) if entry["noun"] == "attachment"}
    if not entries:
        return
    query = sql(
        "SELECT file_id FROM timeline_commentfile WHERE comment_id = ANY({}) AND file_id = ANY({})",
        list(comment_ids),
        list(entries),
    )
    own = fetch_column(query)
    removed = [file_id for file_id in own if entries[file_id]["after"].get("deleted_at")]
    restore(actor, gesture, back, noun="attachment", table="activities_attachment", ids=removed, stamped=False)
    added = set(own) - set(removed)
    bin_files(actor, back, [row for row in files_of(comment_ids) if row["id"] in added], is_told=False)
