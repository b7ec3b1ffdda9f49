"""A seller's day on the page of a deal, and his head's answer: by keyboard alone, in both languages.

`make story` films it: with STORY set, each step leaves its picture in that folder (docs/story.en.md tells them).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from relance.crm.actions import edit_elements
from relance.kit import clock
from relance.kit.sql import execute, sql
from tests.browser.conftest import Visit
from tests.cast import Cast, make_activity, make_element
from tests.crm.test_pages import path_of

CheckAxe = Callable[[Page], None]
FOLDER = os.environ.get("STORY", "")
MOST_TABS = 150
SAID = {
    "en": {
        "call": "Mrs Ferrand called back", "note": "Wants the quote *by Friday*", "meeting": "Walk round the roof",
        "tuesday": "tuesday 10:00", "quote": "Quote for the school’s roof", "done": "Sent, she has it",
        "next": "Ask what she thinks of it", "tomorrow": "tomorrow 9:00",
        "pinned": "Budget capped at **42,000 €** by the town hall.", "reason": "The discount is above 5 %.",
    },
    "fr": {
        "call": "Mme Ferrand a rappelé", "note": "Veut le devis *avant vendredi*", "meeting": "Visite de la toiture",
        "tuesday": "mardi 10h", "quote": "Devis de la toiture de l’école", "done": "Envoyée, elle l’a reçue",
        "next": "Demander ce qu’elle en pense", "tomorrow": "demain 9h",
        "pinned": "Budget plafonné à **42 000 €** par la mairie.", "reason": "La remise dépasse 5 %.",
    },
}  # fmt: skip


class Seller:
    """Somebody who has no mouse, and whose steps may be filmed."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.said, self.language = page, SAID[language], language

    def shoot(self, name: str) -> None:
        """A picture of the page as it stands, if one is asked for."""
        if FOLDER:
            Path(FOLDER).mkdir(parents=True, exist_ok=True)
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=Path(FOLDER) / f"{name}.{self.language}.png")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, name: str) -> None:
        """Type one of the story's texts."""
        self.page.keyboard.type(self.said[name])

    def tab_to(self, selector: str, *, back: bool = False) -> None:
        """Press Tab until what one looks for has the focus."""
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        for _step in range(MOST_TABS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(selector)

    def choose(self, field: str, name: str) -> None:
        """Take the first of what a picker finds for the words typed."""
        self.press("Enter")
        expect(self.page.locator(f"{field} .item")).to_contain_text(name)

    def compose(self, code: str) -> None:
        """Open the composer and go to the tab of a type of activity."""
        self.press("c")
        expect(self.page.locator(".compose [name=subject]")).to_be_focused()
        self.press("Shift+Tab")
        for _step in range(10):
            if self.page.locator(f"#composer-{code}").get_attribute("aria-selected") == "true":
                break
            self.press("ArrowRight")
        expect(self.page.locator(f"#composer-{code}")).to_be_focused()
        expect(self.page.locator(".compose")).to_have_attribute("data-chosen", code)
        self.press("Tab")
        expect(self.page.locator(".compose [name=subject]")).to_be_focused()

    def send(self) -> None:
        """Ctrl+Enter, and the composer is empty again."""
        self.press("Control+Enter")
        expect(self.page.locator(".compose")).to_have_count(0)
        expect(self.page.locator(".composer [role=tab]:focus")).to_have_count(1)
        expect(self.page.locator(".htmx-request")).to_have_count(0)


@pytest.fixture
def deal(committed: Cast) -> int:
    """Bob's deal with its contact, and a task that was due yesterday."""
    deal = make_element("deal", committed.bob, "Toiture de l’école Jean-Macé", stage="quote")
    contact = make_element("contact", committed.bob, "Nadia Ferrand")
    root = committed.actor("root")
    edit_elements(root, ids=[contact], changes={"phones": ("04 78 55 01 42",)})
    edit_elements(root, ids=[deal], changes={"contact_ids": (contact,)})
    yesterday = clock.now() - timedelta(days=1)
    make_activity(committed.bob, deal, subject="Envoyer la plaquette", type="task", deadline_at=yesterday)
    return deal


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_day_of_a_seller(
    visit: Visit, committed: Cast, page: Page, deal: int, language: str, tmp_path: Path, check_axe: CheckAxe
) -> None:
    execute(sql("UPDATE people_user SET language = {}", language))
    page.set_viewport_size({"width": 1280, "height": 800})
    bob = Seller(page, language)
    _opens_the_deal(visit, bob)
    _logs_a_call(bob)
    _plans_a_meeting(bob)
    _asks_for_a_validation(bob, tmp_path)
    _completes_what_was_due_yesterday(bob)
    _pins_a_note(bob)
    check_axe(page)
    _the_head_refuses(visit, Seller(page, language))
    _all_of_it_is_in_the_timeline(visit, bob, deal)


def _opens_the_deal(visit: Visit, bob: Seller) -> None:
    page = visit("/crm/deals/", "bob")
    bob.press("j", "Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    bob.tab_to("#panel-title a")
    bob.press("Enter")
    page.wait_for_url("**/crm/deals/*/")
    expect(page.locator(".planned")).to_contain_text("Envoyer la plaquette")
    bob.shoot("1-deal")


def _logs_a_call(bob: Seller) -> None:
    bob.compose("call")
    bob.type("call")
    bob.tab_to(".compose [name=is_done]")
    bob.press("Space")
    expect(bob.page.locator(".compose [name=note]")).to_be_visible()
    bob.tab_to(".compose [name=direction]", back=True)
    bob.press("ArrowDown")
    expect(bob.page.locator(".compose [name=direction]")).to_have_value("incoming")
    bob.tab_to(".compose [name=note]")
    bob.type("note")
    bob.shoot("2-call")
    bob.send()
    expect(bob.page.locator(".history")).to_contain_text(bob.said["call"])


def _plans_a_meeting(bob: Seller) -> None:
    bob.compose("meeting")
    bob.type("meeting")
    bob.tab_to(".compose [name=words]")
    bob.type("tuesday")
    expect(bob.page.locator(".compose [data-echo]")).to_contain_text("10:00")
    expect(bob.page.locator(".compose [data-field=clients] .item")).to_contain_text("Nadia Ferrand")
    bob.tab_to(".compose [name=duration]")
    bob.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    bob.shoot("3-meeting")
    bob.send()
    expect(bob.page.locator(".planned > li", has_text=bob.said["meeting"])).to_contain_text("10:00")


def _asks_for_a_validation(bob: Seller, folder: Path) -> None:
    file = folder / "devis-2026-041.txt"
    file.write_text("Toiture : 41 700 €\n", "utf-8")
    bob.compose("document")
    bob.type("quote")
    bob.tab_to(".compose [data-field=validators] input")
    bob.page.keyboard.insert_text("Alice")
    bob.choose(".compose [data-field=validators]", "Alice Martin")
    bob.tab_to(".compose [data-pick]")
    # The window in which one picks a file is the system's, not the page's.
    bob.page.set_input_files(".compose input[type=file]", file)
    expect(bob.page.locator(".compose [data-file]")).to_contain_text("devis-2026-041.txt")
    bob.shoot("4-validation")
    bob.send()
    expect(bob.page.locator(".planned > li", has_text=bob.said["quote"])).to_contain_text("Alice Martin")


def _completes_what_was_due_yesterday(bob: Seller) -> None:
    bob.tab_to(".planned > li:first-child [data-done]")
    bob.press("Enter")
    expect(bob.page.locator(".completing [name=outcome]:checked")).to_be_focused()
    bob.press("Tab")
    expect(bob.page.locator(".completing [name=note]")).to_be_focused()
    bob.type("done")
    bob.tab_to(".completing [name=next_subject]")
    bob.press("Control+a")
    bob.type("next")
    bob.press("Tab")
    expect(bob.page.locator(".completing [name=next_words]")).to_be_focused()
    bob.type("tomorrow")
    expect(bob.page.locator(".completing [data-echo]")).to_contain_text("09:00")
    bob.shoot("5-complete")
    bob.press("Enter")
    expect(bob.page.locator(".completing")).to_have_count(0)
    expect(bob.page.locator(".planned > li", has_text=bob.said["next"])).to_contain_text("09:00")
    expect(bob.page.locator(".history")).to_contain_text(bob.said["done"])


def _pins_a_note(bob: Seller) -> None:
    expect(bob.page.locator(".planned [data-open]:focus")).to_have_count(1)
    bob.press("c")
    expect(bob.page.locator(".compose [name=subject]")).to_be_focused()
    bob.press("Shift+Tab", "End")
    expect(bob.page.locator("#composer-comment")).to_be_focused()
    bob.tab_to("#composer-note textarea")
    bob.type("pinned")
    bob.press("Control+Enter")
    expect(bob.page.locator(".history")).to_contain_text("42")
    bob.tab_to("#element-history [id^=pin-comment]")
    bob.press("Enter")
    expect(bob.page.locator(".pinned .pin")).to_contain_text("42")
    bob.shoot("6-pinned")


def _the_head_refuses(visit: Visit, alice: Seller) -> None:
    page = visit("/activities/", "alice")
    expect(page.locator("#list tbody")).to_contain_text(alice.said["quote"])
    alice.press("j", "Enter")
    expect(page.locator("#panel-title")).to_be_focused()
    expect(page.locator("#panel-title")).to_have_text(alice.said["quote"])
    alice.tab_to("#answer-reason")
    alice.type("reason")
    alice.shoot("7-head")
    alice.tab_to("#panel [name=decision][value=refused]")
    alice.press("Enter")
    expect(page.locator("#panel .validators .reason")).to_contain_text(alice.said["reason"])
    expect(page.locator(".htmx-request")).to_have_count(0)


def _all_of_it_is_in_the_timeline(visit: Visit, bob: Seller, deal: int) -> None:
    page = visit(path_of(deal), "bob")
    history = page.locator("#element-history")
    for name in ("call", "quote", "reason", "done"):
        expect(history).to_contain_text(bob.said[name])
    expect(page.locator(".pinned .pin")).to_contain_text("42")
    expect(page.locator(".planned > li")).to_have_count(2)
    bob.tab_to("#history-show")
    page.locator("#element-history").scroll_into_view_if_needed()
    bob.shoot("8-timeline")
