"""Reading kept filters: one's own and those shared with one, each with the reader's own place for it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import TRUE, Row, Sql, fetch_all, sql
from relance.lists import policy
from relance.lists.terms import SavedFilterView


def list_filters(actor: Actor, *, listing: str) -> list[SavedFilterView]:
    """The filters of a list that the actor may use, in his own order, those that he never placed last, by name."""
    return _views(actor, sql("f.listing = {}", listing))


def get_filter(actor: Actor, *, id: int) -> SavedFilterView:
    """One filter.

    Raises:
        NotFound: there is none, or the actor may not use it.
    """
    found = _views(actor, sql("f.id = {}", id))
    if not found:
        raise NotFound
    return found[0]


def list_shares(actor: Actor, *, id: int) -> list[Row]:
    """Whom a filter is shared with, for who may use it: id, can_edit, everybody, user, department, with_below, group,
    role (its code), role_fr, role_en; of the first four kinds the names.

    Raises:
        NotFound: there is no such filter, or the actor may not use it.
    """
    get_filter(actor, id=id)
    return fetch_all(
        sql(
            """
            SELECT s.id, s.can_edit, s.everybody, s.with_below, s.user_id, s.department_id, s.group_id, s.role_id,
                trim(u.first_name || ' ' || u.last_name) AS user, d.name AS department, g.name AS group,
                r.code AS role, r.name_fr AS role_fr, r.name_en AS role_en
            FROM lists_savedfiltershare s
            LEFT JOIN people_user u ON u.id = s.user_id LEFT JOIN people_department d ON d.id = s.department_id
            LEFT JOIN access_group g ON g.id = s.group_id LEFT JOIN access_role r ON r.id = s.role_id
            WHERE s.filter_id = {} ORDER BY s.id
            """,
            id,
        )
    )


def _views(actor: Actor, where: Sql = TRUE) -> list[SavedFilterView]:
    rows = fetch_all(
        sql(
            """
            SELECT f.id, f.listing, f.name, f.description, f.text, f.sort, f.columns, f.version, f.owner_id,
                trim(o.first_name || ' ' || o.last_name) AS owner_name, f.owner_id = {} AS is_own,
                EXISTS (SELECT FROM lists_savedfiltershare s WHERE s.filter_id = f.id) AS is_shared,
                {} AS can_edit, {} AS can_manage,
                coalesce(p.is_pinned, false) AS is_pinned, coalesce(p.is_default, false) AS is_default
            FROM lists_savedfilter f JOIN people_user o ON o.id = f.owner_id
            LEFT JOIN lists_filterplace p ON p.filter_id = f.id AND p.user_id = {}
            WHERE {} AND {} ORDER BY p.rank NULLS LAST, lower(f.name), f.id
            """,
            actor.user_id,
            policy.editable(actor),
            policy.manageable(actor),
            actor.user_id,
            where,
            policy.usable(actor),
        )
    )
    return [_view(row) for row in rows]


def _view(row: Row) -> SavedFilterView:
    columns: Sequence[str] = json.loads(row.pop("columns"))
    return SavedFilterView(columns=tuple(columns), **row)
