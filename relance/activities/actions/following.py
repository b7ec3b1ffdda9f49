"""What comes next: with the completion of an activity another one is planned on its elements, in the same gesture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from relance.activities.actions.creating import create_within
from relance.activities.actions.relating import clients_of
from relance.activities.judging import readable_elements
from relance.activities.terms import ActivityDraft, FollowUp
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Refusal
from relance.kit.sql import Row, fetch_all, sql

# Where the form of a completion shows what was refused of its follow-up.
PREFIX = "next_"


def plan_following(
    actor: Actor, gesture: UUID, rows: Sequence[Row], follow_up: FollowUp, *, is_single: bool
) -> list[Refusal]:
    """Plan what comes after each of these activities; the refusals of those after which it may not be planned.

    The main element is that of the activity, if the actor may update it, else the first one that he may; elements
    and clients that he may not read are left out.

    Raises:
        Invalid: of a single row, what is wrong with the follow-up, its fields named with `next_`.
    """
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    bound, clients = _bound_to(ids), clients_of(ids)
    every = {i for found in bound.values() for i in found} | {i for found in clients.values() for i, _way in found}
    seen = readable_elements(actor, every)
    drafts = [_draft(row, follow_up, bound[row["id"]], clients[row["id"]], seen) for row in rows]
    outcome, errors = create_within(actor, gesture, drafts)
    if is_single and errors:
        error = errors[0]
        if isinstance(error, Invalid):
            raise Invalid({f"{PREFIX}{key}": text for key, text in error.messages.items()})
        raise error
    text = _("The next activity: %(reason)s")
    return [Refusal(ids[refusal.id], text % {"reason": refusal.reason}) for refusal in outcome.refused]


def _draft(
    row: Row,
    follow_up: FollowUp,
    bound: Sequence[int],
    clients: Sequence[tuple[int, str]],
    seen: Mapping[int, Row],
) -> ActivityDraft:
    elements = [element_id for element_id in bound if element_id in seen]
    # Stable: the main one stays first where it may be.
    elements.sort(key=lambda element_id: not seen[element_id]["can_update"])
    values = dict(follow_up.__dict__) | {"responsible_id": follow_up.responsible_id or row["responsible_id"]}
    known = tuple((element_id, address) for element_id, address in clients if element_id in seen)
    return ActivityDraft(elements=tuple(elements), clients=known, **values)


def _bound_to(ids: Sequence[int]) -> dict[int, list[int]]:
    """The live elements of each activity, the main one first."""
    rows = fetch_all(
        sql(
            """
            SELECT activity_id, element_id FROM activities_binding
            WHERE activity_id = ANY({}) AND NOT element_deleted ORDER BY activity_id, is_main DESC, id
            """,
            list(ids),
        )
    )
    bound: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        bound[row["activity_id"]].append(row["element_id"])
    return bound
