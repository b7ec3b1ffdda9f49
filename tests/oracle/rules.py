"""The rights of product.md, sections 2, 3 and 6, by nested loops. Slow and plain on purpose.

Nothing of the product is imported here, so a fault in the product cannot be copied. Each function
quotes the sentence that it writes down. The caches only spare time: a company never changes.
"""

from __future__ import annotations

from functools import lru_cache

from tests.oracle.model import (
    Activity,
    Assignment,
    Company,
    Department,
    Element,
    Kind,
    Level,
    Role,
    User,
    Verb,
)

REMEMBERED = 4096


def user_of(company: Company, key: int) -> User:
    for user in company.users:
        if user.key == key:
            return user
    raise KeyError(key)


@lru_cache(maxsize=REMEMBERED)
def element_of(company: Company, key: int) -> Element:
    for element in company.elements:
        if element.key == key:
            return element
    raise KeyError(key)


# --- 2. People ------------------------------------------------------------------------------------


def is_same_or_below(company: Company, department: Department, top: Department) -> bool:
    """Departments form a tree."""
    if department.key == top.key:
        return True
    for parent in company.departments:
        if parent.key == department.parent:
            return is_same_or_below(company, parent, top)
    return False


@lru_cache(maxsize=REMEMBERED)
def colleagues(company: Company, user: User) -> set[int]:
    """Members of the user's departments (all that he is a member of)."""
    found = set()
    for department in company.departments:
        if user.key in department.members:
            for member in department.members:
                found.add(member)
    return found


@lru_cache(maxsize=REMEMBERED)
def colleagues_below(company: Company, user: User) -> set[int]:
    """+ the members of any department below those."""
    found = set()
    for own in company.departments:
        if user.key in own.members:
            for department in company.departments:
                if is_same_or_below(company, department, own):
                    for member in department.members:
                        found.add(member)
    return found


def subordinates(company: Company, user: User) -> set[int]:
    """The members of the departments that he heads and of all departments below them, never himself."""
    found = set()
    for headed in company.departments:
        if headed.head == user.key:
            for department in company.departments:
                if is_same_or_below(company, department, headed):
                    for member in department.members:
                        if member != user.key:
                            found.add(member)
    return found


def is_head(company: Company, user: User) -> bool:
    return any(department.head == user.key for department in company.departments)


# --- 6. Roles and levels --------------------------------------------------------------------------


def is_member_below(company: Company, user: User, top: Department) -> bool:
    """A member of that department or of one below it."""
    for department in company.departments:
        if user.key in department.members and is_same_or_below(company, department, top):
            return True
    return False


def is_given_to(company: Company, assignment: Assignment, user: User) -> bool:
    """Roles are given to him, to his departments (with or without those below), to his groups,
    to every head (if he is one) and to everybody."""
    if assignment.to == "everybody":
        return True
    if assignment.to == "every_head":
        return is_head(company, user)
    if assignment.to == "user":
        return assignment.assignee == user.key
    if assignment.to == "group":
        return any(user.key in group.members for group in company.groups if group.key == assignment.assignee)
    given = [department for department in company.departments if department.key == assignment.assignee]
    if assignment.to == "department":
        return any(user.key in department.members for department in given)
    return any(is_member_below(company, user, department) for department in given)


@lru_cache(maxsize=REMEMBERED)
def roles_of(company: Company, user: User) -> list[Role]:
    found = []
    for role in company.roles:
        for assignment in company.assignments:
            if assignment.role == role.key and is_given_to(company, assignment, user):
                found.append(role)
                break
    return found


def is_administrator(company: Company, user: User) -> bool:
    return any(role.is_administrator for role in roles_of(company, user))


def level_in_role(role: Role, kind: Kind, verb: Verb, pipeline: int | None, stage: int | None) -> Level:
    """Within one role the most specific setting applies (stage > pipeline > kind), even if it is lower."""
    if role.is_administrator:
        return Level.ALL
    cells = [permission for permission in role.permissions if permission.kind == kind and permission.verb == verb]
    for permission in cells:
        if stage is not None and permission.stage == stage:
            return permission.level
    for permission in cells:
        if permission.stage is None and pipeline is not None and permission.pipeline == pipeline:
            return permission.level
    for permission in cells:
        if permission.stage is None and permission.pipeline is None:
            return permission.level
    return Level.NONE


@lru_cache(maxsize=REMEMBERED)
def level_of(company: Company, user: User, verb: Verb, element: Element) -> Level:
    """Across roles the highest wins, operation by operation. No role, no access."""
    highest = Level.NONE
    for role in roles_of(company, user):
        level = level_in_role(role, element.kind, verb, element.pipeline, element.stage)
        if level > highest:
            highest = level
    return highest


def covers(company: Company, user: User, level: Level, element: Element) -> bool:
    """The table of levels, row by row; each level includes the ones above it."""
    if level >= Level.OWN and element.responsible == user.key:
        return True
    if level >= Level.DEPARTMENT and element.responsible in colleagues(company, user):
        return True
    if level >= Level.SUBDEPARTMENTS and element.responsible in colleagues_below(company, user):
        return True
    if level >= Level.OPEN_TO_ALL and element.is_open_to_all:
        return True
    return level >= Level.ALL


# --- 6. Elements ----------------------------------------------------------------------------------


@lru_cache(maxsize=REMEMBERED)
def is_within(company: Company, user: User, verb: Verb, element: Element) -> bool:
    return covers(company, user, level_of(company, user, verb, element), element)


