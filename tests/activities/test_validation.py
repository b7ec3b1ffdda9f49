"""Validating a document: who is asked answers with *read* alone, the last answer completes it, nobody else may."""

from __future__ import annotations

import pytest

from relance.activities.actions import (
    answer_validation,
    assign_activities,
    complete_activities,
    create_activity,
    edit_activities,
    reopen_activities,
)
from relance.activities.queries import get_activity, list_activities, list_validations
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.bulk.actions import undo
from relance.bulk.leaving import deactivate_person
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.outcome import require
from tests.cast import Cast, give_role, journal_size, make_element, make_role

Decisions = list[tuple[int, str, str]]


def ask(cast: Cast, *validators: int) -> int:
    """A document of Bob's deal, open to all, so that who reads everything open may be asked."""
    deal = make_element("deal", cast.bob, "Contrat")
    draft = ActivityDraft("document", "Valider le devis", (deal,), validators=validators)
    return create_activity(cast.actor("bob"), draft)[0]


def answers(cast: Cast, activity: int) -> Decisions:
    rows = list_validations(cast.actor("root"), [activity])
    return [(row["user_id"], row["decision"], row["reason"]) for row in rows]


def fields(cast: Cast, activity: int) -> tuple[int, bool, str]:
    row = get_activity(cast.actor("root"), id=activity).fields
    return row["responsible_id"], row["is_completed"], row["outcome"]


def test_goes_from_one_to_the_next_and_is_completed_by_the_last(cast: Cast) -> None:
    document = ask(cast, cast.alice, cast.root)
    assert fields(cast, document) == (cast.alice, False, "")
    assert [row["id"] for row in list_activities(cast.actor("alice"), filter="mine").rows] == [document]
    answer_validation(cast.actor("alice"), ids=[document], decision="approved")
    assert fields(cast, document) == (cast.root, False, "")
    answer_validation(cast.actor("root"), ids=[document], decision="approved")
    assert fields(cast, document) == (cast.root, True, "approved")


def test_is_refused_if_anybody_refused_and_says_why(cast: Cast) -> None:
    document = ask(cast, cast.alice, cast.root)
    answer_validation(cast.actor("alice"), ids=[document], decision="refused", reason="Remise trop forte")
    answer_validation(cast.actor("root"), ids=[document], decision="approved")
    assert fields(cast, document)[1:] == (True, "refused")
    assert answers(cast, document) == [(cast.alice, "refused", "Remise trop forte"), (cast.root, "approved", "")]


def test_a_refusal_needs_its_reason(cast: Cast) -> None:
    document = ask(cast, cast.alice)
    size = journal_size()
    with pytest.raises(Invalid) as caught:
        answer_validation(cast.actor("alice"), ids=[document], decision="refused", reason="  ")
    assert list(caught.value.messages) == ["reason"]
    assert (journal_size(), answers(cast, document)) == (size, [(cast.alice, "", "")])


def test_only_who_is_asked_may_answer_and_a_stranger_knows_nothing(cast: Cast) -> None:
    document = ask(cast, cast.alice)
    size = journal_size()
    refused = answer_validation(cast.actor("root"), ids=[document], decision="approved").refused
    assert [refusal.is_hidden for refusal in refused] == [False]
    with pytest.raises(NotFound):
        require(answer_validation(cast.actor("charlie"), ids=[document], decision="approved"), document)
    assert (journal_size(), answers(cast, document)) == (size, [(cast.alice, "", "")])


def test_nobody_answers_twice(cast: Cast) -> None:
    document = ask(cast, cast.alice, cast.root)
    answer_validation(cast.actor("alice"), ids=[document], decision="approved")
    size = journal_size()
    again = answer_validation(cast.actor("alice"), ids=[document], decision="refused", reason="Non")
    assert again.refused
    assert journal_size() == size


def test_it_is_neither_completed_nor_handed_over_before_all_have_answered(cast: Cast) -> None:
    document = ask(cast, cast.alice)
    assert complete_activities(cast.actor("bob"), ids=[document]).refused
    assert assign_activities(cast.actor("bob"), ids=[document], to=cast.bob).refused
    assert fields(cast, document) == (cast.alice, False, "")


