"""What one user is refused when he writes elements, one action in rotation; taken back afterwards."""

from __future__ import annotations

from dataclasses import replace

from relance.activities.actions import delete_elements
from relance.crm.actions import create_elements, edit_elements
from relance.crm.terms import ElementDraft
from relance.kit.outcome import Outcome
from relance.kit.sql import Sql, fetch_all
from tests.oracle import load, rules
from tests.oracle.asking import UNKNOWN_ID, Asking, undone
from tests.oracle.model import Element


def ask_element_actions(asking: Asking) -> None:
    """Raises Difference where an action on elements does or refuses what the oracle does not."""
    (_ask_editing, _ask_deleting, _ask_adding)[asking.turn % 3](asking)


def _everything(asking: Asking) -> list[int]:
    """Every id there is: live ones, deleted ones, and one that does not exist."""
    return [*(load.element_id(one.key) for one in asking.company.elements), UNKNOWN_ID]


def _check(asking: Asking, what: str, outcome: Outcome, granted: set[int]) -> None:
    everything = set(_everything(asking))
    asking.expect_outcome(what, outcome, granted=granted, seen=asking.granted("read"), ids=everything)


def _ask_editing(asking: Asking) -> None:
    with undone():
        outcome = edit_elements(asking.actor, ids=_everything(asking), changes={"is_open_to_all": True})
    _check(asking, "edit elements", outcome, asking.granted("update"))


def _ask_deleting(asking: Asking) -> None:
    """The activities follow their elements, whoever may see them."""
    with undone():
        outcome = delete_elements(asking.actor, ids=_everything(asking))
        _check(asking, "delete elements", outcome, asking.granted("delete"))
        mains = fetch_all(
            Sql(
                "SELECT b.activity_id, b.element_id FROM activities_binding b "
                "JOIN activities_activity a ON a.id = b.activity_id WHERE b.is_main AND a.deleted_at IS NULL"
            )
        )
    deleted = {one.key for one in asking.company.elements if load.element_id(one.key) in asking.granted("delete")}
    wanted = set()
    for activity in asking.company.activities:
        main = rules.main_after_deleting(asking.company, activity, deleted)
        if main is not None and not activity.is_deleted:
            wanted.add((load.activity_id(activity.key), load.element_id(main)))
    asking.expect("main elements after deleting", wanted, [(row["activity_id"], row["element_id"]) for row in mains])


def _ask_adding(asking: Asking) -> None:
    """One draft like each live element, for a responsible person who is active; an import asks for its own right too."""
    verb = "import" if asking.turn % 2 else "add"
    active = {user.key for user in asking.company.users if user.is_active}
    granted = asking.granted(verb)
    elements = [one for one in asking.company.elements if not one.is_deleted]
    actor = replace(asking.actor, via="import") if verb == "import" else asking.actor
    with undone():
        outcome = create_elements(actor, [_draft(element) for element in elements])
    taken = [one for one in elements if load.element_id(one.key) in granted and one.responsible in active]
    refused = {place for place, one in enumerate(elements) if one not in taken}
    answered = {refusal.id: refusal.reason for refusal in outcome.refused}
    asking.expect(f"{verb} elements, refused ({answered})", refused, set(answered))
    asking.expect(f"{verb} elements, done", len(taken), len(outcome.done))


def _draft(element: Element) -> ElementDraft:
    return ElementDraft(
        kind=element.kind,
        name="" if element.kind == "contact" else "Nouveau",
        last_name="Nouveau" if element.kind == "contact" else "",
        responsible_id=load.user_id(element.responsible),
        is_open_to_all=element.is_open_to_all,
        pipeline_id=None if element.pipeline is None else load.PIPELINE + element.pipeline,
        stage_id=None if element.stage is None else load.STAGE + element.stage,
    )
