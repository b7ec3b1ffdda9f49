"""The bell and the reminders of a form, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from relance.kit.sql import execute, fetch_column, sql
from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import Cast


def give(cast: Cast, activity_id: int) -> None:
    """Alice has given Bob an activity."""
    execute(
        sql(
            """
            INSERT INTO notifications_notification (user_id, kind, at, moment, by_id, activity_id)
            VALUES ({}, 'assigned', now(), gen_random_uuid(), {}, {})
            """,
            cast.bob,
            cast.alice,
            activity_id,
        )
    )


def test_the_bell_is_read_with_the_keyboard(visit: Visit, committed: Cast, check_axe: Callable[[Page], None]) -> None:
    ids = make_list(committed, 3)
    give(committed, ids[1])
    page = visit("/activities/")
    bell = page.locator(".sidebar").get_by_role("link", name="Notifications")
    expect(bell).to_contain_text("1")
    bell.focus()
    page.keyboard.press("Enter")
    opened = page.get_by_role("button", name="Alice Martin gave you an activity: Activité 01")
    expect(opened).to_be_visible()
    check_axe(page)
    opened.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Activité 01")).to_be_visible()
    expect(page.locator("#nav-bell .count")).to_have_count(0)


def test_a_reminder_is_added_with_the_keyboard(
    visit: Visit, committed: Cast, check_axe: Callable[[Page], None]
) -> None:
    ids = make_list(committed, 2)
    page = visit(f"/activities/?open={ids[1]}")
    page.locator("#panel").get_by_role("link", name="Edit").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add a reminder").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Reminder", exact=True)).to_be_focused()
    check_axe(page)
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("15 min before")).to_be_visible()
    query = sql("SELECT minutes_before FROM activities_reminder WHERE activity_id = {}", ids[1])
    assert fetch_column(query) == [15]
