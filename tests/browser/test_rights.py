"""Access rights in the browser: a director's story, the table with ten roles, *Why?*."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

from relance.access.actions import create_group, create_role
from relance.access.queries import list_roles
from relance.people.actions import add_members, create_department
from tests.browser.conftest import Visit
from tests.cast import SYSTEM, Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]
HOME = "/settings/rights/"


def test_a_director_gives_the_lyon_branch_all_deals_to_read_and_its_own_to_update(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    lyon = create_department(SYSTEM, title="Agence de Lyon")
    add_members(SYSTEM, department_id=lyon, user_ids=[committed.charlie])
    make_element("deal", committed.bob, "Toiture de l’école")
    page = visit("/crm/deals/", "charlie")
    expect(page.locator("#list tbody tr")).to_have_count(0)

    page = visit(HOME, "root")
    page.click("text=New role")
    page.fill("[name=name_fr]", "Agence de Lyon")
    page.fill("[name=name_en]", "Lyon branch")
    check_axe(page)
    page.click(".form-foot .primary")
    expect(page.locator("#role-name")).to_have_text("Lyon branch")
    page.get_by_label("Deals, Read").select_option("all")
    page.get_by_label("Deals, Update").select_option("own")
    expect(page.locator("#unsaved b")).to_have_text("2 changes not saved")
    expect(page.locator("#unsaved")).to_contain_text("Nobody will be able to do more or less than now.")
    check_axe(page)
    page.click("#unsaved .primary")
    expect(page.locator("#toasts")).to_contain_text("It holds from now on")

    page.click("text=Person, department or group")
    page.select_option("[name=assignee]", "department")
    page.select_option("[name=department]", label="Agence de Lyon")
    page.check("[name=with_below]")
    check_axe(page)
    page.click(".form-foot .primary")
    expect(page.locator(".assign .chip b")).to_have_text(["Agence de Lyon and below"])

    page = visit("/crm/deals/", "charlie")
    page.goto(page.locator("a", has_text="Toiture de l’école").first.evaluate("link => link.href"))
    expect(page.locator("h1")).to_have_text("Toiture de l’école")
    page.locator("#element-fields").get_by_text("Why?").click()
    expect(page.locator("#dialog .verdicts > .refused")).to_have_count(3)
    expect(page.locator("#dialog")).to_contain_text("Lyon branch (Agence de Lyon and below): All")
    check_axe(page)


def test_levels_are_set_with_the_keyboard_and_the_page_says_what_changes(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    page = visit(f"{HOME}?kind=deal", "root")
    page.get_by_label("Manager, Read").focus()
    page.keyboard.press("End")
    expect(page.locator("#unsaved b")).to_have_text("1 change not saved")
    expect(page.locator("#unsaved")).to_contain_text("3 people will be able to do more or less than now")
    expect(page.locator(".cell.changed small")).to_have_text("was Own")
    check_axe(page)
    page.locator("#unsaved a").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("It holds from now on")
    expect(page.get_by_label("Manager, Read")).to_have_value("all")
    expect(page.locator("#unsaved")).to_be_empty()


def test_ten_roles_are_readable_at_1024_pixels(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    for number in range(1, 7):
        create_role(SYSTEM, name_fr=f"Grands comptes {number}", name_en=f"Key accounts {number}")
    page = visit(HOME, "root")
    page.set_viewport_size({"width": 1024, "height": 768})
    expect(page.locator(".matrix thead th")).to_have_count(11)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    page.locator(".matrix select").last.scroll_into_view_if_needed()
    box = page.locator(".matrix tbody th").first.bounding_box()
    assert box
    assert box["x"] >= 0, "the operations stay where they are while the roles scroll"
    check_axe(page)
    page.click("text=Roles shown")
    page.click("#role-chooser [data-check=none]")
    page.locator("#role-chooser").get_by_text("Key accounts 3").click()
    page.click("#role-chooser .primary")
    expect(page.locator(".matrix thead th")).to_have_count(2)


def test_why_of_an_activity_and_anybodys_effective_rights(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    activity = make_activity(
        committed.bob, make_element("deal", committed.bob, "Toits"), make_element("lead", committed.charlie, "Secret")
    )
    page = visit(f"/activities/{activity}/")
    page.locator(".panel-title").get_by_text("Why?").click()
    expect(page.locator("#dialog .why-table tbody tr")).to_have_count(2)
    expect(page.locator("#dialog")).to_contain_text("Inaccessible element")
    check_axe(page)
    page.click("#dialog footer .primary")
    page = visit(f"{HOME}effective/{committed.alice}/", "root")
    expect(page.locator(".rights-body h2")).to_contain_text("Effective rights of Alice Martin")
    check_axe(page)


def test_every_page_of_rights_stands_up_to_axe(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    group = create_group(SYSTEM, name="Nord", members=[committed.bob])
    role = list_roles()[0]["id"]
    paths = (f"groups/{group}/", f"groups/{group}/delete/", "groups/", "company/", f"roles/{role}/edit/", "effective/")
    for path in paths:
        page = visit(HOME + path, "root")
        expect(page.locator("h1")).to_have_text("CRM access rights")
        check_axe(page)
    page = visit(HOME, "bob")
    expect(page.locator("h1")).to_have_text("Not allowed")
    expect(page.locator("main")).to_contain_text("Only who manages rights can do this.")
    check_axe(page)
    page = visit(HOME + "effective/", "bob")
    expect(page.locator(".rights-body h2")).to_have_text("Your effective rights")


def test_the_bar_counts_and_leaving_unsaved_levels_asks_first(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    make_activity(committed.charlie, make_element("deal", committed.charlie, "Toits"))
    page = visit(f"{HOME}?kind=deal", "root")
    page.get_by_label("Manager, Read").select_option("all")
    expect(page.locator("#unsaved .reach")).to_contain_text("2 people will read up to 1 more each (deals).")
    expect(page.locator("#unsaved .reach")).to_contain_text("2 people will see more activities: up to 1 each.")
    check_axe(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("link", name="By role").click()
    expect(page.locator("#unsaved b")).to_have_text("1 change not saved")
    assert asked == ["beforeunload"]
    page.click("#unsaved .primary")
    expect(page.locator("#toasts")).to_contain_text("It holds from now on")


def test_an_explanation_is_copied_with_what_is_folded_away(visit: Visit, committed: Cast) -> None:
    activity = make_activity(committed.bob, make_element("deal", committed.bob, "Toits"))
    page = visit(f"/activities/{activity}/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".panel-title").get_by_text("Why?").click()
    page.get_by_role("button", name="Copy the explanation").click()
    expect(page.locator("#dialog [data-copied]")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Toits" in copied
    assert "Manager" in copied
