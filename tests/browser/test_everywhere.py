"""Every page that the matrix lists: axe has nothing to say of it, and it is no wider than its window, in French and in English,
from 360 to 2,560 px, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.everywhere import Stop, Walker, refusals, stops
from tests.matrix.world import World, make_world

PARTS = 4
LANGUAGES = ("fr", "en")


@pytest.fixture
def world(transactional_db: None) -> World:
    """The matrix's people and rows, committed."""
    return make_world()


@pytest.fixture
def walker(page: Page, live_server: LiveServer, world: World) -> Iterator[Walker]:
    """A browser in the matrix's world."""
    walker = Walker(page, live_server.url, world)
    yield walker
    walker.leave()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_clean_and_fits(walker: Walker, part: int) -> None:
    seen = list(stops(walker.world, part, PARTS))
    assert len(seen) > 15
    assert "\n".join(fault for language in LANGUAGES for fault in _walk(walker, language, seen)) == ""


def test_what_is_refused_is_clean_and_fits(walker: Walker) -> None:
    seen = list(refusals(walker.world))
    assert [stop.role for stop in seen] == ["nora", "bob", "root"]
    assert "\n".join(fault for language in LANGUAGES for fault in _walk(walker, language, seen)) == ""


def _walk(walker: Walker, language: str, seen: list[Stop]) -> Iterator[str]:
    walker.speak(language)
    for stop in seen:
        walker.go(stop.path, stop.role)
        yield from walker.look(f"{stop.line} as {stop.role}")
