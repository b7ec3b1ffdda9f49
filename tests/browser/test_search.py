"""Finding a client by the keyboard alone: by a mistyped name, by a phone number; and what he has to be done."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from relance.kit.sql import execute, sql
from tests.browser.conftest import Visit
from tests.cast import Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]


def make_clients(cast: Cast) -> None:
    """A client of Bob's with a phone, another, and what is to be done."""
    client = make_element("contact", cast.bob, "Nadia Ferrand")
    execute(
        sql(
            """INSERT INTO crm_contactpoint (element_id, kind, raw, normalised, rank)
            VALUES ({}, 'phone', '06 12 34 56 78', '33612345678', 0)""",
            client,
        )
    )
    make_activity(cast.bob, client, subject="Réunion de chantier")
    make_activity(cast.bob, make_element("contact", cast.bob, "Zoé Dupont"), subject="Rappeler")


def test_a_client_is_found_by_a_mistyped_name_and_by_a_phone_number(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    make_clients(committed)
    page = visit("/crm/contacts/")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(2)
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("Ferand")
    expect(rows).to_have_count(1)
    expect(page.locator("#list mark")).to_have_text("Ferrand")
    expect(page.locator("#searched")).to_be_visible()
    expect(page.locator("#search")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/crm/contacts/\?search=Ferand$"))
    check_axe(page)
    page.keyboard.press("Escape")
    expect(rows).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/crm/contacts/$"))
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("0612 345")
    expect(rows).to_have_count(1)
    expect(page.locator("#search")).to_have_value("0612 345")
    page.keyboard.press("ArrowDown")
    expect(rows.first.locator("[data-open]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("Nadia Ferrand")


def test_what_is_typed_meanwhile_stays_and_the_total_follows(
    visit: Visit, committed: Cast, check_axe: CheckAxe
) -> None:
    make_clients(committed)
    page = visit("/activities/?filter=open")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(2)
    page.keyboard.press("/")
    page.keyboard.type("reunion fer", delay=120)
    expect(rows).to_have_count(1)
    expect(page.locator("#list mark")).to_have_text(["Réunion", "Fer"])
    expect(page.locator("#search")).to_have_value("reunion fer")
    expect(page.locator("#list-total")).to_have_text("1")
    page.keyboard.type("zzz")
    expect(page.locator("#list.empty")).to_contain_text("reunion ferzzz")
    check_axe(page)
    page.reload()
    expect(page.locator("#search")).to_have_value("reunion ferzzz")
    page.get_by_role("link", name="Clear the search").click()
    expect(rows).to_have_count(2)
