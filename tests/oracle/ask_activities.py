"""What one user is told of activities: lists, totals, single ones, flags and names."""

from __future__ import annotations

from collections.abc import Iterable

from relance.access.levels import BINDING, predicate, scope
from relance.access.terms import Verb
from relance.activities import queries
from relance.activities.why import explain
from relance.kit.errors import NotFound
from relance.kit.sql import fetch_column, sql
from tests.oracle import load, rules
from tests.oracle.asking import UNKNOWN_ID, Asking, Difference
from tests.oracle.cells import main_element
from tests.oracle.model import Activity

COLUMNS = ("subject", "element", "client", "deadline", "responsible")
EVERYTHING = 500
SHORT_PAGE = 6
FILTERS = ("mine", "subordinates", "mine-completed", "open", "completed")


def ask_activities(asking: Asking) -> None:
    """Raises Difference where a list, total, flag, name or single activity is not the oracle's."""
    _ask_lists(asking)
    _ask_totals(asking)
    _ask_details(asking)
    _ask_export(asking)
    if asking.turn % 2:
        _ask_timeline(asking)
    asking.count("see", "edit", "delete_activity", "export_activity")


def _live(asking: Asking) -> list[Activity]:
    return [activity for activity in asking.company.activities if not activity.is_deleted]


def _ids(activities: Iterable[Activity]) -> set[int]:
    return {load.activity_id(activity.key) for activity in activities}


def _filtered(asking: Asking, code: str) -> set[int]:
    """The ids of a standard filter: what product.md says of it, and read on a bound element."""
    subordinates = rules.subordinates(asking.company, asking.user)
    found = [one for one in _live(asking) if one.is_completed == code.endswith("completed")]
    if code.startswith("mine"):
        found = [one for one in found if one.responsible == asking.user.key]
    if code == "subordinates":
        found = [one for one in found if one.responsible in subordinates]
    return _ids(found) & asking.granted("see")


def _ask_lists(asking: Asking) -> None:
    """The two lists with everything, row by row, and a third in short pages; the ids of *all results* as well."""
    for code in ("open", "completed"):
        rows = queries.list_activities(asking.actor, filter=code, columns=COLUMNS, size=EVERYTHING).rows
        asking.expect(f"list {code}", _filtered(asking, code), [row["id"] for row in rows])
        for row in rows:
            _check_row(asking, row)
    code = FILTERS[asking.turn % len(FILTERS)]
    if asking.turn % 2:
        asking.expect(f"short pages of {code}", _filtered(asking, code), _page_by_page(asking, code))
    ids = queries.list_activity_ids(asking.actor, filter=code, limit=EVERYTHING)
    asking.expect(f"all results of {code}", _filtered(asking, code), ids)


def _page_by_page(asking: Asking, code: str) -> list[int]:
    """The ids of all pages; every page but the last one is full."""
    found: list[int] = []
    cursor = ""
    while True:
        page = queries.list_activities(asking.actor, filter=code, cursor=cursor, columns=COLUMNS, size=SHORT_PAGE)
        found += [row["id"] for row in page.rows]
        if page.next is None:
            return found
        asking.expect(f"rows on a page of {code}", SHORT_PAGE, len(page.rows))
        cursor = page.next


def _check_row(asking: Asking, row: dict[str, object]) -> None:
    row_id = row["id"]
    asking.expect(f"can_edit of {row_id}", row_id in asking.granted("edit"), row["can_edit"])
    asking.expect(f"can_delete of {row_id}", row_id in asking.granted("delete_activity"), row["can_delete"])
    activity = next(one for one in asking.company.activities if load.activity_id(one.key) == row_id)
    asking.expect(f"main element of {row_id}", _name(asking, main_element(activity)), row["element_name"])
    names = [_name(asking, key) for key in load.client_keys(asking.company, activity)]
    asking.expect(f"clients of {row_id}", [name for name in names if name is not None], row["clients"])


def _name(asking: Asking, key: int) -> str | None:
    """The element's name as the user sees it; None for "Élément non accessible"."""
    element = rules.element_of(asking.company, key)
    return load.element_name(element) if rules.name_visible(asking.company, asking.user, element) else None


