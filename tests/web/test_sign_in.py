"""Signing in as a company needs it: lock-out, sessions, the second factor."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from relance.config.cli.second_factor import forget_second_factor
from relance.config.sign_in import FAILED_ATTEMPTS
from relance.kit.sql import execute, fetch_column, fetch_value, sql
from tests.cast import PASSWORD, SYSTEM, Cast, journal_size
from tests.web.signing import text_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def limited(settings: Any) -> Iterator[None]:
    """The limits of the product, which the test suite would run into."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": FAILED_ATTEMPTS}
    yield
    cache.clear()


def enter(client: Client, password: str = PASSWORD, name: str = "bob", address: str = "192.0.2.1") -> Any:
    values = {"login": f"{name}@cast.example", "password": password}
    return client.post("/accounts/login/", values, REMOTE_ADDR=address)


def entered(name: str = "bob") -> Client:
    """Somebody who has just signed in with his password, in English."""
    execute(sql("UPDATE people_user SET language = 'en'"))
    client = Client()
    assert enter(client, name=name).status_code == 302
    return client


def confirm(client: Client, path: str) -> Any:
    """A page that asks for the password once more."""
    return client.post(f"/accounts/reauthenticate/?next={path}", {"password": PASSWORD}, follow=True)


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def with_authenticator(name: str = "bob") -> tuple[str, list[str]]:
    """Set an authenticator up as a person does; its secret and the recovery codes."""
    client = entered(name)
    page = text_of(confirm(client, "/profile/sign-in/app/"))
    secret = re.findall(r'<code id="secret">(\w+)</code>', page)[0]
    shown = text_of(client.post("/profile/sign-in/app/", {"code": code_of(secret)}, follow=True))
    return secret, re.findall(r"<li><code>(\w+)</code>", shown)


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def test_five_wrong_passwords_close_the_account_whoever_asks(cast: Cast, limited: None) -> None:
    for number in range(5):
        enter(Client(), "nonsense", address=f"192.0.2.{number}")
    client = Client()
    values = {"login": "bob@cast.example", "password": PASSWORD}
    refused = client.post("/accounts/login/", values, headers={"Accept-Language": "en"})
    assert "lets nobody try again for five minutes" in text_of(refused)
    assert not is_in(client)
    assert enter(Client(), name="alice").status_code == 302


def test_ten_wrong_passwords_close_the_door_to_an_address(cast: Cast, limited: None) -> None:
    for number in range(10):
        enter(Client(), "nonsense", name=f"nobody{number}")
    assert enter(Client()).status_code == 200
    assert enter(Client(), address="192.0.2.2").status_code == 302


def test_what_is_counted_is_in_the_database(cast: Cast, limited: None) -> None:
    enter(Client(), "nonsense")
    keys = fetch_column(sql("SELECT cache_key FROM relance_cache"))
    assert sum("login_failed" in key for key in keys) == 2


def test_too_many_requests_are_answered_in_our_look(cast: Cast, settings: Any, limited: None) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    client = Client()
    client.post("/accounts/password/reset/", {"email": "bob@cast.example"})
    answer = client.post("/accounts/password/reset/", {"email": "bob@cast.example"})
    assert answer.status_code == 429
    assert 'class="entry"' in text_of(answer)


def test_behind_a_proxy_its_word_for_the_address_is_taken(cast: Cast, settings: Any, limited: None) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    values = {"login": "bob@cast.example", "password": PASSWORD}
    Client().post("/accounts/login/", values, headers={"X-Forwarded-For": "10.9.9.9, 198.51.100.7"})
    assert fetch_value(sql("SELECT host(ip) FROM usersessions_usersession")) == "198.51.100.7"


