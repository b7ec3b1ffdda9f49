"""The rows that cells point at: by origin id, name, e-mail address or number; looked up many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext as _

from relance.crm import policy
from relance.imports.reading import shorten
from relance.imports.terms import DEPARTMENT, NOUN_NAMES, USER
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, fetch_all, sql
from relance.kit.text import fold

# Numbers of elements are bigints.
_MOST_DIGITS = 18


class Pointer(NamedTuple):
    """What a cell says of the row that it points at."""

    noun: str
    by: str
    text: str


class NoSuchRow(ValueError):
    """A pointer to no row, or to several; its message is for the report."""


class References:
    """Pointers of one origin, resolved; what was found is remembered for the rest of the run."""

    def __init__(self, actor: Actor, origin: str) -> None:
        self.actor, self.origin = actor, origin
        self.found: dict[Pointer, tuple[int, ...]] = {}

    def look_up(self, pointers: Iterable[Pointer]) -> None:
        """Find the rows of many pointers, in one query for each noun and way of naming."""
        wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
        for pointer in pointers:
            if pointer not in self.found:
                wanted[pointer.noun, pointer.by].add(pointer.text)
        for (noun, by), texts in wanted.items():
            ids = defaultdict(list)
            for row in self._rows(noun, by, texts):
                ids[row["text"]].append(row["id"])
            for text in texts:
                if named := ids.get(_compared(by, text)):
                    self.found[Pointer(noun, by, text)] = tuple(named)

    def id_of(self, pointer: Pointer) -> int:
        """The id of the row.

        Raises:
            NoSuchRow: there is none, or several.
        """
        ids = self.found.get(pointer, ())
        told = {"noun": str(NOUN_NAMES[pointer.noun]), "text": shorten(pointer.text)}
        if not ids:
            raise NoSuchRow(_("Unknown among the %(noun)s: “%(text)s”.") % told)
        if len(ids) > 1:
            raise NoSuchRow(_("Several of the %(noun)s are called “%(text)s”.") % told)
        return ids[0]

    def _rows(self, noun: str, by: str, texts: set[str]) -> list[Row]:
        if noun == USER:
            return self._users(by, texts)
        if noun == DEPARTMENT:
            column = Sql("origin_id") if by == "key" else Sql("sort_key")
            origin = sql("origin = {}", self.origin) if by == "key" else Sql("TRUE")
            named = sorted({_compared(by, text) for text in texts})
            return fetch_all(
                sql(
                    "SELECT {} AS text, id FROM people_department WHERE {} AND {} = ANY({})",
                    column,
                    origin,
                    column,
                    named,
                )
            )
        return self._elements(noun, by, texts)

    def _users(self, by: str, texts: set[str]) -> list[Row]:
        if by == "name":
            rows = fetch_all(Sql("SELECT first_name || ' ' || last_name AS text, id FROM people_user"))
            return [{**row, "text": fold(row["text"])} for row in rows]
        if by == "email":
            lowered = sorted({_compared(by, text) for text in texts})
            return fetch_all(sql("SELECT email AS text, id FROM people_user WHERE email = ANY({})", lowered))
        return fetch_all(
            sql(
                "SELECT origin_id AS text, id FROM people_user WHERE origin = {} AND origin_id = ANY({})",
                self.origin,
                sorted(texts),
            )
        )

    def _elements(self, kind: str, by: str, texts: set[str]) -> list[Row]:
        """Only those that the actor may read: the others are as unknown as those that do not exist."""
        if by == "name":
            # A contact's sort key begins with the last name: it is found by its name as it is shown.
            column = Sql("lower(e.name)") if kind == "contact" else Sql("e.sort_key")
            named = sorted({text.lower() if kind == "contact" else fold(text) for text in texts})
            condition = sql("{} = ANY({})", column, named)
            rows = fetch_all(self._query(kind, Sql("e.name"), condition))
            return [{**row, "text": fold(row["text"])} for row in rows]
        if by == "number":
            numbers = sorted({int(text) for text in texts if text.isdecimal() and len(text) <= _MOST_DIGITS})
            return fetch_all(self._query(kind, Sql("e.number::text"), sql("e.number = ANY({}::bigint[])", numbers)))
        condition = sql("e.origin = {} AND e.origin_id = ANY({})", self.origin, sorted(texts))
        return fetch_all(self._query(kind, Sql("e.origin_id"), condition))

    def _query(self, kind: str, text: Sql, condition: Sql) -> Sql:
        readable = policy.readable(self.actor, [kind])
        return sql(
            "SELECT {} AS text, e.id FROM crm_element e WHERE e.kind = {} AND {} AND {}",
            text,
            kind,
            condition,
            readable,
        )


def _compared(by: str, text: str) -> str:
    if by == "name":
        return fold(text)
    if by == "email":
        return text.strip().lower()
    return text
