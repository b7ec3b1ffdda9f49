"""The timeline in the browser: comments, mentions, pins, filters and the roll-up, by keyboard where it can be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from relance.crm.actions import edit_elements
from relance.kit import clock
from relance.kit.sql import fetch_one, sql
from relance.timeline.actions import create_comment
from relance.timeline.terms import CommentDraft
from tests.browser.conftest import Visit
from tests.browser.test_files import give
from tests.cast import Cast, make_activity, make_element

CheckAxe = Callable[[Page], None]


def path_of(element_id: int) -> str:
    """The address of an element's page."""
    row = fetch_one(sql("SELECT kind, number FROM crm_element WHERE id = {}", element_id))
    assert row
    return f"/crm/{ {'deal': 'deals', 'company': 'companies'}[row['kind']] }/{row['number']}/"


def comment_form(page: Page) -> Locator:
    """The form of a new comment, opened."""
    page.locator(".composer [data-comment]").click()
    form = page.locator(".composer .comment-form")
    expect(form.locator("textarea")).to_be_visible()
    form.locator("textarea").focus()
    return form


def comments(page: Page) -> Locator:
    """The comments in the history."""
    return page.locator("#element-history [id^=entry-comment-]")


def test_a_comment_is_written_edited_deleted_and_taken_back(committed: Cast, visit: Visit, check_axe: CheckAxe) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toiture")))
    form = comment_form(page)
    page.keyboard.type("Seen with the **client**")
    give(page, "drop", ".composer .comment-form [data-drop]", "plan.txt", "plan")
    expect(form.locator("[data-file]")).to_have_count(1)
    form.get_by_role("button", name="Comment", exact=True).press("Enter")
    expect(comments(page)).to_have_count(1)
    expect(comments(page).locator("strong")).to_have_text("client")
    expect(comments(page).get_by_role("link", name="plan.txt")).to_be_visible()
    check_axe(page)
    page.get_by_role("button", name="Edit the comment").press("Enter")
    editing = page.locator(".editing")
    expect(editing.locator("textarea")).to_be_focused()
    expect(editing.locator("[data-file]")).to_have_count(1)
    editing.locator("textarea").fill("Seen with the boss")
    editing.get_by_role("button", name="Remove plan.txt").press("Enter")
    expect(editing.locator("[data-file]")).to_have_count(0)
    editing.get_by_role("button", name="Save").press("Enter")
    expect(comments(page)).to_contain_text("Seen with the boss")
    expect(comments(page)).to_contain_text("(edited)")
    expect(comments(page).get_by_role("link", name="plan.txt")).to_have_count(0)
    page.get_by_role("button", name="Delete the comment").press("Enter")
    expect(comments(page)).to_have_count(0)
    expect(page.locator("#toasts [data-toast]").last).to_contain_text("Comment deleted.")
    page.locator("#toasts [data-toast]").last.get_by_role("button", name="Undo").click()
    expect(comments(page)).to_contain_text("Seen with the boss")


def test_somebody_is_mentioned_by_keyboard_and_who_may_not_read_is_refused(
    committed: Cast, visit: Visit, check_axe: CheckAxe
) -> None:
    page = visit(path_of(make_element("deal", committed.bob, "Toiture")))
    form = comment_form(page)
    page.keyboard.type("Ask @")
    options = page.locator("#mention-options [role=option]")
    expect(options).to_have_text(["Alice Martin", "Bob Petit", "Root Racine"])
    page.keyboard.type("r")
    expect(options).to_have_text(["Alice Martin", "Root Racine"])
    check_axe(page)
    page.keyboard.press("ArrowDown")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(form.locator("textarea")).to_have_value("Ask @Root Racine ")
    expect(page.locator("#mention-options")).to_have_count(0)
    form.locator("textarea").press_sequentially("and @Charlie Roux")
    expect(page.locator("#mention-options")).to_have_count(0)
    form.get_by_role("button", name="Comment", exact=True).press("Enter")
    refused = page.locator(".comment-form .error[role=alert]")
    expect(refused).to_have_text("Charlie Roux may not read this element, and cannot be mentioned here.")
    again = page.locator(".composer .comment-form")
    expect(again.locator("textarea")).to_be_focused()
    again.locator("textarea").fill("Ask @Root Racine")
    again.get_by_role("button", name="Comment", exact=True).press("Enter")
    expect(comments(page).locator("mark")).to_have_text("@Root Racine")


