"""What a person does with his notifications: mark them as read, choose which of them come by e-mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction

from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.sql import execute, sql
from relance.notifications.queries import refused_mail
from relance.notifications.terms import NotificationKind


def mark_read(actor: Actor, *, ids: Sequence[int] | None = None) -> int:
    """Mark notifications of the actor's as read, or all of them; how many were not yet."""
    if ids is None:
        return execute(
            sql(
                "UPDATE notifications_notification SET read_at = now() WHERE user_id = {} AND read_at IS NULL",
                actor.user_id,
            )
        )
    return execute(
        sql(
            """
            UPDATE notifications_notification SET read_at = now()
            WHERE user_id = {} AND id = ANY({}) AND read_at IS NULL
            """,
            actor.user_id,
            list(ids),
        )
    )


@transaction.atomic
def choose_mail(actor: Actor, *, kinds: Collection[str]) -> None:
    """Have e-mail of these kinds of notifications, and of no others; unknown kinds are nothing."""
    before = refused_mail(actor)
    after = {kind.value for kind in NotificationKind} - set(kinds)
    if before == after:
        return
    execute(sql("DELETE FROM notifications_mailrefusal WHERE user_id = {}", actor.user_id))
    execute(
        sql(
            "INSERT INTO notifications_mailrefusal (user_id, kind) SELECT {}, unnest({}::text[])",
            actor.user_id,
            sorted(after),
        )
    )
    entry = (actor.user_id, {"mail_refused": sorted(before)}, {"mail_refused": sorted(after)})
    record(actor, new_gesture(), verb="edit", noun="user", entries=[entry])
