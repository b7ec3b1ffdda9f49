"""Files: taken in, attached to an activity or an element, removed, and put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities import blobs, policy
from relance.activities.actions.filing import record_files
from relance.activities.archives import check_archive
from relance.activities.blobs import Blob
from relance.activities.filenames import ARCHIVES, HEAD_BYTES, FileType, check_head, checked_name, refusal, type_of
from relance.activities.judging import judge, readable_elements
from relance.activities.terms import ActivityChanges
from relance.journal.actions import change, new_gesture, restore
from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, Sql, distinct_ids, execute, fetch_all, fetch_column, fetch_one, fetch_value, sql

# Of what somebody has uploaded within a day and not attached.
MOST_PENDING = 50
PENDING_UPLOADS = 4
TABLE = "activities_attachment"


def upload_file(actor: Actor, *, name: str, chunks: Iterable[bytes], announced_bytes: int) -> int:
    """Take a file in as it comes, without holding it in memory; its id. It is the actor's alone until he attaches it.

    Raises:
        Invalid: by `files`, naming the file: its name, kind, size or content, or too many that wait to be attached.
    """
    name = checked_name(name)
    kind = type_of(name)
    most = settings.MOST_UPLOAD_BYTES
    if announced_bytes > most:
        raise _too_large(name)
    _check_quota(actor, name, announced_bytes)
    try:
        blob = blobs.write(chunks, most=most)
    except blobs.TooLargeError as error:
        raise _too_large(name) from error
    try:
        _check_content(name, kind, blob, announced_bytes)
        return _keep(actor, name, kind, blob)
    except BaseException:
        blobs.remove(blob.key)
        raise


@transaction.atomic
def attach_to_activity(actor: Actor, *, activity_id: int, ids: Sequence[int]) -> UUID:
    """Give an activity files that the actor has uploaded; the gesture.

    Raises:
        NotFound, Forbidden: the actor may not read, or not edit the activity.
        Invalid: a file is not (or no longer) one of his that wait.
    """
    judged = judge(actor, [activity_id], "edit")
    for refused in judged.refused:
        raise NotFound if refused.is_hidden else Forbidden(refused.reason)
    gesture = new_gesture()
    give_files(actor, gesture, ids, activity_id=activity_id)
    return gesture


@transaction.atomic
def attach_to_element(actor: Actor, *, element_id: int, ids: Sequence[int]) -> UUID:
    """Give an element files that the actor has uploaded; the gesture.

    Raises:
        NotFound, Forbidden: the actor may not read, or not update the element.
        Invalid: a file is not (or no longer) one of his that wait.
    """
    found = readable_elements(actor, [element_id])
    if element_id not in found:
        raise NotFound
    if not found[element_id]["can_update"]:
        raise Forbidden(_("You need the right to update this element."))
    gesture = new_gesture()
    give_files(actor, gesture, ids, element_id=element_id)
    return gesture


def give_files(
    actor: Actor,
    gesture: UUID,
    ids: Sequence[int],
    *,
    activity_id: int | None = None,
    element_id: int | None = None,
    is_told: bool = True,
) -> None:
    """Attach pending files, within the caller's transaction; the caller has judged the right to (a comment asks for less).

    `is_told`: histories of elements have an entry of it; those of a comment are shown under the comment instead.

    Raises:
        Invalid: a file is not (or no longer) one of the actor's that wait.
    """
    check_pending(actor, ids)
    values: dict[str, object] = {"activity_id": activity_id} if activity_id else {"element_id": element_id}
    done = change(actor, gesture, verb="attach", noun="attachment", table=TABLE, ids=ids, values=values, stamped=False)
    if is_told:
        owner = {"activity_id": activity_id, "element_id": element_id}
        record_files(actor, gesture, verb="attach", rows=[{"id": file_id, **owner} for file_id in done])


def change_files(actor: Actor, gesture: UUID, ids: Sequence[int], changes: ActivityChanges) -> set[int]:
    """Add files to the one activity that the actor may edit, remove some of it; the ids of those that this changed.

    Raises:
        Invalid: a file that cannot be added, or files for several activities at once: each has one place.
    """
    if not ids:
        return set()
    if len(ids) > 1:
        raise Invalid({"files": _("A file is added to one activity at a time.")})
    give_files(actor, gesture, changes.add_files, activity_id=ids[0])
    own = sql(
        "SELECT id FROM activities_attachment WHERE id = ANY({}) AND activity_id = {} AND deleted_at IS NULL",
        list(changes.remove_files),
        ids[0],
    )
    owner = {"activity_id": ids[0], "element_id": None}
    removed = bin_files(actor, gesture, [{"id": file_id, **owner} for file_id in fetch_column(own)])
    return set(ids) if changes.add_files or removed else set()


def check_pending(actor: Actor, ids: Sequence[int]) -> None:
    """Lock pending files of the actor's.

    Raises:
        Invalid: one of them is not.
    """
    if not ids:
        return
    query = sql(
        "SELECT f.id FROM activities_attachment f WHERE f.id = ANY({}) AND f.deleted_at IS NULL AND {} ORDER BY f.id FOR UPDATE",
        distinct_ids(ids),
        policy.file_pending(actor),
    )
    if len(fetch_column(query)) != len(set(ids)):
        raise Invalid({"files": _("One of the files is no longer there; add it again.")})


@transaction.atomic
def remove_files(actor: Actor, *, ids: Sequence[int]) -> Outcome:
    """Remove files from the activities and elements that the actor may edit. One that waits is forgotten at once."""
    rows = _locked(actor, ids)
    seen = {row["id"] for row in rows}
    hidden = [Refusal(i, _("This file does not exist."), is_hidden=True, noun="file") for i in ids if i not in seen]
    waiting = [row for row in rows if row["activity_id"] is None and row["element_id"] is None]
    _forget(waiting)
    allowed, refused = _judged(actor, [row for row in rows if row not in waiting])
    gesture = new_gesture()
    done = bin_files(actor, gesture, [row for row in rows if row["id"] in set(allowed)])
    gone = [row["id"] for row in waiting]
    return Outcome(sorted([*done, *gone]), [], [*hidden, *refused], gesture if done else None)


@transaction.atomic
def undo_files(actor: Actor, *, gesture: UUID, back: UUID) -> Outcome:
    """Take back that files were attached or removed; done are the activities and elements that this changed.

    The files of an activity that is itself in the bin stay with it.
    """
    entries = {entry["noun_id"]: entry for entry in list_gesture(gesture) if entry["noun"] == "attachment"}
    rows = _with_owners(entries)
    allowed, refused = _judged(actor, rows)
    done = set(restore(actor, gesture, back, noun="attachment", table=TABLE, ids=allowed, stamped=False))
    _record_undone(actor, back, [row for row in rows if row["id"] in done])
    text = _("Somebody has changed this file since; it was left as it is.")
    stale = [Refusal(i, text, noun="file") for i in allowed if i not in done]
    owners = {row["activity_id"] or row["element_id"] for row in rows if row["id"] in done}
    return Outcome(sorted(owners), [], [*refused, *stale], back if done else None)


def bin_files(actor: Actor, gesture: UUID, rows: Sequence[Row], *, is_told: bool = True) -> list[int]:
    """Remove files (id, activity_id, element_id) that the actor may remove; the ids of those that were there."""
    ids = [row["id"] for row in rows]
    values = {"deleted_at": Sql("now()"), "deleted_by_id": actor.recorded_id, "deleted_gesture": gesture}
    done = change(actor, gesture, verb="delete", noun="attachment", table=TABLE, ids=ids, values=values, stamped=False)
    if is_told:
        record_files(actor, gesture, verb="remove", rows=[row for row in rows if row["id"] in done])
    return done


def _record_undone(actor: Actor, back: UUID, rows: Sequence[Row]) -> None:
    """What an undoing did to files, in their elements' histories: those that are there again, those that went."""
    query = sql(
        """
        SELECT id FROM activities_attachment WHERE id = ANY({}) AND deleted_at IS NULL
            AND (activity_id IS NOT NULL OR element_id IS NOT NULL)
        """,
        [row["id"] for row in rows],
    )
    there = set(fetch_column(query)) if rows else set()
    record_files(actor, back, verb="attach", rows=[row for row in rows if row["id"] in there])
    record_files(actor, back, verb="remove", rows=[row for row in rows if row["id"] not in there])


