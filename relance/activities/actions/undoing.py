"""Taking back a gesture: what it wrote is put back where it still stands; the rest is listed, not overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.actions.deleting import set_mains, to_bin
from relance.activities.actions.relating import (
    clients_of,
    participants_of,
    write_bindings,
    write_clients,
    write_participants,
)
from relance.activities.judging import Judged, judge
from relance.journal.actions import record, restore
from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, fetch_all, fetch_column, sql

NOUNS = frozenset({"activity", "binding", "participant", "client"})


@transaction.atomic
def undo_activities(actor: Actor, *, gesture: UUID, back: UUID) -> Outcome:
    """Undo what a gesture did to activities, on each that the actor may edit; itself the gesture `back`."""
    entries = [entry for entry in list_gesture(gesture) if entry["noun"] in NOUNS]
    ids = sorted({entry["noun_id"] for entry in entries})
    judged = _judge(actor, ids, entries)
    mine = set(judged.ids)
    entries = [entry for entry in entries if entry["noun_id"] in mine]
    done = set(restore(actor, gesture, back, noun="activity", table="activities_activity", ids=judged.ids))
    done |= set(_unmake(actor, gesture, back, judged.ids))
    done |= _untie(actor, back, entries)
    stale = [
        Refusal(row_id, _("Somebody has changed this activity since; it was left as it is."))
        for row_id in judged.ids
        if row_id not in done
    ]
    return Outcome(sorted(done), [], [*judged.refused, *stale], back if done else None)


def _judge(actor: Actor, ids: Sequence[int], entries: Iterable[Row]) -> Judged:
    """Restoring from the bin asks for the same right as editing (product.md section 6)."""
    binned = {entry["noun_id"] for entry in entries if (entry["after"] or {}).get("deleted_at")}
    live = judge(actor, [row_id for row_id in ids if row_id not in binned], "edit")
    gone = judge(actor, sorted(binned), "edit", deleted=True) if binned else Judged([], [])
    return Judged([*live.rows, *gone.rows], [*live.refused, *gone.refused])


def _unmake(actor: Actor, gesture: UUID, back: UUID, ids: Sequence[int]) -> list[int]:
    """Activities that the gesture made go to the bin, unless somebody has worked on them since."""
    untouched = fetch_column(
        sql(
            """
            SELECT t.id FROM activities_activity t JOIN journal_auditentry j ON j.noun_id = t.id
            WHERE j.gesture = {} AND j.noun = 'activity' AND j.change->'before' = 'null' AND t.id = ANY({})
                AND t.deleted_at IS NULL AND to_jsonb(t) @> ((j.change->'after') - 'elements' - 'participants')
            """,
            gesture,
            list(ids),
        )
    )
    return to_bin(actor, back, untouched, verb="undo")


def _untie(actor: Actor, back: UUID, entries: Sequence[Row]) -> set[int]:
    done = set()
    for entry in entries:
        undo = {"binding": _undo_binding, "participant": _undo_participants, "client": _undo_clients}.get(entry["noun"])
        if undo and undo(entry):
            done.add(entry["noun_id"])
            swapped = [(entry["noun_id"], entry["after"], entry["before"])]
            record(actor, back, verb="undo", noun=entry["noun"], entries=swapped)
    return done


def _undo_binding(entry: Row) -> bool:
    activity_id, before, after = entry["noun_id"], entry["before"], entry["after"]
    rows = fetch_all(sql("SELECT element_id, is_main FROM activities_binding WHERE activity_id = {}", activity_id))
    bound = {row["element_id"] for row in rows}
    main = next(row["element_id"] for row in rows if row["is_main"])
    if main != after["main"] or ("elements" in after and bound != set(after["elements"])):
        return False
    if "elements" not in before:
        set_mains({activity_id: before["main"]})
        return True
    wanted = set(before["elements"])
    write_bindings(activity_id, sorted(wanted - bound), sorted(bound - wanted), before["main"])
    return True


def _undo_participants(entry: Row) -> bool:
    activity_id = entry["noun_id"]
    if participants_of([activity_id])[activity_id] != set(entry["after"]["users"]):
        return False
    write_participants({activity_id: set(entry["before"]["users"])})
    return True


def _undo_clients(entry: Row) -> bool:
    activity_id = entry["noun_id"]
    if [list(pair) for pair in clients_of([activity_id])[activity_id]] != entry["after"]["clients"]:
        return False
    write_clients({activity_id: [(element_id, address) for element_id, address in entry["before"]["clients"]]})
    return True
