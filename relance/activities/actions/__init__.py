"""Writing activities. Every action takes many ids, is one transaction, and leaves its journal entries."""

from relance.activities.actions.copying import draft_of_copy
from relance.activities.actions.creating import create_activities, create_activity, default_deadline, plan_for_deals
from relance.activities.actions.deleting import delete_activities, delete_elements
from relance.activities.actions.editing import assign_activities, edit_activities, postpone_activities
from relance.activities.actions.ending import complete_activities, reopen_activities
from relance.activities.actions.undoing import undo_activities

__all__ = [
    "assign_activities",
    "complete_activities",
    "create_activities",
    "create_activity",
    "default_deadline",
    "delete_activities",
    "delete_elements",
    "draft_of_copy",
    "edit_activities",
    "plan_for_deals",
    "postpone_activities",
    "reopen_activities",
    "undo_activities",
]
