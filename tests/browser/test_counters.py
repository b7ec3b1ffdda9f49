"""Counters in a browser: they come after the page, follow what is done, and lead to what they count."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]
PAST = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_counters_follow_what_is_completed_and_taken_back(visit: Visit, committed: Cast) -> None:
    make_list(committed, 4)
    make_activity(committed.bob, make_element("deal", committed.bob), subject="Appel manqué", is_incoming=True)
    page = visit("/activities/")
    counters = page.locator("#nav-counters")
    expect(counters).to_contain_text("1 overdue or due soon")
    expect(counters).to_contain_text("1 incoming, waiting")
    page.get_by_role("button", name="Complete: Activité 00").click()
    expect(counters).not_to_contain_text("overdue")
    expect(counters).to_contain_text("1 incoming, waiting")
    page.locator("[data-undo]").click()
    expect(counters).to_contain_text("1 overdue or due soon")


def test_a_heads_counters_lead_to_the_list_of_his_people(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 4)
    page = visit("/crm/deals/", "alice")
    team = page.locator("#nav-team-counters")
    expect(team).to_contain_text("1 overdue or due soon")
    expect(page.locator("#nav-counters a")).to_have_count(0)
    check_axe(page)
    team.get_by_role("link").first.click()
    page.wait_for_url("**/activities/?q=is**")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list tbody tr")).to_contain_text("Activité 00")


def test_rows_pages_and_phones_show_them(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    deal = make_element("deal", committed.bob, "Toiture de l’école")
    make_activity(committed.bob, deal, deadline_at=PAST)
    page = visit("/crm/deals/")
    expect(page.locator("tbody .c-name .counters")).to_contain_text("1 overdue or due soon")
    page.set_viewport_size({"width": 360, "height": 780})
    expect(page.locator("#tab-counters")).to_contain_text("1")
    expect(page.locator("tbody .c-name .counters")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    check_axe(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("tbody .c-name a").click()
    expect(page.locator(".panel-element .counters")).to_contain_text("1 overdue or due soon")
