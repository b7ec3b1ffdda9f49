"""Writing timelines: comments and pins, each with its journal."""

from relance.timeline.actions.commenting import (
    create_comment,
    delete_comments,
    edit_comment,
    undo_comments,
)
from relance.timeline.actions.pinning import pin_entry, unpin_entry

__all__ = ["create_comment", "delete_comments", "edit_comment", "pin_entry", "undo_comments", "unpin_entry"]
