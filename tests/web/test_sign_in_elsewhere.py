"""Signing in at the company's OpenID Connect provider, which opens accounts and makes none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client

from relance.config.env import EnvironmentVariableError
from relance.config.sign_in import providers
from relance.kit.sql import execute, fetch_value, sql
from tests.cast import PASSWORD, Cast
from tests.web.openid import Provider, running_provider
from tests.web.signing import text_of
from tests.web.test_sign_in import enter, is_in, with_authenticator

BOB = {"sub": "b-1", "email": "Bob@Cast.Example", "email_verified": True}


@pytest.fixture
def company(settings: Any) -> Iterator[Provider]:
    with running_provider() as provider:
        settings.SOCIALACCOUNT_PROVIDERS = provider.settings()
        yield provider


def go_there(client: Client, company: Provider, **claims: Any) -> Any:
    """Follow the link of the sign-in page to the provider and come back; the answer of Relance."""
    company.claims = claims
    there = client.get("/accounts/company/login/?next=/profile/").headers["Location"]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    assert back.startswith("http://testserver/accounts/company/callback/?")
    return client.get(back.removeprefix("http://testserver"))


def users() -> int:
    return int(fetch_value(sql("SELECT count(*) FROM people_user")))


def test_the_sign_in_page_offers_it_only_where_it_is_set(cast: Cast, company: Provider, settings: Any) -> None:
    assert "Cast SSO" in text_of(Client().get("/accounts/login/"))
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    page = text_of(Client().get("/accounts/login/"))
    assert "/company/" not in page


def test_a_verified_address_opens_the_account_of_the_same(cast: Cast, company: Provider) -> None:
    client, before = Client(), users()
    assert go_there(client, company, **BOB).headers["Location"] == "/profile/"
    assert "bob@cast.example" in text_of(client.get("/profile/"))
    assert users() == before
    assert enter(Client()).status_code == 302, "the password still works"
    assert not SocialToken.objects.exists()


def test_the_code_is_proved_to_be_ours(cast: Cast, company: Provider) -> None:
    client = Client()
    company.claims = dict(BOB)
    asked = parse_qs(urlsplit(client.get("/accounts/company/login/").headers["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    go_there(client, company, **BOB)
    assert company.asked[0]["code_verifier"]


def test_afterwards_the_account_there_is_known_by_its_number(cast: Cast, company: Provider) -> None:
    go_there(Client(), company, **BOB)
    client = Client()
    go_there(client, company, sub="b-1", email="robert@cast.example", email_verified=True)
    assert "bob@cast.example" in text_of(client.get("/profile/"))


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "x", "email": "bob@cast.example", "email_verified": False},
        {"sub": "x", "email": "bob@cast.example"},
        {"sub": "x", "email": "bob@cast.example", "email_verified": "no"},
        {"sub": "x", "email": "eve@cast.example", "email_verified": True},
        {"sub": "x"},
    ],
)
def test_nobody_else_gets_in_and_no_account_is_made(cast: Cast, company: Provider, claims: dict[str, Any]) -> None:
    client, before = Client(), users()
    answer = go_there(client, company, **claims)
    assert 'class="entry"' in text_of(answer)
    assert not is_in(client)
    assert (users(), SocialAccount.objects.count()) == (before, 0)


def test_a_link_of_another_site_ties_nobodys_account(cast: Cast, company: Provider) -> None:
    client = Client()
    assert client.get("/accounts/company/login/?process=connect").status_code == 404
    enter(client)
    for query in ("", "?process=connect"):
        assert client.get(f"/accounts/company/login/{query}").headers["Location"] == "/"
    assert is_in(client)


def test_a_deactivated_user_stays_out(cast: Cast, company: Provider) -> None:
    go_there(Client(), company, **BOB)
    execute(sql("UPDATE people_user SET is_active = false WHERE id = {}", cast.bob))
    client = Client()
    go_there(client, company, **BOB)
    assert not is_in(client)


def test_the_second_factor_is_still_asked_for(cast: Cast, company: Provider) -> None:
    with_authenticator()
    client = Client()
    assert go_there(client, company, **BOB).headers["Location"].startswith("/accounts/second/")
    assert not is_in(client)


def test_a_token_for_somebody_else_is_refused(cast: Cast, company: Provider) -> None:
    company.audience = "another application"
    client = Client()
    assert go_there(client, company, **BOB).headers["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_an_answer_that_was_not_asked_for_is_refused(cast: Cast, company: Provider) -> None:
    company.claims = dict(BOB)
    client = Client()
    answer = client.get("/accounts/company/callback/?code=two&state=invented")
    assert answer.headers["Location"] == "/accounts/login/"
    assert not is_in(client)


def test_a_provider_that_is_away_is_said_so(cast: Cast, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = Provider(address="http://127.0.0.1:9").settings()
    answer = Client().get("/accounts/company/login/", follow=True, headers={"Accept-Language": "en"})
    assert "Your company&#x27;s sign-in did not answer" in text_of(answer)
    assert enter(Client(), PASSWORD).status_code == 302


def test_the_settings_name_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RELANCE_OIDC_ISSUER", raising=False)
    assert providers() == []
    monkeypatch.setenv("RELANCE_OIDC_ISSUER", "http://sso.example")
    with pytest.raises(EnvironmentVariableError, match="RELANCE_OIDC_ISSUER"):
        providers()
    monkeypatch.setenv("RELANCE_OIDC_ISSUER", "https://sso.example/")
    with pytest.raises(EnvironmentVariableError, match="RELANCE_OIDC_CLIENT_ID"):
        providers()
    monkeypatch.setenv("RELANCE_OIDC_CLIENT_ID", "relance")
    monkeypatch.setenv("RELANCE_OIDC_CLIENT_SECRET", "s")
    assert providers()[0]["settings"] == {"server_url": "https://sso.example"}
