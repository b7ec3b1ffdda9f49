"""Writing activities. Every action takes many ids, is one transaction, and leaves its journal entries."""

from relance.activities.actions.attaching import (
    attach_to_activity,
    attach_to_element,
    bin_files,
    give_files,
    remove_files,
    undo_files,
    upload_file,
)
from relance.activities.actions.configuring import create_type, delete_type, edit_type, order_types, switch_type
from relance.activities.actions.copying import draft_of_copy, draft_of_next
from relance.activities.actions.creating import (
    create_activities,
    create_activity,
    default_deadline,
    is_working_day,
    plan_for_deals,
)
from relance.activities.actions.deleting import delete_activities, delete_elements, undo_creations
from relance.activities.actions.editing import assign_activities, edit_activities, postpone_activities
from relance.activities.actions.ending import complete_activities, reopen_activities
from relance.activities.actions.undoing import undo_activities
from relance.activities.actions.validation import answer_validation, pass_over

__all__ = [
    "answer_validation",
    "assign_activities",
    "attach_to_activity",
    "attach_to_element",
    "bin_files",
    "complete_activities",
    "create_activities",
    "create_activity",
    "create_type",
    "default_deadline",
    "delete_activities",
    "delete_elements",
    "delete_type",
    "draft_of_copy",
    "draft_of_next",
    "edit_activities",
    "edit_type",
    "give_files",
    "is_working_day",
    "order_types",
    "pass_over",
    "plan_for_deals",
    "postpone_activities",
    "remove_files",
    "reopen_activities",
    "switch_type",
    "undo_activities",
    "undo_creations",
    "undo_files",
    "upload_file",
]
