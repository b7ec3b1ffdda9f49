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


def test_who_was_signed_out_signs_in_and_is_back_where_he_was(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    expect(page.locator("#sort-deadline")).to_be_visible()
    execute(Sql("DELETE FROM django_session"))
    page.click("#sort-deadline")
    page.wait_for_url(re.compile(r"/accounts/login/\?next=%2Factivities%2F%3Ffilter%3Dopen"))
    expect(page.locator("[name=login]")).to_be_visible()
