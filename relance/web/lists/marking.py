"""What a search has found in a text, marked; everything passes through `escape`."""

from __future__ import annotations

import re
from html import escape

from relance.lists.searching import Search, words_of

_WORD = re.compile(r"[^\W_]+")


def marked(text: str, search: Search | None) -> str:
    """The text as markup, with the words that the search asked for in `<mark>`: their beginning, where that was asked for."""
    if search is None:
        return escape(text)
    pieces, at = [], 0
    for found in _WORD.finditer(text):
        length = _length(found.group(), search)
        if length:
            start, end = found.start(), found.start() + length
            pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    return "".join([*pieces, escape(text[at:])])


def _length(written: str, search: Search) -> int:
    """How much of a written word is to be marked: none, its asked beginning, or all of it."""
    words = words_of(written)
    terms = [term for term in search.terms if any(term.matched(word) for word in words)]
    if not terms:
        return 0
    asked = [word for term in terms for word in term.words if words[0].startswith(word)]
    is_plain = len(words) == 1 and len(words[0]) == len(written)
    return max(map(len, asked)) if asked and is_plain else len(written)
