"""Formatted text: Markdown as people write it, to HTML that is safe to show, or to plain words.

Nothing that a person wrote reaches a page but through here: HTML in the text is shown as text, links lead only to the web,
to mail and to telephones, and images are not loaded (a picture from elsewhere would tell its owner who reads what).
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

# What formatted text may consist of; the sanitiser drops the rest, whatever the parser let through.
TAGS = frozenset({
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
})  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# Text longer than this is shown as it stands: nobody writes so much by hand, and parsing it costs time.
LONGEST = 100_000
# The last texts are remembered as they were rendered: a history is asked for again with each change.
REMEMBERED, LONGEST_REMEMBERED = 1_024, 4_000
# One line of words, of which nothing can be a mark of Markdown or of HTML, is what most notes are.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ ,.;:!?'’…%€/()+-])*(?:[^\W_]|[.!?…)])")
# A heading of a text stands below those of the page that shows it.
_HEADING = re.compile(r"(</?h)([1-6])(?=[ >])")
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|pre|tr|blockquote)>|<br ?/?>")

_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20}).enable(["strikethrough", "table"])
_PARSER.disable("image")


def render(text: str) -> SafeString:
    """Markdown as HTML that is safe to put into a page. A single line break stays one; images become links."""
    if len(text) > LONGEST:
        return SafeString(f"<pre>{html.escape(text)}</pre>")
    if _PLAIN.fullmatch(text):
        return SafeString(f"<p>{text}</p>\n")
    return _rendered(text) if len(text) <= LONGEST_REMEMBERED else _parsed(text)


def _parsed(text: str) -> SafeString:
    lowered = _HEADING.sub(lambda found: f"{found[1]}{min(6, int(found[2]) + 2)}", _PARSER.render(_clean(text)))
    return SafeString(
        nh3.clean(
            lowered,
            tags=set(TAGS),
            attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
            url_schemes=set(SCHEMES),
            link_rel="noopener noreferrer nofollow",
            strip_comments=True,
        )
    )


_rendered = lru_cache(maxsize=REMEMBERED)(_parsed)


def plain(text: str) -> str:
    """The words of a Markdown text, without its marks: for lists, messages and search. Not escaped."""
    if len(text) > LONGEST:
        return text
    lined = _BLOCK_END.sub("\n", _PARSER.render(_clean(text)))
    words = html.unescape(_TAG.sub("", lined))
    return "\n".join(line.rstrip() for line in words.splitlines() if line.strip())


def _clean(text: str) -> str:
    return text.replace("\x00", "")
