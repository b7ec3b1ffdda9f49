"""Comments: who may write, edit, delete and restore them, and whom they may mention."""

from __future__ import annotations

from uuid import uuid4

import pytest

from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.sql import Sql, execute, fetch_value, sql
from relance.timeline.actions import create_comment, delete_comments, edit_comment, undo_comments
from relance.timeline.mentions import offer_people
from relance.timeline.queries import find_comment, list_comments
from relance.timeline.terms import LONGEST_COMMENT, CommentDraft
from tests.cast import Cast, delete_element, give_role, journal_size, make_activity, make_element, make_user

pytestmark = pytest.mark.django_db


def write(actor: Actor, element_id: int, text: str = "Vu avec le client") -> int:
    """Somebody comments on an element; the comment's id."""
    return create_comment(actor, draft=CommentDraft(text=text, element_id=element_id)).done[0]


def how_many() -> int:
    """The comments that are not deleted."""
    count: int = fetch_value(Sql("SELECT count(*) FROM timeline_comment WHERE deleted_at IS NULL"))
    return count


def test_who_may_read_may_comment_and_nobody_else(cast: Cast) -> None:
    deal, rita = make_element("deal", cast.bob), make_user("Rita", "Lit", role="read_only")
    assert write(cast.actor("bob"), deal)
    assert write(cast.actor("alice"), deal)
    size = journal_size()
    with pytest.raises(NotFound):
        write(cast.actor("charlie"), deal)
    assert (how_many(), journal_size()) == (2, size)
    reader = Cast(rita, rita, rita, rita, 0, 0).actor("bob")
    assert write(reader, deal)


