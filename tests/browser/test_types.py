"""Activity types and document validation, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from relance.activities.actions import create_activity
from relance.activities.catalog import list_types
from relance.activities.queries import list_validations
from relance.activities.terms import ActivityDraft
from tests.browser.conftest import Visit
from tests.cast import Cast, make_element

CheckAxe = Callable[[Page], None]


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Press a key on what bears a name, without a mouse."""
    page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.focus()
    page.keyboard.press(key)


def test_types_are_set_with_the_keyboard(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit("/settings/types/", "root")
    check_axe(page)
    with page.expect_response("**/settings/types/order/"):
        press(page, "Move “Task” up")
    expect(page.locator("#announcement")).to_have_text("“Task” is now number 1 of 6")
    page.reload()
    expect(page.locator(".type-rows .named").first).to_have_text("Task")

    press(page, "New type")
    expect(page.locator("[name=name_fr]")).to_be_visible()
    check_axe(page)
    page.locator("[name=name_fr]").focus()
    page.keyboard.type("Visite")
    page.keyboard.press("Tab")
    page.keyboard.type("Visit")
    page.locator("[name=icon]:checked").focus()
    page.keyboard.press("ArrowRight")
    page.locator("[name=hue]:checked").focus()
    page.keyboard.press("ArrowLeft")
    press(page, "Add an outcome")
    page.keyboard.type("Vu")
    page.keyboard.press("Tab")
    page.keyboard.type("Seen")
    check_axe(page)
    press(page, "Create")
    expect(page.locator(".type-rows .named").last).to_have_text("Visit")
    view = list_types()[-1]
    assert (view.icon, view.hue, [outcome.name_fr for outcome in view.outcomes]) == ("comment", "amber", ["Vu"])
    press(page, "Switch off Visit")
    expect(page.locator(".type-rows > li").last).to_contain_text("Switched off")


def test_the_head_refuses_with_a_reason(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    deal = make_element("deal", committed.bob, "Toiture")
    draft = ActivityDraft("document", "Valider le devis", (deal,), validators=(committed.alice,))
    activity, _gesture = create_activity(committed.actor("bob"), draft)
    page = visit("/activities/", "alice")
    page.get_by_role("link", name="Valider le devis").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel .validators")).to_contain_text("Has not answered")
    check_axe(page)
    press(page, "Refuse")
    expect(page.locator("#answer-error")).to_have_text("Say why you refuse.")
    check_axe(page)
    page.locator("#answer-reason").focus()
    page.keyboard.type("Trop cher")
    press(page, "Refuse")
    expect(page.locator("#panel .validators")).to_contain_text("Trop cher")
    expect(page.locator("#panel .validators .tag.danger")).to_have_text("Refused")
    check_axe(page)
    answer = list_validations(committed.actor("root"), [activity])[0]
    assert (answer["decision"], answer["reason"]) == ("refused", "Trop cher")
