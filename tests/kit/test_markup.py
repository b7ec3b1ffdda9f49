"""Formatted text is shown as its writer meant it, and can do nothing to its reader."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.kit import markup
from relance.kit.markup import ATTRIBUTES, TAGS, plain, render


def test_marks_become_tags() -> None:
    shown = render("**Budget** : *validé*, voir `devis`\nligne deux\n\n- un\n- deux")
    assert "<strong>Budget</strong>" in shown
    assert "<em>validé</em>" in shown
    assert "<br>" in shown
    assert shown.count("<li>") == 2


def test_headings_stand_below_those_of_the_page() -> None:
    assert render("# Titre").strip() == "<h3>Titre</h3>"


def test_links_open_without_telling_where_they_came_from() -> None:
    shown = render("[devis](https://example.org/d)")
    assert 'href="https://example.org/d"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "<javascript:alert(1)>",
        "![x](https://example.org/pixel.png)",
        '<svg/onload="alert(1)">',
        '<iframe src="https://example.org"></iframe>',
        '<p style="position:fixed">x</p>',
        '[x](https://example.org "a\\" onmouseover=\\"alert(1)")',
        "```<script>\nalert(1)\n```",
        "\x00<scr\x00ipt>alert(1)</script>",
    ],
)
def test_hostile_text_does_nothing(hostile: str) -> None:
    _assert_harmless(render(hostile))


def test_an_image_is_not_loaded() -> None:
    assert "<img" not in render("![logo](https://example.org/pixel.png)")


def test_plain_leaves_the_words() -> None:
    assert plain("# Titre\n\n**Appeler** [Marie](https://example.org) & <b>Jean</b>\n- un") == (
        "Titre\nAppeler Marie & <b>Jean</b>\nun"
    )


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>&\"'[]()!*_`#-~:/ \n\tabscriptjavhrefonimg=\x00é"), max_size=80))
def test_any_text_is_harmless(text: str) -> None:
    _assert_harmless(render(text))
    plain(text)


class _Reader(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        for name, value in attrs:
            assert name in ATTRIBUTES.get(tag, set()) | {"rel"}
            if name == "href":
                scheme = (value or "").split("/")[0].partition(":")
                assert not scheme[1] or scheme[0] in {"http", "https", "mailto", "tel"}


def _assert_harmless(shown: str) -> None:
    reader = _Reader()
    reader.feed(shown)
    reader.close()


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="aéßZ漢1 ,.;:!?'’…%€/()+-", min_size=1, max_size=30))
def test_plain_words_are_rendered_as_the_parser_would(text: str) -> None:
    assert render(text) == markup._parsed(text)
