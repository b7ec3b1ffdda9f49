"""Columns in the real browser: put elsewhere, sized, fitted to what they hold; by hand and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from relance.kit.sql import Sql, fetch_value
from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import Cast

CheckAxe = Callable[[Page], None]
ORDER = "[...document.querySelectorAll('thead th[data-column]')].map(head => head.dataset.column).join(' ')"


def width(page: Page, key: str) -> int:
    return int(page.evaluate(f"Math.round(document.querySelector('thead .c-{key}').getBoundingClientRect().width)"))


def drag(page: Page, source: Locator, x: float, y: float) -> None:
    box = source.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(x, y, steps=8)
    page.mouse.up()


def test_a_column_is_sized_by_its_edge_and_stays_so(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/")
    edge = page.locator("#size-element")
    expect(edge).to_be_visible()
    before, deadline = width(page, "element"), width(page, "deadline")
    box = edge.bounding_box()
    assert box
    with page.expect_response("**/layout/") as answer:
        drag(page, edge, box["x"] + box["width"] / 2 + 90, box["y"] + 10)
    assert answer.value.status == 204
    assert width(page, "element") == before + 90
    assert width(page, "deadline") == deadline
    page.reload()
    expect(page.locator("col[data-column=element]")).to_have_attribute("width", str(before + 90))
    assert width(page, "element") == before + 90


def test_a_double_click_fits_a_column_to_what_it_holds(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/")
    expect(page.locator("#size-type")).to_be_visible()
    with page.expect_response("**/layout/"):
        page.locator("#size-type").dblclick()
    fitted = width(page, "type")
    cut = "[...document.querySelectorAll('td.c-type')].some(cell => cell.scrollWidth > cell.clientWidth)"
    assert not page.evaluate(cut)
    assert 48 <= fitted < 200


def test_a_column_is_sized_and_moved_by_keyboard(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 3)
    page = visit("/activities/")
    edge = page.get_by_role("separator", name="Width of Deadline")
    edge.focus()
    before = width(page, "deadline")
    expect(edge).to_have_attribute("aria-valuenow", str(before))
    with page.expect_response("**/layout/"):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 40))
    assert width(page, "deadline") == before + 40
    check_axe(page)
    with page.expect_response(re.compile(r"/activities/(\?|$)")):
        page.keyboard.press("Control+ArrowLeft")
    expect(page.locator("thead .c-deadline + .c-client")).to_be_visible()
    expect(page.locator("#announcement")).to_have_text("Deadline: place 4 of 6")
    expect(page.locator("#size-deadline")).to_be_focused()
    assert page.evaluate(ORDER) == "type subject element deadline client responsible"


def test_a_column_is_put_elsewhere_by_its_head(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/")
    target = page.locator("thead .c-subject")
    expect(target).to_be_visible()
    box = target.bounding_box()
    assert box
    drag(page, page.locator("#sort-deadline"), box["x"] + 10, box["y"] + 10)
    expect(page.locator("thead .c-type + .c-deadline + .c-subject")).to_be_visible()
    # The click that ended the drag sorted nothing.
    assert "sort=" not in page.url


def test_escape_leaves_a_column_where_and_as_it_was(visit: Visit, committed: Cast) -> None:
    make_list(committed, 3)
    page = visit("/activities/")
    edge = page.locator("#size-client")
    expect(edge).to_be_visible()
    before, box = width(page, "client"), edge.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 80, box["y"] + 5, steps=4)
    expect(edge).to_have_attribute("aria-valuenow", str(before + 75))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", str(before))
    assert fetch_value(Sql("SELECT count(*) FROM lists_listsettings")) == 0


def test_widths_and_density_are_applied_to_all_and_reset(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 3)
    page = visit("/activities/?filter=open", "root")
    expect(page.locator("#size-type")).to_be_visible()
    page.locator("#size-type").focus()
    with page.expect_response("**/layout/"):
        page.keyboard.press("End")
    page.click("#list-settings")
    expect(page.locator(".columns form")).to_contain_text("1200 px")
    page.get_by_text("Compact").click()
    page.get_by_label("Apply to all users").check()
    check_axe(page)
    page.click(".columns [value=apply]")
    expect(page.locator("table.compact")).to_be_visible()
    page = visit("/activities/?filter=open", "bob")
    expect(page.locator("table.compact col[data-column=type]")).to_have_attribute("width", "1200")
    page.locator("#size-type").focus()
    with page.expect_response("**/layout/"):
        page.keyboard.press("Home")
    page.reload()
    expect(page.locator("col[data-column=type]")).to_have_attribute("width", "48")
    page.click("#list-settings")
    page.click(".columns [value=reset]")
    expect(page.locator("col[data-column=type][width='1200']")).to_have_count(1)


def test_an_elements_list_has_the_same_head(visit: Visit, committed: Cast) -> None:
    make_list(committed, 1)
    page = visit("/crm/deals/")
    edge = page.get_by_role("separator", name="Width of Stage")
    expect(edge).to_be_visible()
    edge.focus()
    before = width(page, "stage")
    with page.expect_response("**/lists/deals/layout/"):
        page.keyboard.press("ArrowRight")
    page.reload()
    expect(page.locator("col[data-column=stage]")).to_have_attribute("width", str(before + 8))


def test_columns_are_searched_shown_and_hidden_by_keyboard(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 2)
    page = visit("/activities/?filter=open")
    page.click("#list-settings")
    box = page.get_by_role("searchbox", name="Search for a column")
    shown, hidden = page.locator(".columns ol").nth(0), page.locator(".columns ol").nth(1)
    expect(shown.locator("li")).to_have_count(6)
    count = hidden.locator("li").count()
    expect(page.locator("[data-hidden-count]")).to_have_text(str(count))
    box.focus()
    page.keyboard.type("éläment: AMOUNT")
    expect(page.locator(".columns li:visible")).to_have_count(0)
    expect(page.get_by_text("No column is called so.")).to_be_visible()
    box.fill("description")
    expect(page.locator(".columns li:visible")).to_have_text(["Description"])
    check_axe(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="Description", exact=True)).to_be_focused()
    page.keyboard.press("Space")
    # What is ticked is shown from now on, and the search waits for the next word.
    expect(shown.locator("li").nth(6)).to_contain_text("Description")
    expect(page.locator("#announcement")).to_have_text("Description: place 7 of 7")
    expect(box).to_be_focused()
    box.fill("")
    expect(page.locator("[data-hidden-count]")).to_have_text(str(count - 1))
    # From the end of what is shown, one step down hides; from the top of what is hidden, one step up shows.
    down = page.get_by_role("button", name="Move Description down")
    down.focus()
    page.keyboard.press("Enter")
    expect(hidden.locator("li").first).to_contain_text("Description")
    expect(page.get_by_role("checkbox", name="Description", exact=True)).not_to_be_checked()
    expect(page.locator("#announcement")).to_have_text("Description: hidden")
    expect(down).to_be_focused()
    page.get_by_role("button", name="Move Description up").focus()
    page.keyboard.press("Enter")
    expect(shown.locator("li").nth(6)).to_contain_text("Description")
    page.get_by_role("checkbox", name="Client", exact=True).focus()
    page.keyboard.press("Space")
    expect(hidden.locator("li").first).to_contain_text("Client")
    page.locator(".columns [value=apply]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("thead th.c-description")).to_be_visible()
    assert page.evaluate(ORDER) == "type subject element deadline responsible description"


def test_a_hidden_column_is_dragged_among_those_shown(visit: Visit, committed: Cast) -> None:
    make_list(committed, 1)
    page = visit("/activities/")
    page.click("#list-settings")
    shown = page.locator(".columns ol").first
    expect(shown.locator("li")).to_have_count(6)
    page.get_by_role("searchbox", name="Search for a column").fill("a")
    item = page.locator(".columns ol").nth(1).locator("li:visible").first
    expect(item).to_be_visible()
    item.scroll_into_view_if_needed()
    name = item.locator("label").inner_text().strip()
    item.locator(".grip").hover()
    target = shown.locator("li:visible").last
    box = target.bounding_box()
    assert box
    page.mouse.down()
    for _ in range(40):
        page.mouse.move(box["x"] + 20, box["y"] + 14, steps=4)
        page.mouse.move(box["x"] + 20, box["y"] + 4, steps=4)
        if shown.locator("li").count() == 7:
            break
    page.mouse.up()
    expect(shown.locator("li")).to_have_count(7)
    expect(shown.get_by_label(name, exact=True)).to_be_checked()
