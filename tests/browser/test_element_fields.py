"""Elements by keyboard alone: a field edited where it stands, a conflict, and the side panel of a list walked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from relance.crm.actions import edit_elements
from tests.browser.conftest import Visit
from tests.cast import SYSTEM, Cast, make_activity, make_element
from tests.crm.test_pages import path_of, read

CheckAxe = Callable[[Page], None]


def test_a_field_is_edited_by_keyboard_and_keeps_the_focus(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    page = visit(path_of(deal))
    page.focus("#field-name a.edit-field")
    page.keyboard.press("Enter")
    expect(page.locator("#field-name input[name=name]")).to_be_focused()
    check_axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#field-name a.edit-field")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#field-name input[name=name]")).to_be_focused()
    page.keyboard.type("Charpente")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Charpente")
    expect(page.locator("#field-name a.edit-field")).to_be_focused()
    assert read(deal).name == "Charpente"


def test_a_conflict_shows_both_values_and_lets_choose(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    page = visit(path_of(deal))
    page.click("#field-name a.edit-field")
    expect(page.locator("#field-name input[name=name]")).to_be_focused()
    edit_elements(SYSTEM, ids=[deal], changes={"name": "Leurs toitures"})
    page.fill("#field-name input[name=name]", "Mes toitures")
    page.keyboard.press("Enter")
    expect(page.locator("#field-name [role=alert]")).to_contain_text("Leurs toitures")
    expect(page.locator("#field-name .primary")).to_have_text("Keep mine")
    expect(page.locator("#field-name input[name=name]")).to_be_focused()
    check_axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#field-name dd")).to_contain_text("Leurs toitures")
    expect(page.locator("#field-name a.edit-field")).to_be_focused()


def test_the_panel_walks_the_list_and_gives_the_focus_back(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    for name in ("Affaire A", "Affaire B", "Affaire C"):
        make_element("deal", committed.bob, name)
    page = visit("/crm/deals/?sort=name")
    page.focus("#list tbody tr:first-child a[data-open]")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_have_text("Affaire A")
    expect(page.locator("#panel .idle")).to_contain_text("No activity is planned.")
    check_axe(page)
    page.keyboard.press("j")
    expect(page.locator("#panel-title")).to_have_text("Affaire B")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#panel-title")).to_have_text("Affaire C")
    page.keyboard.press("k")
    expect(page.locator("#panel-title")).to_have_text("Affaire B")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_empty()
    expect(page.locator("#list tbody tr:nth-child(2) a[data-open]")).to_be_focused()


def test_the_element_of_an_activity_opens_beside_the_list(visit: Visit, committed: Cast) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    make_activity(committed.bob, deal, subject="Relancer")
    page = visit("/activities/")
    page.click("#list tbody .c-element a.ref")
    expect(page.locator("#panel-title")).to_have_text("Toitures")
    page.keyboard.press("Escape")
    expect(page.locator("#list tbody a[data-open]")).to_be_focused()


def test_a_contact_is_linked_and_unlinked_on_the_page_of_a_deal(visit: Visit, committed: Cast) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    make_element("contact", committed.bob, "Nadia Ferrand")
    page = visit(path_of(deal))
    page.click("#links-contacts [data-link]")
    expect(page.locator("#links-contacts .ts-control input")).to_be_focused()
    page.keyboard.type("nadia")
    page.click("#links-contacts .ts-dropdown .option")
    page.click("#links-contacts .primary")
    expect(page.locator("#links-contacts li")).to_have_count(1)
    # The fields are drawn again after each change; a click in that very moment would be on a button that goes.
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.click("#links-contacts li button")
    expect(page.locator("#links-contacts li")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("kind", ["deal", "company"])
def test_the_page_is_sound_at_every_width(
    visit: Visit, committed: Cast, check_axe: CheckAxe, width: int, kind: str
) -> None:
    element = make_element(kind, committed.bob, "Toitures")
    make_activity(committed.bob, element, subject="Relancer")
    page = visit(path_of(element))
    page.set_viewport_size({"width": width, "height": 860})
    check_axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_on_a_phone_the_timeline_comes_first_and_the_other_parts_are_a_tab_away(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    make_activity(committed.bob, deal, subject="Relancer")
    page = visit(path_of(deal))
    expect(page.locator("nav.parts")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 860})
    planned, fields, links = (page.locator(f"#{name}") for name in ("element-planned", "f-own", "links-contacts"))
    expect(planned).to_be_visible()
    expect(fields).to_be_hidden()
    expect(page.locator("#to-activities")).to_have_attribute("aria-current", "true")
    page.locator("#to-details").focus()
    page.keyboard.press("Enter")
    expect(fields).to_be_visible()
    expect(planned).to_be_hidden()
    expect(links).to_be_hidden()
    expect(page.locator("#to-details")).to_have_attribute("aria-current", "true")
    check_axe(page)
    # The next key goes on in what was opened.
    page.keyboard.press("Tab")
    expect(page.locator("#element-fields :focus")).to_have_count(1)
    page.locator("#to-linked").focus()
    page.keyboard.press("Enter")
    expect(links).to_be_visible()
    expect(fields).to_be_hidden()
    # Drawn again after a change, the same part stays; its address opens it again.
    page.evaluate("document.body.dispatchEvent(new CustomEvent('activities-changed', {bubbles: true}))")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(links).to_be_visible()
    page.reload()
    expect(links).to_be_visible()
    expect(page.locator("#to-linked")).to_have_attribute("aria-current", "true")
    # What is added goes where it is written.
    page.keyboard.press("c")
    expect(page.locator("#composer-body [name=subject]")).to_be_focused()
    expect(planned).to_be_visible()


def test_the_parts_of_the_page_need_no_script(
    browser: Browser, live_server: LiveServer, visit: Visit, committed: Cast
) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    state = visit(path_of(deal)).context.storage_state()
    context = browser.new_context(
        java_script_enabled=False, storage_state=state, viewport={"width": 390, "height": 860}
    )
    page = context.new_page()
    page.goto(live_server.url + path_of(deal))
    expect(page.locator("#element-planned")).to_be_visible()
    page.click("#to-details")
    expect(page.locator("#f-own")).to_be_visible()
    expect(page.locator("#element-planned")).to_be_hidden()
    context.close()
