"""Running an action over a selection, and taking back any gesture."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.actions import undo_activities, undo_creations, undo_files
from relance.activities.terms import MOST_AT_ONCE
from relance.bulk.catalog import ACTIONS
from relance.crm.actions import undo_elements
from relance.journal.actions import new_gesture
from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.outcome import Outcome
from relance.lists.sharing import undo_filters


def run(actor: Actor, *, name: str, ids: Sequence[int], parameters: dict[str, object]) -> Outcome:
    """Run a bulk action: what is allowed is done, the rest is refused row by row, one gesture for all of it.

    Raises:
        NotFound: there is no such action.
        Invalid: more than MOST_AT_ONCE rows, or a parameter that cannot be taken.
    """
    if name not in ACTIONS:
        raise NotFound
    if len(ids) > MOST_AT_ONCE:
        raise Invalid({"": _("At most %(most)d activities can be changed at once.") % {"most": MOST_AT_ONCE}})
    return ACTIONS[name].run(actor, ids=ids, **parameters)


@transaction.atomic
def undo(actor: Actor, *, gesture: UUID) -> Outcome:
    """Take back one's own gesture (an administrator: anybody's), row by row where it still stands.

    Elements come back before the activities that went with them; those that it made go after what it bound to them.

    Raises:
        NotFound: there is no such gesture.
        Forbidden: it is somebody else's.
    """
    entries = list_gesture(gesture)
    if not entries:
        raise NotFound
    if entries[0]["actor_id"] != actor.recorded_id and not actor.is_administrator:
        raise Forbidden(_("Only who made a change can undo it."))
    back = new_gesture()
    elements = undo_elements(actor, gesture=gesture, back=back)
    activities = undo_activities(actor, gesture=gesture, back=back)
    creations = undo_creations(actor, gesture=gesture, back=back)
    files = undo_files(actor, gesture=gesture, back=back)
    filters = undo_filters(actor, gesture=gesture, back=back)
    parts = (elements, activities, creations, files, filters)
    done = list(dict.fromkeys(row_id for part in parts for row_id in part.done))
    return Outcome(done, [], [refusal for part in parts for refusal in part.refused], back if done else None)
