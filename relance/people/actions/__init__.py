"""Writing people: users, departments, who is where, who comes and who leaves."""

from relance.people.actions.departments import (
    DepartmentChanges,
    add_members,
    create_department,
    delete_department,
    edit_department,
    set_head,
)
from relance.people.actions.inviting import accept_invitation, invite_user, renew_invitation
from relance.people.actions.placing import change_account, deactivate_user, place_user, reactivate_user
from relance.people.actions.users import (
    LANGUAGES,
    UserChanges,
    create_user,
    edit_user,
    set_password,
    update_profile,
)

__all__ = [
    "LANGUAGES",
    "DepartmentChanges",
    "UserChanges",
    "accept_invitation",
    "add_members",
    "change_account",
    "create_department",
    "create_user",
    "deactivate_user",
    "delete_department",
    "edit_department",
    "edit_user",
    "invite_user",
    "place_user",
    "reactivate_user",
    "renew_invitation",
    "set_head",
    "set_password",
    "update_profile",
]
