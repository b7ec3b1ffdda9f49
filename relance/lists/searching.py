"""What somebody types into a search box, as words, and as what an index of words is asked.

Pure: no tables, no queries. `words_of` is what the database's `search_lexemes` does (crm/migrations/0003_search.py); a
test holds them to be the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from relance.kit.text import digits

LONGEST_SEARCH = 200
MOST_TERMS = 8
# From so many letters on the beginning of a word is enough, and one mistake in a word is forgiven.
SHORTEST_PREFIX, SHORTEST_FORGIVEN, SHORTEST_FORGIVEN_PREFIX = 3, 4, 5
SHORTEST_NUMBER = 4
# Of a longer word there would be thousands at one mistake's distance.
LONGEST_FORGIVEN = 30
# What a term scores where it stands: in the subject or a name, the word itself or its beginning.
SUBJECT, NAME, POINT, TEXT, WHOLE = 12, 10, 9, 4, 3

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ς": "σ", "œ": "oe", "æ": "ae", "ß": "ss"})
_SEPARATORS = re.compile(
    "[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u2bff\u3000-\u303f\ufe00-\ufe0f\ufeff\U0001f000-\U0001faff]+"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_POWERS = re.compile("([0-9])(e[0-9])")
# A phone number in any writing: digits with spaces, dots, dashes, slashes, brackets between them.
_NUMBER = re.compile(r"(?<![^\s(])\+?[(]?\d[\d\s./()-]*(?!\w)")


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, no accents, ligatures spelt out; in order."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_PLAIN)
    return _POWERS.sub(r"\1 \2", _SEPARATORS.sub(" ", bare.replace("\0", " "))).split()


@dataclass(frozen=True)
class Term:
    """One thing that must be found: a word (or the pieces of a number), or a phone number with these digits.

    `is_forgiving`: a word with one letter wrong, missing, too many, or two that changed places, is one too; of all those,
    `there` are the ones that an index has, where it was asked.
    """

    words: tuple[str, ...]
    number: str = ""
    is_forgiving: bool = False
    there: frozenset[str] | None = None

    @property
    def exactly(self) -> str:
        """The whole words, as a `tsquery`."""
        return " & ".join(map(_lexeme, self.words))

    @property
    def query(self) -> str:
        """The words or their beginnings, as a `tsquery` for an index of words."""
        return " & ".join(map(self._word, self.words))

    @property
    def subject(self) -> str:
        """The same, in the words of weight A alone."""
        return " & ".join(_lexeme(word, "A" if len(word) < SHORTEST_PREFIX else "*A") for word in self.words)

    @property
    def subject_exactly(self) -> str:
        """The whole words, in those of weight A alone."""
        return " & ".join(_lexeme(word, "A") for word in self.words)

    @property
    def point(self) -> str:
        """The words or the phone number, as a `tsquery` for addresses: a number's beginning in any writing, or its end."""
        numbers = [_lexeme(f"+{start}", "*") for start in sorted(self._starts)]
        if self.number:
            numbers.append(_lexeme(f"-{self.number.lstrip('+')[::-1]}", "*"))
        return " | ".join([f"({self.query})", *numbers])

    @property
    def _starts(self) -> set[str]:
        if not self.number:
            return set()
        bare = self.number.lstrip("+")
        starts = {bare, digits(self.number)}
        if self.number.startswith("00"):
            starts.add(bare[2:])
        elif self.number.startswith("0"):
            starts.add(f"33{bare[1:]}")
        return {start for start in starts if len(start) >= SHORTEST_NUMBER}

    @property
    def as_written(self) -> Term:
        """The same, without a mistake."""
        return replace(self, is_forgiving=False, there=None)

    def _word(self, word: str) -> str:
        if not self.is_forgiving or not _is_forgiven(word):
            return _beginning(word)
        near = [one for one in _near_lexemes(word) if self.there is None or one in self.there]
        return f"({' | '.join(near or [_beginning(word)])})"

    def matched(self, word: str) -> bool:
        """Whether a word of a text, as `words_of` gives it, is what this term asks for; for marking it."""
        return (
            any(word == one or (len(one) >= SHORTEST_PREFIX and word.startswith(one)) for one in self.words)
            or word in self._near_words
            or any(word.startswith(one) for one in self._near_beginnings)
        )

    @cached_property
    def _near_words(self) -> set[str]:
        words = [word for word in self.words if self.is_forgiving and _is_forgiven(word)]
        return {near for word in words for near in _near(word)}

    @cached_property
    def _near_beginnings(self) -> tuple[str, ...]:
        words = [word for word in self.words if self.is_forgiving and len(word) >= SHORTEST_FORGIVEN_PREFIX]
        return tuple(near for word in words if _is_forgiven(word) for near in _near(word))


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched: each of the terms must be found."""

    text: str
    terms: tuple[Term, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing is searched."""
        return not self.terms

    @property
    def is_forgiving(self) -> bool:
        """Mistakes were forgiven, since nothing was found without."""
        return any(term.is_forgiving for term in self.terms)

    @property
    def can_forgive(self) -> bool:
        """Whether some word is long enough to be found with a mistake in it."""
        return any(_is_forgiven(word) for term in self.terms for word in term.words)

    @property
    def near(self) -> list[str]:
        """Every word or beginning, each as a `tsquery`, that forgiving one mistake in each word would ask for."""
        words = (word for term in self.terms for word in term.words if _is_forgiven(word))
        return sorted({near for word in words for near in _near_lexemes(word)})

    def forgiving(self, there: Collection[str] | None = None) -> Search:
        """The same, with one mistake in each word forgiven; of what is `near`, asking only for what is `there`."""
        known = None if there is None else frozenset(there)
        return Search(self.text, tuple(Term(term.words, term.number, True, known) for term in self.terms))


