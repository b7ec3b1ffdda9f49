"""The table of bulk actions: what each is called, and the action that it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from relance.activities import actions as activities
from relance.kit.outcome import Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class BulkAction:
    """An action that can be run over a selection of activities. It takes the actor, the ids and named parameters."""

    name: str
    label: StrPromise
    run: Callable[..., Outcome]


ACTIONS = {
    action.name: action
    for action in (
        BulkAction("assign", _("Assign a responsible person"), activities.assign_activities),
        BulkAction("complete", _("Mark as completed"), activities.complete_activities),
        BulkAction("delete", _("Delete"), activities.delete_activities),
        BulkAction("edit", _("Edit"), activities.edit_activities),
        BulkAction("reopen", _("Mark as not completed"), activities.reopen_activities),
    )
}