@lru_cache(maxsize=REMEMBERED)
def may_read(company: Company, user: User, element: Element) -> bool:
    return is_within(company, user, "read", element)


def may_add(company: Company, user: User, element: Element) -> bool:
    """Add at a level: the element as it will be saved must lie within the level."""
    return is_within(company, user, "add", element)


@lru_cache(maxsize=REMEMBERED)
def may_update(company: Company, user: User, element: Element) -> bool:
    """Update, delete and export count only on rows that may also be read."""
    return may_read(company, user, element) and is_within(company, user, "update", element)


@lru_cache(maxsize=REMEMBERED)
def may_delete(company: Company, user: User, element: Element) -> bool:
    return may_read(company, user, element) and is_within(company, user, "delete", element)


@lru_cache(maxsize=REMEMBERED)
def may_export(company: Company, user: User, element: Element) -> bool:
    return may_read(company, user, element) and is_within(company, user, "export", element)


def may_import(company: Company, user: User, element: Element) -> bool:
    """Import is a right with a level of its own, and the row passes the rule for add as well."""
    return is_within(company, user, "import", element) and may_add(company, user, element)


def may(company: Company, user: User, verb: Verb, element: Element) -> bool:
    if verb == "read":
        return may_read(company, user, element)
    if verb == "add":
        return may_add(company, user, element)
    if verb == "update":
        return may_update(company, user, element)
    if verb == "delete":
        return may_delete(company, user, element)
    if verb == "export":
        return may_export(company, user, element)
    return may_import(company, user, element)


# --- 6. Activities: they follow the elements that they are bound to ---------------------------------


@lru_cache(maxsize=REMEMBERED)
def bound_elements(company: Company, activity: Activity) -> list[Element]:
    """A binding to a deleted element gives no right and shows no name."""
    found = []
    for binding in activity.bindings:
        element = element_of(company, binding.element)
        if not element.is_deleted:
            found.append(element)
    return found


@lru_cache(maxsize=REMEMBERED)
def may_see(company: Company, user: User, activity: Activity) -> bool:
    """Read on at least one bound element. Responsible, author and participant give no right."""
    return any(may_read(company, user, element) for element in bound_elements(company, activity))


def may_create(company: Company, user: User, main: Element, others: list[Element]) -> bool:
    """Update on the main element, read on each other element that he binds."""
    if main.is_deleted or not may_update(company, user, main):
        return False
    return all(may_read(company, user, element) and not element.is_deleted for element in others)


@lru_cache(maxsize=REMEMBERED)
def may_edit(company: Company, user: User, activity: Activity) -> bool:
    """Edit, complete, reopen, postpone, reassign: update on at least one bound element."""
    return any(may_update(company, user, element) for element in bound_elements(company, activity))


def may_delete_activity(company: Company, user: User, activity: Activity) -> bool:
    """Update on at least one bound element; the setting asks for delete on that element."""
    for element in bound_elements(company, activity):
        if may_update(company, user, element):
            if not company.deletion_needs_delete:
                return True
            if may_delete(company, user, element):
                return True
    return False


def may_restore_activity(company: Company, user: User, activity: Activity) -> bool:
    """Restore: update on at least one bound element (the setting speaks of deleting only)."""
    return may_edit(company, user, activity)


def may_bind(company: Company, user: User, activity: Activity, element: Element) -> bool:
    """Edit right on the activity and read on the element."""
    return not element.is_deleted and may_edit(company, user, activity) and may_read(company, user, element)


def may_make_main(company: Company, user: User, activity: Activity, element: Element) -> bool:
    """Update on the element that is to be the main one."""
    return not element.is_deleted and may_edit(company, user, activity) and may_update(company, user, element)


def may_unbind(company: Company, user: User, activity: Activity, element: Element) -> bool:
    """Update on the element that is unbound. The last binding cannot be removed."""
    if len(bound_elements(company, activity)) == 1 or unbinding_blinds(company, activity, element):
        return False
    return may_make_main(company, user, activity, element)


@lru_cache(maxsize=REMEMBERED)
def unbinding_blinds(company: Company, activity: Activity, element: Element) -> bool:
    """The responsible and the participants may read at least one of its elements; else the change is refused. (Who
    may read none of them as it is, is no reason to refuse.)"""
    left = [one for one in bound_elements(company, activity) if one.key != element.key]
    for key in {activity.responsible} | activity.participants:
        person = user_of(company, key)
        if responsible_allowed(company, person, activity) and not any(may_read(company, person, one) for one in left):
            return True
    return False


def may_export_activity(company: Company, user: User, activity: Activity) -> bool:
    """Export and read on at least one bound element."""
    return any(may_export(company, user, element) for element in bound_elements(company, activity))


def name_visible(company: Company, user: User, element: Element) -> bool:
    """Read on that element (else it shows as "Élément non accessible")."""
    return not element.is_deleted and may_read(company, user, element)


def responsible_allowed(company: Company, candidate: User, activity: Activity) -> bool:
    """The responsible and the participants are active users who may read at least one of its elements."""
    return candidate.is_active and may_see(company, candidate, activity)


def main_after_deleting(company: Company, activity: Activity, deleted: set[int]) -> int | None:
    """An activity left with no live element is deleted in the same gesture (None). If the main element goes and
    others live, the oldest live binding becomes main."""
    live = [element.key for element in bound_elements(company, activity) if element.key not in deleted]
    for binding in activity.bindings:
        if binding.is_main and binding.element in live:
            return binding.element
    return live[0] if live else None
