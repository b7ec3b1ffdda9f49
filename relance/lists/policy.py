"""Who may use and edit which kept filter: its owner, and whom it is shared with. Over `f`, a filter; `s`, a share."""

from __future__ import annotations

from relance.kit.actor import Actor
from relance.kit.sql import Sql, sql

_OWNER_GONE = Sql("EXISTS (SELECT FROM people_user o WHERE o.id = f.owner_id AND NOT o.is_active)")


def given(actor: Actor) -> Sql:
    """The shares that reach the actor: himself, his departments or (with those below) one above them, groups, roles."""
    return sql(
        """(s.everybody OR s.user_id = {} OR s.role_id = ANY({}::bigint[])
        OR s.group_id IN (SELECT g.group_id FROM access_group_members g WHERE g.user_id = {})
        OR s.department_id IN (SELECT m.department_id FROM people_membership m WHERE m.user_id = {})
        OR s.with_below AND s.department_id IN (
            WITH RECURSIVE above AS (
                SELECT d.id, d.parent_id FROM people_department d JOIN people_membership m ON m.department_id = d.id
                WHERE m.user_id = {}
                UNION SELECT d.id, d.parent_id FROM people_department d JOIN above ON d.id = above.parent_id
            )
            SELECT above.id FROM above))""",
        actor.user_id,
        list(actor.role_ids),
        actor.user_id,
        actor.user_id,
        actor.user_id,
    )


def usable(actor: Actor) -> Sql:
    """Filters that exist for the actor: his own, and those shared with him."""
    return sql(
        """(f.deleted_at IS NULL AND (f.owner_id = {}
        OR EXISTS (SELECT FROM lists_savedfiltershare s WHERE s.filter_id = f.id AND {})))""",
        actor.user_id,
        given(actor),
    )


def editable(actor: Actor) -> Sql:
    """Among the usable ones, those whose text, name, sort and columns he may change; who manages the CRM settings, all."""
    return sql(
        """(f.owner_id = {} OR {}
        OR EXISTS (SELECT FROM lists_savedfiltershare s WHERE s.filter_id = f.id AND s.can_edit AND {}))""",
        actor.user_id,
        actor.manages_settings,
        given(actor),
    )


def manageable(actor: Actor) -> Sql:
    """Among the usable ones, those that he may share and delete: once an owner has left, the editors stand in for him."""
    return sql(
        "(f.owner_id = {} OR {} OR ({} AND {}))", actor.user_id, actor.manages_settings, _OWNER_GONE, editable(actor)
    )
