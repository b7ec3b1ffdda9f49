"""Elements in the browser: a list that narrows, an activity for each deal of it, and the page of one deal."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from relance.crm.queries import element_refs, list_element_ids
from tests.browser.conftest import Visit
from tests.cast import SYSTEM, Cast, make_activity, make_element
from tests.crm.test_pages import path_of

CheckAxe = Callable[[Page], None]


def test_a_list_narrows_and_keeps_its_filter_in_the_address(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_element("deal", committed.bob, "Toitures", stage="won")
    make_element("deal", committed.alice, "Moulins")
    page = visit("/crm/deals/", "alice")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    check_axe(page)
    page.select_option("#filter-stage", "won")
    page.wait_for_url("**/crm/deals/?q=is%3Awon")
    expect(page.locator("#list tbody th")).to_have_text(["Toitures"])
    expect(page.locator("#list-total")).to_have_text("1")
    page.select_option("#filter-responsible", "me")
    page.wait_for_url("**/crm/deals/?q=is%3Awon+responsible%3Ame")
    expect(page.locator(".empty h2")).to_be_visible()
    page.go_back()
    expect(page.locator("#list tbody th")).to_have_text(["Toitures"])


def test_an_activity_for_each_deal_of_the_list_and_all_taken_back(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    for number in range(60):
        make_element("deal", committed.bob, f"Affaire {number:02}")
    page = visit("/crm/deals/?sort=name")
    page.check("[data-select-page]")
    page.click("[data-select-all]")
    expect(page.locator("[data-selected]")).to_have_text("All 60 results selected")
    page.click("[data-gesture*=plan]")
    expect(page.locator("#dialog-title")).to_have_text("Create an activity for each of 60 deals")
    check_axe(page)
    page.click("#dialog footer .primary")
    expect(page.locator("#toasts")).to_contain_text("60 activities created.")
    page.click("#list tbody tr:first-child a[data-open]")
    expect(page.locator(".planned")).to_contain_text("Follow up with Affaire 00")
    page = visit("/activities/")
    expect(page.locator("#list-total")).to_have_text("60")


def test_planned_activities_can_be_taken_back_at_once(visit: Visit, committed: Cast) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    page = visit("/crm/deals/")
    page.check("#list tbody .pick-row input")
    page.click("[data-gesture*=plan]")
    page.fill("#dialog [name=subject]", "Relancer {deal}")
    page.click("#dialog footer .primary")
    page.click("#toasts [data-undo]")
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    page = visit(path_of(deal))
    expect(page.locator("#element-planned")).to_contain_text("No activity is planned.")


def test_the_page_of_a_deal_plans_completes_and_moves(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    make_activity(committed.bob, deal, subject="Envoyer le devis", type="email")
    page = visit(path_of(deal))
    check_axe(page)
    page.click(".composer [data-type=call]")
    expect(page.locator(".compose [name=subject]")).to_be_focused()
    page.keyboard.type("Rappeler Mme Ferrand")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".planned > li")).to_have_count(2)
    expect(page.locator(".compose")).to_have_count(0)
    page.click(".planned > li:has-text('Rappeler Mme Ferrand') [data-open]")
    expect(page.locator("#panel-title")).to_have_text("Rappeler Mme Ferrand")
    page.keyboard.press("j")
    expect(page.locator("#panel-title")).to_have_text("Envoyer le devis")
    check_axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_empty()
    page.click(".planned > li:first-child .done")
    expect(page.locator(".completing [name=outcome]:checked")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".planned > li")).to_have_count(1)
    expect(page.locator(".history > li[data-id]")).to_have_count(1)
    page.click(".stages li:nth-child(3) button")
    expect(page.locator(".stages [aria-current]")).to_have_text("Quote sent")
    page.click("#toasts [data-toast]:last-child [data-undo]")
    expect(page.locator(".stages [aria-current]")).to_have_text("Qualification")


def test_giving_a_deal_out_of_reach_warns_then_leads_to_the_list(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    deal = make_element("deal", committed.bob, "Toitures")
    page = visit(path_of(deal))
    page.click("[popovertarget=element-menu]")
    page.click("#element-menu [role=menuitem]:first-child")
    page.click("#dialog .ts-control")
    page.keyboard.type("Charlie")
    page.click("#dialog .ts-dropdown .option:has-text('Charlie')")
    page.click("#dialog footer .primary")
    expect(page.locator("#dialog [role=alert]")).to_contain_text("out of your reach")
    check_axe(page)
    page.click("#dialog footer .primary")
    page.wait_for_url("**/crm/deals/")
    expect(page.locator("#toasts")).to_contain_text("1 element assigned.")
    page.click("#toasts [data-undo]")
    expect(page.locator("#list tbody th")).to_have_text(["Toitures"])


def test_a_company_and_a_contact_are_linked_in_the_form(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_element("company", committed.bob, "Hôtel des Tilleuls")
    make_element("company", committed.charlie, "Hôtel secret")
    page = visit("/crm/deals/new/")
    check_axe(page)
    page.fill("[name=name]", "Machines expresso")
    page.fill("[name=amount]", "41700.50")
    page.click("[data-field=company_id] .ts-control")
    page.keyboard.type("hotel")
    expect(page.locator("[data-field=company_id] .ts-dropdown .option")).to_have_text(["Hôtel des Tilleuls"])
    page.click("[data-field=company_id] .ts-dropdown .option")
    page.click(".form-foot .primary")
    expect(page.locator("h1")).to_have_text("Machines expresso")
    expect(page.locator("#element-fields")).to_contain_text("Hôtel des Tilleuls")
    expect(page.locator(".amount")).to_contain_text("41,700.50")
    deals = element_refs(SYSTEM, list_element_ids(SYSTEM, kind="deal"))
    assert [deal.name for deal in deals.values()] == ["Machines expresso"]
