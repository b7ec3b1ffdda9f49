"""Reading activities: lists, totals, single ones, and those of an element; always within the reader's rights."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from relance.activities import catalog, policy
from relance.activities.finding import found_ids
from relance.activities.listing import COLUMNS, LISTING, OF_ELEMENT, RELATED, BoundElement, related, selects
from relance.activities.paging import is_native, is_too_large, sorted_branch, waiting, window_of
from relance.activities.policy import Selection
from relance.activities.selecting import Asked, asked_by_filter, asked_by_text, searched, selections_of
from relance.activities.terms import FILTER_BY_CODE, STANDARD_FILTERS, StandardFilter
from relance.crm.bound import BOUND_COLUMNS
from relance.journal.queries import list_entries
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import Row, Sql, bigints, fetch_all, fetch_column, fetch_value, join, sql
from relance.lists import queries as lists
from relance.lists.finding import found_page
from relance.lists.queries import Window
from relance.lists.terms import (
    LONGEST_IDS_MS,
    LONGEST_PAGE_MS,
    MOST_COUNTED,
    MOST_FOUND,
    PAGE_SIZE,
    Branch,
    Layout,
    Page,
    Total,
)


@dataclass(frozen=True, slots=True)
class ActivityDetail:
    """One activity as its reader sees it. `fields` are the columns of its row."""

    id: int
    fields: Row
    bindings: Sequence[BoundElement]
    participants: Sequence[Row]
    clients: Sequence[Row]
    reminders: Sequence[int]  # minutes before, the longest first
    outcomes: Sequence[catalog.OutcomeView]  # with which it can be completed now
    files: Sequence[Row]  # id, name, size in bytes, media_type, uploaded_at (ISO); the oldest first
    can_edit: bool
    can_delete: bool
    can_copy: bool
    reasons: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, key: str) -> Any:  # noqa: ANN401 - the columns are of many types
        try:
            return self.fields[key]
        except KeyError:
            raise AttributeError(key) from None


def get_columns(actor: Actor) -> tuple[str, ...]:
    """The columns of *Mes activités* that the actor chose, in order."""
    return lists.get_columns(actor, LISTING, COLUMNS)


def get_layout(actor: Actor) -> Layout:
    """How the actor sees *Mes activités*: his columns, widths and density."""
    return lists.get_layout(actor, LISTING, COLUMNS)


def may_create(actor: Actor) -> bool:
    """Whether there can be any element for which the actor may create an activity."""
    return policy.may_create(actor)


def list_activities(
    actor: Actor,
    *,
    filter: str = "mine",
    text: str | None = None,
    search: str = "",
    sort: str = "",
    cursor: str = "",
    columns: Sequence[str] = (),
    size: int = PAGE_SIZE,
) -> Page:
    """A page of a standard filter, or of a custom filter's `text`, in its own order or by a column (`deadline`, `-deadline`);
    of what a `search` finds in it alone, the best first up to MOST_RANKED rows.

    A sort that no index serves is given up to MOST_SORTED rows; above, the page says so in `refused_sort` and comes
    in the filter's own order.

    Raises:
        FilterError: the text is no filter of activities.
        TooHeavyError: the custom filter or the search takes longer than LONGEST_PAGE_MS.
    """
    shown = tuple(key for key in columns if key in COLUMNS) or get_columns(actor)
    refused = ""
    with lists.patient(text, LONGEST_PAGE_MS, has_deadlines=True, search=search):
        asked = _asked(actor, filter, text, search)
        wanted = sort if sort.lstrip("-") in COLUMNS and COLUMNS[sort.lstrip("-")].order else asked.own_sort
        if not is_native(asked, wanted) and is_too_large(actor, asked):
            wanted, refused = asked.own_sort, wanted
        window = window_of(wanted, cursor, size)
        rows = _rows(actor, asked, wanted, window, shown)
    page = lists.page_from(rows, window, sort=wanted, columns=shown, refused_sort=refused)
    _name_types(page.rows)
    return found_page(page, asked.found, sort)


def count_activities(actor: Actor, *, filter: str) -> int:
    """The exact number of activities of a standard filter that the actor may read."""
    standard = FILTER_BY_CODE[filter]
    if standard.only == "incoming":
        return int(fetch_value(sql("SELECT count(*) FROM activities_activity a WHERE {}", waiting(actor))))
    return int(fetch_value(policy.counted(actor, _selection(actor, standard))))


def count_matching(
    actor: Actor, *, filter: str = "mine", text: str | None = None, search: str = "", most: int = MOST_COUNTED
) -> Total:
    """How many activities that the actor may read a custom filter takes, or of a filter what a search finds: exactly, or
    more than `most`, or not counted.

    Raises:
        FilterError: the text is no filter of activities.
    """

    def count(most: int) -> int:
        asked = _asked(actor, filter, text, search)
        return asked.found.count(most) if asked.found else lists.bounded_count(asked.ids(actor), most)

    return lists.bounded_total(count, min(most, MOST_FOUND) if search else most)


def count_standard_filters(actor: Actor, *, but: Collection[str] = ()) -> dict[str, int]:
    """The exact totals of the standard filters, by code, those of `but` left out."""
    codes = [standard.code for standard in STANDARD_FILTERS if standard.code not in but]
    return {code: count_activities(actor, filter=code) for code in codes}


def list_activity_ids(
    actor: Actor, *, filter: str = "mine", text: str | None = None, search: str = "", limit: int
) -> list[int]:
    """The ids of a standard filter, or of a custom one's text, of what a search finds in it, at most `limit`; what *all
    results* of a bulk action means.

    Raises:
        FilterError: the text is no filter of activities.
        TooHeavyError: the custom filter or the search takes longer than LONGEST_IDS_MS.
    """
    with lists.patient(text, LONGEST_IDS_MS, has_deadlines=True, search=search):
        asked = _asked(actor, filter, text, search)
        if asked.is_waiting:
            return fetch_column(sql("SELECT a.id FROM activities_activity a WHERE {} LIMIT {}", waiting(actor), limit))
        return fetch_column(sql("SELECT * FROM ({}) i LIMIT {}", asked.ids(actor), limit))


def get_rows(actor: Actor, *, ids: Sequence[int], columns: Sequence[str]) -> list[Row]:
    """The rows of some activities as the list shows them, those that the actor may read; for redrawing after a write."""
    return _read_rows(actor, ids, tuple(columns))


def _read_rows(actor: Actor, ids: Sequence[int], columns: tuple[str, ...], more: Sql | None = None) -> list[Row]:
    query = sql(
        "SELECT NULL::timestamptz AS k, a.id FROM activities_activity a WHERE a.id = ANY({}) AND a.deleted_at IS NULL AND {}",
        list(ids),
        policy.readable(actor, Sql("a.id")),
    )
    rows = fetch_all(_rows_of(actor, columns, query, more))
    _name_types(rows)
    return rows


def get_activity(actor: Actor, *, id: int) -> ActivityDetail:
    """One activity with all that its page shows.

    Raises:
        NotFound: it does not exist, is deleted, or the actor may not read it.
    """
    rows = _read_rows(
        actor,
        [id],
        tuple(key for key in COLUMNS if key not in BOUND_COLUMNS),
        sql("{}, {} AS awaits_answers, {} AS outcomes", related(actor), policy.AWAITS_ANSWERS, catalog.OUTCOMES),
    )
    if not rows:
        raise NotFound
    row = rows[0]
    bindings, participants, clients, reminders, files = (json.loads(row.pop(key)) for key in RELATED)
    outcomes = catalog.outcomes_of(row.pop("outcomes"))
    return ActivityDetail(
        id=id,
        fields=row,
        bindings=[BoundElement(**binding) for binding in bindings],
        participants=participants,
        clients=clients,
        reminders=reminders,
        files=files,
        outcomes=[outcome for outcome in outcomes if outcome.is_active],
        can_edit=row["can_edit"],
        can_delete=row["can_delete"],
        can_copy=row["can_copy"],
        reasons=reasons(row),
    )


def reasons(row: Row) -> dict[str, str]:
    """Why each refused operation on a readable activity is refused, by operation; nothing for those allowed."""
    refused: dict[str, str] = {}
    if not row["can_edit"]:
        text = _("You need the right to update one of the elements that this activity is bound to.")
        refused.update(edit=text, complete=text, reopen=text, postpone=text, assign=text)
    elif row.get("awaits_answers"):
        text = _("Its validators have not all answered.")
        refused.update(complete=text, assign=text)
    if not row["can_delete"]:
        refused["delete"] = (
            _("Your company asks for the right to delete the element in order to delete its activities.")
            if row["can_edit"]
            else refused["edit"]
        )
    if not row["can_copy"]:
        refused["copy"] = _("You need the right to update the main element of this activity.")
    return refused


def list_history(activity: ActivityDetail) -> list[Row]:
    """The journal of an activity, which its reader was given: at, actor_id, verb, before, after; oldest first."""
    return list_entries(noun="activity", noun_id=activity.id)


def list_validations(actor: Actor, ids: Sequence[int]) -> list[Row]:
    """Who was asked to validate each of the activities that the actor may read, in order, and what each answered:
    activity_id, user_id, name, is_active, decision ("" until he answers), reason, decided_at."""
    return fetch_all(
        sql(
            """
            SELECT v.activity_id, v.user_id, trim(u.first_name || ' ' || u.last_name) AS name, u.is_active,
                v.decision, v.reason, v.decided_at
            FROM activities_validator v JOIN people_user u ON u.id = v.user_id
            JOIN activities_activity a ON a.id = v.activity_id
            WHERE v.activity_id = ANY({}) AND a.deleted_at IS NULL AND {} ORDER BY v.activity_id, v.rank, v.id
            """,
            list(ids),
            policy.readable(actor, Sql("a.id")),
        )
    )


def list_planned(actor: Actor, *, element_id: int, related: Sequence[int] = (), limit: int | None = None) -> list[Row]:
    """The open activities of an element that the actor may read, the nearest deadline first; also of `related` elements.

    Each row says how many there are beyond the limit: `total`, and `overdue` of them.
    """
    query = sql(
        """
        SELECT x.k, x.id, count(*) OVER () AS total, count(*) FILTER (WHERE x.k <= {}) OVER () AS overdue
        FROM (SELECT DISTINCT b.due_at AS k, b.activity_id AS id FROM activities_binding b
            WHERE b.element_id = ANY({}) AND {} AND {}) x
        ORDER BY x.k, x.id LIMIT {}
        """,
        clock.now(),
        bigints([element_id, *related]),
        policy.OPEN,
        policy.binding_readable(actor),
        limit,
    )
    columns = (*TIMELINE_COLUMNS, "element", "colour")
    rows = fetch_all(sql("{} ORDER BY p.k, p.id", _rows_of(actor, columns, query, Sql("p.total, p.overdue"))))
    _name_types(rows)
    return rows


TIMELINE_COLUMNS = ("responsible", "place", "priority", "description")


def _asked(actor: Actor, code: str, text: str | None, search: str = "") -> Asked:
    """What a list is asked for: a custom filter where there is a text, else the standard one of a code; what is searched."""
    standard = FILTER_BY_CODE.get(code, STANDARD_FILTERS[0])
    asked = asked_by_filter(actor, standard) if text is None else asked_by_text(actor, text)
    return searched(actor, asked, search) if search else asked


def _selection(actor: Actor, standard: StandardFilter) -> Selection:
    return selections_of(actor, standard.text)[0]


def _rows(actor: Actor, asked: Asked, sort: str, window: Window, columns: tuple[str, ...]) -> list[Row]:
    if asked.is_waiting or not is_native(asked, sort):
        ids = lists.page_ids([sorted_branch(actor, asked, sort)], window)
        return _read(actor, ids, window, columns)
    # A bounded scan of one half could stop before rows that the other half's come after: both halves are walked.
    scanned = policy.scan(actor, asked.selections[0]) if len(asked.selections) == 1 else None
    if asked.is_tested or asked.found:
        ids = found_ids(actor, asked, scanned, _ways(actor, asked), window)
        return _read(actor, ids, window, columns)
    if scanned is not None:
        rows = _read(actor, lists.page_ids([scanned], window), window, columns)
        if len(rows) > window.size or not lists.reaches_beyond(scanned, window):
            return rows
    return _read(actor, lists.page_ids(_ways(actor, asked), window), window, columns)


def _ways(actor: Actor, asked: Asked) -> list[Branch]:
    return [branch for selection in asked.selections for branch in policy.walk(actor, selection)]


def _read(actor: Actor, ids: Sql, window: Window, columns: tuple[str, ...]) -> list[Row]:
    direction = Sql("DESC") if window.reads_descending else Sql("ASC")
    query = _rows_of(actor, columns, ids)
    return fetch_all(sql("{} ORDER BY p.k {}, p.id {}", query, direction, direction))


def _rows_of(actor: Actor, columns: tuple[str, ...], ids: Sql, more: Sql | None = None) -> Sql:
    """The query of the rows of a page of (k, id); rights, main element and names come from the same predicates."""
    main = (
        Sql("LEFT JOIN crm_element e ON e.id = m.main_id AND e.deleted_at IS NULL")
        if OF_ELEMENT.intersection(columns)
        else Sql("")
    )
    return sql(
        """
        SELECT p.k::text AS page_key, {}
        FROM ({}) p
        JOIN activities_activity a ON a.id = p.id
        JOIN activities_activitytype t ON t.id = a.type_id
        JOIN people_user u ON u.id = a.responsible_id
        CROSS JOIN LATERAL (
            SELECT coalesce(bool_or({}), false) AS can_edit, coalesce(bool_or({}), false) AS can_delete,
                coalesce(bool_or(b.is_main AND {}), false) AS can_copy,
                max(b.element_id) FILTER (WHERE b.is_main AND {}) AS main_id, count(*) AS elements_count
            FROM activities_binding b WHERE b.activity_id = a.id AND NOT b.element_deleted
        ) m
        {}
        """,
        join(", ", [selects(actor, columns), *([more] if more else [])]),
        ids,
        policy.binding_updatable(actor),
        policy.binding_deletable(actor),
        policy.binding_updatable(actor),
        policy.binding_readable(actor),
        main,
    )


def _name_types(rows: Sequence[Row]) -> None:
    """Give each row the names of its type and outcome in the reader's language."""
    for row in rows:
        catalog.name_row(row)
