"""Reading timelines: a history merged from where its entries are written, comments, pins; always within the reader's rights.

There is no table of entries: completed activities, comments, the journal and the element itself are each an ordered branch
(`lists.queries`), cut by the reader's own predicate before they are merged (docs/adr).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from relance.activities import policy as activities
from relance.activities.queries import list_planned as planned_rows
from relance.crm import policy as elements
from relance.crm.queries import element_refs, list_stages
from relance.crm.terms import ElementDetail, ElementRef
from relance.journal.queries import nouns_of
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, fetch_all, fetch_column, sql
from relance.lists import queries as lists
from relance.lists.queries import Window
from relance.people.queries import get_people
from relance.timeline import branches
from relance.timeline.entries import answers_of, comments_where, entries_of
from relance.timeline.terms import (
    HISTORY_PAGE,
    MOST_PLANNED,
    MOST_ROLLED_UP,
    ROLLED_UP,
    Entry,
    EntryKind,
    HistoryFilter,
    HistoryPage,
    Planned,
)

SORT = "timeline"
# The filter by person offers those of so many last entries of each kind.
LAST_ENTRIES = 200


def history(
    actor: Actor,
    element: ElementDetail,
    *,
    asked: HistoryFilter | None = None,
    cursor: str = "",
    size: int = HISTORY_PAGE,
) -> HistoryPage:
    """A page of what happened on an element, newest first, as its reader may see it.

    An activity bound to several elements that are rolled up comes once. The number of queries does not depend on the
    number of entries.
    """
    asked = asked or HistoryFilter()
    window = Window("timestamptz", True, lists.decode_cursor(cursor, SORT), size)
    related = _related_ids(actor, element) if asked.rolled_up else []
    parts = branches.of_history(actor, element, asked, related)
    query = sql(
        "SELECT p.k::text AS page_key, p.k, p.id FROM ({}) p ORDER BY p.k DESC, p.id DESC",
        lists.page_ids(parts, window),
    )
    page = lists.page_from(fetch_all(query), window, sort=SORT)
    entries = entries_of(actor, page.rows)
    pinned = _pinned_keys(element.id)
    return _named(
        actor, element, [replace(entry, is_pinned=(entry.kind, entry.id) in pinned) for entry in entries], page.next
    )


def list_planned(actor: Actor, element: ElementDetail, *, rolled_up: bool = False) -> Planned:
    """What is planned on an element, at most MOST_PLANNED of it; `rolled_up` also what is on the elements around it."""
    related = _related_ids(actor, element) if rolled_up else []
    rows = planned_rows(actor, element_id=element.id, related=related, limit=MOST_PLANNED)
    answers = answers_of(actor, rows)
    for row in rows:
        row["answers"] = answers.get(row["id"], [])
    return Planned(rows, *((rows[0]["total"], rows[0]["overdue"]) if rows else (0, 0)))


def list_pinned(actor: Actor, element: ElementDetail) -> HistoryPage:
    """What is pinned on an element and still there, in its places."""
    keys = _pinned_keys(element.id)
    rows = [{"id": branches.encoded(kind, id), "k": at} for (kind, id), at in keys.items()]
    return HistoryPage([replace(entry, is_pinned=True) for entry in entries_of(actor, rows)])


def list_comments(actor: Actor, *, activity_id: int) -> list[Row]:
    """The comments on an activity that the actor may read, oldest first."""
    return comments_where(actor, sql("c.activity_id = {}", activity_id))


def find_comment(actor: Actor, *, id: int) -> Row | None:
    """One comment that the actor may read, or None."""
    rows = comments_where(actor, sql("c.id = {}", id))
    return rows[0] if rows else None


def is_about_comments(gesture: UUID) -> bool:
    """Whether a gesture wrote, edited or deleted comments: these are undone here, not with activities and elements."""
    return "comment" in nouns_of(gesture)


def list_people_of(element: ElementDetail, actor: Actor) -> list[tuple[int, str]]:
    """Who wrote or completed one of the last entries of an element that the actor was given, by name: for a filter's choices."""
    query = sql(
        """
        SELECT u.id, trim(u.first_name || ' ' || u.last_name) AS name FROM people_user u WHERE u.id IN (
            SELECT c.author_id FROM (SELECT author_id FROM timeline_comment WHERE element_id = {} AND deleted_at IS NULL
                ORDER BY created_at DESC LIMIT {}) c
            UNION SELECT a.completed_by_id FROM (SELECT b.activity_id FROM activities_binding b WHERE b.element_id = {} AND {}
                ORDER BY b.completed_at DESC LIMIT {}) b JOIN activities_activity a ON a.id = b.activity_id
            UNION SELECT x.actor_id FROM unnest(ARRAY['element', 'element_file']) AS w (noun) CROSS JOIN LATERAL (
                SELECT j.actor_id FROM journal_auditentry j WHERE j.noun = w.noun AND j.noun_id = {}
                ORDER BY j.at DESC LIMIT {}) x
            UNION SELECT {}::bigint UNION SELECT {}::bigint)
        ORDER BY u.sort_key, u.id
        """,
        element.id,
        LAST_ENTRIES,
        element.id,
        activities.DONE,
        LAST_ENTRIES,
        element.id,
        LAST_ENTRIES,
        element.responsible_id,
        actor.user_id,
    )
    return [(row["id"], row["name"]) for row in fetch_all(query)]


