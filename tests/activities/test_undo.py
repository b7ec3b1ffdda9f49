"""Every gesture can be taken back, where the row still stands as the gesture left it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from relance.activities.actions import (
    assign_activities,
    complete_activities,
    create_activity,
    delete_activities,
    delete_elements,
    edit_activities,
    postpone_activities,
    reopen_activities,
)
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.bulk.actions import undo
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, NotFound
from relance.kit.outcome import Outcome
from relance.kit.sql import Row, fetch_all, fetch_value, sql
from tests.cast import Cast, make_activity, make_element

AT = datetime(2026, 11, 27, 9, 30, 15, 120000, tzinfo=UTC)


def state(activity_id: int) -> Row:
    """All that belongs to an activity, but for what every write stamps."""
    rows = fetch_all(
        sql(
            """
            SELECT to_jsonb(a) - 'version' - 'updated_at' - 'updated_by_id' AS activity,
                ARRAY(SELECT element_id || ':' || is_main FROM activities_binding WHERE activity_id = a.id ORDER BY 1) AS bound,
                ARRAY(SELECT user_id FROM activities_participant WHERE activity_id = a.id ORDER BY 1) AS people,
                ARRAY(SELECT element_id || address FROM activities_client WHERE activity_id = a.id ORDER BY id) AS clients
            FROM activities_activity a WHERE a.id = {}
            """,
            activity_id,
        )
    )
    return rows[0]


Gesture = Callable[[Actor, list[int], Cast], Outcome]
GESTURES: dict[str, Gesture] = {
    "complete": lambda actor, ids, _cast: complete_activities(actor, ids=ids, outcome="reached", note="ok"),
    "postpone": lambda actor, ids, _cast: postpone_activities(actor, ids=ids, to_day=date(2026, 12, 24)),
    "assign": lambda actor, ids, cast: assign_activities(actor, ids=ids, to=cast.alice),
    "edit": lambda actor, ids, cast: edit_activities(
        actor,
        ids=ids,
        changes=ActivityChanges(
            subject="Autre", place="Lyon", priority=3, shift_days=4, add_participants=(cast.alice,)
        ),
    ),
    "delete": lambda actor, ids, _cast: delete_activities(actor, ids=ids),
}


@pytest.mark.parametrize("name", GESTURES)
def test_gesture_and_its_undo_leave_everything_as_it_was(cast: Cast, name: str) -> None:
    deal, bob = make_element("deal", cast.bob), cast.actor("bob")
    ids = [
        make_activity(cast.bob, deal, deadline_at=AT),
        make_activity(cast.bob, deal, deadline_on=date(2026, 11, 24)),
        make_activity(cast.bob, deal, make_element("contact", cast.bob)),
    ]
    before = [state(activity) for activity in ids]
    outcome = GESTURES[name](bob, ids, cast)
    assert outcome.done == ids
    assert [state(activity) for activity in ids] != before
    assert outcome.gesture
    back = undo(bob, gesture=outcome.gesture)
    assert (sorted(back.done), back.refused) == (ids, [])
    assert [state(activity) for activity in ids] == before


def test_undo_of_reopening_gives_the_completion_back(cast: Cast) -> None:
    bob, activity = cast.actor("bob"), make_activity(cast.bob, make_element("deal", cast.bob))
    complete_activities(bob, ids=[activity], outcome="reached")
    before = state(activity)
    gesture = reopen_activities(bob, ids=[activity]).gesture
    assert gesture
    undo(bob, gesture=gesture)
    assert state(activity) == before


def test_undo_of_creating_puts_into_the_bin(cast: Cast) -> None:
    bob = cast.actor("bob")
    draft = ActivityDraft(type="call", subject="x", elements=(make_element("deal", cast.bob),), deadline_at=AT)
    activity, gesture = create_activity(bob, draft)
    assert gesture
    assert undo(bob, gesture=gesture).done == [activity]
    assert fetch_value(sql("SELECT deleted_at IS NOT NULL FROM activities_activity WHERE id = {}", activity))


def test_undo_is_a_gesture_that_can_be_undone(cast: Cast) -> None:
    bob, activity = cast.actor("bob"), make_activity(cast.bob, make_element("deal", cast.bob), deadline_at=AT)
    gesture = complete_activities(bob, ids=[activity], outcome="reached").gesture
    assert gesture
    completed = state(activity)
    back = undo(bob, gesture=gesture).gesture
    assert back
    undo(bob, gesture=back)
    assert state(activity) == completed


def test_undo_leaves_what_somebody_changed_since(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    touched, untouched = make_activity(cast.bob, deal), make_activity(cast.bob, deal)
    gesture = edit_activities(bob, ids=[touched, untouched], changes=ActivityChanges(subject="Bob")).gesture
    edit_activities(cast.actor("alice"), ids=[touched], changes=ActivityChanges(subject="Alice"))
    assert gesture
    outcome = undo(bob, gesture=gesture)
    assert (outcome.done, [refusal.id for refusal in outcome.refused]) == ([untouched], [touched])
    assert fetch_value(sql("SELECT subject FROM activities_activity WHERE id = {}", touched)) == "Alice"


def test_undo_keeps_another_fields_later_change(cast: Cast) -> None:
    bob, activity = cast.actor("bob"), make_activity(cast.bob, make_element("deal", cast.bob))
    gesture = edit_activities(bob, ids=[activity], changes=ActivityChanges(subject="Bob")).gesture
    edit_activities(cast.actor("alice"), ids=[activity], changes=ActivityChanges(place="Lyon"))
    assert gesture
    assert undo(bob, gesture=gesture).done == [activity]
    assert (
        fetch_value(sql("SELECT subject || place FROM activities_activity WHERE id = {}", activity)) == "RappelerLyon"
    )


def test_undo_of_binding_and_unbinding(cast: Cast) -> None:
    bob = cast.actor("bob")
    first, second, third = (make_element("deal", cast.bob) for _ in range(3))
    activity = make_activity(cast.bob, first, second)
    before = state(activity)
    gesture = edit_activities(
        bob, ids=[activity], changes=ActivityChanges(bind=(third,), unbind=(first,), main=third)
    ).gesture
    assert gesture
    undo(bob, gesture=gesture)
    assert state(activity) == before


def test_undo_of_a_deleted_element_brings_its_activities_and_mains_back(cast: Cast) -> None:
    root = cast.actor("root")
    gone, stays = make_element("deal", cast.bob), make_element("deal", cast.bob)
    ids = [make_activity(cast.bob, gone), make_activity(cast.bob, gone, stays)]
    before = [state(activity) for activity in ids]
    gesture = delete_elements(root, ids=[gone]).gesture
    assert gesture
    undo(root, gesture=gesture)
    assert [state(activity) for activity in ids] == before


def test_only_who_made_a_change_undoes_it(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    gesture = complete_activities(cast.actor("bob"), ids=[activity]).gesture
    assert gesture
    with pytest.raises(Forbidden):
        undo(cast.actor("alice"), gesture=gesture)
    assert undo(cast.actor("root"), gesture=gesture).done == [activity]


def test_unknown_gesture(cast: Cast) -> None:
    with pytest.raises(NotFound):
        undo(cast.actor("bob"), gesture=uuid4())
