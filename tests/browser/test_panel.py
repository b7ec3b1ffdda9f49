"""The side panel: it opens beside the list, is walked with the arrows, and its forms lose nothing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from relance.activities.actions import edit_activities
from relance.activities.terms import ActivityChanges
from tests.browser.conftest import Visit
from tests.browser.stage import make_list
from tests.cast import Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]


def test_opens_walks_and_goes_back_to_the_row(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    ids = make_list(committed)
    page = visit("/activities/")
    page.click("#list tbody tr:nth-child(2) .c-deadline")
    expect(page.locator("#panel-title")).to_be_focused()
    page.wait_for_url(f"**open={ids[1]}")
    check_axe(page)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#panel-title")).to_have_text("Activité 02")
    page.keyboard.press("k")
    page.keyboard.press("k")
    page.wait_for_url(f"**open={ids[0]}")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator(f"#row-{ids[0]} [data-open]")).to_be_focused()
    assert "open=" not in page.url


def test_a_link_to_it_opens_it_and_back_closes_it(visit: Visit, committed: Cast) -> None:
    ids = make_list(committed)
    page = visit(f"/activities/?open={ids[3]}")
    expect(page.locator("#panel-title")).to_have_text("Activité 03")
    expect(page.locator("tr.current")).to_have_attribute("data-id", str(ids[3]))
    page.keyboard.press("Escape")
    page.click(f"#row-{ids[5]} [data-open]")
    page.wait_for_url(f"**open={ids[5]}")
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()


def test_completes_with_outcome_and_note(visit: Visit, committed: Cast) -> None:
    ids = make_list(committed)
    page = visit(f"/activities/?open={ids[0]}")
    page.click("#panel .panel-foot .primary")
    expect(page.get_by_label("Reached")).to_be_focused()
    page.get_by_label("No answer").check()
    page.get_by_label("Note").fill("Répondeur plein")
    page.click("#panel [data-skip]")
    expect(page.locator("#panel .fields")).to_contain_text("Répondeur plein")
    expect(page.locator("#panel .fields")).to_contain_text("No answer")
    expect(page.locator("#list tbody tr")).to_have_count(11)
    page.keyboard.press("z")
    expect(page.locator("#list tbody tr")).to_have_count(12)


def test_a_type_is_chosen_in_the_menu_that_loads_when_it_opens(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    make_list(committed)
    page = visit("/activities/")
    page.locator("[popovertarget=create-menu]").focus()
    page.keyboard.press("Enter")
    items = page.locator("#create-menu [role=menuitem]")
    expect(items.first).to_be_focused()
    check_axe(page)
    page.keyboard.press("m")
    expect(items.filter(has_text="Meeting")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".panel form [name=type][value=meeting]")).to_be_checked()
    expect(page.locator("#create-menu")).to_be_hidden()


def test_creates_from_the_keyboard(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_list(committed, 2)
    page = visit("/activities/")
    page.keyboard.press("c")
    subject = page.locator("#panel [name=subject]")
    expect(subject).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=subject] .error")).to_be_visible()
    expect(page.locator("#panel [name=subject]")).to_be_focused()
    check_axe(page)
    page.keyboard.type("Envoyer le devis")
    page.locator("[data-field=elements] .ts-control input").click()
    page.keyboard.type("ecole")
    expect(page.locator(".ts-dropdown .option").first).to_contain_text("Toiture de l’école")
    page.keyboard.press("Enter")
    page.click("#panel .panel-foot .primary")
    expect(page.locator("#panel-title")).to_have_text("Envoyer le devis")
    expect(page.locator("#list tbody tr")).to_have_count(3)
    page.keyboard.press("z")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    expect(page.locator("#panel")).to_be_hidden()


def test_the_form_asks_for_the_times_of_the_type(visit: Visit, committed: Cast) -> None:
    page = visit("/activities/new/?type=meeting")
    expect(page.locator("[name=deadline_day]")).to_be_hidden()
    expect(page.locator("[name=start_time]")).to_be_visible()
    page.check("[name=is_all_day]")
    expect(page.locator("[name=start_time]")).to_be_hidden()
    page.locator("[name=type][value=todo]").check(force=True)
    expect(page.locator("[name=deadline_day]")).to_be_visible()
    expect(page.locator("[name=start_day]")).to_be_hidden()
    page.check("[name=is_incoming]")
    expect(page.locator("[name=deadline_day]")).to_be_hidden()


def test_an_edit_meets_another_ones(visit: Visit, committed: Cast) -> None:
    ids = make_list(committed, 2)
    page = visit(f"/activities/?open={ids[0]}")
    page.keyboard.press("e")
    page.locator("#panel [name=subject]").fill("De Bob")
    edit_activities(committed.actor("alice"), ids=[ids[0]], changes=ActivityChanges(subject="D’Alice"))
    page.click("#panel .panel-foot .primary")
    expect(page.locator(".versus")).to_contain_text("D’Alice")
    page.click("#panel .panel-foot .primary")
    expect(page.locator("#panel-title")).to_have_text("De Bob")


def test_asks_before_typed_words_are_lost(visit: Visit, committed: Cast) -> None:
    make_list(committed, 2)
    page = visit("/activities/")
    page.keyboard.press("c")
    page.locator("#panel [name=subject]").fill("À moitié")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.keyboard.press("Escape")
    expect(page.locator("#panel [name=subject]")).to_have_value("À moitié")
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_a_closed_element_shows_no_name(visit: Visit, committed: Cast) -> None:
    hidden, own = make_element("deal", committed.charlie, "Secret"), make_element("contact", committed.bob, "Nadia")
    activity = make_activity(committed.bob, hidden, own)
    page = visit(f"/activities/?open={activity}")
    expect(page.locator("#panel .ref.closed")).to_have_text("Inaccessible element")
    assert "Secret" not in page.content()


def test_works_as_a_page_without_scripts(browser: object, visit: Visit, committed: Cast, page: Page) -> None:
    ids = make_list(committed, 2)
    visit(f"/activities/{ids[0]}/")
    expect(page.locator("#panel-title")).to_have_text("Activité 00")
    page.click("#panel [data-done]")
    expect(page.locator("#panel .completing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#toasts")).to_contain_text("Activity completed.")
