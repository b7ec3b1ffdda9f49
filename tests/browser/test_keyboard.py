"""Keys, themes and the door: everything works without a mouse, and single letters can be switched off."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import PASSWORD, Cast

CheckAxe = Callable[[Page], None]


def test_moves_selects_completes_and_undoes(visit: Visit, committed: Cast) -> None:
    ids = make_list(committed)
    page = visit("/activities/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(f"#row-{ids[1]} [data-open]")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-selected]")).to_have_text("1 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk-bar")).to_be_hidden()
    page.keyboard.press("Space")
    expect(page.locator(f"#row-{ids[1]} .done")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#toasts")).to_contain_text("Activity completed.")
    page.keyboard.press("z")
    expect(page.locator(f"#row-{ids[1]} .done")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(f"#row-{ids[1]} [data-open]")).to_be_focused()


def test_postpones_with_d(visit: Visit, committed: Cast) -> None:
    make_list(committed, 2)
    page = visit("/activities/")
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.fill("#dialog [name=day]", "2031-02-03")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#list")).to_contain_text("3 Feb 2031")


def test_help_lists_the_keys(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit("/activities/")
    page.keyboard.press("?")
    expect(page.locator("#dialog .keys")).to_be_visible()
    check_axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()


def test_letters_can_be_switched_off(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    ids = make_list(committed, 2)
    page = visit("/profile/")
    check_axe(page)
    page.uncheck("[name=has_keys]")
    page.click(".form-foot .primary")
    page.goto(page.url.replace("profile", "activities"))
    page.focus(f"#row-{ids[0]} [data-open]")
    page.keyboard.press("c")
    page.keyboard.press("x")
    expect(page.locator("#bulk-bar")).to_be_hidden()
    expect(page.locator("#panel")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_the_theme_is_chosen_at_once_and_kept(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit("/activities/")
    page.click("[popovertarget=user-menu]")
    check_axe(page)
    with page.expect_response("**/profile/theme/"):
        page.get_by_role("menuitemradio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_signs_in(page: Page, live_server: LiveServer, committed: Cast, check_axe: CheckAxe) -> None:
    page.goto(f"{live_server.url}/activities/")
    check_axe(page)
    page.get_by_label("Adresse e-mail").or_(page.get_by_label("E-mail address")).fill("bob@cast.example")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/activities/")
    expect(page.locator("h1")).to_be_visible()
