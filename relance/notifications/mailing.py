"""The e-mail of notifications: claimed, handed to the mail server, sent; never twice (docs/adr/0009)."""

from __future__ import annotations

import logging
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused

from babel.dates import format_date
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation
from django.utils.translation import gettext as _

from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import Row, execute, fetch_one, sql
from relance.notifications.queries import activities_of, get_notification, readable_among
from relance.notifications.telling import sends_mail
from relance.notifications.terms import Mail, NotificationKind
from relance.notifications.wording import sentence
from relance.people.queries import build_actor

LEASE = timedelta(minutes=2)
MOST_TRIES = 6
MOST_LINES = 50

log = logging.getLogger(__name__)


def send_waiting() -> int:
    """Send the e-mail that waits, as far as this installation sends any; how many went out."""
    if not sends_mail():
        return 0
    sent = 0
    connection: BaseEmailBackend = get_connection()
    try:
        while (claimed := _claim()) is not None:
            sent += _send(claimed, connection)
    finally:
        connection.close()
    return sent


def _claim() -> Row | None:
    """Take the next one, committed before anything is sent. One claimed longer ago than LEASE was never handed over:
    whoever held it was killed before that.
    """
    return fetch_one(
        sql(
            """
            UPDATE notifications_notification n SET mail = 'claimed', mail_at = now() + {}, mail_tries = mail_tries + 1
            FROM (
                SELECT id FROM notifications_notification
                WHERE mail IN ('waiting', 'claimed') AND mail_at <= now() ORDER BY mail_at, id
                LIMIT 1 FOR UPDATE SKIP LOCKED
            ) w
            WHERE n.id = w.id RETURNING n.id, n.user_id, n.mail_tries,
                (SELECT email FROM people_user u WHERE u.id = n.user_id) AS email
            """,
            LEASE,
        )
    )


def _send(claimed: Row, connection: BaseEmailBackend) -> int:
    letter = _letter(claimed)
    if letter is None:
        _set(claimed, Mail.NONE)
        return 0
    letter.connection = connection
    try:
        connection.open()
    except (OSError, SMTPException):
        _try_later(claimed)
        return 0
    # From here on it may have gone out, whatever happens to us: it is never begun again.
    _set(claimed, Mail.HANDED)
    try:
        letter.send()
    except SMTPRecipientsRefused:
        _set(claimed, Mail.FAILED)
        log.warning("the mail server refuses the address of user %s", claimed["user_id"])
    except (SMTPResponseException, SMTPSenderRefused):
        _try_later(claimed)
    except (OSError, SMTPException):
        connection.close()
        log.warning("whether notification %s went out by e-mail is not known", claimed["id"])
    else:
        _set(claimed, Mail.SENT)
        return 1
    return 0


def _try_later(claimed: Row) -> None:
    """The server said no, or could not be reached: nothing went out."""
    log.warning("notification %s could not be sent by e-mail, try %s", claimed["id"], claimed["mail_tries"])
    state = Mail.FAILED if claimed["mail_tries"] >= MOST_TRIES else Mail.WAITING
    pause = timedelta(minutes=2 ** claimed["mail_tries"])
    execute(
        sql(
            "UPDATE notifications_notification SET mail = {}, mail_at = now() + {} WHERE id = {}",
            state,
            pause,
            claimed["id"],
        )
    )


def _set(claimed: Row, state: Mail) -> None:
    execute(sql("UPDATE notifications_notification SET mail = {} WHERE id = {}", state, claimed["id"]))


def _letter(claimed: Row) -> EmailMessage | None:
    """The letter as its reader may read it now; None where nothing is left to say, or he has gone."""
    try:
        actor = build_actor(claimed["user_id"], via="job")
    except NotFound:
        return None
    row = get_notification(actor, id=claimed["id"])
    about = readable_among(actor, activities_of(actor, notification=row))
    if not about and row["element_name"] is None and row["subject"] is None:
        return None
    if row["kind"] == NotificationKind.REMINDER and not about:
        return None
    with translation.override(actor.language):
        title = " ".join(sentence(row).split())
        lines = [_line(activity, actor) for activity in about[:MOST_LINES]]
        if len(about) > MOST_LINES:
            lines.append("…")
        body = "\n".join([title, "", *lines, "", _where()]).rstrip() + "\n"
    return EmailMessage(title, body, None, [claimed["email"]], headers=_headers(row))


def _headers(row: Row) -> dict[str, str]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return {"Message-ID": f"<relance.{row['moment']}.{row['id']}@{domain}>", "Auto-Submitted": "auto-generated"}


def _line(activity: Row, actor: Actor) -> str:
    when = _when(activity, actor)
    return f"• {activity['subject']}" + (f" ({when})" if when else "")


def _when(activity: Row, actor: Actor) -> str:
    at: datetime | None = activity["deadline_at"] or (None if activity["deadline_on"] else activity["start_at"])
    if at is not None:
        local = at.astimezone(actor.time_zone)
        return f"{_day(local.date(), actor)} {time(local.hour, local.minute):%H:%M}"
    on = activity["deadline_on"] or activity["start_on"]
    return _day(on, actor) if on else ""


def _day(day: date, actor: Actor) -> str:
    return str(format_date(day, "EEEE d MMMM y", locale=actor.language))


def _where() -> str:
    origin = next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    if not origin:
        return _("You can choose in your Relance profile what comes by e-mail.")
    return f"{origin}/notifications/\n" + _("You can choose in your Relance profile what comes by e-mail.")
