"""Writing elements: made, edited, given to somebody else, deleted, and put back as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.crm import policy
from relance.crm.checks import Values, look_up
from relance.crm.edits import cleaned, merged, write
from relance.crm.inserts import given_values, insert_elements, pick_addable, prepare, record_creations
from relance.crm.links import LINKS, current_links
from relance.crm.queries import element_refs
from relance.crm.restores import lock_restorable, restore_rows, still_standing
from relance.crm.terms import FIELD_NAMES, ElementChanges, ElementDraft, Kind
from relance.journal.actions import change, new_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, Sql, bigints, distinct_ids, fetch_all, fetch_value, sql

# What can only be said of one element at a time.
SINGLE = frozenset({"name", "first_name", "last_name", "phones", "emails", "company_id", *LINKS})


def create_element(actor: Actor, *, draft: ElementDraft) -> int:
    """Make one element; its id. Raises as `add_element` does."""
    outcome = add_element(actor, draft=draft)
    return [*outcome.done, *outcome.unchanged][0]


def add_element(actor: Actor, *, draft: ElementDraft) -> Outcome:
    """Make one element. A form sent twice (the same `creation_key`) makes one, which is `unchanged` the second time.

    Raises:
        Invalid: by field, what cannot be taken.
        Forbidden: as it would be saved, it does not lie within what the actor may add.
    """
    _values, messages = prepare(actor, draft, look_up(actor, [given_values(actor, draft)]))
    if messages:
        raise Invalid(messages)
    outcome = create_elements(actor, [draft])
    if outcome.done:
        return outcome
    made_before = _made_before(actor, draft.creation_key)
    if made_before is None:
        raise Forbidden(outcome.refused[0].reason)
    return Outcome(unchanged=[made_before])


def _made_before(actor: Actor, creation_key: UUID | None) -> int | None:
    if creation_key is None:
        return None
    query = sql(
        "SELECT id FROM crm_element WHERE creation_key = {} AND created_by_id = {}", creation_key, actor.user_id
    )
    element_id: int | None = fetch_value(query)
    return element_id


@transaction.atomic
def create_elements(actor: Actor, drafts: Sequence[ElementDraft], *, gesture: UUID | None = None) -> Outcome:
    """Make elements in a fixed number of statements (some thousands at a time).

    `done` are the new ids in the order of the drafts that were taken; each refusal's id is the draft's place in the
    list, from 0.
    """
    gesture = gesture or new_gesture()
    known = look_up(actor, [given_values(actor, draft) for draft in drafts])
    rows: dict[int, Values] = {}
    reasons: dict[int, str] = {}
    for place, draft in enumerate(drafts):
        values, messages = prepare(actor, draft, known)
        if messages:
            reasons[place] = "; ".join(f"{FIELD_NAMES.get(key, key)}: {text}" for key, text in messages.items())
        else:
            rows[place] = values
    ids = pick_addable(actor, rows)
    made = insert_elements(actor, {place: {**rows[place], "id": id} for place, id in ids.items()})
    record_creations(actor, gesture, made)
    reasons |= {place: _("Your roles do not let you add this element.") for place in rows if place not in ids}
    reasons |= {
        place: _("There is already an element with this number or origin.") for place in ids if place not in made
    }
    return Outcome(
        done=[made[place]["id"] for place in sorted(made)],
        refused=[Refusal(place, reasons[place]) for place in sorted(reasons)],
        gesture=gesture if made else None,
    )


@transaction.atomic
def edit_elements(
    actor: Actor,
    *,
    ids: Sequence[int],
    changes: ElementChanges,
    version: int | None = None,
    gesture: UUID | None = None,
) -> Outcome:
    """Set fields of elements; rights are judged on each row before the change.

    With `version`, the one that a form read, fields that its user did not change are left as others made them.
    Links to elements that the actor may not read are kept.

    Raises:
        Invalid: by field, what cannot be taken.
        Conflict: a field that was changed since that version, to something else.
    """
    ids = distinct_ids(ids)
    given = cast("Mapping[str, Any]", changes)
    if len(ids) > 1 and SINGLE & given.keys():
        raise Invalid({key: _("This can only be changed on one element at a time.") for key in SINGLE & given.keys()})
    gesture = gesture or new_gesture()
    rows, refused = lock_elements(
        actor, ids, policy.updatable(actor), _("Your roles do not let you change this element.")
    )
    known = look_up(actor, [given])
    changed: set[int] = set()
    for kind in sorted({row["kind"] for row in rows}):
        of_kind = [row for row in rows if row["kind"] == kind]
        values = cleaned(kind, given, known)
        if len(ids) == 1:
            values = merged(actor, of_kind[0], values, version, known)
        changed |= write(actor, gesture, kind, of_kind, values, known)
    return Outcome(
        done=sorted(changed),
        unchanged=[row["id"] for row in rows if row["id"] not in changed],
        refused=refused,
        gesture=gesture if changed else None,
    )


@transaction.atomic
def link_elements(actor: Actor, *, id: int, other: int, is_linked: bool) -> Outcome:
    """Link two elements, or undo their link: an edit of the one that keeps it (a deal its company and contacts, a
    contact its companies). The outcome names that one.

    Raises:
        Invalid: these two cannot be linked, or the actor does not see one of them.
    """
    refs = element_refs(actor, [id, other])
    kinds = {ref.kind: ref.id for ref in refs.values()}
    pair = next((pair for pair in _KEEPERS if {*pair[:2]} == kinds.keys()), None)
    if len(kinds) != 2 or pair is None:
        raise Invalid({"add": _("One of these elements does not exist, or you may not see it.")})
    keeper, linked, key = kinds[pair[0]], kinds[pair[1]], pair[2]
    lock_elements(actor, [keeper], policy.updatable(actor), "")
    if key == "company_id":
        stands = fetch_value(sql("SELECT company_id FROM crm_deal WHERE element_id = {}", keeper)) == linked
        if not is_linked and not stands:
            return Outcome(unchanged=[keeper])
        return edit_elements(actor, ids=[keeper], changes={"company_id": linked if is_linked else None})
    visible = element_refs(actor, current_links(keeper, key))
    ids = [*(ref for ref in visible if ref != linked), *([linked] if is_linked else [])]
    changes = {key: tuple(ids)}
    return edit_elements(actor, ids=[keeper], changes=cast("ElementChanges", changes))


# Which kind keeps a link to which, and under which field.
_KEEPERS = (
    (Kind.DEAL, Kind.COMPANY, "company_id"),
    (Kind.DEAL, Kind.CONTACT, "contact_ids"),
    (Kind.CONTACT, Kind.COMPANY, "company_ids"),
)


def reassign_elements(actor: Actor, *, ids: Sequence[int], to: int) -> Outcome:
    """Give elements to a responsible person, also out of the actor's own reach.

    Raises:
        Invalid: not an active person.
    """
    return edit_elements(actor, ids=ids, changes={"responsible_id": to})


@transaction.atomic
def delete_elements_rows(actor: Actor, *, ids: Sequence[int], gesture: UUID) -> Outcome:
    """Delete the elements alone: their activities follow in `activities.actions.delete_elements`, which calls this."""
    reason = _("Your roles do not let you delete this element.")
    rows, refused = lock_elements(actor, distinct_ids(ids), policy.deletable(actor), reason)
    done = bin_elements(actor, gesture, [row["id"] for row in rows], verb="delete")
    return Outcome(done=sorted(done), refused=refused, gesture=gesture if done else None)


def bin_elements(actor: Actor, gesture: UUID, ids: Sequence[int], *, verb: str) -> list[int]:
    """Put elements into the bin, and nothing else; the rights have been judged."""
    values = {"deleted_at": Sql("now()"), "deleted_by_id": actor.recorded_id, "deleted_gesture": gesture}
    return change(actor, gesture, verb=verb, noun="element", table="crm_element", ids=ids, values=values)


def lock_elements(actor: Actor, ids: Sequence[int], allowed: Sql, reason: str) -> tuple[list[Row], list[Refusal]]:
    """Lock rows by id: those on which `allowed` holds (id, kind, version), and a refusal for each of the others."""
    found = fetch_all(
        sql(
            """
            SELECT e.id, e.kind, e.version, ({}) AS is_readable, ({}) AS is_allowed FROM crm_element e
            WHERE e.id = ANY({}) ORDER BY e.id FOR NO KEY UPDATE OF e
            """,
            policy.readable(actor),
            allowed,
            bigints(ids),
        )
    )
    readable = {row["id"] for row in found if row["is_readable"]}
    rows = [row for row in found if row["is_readable"] and row["is_allowed"]]
    taken = {row["id"] for row in rows}
    hidden = _("There is nothing here, or nothing that you may see.")
    refused = [
        Refusal(id, reason, noun="element") if id in readable else Refusal(id, hidden, is_hidden=True, noun="element")
        for id in ids
        if id not in taken
    ]
    return rows, refused


@transaction.atomic
def undo_elements(actor: Actor, *, gesture: UUID, back: UUID) -> Outcome:
    """Take back what the actor's own gesture changed on elements, where they still stand as it left them.

    `back` is the gesture of this undoing. Rights are judged on each row as it becomes again. What a gesture created
    is taken back by `activities.actions.undo_creations`, which knows whether something is bound to it.
    """
    rows, refused = lock_restorable(actor, gesture)
    standing = still_standing(gesture, [row["id"] for row in rows])
    done = restore_rows(actor, gesture, back, sorted(standing))
    moved = _("It has been changed since.")
    refused += [Refusal(row["id"], moved, noun="element") for row in rows if row["id"] not in standing]
    return Outcome(done=done, refused=refused, gesture=back if done else None)