def _with_owners(entries: Mapping[int, Row]) -> list[Row]:
    """The files that a gesture touched: id, activity_id, element_id; of one that it (or its undoing) has set free, the
    owner that it had."""
    if not entries:
        return []
    query = "SELECT id, activity_id, element_id FROM activities_attachment WHERE id = ANY({}) ORDER BY id FOR UPDATE"
    rows = fetch_all(sql(query, list(entries)))
    for row in rows:
        entry = entries[row["id"]]
        had = {**(entry["before"] or {}), **{key: owner for key, owner in (entry["after"] or {}).items() if owner}}
        if row["activity_id"] is None and row["element_id"] is None:
            row["activity_id"], row["element_id"] = had.get("activity_id"), had.get("element_id")
    activities = [row["activity_id"] for row in rows if row["activity_id"]]
    binned = sql("SELECT id FROM activities_activity WHERE id = ANY({}) AND deleted_at IS NOT NULL", activities)
    gone = set(fetch_column(binned)) if activities else set()
    return [row for row in rows if (row["activity_id"] or row["element_id"]) and row["activity_id"] not in gone]


def _judged(actor: Actor, rows: Sequence[Row]) -> tuple[list[int], list[Refusal]]:
    """The ids of the files whose activity or element the actor may edit, and the refusals of the others."""
    activities = judge(actor, [row["activity_id"] for row in rows if row["activity_id"]], "edit")
    elements = readable_elements(actor, [row["element_id"] for row in rows if row["element_id"]])
    editable = set(activities.ids)
    why = {refused.id: refused for refused in activities.refused}
    allowed, refusals = [], []
    for row in rows:
        element = elements.get(row["element_id"])
        if row["activity_id"] in editable or (element and element["can_update"]):
            allowed.append(row["id"])
        elif (row["activity_id"] and why[row["activity_id"]].is_hidden) or (row["element_id"] and not element):
            refusals.append(Refusal(row["id"], _("This file does not exist."), is_hidden=True, noun="file"))
        elif row["activity_id"]:
            refusals.append(Refusal(row["id"], why[row["activity_id"]].reason, noun="file"))
        else:
            refusals.append(Refusal(row["id"], _("You need the right to update this element."), noun="file"))
    return allowed, refusals


