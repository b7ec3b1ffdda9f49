"""Whatever is asked, by whom and how: a name that one may not read is in no answer."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from pytest_django.plugin import DjangoDbBlocker

from relance.kit.text import fold
from tests.matrix.asking import forms, pages
from tests.matrix.unheard import GONE, HIDDEN, Secrets, make_secrets
from tests.matrix.walking import body_of, browser

pytestmark = pytest.mark.django_db
UNHEARD = {
    "anonymous": (HIDDEN, GONE),
    "nora": (HIDDEN, GONE),
    "bob": (HIDDEN, GONE),
    "alice": (HIDDEN, GONE),
    "rita": (GONE,),
    "root": (GONE,),
}
CURSOR = re.compile(r"cursor=([\w%-]+)")


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Secrets]:
    """Everything is made once, and forgotten at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_secrets()
        transaction.set_rollback(True)


def visitor(made: Secrets, role: str) -> Client:
    """A browser in which somebody of the cast is signed in, or nobody."""
    return browser(made.people.get(role))


def heard(answer: object, asked: str, words: tuple[str, ...]) -> list[str]:
    """What an answer says of the words: in its text, its headers, inside its cursors. An echo of the question is none."""
    text = body_of(answer)
    said = f"{text} {answer.headers}"  # type: ignore[attr-defined]
    said += " ".join(_decoded(cursor) for cursor in CURSOR.findall(text))
    return [f"{asked}: {word}" for word in words if word in fold(said)]


