"""Pins: at most three entries of an element's history stay at its top, for everybody who reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from relance.crm import policy as elements
from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.outcome import Outcome
from relance.kit.sql import Row, execute, fetch_all, fetch_one, sql
from relance.timeline.queries import pins_alive
from relance.timeline.terms import MOST_PINS

NOUN = "pin"


@transaction.atomic
def pin_entry(
    actor: Actor, *, element_id: int, activity_id: int | None = None, comment_id: int | None = None
) -> Outcome:
    """Pin a completed activity of an element, or a comment on it. It takes the right to update the element.

    Raises:
        NotFound: the actor may not read the element, or there is no such entry in its own history.
        Forbidden: he may not update it.
        Invalid: three are pinned already.
    """
    _lock(actor, element_id)
    before = _alive(element_id)
    if any(_is_it(pin, activity_id, comment_id) for pin in before):
        return Outcome(unchanged=[element_id])
    _require_entry(element_id, activity_id, comment_id)
    if len(before) >= MOST_PINS:
        raise Invalid({"": _("Three entries are pinned already. Unpin one of them first.")})
    # Pins whose entry has gone (reopened, unbound, deleted) are seen by nobody, and give their places back.
    execute(
        sql(
            "DELETE FROM timeline_pin WHERE element_id = {} AND id <> ALL({}::bigint[])",
            element_id,
            [pin["id"] for pin in before],
        )
    )
    place = min(set(range(1, MOST_PINS + 1)) - {pin["place"] for pin in before})
    execute(
        sql(
            "INSERT INTO timeline_pin (element_id, place, activity_id, comment_id, pinned_at) VALUES ({}, {}, {}, {}, now())",
            element_id,
            place,
            activity_id,
            comment_id,
        )
    )
    return _recorded(actor, "pin", element_id, before)


@transaction.atomic
def unpin_entry(
    actor: Actor, *, element_id: int, activity_id: int | None = None, comment_id: int | None = None
) -> Outcome:
    """Take an entry from the top of an element's timeline.

    Raises:
        NotFound: the actor may not read the element.
        Forbidden: he may not update it.
    """
    _lock(actor, element_id)
    before = _alive(element_id)
    gone = [pin["id"] for pin in before if _is_it(pin, activity_id, comment_id)]
    if not gone:
        return Outcome(unchanged=[element_id])
    execute(sql("DELETE FROM timeline_pin WHERE id = ANY({})", gone))
    return _recorded(actor, "unpin", element_id, before)


def _lock(actor: Actor, element_id: int) -> None:
    row = fetch_one(
        sql(
            "SELECT ({}) AS may FROM crm_element e WHERE e.id = {} AND {} FOR NO KEY UPDATE OF e",
            elements.updatable(actor),
            element_id,
            elements.readable(actor),
        )
    )
    if row is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden(_("You need the right to update this element in order to pin its entries."))


def _alive(element_id: int) -> list[Row]:
    return fetch_all(sql("{} ORDER BY p.place", pins_alive(element_id)))


def _is_it(pin: Mapping[str, object], activity_id: int | None, comment_id: int | None) -> bool:
    return (pin["activity_id"], pin["comment_id"]) == (activity_id, comment_id)


def _require_entry(element_id: int, activity_id: int | None, comment_id: int | None) -> None:
    query = sql(
        """
        SELECT 1 AS found FROM activities_binding b WHERE b.activity_id = {} AND b.element_id = {} AND b.is_completed
            AND NOT b.activity_deleted
        UNION ALL SELECT 1 FROM timeline_comment c WHERE c.id = {} AND c.element_id = {} AND c.deleted_at IS NULL
        """,
        activity_id,
        element_id,
        comment_id,
        element_id,
    )
    if (activity_id is None) == (comment_id is None) or fetch_one(query) is None:
        raise NotFound


def _recorded(actor: Actor, verb: str, element_id: int, before: Sequence[Row]) -> Outcome:
    gesture = new_gesture()
    entry = (element_id, {"pins": _said(before)}, {"pins": _said(_alive(element_id))})
    record(actor, gesture, verb=verb, noun=NOUN, entries=[entry])
    return Outcome(done=[element_id], gesture=gesture)


def _said(pins: Sequence[Row]) -> list[dict[str, int | None]]:
    return [{"activity": pin["activity_id"], "comment": pin["comment_id"]} for pin in pins]
