"""Activities, their types, and the bindings that tie them to CRM elements."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from relance.activities.terms import LONGEST_REMINDER_MINUTES, Decision, Direction, Hue, Priority, Times


class ActivityType(models.Model):
    """What an activity is. A built-in type has a code, and names only where the company has given it its own."""

    code = models.TextField(unique=True, null=True)  # noqa: DJ001 - null, so that many custom types have none
    name_fr = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    times = models.TextField(choices=Times.choices)
    rank = models.IntegerField()
    icon = models.TextField(default="custom")
    hue = models.TextField(choices=Hue.choices, default=Hue.BROWN)
    is_active = models.BooleanField(default=True)
    is_incoming = models.BooleanField(default=False)
    required_fields = ArrayField(models.TextField(), default=list)
    default_duration_minutes = models.IntegerField(null=True)
    default_deadline_days = models.IntegerField(null=True)
    default_reminders = ArrayField(models.IntegerField(), default=list)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="activity_type_hue_known", condition=Q(hue__in=Hue.values)),
            models.CheckConstraint(
                name="activity_type_named", condition=Q(code__isnull=False) | (~Q(name_fr="") & ~Q(name_en=""))
            ),
            models.CheckConstraint(
                name="activity_type_lasts",
                condition=Q(default_duration_minutes__isnull=True) | Q(default_duration_minutes__gt=0),
            ),
        ]


class ActivityOutcome(models.Model):
    """A way in which activities of a type end. `code` is what an activity keeps; a shipped one is named by it."""

    type = models.ForeignKey(ActivityType, models.CASCADE, related_name="outcomes")
    code = models.TextField()
    name_fr = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    rank = models.IntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="activity_outcome_once", fields=["type", "code"])]


class Activity(models.Model):
    """Something to do, or done, for a customer. `due_at` and `deadline_day` are computed by a trigger."""

    type = models.ForeignKey(ActivityType, models.PROTECT, related_name="+")
    subject = models.TextField()
    description = models.TextField(blank=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    deadline_at = models.DateTimeField(null=True)
    deadline_on = models.DateField(null=True)
    start_at = models.DateTimeField(null=True)
    end_at = models.DateTimeField(null=True)
    start_on = models.DateField(null=True)
    end_on = models.DateField(null=True)
    due_at = models.DateTimeField()
    deadline_day = models.DateField(null=True)
    is_incoming = models.BooleanField(default=False)
    direction = models.TextField(choices=Direction.choices, blank=True)
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    place = models.TextField(blank=True)
    colour = models.TextField(choices=Hue.choices, blank=True)
    is_completed = models.BooleanField(default=False)
    completed_at = models.DateTimeField(null=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    outcome = models.TextField(blank=True)
    note = models.TextField(blank=True)
    origin = models.TextField(blank=True)
    origin_id = models.TextField(blank=True)
    creation_key = models.UUIDField(null=True, unique=True)
    version = models.IntegerField(default=1)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    deleted_gesture = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="activity_completion_whole",
                condition=Q(is_completed=True, completed_at__isnull=False)
                | Q(is_completed=False, completed_at__isnull=True, completed_by__isnull=True, outcome="", note=""),
            ),
            models.CheckConstraint(
                name="activity_one_deadline", condition=Q(deadline_at__isnull=True) | Q(deadline_on__isnull=True)
            ),
            models.CheckConstraint(
                name="activity_slot_timed_or_all_day",
                condition=Q(start_on__isnull=True, end_on__isnull=True) | Q(start_at__isnull=True, end_at__isnull=True),
            ),
            models.CheckConstraint(
                name="activity_slot_in_order",
                condition=(Q(end_at__isnull=True) | Q(end_at__gte=models.F("start_at")))
                & (Q(end_on__isnull=True) | Q(end_on__gte=models.F("start_on"))),
            ),
            models.CheckConstraint(
                name="activity_slot_has_start",
                condition=(Q(end_at__isnull=True) | Q(start_at__isnull=False))
                & (Q(end_on__isnull=True) | Q(start_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="activity_incoming_waits",
                condition=Q(is_incoming=False)
                | Q(deadline_at__isnull=True, deadline_on__isnull=True, start_at__isnull=True, start_on__isnull=True),
            ),
            models.CheckConstraint(name="activity_subject_said", condition=~Q(subject="")),
            models.CheckConstraint(name="activity_priority_known", condition=Q(priority__in=Priority.values)),
            models.CheckConstraint(name="activity_direction_known", condition=Q(direction__in=["", *Direction.values])),
            models.CheckConstraint(name="activity_colour_known", condition=Q(colour__in=["", *Hue.values])),
            models.CheckConstraint(
                name="activity_deletion_whole",
                condition=Q(deleted_at__isnull=True, deleted_gesture__isnull=True)
                | Q(deleted_at__isnull=False, deleted_gesture__isnull=False),
            ),
            models.UniqueConstraint(
                name="activity_origin_once", fields=["origin", "origin_id"], condition=~Q(origin_id="")
            ),
        ]


class ActivityText(models.Model):
    """The words of an activity's own text, kept by triggers; no change of state touches it (docs/adr/0011)."""

    activity = models.OneToOneField(Activity, models.CASCADE, primary_key=True, related_name="+")
    words = SearchVectorField()


