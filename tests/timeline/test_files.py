"""Files in timelines: what a history says of them, and those that comments carry; for whom, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from relance.activities.actions import attach_to_activity, attach_to_element, remove_files
from relance.activities.files import get_file
from relance.bulk.actions import undo
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.sql import execute, fetch_value, sql
from relance.timeline.actions import create_comment, delete_comments, edit_comment, undo_comments
from relance.timeline.queries import find_comment, list_comments
from relance.timeline.terms import CommentDraft, Entry, EntryKind
from tests.cast import Cast, delete_element, journal_size, make_activity, make_element, make_file, make_user
from tests.timeline.test_history import entries

pytestmark = pytest.mark.django_db


def told(actor: Actor, element_id: int, **asked: Any) -> list[tuple[str, list[str], str]]:
    """What a history says of files: what was done, their names, on which activity."""
    found: list[Entry] = entries(actor, element_id, **asked)
    return [
        (entry.row["verb"], [file["name"] for file in entry.row["files"]], entry.row["subject"])
        for entry in found
        if entry.kind == EntryKind.FILE
    ]


def carried(actor: Actor, comment_id: int) -> list[str]:
    """The names of the files under a comment."""
    row = find_comment(actor, id=comment_id)
    assert row
    return [file["name"] for file in row["files"]]


def test_files_of_an_element_and_of_its_activities_come_and_go_in_its_history(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    activity = make_activity(cast.bob, deal, subject="Visite")
    first, second, third = (make_file(cast.bob, f"{name}.pdf") for name in ("devis", "plan", "photo"))
    attach_to_element(bob, element_id=deal, ids=[first, second])
    attach_to_activity(bob, activity_id=activity, ids=[third])
    removed = remove_files(bob, ids=[first]).gesture
    assert told(bob, deal) == [
        ("remove", ["devis.pdf"], ""),
        ("attach", ["photo.pdf"], "Visite"),
        ("attach", ["devis.pdf", "plan.pdf"], ""),
    ]
    there = {file["name"]: file["is_there"] for e in entries(bob, deal, kind="file") for file in e.row["files"]}
    assert there == {"devis.pdf": False, "plan.pdf": True, "photo.pdf": True}
    assert removed
    undo(bob, gesture=removed)
    assert told(bob, deal)[0] == ("attach", ["devis.pdf"], "")
    assert [names for _verb, names, _subject in told(bob, deal, text="PHOTO")] == [["photo.pdf"]]
    assert told(bob, deal, person_id=cast.alice) == []


def test_an_attachment_that_is_taken_back_is_said_to_be_removed(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    gesture = attach_to_element(bob, element_id=deal, ids=[make_file(cast.bob, "devis.pdf")])
    undo(bob, gesture=gesture)
    assert [verb for verb, _names, _subject in told(bob, deal)] == ["remove", "attach"]


def test_a_file_of_an_activity_is_told_to_each_element_and_to_who_may_read_the_activity(cast: Cast) -> None:
    mine, theirs = make_element("deal", cast.bob), make_element("deal", cast.charlie)
    activity = make_activity(cast.bob, mine, theirs, subject="Commune")
    attach_to_activity(cast.actor("bob"), activity_id=activity, ids=[make_file(cast.bob, "devis.pdf")])
    assert (
        told(cast.actor("bob"), mine) == told(cast.actor("charlie"), theirs) == [("attach", ["devis.pdf"], "Commune")]
    )
    # Unbound from his deal, it is nothing that Bob may read: nor is its subject.
    execute(sql("UPDATE activities_binding SET is_main = element_id = {} WHERE activity_id = {}", theirs, activity))
    execute(sql("DELETE FROM activities_binding WHERE activity_id = {} AND element_id = {}", activity, mine))
    assert told(cast.actor("bob"), mine) == []
    assert told(cast.actor("charlie"), theirs)


def test_a_comment_carries_files_for_who_may_read_it(cast: Cast) -> None:
    bob, deal, file = cast.actor("bob"), make_element("deal", cast.bob), make_file(cast.bob, "devis.pdf")
    comment = create_comment(bob, draft=CommentDraft(text="Voici", element_id=deal, files=(file,))).done[0]
    assert carried(bob, comment) == carried(cast.actor("alice"), comment) == ["devis.pdf"]
    assert get_file(cast.actor("alice"), id=file).name == "devis.pdf"
    with pytest.raises(NotFound):
        get_file(cast.actor("charlie"), id=file)
    # It stands under the comment, and has no entry of its own.
    assert told(bob, deal) == []
    delete_element(deal)
    with pytest.raises(NotFound):
        get_file(bob, id=file)


def test_who_only_reads_may_comment_with_a_file_and_take_it_back(cast: Cast) -> None:
    rita = make_user("Rita", "Lit", role="read_only")
    reader = Cast(rita, rita, rita, rita, 0, 0).actor("bob")
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    draft = CommentDraft(text="Vu", activity_id=activity, files=(make_file(rita, "vu.pdf"),))
    outcome = create_comment(reader, draft=draft)
    assert [[file["name"] for file in row["files"]] for row in list_comments(reader, activity_id=activity)] == [
        ["vu.pdf"]
    ]
    assert outcome.gesture
    assert undo_comments(reader, gesture=outcome.gesture).done == outcome.done
    with pytest.raises(NotFound):
        get_file(reader, id=draft.files[0])


def test_files_go_and_come_back_with_their_comment(cast: Cast) -> None:
    bob, deal, file = cast.actor("bob"), make_element("deal", cast.bob), make_file(cast.bob, "devis.pdf")
    comment = create_comment(bob, draft=CommentDraft(text="Voici", element_id=deal, files=(file,))).done[0]
    deleted = delete_comments(cast.actor("alice"), ids=[comment])
    with pytest.raises(NotFound):
        get_file(bob, id=file)
    assert deleted.gesture
    undo_comments(cast.actor("alice"), gesture=deleted.gesture)
    assert carried(bob, comment) == ["devis.pdf"]


def test_an_edit_changes_the_files_and_is_taken_back_whole(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    old, new = make_file(cast.bob, "v1.pdf"), make_file(cast.bob, "v2.pdf")
    comment = create_comment(bob, draft=CommentDraft(text="Voici", element_id=deal, files=(old,))).done[0]
    assert edit_comment(bob, id=comment, text="Voici").unchanged == [comment]
    edited = edit_comment(bob, id=comment, text="Voici", files=[new])
    assert carried(bob, comment) == ["v2.pdf"]
    assert edited.gesture
    back = undo_comments(bob, gesture=edited.gesture)
    assert carried(bob, comment) == ["v1.pdf"]
    assert back.gesture
    undo_comments(bob, gesture=back.gesture)
    assert carried(bob, comment) == ["v2.pdf"]


def test_somebody_elses_file_is_not_carried(cast: Cast) -> None:
    deal, file, size = make_element("deal", cast.bob), make_file(cast.charlie, "secret.pdf"), journal_size()
    with pytest.raises(Invalid):
        create_comment(cast.actor("bob"), draft=CommentDraft(text="Voici", element_id=deal, files=(file,)))
    assert journal_size() == size
    assert fetch_value(sql("SELECT element_id FROM activities_attachment WHERE id = {}", file)) is None
