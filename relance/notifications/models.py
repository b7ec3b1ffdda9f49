"""What people are told, and which of it by e-mail. Texts are made when they are read, from what is referred to here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from relance.notifications.terms import Mail, NotificationKind


class Notification(models.Model):
    """One message to one person for one moment: a gesture's uuid, or the run that told of reminders."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField(choices=NotificationKind.choices)
    at = models.DateTimeField()
    moment = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    count = models.IntegerField(db_default=1)
    activity = models.ForeignKey("activities.Activity", models.CASCADE, null=True, related_name="+")
    element = models.ForeignKey("crm.Element", models.CASCADE, null=True, related_name="+")
    comment_id = models.BigIntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    mail = models.TextField(choices=Mail.choices, db_default=Mail.NONE)
    mail_at = models.DateTimeField(null=True)
    mail_tries = models.IntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="notification_once", fields=["user", "moment"]),
            models.CheckConstraint(name="notification_kind_known", condition=Q(kind__in=NotificationKind.values)),
            models.CheckConstraint(name="notification_mail_known", condition=Q(mail__in=Mail.values)),
        ]
        indexes = [
            models.Index(name="notification_page", fields=["user", "at", "id"]),
            models.Index(name="notification_unread", fields=["user"], condition=Q(read_at__isnull=True)),
            models.Index(name="notification_mail", fields=["mail_at"], condition=Q(mail__in=["waiting", "claimed"])),
        ]


class ToldReminder(models.Model):
    """A reminder that was told to a person: once, whatever happens."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    activity = models.ForeignKey("activities.Activity", models.CASCADE, related_name="+")
    minutes_before = models.IntegerField()
    remind_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="told_once", fields=["user", "activity", "minutes_before", "remind_at"])
        ]


class MailRefusal(models.Model):
    """A kind of which a person wants no e-mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    kind = models.TextField(choices=NotificationKind.choices)

    class Meta:
        constraints = [models.UniqueConstraint(name="mail_refusal_once", fields=["user", "kind"])]
