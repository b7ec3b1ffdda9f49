"""What a person, or the company, chose to see in a list; and filters that are kept under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from relance.lists.terms import LISTING_KEYS


class ListSettings(models.Model):
    """How one list looks: one user's choices, or (without user) what an administrator applied to all.

    What is empty was not chosen, and follows the company's choice or the default.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    listing = models.TextField()
    columns = models.JSONField(default=list)
    widths = models.JSONField(default=dict)
    density = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="list_settings_once", fields=["user", "listing"], nulls_distinct=False)
        ]


class SavedFilter(models.Model):
    """A filter under a name: its text in the grammar of lists, its sort, its columns (none: the reader's own)."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    listing = models.TextField()
    name = models.TextField()
    description = models.TextField(blank=True, default="", db_default="")
    text = models.TextField(blank=True, default="", db_default="")
    sort = models.TextField(blank=True, default="", db_default="")
    columns = models.JSONField(default=list)
    version = models.IntegerField(default=1, db_default=1)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="saved_filter_has_a_name", condition=Q(name__regex=r"\S")),
            models.CheckConstraint(name="saved_filter_listing_known", condition=Q(listing__in=LISTING_KEYS)),
            # What a user's own way with it points to, so that its listing is the filter's.
            models.UniqueConstraint(name="saved_filter_and_listing", fields=["id", "listing"]),
        ]


class SavedFilterShare(models.Model):
    """Whom a filter is shared with: exactly one of a user, a department (with or without those below), a group, a role,
    everybody; to use it, or to edit it too.
    """

    filter = models.ForeignKey(SavedFilter, models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    department = models.ForeignKey("people.Department", models.CASCADE, null=True, related_name="+")
    with_below = models.BooleanField(default=False)
    group = models.ForeignKey("access.Group", models.CASCADE, null=True, related_name="+")
    role = models.ForeignKey("access.Role", models.CASCADE, null=True, related_name="+")
    everybody = models.BooleanField(default=False)
    can_edit = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="saved_filter_share_once",
                fields=["filter", "user", "department", "group", "role", "everybody"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="saved_filter_share_below_departments", condition=Q(with_below=False) | Q(department__isnull=False)
            ),
        ]


class FilterPlace(models.Model):
    """A user's own way with a filter: its place among his, pinned to the tabs, where the list opens."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    filter = models.ForeignKey(SavedFilter, models.CASCADE, related_name="+")
    listing = models.TextField()
    rank = models.IntegerField()
    is_pinned = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="filter_place_once", fields=["user", "filter"]),
            models.UniqueConstraint(
                name="filter_default_once", fields=["user", "listing"], condition=Q(is_default=True)
            ),
        ]
