"""How a gesture on elements is taken back: whose rows, whether they still stand as it left them, their former values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from relance.crm import policy
from relance.crm.edits import touch_elements
from relance.crm.links import LINKS, NOUNS, POINTS, current_links, current_points, replace_links, replace_points
from relance.crm.terms import Kind
from relance.journal.actions import restore
from relance.kit.actor import Actor
from relance.kit.outcome import Refusal
from relance.kit.sql import Row, Sql, all_of, any_of, bigints, fetch_all, fetch_column, name, sql

_OF_LINKS = {link[0]: key for key, link in LINKS.items()}


def lock_restorable(actor: Actor, gesture: UUID) -> tuple[list[Row], list[Refusal]]:
    """Lock the elements that the actor's gesture changed: those that he may put back (id), and refusals of the others.

    The right is that of the gesture, judged on the row as it becomes again: who gave an element away may take it
    back, though it is out of his reach meanwhile.
    """
    ids = _changed_ids(actor, gesture)
    fetch_all(sql("SELECT id FROM crm_element WHERE id = ANY({}) ORDER BY id FOR NO KEY UPDATE", bigints(ids)))
    found = fetch_all(
        sql(
            """
            SELECT e.id, ({}) AS is_readable, ({}) AS is_allowed
            FROM crm_element t LEFT JOIN LATERAL (
                SELECT j.verb, j.change->'before' AS before FROM journal_auditentry j
                WHERE j.gesture = {} AND j.noun = 'element' AND j.noun_id = t.id AND jsonb_typeof(j.change->'before') = 'object'
                ORDER BY j.id LIMIT 1
            ) j ON true
            CROSS JOIN LATERAL jsonb_populate_record(t, coalesce(j.before, jsonb_build_object())) e
            WHERE t.id = ANY({}) ORDER BY t.id
            """,
            policy.readable(actor),
            any_of(
                [
                    all_of([Sql("j.verb = 'delete'"), policy.deletable(actor)]),
                    all_of([Sql("j.verb IS DISTINCT FROM 'delete'"), policy.updatable(actor)]),
                ]
            ),
            gesture,
            bigints(ids),
        )
    )
    reason = _("Your roles do not let you change this element.")
    refused = [
        Refusal(row["id"], reason, is_hidden=not row["is_readable"], noun="element")
        for row in found
        if not row["is_allowed"]
    ]
    return [row for row in found if row["is_allowed"]], refused


def lock_created(actor: Actor, gesture: UUID) -> tuple[list[int], list[Refusal]]:
    """Lock the elements that the actor's gesture made and nobody has changed since: those that he may take back.

    The right is that of the gesture, *add*, on the row as it stands. Who may not read it any more is told nothing of it.
    """
    whose = Sql("TRUE") if actor.is_administrator else sql("j.actor_id = {}", actor.user_id)
    found = fetch_all(
        sql(
            """
            SELECT e.id, e.version, ({}) AS is_readable, ({}) AS is_allowed FROM crm_element e
            WHERE e.deleted_at IS NULL AND e.id IN (SELECT j.noun_id FROM journal_auditentry j
                WHERE j.gesture = {} AND j.noun = 'element' AND j.verb = 'create' AND {})
            ORDER BY e.id FOR NO KEY UPDATE OF e
            """,
            policy.readable(actor),
            policy.addable(actor),
            gesture,
            whose,
        )
    )
    texts = {True: _("Your roles do not let you change this element."), False: _("It has been changed since.")}
    allowed = [row["id"] for row in found if row["is_allowed"] and row["version"] == 1]
    refused = [
        Refusal(row["id"], texts[not row["is_allowed"]], is_hidden=not row["is_readable"], noun="element")
        for row in found
        if row["id"] not in allowed
    ]
    return allowed, refused


def still_standing(gesture: UUID, ids: Sequence[int]) -> set[int]:
    """The elements among these of which everything that the gesture changed is still as it left it."""
    moved: set[int] = set()
    for noun, (table, key) in _TABLES.items():
        moved.update(
            fetch_column(
                sql(
                    """
                    SELECT j.noun_id FROM journal_auditentry j JOIN {} o ON {} = j.noun_id
                    WHERE j.gesture = {} AND j.noun = {} AND j.noun_id = ANY({})
                        AND jsonb_typeof(j.change->'before') = 'object' AND NOT to_jsonb(o) @> ((j.change->'after') - 'version')
                    """,
                    name(table),
                    name(f"o.{key}"),
                    gesture,
                    noun,
                    bigints(ids),
                )
            )
        )
    moved.update(entry["noun_id"] for entry in _beside(gesture, ids) if _now(entry) != entry["after"])
    return set(ids) - moved


def restore_rows(actor: Actor, gesture: UUID, back: UUID, ids: Sequence[int]) -> list[int]:
    """Give these elements their former values in all tables. Returns the ids."""
    done = set(restore(actor, gesture, back, noun="element", table="crm_element", ids=ids))
    beside: set[int] = set()
    for kind in Kind.values:
        table, key = _TABLES[kind]
        beside.update(restore(actor, gesture, back, noun=kind, table=table, ids=ids, key=key, stamped=False))
    for entry in _beside(gesture, ids):
        _put_back(actor, back, entry)
        beside.add(entry["noun_id"])
    if beside - done:
        touch_elements(actor, back, sorted(beside - done))
    return sorted(done | beside)


_TABLES = {"element": ("crm_element", "id"), **{kind: (f"crm_{kind}", "element_id") for kind in Kind.values}}


def _changed_ids(actor: Actor, gesture: UUID) -> list[int]:
    """The elements that the gesture changed, if it is the actor's (or he administers)."""
    whose = Sql("TRUE") if actor.is_administrator else sql("actor_id = {}", actor.user_id)
    return fetch_column(
        sql(
            """
            SELECT DISTINCT noun_id FROM journal_auditentry
            WHERE gesture = {} AND noun = ANY({}) AND jsonb_typeof(change->'before') = 'object' AND {} ORDER BY 1
            """,
            gesture,
            [*_TABLES, *NOUNS],
            whose,
        )
    )


def _beside(gesture: UUID, ids: Sequence[int]) -> list[Row]:
    """The gesture's entries on phones, addresses and links of these elements."""
    rows = fetch_all(
        sql(
            """
            SELECT noun, noun_id, change->'before' AS before, change->'after' AS after FROM journal_auditentry
            WHERE gesture = {} AND noun = ANY({}) AND noun_id = ANY({}) ORDER BY id
            """,
            gesture,
            list(NOUNS),
            bigints(ids),
        )
    )
    return [{**row, "before": json.loads(row["before"]), "after": json.loads(row["after"])} for row in rows]


def _now(entry: Row) -> Mapping[str, Any]:
    if entry["noun"] == POINTS:
        return current_points(entry["noun_id"])
    key = _OF_LINKS[entry["noun"]]
    return {key: current_links(entry["noun_id"], key)}


def _put_back(actor: Actor, back: UUID, entry: Row) -> None:
    if entry["noun"] == POINTS:
        replace_points(actor, back, element_id=entry["noun_id"], points=entry["before"], verb="undo")
    else:
        key = _OF_LINKS[entry["noun"]]
        replace_links(actor, back, element_id=entry["noun_id"], key=key, ids=entry["before"][key], verb="undo")
