"""The search box over HTTP: the address, marks, ways out of nothing, totals, what a bulk action takes."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from relance.kit.sql import execute, fetch_value, sql
from relance.lists.searching import read_search
from relance.web.lists.marking import marked
from tests.cast import Cast, make_activity, make_element
from tests.web.signing import HTMX, sign_in, text_of


def subjects(html: str) -> list[str]:
    return re.findall(r'data-open title="([^"]*)"', html)


@pytest.mark.parametrize(
    ("text", "search", "markup"),
    [
        ("Réunion d’équipe", "reunion", "<mark>Réunion</mark> d’équipe"),
        ("Toitures & <b>Fils</b>", "toit fils", "<mark>Toit</mark>ures &amp; &lt;b&gt;<mark>Fils</mark>&lt;/b&gt;"),
        ("Œuvres", "oeuv", "<mark>Œuvres</mark>"),
        ("<script>alert(1)</script>", "script", "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"),
        ("Rien", "reunion", "Rien"),
        ("Li et Lille", "li", "<mark>Li</mark> et Lille"),
    ],
)
def test_what_was_found_is_marked_and_nothing_else_is_markup(text: str, search: str, markup: str) -> None:
    assert marked(text, read_search(search)) == markup


def test_a_word_found_with_a_mistake_is_marked() -> None:
    assert marked("Rappeler Ferrand", read_search("ferand").forgiving()) == "Rappeler <mark>Ferrand</mark>"


def test_the_list_is_searched_by_address_and_every_link_keeps_it(cast: Cast) -> None:
    deal = make_element("deal", cast.bob, "Toitures Ferrand")
    make_activity(cast.bob, deal, subject="Réunion <1>")
    make_activity(cast.bob, make_element("deal", cast.bob), subject="Rappeler")
    client = sign_in(cast.bob)
    html = text_of(client.get("/activities/?filter=open&search=reunion"))
    assert subjects(html) == ["Réunion &lt;1&gt;"]
    assert "<mark>Réunion</mark> &lt;1&gt;" in html
    assert 'href="?filter=mine&amp;search=reunion"' in html
    assert 'data-search="reunion"' in html
    assert subjects(text_of(client.get("/activities/?filter=open&search=ferrand"))) == ["Réunion &lt;1&gt;"]
    assert "<mark>Ferrand</mark>" in text_of(client.get("/activities/?filter=open&search=ferrand"))
    total = text_of(client.get("/activities/counts/?filter=open&search=ferrand"))
    assert re.search(r'id="list-total"[^>]*data-total="1"', total)


def test_while_one_types_the_address_follows(cast: Cast) -> None:
    client, box = sign_in(cast.bob), {"HX-Trigger": "list-search", "HX-Target": "list-page"}
    answer = client.get("/activities/?filter=open&search=toit++nord&sort=", headers=HTMX | box)
    assert answer.headers["HX-Replace-Url"] == "/activities/?filter=open&search=toit+nord"
    answer = client.get("/crm/deals/?search=&stage=", headers=HTMX | box)
    assert answer.headers["HX-Replace-Url"] == "/crm/deals/"
    assert "HX-Push-Url" not in answer.headers


def test_nothing_found_says_so_and_shows_the_ways_out(cast: Cast) -> None:
    done = make_element("deal", cast.bob, "Toitures")
    make_activity(cast.bob, done, subject="Rappeler", type="call")
    execute(sql("UPDATE activities_activity SET is_completed = true, completed_at = now()"))
    client = sign_in(cast.bob)
    html = text_of(client.get("/activities/?filter=mine&search=toitures"))
    assert "toitures" in re.findall(r"<h2>(.*?)</h2>", html)[0]
    (everywhere,) = re.findall(r'href="(/activities/\?q=is[^"]*)"', html)
    assert subjects(text_of(client.get(everywhere.replace("&amp;", "&")))) == ["Rappeler"]
    html = text_of(client.get("/crm/deals/?q=is:won&search=toitures"))
    assert 'href="/crm/deals/?search=toitures"' in html


def test_a_mistake_is_said(cast: Cast) -> None:
    make_element("contact", cast.bob, "Nadia Ferrand")
    html = text_of(sign_in(cast.bob).get("/crm/contacts/?search=ferand"))
    assert 'id="searched"' in html
    assert "<mark>Ferrand</mark>" in html
    assert 'id="searched"' not in text_of(sign_in(cast.bob).get("/crm/contacts/?search=ferrand"))


def test_all_of_a_search_is_what_a_bulk_action_takes(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    found, other = (make_activity(cast.bob, deal, subject=subject) for subject in ("Réunion", "Rappeler"))
    url = reverse("bulk-gesture", args=["complete"])
    sign_in(cast.bob).post(url, {"all": "1", "filter": "open", "search": "reunion"}, headers=HTMX)
    done = "SELECT is_completed FROM activities_activity WHERE id = {}"
    assert fetch_value(sql(done, found)) is True
    assert fetch_value(sql(done, other)) is False


STRANGE = ("%", "_", "'", '"', "\\", "a:*", "!", "&|()", "\0", "é" * 900, "1e5", "<->", "' OR 1=1 --", "🔥")


@pytest.mark.parametrize("search", STRANGE)
def test_whatever_is_typed_gets_a_page(cast: Cast, search: str) -> None:
    client = sign_in(cast.bob)
    for path in ("/activities/", "/activities/counts/", "/crm/leads/", "/crm/leads/total/"):
        assert client.get(path, {"filter": "open", "search": search}).status_code == 200
