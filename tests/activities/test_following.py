"""Completing with what comes next: one gesture, one undo; and what is done already is written down as done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relance.activities.actions import (
    complete_activities,
    create_activity,
    edit_activities,
    reopen_activities,
    upload_file,
)
from relance.activities.queries import get_activity
from relance.activities.terms import ActivityChanges, ActivityDraft, FollowUp
from relance.bulk.actions import undo
from relance.crm.actions import edit_elements
from relance.kit import clock
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import Row, fetch_all, sql
from tests.cast import Cast, journal_size, make_activity, make_element

AT = datetime(2030, 1, 7, 9, tzinfo=UTC)
NEXT = FollowUp(type="task", subject="Envoyer le contrat", deadline_at=AT)


def activities() -> list[Row]:
    return fetch_all(
        sql(
            """
            SELECT a.id, a.subject, a.is_completed, a.outcome, a.note, a.deadline_at, a.responsible_id, a.deleted_at,
                a.completed_by_id, array(SELECT b.element_id FROM activities_binding b WHERE b.activity_id = a.id
                    ORDER BY b.is_main DESC, b.id) AS elements
            FROM activities_activity a ORDER BY a.id
            """
        )
    )


def test_one_gesture_completes_and_plans_and_one_undo_takes_back_both(cast: Cast) -> None:
    bob, deal, contact = cast.actor("bob"), make_element("deal", cast.bob), make_element("contact", cast.bob)
    call = make_activity(cast.bob, deal, contact)
    outcome = complete_activities(bob, ids=[call], outcome="reached", note="D’accord", follow_up=NEXT)
    assert outcome.gesture
    done, planned = activities()
    assert (done["is_completed"], done["outcome"], done["note"]) == (True, "reached", "D’accord")
    assert (planned["subject"], planned["is_completed"], planned["deadline_at"]) == ("Envoyer le contrat", False, AT)
    assert planned["elements"] == [deal, contact]
    back = undo(bob, gesture=outcome.gesture)
    assert (sorted(back.done), back.refused) == ([call, planned["id"]], [])
    done, planned = activities()
    assert (done["is_completed"], planned["deleted_at"] is None) == (False, False)
    assert back.gesture
    undo(bob, gesture=back.gesture)
    assert [(row["is_completed"], row["deleted_at"]) for row in activities()] == [(True, None), (False, None)]


def test_what_comes_next_takes_the_clients_along(cast: Cast) -> None:
    bob, deal, contact = cast.actor("bob"), make_element("deal", cast.bob), make_element("contact", cast.bob)
    draft = ActivityDraft(type="call", subject="Appeler", elements=(deal,), clients=((contact, "04 78"),))
    call, _gesture = create_activity(bob, draft)
    complete_activities(bob, ids=[call], follow_up=NEXT)
    planned = get_activity(bob, id=activities()[-1]["id"])
    assert [(client["id"], client["address"]) for client in planned.clients] == [(contact, "04 78")]


def test_each_of_many_gets_its_own_and_completed_ones_none(cast: Cast) -> None:
    alice, first, second = cast.actor("alice"), make_element("deal", cast.bob), make_element("lead", cast.alice)
    ids = [
        make_activity(cast.bob, first),
        make_activity(cast.alice, second),
        make_activity(cast.bob, first, completed_at=clock.now()),
    ]
    outcome = complete_activities(alice, ids=ids, follow_up=NEXT)
    assert (list(outcome.done), list(outcome.unchanged)) == (ids[:2], [ids[2]])
    assert [(row["elements"], row["responsible_id"]) for row in activities()[3:]] == [
        ([first], cast.bob),
        ([second], cast.alice),
    ]


def test_elements_that_one_may_not_read_are_left_out_and_another_leads(cast: Cast) -> None:
    bob, hidden, own = cast.actor("bob"), make_element("deal", cast.charlie), make_element("contact", cast.bob)
    activity = make_activity(cast.bob, hidden, own)
    complete_activities(bob, ids=[activity], follow_up=NEXT)
    assert activities()[-1]["elements"] == [own]


def test_a_follow_up_that_cannot_be_taken_completes_nothing(cast: Cast) -> None:
    bob, call, before = cast.actor("bob"), make_activity(cast.bob, make_element("deal", cast.bob)), journal_size()
    for wrong, field in (
        (FollowUp(type="task", subject=" "), "next_subject"),
        (FollowUp(type="nonsense", subject="x"), "next_type"),
        (FollowUp(type="task", subject="x", responsible_id=cast.charlie), "next_responsible_id"),
        (FollowUp(type="document", subject="x"), "next_validators"),
    ):
        with pytest.raises(Invalid) as refused:
            complete_activities(bob, ids=[call], follow_up=wrong)
        assert list(refused.value.messages) == [field]
    assert (len(activities()), activities()[0]["is_completed"], journal_size()) == (1, False, before)


def test_of_many_those_without_a_possible_follow_up_stay_open_and_say_why(cast: Cast) -> None:
    alice, shared = cast.actor("alice"), make_element("deal", cast.bob)
    ids = [make_activity(cast.bob, shared), make_activity(cast.alice, make_element("deal", cast.alice))]
    outcome = complete_activities(alice, ids=ids, follow_up=FollowUp(type="task", subject="x", responsible_id=cast.bob))
    assert list(outcome.done) == [ids[0]]
    (refusal,) = outcome.refused
    assert (refusal.id, "Bob Petit" in refusal.reason) == (ids[1], True)


def test_undo_leaves_a_follow_up_that_somebody_has_changed_since(cast: Cast) -> None:
    bob, call = cast.actor("bob"), make_activity(cast.bob, make_element("deal", cast.bob))
    gesture = complete_activities(bob, ids=[call], follow_up=NEXT).gesture
    planned = activities()[-1]["id"]
    edit_activities(cast.actor("alice"), ids=[planned], changes=ActivityChanges(subject="Tout autre"))
    assert gesture
    back = undo(bob, gesture=gesture)
    assert (list(back.done), [refusal.id for refusal in back.refused]) == ([call], [planned])


def test_what_is_done_already_is_made_completed_and_one_undo_takes_it_back(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    draft = ActivityDraft(
        type="call", subject="Elle a rappelé", elements=(deal,), direction="incoming", responsible_id=cast.alice,
        completed_at=clock.now() - timedelta(minutes=1), outcome="reached", note="Veut un devis",
    )  # fmt: skip
    with pytest.raises(Invalid):
        # Alice reads Bob's deals; Charlie does not.
        create_activity(bob, ActivityDraft(**{**draft.__dict__, "responsible_id": cast.charlie}))
    activity, gesture = create_activity(bob, draft)
    (row,) = activities()
    assert (row["is_completed"], row["completed_by_id"], row["outcome"]) == (True, cast.bob, "reached")
    assert gesture
    assert undo(bob, gesture=gesture).done == [activity]
    assert activities()[0]["deleted_at"] is not None


@pytest.mark.parametrize(
    ("type", "outcome", "field"), [("call", "approved", "outcome"), ("document", "approved", "validators")]
)
def test_what_is_done_already_ends_as_its_type_can(cast: Cast, type: str, outcome: str, field: str) -> None:
    draft = ActivityDraft(
        type=type, subject="x", elements=(make_element("deal", cast.bob),), completed_at=clock.now(), outcome=outcome
    )
    with pytest.raises(Invalid) as refused:
        create_activity(cast.actor("bob"), draft)
    assert list(refused.value.messages) == [field]


def test_undo_of_creating_takes_files_reminders_and_validators_along(cast: Cast) -> None:
    bob, deal, contact = cast.actor("bob"), make_element("deal", cast.bob), make_element("contact", cast.bob)
    file = upload_file(bob, name="devis.txt", chunks=[b"quote"], announced_bytes=5)
    draft = ActivityDraft(
        type="document", subject="Valider", elements=(deal,), validators=(cast.alice,), reminders=(15,), files=(file,),
        participants=(cast.bob,), clients=((contact, ""),), deadline_at=AT,
    )  # fmt: skip
    activity, gesture = create_activity(bob, draft)
    assert gesture
    back = undo(bob, gesture=gesture)
    assert back.refused == []
    assert activities()[0]["deleted_at"] is not None
    assert back.gesture
    assert undo(bob, gesture=back.gesture).refused == []
    whole = get_activity(bob, id=activity)
    assert (list(whole.reminders), [file["name"] for file in whole.files]) == ([15], ["devis.txt"])


def test_who_may_not_update_plans_nothing_and_completes_nothing(cast: Cast) -> None:
    deal = make_element("deal", cast.charlie)
    activity, before = make_activity(cast.charlie, deal), journal_size()
    outcome = complete_activities(cast.actor("bob"), ids=[activity], follow_up=NEXT)
    assert [refusal.is_hidden for refusal in outcome.refused] == [True]
    assert (len(activities()), journal_size()) == (1, before)
    with pytest.raises((Invalid, Forbidden)):
        create_activity(cast.actor("bob"), ActivityDraft(type="call", subject="x", elements=(deal,)))


def test_reopening_leaves_what_came_next(cast: Cast) -> None:
    bob, call = cast.actor("bob"), make_activity(cast.bob, make_element("deal", cast.bob))
    complete_activities(bob, ids=[call], follow_up=NEXT)
    reopen_activities(bob, ids=[call])
    assert [(row["is_completed"], row["deleted_at"]) for row in activities()] == [(False, None), (False, None)]


def test_a_main_element_that_is_deleted_is_no_element_of_what_comes_next(cast: Cast) -> None:
    bob, deal, contact = cast.actor("bob"), make_element("deal", cast.bob), make_element("contact", cast.bob)
    call = make_activity(cast.bob, deal, contact)
    edit_elements(cast.actor("root"), ids=[deal], changes={"responsible_id": cast.charlie})
    complete_activities(bob, ids=[call], follow_up=NEXT)
    assert activities()[-1]["elements"] == [contact]
