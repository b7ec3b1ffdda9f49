"""Several rows at once: ranges, the page, all results; what is refused is said, and one *Undo* takes all back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import Cast, give_role, make_activity, make_element, make_role

CheckAxe = Callable[[Page], None]


def tick(page: Page, place: int, *, shift: bool = False) -> None:
    page.click(f"#list tbody tr:nth-child({place}) .pick-row input", modifiers=["Shift"] if shift else None)


def test_a_range_is_completed_and_undone(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed)
    page = visit("/activities/")
    tick(page, 2)
    tick(page, 6, shift=True)
    expect(page.locator("[data-selected]")).to_have_text("5 selected")
    check_axe(page)
    page.click("[data-gesture*=complete]")
    expect(page.locator("#toasts")).to_contain_text("5 activities completed.")
    expect(page.locator("#list tbody tr")).to_have_count(7)
    expect(page.locator("#bulk-bar")).to_be_hidden()
    page.click("#toasts [data-undo]")
    expect(page.locator("#list tbody tr")).to_have_count(12)


def test_the_page_then_all_results(visit: Visit, committed: Cast) -> None:
    make_list(committed, 60)
    page = visit("/activities/")
    page.check("[data-select-page]")
    expect(page.locator("[data-selected]")).to_have_text("50 selected")
    page.click("[data-select-all]")
    expect(page.locator("[data-selected]")).to_have_text("All 60 results selected")
    page.click("[data-gesture*=delete]")
    expect(page.locator("#dialog-title")).to_have_text("Delete 60 activities?")
    page.click("#dialog footer .primary")
    expect(page.locator(".empty")).to_be_visible()
    page.click("#toasts [data-undo]")
    expect(page.locator("#list tbody tr")).to_have_count(50)


def test_a_tick_is_kept_over_pages_and_lost_with_the_filter(visit: Visit, committed: Cast) -> None:
    make_list(committed, 60)
    page = visit("/activities/")
    tick(page, 1)
    page.click("#page-next")
    expect(page.locator("#list tbody tr")).to_have_count(10)
    expect(page.locator("[data-selected]")).to_have_text("1 selected")
    page.click("#tab-open")
    page.wait_for_url("**filter=open")
    expect(page.locator("#bulk-bar")).to_be_hidden()


def test_refusals_are_said_row_by_row(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    give_role(make_role({"read": "all"}), committed.bob)
    make_list(committed, 2)
    make_activity(committed.charlie, make_element("deal", committed.charlie), subject="À Charlie")
    page = visit("/activities/?filter=open")
    page.check("[data-select-page]")
    page.click("[data-gesture*=complete]")
    expect(page.locator("#dialog-title")).to_have_text("2 activities completed.")
    expect(page.locator(".refusals li")).to_have_count(1)
    expect(page.locator(".refusals")).to_contain_text("À Charlie")
    check_axe(page)
    page.click("#dialog [data-undo]")
    expect(page.locator("#list tbody tr")).to_have_count(3)


def test_edit_starts_at_dont_change(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 3)
    page = visit("/activities/")
    page.check("[data-select-page]")
    page.click("[data-gesture*=edit]")
    expect(page.locator("#dialog [name=priority]")).to_have_value("")
    expect(page.locator("#dialog [name=deadline_day]")).to_be_hidden()
    check_axe(page)
    page.select_option("#dialog [name=priority]", "3")
    page.select_option("#dialog [name=deadline]", "shift")
    page.click("#dialog footer .primary")
    expect(page.locator("[data-field=shift_days] .error")).to_be_visible()
    page.fill("#dialog [name=shift_days]", "2")
    page.click("#dialog footer .primary")
    expect(page.locator("#toasts")).to_contain_text("3 activities edited.")
    expect(page.locator("#list .flag")).to_have_count(3)


def test_assigns_with_the_picker(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("a")
    page.locator("#dialog .ts-control input").click()
    page.keyboard.type("alice")
    page.keyboard.press("Enter")
    page.click("#dialog footer .primary")
    expect(page.locator("#list tbody tr")).to_have_count(2)