def _decoded(cursor: str) -> str:
    padded = cursor.replace("%3D", "") + "=" * (-len(cursor) % 4)
    return base64.urlsafe_b64decode(padded[: len(padded) // 4 * 4]).decode(errors="replace")


@pytest.mark.parametrize("role", UNHEARD)
def test_no_page_says_it(made: Secrets, role: str) -> None:
    client, words = visitor(made, role), UNHEARD[role]
    asked = list(pages(made))
    assert len(asked) > 200
    heard_words = []
    for address in asked if role == "bob" else asked[::4]:
        answer = client.get(address)
        assert answer.status_code < 500, address
        if not address.startswith("/accounts/") and "next=" not in answer.headers.get("Location", ""):
            heard_words += heard(answer, address, words)
    assert heard_words == []


@pytest.mark.parametrize("role", ["bob", "alice", "rita"])
def test_no_gesture_says_it(made: Secrets, role: str) -> None:
    words, heard_words = UNHEARD[role], []
    as_page: dict[str, str] = {}
    as_fragment = {"HX-Request": "true"}
    for number, (address, form) in enumerate(forms(made)):
        for headers in (as_page, as_fragment) if role == "bob" else ((as_page, as_fragment)[number % 2],):
            savepoint = transaction.savepoint()
            answer = visitor(made, role).post(address, form, headers=headers, follow=True)
            assert answer.status_code < 500, (address, form)
            heard_words += heard(answer, f"{address} {form}", words)
            transaction.savepoint_rollback(savepoint)
    assert heard_words == []


def test_who_may_hear_it_does(made: Secrets) -> None:
    client = visitor(made, "charlie")
    quiet = {"activity-list", "activity-detail", "activity-edit", "activity-new", "element-list", "element-detail",
             "element-edit", "element-parts", "file-download", "activity-files", "element-files",
             "pick-elements", "pick-clients", "pick-companies", "pick-contacts"}  # fmt: skip
    for address in pages(made):
        name = resolve(address.partition("?")[0]).url_name
        if name in quiet and heard(client.get(address), "", (HIDDEN,)):
            quiet.remove(name)
    assert quiet == set()


def test_next_pages_do_not_say_it(made: Secrets) -> None:
    client, path, seen = visitor(made, "bob"), "/activities/?filter=open&sort=subject", 0
    while path:
        answer = client.get(path)
        assert heard(answer, path, UNHEARD["bob"]) == []
        text = answer.content.decode().replace("&amp;", "&")
        following = re.search(r'id="page-next" href="([^"]*)"', text)
        path, seen = following[1] if following else "", seen + 1
    assert seen > 1


@pytest.mark.parametrize("role", ["bob", "alice"])
def test_searching_for_it_reads_like_searching_for_what_there_is_not(made: Secrets, role: str) -> None:
    """The very page, total and selection of a word that stands nowhere: whole, begun, mistyped, as an address."""
    client = visitor(made, role)
    for word in (HIDDEN, HIDDEN[:4], f"{HIDDEN[:-2]}x{HIDDEN[-1]}", f"{HIDDEN}@secret.example"):
        nowhere = NOWHERE if "@" not in word else f"{NOWHERE}@secret.example"
        for path in SEARCHED:
            answers = [_plain(client.get(path, {"filter": "open", "search": text}), text) for text in (word, nowhere)]
            assert answers[0] == answers[1], (path, word)
        asked = [{"all": "1", "filter": "open", "search": text} for text in (word, nowhere)]
        gesture, htmx = reverse("bulk-gesture", args=["complete"]), {"HX-Request": "true"}
        said = [_plain(client.post(gesture, one, headers=htmx), "") for one in asked]
        assert said[0] == said[1]
        assert said[0][0] == 422


@pytest.mark.parametrize("role", ["bob", "alice"])
def test_a_filter_on_it_reads_like_a_filter_on_what_there_is_not(made: Secrets, role: str) -> None:
    """The very page, total, selection and builder of a filter by a name, a client or an address that stands nowhere."""
    client = visitor(made, role)
    gesture, htmx = reverse("bulk-gesture", args=["complete"]), {"HX-Request": "true"}
    nowhere = (NOWHERE * len(HIDDEN))[: len(HIDDEN)]
    for path, filters in FILTERED.items():
        for text in filters:
            for operator in ("~", ":", "^", "!~"):
                written = [text.format(operator=operator, word=word) for word in (HIDDEN, nowhere)]
                answers = [
                    _plain(client.get(path, {"q": one}), word)
                    for one, word in zip(written, (HIDDEN, nowhere), strict=True)
                ]
                assert answers[0] == answers[1], (path, written[0])
    for text in FILTERED["/activities/"]:
        asked = [{"all": "1", "q": text.format(operator="~", word=word)} for word in (HIDDEN, nowhere)]
        said = [
            _plain(client.post(gesture, one, headers=htmx), word)
            for one, word in zip(asked, (HIDDEN, nowhere), strict=True)
        ]
        assert said[0] == said[1], text


_OF_ACTIVITIES = (
    "element.name{operator}{word}",
    "client{operator}{word}",
    "deal.name{operator}{word} or element.email{operator}{word}@secret.example",
    "-(contact.name{operator}{word} is:open)",
    "element.company{operator}{word}",
)
_OF_ELEMENTS = ("name{operator}{word}", "email{operator}{word}@secret.example", "-(company{operator}{word})")
FILTERED = {
    **dict.fromkeys(("/activities/", "/activities/counts/"), _OF_ACTIVITIES),
    **dict.fromkeys(("/crm/deals/", "/crm/contacts/", "/crm/companies/", "/crm/deals/total/"), _OF_ELEMENTS),
}
NOWHERE = "wvutsrqp"
SEARCHED = (
    *("/activities/", "/activities/counts/", "/crm/leads/", "/crm/deals/", "/crm/contacts/", "/crm/companies/"),
    *("/crm/leads/total/", "/crm/contacts/total/"),
)


def _plain(answer: object, echo: str) -> tuple[int, str]:
    """An answer without what it repeats of the question, and without tokens; cursors are sealed anew each time."""
    text = body_of(answer).replace(quote(echo), "") if echo else body_of(answer)
    text = text.replace(quote_plus(echo), "").replace(echo, "") if echo else text
    return answer.status_code, CURSOR.sub("cursor=", TOKEN.sub("", text))  # type: ignore[attr-defined]


TOKEN = re.compile(r'(csrf[^>]*?(?:value|content)="|X-CSRFToken[^"]*")[^"]+')
