"""What a person, or the company, chose to see in a list."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ListSettings(models.Model):
    """The columns of one list, in order: one user's, or (without user) what an administrator applied to all."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    listing = models.TextField()
    columns = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="list_settings_once", fields=["user", "listing"], nulls_distinct=False)
        ]
