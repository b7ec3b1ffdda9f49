"""Whether a notification also goes by e-mail, said once for all that write one."""

from __future__ import annotations

from django.conf import settings

from relance.kit.sql import Sql, sql

# These only show a letter to who runs the server.
SENDS_NOTHING = {"django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend"}


def sends_mail() -> bool:
    """Whether this installation sends e-mail."""
    return settings.EMAIL_BACKEND not in SENDS_NOTHING


def mail_of(user: Sql, kind: str) -> Sql:
    """The e-mail's state with which a user's notification begins."""
    if not sends_mail():
        return Sql("'none'")
    return sql(
        """(CASE WHEN EXISTS (SELECT FROM notifications_mailrefusal f WHERE f.user_id = {} AND f.kind = {})
        THEN 'none' ELSE 'waiting' END)""",
        user,
        kind,
    )
