"""What one user is refused when he writes: each action on every row, taken back afterwards."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from relance.activities.actions import (
    assign_activities,
    complete_activities,
    create_activities,
    delete_activities,
    edit_activities,
    postpone_activities,
    reopen_activities,
    undo_activities,
)
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.journal.actions import new_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Outcome
from tests.oracle import load, rules
from tests.oracle.asking import UNKNOWN_ID, Asking, undone

DAY = date(2026, 12, 1)


def ask_actions(asking: Asking) -> None:
    """Raises Difference where an action does or refuses what the oracle does not."""
    if asking.turn % 2:
        _ask_completing(asking)
        _ask_deleting(asking)
    else:
        _ask_reopening(asking)
        _ask_assigning(asking)
    if asking.turn % 3 == 0:
        _ask_creating(asking)


def _everything(asking: Asking) -> list[int]:
    """Every id there is: live ones, those in the bin, and one that does not exist."""
    return [*(load.activity_id(one.key) for one in asking.company.activities), UNKNOWN_ID]


def _check(asking: Asking, what: str, outcome: Outcome, granted: set[int]) -> None:
    everything = set(_everything(asking))
    asking.expect_outcome(what, outcome, granted=granted, seen=asking.granted("see"), ids=everything)


def _ask_completing(asking: Asking) -> None:
    """On every activity, one verb after the other: neither changes a right."""
    actor, ids = asking.actor, _everything(asking)
    with undone():
        changes = ActivityChanges(place=f"Lieu {asking.turn}")
        _check(asking, "edit", edit_activities(actor, ids=ids, changes=changes), asking.granted("edit"))
        _check(asking, "complete", complete_activities(actor, ids=ids), asking.granted("complete"))
    asking.count("edit", "complete")


def _ask_reopening(asking: Asking) -> None:
    """All that may be postponed is open once it is reopened."""
    actor, ids = asking.actor, _everything(asking)
    with undone():
        _check(asking, "reopen", reopen_activities(actor, ids=ids), asking.granted("reopen"))
        outcome = postpone_activities(actor, ids=ids, to_day=DAY, plan_incoming=True)
        _check(asking, "postpone", outcome, asking.granted("postpone"))
    asking.count("reopen", "postpone")


def _ask_assigning(asking: Asking) -> None:
    """To himself, whoever may edit may; to another, as far as that one reads as well."""
    others = [user for user in asking.company.users if user.is_active]
    receiver = asking.user if asking.turn % 4 else others[asking.turn % len(others)]
    readable = {
        load.activity_id(one.key)
        for one in asking.company.activities
        if rules.responsible_allowed(asking.company, receiver, one)
    }
    with undone():
        outcome = assign_activities(asking.actor, ids=_everything(asking), to=load.user_id(receiver.key))
        _check(asking, f"assign to {receiver.key}", outcome, asking.granted("reassign") & readable)
    asking.count("reassign")


def _ask_deleting(asking: Asking) -> None:
    with undone():
        outcome = delete_activities(asking.actor, ids=_everything(asking))
        _check(asking, "delete", outcome, asking.granted("delete_activity"))
    asking.count("delete_activity")


def _ask_creating(asking: Asking) -> None:
    """One draft for each live element as the main one; a refusal names the place of its draft."""
    triples = asking.triples["create"]
    drafts = [
        ActivityDraft(
            "todo", "Nouvelle", tuple(load.element_id(one.key) for one in (triple.element, *triple.others) if one)
        )
        for triple in triples
    ]
    with undone():
        outcome = create_activities(asking.actor, drafts)
    refused = {place for place, triple in enumerate(triples) if not triple.is_granted}
    asking.expect("create, refused", refused, [refusal.id for refusal in outcome.refused])
    asking.expect("create, done", len(triples) - len(refused), len(outcome.done))
    asking.count("create")


# --- what needs the company in another state ----------------------------------------------------------


def ask_restoring(asking: Asking, gesture: UUID) -> None:
    """After `gesture` has deleted every live activity: restoring follows *update*, seeing in the bin *read*."""
    with undone():
        outcome = undo_activities(asking.actor, gesture=gesture, back=new_gesture())
    asking.expect_outcome(
        "restore",
        outcome,
        granted=asking.granted("restore_activity"),
        seen=asking.granted("see_in_bin"),
        ids=asking.targets("restore_activity"),
    )
    asking.count("restore_activity", "see_in_bin")


def ask_receiving(asking: Asking, giver: Actor) -> None:
    """By one who may edit everything: what may this user be made responsible for, or a participant of?"""
    ids = sorted(asking.targets("be_responsible"))
    asking.count("be_responsible")
    try:
        outcome = _give(asking, giver, ids)
    except Invalid:
        asking.expect("refused as a whole", False, asking.user.is_active)
        return
    granted = asking.granted("be_responsible")
    asking.expect_outcome("receive", outcome, granted=granted, seen=set(ids), ids=set(ids))


def _give(asking: Asking, giver: Actor, ids: list[int]) -> Outcome:
    to = load.user_id(asking.user.key)
    with undone():
        if asking.turn % 4 < 2:
            return assign_activities(giver, ids=ids, to=to)
        return edit_activities(giver, ids=ids, changes=ActivityChanges(add_participants=(to,)))
