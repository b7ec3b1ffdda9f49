"""Completing in place in the browser: outcome, note and what comes next, by keyboard, in one gesture."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import Cast, make_activity, make_element
from tests.crm.test_pages import path_of

CheckAxe = Callable[[Page], None]


def test_enter_completes_and_plans_the_next_and_one_undo_takes_back_both(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    make_activity(committed.bob, deal, subject="Call Mrs Ferrand", type="call")
    page = visit(path_of(deal))
    page.locator(".planned .done").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".completing [name=outcome]:checked")).to_be_focused()
    check_axe(page)
    page.keyboard.press("ArrowDown")
    page.locator(".completing [name=note]").focus()
    page.keyboard.type("Nobody there")
    page.fill(".completing [name=next_subject]", "Call again")
    page.fill(".completing [name=next_words]", "tomorrow 9:00")
    expect(page.locator(".completing [data-echo]")).to_contain_text("09:00")
    page.locator(".completing [name=next_words]").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("the next one is planned")
    expect(page.locator(".planned > li")).to_have_count(1)
    expect(page.locator(".planned")).to_contain_text("Tomorrow 09:00")
    expect(page.locator(".planned [data-open]")).to_be_focused()
    expect(page.locator(".history")).to_contain_text("Nobody there")
    page.keyboard.press("z")
    expect(page.locator(".planned")).to_contain_text("Call Mrs Ferrand")
    expect(page.locator(".planned > li")).to_have_count(1)


def test_escape_completes_alone_and_cancel_leaves_it_open(visit: Visit, committed: Cast) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    make_activity(committed.bob, deal, subject="Call Mrs Ferrand", type="call")
    page = visit(path_of(deal))
    page.click(".planned .done")
    expect(page.locator(".completing [name=outcome]:checked")).to_be_focused()
    page.click("[data-cancel-completing]")
    expect(page.locator(".completing")).to_have_count(0)
    expect(page.locator(".planned .done")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".completing [name=outcome]:checked")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#element-planned")).to_contain_text("No activity is planned.")


def test_what_is_wrong_with_the_next_one_stands_at_its_field(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    make_activity(committed.bob, deal, subject="Call Mrs Ferrand", type="call")
    page = visit(path_of(deal))
    page.click(".planned .done")
    expect(page.locator(".completing [name=outcome]:checked")).to_be_focused()
    page.fill(".completing [name=note]", "Kept")
    page.fill(".completing [name=next_words]", "sometime")
    page.locator(".completing [name=next_words]").press("Enter")
    expect(page.locator(".completing [name=next_words]")).to_be_focused()
    expect(page.locator(".completing [data-field=words] .error").first).to_contain_text("not understood")
    expect(page.locator(".completing [name=note]")).to_have_value("Kept")
    check_axe(page)
    expect(page.locator(".planned > li")).to_have_count(1)


def test_a_list_completes_at_one_click_and_offers_what_comes_next(visit: Visit, committed: Cast) -> None:
    ids = make_list(committed, 3)
    page = visit("/activities/")
    page.click(f"#row-{ids[1]} .done")
    page.click("#toasts a[data-panel]")
    expect(page.locator("#panel [name=subject]")).to_have_value("Activité 01")
    page.fill("#panel [name=subject]", "And then")
    page.click("#panel .panel-foot .primary")
    expect(page.locator("#panel-title")).to_have_text("And then")


def test_on_a_phone(visit: Visit, committed: Cast, page: Page, check_axe: CheckAxe) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    deal = make_element("deal", committed.bob, "Toitures")
    make_activity(committed.bob, deal, subject="Call Mrs Ferrand", type="call")
    visit(path_of(deal))
    page.click(".planned .done")
    expect(page.locator(".completing [name=outcome]:checked")).to_be_focused()
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
