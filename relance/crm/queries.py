"""Reading elements: lists, totals, single ones, and references to them; always within the reader's rights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from relance.access.terms import KINDS, Verb
from relance.crm import policy
from relance.crm.filtering import is_plain
from relance.crm.linked import links_of
from relance.crm.listing import ALWAYS, COLUMNS, DEFAULT_SORT, LISTINGS
from relance.crm.paging import given_sort, page_rows, searched, selected_ids, window_of
from relance.crm.terms import (
    OWN_FIELDS,
    PIPELINE_NAMES,
    STAGE_NAMES,
    ElementDetail,
    ElementFilter,
    ElementRef,
    Kind,
    PipelineView,
    StageView,
)
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import (
    FALSE,
    TRUE,
    Row,
    Sql,
    all_of,
    bigints,
    fetch_all,
    fetch_column,
    fetch_one,
    fetch_value,
    join,
    name,
    sql,
)
from relance.kit.text import fold
from relance.lists import queries as lists
from relance.lists.finding import found_page
from relance.lists.terms import (
    LONGEST_IDS_MS,
    LONGEST_PAGE_MS,
    MOST_COUNTED,
    MOST_FOUND,
    PAGE_SIZE,
    Column,
    Layout,
    Page,
    Total,
)

_LINKED_COLUMNS = ("company", "companies", "contacts")


def list_columns(kind: str) -> dict[str, Column]:
    """Every column that a list of this kind can show, by key."""
    return COLUMNS[kind]


def get_columns(actor: Actor, *, kind: str) -> tuple[str, ...]:
    """The columns of a kind's list that the actor chose, in order."""
    return lists.get_columns(actor, LISTINGS[Kind(kind)], COLUMNS[kind])


def get_layout(actor: Actor, *, kind: str) -> Layout:
    """How the actor sees a kind's list: his columns, widths and density."""
    return lists.get_layout(actor, LISTINGS[Kind(kind)], COLUMNS[kind])


def list_elements(
    actor: Actor,
    *,
    kind: str,
    filters: ElementFilter | None = None,
    sort: str = "",
    cursor: str = "",
    columns: Sequence[str] = (),
    size: int = PAGE_SIZE,
) -> Page:
    """A page of the elements of a kind that the actor may read, the last edited first unless `sort` names a column.

    Rows are dicts: the columns' own values, `can_update` and `can_delete`, and for linked elements a list of
    `ElementRef`, None where the actor may not read it. A sort that no index serves is given up to MOST_SORTED rows;
    above, the page says so in `refused_sort`.

    Raises:
        FilterError: the filter's text is none of such elements.
        TooHeavyError: the custom filter takes longer than LONGEST_PAGE_MS.
    """
    filters = filters or ElementFilter()
    shown = tuple(key for key in columns if key in COLUMNS[kind]) or get_columns(actor, kind=kind)
    with lists.patient(filters.text, LONGEST_PAGE_MS, search=filters.search):
        filters = searched(actor, kind, filters)
        wanted, refused = given_sort(actor, kind, filters, sort), ""
        if not wanted:
            wanted, refused = DEFAULT_SORT, sort
        window = window_of(kind, wanted, cursor, size)
        rows = page_rows(actor, kind, filters, wanted, window, shown)
    page = lists.page_from(rows, window, sort=wanted, columns=shown, refused_sort=refused)
    _name_stages(page.rows)
    _name_links(actor, page.rows)
    return found_page(page, filters.found, sort)


def count_elements(actor: Actor, *, kind: str, filters: ElementFilter | None = None) -> int:
    """The exact number of elements of a kind that the actor may read and the filter takes."""
    filters = searched(actor, kind, filters or ElementFilter())
    return int(fetch_value(sql("SELECT count(*) FROM ({}) c", selected_ids(actor, kind, filters))))


def count_matching(actor: Actor, *, kind: str, filters: ElementFilter, most: int = MOST_COUNTED) -> Total:
    """How many elements a custom filter takes among those that the actor may read: exactly, or more than `most`, or not
    counted.

    Raises:
        FilterError: the filter's text is none of such elements.
    """

    def count(most: int) -> int:
        asked = searched(actor, kind, filters)
        return asked.found.count(most) if asked.found else lists.bounded_count(selected_ids(actor, kind, asked), most)

    return lists.bounded_total(count, min(most, MOST_FOUND) if filters.search else most)


def count_list(actor: Actor, *, kind: str, filters: ElementFilter) -> Total:
    """The total beside a list: exact where its filter asks only for what stands in the elements' own rows.

    Raises:
        FilterError: the filter's text is none of such elements.
    """
    if not filters.search and is_plain(actor, kind, filters.text):
        return Total(count_elements(actor, kind=kind, filters=filters), True)
    return count_matching(actor, kind=kind, filters=filters)


