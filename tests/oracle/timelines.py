"""Comments, files and entries of histories in plain Python: what product.md's section 6 says of who may do what with them.

Nothing of the product is imported here (`test_rules.py` sees to it).
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.oracle import rules
from tests.oracle.model import Activity, Company, Element, User


@dataclass(frozen=True, slots=True)
class Said:
    """A comment on an element or on an activity, by the user of a key; `file` is the key of one that it carries, or 0."""

    key: int
    place: Element | Activity
    author: int
    is_deleted: bool
    file: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of an element or of an activity; with a comment, that one's."""

    key: int
    place: Element | Activity
    is_removed: bool


@dataclass(frozen=True, slots=True)
class Timelines:
    """All comments and files of a company."""

    comments: tuple[Said, ...]
    files: tuple[Kept, ...]


def timelines_of(company: Company, seed: int) -> Timelines:
    """Something on each element and on each activity: always the same for a seed."""
    random = Random(seed)
    comments: list[Said] = []
    files: list[Kept] = []
    places: list[Element | Activity] = [*company.elements, *company.activities]
    for key, place in enumerate(places, start=1):
        author = random.choice(company.users).key
        is_deleted = random.random() < 0.15
        files.append(Kept(key, place, random.random() < 0.2))
        carried = len(places) + key if random.random() < 0.3 else 0
        comments.append(Said(key, place, author, is_deleted, carried))
        if carried:
            files.append(Kept(carried, place, is_deleted))
    return Timelines(tuple(comments), tuple(files))


def may_read_place(company: Company, user: User, place: Element | Activity) -> bool:
    """Read on the element; on at least one bound element of the activity. What is deleted does not exist."""
    if place.is_deleted:
        return False
    if isinstance(place, Element):
        return rules.may_read(company, user, place)
    return rules.may_see(company, user, place)


def may_update_place(company: Company, user: User, place: Element | Activity) -> bool:
    """Update on the element; the right to edit the activity."""
    if place.is_deleted:
        return False
    if isinstance(place, Element):
        return rules.may_update(company, user, place)
    return rules.may_edit(company, user, place)


def may_read_comment(company: Company, user: User, comment: Said) -> bool:
    """Comment: read."""
    return not comment.is_deleted and may_read_place(company, user, comment.place)


def may_edit_comment(company: Company, user: User, comment: Said) -> bool:
    """Edit one's own comment: one's own."""
    return may_read_comment(company, user, comment) and comment.author == user.key


def may_delete_comment(company: Company, user: User, comment: Said) -> bool:
    """Delete one's own: one's own; another's: update."""
    if not may_read_comment(company, user, comment):
        return False
    return comment.author == user.key or may_update_place(company, user, comment.place)


def may_read_file(company: Company, user: User, file: Kept) -> bool:
    """A file follows what it belongs to."""
    return not file.is_removed and may_read_place(company, user, file.place)


def history_of(company: Company, timelines: Timelines, user: User, element: Element) -> set[tuple[str, int]] | None:
    """What stands in an element's history, by kind and key; None where the element does not exist for the user.

    A file has an entry where it belongs to the element or to one of its activities that the user may see, also a
    removed one, but not under a comment.
    """
    if not may_read_place(company, user, element):
        return None
    found = {("creation", element.key)}
    bound = {a.key for a in company.activities if any(b.element == element.key for b in a.bindings)}
    for activity in company.activities:
        if activity.key in bound and activity.is_completed and not activity.is_deleted:
            found.add(("activity", activity.key))
    carried = {comment.file for comment in timelines.comments}
    for comment in timelines.comments:
        if comment.place == element and not comment.is_deleted:
            found.add(("comment", comment.key))
    for file in timelines.files:
        if file.key in carried:
            continue
        of_activity = isinstance(file.place, Activity) and file.place.key in bound
        if file.place == element or (of_activity and may_read_place(company, user, file.place)):
            found.add(("file", file.key))
    return found
