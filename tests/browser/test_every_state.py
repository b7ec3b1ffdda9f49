"""What a list, its dialogs and the page of an element can look like besides at rest: nothing for axe to say, nothing wider than
the window, in both languages, from 360 to 2,560 px, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from relance.activities import queries
from relance.activities.filtering import FILTER_FIELDS
from relance.kit.sql import Sql
from tests.browser.everywhere import Walker
from tests.browser.stage import describe, make_list
from tests.cast import make_activity, make_element
from tests.matrix.world import World, make_world

Gesture = Callable[[Page], None]
NESTED = "is:open+(type:call+or+-subject~devis+or+(deal.amount%3E10000+deadline%3Ctoday-3d))"
LONG = "Ateliers des Confluences, de la Tête d’Or et de leurs successeurs réunis"


@pytest.fixture
def walker(page: Page, live_server: LiveServer, transactional_db: None) -> Iterator[Walker]:
    """The matrix's world, and a list of Bob's with long names in it."""
    world = make_world()
    made = make_list(world.cast)
    describe(made[0], "Voir **avant lundi** avec [le plan](https://exemple.fr)\n\n- un\n- deux")
    deal = make_element("deal", world.cast.bob, LONG)
    make_activity(world.cast.bob, deal, subject=f"Rappeler {LONG} au sujet du devis de la toiture", type="call")
    walker = Walker(page, live_server.url, world)
    yield walker
    walker.leave()


def _rows(page: Page) -> None:
    expect(page.locator("#list tbody tr").first).to_be_visible()


def _press(selector: str, shown: str) -> Gesture:
    """Press something that is there, and wait for what it shows."""

    def gesture(page: Page) -> None:
        expect(page.locator(selector).first).to_be_visible()
        page.locator(selector).first.click()
        expect(page.locator(shown).first).to_be_visible()

    return gesture


def _key(key: str, shown: str) -> Gesture:
    """On the first row of the list, a key; and wait for what it shows."""

    def gesture(page: Page) -> None:
        _rows(page)
        page.keyboard.press("j")
        expect(page.locator("#list tbody tr [data-open]").first).to_be_focused()
        page.keyboard.press(key)
        expect(page.locator(shown).first).to_be_visible()

    return gesture


def _see(shown: str) -> Gesture:
    return lambda page: expect(page.locator(shown).first).to_be_visible()


def _ticked(page: Page) -> None:
    _rows(page)
    page.locator("[data-select-page]").check()
    expect(page.locator("#bulk-bar")).to_be_visible()


def _asked(page: Page) -> None:
    _ticked(page)
    page.locator("#bulk-bar [data-gesture$='/edit/']").click()
    expect(page.locator("#dialog form")).to_be_visible()


def _composing(page: Page) -> None:
    expect(page.locator(".composer")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator(".compose [name=subject]")).to_be_focused()


def _path_of_deal(world: World) -> str:
    return f"/crm/deals/{world.number('deal', 'bobs')}/"


LISTS: dict[str, tuple[str, str, Gesture]] = {
    "nested filter": (f"/activities/?q={NESTED}", "bob", _see(".filter-row .chip")),
    "panel": ("/activities/?filter=open", "bob", _key("Enter", "#panel-title")),
    "editing": ("/activities/?filter=open", "bob", _key("e", "#panel form")),
    "ticked": ("/activities/?filter=open", "bob", _ticked),
    "nothing incoming": ("/activities/?filter=incoming", "rita", _see(".empty")),
    "no subordinates": ("/activities/?filter=subordinates", "bob", _see(".empty")),
    "nothing overdue": ("/activities/?filter=overdue", "alice", _see(".empty")),
    "nothing fits": ("/activities/?q=subject~zzzz", "bob", _see(".empty")),
    "nothing found": ("/activities/?search=zzzz", "bob", _see(".empty")),
    "no such deal": ("/crm/deals/?stage=won", "bob", _see(".empty")),
    "no deal found": ("/crm/deals/?search=zzzz", "bob", _see(".empty")),
    "refused": ("/activities/?q=is:open+type:nothing", "bob", _see("#filter-problem")),
    "refused deals": ("/crm/deals/?q=amount%3Ebeaucoup", "bob", _see("#filter-problem")),
    "too heavy": ("/activities/?q=description~devis", "bob", _see("#filter-problem")),
    "found": ("/activities/?search=rappeler", "bob", _see("#list mark")),
}
DIALOGS: dict[str, tuple[str, str, Gesture]] = {
    "builder": (f"/activities/?q={NESTED}", "bob", _press("#filter-build", "#builder")),
    "save": (f"/activities/?q={NESTED}", "bob", _press("#filter-save-as", "#dialog [name=name]")),
    "columns": ("/activities/?filter=open", "root", _press("#list-settings", "#settings form")),
    "menu of a row": ("/activities/?filter=open", "bob", _press("#list .row-menu", "#floating-menu [role=menuitem]")),
    "more filters": ("/activities/?filter=open", "bob", _press("#tab-more", "#more-filters")),
    "bulk edit": ("/activities/?filter=open", "bob", _asked),
    "postpone": ("/activities/?filter=open", "bob", _key("d", "#dialog form")),
    "keys": ("/activities/?filter=open", "bob", _key("?", "#dialog .keys")),
    "why": ("/activities/?filter=open&open={open}", "bob", _press("#panel a[hx-target='#dialog']", "#dialog .why")),
}


def _walk(walker: Walker, states: dict[str, tuple[str, str, Gesture]]) -> Iterator[str]:
    for language in ("fr", "en"):
        walker.speak(language)
        for name, (path, role, gesture) in states.items():
            walker.page.set_viewport_size({"width": 1280, "height": 900})
            walker.go(path.format(open=walker.world.activities["bobs"]), role)
            gesture(walker.page)
            yield from walker.look(name)


def test_every_state_of_a_list_is_clean_and_fits(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PATIENCE = 1
    monkeypatch.setattr(queries, "LONGEST_PAGE_MS", 500)
    slow = replace(FILTER_FIELDS["description"], sql=Sql("(SELECT '' FROM pg_sleep(3) WHERE a.id > 0)"))
    monkeypatch.setitem(FILTER_FIELDS, "description", slow)
    assert "\n".join(_walk(walker, LISTS)) == ""


def test_every_dialog_is_clean_and_fits(walker: Walker) -> None:
    deal = {"composer": (_path_of_deal(walker.world), "bob", _composing)}
    shared = walker.world.filters["bobs"]
    share = {
        "menu of a filter": (f"/activities/?filter=f{shared}", "bob", _press("#filter-menu-button", "#filter-menu")),
    }
    assert "\n".join(_walk(walker, {**DIALOGS, **deal, **share})) == ""


def test_what_does_not_come_is_clean_and_fits(walker: Walker) -> None:
    for counted in ("**/activities/counts/**", "**/activities/counters/", "**/filters/*/counts/"):
        walker.page.route(counted, lambda route: route.fulfill(status=500, body=""))
    lost = {
        "not counted": ("/activities/?filter=open", "alice", _see("#list-total [data-again]")),
        "no counters": ("/profile/", "alice", _see("#nav-counters [data-again]")),
    }
    assert "\n".join(_walk(walker, lost)) == ""