def list_element_ids(actor: Actor, *, kind: str, filters: ElementFilter | None = None, limit: int = 1001) -> list[int]:
    """The ids of a list, at most `limit`; what *all results* of a bulk action means.

    Raises:
        FilterError: the filter's text is none of such elements.
        TooHeavyError: the custom filter takes longer than LONGEST_IDS_MS.
    """
    filters = filters or ElementFilter()
    with lists.patient(filters.text, LONGEST_IDS_MS, search=filters.search):
        filters = searched(actor, kind, filters)
        return fetch_column(
            sql("SELECT i.id FROM ({}) i (id) ORDER BY i.id LIMIT {}", selected_ids(actor, kind, filters), limit)
        )


def get_element(actor: Actor, *, kind: str, number: int) -> ElementDetail:
    """One element with all that its page shows, by what its address says.

    Raises:
        NotFound: there is none, it is deleted, or the actor may not read it.
    """
    row = fetch_one(
        sql(
            """
            SELECT o.*, {}, e.is_open_to_all, e.created_at, e.origin, e.origin_id,
                {} AS phones, {} AS emails, ({}) AS can_update, ({}) AS can_delete,
                (SELECT trim(x.first_name || ' ' || x.last_name) FROM people_user x WHERE x.id = e.created_by_id) AS created_by,
                (SELECT trim(x.first_name || ' ' || x.last_name) FROM people_user x WHERE x.id = e.updated_by_id) AS updated_by
            FROM crm_element e JOIN {} o ON o.element_id = e.id JOIN people_user u ON u.id = e.responsible_id
            WHERE e.kind = {} AND e.number = {} AND {}
            """,
            ALWAYS,
            _points("phone"),
            _points("email"),
            policy.updatable(actor),
            policy.deletable(actor),
            name(f"crm_{kind}"),
            kind,
            number,
            policy.readable(actor),
        )
    )
    if row is None:
        raise NotFound
    return _detail(row, links_of(actor, kind, row["id"]))


def find_elements(actor: Actor, *, text: str, kinds: Iterable[str] = KINDS, limit: int = 20) -> list[ElementRef]:
    """The elements whose name holds each word of `text`, by name; for pickers."""
    words = [sql("e.sort_key LIKE {}", f"%{_like(word)}%") for word in fold(text).split()]
    # Kind by kind: each has its names in order in one index.
    first = (
        sql(
            "(SELECT e.id, e.kind, e.number, e.name, e.sort_key FROM crm_element e WHERE {} ORDER BY e.sort_key, e.id LIMIT {})",
            all_of([sql("e.kind = {}", kind), *words, policy.readable(actor, [kind])]),
            limit,
        )
        for kind in kinds
    )
    query = sql(
        "SELECT id, kind, number, name FROM ({}) f ORDER BY sort_key, id LIMIT {}", join(" UNION ALL ", first), limit
    )
    return [ElementRef(**row) for row in fetch_all(query)]


def element_refs(actor: Actor, ids: Iterable[int]) -> dict[int, ElementRef]:
    """References to these elements by id, those that the actor may read; without a query where there are no ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = fetch_all(sql("{} WHERE e.id = ANY({}) AND {}", _REFS, bigints(wanted), policy.readable(actor)))
    return {row["id"]: ElementRef(**row) for row in rows}


def list_made(gesture: UUID) -> list[tuple[str, int]]:
    """The (kind, number) of the elements that a gesture made; what their addresses are made of."""
    rows = fetch_all(
        sql(
            """
            SELECT e.kind, e.number FROM journal_auditentry j JOIN crm_element e ON e.id = j.noun_id
            WHERE j.gesture = {} AND j.noun = 'element' AND j.verb = 'create' ORDER BY e.id
            """,
            gesture,
        )
    )
    return [(row["kind"], row["number"]) for row in rows]


def list_contact_points(actor: Actor, *, ids: Sequence[int]) -> list[Row]:
    """The phones and e-mail addresses of elements that the actor may read: element_id, kind, raw."""
    return fetch_all(
        sql(
            """
            SELECT c.element_id, c.kind, c.raw FROM crm_contactpoint c JOIN crm_element e ON e.id = c.element_id
            WHERE c.element_id = ANY({}) AND {} ORDER BY c.element_id, c.kind DESC, c.rank, c.id
            """,
            bigints(ids),
            policy.readable(actor),
        )
    )


def list_stages(kind: str, *, pipeline_id: int | None = None) -> list[StageView]:
    """The stages of leads, or of deals' pipelines in their order (or of one), named in the reader's language."""
    rows = fetch_all(
        sql(
            """
            SELECT s.id, s.code, s.name_fr, s.name_en, s.outcome, s.rank, s.pipeline_id
            FROM crm_stage s LEFT JOIN crm_pipeline p ON p.id = s.pipeline_id
            WHERE s.kind = {} AND {} ORDER BY p.rank, p.id, s.rank
            """,
            kind,
            sql("s.pipeline_id = {}", pipeline_id) if pipeline_id else TRUE,
        )
    )
    return [
        StageView(row["id"], stage_name(row), row["outcome"], row["rank"], row["pipeline_id"], row["code"])
        for row in rows
    ]


def list_pipelines() -> list[PipelineView]:
    """The pipelines of deals, in order, named in the reader's language."""
    rows = fetch_all(Sql("SELECT id, code, name_fr, name_en FROM crm_pipeline ORDER BY rank, id"))
    return [PipelineView(row["id"], pipeline_name(row)) for row in rows]