def _related_ids(actor: Actor, element: ElementDetail) -> list[int]:
    """The elements whose activities and comments an element's page can also show: those that the actor may read."""
    if element.kind not in ROLLED_UP:
        return []
    return fetch_column(
        sql(
            "SELECT e.id FROM crm_element e WHERE e.id IN ({}) AND {} ORDER BY e.updated_at DESC, e.id DESC LIMIT {}",
            branches.related_to(element),
            elements.readable(actor),
            MOST_ROLLED_UP,
        )
    )


def _pinned_keys(element_id: int) -> dict[tuple[EntryKind, int], datetime]:
    """What is pinned and still there, by place: an activity completed and bound here, a comment not deleted."""
    rows = fetch_all(sql("{} ORDER BY p.place", pins_alive(element_id)))
    return {
        (EntryKind.ACTIVITY, row["activity_id"]) if row["activity_id"] else (EntryKind.COMMENT, row["comment_id"]): row[
            "at"
        ]
        for row in rows
    }


def pins_alive(element_id: int) -> Sql:
    """The pins of an element whose entry still stands in its history: id, place, activity_id, comment_id, at."""
    return sql(
        """
        SELECT p.id, p.place, p.activity_id, p.comment_id, coalesce(b.completed_at, c.created_at) AS at FROM timeline_pin p
        LEFT JOIN activities_binding b ON b.activity_id = p.activity_id AND b.element_id = p.element_id AND b.is_completed
            AND NOT b.activity_deleted
        LEFT JOIN timeline_comment c ON c.id = p.comment_id AND c.element_id = p.element_id AND c.deleted_at IS NULL
        WHERE p.element_id = {} AND (b.id IS NOT NULL OR c.id IS NOT NULL)
        """,
        element_id,
    )


def _named(actor: Actor, element: ElementDetail, entries: Sequence[Entry], following: str | None) -> HistoryPage:
    """The page with the names that its changes need."""
    changes = [entry.row for entry in entries if entry.kind in {EntryKind.CHANGE, EntryKind.CREATION, EntryKind.FILE}]
    values = [(key, value) for row in changes for side in _sides(row) for key, value in side.items()]
    people = {row["actor_id"] for row in changes} | {value for key, value in values if key == "responsible_id"}
    linked = [value for key, value in values if key == "company_id"]
    linked += [id for key, value in values if key in {"contact_ids", "company_ids"} for id in value or ()]
    refs: dict[int, ElementRef] = element_refs(actor, _ids(linked))
    has_stages = any(key == "stage_id" for key, _value in values)
    return HistoryPage(
        entries,
        following,
        people={id: person.name for id, person in get_people(actor, ids=_ids(people)).items()},
        elements=refs,
        stages={stage.id: stage.name for stage in list_stages(element.kind)} if has_stages else {},
    )


def _sides(row: Row) -> Iterable[Mapping[str, Any]]:
    return (row.get("before") or {}, row.get("after") or {})


def _ids(values: Collection[object]) -> list[int]:
    return sorted({value for value in values if isinstance(value, int)})