def _ask_totals(asking: Asking) -> None:
    for code in FILTERS:
        total = queries.count_activities(asking.actor, filter=code)
        asking.expect(f"total of {code}", len(_filtered(asking, code)), total)


def _ask_details(asking: Asking) -> None:
    """Every single row in one query, some of them as their page shows them, and what does not exist for the user."""
    every = [load.activity_id(activity.key) for activity in asking.company.activities]
    rows = queries.get_rows(asking.actor, ids=[*every, UNKNOWN_ID], columns=())
    asking.expect("single rows", asking.granted("see"), [row["id"] for row in rows])
    activity = asking.company.activities[asking.turn % len(asking.company.activities)]
    if asking.turn % 4 == 0 and not activity.is_deleted:
        _check_why(asking, activity)
    if load.activity_id(activity.key) in asking.granted("see"):
        _check_detail(asking, activity)
    else:
        _check_hidden(asking, load.activity_id(activity.key))
        _check_hidden(asking, UNKNOWN_ID)


def _check_detail(asking: Asking, activity: Activity) -> None:
    detail = queries.get_activity(asking.actor, id=load.activity_id(activity.key))
    bound = rules.bound_elements(asking.company, activity)
    wanted = {(load.element_id(one.key), _name(asking, one.key)) for one in bound}
    asking.expect(f"bindings of {detail.id}", wanted, [(one.id, one.name) for one in detail.bindings])
    asking.expect(f"can_edit of {detail.id} alone", detail.id in asking.granted("edit"), detail.can_edit)
    asking.expect(f"can_delete of {detail.id} alone", detail.id in asking.granted("delete_activity"), detail.can_delete)
    asking.expect(f"reason of {detail.id}", detail.can_edit, "edit" not in detail.reasons)


def _check_why(asking: Asking, activity: Activity) -> None:
    """*Pourquoi ?* says the same, and names no element that the user may not read."""
    activity_id = load.activity_id(activity.key)
    why = explain(asking.actor, id=activity_id)
    asking.expect(f"why he reads {activity_id}", activity_id in asking.granted("see"), why.can_read)
    asking.expect(f"why he edits {activity_id}", activity_id in asking.granted("edit"), why.can_edit)
    asking.expect(f"why he deletes {activity_id}", activity_id in asking.granted("delete_activity"), why.can_delete)
    for grounds in why.grounds:
        key = grounds.element_id - load.ELEMENT
        asking.expect(f"name of {grounds.element_id} in why", _name(asking, key), grounds.name)


def _check_hidden(asking: Asking, activity_id: int) -> None:
    """A hidden activity reads the same as one that does not exist."""
    try:
        queries.get_activity(asking.actor, id=activity_id)
    except NotFound as error:
        asking.expect(f"words about {activity_id}", "", str(error))
    else:
        raise Difference(f"user {asking.user.key}: activity {activity_id} was shown")


def _ask_timeline(asking: Asking) -> None:
    """The activities on an element's page: all of that element's, or none where it may not be read."""
    element = asking.company.elements[asking.turn // 2 % len(asking.company.elements)]
    is_shown = rules.name_visible(asking.company, asking.user, element)
    bound = [one for one in _live(asking) if is_shown and element.key in {binding.element for binding in one.bindings}]
    element_id = load.element_id(element.key)
    planned = [row["id"] for row in queries.list_planned(asking.actor, element_id=element_id)]
    asking.expect(f"planned on {element_id}", _ids(one for one in bound if not one.is_completed), planned)


def _ask_export(asking: Asking) -> None:
    """The right alone: it is asked of the predicate, since the export itself reads the same."""
    exportable = predicate(asking.actor, scope(asking.actor, Verb.EXPORT), BINDING)
    found = fetch_column(
        sql(
            "SELECT DISTINCT b.activity_id FROM activities_binding b "
            "WHERE NOT b.element_deleted AND NOT b.activity_deleted AND {}",
            exportable,
        )
    )
    asking.expect("exportable activities", asking.granted("export_activity"), found)