def can_add(actor: Actor, *, kind: str) -> bool:
    """Whether the actor may add some element of this kind (whether a given one, its rights decide when it is saved)."""
    return policy.within_scope(actor, Verb.ADD, [kind]) != FALSE


def count_leaving(actor: Actor, *, ids: Sequence[int], to: int) -> int:
    """How many of these elements the actor may update now, and could not any more with another responsible person."""
    return int(
        fetch_value(
            sql(
                """
                SELECT count(*) FROM crm_element t
                CROSS JOIN LATERAL jsonb_populate_record(t, jsonb_build_object('responsible_id', {}::bigint)) e
                WHERE t.id IN (SELECT e.id FROM crm_element e WHERE e.id = ANY({}) AND {}) AND NOT ({})
                """,
                to,
                bigints(ids),
                policy.updatable(actor),
                policy.updatable(actor),
            )
        )
    )


def stage_name(row: Row) -> str:
    """The name of a stage's row (code, name_fr, name_en) in the reader's language."""
    return _in_language(row, str(STAGE_NAMES.get(row["code"], "")))


def named(parts: Sequence[str]) -> Row:
    """The row of a stage or pipeline that a list has read as an array: code, name_fr, name_en."""
    return dict(zip(("code", "name_fr", "name_en"), parts, strict=False))


def pipeline_name(row: Row) -> str:
    """The name of a pipeline's row (code, name_fr, name_en) in the reader's language."""
    return _in_language(row, str(PIPELINE_NAMES.get(row["code"], "")))


def _in_language(row: Row, built_in: str) -> str:
    first, second = ("name_fr", "name_en") if translation.get_language() == "fr" else ("name_en", "name_fr")
    return row[first] or row[second] or built_in


_REFS = Sql("SELECT e.id, e.kind, e.number, e.name FROM crm_element e")


def _like(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _name_stages(rows: Iterable[Row]) -> None:
    for row in rows:
        row["stage_name"] = stage_name(row) if row["stage_id"] else ""
        if row.get("pipeline"):
            row["pipeline_name"] = pipeline_name(named(row["pipeline"]))


def _name_links(actor: Actor, rows: Sequence[Row]) -> None:
    """Put references in the place of the ids of linked elements: no id of a hidden element leaves this floor."""
    keys = [key for key in _LINKED_COLUMNS if rows and f"{key}_ids" in rows[0]]
    refs = element_refs(actor, [id for row in rows for key in keys for id in row[f"{key}_ids"]])
    for row in rows:
        for key in keys:
            row[key] = [refs.get(id) for id in row.pop(f"{key}_ids")]


# --- one element ------------------------------------------------------------------------------------


def _points(kind: str) -> Sql:
    return sql(
        "ARRAY(SELECT c.raw FROM crm_contactpoint c WHERE c.element_id = e.id AND c.kind = {} ORDER BY c.rank, c.id)",
        kind,
    )


def _detail(row: Row, links: dict[str, list[ElementRef | None]]) -> ElementDetail:
    return ElementDetail(
        id=row["id"],
        kind=row["kind"],
        number=row["number"],
        name=row["name"],
        version=row["version"],
        responsible_id=row["responsible_id"],
        responsible_name=row["responsible_name"],
        is_open_to_all=row["is_open_to_all"],
        pipeline_id=row["pipeline_id"],
        stage_id=row["stage_id"],
        created_at=row["created_at"],
        created_by_name=row["created_by"] or "",
        updated_at=row["updated_at"],
        updated_by_name=row["updated_by"] or "",
        origin=row["origin"],
        origin_id=row["origin_id"],
        fields={key: row[key] for key in OWN_FIELDS[row["kind"]]},
        phones=tuple(row["phones"]),
        emails=tuple(row["emails"]),
        contacts=tuple(links["contacts"]),
        companies=tuple(links["companies"]),
        deals=tuple(ref for ref in links["deals"] if ref),
        can_update=row["can_update"],
        can_delete=row["can_delete"],
        reasons=_reasons(row),
    )


def _reasons(row: Row) -> dict[str, str]:
    reasons = {}
    if not row["can_update"]:
        reasons["update"] = _("Your roles do not let you change this element.")
    if not row["can_delete"]:
        reasons["delete"] = _("Your roles do not let you delete this element.")
    return reasons