def test_sessions_are_listed_and_the_others_ended(cast: Cast) -> None:
    here, there, stranger = entered(), Client(headers={"User-Agent": FIREFOX}), entered("alice")
    enter(there)
    listed = text_of(here.get("/profile/sessions/"))
    assert "Firefox, Linux" in listed
    assert listed.count("This browser") == 1
    assert "You are signed out everywhere else." in text_of(here.post("/profile/sessions/", follow=True))
    assert [is_in(client) for client in (here, there, stranger)] == [True, False, True]


def test_a_new_password_ends_the_other_sessions(cast: Cast) -> None:
    here, there = entered(), entered()
    new = "another good phrase"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert [is_in(client) for client in (here, there)] == [True, False]


def test_an_authenticator_is_asked_for_its_code(cast: Cast) -> None:
    secret, codes = with_authenticator()
    assert len(codes) == 10
    client = Client()
    assert enter(client).headers["Location"] == "/accounts/second/"
    assert not is_in(client)
    client.post("/accounts/second/", {"code": "000000"})
    assert not is_in(client)
    client.post("/accounts/second/", {"code": code_of(secret)})
    assert is_in(client)


def test_a_code_works_once(cast: Cast) -> None:
    secret, codes = with_authenticator()
    for code in (code_of(secret), codes[0]):
        cache.clear()
        worked = []
        for _attempt in range(2):
            client = Client()
            enter(client)
            client.post("/accounts/second/", {"code": code})
            worked.append(is_in(client))
        assert worked == [True, False]


def test_codes_cannot_be_guessed(cast: Cast, limited: None) -> None:
    secret, _codes = with_authenticator()
    client = Client()
    enter(client)
    for number in range(5):
        client.post("/accounts/second/", {"code": f"{number:06}"})
    client.post("/accounts/second/", {"code": code_of(secret)})
    assert not is_in(client)


def test_the_secret_is_not_in_the_database(cast: Cast) -> None:
    secret, codes = with_authenticator()
    stored = str([authenticator.data for authenticator in Authenticator.objects.all()])
    assert not any(word in stored for word in (secret, *codes))


def test_the_authenticator_is_removed_with_its_codes(cast: Cast) -> None:
    secret, _codes = with_authenticator()
    client = Client()
    enter(client)
    client.post("/accounts/second/", {"code": code_of(secret)})
    assert "Remove the authenticator" in text_of(client.get("/profile/sign-in/"))
    confirm(client, "/profile/sign-in/app/remove/")
    client.post("/profile/sign-in/app/remove/")
    assert not Authenticator.objects.exists()
    assert enter(Client()).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["app/", "passkeys/new/", "codes/new/"])
def test_whoever_finds_an_open_browser_cannot_add_his_own(cast: Cast, path: str) -> None:
    client = entered()
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 1.0}]
    session.save()
    answer = client.get(f"/profile/sign-in/{path}")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


def test_pages_hold_no_inline_code(cast: Cast) -> None:
    client = entered()
    pages = [client.get(path) for path in ("/profile/", "/profile/sign-in/", "/profile/sessions/")]
    pages += [confirm(client, f"/profile/sign-in/{path}") for path in ("app/", "passkeys/new/")]
    pages.append(Client().get("/accounts/login/"))
    for page in pages:
        html = text_of(page)
        assert page.status_code == 200
        assert not re.search(r"<script(?![^>]*\ssrc=)", html)
        assert not re.search(r"\s(style|on\w+)=", html)


def test_every_answer_is_isolated(cast: Cast) -> None:
    headers = Client().get("/accounts/login/").headers
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_without_a_mail_server_the_page_says_who_helps(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = text_of(Client().get("/accounts/password/reset/", headers={"Accept-Language": "en"}))
    assert "An administrator of your company can give you a new password." in page
    assert 'name="email"' not in page


def test_an_administrator_takes_a_lost_second_factor_away(cast: Cast) -> None:
    with_authenticator()
    before = journal_size()
    assert forget_second_factor(SYSTEM, cast.bob)
    assert journal_size() == before + 1
    assert enter(Client()).headers["Location"] == "/"
    assert not forget_second_factor(SYSTEM, cast.bob)
