"""What the pages of rights call levels and operations, and what each right allows on activities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from relance.access.terms import Level, Verb

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LEVELS: dict[str, StrPromise] = {
    Level.NONE: pgettext_lazy("level", "None"),
    Level.OWN: pgettext_lazy("level", "Own"),
    Level.DEPARTMENT: pgettext_lazy("level", "Department"),
    Level.SUBDEPARTMENTS: pgettext_lazy("level", "Subdepts."),
    Level.OPEN_TO_ALL: pgettext_lazy("level", "Open"),
    Level.ALL: pgettext_lazy("level", "All"),
}

# What each level adds to the one before it.
LEGEND: tuple[tuple[str, StrPromise], ...] = (
    (Level.NONE, _("nothing")),
    (Level.OWN, _("those that one is responsible for")),
    (Level.DEPARTMENT, _("and those of one's departments")),
    (Level.SUBDEPARTMENTS, _("and of all departments below")),
    (Level.OPEN_TO_ALL, _("and those available to everyone")),
    (Level.ALL, _("every one")),
)

# product.md section 6: activities follow the elements that they are bound to.
ON_ACTIVITIES: dict[str, StrPromise] = {
    Verb.READ: _("See their activities"),
    Verb.ADD: _("Nothing: to create an activity takes “Update”"),
    Verb.UPDATE: _("Create, edit, complete, postpone, assign and delete their activities"),
    Verb.DELETE: _("Nothing: to delete an activity takes “Update”"),
    Verb.EXPORT: _("Export their activities"),
    Verb.IMPORT: _("Import activities"),
}
# Where the company asks for *delete* to delete activities.
ON_ACTIVITIES_IF_DELETION_NEEDS_DELETE: dict[str, StrPromise] = {
    Verb.UPDATE: _("Create, edit, complete, postpone and assign their activities"),
    Verb.DELETE: _("Delete their activities, with “Update”"),
}


def on_activities(verb: str, *, deletion_needs_delete: bool) -> str:
    """What a right on elements allows on their activities."""
    if deletion_needs_delete and verb in ON_ACTIVITIES_IF_DELETION_NEEDS_DELETE:
        return str(ON_ACTIVITIES_IF_DELETION_NEEDS_DELETE[verb])
    return str(ON_ACTIVITIES[verb])
