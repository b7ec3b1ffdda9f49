"""The filter builder and kept filters with the keyboard alone: built, nested, saved, shared, opened by somebody else."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.cast import Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]


def press_on(page: Page, field: str, key: str = "Enter") -> None:
    """Go to a field or button and press a key, once it is there to be pressed."""
    expect(page.locator(field)).to_be_visible()
    expect(page.locator(field)).to_be_enabled()
    page.locator(field).focus()
    page.keyboard.press(key)


def choose_type(page: Page, place: str, value: str) -> None:
    """In a new condition, which has the focus: its field by the first letter, then one of the types."""
    expect(page.locator(f"#field-{place}")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator(f"[name='c-{place}'][value={value}]")).to_be_visible()
    expect(page.locator(f"#field-{place}")).to_be_focused()
    press_on(page, f"[name='c-{place}'][value={value}]", "Space")
    expect(page.locator(f"[name='c-{place}'][value={value}]")).to_be_checked()


def test_a_nested_filter_is_built_saved_and_shared_by_keyboard(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    deal, other = make_element("deal", committed.bob, "Toiture"), make_element("deal", committed.charlie, "Hangar")
    for kind in ("call", "email", "task"):
        make_activity(committed.bob, deal, subject=f"De Bob {kind}", type=kind)
        make_activity(committed.charlie, other, subject=f"De Charlie {kind}", type=kind)
    page = visit("/activities/")
    press_on(page, "#filter-build")
    # The standard filter is where one starts from: open, mine. A group beside it: calls or e-mails.
    press_on(page, "#group-0")
    choose_type(page, "0-2-0", "call")
    expect(page.locator("#builder-reading")).to_contain_text("Type: Call")
    press_on(page, "#add-0-2")
    choose_type(page, "0-2-1", "email")
    expect(page.locator("#builder-reading")).to_contain_text("Type: Call or E-mail")
    expect(page.locator("#builder-q")).to_have_value("is:open responsible:me (type:call or type:email)")
    check_axe(page)
    press_on(page, "#builder-apply")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#filter-build")).to_be_focused()
    press_on(page, "#filter-save-as")
    expect(page.locator("#dialog [name=name]")).to_be_focused()
    page.keyboard.type("Calls and e-mails")
    page.keyboard.press("Enter")
    expect(page.locator(".presets .saved[aria-current]")).to_contain_text("Calls and e-mails")
    expect(page.locator(".presets .saved .count")).to_have_text("2")
    check_axe(page)
    press_on(page, "#filter-menu-button")
    expect(page.locator("#filter-menu [role=menuitem]").first).to_be_focused()
    page.keyboard.press("s")
    expect(page.locator("#filter-menu [role=menuitem]").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    press_on(page, "#dialog [name=assignee]", "ArrowDown")
    press_on(page, "#dialog [name=department]", "s")
    check_axe(page)
    press_on(page, "#dialog .primary")
    expect(page.locator(".filter-shares")).to_contain_text("Support")
    # Charlie, of Support, finds it in his menu, and sees what is his.
    page = visit("/activities/?filter=mine", "charlie")
    press_on(page, "#tab-more")
    item = page.get_by_role("menuitem", name="Calls and e-mails")
    expect(item).to_be_visible()
    item.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".presets .saved[aria-current]")).to_contain_text("Calls and e-mails")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page.locator("#list tbody tr").first).to_contain_text("De Charlie")
    expect(page.locator("#filter-menu-button")).to_be_visible()


def test_the_builder_is_a_whole_screen_on_a_phone_and_says_what_is_wrong(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    make_activity(committed.bob, make_element("deal", committed.bob), subject="Rappeler")
    page = visit("/activities/?q=deal.amount%3E10+subject~rappeler")
    page.set_viewport_size({"width": 390, "height": 844})
    press_on(page, "#filter-build")
    amount = page.locator("#v-0-0-0")
    expect(amount).to_be_visible()
    amount.fill("beaucoup")
    press_on(page, "#builder-apply")
    expect(page.locator("#problem-0-0")).to_contain_text("is no number")
    expect(page.locator("#v-0-0-0")).to_be_focused()
    expect(page.locator("#v-0-1-0")).to_have_value("rappeler")
    check_axe(page)
    page.emulate_media(color_scheme="dark")
    check_axe(page)
    box = page.locator("#dialog").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
