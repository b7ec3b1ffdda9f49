"""What the browser's stories start from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from relance.kit.sql import execute, sql
from tests.cast import Cast, make_activity, make_element

FUTURE = datetime(2030, 1, 7, 9, tzinfo=UTC)


def make_list(cast: Cast, count: int = 12) -> list[int]:
    """Activities of Bob's, the first one overdue, on two elements of his; their ids in the order of the list."""
    deal, contact = (
        make_element("deal", cast.bob, "Toiture de l’école"),
        make_element("contact", cast.bob, "Nadia Ferrand"),
    )
    types = ("call", "task", "meeting", "email", "document", "todo")
    ids = []
    for number in range(count):
        when = FUTURE + timedelta(days=number) if number else datetime(2026, 1, 5, 9, tzinfo=UTC)
        element = deal if number % 2 else contact
        ids.append(
            make_activity(cast.bob, element, subject=f"Activité {number:02}", type=types[number % 6], deadline_at=when)
        )
    return ids


def describe(activity: int, text: str) -> None:
    """Give an activity a description."""
    execute(sql("UPDATE activities_activity SET description = {} WHERE id = {}", text, activity))
