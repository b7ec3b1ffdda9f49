"""Signing in, the profile, users without a role, deactivated users, and what every answer carries."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from relance.kit.sql import execute, fetch_one, sql
from tests.cast import PASSWORD, Cast, make_user
from tests.web.signing import HTMX, sign_in, text_of

OPEN = ("accounts/", "healthz", "readyz", "language/")


def test_signs_in_and_out(cast: Cast) -> None:
    client = Client()
    response = client.post("/accounts/login/?next=/profile/", {"login": "bob@cast.example", "password": PASSWORD})
    assert response.headers["Location"] == "/profile/"
    assert client.get("/profile/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/profile/").status_code == 302


def test_a_wrong_password_says_so_and_names_nobody(cast: Cast) -> None:
    answers = [
        Client().post("/accounts/login/", {"login": who, "password": "nonsense"})
        for who in ("bob@cast.example", "nobody@cast.example")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({re.findall(r'role="alert".*?</p>', text_of(answer), re.DOTALL)[0] for answer in answers}) == 1


def test_signing_up_is_closed(cast: Cast) -> None:
    values = {"email": "eve@cast.example", "password1": PASSWORD}
    assert "<form" not in text_of(Client().get("/accounts/signup/")).split("<footer>")[0]
    Client().post("/accounts/signup/", values)
    assert fetch_one(sql("SELECT id FROM people_user WHERE email = {}", values["email"])) is None


def test_a_forgotten_password_is_chosen_anew(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": "bob@cast.example"})
    link = re.findall(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))[0]
    form = client.get(link, follow=True)
    new = "another good phrase"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert Client().post("/accounts/login/", {"login": "bob@cast.example", "password": new}).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/inactive/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/done/",
        "/accounts/password/reset/key/1-nonsense/",
    ],
)
def test_every_page_before_the_door_is_in_our_look(cast: Cast, path: str) -> None:
    assert 'class="entry"' in text_of(Client().get(path))


@pytest.mark.parametrize("path", ["/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/"])
def test_every_page_of_the_account_is_in_our_look(cast: Cast, path: str) -> None:
    assert 'class="entry"' in text_of(sign_in(cast.bob).get(path))


def test_every_other_address_asks_to_sign_in(cast: Cast) -> None:
    asked = 0
    for path in addresses():
        if not path.startswith(OPEN):
            response = Client().get(f"/{path}")
            assert (response.status_code, response.headers["Location"][:17]) == (302, "/accounts/login/?"), path
            asked += 1
    assert asked > 10


def addresses() -> list[str]:
    """One example of every address."""

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> list[str]:
        found: list[str] = []
        for pattern in patterns:
            here = before + str(pattern.pattern)
            found += walk(pattern.url_patterns, here) if isinstance(pattern, URLResolver) else [here]
        return found

    uuid = "6b1c0c7e-3a57-4f0e-9d0c-0d6d6f1d0f00"
    examples = walk(get_resolver().url_patterns, "")
    return [
        re.sub(r"<uuid:\w+>", uuid, re.sub(r"<(row|int):\w+>", "1", re.sub(r"<str:\w+>", "x", p))) for p in examples
    ]


def test_htmx_is_sent_to_the_door_too(cast: Cast) -> None:
    response = Client().get("/activities/", headers=HTMX)
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, "/accounts/login/?next=%2F")


def test_a_deactivated_user_is_out_at_once(cast: Cast) -> None:
    client = sign_in(cast.bob)
    execute(sql("UPDATE people_user SET is_active = false WHERE id = {}", cast.bob))
    assert client.get("/activities/").status_code == 302


def test_without_a_role_a_page_explains_it(cast: Cast) -> None:
    client = sign_in(make_user("Nora", "Neuve", cast.support, role=""))
    for path in ("/activities/", "/activities/1/", "/pick/people/"):
        assert client.get(path).status_code == 403
    assert "/profile/" in text_of(client.get("/activities/"))
    assert client.get("/profile/").status_code == 200


def test_the_profile_changes_language_and_zone(cast: Cast) -> None:
    client = sign_in(cast.bob)
    values = {"language": "en", "time_zone": "America/Montreal", "has_keys": ""}
    response = client.post("/profile/", values, follow=True)
    assert "My profile" in text_of(response)
    assert '<html lang="en"' in text_of(response)
    assert 'data-keys="off"' in text_of(response)
    assert cast.actor("bob").time_zone.key == "America/Montreal"


@pytest.mark.parametrize(
    "values", [{"language": "xx", "time_zone": "UTC"}, {"language": "fr", "time_zone": "Mars/Base"}]
)
def test_the_profile_refuses_what_does_not_exist(cast: Cast, values: dict[str, str]) -> None:
    assert sign_in(cast.bob).post("/profile/", values).status_code == 422
    assert cast.actor("bob").time_zone.key == "Europe/Paris"


def test_the_theme_is_kept(cast: Cast) -> None:
    client = sign_in(cast.bob)
    client.post("/profile/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in text_of(client.get("/profile/"))
    client.post("/profile/theme/", {"theme": "<script>"})
    assert "data-theme=" not in text_of(client.get("/profile/"))


def test_a_theme_never_leads_elsewhere(cast: Cast) -> None:
    response = sign_in(cast.bob).post(
        "/profile/theme/", {"theme": "dark"}, headers={"Referer": "https://evil.example/"}
    )
    assert response.headers["Location"] == "/"


def test_every_answer_carries_the_strict_policy(cast: Cast) -> None:
    for client, path in (
        (Client(), "/accounts/login/"),
        (sign_in(cast.bob), "/activities/"),
        (sign_in(cast.bob), "/no/"),
    ):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
    assert sign_in(cast.bob).get("/activities/").headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_code(cast: Cast) -> None:
    client = sign_in(cast.bob)
    for path in ("/activities/", "/activities/new/", "/profile/", "/help/keys/", "/lists/activities/columns/"):
        html = text_of(client.get(path))
        assert not re.search(r"<script(?![^>]*\ssrc=)", html), path
        assert not re.search(r"\s(style|on\w+)=", html), path
