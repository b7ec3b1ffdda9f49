"""From a filter's text to its tree. Whatever the text, the answer is a tree or a `FilterError` with a place."""

from __future__ import annotations

import re
import unicodedata
from typing import cast

from django.utils.translation import gettext as _

from relance.lists.grammar.tree import (
    DEEPEST,
    EVERYTHING,
    LONGEST_FILTER,
    MOST_CONDITIONS,
    MOST_VALUES,
    Between,
    Condition,
    FilterError,
    Operator,
    Place,
    Tree,
    Value,
    Word,
    all_parts,
    denied,
    either_part,
)

_SPACE = re.compile(r"\s*")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)?)\s*(!=|!~|<=|>=|[:=<>~^])\s*")
_KEYWORD = re.compile(r"(or|and|not)(?=[\s()]|$)", re.IGNORECASE)
_PREFIX = re.compile(r"(in|below):", re.IGNORECASE)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r'[^\s(),"]+')
_COMMA = re.compile(r"\s*,\s*")
_CLOSED = re.compile(r"[\s()]|$")
_TOKEN = re.compile(r"[^\s()]+|.")


def parse(text: str) -> Tree:
    """The tree of a filter's text; of an empty text, the one that always holds.

    Raises:
        FilterError: the text is none, or too long, too deep, or has too many conditions or values.
    """
    if len(text) > LONGEST_FILTER:
        message = _("A filter has at most %(most)s characters; this one has %(count)s.")
        raise FilterError(
            message % {"most": LONGEST_FILTER, "count": len(text)}, Place(LONGEST_FILTER, len(text) - LONGEST_FILTER)
        )
    for offset, character in enumerate(text):
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in "\t\n\r":
            raise FilterError(_("A filter has no control characters."), Place(offset, 1))
    return _Parser(text).tree()


class _Parser:
    """Reads the text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.conditions_count = 0
        self.values_count = 0

    def tree(self) -> Tree:
        self._skip()
        if self.at == len(self.text):
            return EVERYTHING
        tree = self._either(0)
        if self.at < len(self.text):
            raise self._error(_("This bracket closes nothing."), 1)
        return tree

    def _either(self, depth: int) -> Tree:
        parts = [self._all(depth)]
        while self._take_keyword("or"):
            parts.append(self._all(depth))
        return either_part(parts)

    def _all(self, depth: int) -> Tree:
        parts = [self._part(depth)]
        while True:
            joined = self._take_keyword("and")
            if not joined and (self.at == len(self.text) or self._sees(")") or self._keyword() == "or"):
                return all_parts(parts)
            parts.append(self._part(depth))

    def _part(self, depth: int) -> Tree:
        if depth > DEEPEST:
            raise self._error(_("More than %(most)s groups inside each other.") % {"most": DEEPEST}, 1)
        if self._take_keyword("not"):
            return denied(self._part(depth + 1))
        if self._sees("-"):
            self._move(1)
            return denied(self._part(depth + 1))
        if self._sees("("):
            return self._group(depth)
        return self._condition()

    def _group(self, depth: int) -> Tree:
        opened = self.at
        self._move(1)
        tree = self._either(depth + 1)
        if not self._sees(")"):
            raise FilterError(_("This bracket is not closed."), Place(opened, 1))
        self._move(1)
        return tree

    def _condition(self) -> Condition:
        start, match = self.at, _FIELD.match(self.text, self.at)
        if match is None:
            raise self._no_condition()
        self.conditions_count += 1
        if self.conditions_count > MOST_CONDITIONS:
            message = _("A filter has at most %(most)s conditions.") % {"most": MOST_CONDITIONS}
            raise FilterError(message, Place(start, len(match[0])))
        self.at = match.end()
        operator = cast("Operator", ":" if match[2] == "=" else match[2])
        values = self._values(operator)
        place = Place(start, self.at - start)
        self._skip()
        return Condition(match[1].lower(), operator, values, place)

    def _values(self, operator: Operator) -> tuple[Value, ...]:
        values = [self._value(operator)]
        while comma := _COMMA.match(self.text, self.at):
            self.at = comma.end()
            values.append(self._value(operator))
        if not _CLOSED.match(self.text, self.at):
            raise self._error(_("After a quoted text comes a space or a comma."), 1)
        if len(values) > 1 and operator in {"<", "<=", ">", ">="}:
            raise FilterError(_("“%(operator)s” takes one value.") % {"operator": operator}, values[1].place)
        return tuple(values)

    def _value(self, operator: Operator) -> Value:
        start, prefix = self.at, ""
        self.values_count += 1
        if self.values_count > MOST_VALUES:
            raise self._error(_("A filter has at most %(most)s values.") % {"most": MOST_VALUES}, 1)
        if found := _PREFIX.match(self.text, self.at):
            prefix = found[1].lower()
            self.at = found.end()
        if match := _QUOTED.match(self.text, self.at):
            self.at = match.end()
            text = re.sub(r"\s", " ", re.sub(r"\\(.)", r"\1", match[1]))
            return Word(text, True, prefix, Place(start, self.at - start))
        if self.text.startswith('"', self.at):
            raise self._error(_("This quotation mark is not closed."), 1)
        match = _BARE.match(self.text, self.at)
        if match is None:
            raise self._error(_("A value is missing here."), 1)
        self.at = match.end()
        word = Word(match[0], False, prefix, Place(start, self.at - start))
        return self._between(word, operator) if ".." in word.text else word

    def _between(self, word: Word, operator: Operator) -> Between:
        first, _dots, last = word.text.partition("..")
        if not first or not last or ".." in last or word.prefix or operator not in {":", "!="}:
            message = _("“..” stands between two values, after “:”. A text with dots goes between quotation marks.")
            raise FilterError(message, word.place)
        start = word.place.offset
        return Between(
            Word(first, place=Place(start, len(first))),
            Word(last, place=Place(start + len(first) + 2, len(last))),
        )

    def _no_condition(self) -> FilterError:
        if self.at == len(self.text) or self._sees(")"):
            return self._error(_("A condition is missing here."), 1)
        token = _TOKEN.match(self.text, self.at)
        found = token[0] if token else ""
        message = _("“%(text)s” is no condition. A condition is a field, an operator and a value, as in “is:open”.")
        return self._error(message % {"text": found[:40]}, len(found))

    def _keyword(self) -> str:
        match = _KEYWORD.match(self.text, self.at)
        return match[1].lower() if match and not _FIELD.match(self.text, self.at) else ""

    def _take_keyword(self, keyword: str) -> bool:
        if self._keyword() != keyword:
            return False
        self._move(len(keyword))
        return True

    def _sees(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _move(self, count: int) -> None:
        self.at += count
        self._skip()

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _error(self, message: str, length: int) -> FilterError:
        return FilterError(message, Place(self.at, length))