def test_three_entries_are_pinned_and_the_fourth_is_refused(committed: Cast, visit: Visit, check_axe: CheckAxe) -> None:
    deal = make_element("deal", committed.bob, "Toiture")
    for place in range(4):
        create_comment(committed.actor("bob"), draft=CommentDraft(text=f"Note {place}", element_id=deal))
    page = visit(path_of(deal))
    pinned = page.locator("#element-pinned .pin")
    for place in range(3):
        button = comments(page).filter(has_text=f"Note {place}").get_by_role("button", name="Pin")
        expect(button).to_have_attribute("aria-pressed", "false")
        button.press("Enter")
        expect(pinned).to_have_count(place + 1)
        expect(button).to_have_attribute("aria-pressed", "true")
    comments(page).filter(has_text="Note 3").get_by_role("button", name="Pin").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Three entries are pinned already")
    expect(pinned).to_have_count(3)
    check_axe(page)
    pinned.filter(has_text="Note 1").get_by_role("button", name="Unpin").press("Enter")
    expect(pinned).to_have_count(2)
    fourth = comments(page).filter(has_text="Note 3").get_by_role("button", name="Pin")
    expect(comments(page).filter(has_text="Note 1").get_by_role("button", name="Pin")).to_have_attribute(
        "aria-pressed", "false"
    )
    fourth.press("Enter")
    expect(pinned).to_have_count(3)


def test_a_history_is_filtered_searched_and_rolled_up_and_the_address_says_so(
    committed: Cast, visit: Visit, check_axe: CheckAxe
) -> None:
    company, deal = make_element("company", committed.bob, "ACME"), make_element("deal", committed.bob, "Toiture")
    edit_elements(committed.actor("bob"), ids=[deal], changes={"company_id": company})
    create_comment(committed.actor("bob"), draft=CommentDraft(text="Réunion demain", element_id=company))
    create_comment(committed.actor("alice"), draft=CommentDraft(text="Rien", element_id=company))
    now = clock.now()
    make_activity(committed.bob, deal, subject="Fait au chantier", completed_at=now)
    make_activity(committed.bob, deal, subject="Prévu au chantier", deadline_at=now - timedelta(days=2))
    page = visit(path_of(company))
    history, planned = page.locator("#element-history"), page.locator("#element-planned")
    expect(comments(page)).to_have_count(2)
    page.locator("#history-show").select_option("comment")
    expect(page).to_have_url(re.compile(r"\?show=comment$"))
    expect(history).not_to_contain_text("created")
    page.locator("#history-by").select_option(label="Alice Martin")
    expect(comments(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(rf"by={committed.alice}"))
    page.locator("#history-by").select_option(label="Everybody")
    expect(comments(page)).to_have_count(2)
    page.get_by_label("Search in the history").fill("reunion")
    page.keyboard.press("Enter")
    expect(comments(page)).to_have_count(1)
    expect(comments(page)).to_contain_text("Réunion demain")
    expect(page).to_have_url(re.compile("q=reunion"))
    page.reload()
    expect(comments(page)).to_have_count(1)
    page.goto(page.url.partition("?")[0])
    expect(planned).not_to_contain_text("chantier")
    page.get_by_label("With its deals and contacts").check()
    expect(history).to_contain_text("Fait au chantier")
    expect(planned).to_contain_text("Overdue by 2 d")
    expect(planned).to_contain_text("Toiture")
    expect(page).to_have_url(re.compile("rolled=1"))
    check_axe(page)
