"""What one user is refused when he creates, binds, makes main and unbinds.

What decides is asked about every pair of activity and element; the action itself about one element in rotation.
"""

from __future__ import annotations

from collections.abc import Sequence

from relance.activities.actions import edit_activities
from relance.activities.judging import judge, readable_elements
from relance.activities.terms import ActivityChanges
from relance.kit.errors import Forbidden, Invalid
from relance.kit.outcome import Outcome
from tests.oracle import load, rules
from tests.oracle.asking import Asking, target_id, undone
from tests.oracle.cells import BINDING_OPERATIONS, Triple, binding_triples_of
from tests.oracle.model import Element

MOST_BOUND = 8


def ask_bindings(asking: Asking) -> None:
    """Raises Difference where creating, binding, making main or unbinding is not as the oracle says."""
    live = [element for element in asking.company.elements if not element.is_deleted]
    _ask_deciding(asking, live)
    if live:
        _ask_acting(asking, live[asking.turn // 3 % len(live)])


def _ask_deciding(asking: Asking, live: Sequence[Element]) -> None:
    """The two answers that the actions put together: the activity may be edited, the element read or updated."""
    activities = [load.activity_id(one.key) for one in asking.company.activities]
    editable = set(judge(asking.actor, activities, "edit").ids)
    elements = readable_elements(asking.actor, [load.element_id(one.key) for one in asking.company.elements])
    updatable = {element_id for element_id, row in elements.items() if row["can_update"]}
    for triple in asking.triples["create"]:
        others = {load.element_id(one.key) for one in triple.others}
        answer = _element_id(triple) in updatable and others <= set(elements)
        asking.expect(f"create on {_element_id(triple)}", triple.is_granted, answer)
    asking.count("create")
    for place, element in enumerate(live):
        allowing = {"bind": set(elements), "make_main": updatable, "unbind": updatable}
        operations = BINDING_OPERATIONS if (place + asking.turn) % 8 == 0 else ("make_main", "unbind")
        for triple in binding_triples_of(asking.company, asking.user, element, operations):
            if triple.operation == "unbind" and _stays(asking, triple):
                continue
            answer = target_id(triple) in editable and _element_id(triple) in allowing[triple.operation]
            asking.expect(f"{triple.operation} {_element_id(triple)} {target_id(triple)}", triple.is_granted, answer)
            asking.compared.append(triple)


def _ask_acting(asking: Asking, element: Element) -> None:
    operation = BINDING_OPERATIONS[asking.turn % 3]
    element_id = load.element_id(element.key)
    changes = {
        "bind": ActivityChanges(bind=(element_id,)),
        "make_main": ActivityChanges(main=element_id),
        "unbind": ActivityChanges(unbind=(element_id,)),
    }[operation]
    found = binding_triples_of(asking.company, asking.user, element)
    triples = [triple for triple in found if triple.operation == operation]
    staying = [triple for triple in triples if operation == "unbind" and _stays(asking, triple)]
    _act(asking, [triple for triple in triples if triple not in staying][:MOST_BOUND], changes)
    _act(asking, staying[:1], changes)


def _act(asking: Asking, triples: Sequence[Triple], changes: ActivityChanges) -> None:
    """The element's own right is the same on all these activities, so it refuses all of them or none."""
    if not triples:
        return
    ids = {target_id(triple) for triple in triples}
    granted = {target_id(triple) for triple in triples if triple.is_granted}
    editable = ids & asking.granted("edit")
    what = f"{triples[0].operation} {_element_id(triples[0])}"
    asking.expect(f"{what}: all or none", True, granted in (editable, set()))
    outcome = _run(asking, sorted(ids), changes)
    if outcome is None:
        asking.expect(f"{what}: refused as a whole", set(), granted)
        asking.expect(f"{what}: refused though nothing was to be written", True, bool(editable))
    else:
        asking.expect_outcome(what, outcome, granted=granted, seen=asking.granted("see") & ids, ids=ids)


def _run(asking: Asking, ids: Sequence[int], changes: ActivityChanges) -> Outcome | None:
    with undone():
        try:
            return edit_activities(asking.actor, ids=ids, changes=changes)
        except (Forbidden, Invalid):
            return None


def _stays(asking: Asking, triple: Triple) -> bool:
    """The element is the activity's last one, or the last that its responsible or a participant may read."""
    activity, element = triple.activity, triple.element
    if activity is None or element is None:
        return False
    alone = len(rules.bound_elements(asking.company, activity)) == 1
    return alone or rules.unbinding_blinds(asking.company, activity, element)


def _element_id(triple: Triple) -> int:
    if triple.element is None:
        raise ValueError(triple)
    return load.element_id(triple.element.key)