class Binding(models.Model):
    """One activity on one element, with the copies that make rights and order a matter of one index.

    The copies are filled and kept by triggers (migration 0002), never by Python.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="bindings", db_index=False)
    element = models.ForeignKey("crm.Element", models.PROTECT, related_name="+", db_index=False)
    is_main = models.BooleanField(default=False)
    kind = models.TextField()
    pipeline_id = models.BigIntegerField(null=True)
    stage_id = models.BigIntegerField(null=True)
    element_responsible_id = models.BigIntegerField()
    is_open_to_all = models.BooleanField()
    element_deleted = models.BooleanField()
    activity_responsible_id = models.BigIntegerField()
    is_completed = models.BooleanField()
    due_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    activity_deleted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(name="binding_once", fields=["activity", "element"])]


class Participant(models.Model):
    """A user who takes part in an activity."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participants")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="participant_once", fields=["activity", "user"])]


class Client(models.Model):
    """A contact or company that the activity is done with, and the phone or address used."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="clients")
    element = models.ForeignKey("crm.Element", models.PROTECT, related_name="+")
    kind = models.TextField()
    address = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="client_once", fields=["activity", "element"]),
            models.CheckConstraint(name="client_kind", condition=Q(kind__in=["contact", "company"])),
        ]


class Validator(models.Model):
    """A user who is to approve or refuse the document of an activity, and what he answered."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="validators")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    rank = models.IntegerField()
    decision = models.TextField(choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="validator_once", fields=["activity", "user"]),
            models.CheckConstraint(
                name="validator_answer_whole",
                condition=Q(decision="", reason="", decided_at__isnull=True)
                | Q(decision="approved", decided_at__isnull=False)
                | (Q(decision="refused", decided_at__isnull=False) & ~Q(reason="")),
            ),
        ]


class Reminder(models.Model):
    """So many minutes before an activity is due (or starts) its people are told. `remind_at` is kept by triggers.

    `told_at` is set when the reminder was told, or when its moment was past already as it was set.
    """

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="reminders", db_index=False)
    minutes_before = models.IntegerField()
    remind_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="reminder_once", fields=["activity", "minutes_before"]),
            models.CheckConstraint(
                name="reminder_offset_known",
                condition=Q(minutes_before__gte=0, minutes_before__lte=LONGEST_REMINDER_MINUTES),
            ),
        ]
        indexes = [
            models.Index(
                name="reminder_waiting",
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False, told_at__isnull=True),
            )
        ]


class Attachment(models.Model):
    """A file of an activity or of an element; of neither while its uploader has not attached it yet.

    The bytes are in the data folder under `key` (`blobs.py`). A removed one stays until nobody can want it back.
    """

    name = models.TextField()
    size = models.BigIntegerField()
    media_type = models.TextField()
    digest = models.TextField()
    key = models.TextField(unique=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField()
    activity = models.ForeignKey(Activity, models.PROTECT, null=True, related_name="+", db_index=False)
    element = models.ForeignKey("crm.Element", models.PROTECT, null=True, related_name="+", db_index=False)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    deleted_gesture = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attachment_one_owner", condition=Q(activity__isnull=True) | Q(element__isnull=True)
            ),
            models.CheckConstraint(name="attachment_named", condition=~Q(name="")),
            models.CheckConstraint(
                name="attachment_deletion_whole",
                condition=Q(deleted_at__isnull=True, deleted_gesture__isnull=True)
                | Q(deleted_at__isnull=False, deleted_gesture__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="attachment_activity", fields=["activity"], condition=Q(activity__isnull=False)),
            models.Index(
                name="attachment_element", fields=["element", "uploaded_at", "id"], condition=Q(element__isnull=False)
            ),
            models.Index(
                name="attachment_pending",
                fields=["uploaded_by", "uploaded_at"],
                condition=Q(activity__isnull=True, element__isnull=True),
            ),
        ]