def test_reopening_asks_everybody_anew_and_undo_gives_the_answers_back(cast: Cast) -> None:
    document = ask(cast, cast.alice, cast.root)
    answer_validation(cast.actor("alice"), ids=[document], decision="approved")
    answer_validation(cast.actor("root"), ids=[document], decision="refused", reason="Non")
    gesture = reopen_activities(cast.actor("bob"), ids=[document]).gesture
    assert fields(cast, document) == (cast.alice, False, "")
    assert answers(cast, document) == [(cast.alice, "", ""), (cast.root, "", "")]
    assert gesture
    assert undo(cast.actor("bob"), gesture=gesture).done == [document]
    assert fields(cast, document) == (cast.root, True, "refused")
    assert answers(cast, document) == [(cast.alice, "approved", ""), (cast.root, "refused", "Non")]


def test_an_answer_is_taken_back(cast: Cast) -> None:
    document = ask(cast, cast.alice)
    gesture = answer_validation(cast.actor("alice"), ids=[document], decision="approved").gesture
    assert gesture
    assert undo(cast.actor("alice"), gesture=gesture).done == [document]
    assert fields(cast, document) == (cast.alice, False, "")
    assert answers(cast, document) == [(cast.alice, "", "")]


def test_who_only_reads_answers_and_takes_it_back(cast: Cast) -> None:
    give_role(make_role({"read": "all"}), cast.charlie)
    document, charlie = ask(cast, cast.charlie), cast.actor("charlie")
    assert not get_activity(charlie, id=document).can_edit
    gesture = answer_validation(charlie, ids=[document], decision="refused", reason="Non").gesture
    assert fields(cast, document) == (cast.charlie, True, "refused")
    assert gesture
    assert undo(charlie, gesture=gesture).done == [document]
    assert (fields(cast, document), answers(cast, document)) == ((cast.charlie, False, ""), [(cast.charlie, "", "")])


def test_a_new_one_needs_a_validator_and_who_may_not_read_it_is_none(cast: Cast) -> None:
    size = journal_size()
    with pytest.raises(Invalid) as nobody:
        ask(cast)
    with pytest.raises(Invalid) as blind:
        ask(cast, cast.charlie)
    assert [list(caught.value.messages) for caught in (nobody, blind)] == [["validators"], ["validators"]]
    assert journal_size() == size


def test_other_validators_keep_the_answers_of_those_who_stay(cast: Cast) -> None:
    document = ask(cast, cast.alice, cast.root)
    answer_validation(cast.actor("alice"), ids=[document], decision="approved")
    changes = ActivityChanges(validators=(cast.alice, cast.bob))
    gesture = edit_activities(cast.actor("bob"), ids=[document], changes=changes).gesture
    assert answers(cast, document) == [(cast.alice, "approved", ""), (cast.bob, "", "")]
    assert fields(cast, document)[0] == cast.bob
    with pytest.raises(Invalid):
        edit_activities(cast.actor("bob"), ids=[document], changes=ActivityChanges(validators=(cast.alice,)))
    assert gesture
    undo(cast.actor("bob"), gesture=gesture)
    assert fields(cast, document)[0] == cast.root


def test_who_does_not_read_the_activity_sees_no_answers(cast: Cast) -> None:
    document = ask(cast, cast.alice)
    assert list_validations(cast.actor("charlie"), [document]) == []
    assert len(list_validations(cast.actor("alice"), [document])) == 1


def test_a_document_does_not_wait_for_who_has_left(cast: Cast) -> None:
    answered, alone, next_in_line = (
        ask(cast, cast.alice, cast.root),
        ask(cast, cast.alice),
        ask(cast, cast.alice, cast.root),
    )
    answer_validation(cast.actor("root"), ids=[answered], decision="refused", reason="Trop cher")
    deactivate_person(cast.actor("root"), user_id=cast.alice)
    # Who has answered was the last; who has not is next; without an answer anybody who may edit it decides.
    assert fields(cast, answered)[1:] == (True, "refused")
    assert fields(cast, next_in_line) == (cast.root, False, "")
    assert fields(cast, alone) == (cast.alice, False, "")
    assert complete_activities(cast.actor("bob"), ids=[next_in_line]).refused[0].reason
    assert assign_activities(cast.actor("bob"), ids=[alone], to=cast.bob).done == [alone]
    assert complete_activities(cast.actor("bob"), ids=[alone]).done == [alone]
    answer_validation(cast.actor("root"), ids=[next_in_line], decision="approved")
    assert fields(cast, next_in_line) == (cast.root, True, "approved")


def test_a_refused_deactivation_leaves_the_documents_as_they_are(cast: Cast) -> None:
    document, size = ask(cast, cast.alice, cast.root), journal_size()
    with pytest.raises(Forbidden):
        deactivate_person(cast.actor("bob"), user_id=cast.alice)
    assert fields(cast, document) == (cast.alice, False, "")
    assert journal_size() == size
