"""The list in a browser: rows, the round box, the menu, sorting and turning pages, and everything in the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from relance.kit import clock
from tests.browser.conftest import Visit
from tests.browser.stage import describe, make_list
from tests.cast import Cast, give_role, make_activity, make_element, make_role

CheckAxe = Callable[[Page], None]


def row(page: Page, place: int) -> str:
    return f"#list tbody tr:nth-child({place})"


def test_fifty_rows_are_accessible_in_both_themes(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 60)
    page = visit("/activities/")
    expect(page.locator("#list tbody tr")).to_have_count(50)
    check_axe(page)
    page.emulate_media(color_scheme="dark")
    check_axe(page)


def test_totals_come_after_the_page(visit: Visit, committed: Cast) -> None:
    make_list(committed, 12)
    page = visit("/activities/")
    expect(page.locator("#count-mine")).to_have_text("12")
    expect(page.locator("#count-overdue")).to_have_text("1")
    expect(page.locator("#list-total")).to_have_text("12")
    expect(page.locator("#nav-counters")).to_contain_text("1 overdue or due soon")


def test_the_round_box_completes_and_undo_brings_back(visit: Visit, committed: Cast) -> None:
    make_list(committed)
    page = visit("/activities/")
    page.click(f"{row(page, 2)} .done")
    expect(page.locator(f"{row(page, 2)} .due")).to_contain_text("Completed")
    expect(page.locator("#count-mine")).to_have_text("11")
    expect(page.locator(f"{row(page, 2)} .done")).to_be_focused()
    page.click("#toasts [data-undo]")
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    expect(page.locator("#count-mine")).to_have_text("12")
    expect(page.locator(f"{row(page, 2)} .done")).to_have_attribute("aria-pressed", "false")


def test_a_message_stays_at_least_eight_seconds(visit: Visit, committed: Cast) -> None:
    make_list(committed, 2)
    page = visit("/activities/")
    page.clock.install()
    page.click(f"{row(page, 1)} .done")
    toast = page.locator("#toasts [data-undo]")
    expect(toast).to_be_visible()
    page.clock.fast_forward(8_000)
    expect(toast).to_be_visible()
    page.clock.fast_forward(4_000)
    expect(toast).to_have_count(0)


def test_the_menu_opens_by_keyboard_and_gives_the_focus_back(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    make_list(committed)
    page = visit("/activities/")
    button = page.locator(f"{row(page, 3)} .row-menu")
    button.focus()
    page.keyboard.press("Enter")
    menu = page.locator("#floating-menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    check_axe(page)
    page.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem").nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(menu.get_by_role("menuitem").last).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_the_menu_does_without_opening_the_activity(visit: Visit, committed: Cast) -> None:
    make_list(committed)
    page = visit("/activities/")
    page.click(f"{row(page, 1)} .row-menu")
    page.get_by_role("menuitem", name="Tomorrow").click()
    expect(page.locator("#toasts")).to_contain_text("Activity postponed.")
    expect(page.locator("#list .due", has_text="Tomorrow")).to_have_count(1)
    page.click(f"{row(page, 2)} .row-menu")
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.locator("#list tbody tr")).to_have_count(11)
    page.keyboard.press("z")
    expect(page.locator("#list tbody tr")).to_have_count(12)


def test_a_refused_entry_says_why_and_does_nothing(visit: Visit, committed: Cast) -> None:
    give_role(make_role({"read": "all"}), committed.charlie)
    make_activity(committed.bob, make_element("deal", committed.bob))
    page = visit("/activities/?filter=open", "charlie")
    page.click(f"{row(page, 1)} .row-menu")
    delete = page.get_by_role("menuitem", name="Delete")
    expect(delete).to_have_attribute("aria-disabled", "true")
    expect(delete.locator("small")).to_contain_text("right to update")
    delete.click(force=True)
    expect(page.locator("#list tbody tr")).to_have_count(1)
    expect(page.locator("#announcement")).to_contain_text("right to update")


def test_sort_filter_and_page_are_in_the_address_and_back_works(visit: Visit, committed: Cast) -> None:
    make_list(committed, 60)
    page = visit("/activities/")
    page.click("#tab-open")
    page.wait_for_url("**/?filter=open")
    expect(page.locator("#tab-open")).to_be_focused()
    expect(page.locator("#announcement")).to_have_text("All open activities 50 of 60")
    page.click("#sort-deadline")
    page.wait_for_url("**sort=-deadline**")
    expect(page.locator("th.c-deadline")).to_have_attribute("aria-sort", "descending")
    page.click("#page-next")
    page.wait_for_url("**cursor=**")
    expect(page.locator("#list tbody tr")).to_have_count(10)
    page.go_back()
    expect(page.locator("#list tbody tr")).to_have_count(50)
    assert re.search(r"sort=-deadline$", page.url)
    page.go_back()
    page.wait_for_url("**/?filter=open")


def test_a_description_unfolds_in_place(visit: Visit, committed: Cast) -> None:
    ids = make_list(committed, 3)
    describe(ids[0], "Une longue description, " * 30)
    describe(ids[1], "Montant : 22 700 euros. Remise au-dessus du barème. " * 3)
    describe(ids[2], "Assez courte pour sa colonne.")
    page = visit("/activities/")
    page.click("#list-settings")
    page.check(".columns input[value=description]")
    page.click(".columns [value=apply]")
    button = page.locator(f"{row(page, 1)} .unfold")
    expect(button).to_be_visible()
    before = page.locator(row(page, 1)).bounding_box()
    button.click()
    expect(button).to_have_text("Less")
    after = page.locator(row(page, 1)).bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"] + 20
    # Whatever is cut can be unfolded, by keyboard too; what is not has nothing to unfold, however its column is sized.
    middle, last = page.locator(f"{row(page, 2)} .unfold"), page.locator(f"{row(page, 3)} .unfold")
    expect(middle).to_be_visible()
    expect(last).to_be_hidden()
    page.locator("#size-description").focus()
    with page.expect_response("**/layout/"):
        page.keyboard.press("Home")
    expect(last).to_be_visible()
    last.focus()
    page.keyboard.press("Enter")
    expect(last).to_have_attribute("aria-expanded", "true")
    page.locator("#size-description").focus()
    with page.expect_response("**/layout/"):
        page.keyboard.press("End")
    expect(middle).to_be_hidden()


def test_columns_move_by_keyboard_apply_and_reset(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open")
    page.click("#list-settings")
    up = page.get_by_role("button", name="Move Deadline up")
    up.focus()
    for _press in range(4):
        page.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(page.locator("#announcement")).to_contain_text("Deadline: place 1 of")
    check_axe(page)
    page.click(".columns [value=apply]")
    expect(page.locator("thead th.c-deadline + th.c-type")).to_be_visible()
    assert page.url.endswith("?filter=open")
    page.click("#list-settings")
    page.click(".columns [value=reset]")
    expect(page.locator("thead th.c-type + th.c-subject")).to_be_visible()


def test_columns_move_by_dragging(visit: Visit, committed: Cast) -> None:
    make_list(committed, 1)
    page = visit("/activities/")
    page.click("#list-settings")
    grip, target = page.locator(".columns li").nth(4).locator(".grip"), page.locator(".columns li").first
    grip.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box
    # The browser begins a drag, and moves what is dragged, in its own time: the hand goes on until it has.
    for _ in range(40):
        page.mouse.move(box["x"] + 20, box["y"] + 14, steps=4)
        page.mouse.move(box["x"] + 20, box["y"] + 4, steps=4)
        if "Deadline" in page.locator(".columns li").first.inner_text():
            break
    page.mouse.up()
    expect(page.locator(".columns li").first).to_contain_text("Deadline")


def test_an_empty_list_says_why(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit("/activities/?filter=subordinates")
    expect(page.locator(".empty")).to_contain_text("You head no department")
    check_axe(page)


def test_cards_on_a_phone(visit: Visit, committed: Cast, page: Page, check_axe: CheckAxe) -> None:
    make_list(committed, 20)
    page.set_viewport_size({"width": 390, "height": 844})
    visit("/activities/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".tabbar")).to_be_visible()
    expect(page.locator(".sidebar")).to_be_hidden()
    check_axe(page)
    page.click(f"{row(page, 2)} [data-open]")
    expect(page.locator("#panel-title")).to_have_text("Activité 01")
    check_axe(page)
    page.click("[data-close-panel]")
    expect(page.locator("#panel")).to_be_hidden()


def test_on_a_phone_each_heading_stands_once_above_its_cards(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    deal, today = make_element("deal", committed.bob), clock.today(ZoneInfo("Europe/Paris"))
    for days in (-9, -9, -1, 0, 0, 1, 400, 400):
        make_activity(committed.bob, deal, deadline_on=today + timedelta(days=days))
    make_activity(committed.bob, deal, is_incoming=True)
    page = visit("/activities/?filter=mine")
    expect(page.locator("#list tbody tr")).to_have_count(9)
    headings = page.locator("#list .due-group:visible")
    expect(headings).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(headings).to_have_text(["Overdue", "Today", "Tomorrow", "Later", "No deadline"])
    check_axe(page)
    page.click(f"{row(page, 1)} .done")
    expect(page.locator(f"{row(page, 1)} .due")).to_contain_text("Completed")
    expect(headings).to_have_text(["Overdue", "Today", "Tomorrow", "Later", "No deadline"])
    page.goto(page.url.replace("filter=mine", "filter=mine&sort=-deadline"))
    expect(headings).to_have_text(["No deadline", "Later", "Tomorrow", "Today", "Overdue"])
    page.goto(page.url.replace("sort=-deadline", "sort=created"))
    expect(page.locator("#list tbody tr")).to_have_count(8)
    expect(headings).to_have_count(0)
