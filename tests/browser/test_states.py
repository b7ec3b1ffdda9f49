"""What a page says when something is on its way, does not come, or may no longer be asked for."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from relance.kit.sql import Sql, execute
from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import Cast

CheckAxe = Callable[[Page], None]


def _expected(complaints: list[str]) -> None:
    """htmx notes in the console what it could not send."""
    assert complaints
    complaints[:] = [said for said in complaints if not said.startswith("htmx:")]


def test_a_list_that_does_not_come_can_be_asked_for_again(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    expect(page.locator("#sort-deadline")).to_be_visible()
    page.route("**/activities/?filter=open&sort=*", lambda route: route.fulfill(status=502, body=""))
    page.click("#sort-deadline")
    toast = page.locator("#toasts [data-toast]")
    expect(toast).to_contain_text("The server did not answer")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    check_axe(page)
    page.unroute("**/activities/?filter=open&sort=*")
    toast.get_by_role("button", name="Try again").click()
    expect(page.locator("thead .c-deadline")).to_have_attribute("aria-sort", "descending")
    expect(toast).to_have_count(0)


def test_what_is_on_its_way_says_so_and_moves_nothing(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    row = page.locator("#list tbody tr").first
    expect(row).to_be_visible()
    before = row.bounding_box()
    held: list[Route] = []
    page.route("**/activities/?filter=open&sort=*", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks it
    page.click("#sort-deadline")
    expect(page.locator("#list-page[aria-busy=true]")).to_be_visible()
    assert row.bounding_box() == before
    for route in held:
        route.continue_()
    expect(page.locator("thead .c-deadline")).to_have_attribute("aria-sort", "descending")
    expect(page.locator("[aria-busy]")).to_have_count(0)


def test_a_total_that_does_not_come_says_so_and_is_asked_for_again(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    total, again = page.locator("#list-total"), page.locator("#list-total [data-again]")
    expect(total).to_have_text("3")
    page.route("**/activities/counts/**", lambda route: route.fulfill(status=500, body=""))
    page.click("#tab-overdue")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(total).to_contain_text("a number not counted")
    # What was counted of the filter before is not said of this one, and the page has nothing else to say.
    expect(page.locator("#tab-open .count")).to_have_text("")
    expect(page.locator("#toasts [data-toast]")).to_have_count(0)
    check_axe(page)
    page.unroute("**/activities/counts/**")
    again.focus()
    page.keyboard.press("Enter")
    expect(total).to_have_text("1")
    expect(total).to_be_focused()
    expect(page.locator("#tab-open .count")).to_have_text("3")


def test_a_late_total_is_not_the_one_before(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    total = page.locator("#list-total")
    expect(total).to_have_text("3")
    held: list[Route] = []
    page.route("**/activities/counts/**", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks it
    page.click("#tab-overdue")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(total).to_have_text("…")
    page.locator("#list tbody [data-open]").click()
    expect(page.locator("#panel-title")).to_be_visible()
    for route in held:
        route.continue_()
    expect(total).to_have_text("1")


def test_counters_that_do_not_come_leave_the_page_alone(visit: Visit, committed: Cast, complaints: list[str]) -> None:
    make_list(committed, 3)
    visit("/help/keys/").route("**/activities/counters/", lambda route: route.abort())
    page = visit("/activities/?filter=open")
    counters = page.locator("#nav-counters")
    expect(counters).to_contain_text("Not counted")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    expect(page.locator("#toasts [data-toast]")).to_have_count(0)
    _expected(complaints)
    page.unroute("**/activities/counters/")
    counters.get_by_role("button", name="Try again").click()
    expect(counters).to_contain_text("1 overdue or due soon")


def test_offline_the_list_stays_and_the_page_goes_on_afterwards(
    visit: Visit, committed: Cast, complaints: list[str]
) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    expect(page.locator("#list-total")).to_have_text("3")
    page.context.set_offline(True)
    page.click("#tab-overdue")
    toast = page.locator("#toasts [data-toast]")
    expect(toast).to_contain_text("The server did not answer")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    _expected(complaints)
    page.context.set_offline(False)
    toast.get_by_role("button", name="Try again").click()
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#list-total")).to_have_text("1")


def test_who_was_signed_out_signs_in_and_is_back_where_he_was(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    expect(page.locator("#sort-deadline")).to_be_visible()
    execute(Sql("DELETE FROM django_session"))
    page.click("#sort-deadline")
    page.wait_for_url(re.compile(r"/accounts/login/\?next=%2Factivities%2F%3Ffilter%3Dopen"))
    expect(page.locator("[name=login]")).to_be_visible()
