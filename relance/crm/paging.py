"""How a page of elements is read: which sort it gets, from which branches, with which columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from relance.crm import policy
from relance.crm.filtering import is_asked_of_rows, text_selection
from relance.crm.listing import COLUMNS, DEFAULT_SORT, NATIVE_SORTS, selects
from relance.crm.policy import Selection
from relance.crm.searching import SearchedElements, search_elements
from relance.crm.terms import ElementFilter
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Row, Sql, all_of, bigints, fetch_all, fetch_column, name, sql
from relance.lists import queries as lists
from relance.lists.queries import Window
from relance.lists.terms import MOST_FOUND, MOST_RANKED, MOST_SORTED, RANK, Branch, Order
from relance.lists.trying import Tried, try_rows

# So few elements that a filter takes are found first, and sorted; of more, a page is soon full along an index.
FEW_FOUND = 1_000


def searched(actor: Actor, kind: str, filters: ElementFilter) -> ElementFilter:
    """The filter with what its search finds."""
    if not filters.search or filters.found:
        return filters

    def within(condition: Sql) -> Sql:
        return selected_ids(actor, kind, replace(filters, condition=all_of([filters.condition, condition])))

    def first(fits: Sql, count: int) -> Tried:
        window = window_of(kind, DEFAULT_SORT, "", count)
        branches = _unfiltered(actor, kind, filters, DEFAULT_SORT)
        return try_rows(branches, window, fits, count=count, most=MOST_RANKED)

    selection = _selection(actor, kind, filters)
    return replace(filters, found=search_elements(filters.search, SearchedElements(within, first, selection.condition)))


def _unfiltered(actor: Actor, kind: str, filters: ElementFilter, sort: str) -> list[Branch]:
    """The ways to a list's rows in order, its conditions left out: they are asked row by row."""
    selection = _selection(actor, kind, filters, NATIVE_SORTS[sort.lstrip("-")].expression)
    return policy.walk(actor, replace(selection, condition=TRUE))


def given_sort(actor: Actor, kind: str, filters: ElementFilter, sort: str) -> str:
    """The sort that the list gets; "" where the one asked for needs an index and the list is too large without."""
    key = sort.lstrip("-")
    column = COLUMNS[kind].get(key)
    if key in NATIVE_SORTS:
        return sort
    if column is None or column.order is None:
        return RANK if filters.found and filters.found.is_ranked else DEFAULT_SORT
    if filters.found:
        return sort if filters.found.count(MOST_FOUND) <= MOST_FOUND else ""
    return sort if lists.bounded_count(selected_ids(actor, kind, filters), MOST_SORTED) <= MOST_SORTED else ""


def _order(kind: str, sort: str) -> Order:
    key = sort.lstrip("-")
    order = NATIVE_SORTS.get(key) or COLUMNS[kind][key].order
    if order is None:
        raise KeyError(sort)
    return order


def window_of(kind: str, sort: str, cursor: str, size: int) -> Window:
    """The place of a page in its list."""
    if sort == RANK:
        return Window("bigint", True, lists.decode_cursor(cursor, sort), size)
    order = _order(kind, sort)
    return Window(order.cast, sort.startswith("-"), lists.decode_cursor(cursor, sort), size)


def _selection(
    actor: Actor, kind: str, filters: ElementFilter, key: Sql = policy.ELEMENT_ID, *, at_once: bool = False
) -> Selection:
    whose, condition = text_selection(actor, kind, filters.text, at_once=at_once)
    return Selection(kind=kind, key=key, whose=whose, condition=all_of([filters.condition, condition]))


def selected_ids(actor: Actor, kind: str, filters: ElementFilter) -> Sql:
    """The ids of a whole list, as a query."""
    if filters.found:
        return filters.found.ids
    selection = _selection(actor, kind, filters, at_once=True)
    return sql("SELECT b.id FROM crm_element b WHERE {}", policy.selected(actor, selection))


def page_rows(
    actor: Actor, kind: str, filters: ElementFilter, sort: str, window: Window, columns: tuple[str, ...]
) -> list[Row]:
    """One row more than the page holds, in reading order: from a bounded scan where that is enough, else from a walk."""
    if sort.lstrip("-") not in NATIVE_SORTS or (filters.found and filters.found.is_few):
        return _fetch(actor, kind, [_sorted_branch(actor, kind, filters, sort)], window, columns)
    if filters.found:
        found = filters.found if sort == DEFAULT_SORT else replace(filters.found, first=())
        ids = found.page(_unfiltered(actor, kind, filters, sort), window)
        ids = ids or lists.page_ids([_sorted_branch(actor, kind, filters, sort)], window)
        return _fetch_ids(actor, kind, ids, window, columns)
    key = NATIVE_SORTS[sort.lstrip("-")].expression
    if is_asked_of_rows(actor, kind, filters.text):
        few = fetch_column(sql("{} LIMIT {}", selected_ids(actor, kind, filters), FEW_FOUND + 1))
        if len(few) <= FEW_FOUND:
            branch = Branch(policy.ELEMENTS, sql("b.id = ANY({})", bigints(few)), key, policy.ELEMENT_ID)
            return _fetch(actor, kind, [branch], window, columns)
    selection = _selection(actor, kind, filters, key)
    scan = policy.scan(actor, selection)
    if scan is not None:
        rows = _fetch(actor, kind, [scan], window, columns)
        if len(rows) > window.size or not lists.reaches_beyond(scan, window):
            return rows
    return _fetch(actor, kind, policy.walk(actor, selection), window, columns)


def _sorted_branch(actor: Actor, kind: str, filters: ElementFilter, sort: str) -> Branch:
    return Branch(
        source=_tables(kind),
        where=sql("e.id IN ({})", selected_ids(actor, kind, filters)),
        key=filters.found.rank if filters.found and sort == RANK else _sort_of(kind, sort).expression,
        id=Sql("e.id"),
    )


def _sort_of(kind: str, sort: str) -> Order:
    """A sort over the tables of a list: where no index gives the rows in order, one of the columns' own."""
    column = COLUMNS[kind].get(sort.lstrip("-"))
    return column.order if column and column.order else _order(kind, sort)


def _tables(kind: str) -> Sql:
    return sql(
        """
        crm_element e JOIN {} o ON o.element_id = e.id JOIN people_user u ON u.id = e.responsible_id
        LEFT JOIN crm_stage s ON s.id = e.stage_id
        """,
        name(f"crm_{kind}"),
    )


def _fetch(actor: Actor, kind: str, branches: Sequence[Branch], window: Window, columns: tuple[str, ...]) -> list[Row]:
    return _fetch_ids(actor, kind, lists.page_ids(branches, window), window, columns)


def _fetch_ids(actor: Actor, kind: str, ids: Sql, window: Window, columns: tuple[str, ...]) -> list[Row]:
    direction = Sql("DESC") if window.reads_descending else Sql("ASC")
    return fetch_all(
        sql(
            """
            SELECT p.k::text AS page_key, {}, s.code, s.name_fr, s.name_en, s.outcome AS stage_outcome,
                ({}) AS can_update, ({}) AS can_delete
            FROM ({}) p JOIN {} ON e.id = p.id ORDER BY p.k {}, p.id {}
            """,
            selects(kind, columns),
            policy.updatable(actor),
            policy.deletable(actor),
            ids,
            sql("({})", _tables(kind)),
            direction,
            direction,
        )
    )
