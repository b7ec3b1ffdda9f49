"""What an element's history says of files: added to it or to one of its activities, or removed.

The journal of a file has the file's id. These entries have the element's, so that its history finds them in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from relance.journal.actions import record
from relance.kit.actor import Actor
from relance.kit.sql import Row, fetch_all, sql

NOUN = "element_file"


def record_files(actor: Actor, gesture: UUID, *, verb: str, rows: Iterable[Row]) -> None:
    """Write down, for each live element, that files were attached or removed.

    `rows` say of each file its id and its owner: activity_id or element_id. A file of an activity is told to all the
    elements that it is bound to.
    """
    owned: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    for row in rows:
        owned[row["activity_id"], row["element_id"]].append(row["id"])
    bound = _bound({activity_id for activity_id, _element in owned if activity_id})
    entries = [
        (told, None, {"files": sorted(ids), "activity_id": activity_id})
        for (activity_id, element_id), ids in owned.items()
        for told in (bound[activity_id] if activity_id else [element_id])
        if told is not None
    ]
    record(actor, gesture, verb=verb, noun=NOUN, entries=entries)


def _bound(activities: Iterable[int]) -> dict[int, list[int]]:
    ids = sorted(activities)
    query = sql(
        """
        SELECT b.activity_id, b.element_id FROM activities_binding b
        WHERE b.activity_id = ANY({}) AND NOT b.element_deleted ORDER BY b.id
        """,
        ids,
    )
    found: dict[int, list[int]] = defaultdict(list)
    for row in fetch_all(query) if ids else []:
        found[row["activity_id"]].append(row["element_id"])
    return found
