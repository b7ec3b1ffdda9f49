"""Reading notifications: one's own, with the names that one may read at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from relance.activities import policy
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import TRUE, Row, Sql, fetch_all, fetch_column, fetch_one, fetch_value, sql
from relance.lists import queries as lists
from relance.lists.queries import Window
from relance.lists.terms import Branch, Page
from relance.notifications.terms import NotificationKind

SORT = "notifications"
MOST_LISTED = 1_000


def count_unread(actor: Actor) -> int:
    """How many notifications the actor has not read."""
    query = sql("SELECT count(*) FROM notifications_notification WHERE user_id = {} AND read_at IS NULL", actor.user_id)
    return int(fetch_value(query))


def list_notifications(actor: Actor, *, cursor: str = "", size: int = 30) -> Page:
    """A page of the actor's notifications, the newest first; see `_rows_of` for what each row says."""
    window = Window("timestamptz", True, lists.decode_cursor(cursor, SORT), size)
    branch = Branch(
        source=Sql("notifications_notification n"),
        where=sql("n.user_id = {}", actor.user_id),
        key=Sql("n.at"),
        id=Sql("n.id"),
        filter=TRUE,
    )
    return lists.fetch_page([branch], window, sort=SORT, rows_of=lambda ids: _rows_of(actor, ids))


def get_notification(actor: Actor, *, id: int) -> Row:
    """One of the actor's notifications.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = sql(
        "SELECT n.at AS k, n.id FROM notifications_notification n WHERE n.id = {} AND n.user_id = {}", id, actor.user_id
    )
    row = fetch_one(_rows_of(actor, query))
    if row is None:
        raise NotFound
    return row


def activities_of(actor: Actor, *, notification: Row) -> list[int]:
    """The ids of the activities that a notification of the actor's is about; which of them he may read is not said."""
    if notification["kind"] == NotificationKind.REMINDER:
        query = sql(
            "SELECT DISTINCT activity_id FROM notifications_toldreminder WHERE notification_id = {} LIMIT {}",
            notification["id"],
            MOST_LISTED,
        )
    elif notification["kind"] == NotificationKind.ASSIGNED:
        query = given_in(notification["moment"], actor.user_id, Sql("j.noun_id"))
    else:
        return [notification["activity_id"]] if notification["activity_id"] else []
    return fetch_column(query)


def given_in(gesture: UUID, user_id: int, what: Sql) -> Sql:
    """The query of what a gesture's entries say of the activities that it gave a user."""
    return sql(
        """
        SELECT {} FROM journal_auditentry j WHERE j.gesture = {} AND j.noun = 'activity'
            AND (j.change->'after'->>'responsible_id')::bigint = {} ORDER BY j.noun_id LIMIT {}
        """,
        what,
        gesture,
        user_id,
        MOST_LISTED,
    )


def refused_mail(actor: Actor) -> set[str]:
    """The kinds of which the actor wants no e-mail."""
    return set(fetch_column(sql("SELECT kind FROM notifications_mailrefusal WHERE user_id = {}", actor.user_id)))


def readable_among(actor: Actor, ids: Sequence[int]) -> list[Row]:
    """The open activities among the ids that the actor may read: id, subject, and their times; nearest first."""
    return fetch_all(
        sql(
            """
            SELECT a.id, a.subject, a.deadline_at, a.deadline_on, a.start_at, a.start_on FROM activities_activity a
            WHERE a.id = ANY({}) AND NOT a.is_completed AND a.deleted_at IS NULL AND {} ORDER BY a.due_at, a.id
            """,
            list(ids),
            policy.readable(actor, Sql("a.id")),
        )
    )


def _rows_of(actor: Actor, ids: Sql) -> Sql:
    """The rows of a page of (k, id): kind, at, count, read_at, moment, person; subject and element where readable."""
    return sql(
        """
        SELECT p.k::text AS page_key, n.id, n.kind, n.at, n.count, n.read_at, n.moment, n.by_id, n.activity_id,
            n.element_id, trim(u.first_name || ' ' || u.last_name) AS person, a.subject,
            e.kind AS element_kind, e.number AS element_number, e.name AS element_name
        FROM ({}) p
        JOIN notifications_notification n ON n.id = p.id
        LEFT JOIN people_user u ON u.id = n.by_id
        LEFT JOIN activities_activity a ON a.id = n.activity_id AND a.deleted_at IS NULL AND {}
        LEFT JOIN crm_element e ON e.id = n.element_id AND e.deleted_at IS NULL AND {}
        """,
        ids,
        policy.readable(actor, Sql("a.id")),
        policy.element_readable(actor),
    )
