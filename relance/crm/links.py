"""What hangs on one element in rows of other tables: phones and addresses, a deal's contacts, a contact's companies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from uuid import UUID

from relance.crm import policy
from relance.crm.checks import normalise
from relance.journal.actions import record
from relance.kit.actor import Actor
from relance.kit.sql import bigints, execute, fetch_all, fetch_column, name, sql

POINTS = "contact_points"
# The key of a change → its journal noun, table, the element's column, the other's.
LINKS = {
    "contact_ids": ("deal_contacts", "crm_dealcontact", "deal_id", "contact_id"),
    "company_ids": ("contact_companies", "crm_contactcompany", "contact_id", "company_id"),
}
NOUNS = (POINTS, *(link[0] for link in LINKS.values()))


def current_points(element_id: int) -> dict[str, list[str]]:
    """The phones and addresses of an element, in order."""
    query = sql("SELECT kind, raw FROM crm_contactpoint WHERE element_id = {} ORDER BY rank, id", element_id)
    points: dict[str, list[str]] = {"phones": [], "emails": []}
    for row in fetch_all(query):
        points[f"{row['kind']}s"].append(row["raw"])
    return points


def replace_points(
    actor: Actor, gesture: UUID, *, element_id: int, points: dict[str, list[str]], verb: str = "edit"
) -> bool:
    """Give an element these phones and addresses; whether that changed anything."""
    before = current_points(element_id)
    after = {**before, **points}
    if before == after:
        return False
    execute(sql("DELETE FROM crm_contactpoint WHERE element_id = {}", element_id))
    insert_points((element_id, kind[:-1], raw, rank) for kind, raws in after.items() for rank, raw in enumerate(raws))
    record(actor, gesture, verb=verb, noun=POINTS, entries=[(element_id, before, after)])
    return True


def insert_points(points: Iterable[tuple[int, str, str, int]]) -> None:
    """Write phones and addresses: element id, `phone` or `email`, as typed, place in the order."""
    rows = [
        {"element_id": id, "kind": kind, "raw": raw, "normalised": normalise(kind, raw), "rank": rank}
        for id, kind, raw, rank in points
    ]
    if rows:
        execute(
            sql(
                """
                INSERT INTO crm_contactpoint (element_id, kind, raw, normalised, rank)
                SELECT c.element_id, c.kind, c.raw, c.normalised, c.rank
                FROM jsonb_populate_recordset(NULL::crm_contactpoint, {}::jsonb) c
                """,
                json.dumps(rows),
            )
        )


def current_links(element_id: int, key: str) -> list[int]:
    """The ids that an element is linked to, the oldest link first; also those that the actor may not read."""
    _noun, table, mine, other = LINKS[key]
    return fetch_column(
        sql("SELECT {} FROM {} WHERE {} = {} ORDER BY id", name(other), name(table), name(mine), element_id)
    )


def with_hidden(actor: Actor, *, element_id: int, key: str, ids: Sequence[int]) -> list[int]:
    """The links that a form asks for, and those that its user cannot see: a form never drops these."""
    linked = current_links(element_id, key)
    visible = fetch_column(
        sql("SELECT e.id FROM crm_element e WHERE e.id = ANY({}) AND {}", bigints(linked), policy.readable(actor))
    )
    return [*(id for id in linked if id in ids or id not in visible), *(id for id in ids if id not in linked)]


def replace_links(
    actor: Actor, gesture: UUID, *, element_id: int, key: str, ids: Sequence[int], verb: str = "edit"
) -> bool:
    """Link an element to exactly these; whether that changed anything."""
    noun, table, mine, other = LINKS[key]
    before = current_links(element_id, key)
    if set(before) == set(ids):
        return False
    gone = [id for id in before if id not in ids]
    execute(
        sql(
            "DELETE FROM {} WHERE {} = {} AND {} = ANY({})",
            name(table),
            name(mine),
            element_id,
            name(other),
            bigints(gone),
        )
    )
    insert_links(key, [(element_id, id) for id in ids if id not in before])
    record(actor, gesture, verb=verb, noun=noun, entries=[(element_id, {key: before}, {key: list(ids)})])
    return True


def insert_links(key: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Write links: id of the element, id of the one that it is linked to."""
    noun, table, mine, other = LINKS[key]
    if not pairs:
        return
    kinds = ("deal", "contact") if noun == "deal_contacts" else ("contact", "company")
    execute(
        sql(
            """
            INSERT INTO {} ({}, {}, {}, {})
            SELECT p.mine, p.other, {}, {} FROM unnest({}::bigint[], {}::bigint[]) p (mine, other)
            """,
            name(table),
            name(mine),
            name(other),
            name(f"{kinds[0]}_kind"),
            name(f"{kinds[1]}_kind"),
            *kinds,
            [pair[0] for pair in pairs],
            [pair[1] for pair in pairs],
        )
    )
