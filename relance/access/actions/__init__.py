"""Writing rights: what roles allow, whom they are given to, groups, the company's choices."""

from relance.access.actions.assigning import assign_role, unassign_role
from relance.access.actions.choosing import save_settings
from relance.access.actions.grouping import create_group, delete_group, edit_group
from relance.access.actions.guarding import require_an_administrator
from relance.access.actions.roles import create_role, delete_role, edit_role, save_levels

__all__ = [
    "assign_role",
    "create_group",
    "create_role",
    "delete_group",
    "delete_role",
    "edit_group",
    "edit_role",
    "require_an_administrator",
    "save_levels",
    "save_settings",
    "unassign_role",
]
