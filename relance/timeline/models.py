"""What a timeline holds of its own: comments, and what is pinned. The rest of a history is read where it is written."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from relance.timeline.terms import MOST_PINS


class Comment(models.Model):
    """What somebody wrote on an element or on an activity, in Markdown. `mentions` are the users that it names."""

    element = models.ForeignKey("crm.Element", models.CASCADE, null=True, related_name="+", db_index=False)
    activity = models.ForeignKey("activities.Activity", models.CASCADE, null=True, related_name="+", db_index=False)
    text = models.TextField()
    mentions = ArrayField(models.BigIntegerField(), default=list)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    creation_key = models.UUIDField(null=True, unique=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    deleted_gesture = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="comment_on_one_thing",
                condition=Q(element__isnull=True, activity__isnull=False)
                | Q(element__isnull=False, activity__isnull=True),
            ),
            models.CheckConstraint(name="comment_said", condition=~Q(text="")),
            models.CheckConstraint(
                name="comment_deletion_whole",
                condition=Q(deleted_at__isnull=True, deleted_gesture__isnull=True)
                | Q(deleted_at__isnull=False, deleted_gesture__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="comment_of_element",
                fields=["element", "created_at", "id"],
                condition=Q(deleted_at__isnull=True, element__isnull=False),
            ),
            models.Index(
                name="comment_of_activity",
                fields=["activity", "created_at", "id"],
                condition=Q(deleted_at__isnull=True, activity__isnull=False),
            ),
        ]


class CommentFile(models.Model):
    """A file that a comment carries. It belongs to what the comment stands on; it goes and comes with the comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+")
    file = models.OneToOneField("activities.Attachment", models.CASCADE, related_name="+")


class Pin(models.Model):
    """A completed activity or a comment kept at the top of an element's timeline, in one of its three places."""

    element = models.ForeignKey("crm.Element", models.CASCADE, related_name="+", db_index=False)
    place = models.SmallIntegerField()
    activity = models.ForeignKey("activities.Activity", models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    pinned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="pin_of_one_thing",
                condition=Q(activity__isnull=True, comment__isnull=False)
                | Q(activity__isnull=False, comment__isnull=True),
            ),
            models.CheckConstraint(name="pin_place_known", condition=Q(place__range=(1, MOST_PINS))),
            models.UniqueConstraint(name="pin_place_once", fields=["element", "place"]),
            models.UniqueConstraint(name="pin_activity_once", fields=["element", "activity"]),
            models.UniqueConstraint(name="pin_comment_once", fields=["element", "comment"]),
        ]
