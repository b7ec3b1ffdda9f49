"""Finding, from end to end and by keyboard alone: a nested filter is built, kept and shared; a member of that department opens
it and finds a client by what he remembers of his name and number."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from relance.crm.actions import edit_elements
from tests.browser.conftest import Visit
from tests.browser.test_day_of_a_seller import Seller
from tests.cast import PASSWORD, Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]
NAME = "Neither tasks nor drafts"


def make_company(cast: Cast) -> None:
    """Bob, of Sales, and Charlie, of Support, have the same to do, each on his own deal and with his own client."""
    for person, place in ((cast.bob, "Toiture"), (cast.charlie, "Hangar")):
        deal = make_element("deal", person, place)
        for kind in ("call", "email", "task"):
            make_activity(person, deal, subject=f"{place} : {kind}", type=kind)
        make_activity(person, deal, subject=f"{place} : brouillon", type="email")
    clients = {
        name: make_element("contact", cast.charlie, name) for name in ("Nadia Ferrand", "Zoé Dupont", "Ali Benali")
    }
    root = cast.actor("root")
    edit_elements(root, ids=[clients["Zoé Dupont"]], changes={"phones": ("+33 6 12 34 56 78",)})
    edit_elements(root, ids=[clients["Ali Benali"]], changes={"phones": ("06 12 34 99 99",)})


def test_a_nested_filter_is_shared_and_its_reader_finds_his_clients(
    visit: Visit, committed: Cast, page: Page, check_axe: CheckAxe
) -> None:
    make_company(committed)
    hands = Seller(page, "en")
    # Nobody is signed in: what somebody does here begins at the door.
    visit("/activities/")
    page.context.clear_cookies()
    page.reload()
    _sign_in(hands, "bob")
    _builds_the_filter(hands)
    expect(page.locator("#list tbody tr")).to_have_count(2)
    check_axe(page)
    _keeps_it(hands)
    _shares_it_with_support(hands)
    check_axe(page)
    _sign_out(hands)
    _sign_in(hands, "charlie")
    _opens_it(hands)
    check_axe(page)
    _finds_his_clients(hands)


def _sign_in(hands: Seller, name: str) -> None:
    page = hands.page
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type(f"{name}@cast.example")
    hands.tab_to("[name=password]")
    page.keyboard.type(PASSWORD)
    hands.press("Enter")
    page.wait_for_url("**/activities/**")
    expect(page.locator("#filter-build")).to_be_visible()


def _sign_out(hands: Seller) -> None:
    hands.tab_to("[popovertarget=user-menu]")
    hands.press("Enter")
    expect(hands.page.locator("#user-menu [role=menuitem]").first).to_be_focused()
    hands.press("End")
    expect(hands.page.locator("#user-menu form:last-child button")).to_be_focused()
    hands.press("Enter")
    hands.page.wait_for_url("**/accounts/login/**")


def _builds_the_filter(hands: Seller) -> None:
    page = hands.page
    hands.tab_to("#filter-build")
    hands.press("Enter")
    expect(page.locator("#builder-q")).to_have_value("is:open responsible:me")
    # Calls or e-mails…
    _add(hands, "#group-0", "0-2-0")
    _choose_field(hands, "0-2-0", "Type")
    _tick(hands, "0-2-0", "call")
    _add(hands, "#add-0-2", "0-2-1")
    _choose_field(hands, "0-2-1", "Type")
    _tick(hands, "0-2-1", "email")
    expect(page.locator("#builder-reading")).to_contain_text("Type: Call or E-mail")
    # … and nothing that is a draft.
    _add(hands, "#group-0", "0-3-0")
    _choose_field(hands, "0-3-0", "Subject")
    hands.tab_to("#v-0-3-0-0")
    page.keyboard.type("brouillon")
    hands.press("Tab")
    told = "is:open responsible:me (type:call or type:email) subject~brouillon"
    expect(page.locator("#builder-q")).to_have_value(told)
    hands.tab_to("#not-0-3", back=True)
    hands.press("Space")
    expect(page.locator("#builder-q")).to_have_value(f"{told.removesuffix('subject~brouillon')}-subject~brouillon")
    expect(page.locator("#not-0-3")).to_be_checked()
    hands.tab_to("#builder-apply")
    hands.press("Enter")
    expect(page.locator("#dialog")).not_to_be_visible()
    expect(page.locator("#filter-build")).to_be_focused()


def _add(hands: Seller, button: str, place: str) -> None:
    """Press a button of the builder that adds a condition there, which then has the focus."""
    hands.tab_to(button)
    hands.press("Enter")
    expect(hands.page.locator(f"#field-{place}")).to_be_focused()


def _choose_field(hands: Seller, place: str, label: str) -> None:
    """In the list of fields, press the first letter until the field is there; the builder is drawn anew each time."""
    field = hands.page.locator(f"#field-{place}")
    for _step in range(12):
        if field.evaluate("field => field.selectedOptions[0].label") == label:
            break
        before = field.input_value()
        hands.press(label[0])
        expect(hands.page.locator(f"[name='was-{place}']")).not_to_have_value(before)
        expect(field).to_be_focused()
    assert field.evaluate("field => field.selectedOptions[0].label") == label


def _tick(hands: Seller, place: str, value: str) -> None:
    hands.tab_to(f"[name='c-{place}'][value={value}]")
    hands.press("Space")
    expect(hands.page.locator(f"[name='c-{place}'][value={value}]")).to_be_checked()


def _keeps_it(hands: Seller) -> None:
    hands.tab_to("#filter-save-as")
    hands.press("Enter")
    expect(hands.page.locator("#dialog [name=name]")).to_be_focused()
    hands.page.keyboard.type(NAME)
    hands.press("Enter")
    expect(hands.page.locator(".presets .saved[aria-current]")).to_contain_text(NAME)
    expect(hands.page.locator(".presets .saved .count")).to_have_text("2")


def _shares_it_with_support(hands: Seller) -> None:
    page = hands.page
    hands.tab_to("#filter-menu-button")
    hands.press("Enter")
    expect(page.locator("#filter-menu [role=menuitem]").first).to_be_focused()
    hands.press("ArrowDown")
    expect(page.locator("#filter-menu [role=menuitem]:focus")).to_have_text("Share")
    hands.press("Enter")
    expect(page.locator("#dialog [name=assignee]")).to_be_visible()
    hands.tab_to("#dialog [name=assignee]")
    hands.press("ArrowDown")
    expect(page.locator("#dialog [name=department]")).to_be_visible()
    hands.tab_to("#dialog [name=department]")
    hands.press("s")
    hands.tab_to("#dialog .primary")
    hands.press("Enter")
    expect(page.locator(".filter-shares")).to_contain_text("Support")
    hands.press("Escape")
    expect(page.locator("#dialog")).not_to_be_visible()


def _opens_it(hands: Seller) -> None:
    page = hands.page
    hands.tab_to("#tab-more")
    hands.press("Enter")
    expect(page.locator("#more-filters [role=menuitem]:focus")).to_have_count(1)
    for _step in range(12):
        if NAME in page.locator("#more-filters [role=menuitem]:focus").inner_text():
            break
        hands.press("ArrowDown")
    hands.press("Enter")
    expect(page.locator(".presets .saved[aria-current]")).to_contain_text(NAME)
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="Hangar")).to_have_count(2)
    expect(page.locator("#list-total")).to_have_text("2")


def _finds_his_clients(hands: Seller) -> None:
    page = hands.page
    hands.tab_to(".sidebar a[href='/crm/contacts/']", back=True)
    hands.press("Enter")
    page.wait_for_url("**/crm/contacts/")
    rows = page.locator("#list tbody tr")
    expect(rows).to_have_count(3)
    hands.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("Ferand")
    expect(rows).to_have_count(1)
    expect(page.locator("#list mark")).to_have_text("Ferrand")
    hands.press("Escape")
    expect(rows).to_have_count(3)
    page.keyboard.type("06.12.34.56")
    expect(rows).to_have_count(1)
    hands.press("ArrowDown")
    expect(rows.first.locator("[data-open]")).to_be_focused()
    hands.press("Enter")
    expect(page.locator("#panel")).to_contain_text("Zoé Dupont")
    expect(page.locator("#panel")).to_contain_text("+33 6 12 34 56 78")