def read_search(text: str) -> Search:
    """What a text asks for: its words, and its numbers of four digits or more, which may be phone numbers."""
    text = text[:LONGEST_SEARCH].replace("\0", " ").strip()
    terms = dict.fromkeys(_terms(text))
    return Search(text, tuple(terms)[:MOST_TERMS])


def _terms(text: str) -> Iterator[Term]:
    at = 0
    for found in _NUMBER.finditer(text):
        number = _number(found.group())
        if len(number.lstrip("+")) < SHORTEST_NUMBER:
            continue
        yield from (Term((word,)) for word in words_of(text[at : found.start()]))
        yield Term(tuple(words_of(found.group())), number)
        at = found.end()
    yield from (Term((word,)) for word in words_of(text[at:]))


def _number(written: str) -> str:
    # "+33 (0)6": the zero in brackets is dialled within the country alone.
    bare = re.sub(r"(\+\d{2,3}\s*)\(0\)", r"\1", written.strip())
    return ("+" if bare.startswith("+") else "") + "".join(c for c in bare if c.isdecimal())


def _beginning(word: str) -> str:
    return _lexeme(word, "" if len(word) < SHORTEST_PREFIX else "*")


def _lexeme(word: str, flags: str = "") -> str:
    # No quotation mark or backslash is ever in a word: both are separators.
    return f"'{word}':{flags}" if flags else f"'{word}'"


def asks_for(lexeme: str, word: str) -> bool:
    """Whether a word is what a `tsquery` of one word or beginning asks for."""
    asked, _, flags = lexeme[1:].rpartition("'")
    return word.startswith(asked) if "*" in flags else word == asked


@lru_cache(maxsize=256)
def _near_lexemes(word: str) -> tuple[str, ...]:
    if len(word) < SHORTEST_FORGIVEN_PREFIX:
        return (_beginning(word), *map(_lexeme, sorted(_near(word))))
    return tuple(_lexeme(one, "*") for one in sorted(_shortest(_near(word) | {word})))


def _is_forgiven(word: str) -> bool:
    """A word of the Latin alphabet; one letter more or less in a number is another number."""
    return SHORTEST_FORGIVEN <= len(word) <= LONGEST_FORGIVEN and word.isascii() and word.isalpha()


@lru_cache(maxsize=256)
def _near(word: str) -> frozenset[str]:
    """Every word of one letter less, more, or another, or with two neighbours in each other's place."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    less = {left + right[1:] for left, right in cuts if right}
    turned = {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    other = {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    more = {left + letter + right for left, right in cuts for letter in _LETTERS}
    return frozenset((less | turned | other | more) - {word})


def _shortest(beginnings: frozenset[str]) -> set[str]:
    """Those that none of the others is a beginning of."""
    return {one for one in beginnings if not any(one[:length] in beginnings for length in range(1, len(one)))}
