"""What a notification says, in the language of the moment, from a row of `queries`: a name only where the row has one."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relance.kit.sql import Row
from relance.notifications.terms import NotificationKind


def sentence(row: Row) -> str:
    """One sentence. What its reader may no longer see is said to be so, and not named."""
    what = row["subject"] or row["element_name"]
    said = {"person": row["person"] or "Relance", "what": what, "count": row["count"]}
    if row["count"] > 1:
        return _many(row) % said
    kind = row["kind"]
    if what is None:
        return _HIDDEN[kind]() % said
    return _NAMED[kind]() % said


_NAMED = {
    NotificationKind.REMINDER: lambda: _("Reminder: %(what)s"),
    NotificationKind.ASSIGNED: lambda: _("%(person)s gave you an activity: %(what)s"),
    NotificationKind.MENTION: lambda: _("%(person)s mentioned you in a comment: %(what)s"),
    NotificationKind.VALIDATION_ASKED: lambda: _("%(person)s asks you to validate: %(what)s"),
    NotificationKind.VALIDATION_ANSWERED: lambda: _("%(person)s answered a validation: %(what)s"),
}
_HIDDEN = {
    NotificationKind.REMINDER: lambda: _("Reminder of an activity that you can no longer see"),
    NotificationKind.ASSIGNED: lambda: _("%(person)s gave you an activity that you can no longer see"),
    NotificationKind.MENTION: lambda: _("%(person)s mentioned you in a comment that you can no longer see"),
    NotificationKind.VALIDATION_ASKED: lambda: _("%(person)s asked you to validate what you can no longer see"),
    NotificationKind.VALIDATION_ANSWERED: lambda: _("%(person)s answered a validation that you can no longer see"),
}


def _many(row: Row) -> str:
    count = row["count"]
    if row["kind"] == NotificationKind.REMINDER:
        return ngettext("Reminder of %(count)d activity", "Reminders of %(count)d activities", count)
    if row["kind"] == NotificationKind.ASSIGNED:
        return ngettext("%(person)s gave you %(count)d activity", "%(person)s gave you %(count)d activities", count)
    if row["kind"] == NotificationKind.VALIDATION_ASKED:
        return ngettext(
            "%(person)s asks you to validate %(count)d document",
            "%(person)s asks you to validate %(count)d documents",
            count,
        )
    return ngettext("%(person)s answered %(count)d validation", "%(person)s answered %(count)d validations", count)