def test_a_comment_on_an_activity_follows_the_activity(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    activity = make_activity(cast.bob, deal, make_element("deal", cast.charlie))
    draft = CommentDraft(text="Bien noté", activity_id=activity)
    create_comment(cast.actor("charlie"), draft=draft)
    assert [row["text"] for row in list_comments(cast.actor("bob"), activity_id=activity)] == ["Bien noté"]
    other = make_activity(cast.charlie, make_element("deal", cast.charlie))
    with pytest.raises(NotFound):
        create_comment(cast.actor("bob"), draft=CommentDraft(text="Non", activity_id=other))


def test_only_the_author_edits_and_who_may_update_deletes(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    comment = write(cast.actor("alice"), deal)
    rita = make_user("Rita", "Lit", role="read_only")
    reader = Cast(rita, rita, rita, rita, 0, 0).actor("bob")
    size = journal_size()
    for actor in (cast.actor("bob"), reader):
        assert edit_comment(actor, id=comment, text="Autre chose").refused[0].reason
    assert delete_comments(reader, ids=[comment]).refused[0].reason
    assert delete_comments(cast.actor("charlie"), ids=[comment]).refused[0].is_hidden
    assert edit_comment(cast.actor("charlie"), id=comment, text="x").refused[0].is_hidden
    assert journal_size() == size
    assert edit_comment(cast.actor("alice"), id=comment, text="Corrigé").done == [comment]
    # Bob may update the deal.
    assert delete_comments(cast.actor("bob"), ids=[comment]).done == [comment]


def test_deleting_and_editing_are_undone_by_who_did_it(cast: Cast) -> None:
    deal, bob = make_element("deal", cast.bob), cast.actor("bob")
    comment = write(bob, deal, "Avant")
    edited = edit_comment(bob, id=comment, text="Après").gesture
    deleted = delete_comments(bob, ids=[comment]).gesture
    assert edited
    assert deleted
    assert find_comment(bob, id=comment) is None
    with pytest.raises(NotFound):
        undo_comments(cast.actor("alice"), gesture=deleted)
    assert undo_comments(bob, gesture=deleted).done == [comment]
    assert undo_comments(bob, gesture=edited).done == [comment]
    row = find_comment(bob, id=comment)
    assert row
    assert (row["text"], row["edited_at"]) == ("Avant", None)
    assert undo_comments(bob, gesture=edited).refused[0].reason


def test_a_comment_of_a_deleted_element_is_seen_by_nobody(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    comment = write(cast.actor("bob"), deal)
    delete_element(deal)
    assert find_comment(cast.actor("root"), id=comment) is None
    assert delete_comments(cast.actor("root"), ids=[comment]).refused[0].is_hidden


def test_a_mention_is_journaled_with_the_place_and_found_by_name(cast: Cast) -> None:
    deal, bob = make_element("deal", cast.bob), cast.actor("bob")
    outcome = create_comment(bob, draft=CommentDraft(text="@alice martin, à toi ; @Nobody", element_id=deal))
    assert outcome.gesture
    after = list_gesture(outcome.gesture)[0]["after"]
    assert (after["mentions"], after["element_id"], after.get("activity_id")) == ([cast.alice], deal, None)
    edited = edit_comment(bob, id=outcome.done[0], text="@Root Racine et @Alice Martin")
    assert edited.gesture
    entry = list_gesture(edited.gesture)[0]
    assert (entry["before"]["mentions"], entry["after"]["mentions"]) == ([cast.alice], sorted([cast.alice, cast.root]))
    assert entry["after"]["element_id"] == deal


def test_who_may_not_read_is_not_mentioned_and_the_reason_is_said(cast: Cast) -> None:
    deal, bob = make_element("deal", cast.bob), cast.actor("bob")
    size = journal_size()
    with pytest.raises(Invalid, match="Charlie Roux"):
        write(bob, deal, "Demande à @Charlie Roux")
    assert (how_many(), journal_size()) == (0, size)
    comment = write(bob, deal)
    with pytest.raises(Invalid, match="Charlie Roux"):
        edit_comment(bob, id=comment, text="@Charlie Roux ?")
    activity = make_activity(cast.bob, deal)
    with pytest.raises(Invalid, match="Charlie Roux"):
        create_comment(bob, draft=CommentDraft(text="@Charlie Roux", activity_id=activity))


def test_the_longest_name_is_meant_and_of_two_the_chosen_one(cast: Cast) -> None:
    deal, bob = make_element("deal", cast.bob), cast.actor("bob")
    other = make_user("Alia", "Ce", cast.sales)
    execute(sql("UPDATE people_user SET first_name = 'Ali' WHERE id = {}", other))
    long = make_user("Ali", "Ce Martin", cast.sales, role="read_only")
    outcome = create_comment(bob, draft=CommentDraft(text="@Ali Ce Martin", element_id=deal))
    assert outcome.gesture
    assert list_gesture(outcome.gesture)[0]["after"]["mentions"] == [long]
    twins = [make_user("Zoé", "Dupont", cast.sales), make_user("Zed", "Dupont", cast.sales)]
    execute(sql("UPDATE people_user SET first_name = 'Zoé' WHERE id = ANY({})", twins))
    with pytest.raises(Invalid, match="Zoé Dupont"):
        write(bob, deal, "@Zoé Dupont")
    draft = CommentDraft(text="@Zoé Dupont", element_id=deal, mentions=(twins[1],))
    with pytest.raises(Invalid, match="Zoé Dupont"):
        create_comment(bob, draft=draft)
    give_role("read_only", twins[1])
    assert create_comment(bob, draft=draft).done


def test_the_picker_offers_those_who_may_read(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    offered = offer_people(cast.actor("bob"), text="", element_id=deal, activity_id=None)
    assert [person.id for person in offered] == [cast.alice, cast.bob, cast.root]
    theirs = make_element("deal", cast.charlie)
    with pytest.raises(NotFound):
        offer_people(cast.actor("bob"), text="", element_id=theirs, activity_id=None)


def test_a_form_sent_twice_makes_one_comment(cast: Cast) -> None:
    deal, bob = make_element("deal", cast.bob), cast.actor("bob")
    draft = CommentDraft(text="Une fois", element_id=deal, creation_key=uuid4())
    first = create_comment(bob, draft=draft)
    assert list(create_comment(bob, draft=draft).unchanged) == list(first.done)
    assert how_many() == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (LONGEST_COMMENT + 1)])
def test_an_empty_or_endless_comment_is_refused(cast: Cast, text: str) -> None:
    deal = make_element("deal", cast.bob)
    with pytest.raises(Invalid):
        write(cast.actor("bob"), deal, text)
    assert how_many() == 0
