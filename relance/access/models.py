"""Roles, what they allow, and whom they are given to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from relance.access.terms import LONGEST_DUE_SOON_MINUTES, Level, Verb


class Role(models.Model):
    """A set of permissions. A shipped role has a code and no names of its own; the administrator's can do everything."""

    code = models.TextField(unique=True, null=True)  # noqa: DJ001 - null, so that many custom roles have none
    name_fr = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    is_administrator = models.BooleanField(default=False)
    manages_rights = models.BooleanField(default=False)
    manages_settings = models.BooleanField(default=False)
    version = models.IntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_has_a_name", condition=Q(code__isnull=False) | ~(Q(name_fr="") | Q(name_en=""))
            ),
        ]


class Permission(models.Model):
    """The level of one verb on one kind of element, possibly for one pipeline or one stage only."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="permissions")
    kind = models.TextField()
    verb = models.TextField(choices=Verb.choices)
    level = models.TextField(choices=Level.choices)
    pipeline_id = models.BigIntegerField(null=True)
    stage_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="permission_once", fields=["role", "kind", "verb", "pipeline_id", "stage_id"], nulls_distinct=False
            ),
            models.CheckConstraint(name="permission_verb_known", condition=Q(verb__in=Verb.values)),
            models.CheckConstraint(name="permission_level_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(
                name="permission_kind_known", condition=Q(kind__in=["lead", "deal", "contact", "company"])
            ),
            models.CheckConstraint(
                name="permission_pipeline_of_deals", condition=Q(pipeline_id__isnull=True) | Q(kind="deal")
            ),
            # A deal's stage comes with its pipeline, so that other roles' settings for the pipeline can be weighed.
            models.CheckConstraint(
                name="permission_stage_of_leads_and_deals",
                condition=Q(stage_id__isnull=True) | Q(kind="lead") | Q(kind="deal", pipeline_id__isnull=False),
            ),
        ]


class Group(models.Model):
    """Users who are given roles together, whatever their departments."""

    name = models.TextField(unique=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")


class RoleAssignment(models.Model):
    """A role given to exactly one of: a user, a department (with or without those below), a group, every head, everybody."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="assignments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    department = models.ForeignKey("people.Department", models.CASCADE, null=True, related_name="+")
    with_below = models.BooleanField(default=False)
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="+")
    every_head = models.BooleanField(default=False)
    everybody = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="assignment_once",
                fields=["role", "user", "department", "group", "every_head", "everybody"],
                nulls_distinct=False,
            ),
        ]


class CompanySettings(models.Model):
    """The company's own choices about rights: one row, made by the first migration."""

    default_role = models.ForeignKey(Role, models.PROTECT, related_name="+")
    deletion_needs_delete = models.BooleanField(default=False)
    open_to_all_by_default = models.BooleanField(default=False)
    # Whom an activity counts for in counters: who is responsible for one of its elements, or for the activity itself.
    counts_by_element = models.BooleanField(default=False, db_default=False)
    due_soon_minutes = models.SmallIntegerField(default=15, db_default=15)

    class Meta:
        constraints = [
            models.CheckConstraint(name="company_settings_single", condition=Q(id=1)),
            models.CheckConstraint(
                name="company_due_soon_within_a_week",
                condition=Q(due_soon_minutes__range=(0, LONGEST_DUE_SOON_MINUTES)),
            ),
        ]
