"""Taking back a gesture: what it wrote is put back where it still stands; the rest is listed, not overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.actions.asking import Answer, validators_of, write_validators
from relance.activities.actions.deleting import set_mains, to_bin
from relance.activities.actions.relating import (
    clients_of,
    participants_of,
    write_bindings,
    write_clients,
    write_participants,
)
from relance.activities.actions.reminding import reminders_of, write_reminders
from relance.activities.judging import Judged, judge
from relance.journal.actions import record, restore
from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, fetch_all, fetch_column, sql

NOUNS = frozenset({"activity", "binding", "participant", "client", "reminder", "validator"})


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


def _judge(actor: Actor, ids: Sequence[int], entries: Sequence[Row]) -> Judged:
    """Restoring from the bin asks for the same right as editing (product.md section 6)."""
    binned = {entry["noun_id"] for entry in entries if (entry["after"] or {}).get("deleted_at")}
    # Who answered with *read* alone takes his answer back with it too; `undo` has seen that the gesture is his.
    answered = {entry["noun_id"] for entry in entries if entry["noun"] == "validator" and entry["verb"] == "answer"}
    live = judge(actor, [row_id for row_id in ids if row_id not in binned | answered], "edit")
    own = judge(actor, sorted(answered), "answer") if answered else Judged([], [])
    gone = judge(actor, sorted(binned), "edit", deleted=True) if binned else Judged([], [])
    return Judged([*live.rows, *own.rows, *gone.rows], [*live.refused, *own.refused, *gone.refused])


def _unmake(actor: Actor, gesture: UUID, back: UUID, ids: Sequence[int]) -> list[int]:
    """Activities that the gesture made go to the bin, unless somebody has worked on them since."""
    untouched = fetch_column(
        sql(
            """
            SELECT t.id FROM activities_activity t JOIN journal_auditentry j ON j.noun_id = t.id
            WHERE j.gesture = {} AND j.noun = 'activity' AND j.change->'before' = 'null' AND t.id = ANY({})
                AND t.deleted_at IS NULL AND to_jsonb(t) @>
                    ((j.change->'after') - '{elements,participants,reminders,validators}'::text[])
            """,
            gesture,
            list(ids),
        )
    )
    return to_bin(actor, back, untouched, verb="undo")


def _untie(actor: Actor, back: UUID, entries: Sequence[Row]) -> set[int]:
    """Put bindings, participants and clients back; the ids of the activities on which this did something."""
    done: set[int] = set()
    for noun, put_back in _TIES.items():
        of_noun = [entry for entry in entries if entry["noun"] == noun]
        restored = put_back({entry["noun_id"]: entry for entry in of_noun})
        swapped = [
            (entry["noun_id"], entry["after"], entry["before"]) for entry in of_noun if entry["noun_id"] in restored
        ]
        record(actor, back, verb="undo", noun=noun, entries=swapped)
        done |= restored
    return done


def _undo_bindings(entries: Mapping[int, Row]) -> set[int]:
    rows = fetch_all(
        sql(
            "SELECT activity_id, element_id, is_main FROM activities_binding WHERE activity_id = ANY({})", list(entries)
        )
    )
    bound: dict[int, set[int]] = defaultdict(set)
    main: dict[int, int] = {}
    for row in rows:
        bound[row["activity_id"]].add(row["element_id"])
        if row["is_main"]:
            main[row["activity_id"]] = row["element_id"]
    restored = {
        activity_id
        for activity_id, entry in entries.items()
        if main[activity_id] == entry["after"]["main"]
        and bound[activity_id] == set(entry["after"].get("elements", bound[activity_id]))
    }
    set_mains({i: entries[i]["before"]["main"] for i in restored if "elements" not in entries[i]["before"]})
    for i in restored:
        before = entries[i]["before"]
        if "elements" in before:
            wanted = set(before["elements"])
            write_bindings(i, sorted(wanted - bound[i]), sorted(bound[i] - wanted), before["main"])
    return restored


def _undo_participants(entries: Mapping[int, Row]) -> set[int]:
    now = participants_of(list(entries))
    restored = {i for i, entry in entries.items() if now[i] == set(entry["after"]["users"])}
    write_participants({i: set(entries[i]["before"]["users"]) for i in restored})
    return restored


def _undo_clients(entries: Mapping[int, Row]) -> set[int]:
    now = clients_of(list(entries))
    restored = {i for i, entry in entries.items() if [list(pair) for pair in now[i]] == entry["after"]["clients"]}
    write_clients(
        {i: [(element_id, address) for element_id, address in entries[i]["before"]["clients"]] for i in restored}
    )
    return restored


def _undo_reminders(entries: Mapping[int, Row]) -> set[int]:
    now = reminders_of(list(entries))
    restored = {i for i, entry in entries.items() if now[i] == set(entry["after"]["minutes"])}
    write_reminders({i: set(entries[i]["before"]["minutes"]) for i in restored})
    return restored


def _undo_validators(entries: Mapping[int, Row]) -> set[int]:
    now = validators_of(list(entries))
    restored = {
        i for i, entry in entries.items() if [answer.plain() for answer in now[i]] == entry["after"]["validators"]
    }
    write_validators({i: [Answer(**row) for row in entries[i]["before"]["validators"]] for i in restored})
    return restored


_TIES: dict[str, Callable[[Mapping[int, Row]], set[int]]] = {
    "binding": _undo_bindings,
    "participant": _undo_participants,
    "client": _undo_clients,
    "reminder": _undo_reminders,
    "validator": _undo_validators,
}
