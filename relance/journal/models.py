"""The journal: who did what to which row, when, through what, with the values before and after."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """One row's part of one gesture. Partitioned by month and append-only (see the first migration)."""

    pk = models.CompositePrimaryKey("id", "at")
    id = models.BigIntegerField()
    at = models.DateTimeField()
    gesture = models.UUIDField()
    actor_id = models.BigIntegerField(null=True)
    via = models.TextField()
    request_id = models.TextField(default="")
    verb = models.TextField()
    noun = models.TextField()
    noun_id = models.BigIntegerField()
    change = models.JSONField()

    class Meta:
        managed = False
        db_table = "journal_auditentry"
