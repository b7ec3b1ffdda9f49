"""The composer in the browser: by keyboard alone, words understood while one types, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cast import Cast, make_element
from tests.crm.test_pages import path_of

CheckAxe = Callable[[Page], None]


def test_c_opens_it_words_are_echoed_and_ctrl_enter_plans(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toitures")))
    check_axe(page)
    page.keyboard.press("c")
    expect(page.locator(".compose [name=subject]")).to_be_focused()
    page.keyboard.type("Send the quote")
    page.keyboard.press("Tab")
    expect(page.locator(".compose [name=words]")).to_be_focused()
    page.keyboard.type("sometime")
    expect(page.locator(".compose [data-echo]")).to_contain_text("not understood")
    check_axe(page)
    page.keyboard.press("Control+a")
    page.keyboard.type("tomorrow 9:00")
    expect(page.locator(".compose [data-echo]")).to_contain_text("09:00")
    expect(page.locator(".compose [name=deadline_time]")).to_have_value("09:00")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".planned > li")).to_have_count(1)
    expect(page.locator(".planned")).to_contain_text("Tomorrow 09:00")
    expect(page.locator(".composer [data-type=todo]")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("#element-planned")).to_contain_text("No activity is planned.")


def test_the_type_changes_what_nobody_has_touched(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toitures")))
    page.click(".composer [data-type=call]")
    expect(page.locator(".compose [name=subject]")).to_be_focused()
    page.keyboard.type("Kept")
    page.locator(".composer [data-type=call]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".composer [data-type=meeting]")).to_be_focused()
    expect(page.locator(".composer [data-type=meeting]")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".compose [name=subject]")).to_have_value("Kept")
    page.click(".compose [data-more] summary")
    expect(page.locator(".compose [name=start_day]")).to_be_visible()
    expect(page.locator(".compose [name=deadline_day]")).to_be_hidden()
    check_axe(page)


def test_escape_folds_what_is_empty_and_keeps_what_is_typed(visit: Visit, committed: Cast) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toitures")))
    page.keyboard.press("c")
    expect(page.locator(".compose [name=subject]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".compose")).to_have_count(0)
    expect(page.locator(".composer [data-type=todo]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".compose [name=subject]")).to_be_focused()
    page.keyboard.type("Not yet")
    page.keyboard.press("Escape")
    expect(page.locator(".compose [name=subject]")).to_have_value("Not yet")


def test_what_is_refused_stands_at_its_field_with_all_that_was_typed(visit: Visit, committed: Cast) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toitures")))
    page.keyboard.press("c")
    expect(page.locator(".compose [name=subject]")).to_be_focused()
    page.keyboard.type("Send the quote")
    page.fill(".compose [name=words]", "one of these days")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".compose [data-field=words] .error").first).to_contain_text("not understood")
    expect(page.locator(".compose [name=words]")).to_be_focused()
    expect(page.locator(".compose [name=subject]")).to_have_value("Send the quote")
    expect(page.locator(".compose [name=words]")).to_have_value("one of these days")


def test_an_element_without_an_activity_leads_to_it(visit: Visit, committed: Cast) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toitures")))
    page.click("[data-plan]")
    expect(page.locator(".compose [name=subject]")).to_be_focused()


def test_it_stands_in_the_side_panel_too(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_element("deal", committed.bob, "Toitures")
    page = visit("/crm/deals/")
    page.click("#list tbody a[data-open]")
    page.click("#panel .composer [data-type=call]")
    expect(page.locator("#panel .compose [name=subject]")).to_be_focused()
    check_axe(page)
    page.keyboard.type("Ring them")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel .planned")).to_contain_text("Ring them")


def test_a_comment_is_a_tab(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toitures")))
    page.click(".composer [data-comment]")
    expect(page.locator("#composer-note textarea")).to_be_focused()
    check_axe(page)
    page.keyboard.type("They have the quote")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".history")).to_contain_text("They have the quote")


def test_on_a_phone(visit: Visit, committed: Cast, page: Page, check_axe: CheckAxe) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    visit(path_of(make_element("deal", committed.bob, "Toitures")))
    page.click(".composer [data-type=todo]")
    expect(page.locator(".compose [name=subject]")).to_be_focused()
    page.click(".compose [data-more] summary")
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
