"""Signing in in the browser: a passkey from being made to being used, and every page before axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.conftest import Visit
from tests.cast import PASSWORD, Cast

CheckAxe = Callable[[Page], None]


@pytest.fixture
def authenticator(page: Page) -> Iterator[None]:
    """Chromium's own, as a computer with a fingerprint reader has it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    session.detach()


def test_a_passkey_signs_in_without_a_password(
    visit: Visit, committed: Cast, authenticator: None, check_axe: CheckAxe, live_server: LiveServer
) -> None:
    page = visit("/profile/")
    page.click("text=Sign-in and security")
    check_axe(page)
    page.click("text=Add a passkey")
    page.fill("[name=password]", PASSWORD)
    page.click("main .primary")
    expect(page.locator("h1")).to_have_text("Add a passkey")
    page.fill("[name=name]", "Laptop")
    check_axe(page)
    page.click("main .primary")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    expect(page.locator(".codes li")).to_have_count(10)
    check_axe(page)
    page.click("text=I have kept them")
    expect(page.locator(".group-rows b")).to_have_text("Laptop")
    check_axe(page)
    page.wait_for_load_state("networkidle")

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto(f"{live_server.url}/accounts/login/")
    check_axe(page)
    page.locator("[data-passkey] button").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    page.goto(f"{live_server.url}/profile/sessions/")
    expect(page.locator(".group-rows > li")).to_have_count(1)
    expect(page.locator(".group-rows b")).to_contain_text("Chrome")
    check_axe(page)


def test_with_a_password_the_passkey_is_the_second_step(
    visit: Visit, committed: Cast, authenticator: None, check_axe: CheckAxe, live_server: LiveServer
) -> None:
    page = visit("/profile/sign-in/passkeys/new/")
    page.fill("[name=password]", PASSWORD)
    page.click("main .primary")
    expect(page.locator("h1")).to_have_text("Add a passkey")
    page.click("main .primary")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    page.click("text=I have kept them")
    expect(page.locator(".group-rows b")).to_have_text("My passkey")
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto(f"{live_server.url}/accounts/login/?next=/profile/")
    page.fill("[name=login]", "bob@cast.example")
    page.fill("[name=password]", PASSWORD)
    page.click("main .primary")
    page.wait_for_url("**/accounts/second/**")
    check_axe(page)
    page.locator("[data-passkey] button").click()
    page.wait_for_url("**/profile/")
    page.goto(f"{live_server.url}/profile/sign-in/")
    page.click("text=Remove")
    check_axe(page)


def test_the_pages_of_an_authenticator_stand_up_to_axe(visit: Visit, committed: Cast, check_axe: CheckAxe) -> None:
    page = visit("/profile/sign-in/app/")
    check_axe(page)
    page.fill("[name=password]", PASSWORD)
    page.click("main .primary")
    expect(page.locator(".qr")).to_be_visible()
    check_axe(page)
    page.fill("[name=code]", "000000")
    page.click("main .primary")
    expect(page.locator("#id_code_error")).to_be_visible()
    check_axe(page)
