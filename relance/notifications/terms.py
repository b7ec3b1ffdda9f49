"""The kinds of notifications, and how far their e-mail has come."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NotificationKind(TextChoices):
    """What a person is told of."""

    REMINDER = "reminder", _("Reminders")
    ASSIGNED = "assigned", _("Activities that somebody gives you")
    MENTION = "mention", _("Mentions in comments")
    VALIDATION_ASKED = "validation_asked", _("Documents to validate")
    VALIDATION_ANSWERED = "validation_answered", _("Answers to validations")


class Mail(TextChoices):
    """The e-mail of a notification. `claimed` may be tried again, `handed` may have gone out and is never."""

    NONE = "none"
    WAITING = "waiting"
    CLAIMED = "claimed"
    HANDED = "handed"
    SENT = "sent"
    FAILED = "failed"
