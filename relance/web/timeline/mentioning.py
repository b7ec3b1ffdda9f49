"""The text of a comment as it is shown: its Markdown, the people that it mentions marked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString

from relance.kit.markup import render as render_markdown

_TAG = re.compile(r"(<[^>]*>)")


def formatted(text: str, mentioned: Iterable[str]) -> SafeString:
    """A comment's Markdown as HTML, the people that it mentions marked."""
    html = render_markdown(text)
    names = sorted((escape(name) for name in mentioned if name), key=len, reverse=True)
    if not names:
        return html
    pattern = re.compile("|".join(rf"(?<!\w)@{re.escape(name)}(?!\w)" for name in names), re.IGNORECASE)
    # Only in the text between tags; the mark has no attributes, so that nothing can be made of it elsewhere.
    parts = [
        part if part.startswith("<") else pattern.sub(lambda found: f"<mark>{found[0]}</mark>", part)
        for part in _TAG.split(html)
    ]
    return SafeString("".join(parts))
