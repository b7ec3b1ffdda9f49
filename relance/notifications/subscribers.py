"""Who is told of a gesture, from its entries in the journal. Each may run again: a person has one message a moment."""

from __future__ import annotations

from uuid import UUID

from relance.kit.sql import Sql, execute, sql
from relance.notifications.telling import mail_of
from relance.notifications.terms import NotificationKind

# The users that a JSON list names, as plain ids or as objects with one.
_USERS = Sql(
    """SELECT CASE jsonb_typeof(x) WHEN 'object' THEN (x->>'user_id')::bigint ELSE (x #>> '{}')::bigint END AS user_id
    FROM jsonb_array_elements"""
)


def tell_validators_asked(gesture: UUID) -> None:
    """Tell who is newly asked to validate."""
    heard = sql(
        """
        SELECT j.actor_id, u.user_id, j.noun_id AS activity_id, NULL::bigint AS element_id, NULL::bigint AS comment_id
        FROM journal_auditentry j CROSS JOIN LATERAL ({} (coalesce(j.change->'after'->'validators', '[]')) x) u
        WHERE j.gesture = {} AND j.noun IN ('activity', 'validator') AND j.verb <> 'answer' AND u.user_id NOT IN (
            {} (coalesce(nullif(j.change->'before', 'null')->'validators', '[]')) x)
        """,
        _USERS,
        gesture,
        _USERS,
    )
    _tell(gesture, NotificationKind.VALIDATION_ASKED, heard)


def tell_validators_answered(gesture: UUID) -> None:
    """Tell the author of an activity and its other validators that one has answered."""
    heard = sql(
        """
        SELECT j.actor_id, u.user_id, j.noun_id AS activity_id, NULL::bigint AS element_id, NULL::bigint AS comment_id
        FROM journal_auditentry j CROSS JOIN LATERAL (
            SELECT v.user_id FROM activities_validator v WHERE v.activity_id = j.noun_id
            UNION SELECT a.author_id FROM activities_activity a WHERE a.id = j.noun_id
        ) u
        WHERE j.gesture = {} AND j.noun = 'validator' AND j.verb = 'answer'
        """,
        gesture,
    )
    _tell(gesture, NotificationKind.VALIDATION_ANSWERED, heard)


def tell_mentioned(gesture: UUID) -> None:
    """Tell who is newly mentioned in a comment."""
    heard = sql(
        """
        SELECT j.actor_id, u.user_id, (j.change->'after'->>'activity_id')::bigint AS activity_id,
            (j.change->'after'->>'element_id')::bigint AS element_id, j.noun_id AS comment_id
        FROM journal_auditentry j CROSS JOIN LATERAL ({} (coalesce(j.change->'after'->'mentions', '[]')) x) u
        WHERE j.gesture = {} AND j.noun = 'comment' AND u.user_id NOT IN (
            {} (coalesce(nullif(j.change->'before', 'null')->'mentions', '[]')) x)
        """,
        _USERS,
        gesture,
        _USERS,
    )
    _tell(gesture, NotificationKind.MENTION, heard)


def tell_responsibles(gesture: UUID) -> None:
    """Tell who was given open activities: of many in one message."""
    heard = sql(
        """
        SELECT j.actor_id, (j.change->'after'->>'responsible_id')::bigint AS user_id, j.noun_id AS activity_id,
            NULL::bigint AS element_id, NULL::bigint AS comment_id
        FROM journal_auditentry j JOIN activities_activity a ON a.id = j.noun_id
        WHERE j.gesture = {} AND j.noun = 'activity' AND j.change->'after' ? 'responsible_id' AND NOT a.is_completed
        """,
        gesture,
    )
    _tell(gesture, NotificationKind.ASSIGNED, heard)


def _tell(gesture: UUID, kind: str, heard: Sql) -> None:
    """Write one notification for each person of `heard`, but for who did it, and who was told of this gesture before."""
    execute(
        sql(
            """
            INSERT INTO notifications_notification (user_id, kind, at, moment, by_id, count, activity_id, element_id,
                comment_id, mail, mail_at)
            SELECT h.user_id, {}, now(), {}, min(h.actor_id), count(DISTINCT h.activity_id) + (count(h.activity_id) = 0)::int,
                CASE WHEN count(DISTINCT h.activity_id) = 1 THEN min(h.activity_id) END, min(h.element_id), min(h.comment_id),
                {}, now()
            FROM ({}) h JOIN people_user p ON p.id = h.user_id AND p.is_active
            WHERE h.user_id IS DISTINCT FROM h.actor_id
            GROUP BY h.user_id
            ON CONFLICT (user_id, moment) DO NOTHING
            """,
            kind,
            gesture,
            mail_of(Sql("h.user_id"), kind),
            heard,
        )
    )
