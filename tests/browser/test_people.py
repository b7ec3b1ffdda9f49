"""People and departments in the browser: somebody comes, a head is replaced, a person leaves."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client
from playwright.sync_api import Page, expect

from relance.people.actions import create_department
from tests.browser.conftest import Visit
from tests.cast import SYSTEM, Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]
HOME = "/settings/people/"


def test_a_head_is_replaced(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_activity(committed.alice, make_element("deal", committed.alice, "Toiture"), subject="Chez Alice")
    create_department(SYSTEM, title="Agence de Lyon", parent_id=committed.sales)
    page = visit("/activities/?filter=open")
    expect(page.locator("#list tbody tr")).to_have_count(0)
    page = visit(HOME, "root")
    expect(page.locator(".tree li li")).to_contain_text("Agence de Lyon")
    page.locator(".tree").get_by_text("Ventes").click()
    expect(page.locator("#place-name")).to_have_text("Ventes")
    check_axe(page)
    page.locator(".role > header").get_by_text("Head", exact=True).click()
    page.select_option("[name=head_id]", label="Bob Petit")
    check_axe(page)
    page.click(".form-foot .primary")
    expect(page.locator(".effect tbody tr")).to_have_count(2)
    expect(page.locator(".effect tbody")).to_contain_text("gains Head of department")
    check_axe(page)
    page.click(".form-foot .primary")
    expect(page.locator("#toasts")).to_contain_text("It holds from now on")
    expect(page.locator(".role > header")).to_contain_text("Bob Petit")
    page = visit("/activities/?filter=open")
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_a_person_leaves(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    make_activity(committed.bob, make_element("deal", committed.bob, "Toiture"), subject="Chez Bob")
    page = visit(f"{HOME}?q=petit", "root")
    row = page.locator(".people-rows > li")
    expect(row).to_have_count(1)
    row.get_by_text("Deactivate").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".rights-body h2")).to_have_text("Deactivate Bob Petit?")
    check_axe(page)
    page.click(".form-foot .primary")
    expect(page.locator(".effect")).to_contain_text("loses 1")
    check_axe(page)
    page.click(".form-foot .primary")
    expect(page.locator("#toasts")).to_contain_text("sessions of this person have ended")
    expect(page.locator(".people-rows")).not_to_contain_text("Bob Petit")
    page.locator(".sub-pages").get_by_text("Have left").click()
    expect(page.locator(".people-rows")).to_contain_text("Bob Petit")
    check_axe(page)
    page = visit("/activities/?filter=open", "alice")
    expect(page.locator("#list tbody tr")).to_have_count(1)


def test_somebody_is_invited_and_joins(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit(f"{HOME}?department={committed.sales}", "root")
    page.locator(".role > header").get_by_text("Invite", exact=True).click()
    expect(page.locator(".rights-body h2")).to_have_text("Invite somebody")
    check_axe(page)
    page.fill("[name=email]", "ines@cast.example")
    page.fill("[name=last_name]", "Faure")
    page.click(".form-foot .primary")
    link = page.locator("#link").input_value()
    assert re.search(r"/accounts/invitation/[\w-]{40,}/$", link)
    check_axe(page)
    page.click("text=Done")
    expect(page.locator(".people-rows")).to_contain_text("Invited")
    page.context.clear_cookies()
    page.goto(link)
    check_axe(page)
    page.fill("[name=first_name]", "Inès")
    page.fill("[name=password1]", "battery staple horse")
    page.fill("[name=password2]", "battery staple horse")
    page.click("button.primary")
    page.wait_for_url("**/accounts/login/")
    signed = Client().post("/accounts/login/", {"login": "ines@cast.example", "password": "battery staple horse"})
    assert signed.status_code == 302
    page.goto(link)
    expect(page.locator("h1")).to_contain_text(re.compile("does not work|ne fonctionne plus"))
    check_axe(page)