def _locked(actor: Actor, ids: Sequence[int]) -> list[Row]:
    query = sql(
        """
        SELECT f.id, f.key, f.activity_id, f.element_id FROM activities_attachment f
        WHERE f.id = ANY({}) AND {} ORDER BY f.id FOR UPDATE
        """,
        distinct_ids(ids),
        policy.file_readable(actor),
    )
    return fetch_all(query)


def _forget(rows: Sequence[Row]) -> None:
    """Erase pending files. One that was attached once stays: taking that back again would need it."""
    query = sql(
        """
        DELETE FROM activities_attachment f WHERE f.id = ANY({}) AND NOT EXISTS (
            SELECT FROM journal_auditentry j WHERE j.noun = 'attachment' AND j.noun_id = f.id) RETURNING f.key
        """,
        [row["id"] for row in rows],
    )
    keys = fetch_column(query) if rows else []
    for key in keys:
        transaction.on_commit(partial(blobs.remove, key))


def _check_quota(actor: Actor, name: str, more_bytes: int) -> None:
    row = fetch_one(
        sql(
            """
            SELECT count(*) AS files, coalesce(sum(f.size), 0)::bigint AS bytes FROM activities_attachment f
            WHERE {} AND f.uploaded_at > now() - interval '1 day'
            """,
            policy.file_pending(actor),
        )
    )
    assert row is not None
    if row["files"] >= MOST_PENDING or row["bytes"] + more_bytes > PENDING_UPLOADS * settings.MOST_UPLOAD_BYTES:
        raise refusal(name, _("too many of your files wait to be attached; save or remove those first."))


def _check_content(name: str, kind: FileType, blob: Blob, announced_bytes: int) -> None:
    if blob.size != announced_bytes:
        raise refusal(name, _("it has not arrived whole; add it again."))
    with blobs.open_blob(blob.key) as file:
        check_head(name, kind, file.read(HEAD_BYTES))
        if kind.looks in ARCHIVES:
            check_archive(name, kind, file)


@transaction.atomic
def _keep(actor: Actor, name: str, kind: FileType, blob: Blob) -> int:
    # One after the other for each person, so that uploads side by side do not pass the quota together.
    execute(sql("SELECT pg_advisory_xact_lock(hashtextextended('relance.upload', {}))", actor.user_id))
    _check_quota(actor, name, blob.size)
    query = sql(
        """
        INSERT INTO activities_attachment (name, size, media_type, digest, key, uploaded_by_id, uploaded_at)
        VALUES ({}, {}, {}, {}, {}, {}, now()) RETURNING id
        """,
        name,
        blob.size,
        kind.media_type,
        blob.digest,
        blob.key,
        actor.user_id,
    )
    return int(fetch_value(query))


def _too_large(name: str) -> Invalid:
    return refusal(
        name, _("it is larger than the %(most)d MB that are taken.") % {"most": settings.MOST_UPLOAD_BYTES // 2**20}
    )
