"""Copying an activity, or planning what comes after it: a draft to look at and save, not a row made behind one's back."""

from __future__ import annotations

from relance.activities.judging import readable_elements
from relance.activities.queries import get_activity, list_validations
from relance.activities.terms import ActivityDraft
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden


def draft_of_copy(actor: Actor, *, id: int) -> ActivityDraft:
    """The draft of an open copy: the same words, times and people, on the elements that the actor may read.

    Raises:
        NotFound: he may not read the activity.
        Forbidden: he may not update its main element.
    """
    activity = get_activity(actor, id=id)
    if not activity.can_copy:
        raise Forbidden(activity.reasons["copy"])
    return ActivityDraft(
        type=activity.fields["type"] or str(activity.fields["type_id"]),
        subject=activity.fields["subject"],
        elements=tuple(bound.id for bound in activity.bindings if bound.name is not None),
        description=activity.fields["description"],
        responsible_id=activity.fields["responsible_id"],
        deadline_at=activity.fields["deadline_at"],
        deadline_on=activity.fields["deadline_on"],
        start_at=activity.fields["start_at"],
        end_at=activity.fields["end_at"],
        start_on=activity.fields["start_on"],
        end_on=activity.fields["end_on"],
        is_incoming=activity.fields["is_incoming"],
        direction=activity.fields["direction"],
        priority=activity.fields["priority"],
        place=activity.fields["place"],
        colour=activity.fields["colour"],
        participants=tuple(person["id"] for person in activity.participants),
        reminders=tuple(activity.reminders),
        validators=tuple(person["user_id"] for person in list_validations(actor, [id])),
        clients=tuple((client["id"], client["address"]) for client in activity.clients),
    )


def draft_of_next(actor: Actor, *, id: int) -> ActivityDraft:
    """The draft of what comes after an activity: the same type, people and words, on the elements that the actor may
    read, one that he may update first; it says no time.

    Raises:
        NotFound: he may not read the activity.
    """
    activity = get_activity(actor, id=id)
    bound = [bound.id for bound in sorted(activity.bindings, key=lambda one: not one.is_main)]
    seen = readable_elements(actor, bound)
    elements = [element_id for element_id in bound if element_id in seen]
    return ActivityDraft(
        type=activity.fields["type"] or str(activity.fields["type_id"]),
        subject=activity.fields["subject"],
        elements=tuple(sorted(elements, key=lambda element_id: not seen[element_id]["can_update"])),
        responsible_id=activity.fields["responsible_id"],
        clients=tuple((client["id"], client["address"]) for client in activity.clients),
    )
