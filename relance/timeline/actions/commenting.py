"""Comments: written by who may read, edited by who wrote them, deleted by him or by who may update what they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities import policy as activities
from relance.crm import policy as elements
from relance.journal.actions import change, new_gesture, record_created, restore
from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, Sql, distinct_ids, fetch_all, fetch_one, fetch_value, sql
from relance.timeline import policy
from relance.timeline.actions.carrying import add_files, files_of, remove_from, undo_files_of
from relance.timeline.mentions import find_mentioned, require_readers
from relance.timeline.terms import LONGEST_COMMENT, CommentDraft

TABLE, NOUN = "timeline_comment", "comment"
# What its comment stands on is journaled with each change: who is told of a mention is told where.
_PLACE = {"element_id": Sql("t.element_id"), "activity_id": Sql("t.activity_id")}


@transaction.atomic
def create_comment(actor: Actor, *, draft: CommentDraft) -> Outcome:
    """Write a comment on an element or an activity that the actor may read (product.md section 6).

    A form sent twice (the same `creation_key`) makes one, and gives its id both times.

    Raises:
        NotFound: there is no such element or activity, or the actor may not read it.
        Invalid: no text, too long a one, a mention of somebody who may not read what it stands on, or a file that is
            not one of the actor's that wait.
    """
    _require_place(actor, draft)
    text = _checked(draft.text)
    mentions = find_mentioned(text, draft.mentions)
    require_readers(actor, mentions, element_id=draft.element_id, activity_id=draft.activity_id)
    comment_id = fetch_value(
        sql(
            """
            INSERT INTO timeline_comment (element_id, activity_id, text, mentions, author_id, created_at, creation_key)
            VALUES ({}, {}, {}, {}, {}, now(), {}) ON CONFLICT (creation_key) DO NOTHING RETURNING id
            """,
            draft.element_id,
            draft.activity_id,
            text,
            mentions,
            actor.user_id,
            draft.creation_key,
        )
    )
    if comment_id is None:
        return Outcome(unchanged=[_made_before(actor, draft)])
    gesture = new_gesture()
    record_created(actor, gesture, noun=NOUN, table=TABLE, ids=[comment_id])
    place = {"id": comment_id, "element_id": draft.element_id, "activity_id": draft.activity_id}
    add_files(actor, gesture, place, draft.files)
    return Outcome(done=[comment_id], gesture=gesture)


@transaction.atomic
def edit_comment(
    actor: Actor, *, id: int, text: str, mentions: Sequence[int] = (), files: Sequence[int] | None = None
) -> Outcome:
    """Change the text of one's own comment, and which `files` it carries (None: as they are). Only who is newly
    mentioned is told of it.

    Raises:
        Invalid: as for a new one.
    """
    rows, refused = _locked(actor, [id], "can_edit", _("Only who wrote a comment can edit it."))
    if not rows:
        return Outcome(refused=refused)
    row, text = rows[0], _checked(text)
    carried = files_of([id])
    had = {file["id"] for file in carried}
    wanted = had if files is None else set(files)
    if row["text"] == text and wanted == had:
        return Outcome(unchanged=[id])
    found = find_mentioned(text, mentions or row["mentions"])
    new = sorted(set(found) - set(row["mentions"]))
    require_readers(actor, new, element_id=row["element_id"], activity_id=row["activity_id"])
    values = {"text": text, "mentions": sql("{}::bigint[]", found), "edited_at": Sql("now()"), **_PLACE}
    gesture = new_gesture()
    change(actor, gesture, verb="edit", noun=NOUN, table=TABLE, ids=[id], values=values, stamped=False)
    remove_from(actor, gesture, [file for file in carried if file["id"] not in wanted])
    add_files(actor, gesture, row, sorted(wanted - had))
    return Outcome(done=[id], gesture=gesture)


@transaction.atomic
def delete_comments(actor: Actor, *, ids: Sequence[int]) -> Outcome:
    """Delete one's own comments, and others' on what the actor may update."""
    reason = _("You need the right to update this element in order to delete somebody else's comment.")
    rows, refused = _locked(actor, ids, "can_delete", reason)
    gesture = new_gesture()
    values = {"deleted_at": Sql("now()"), "deleted_by_id": actor.recorded_id, "deleted_gesture": gesture}
    done = change(
        actor,
        gesture,
        verb="delete",
        noun=NOUN,
        table=TABLE,
        ids=[row["id"] for row in rows],
        values=values,
        stamped=False,
    )
    remove_from(actor, gesture, files_of(done))
    return Outcome(done=sorted(done), refused=refused, gesture=gesture if done else None)


@transaction.atomic
def undo_comments(actor: Actor, *, gesture: UUID) -> Outcome:
    """Take back one's own gesture over comments: the deleted ones come back, edited ones say what they said, new ones go.

    The rights are those of the gesture, as they are now. Only where a comment still stands as the gesture left it.

    Raises:
        NotFound: it is no gesture of the actor's over comments.
    """
    entries = {entry["noun_id"]: entry for entry in list_gesture(gesture) if entry["noun"] == NOUN}
    if not entries or next(iter(entries.values()))["actor_id"] != actor.recorded_id:
        raise NotFound
    made = [row_id for row_id, entry in entries.items() if entry["before"] is None]
    if made:
        return delete_comments(actor, ids=made)
    is_deletion = next(iter(entries.values()))["verb"] == "delete"
    flag, reason = ("can_delete", _("You may not restore this comment.")) if is_deletion else (
        "can_edit", _("Only who wrote a comment can edit it."))  # fmt: skip
    rows, refused = _locked(actor, list(entries), flag, reason, deleted=is_deletion)
    back = new_gesture()
    ids = [row["id"] for row in rows]
    done = restore(actor, gesture, back, noun=NOUN, table=TABLE, ids=ids, stamped=False)
    undo_files_of(actor, gesture, back, done)
    stale = [Refusal(row_id, _("It has been changed since."), noun=NOUN) for row_id in ids if row_id not in done]
    return Outcome(sorted(done), [], [*refused, *stale], back if done else None)


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise Invalid({"text": _("Write something first.")})
    if len(text) > LONGEST_COMMENT:
        raise Invalid({"text": _("A comment has at most %(most)d characters.") % {"most": LONGEST_COMMENT}})
    return text


def _require_place(actor: Actor, draft: CommentDraft) -> None:
    if (draft.element_id is None) == (draft.activity_id is None):
        raise NotFound
    query = (
        sql("SELECT e.id FROM crm_element e WHERE e.id = {} AND {}", draft.element_id, elements.readable(actor))
        if draft.element_id is not None
        else sql(
            "SELECT a.id FROM activities_activity a WHERE a.id = {} AND a.deleted_at IS NULL AND {}",
            draft.activity_id,
            activities.readable(actor, Sql("a.id")),
        )
    )
    if fetch_one(query) is None:
        raise NotFound


def _made_before(actor: Actor, draft: CommentDraft) -> int:
    query = sql(
        "SELECT c.id FROM timeline_comment c WHERE c.creation_key = {} AND {}",
        draft.creation_key,
        policy.editable(actor),
    )
    comment_id: int | None = fetch_value(query)
    if comment_id is None:
        raise NotFound
    return comment_id


def _locked(
    actor: Actor, ids: Sequence[int], flag: str, reason: str, *, deleted: bool = False
) -> tuple[list[Row], list[Refusal]]:
    """Lock comments by id: those on which the actor may do this, and a refusal for each of the others."""
    wanted = distinct_ids(ids)
    rows = fetch_all(
        sql(
            """
            SELECT c.id, c.text, c.mentions, c.element_id, c.activity_id, ({}) AS can_read, ({}) AS can_edit,
                ({}) AS can_delete
            FROM timeline_comment c WHERE c.id = ANY({}) AND {} ORDER BY c.id FOR NO KEY UPDATE OF c
            """,
            policy.readable(actor),
            policy.editable(actor),
            policy.deletable(actor),
            wanted,
            Sql("c.deleted_at IS NOT NULL") if deleted else policy.LIVE,
        )
    )
    seen = {row["id"]: row for row in rows if row["can_read"]}
    hidden = _("There is nothing here, or nothing that you may see.")
    refused = [
        Refusal(row_id, reason, noun=NOUN) if row_id in seen else Refusal(row_id, hidden, is_hidden=True, noun=NOUN)
        for row_id in wanted
        if row_id not in seen or not seen[row_id][flag]
    ]
    return [row for row in seen.values() if row[flag]], refused
