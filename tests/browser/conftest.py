"""The browser's tests: a running server, people signed in by their session, and a page that must not complain."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from relance.kit.sql import execute, sql
from tests.cast import Cast
from tests.web.signing import sign_in

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Playwright runs a loop in this thread; the tests themselves are as synchronous as any.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

Visit = Callable[..., Page]
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def visit(
    context: BrowserContext, page: Page, live_server: LiveServer, committed: Cast, complaints: list[str]
) -> Iterator[Visit]:
    """Open an address as somebody: `visit("/activities/", "bob")`. Texts are English, so that tests can be read."""
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.extend(_complaint(message)))
    execute(sql("UPDATE people_user SET language = 'en'"))
    page.set_default_timeout(10_000)
    # A busy machine is no fault of the page.
    page.set_default_navigation_timeout(30_000)

    def go(path: str, name: str = "bob") -> Page:
        session = sign_in(getattr(committed, name)).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(live_server.url + path)
        expect(page.locator(".htmx-request")).to_have_count(0)
        return page

    yield go
    # What the last gesture has the page ask for comes in before the tables are emptied under it.
    expect(page.locator(".htmx-request")).to_have_count(0)
    assert complaints == []


def _complaint(message: ConsoleMessage) -> list[str]:
    # A refused form answers 4xx, and the browser notes it; scripts and policies must have nothing to say.
    expected = "Failed to load resource" in message.text or "Response Status Error Code" in message.text
    return [message.text] if message.type == "error" and not expected else []


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Without transitions: axe would measure colours on their way."""
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture
def complaints() -> list[str]:
    """What the page's scripts and its content policy have complained about."""
    return []


@pytest.fixture
def check_axe(complaints: list[str]) -> Callable[[Page], None]:
    """Fail with what axe-core finds on the page as it stands: WCAG 2.2, A and AA."""

    def check(page: Page) -> None:
        before = list(complaints)
        page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = page.evaluate(
            "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS
        )
        # axe tries styles of its own, which the policy refuses.
        complaints[:] = before
        assert [line_of(violation) for violation in found["violations"]] == []

    return check


def line_of(violation: dict[str, Any]) -> str:
    """One violation as axe-core reports it: its rule, and what it was found on."""
    nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']}: {nodes}"
