"""SQL as values: a text with its parameters, composed without ever pasting a value into the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the parameters of its `%s` marks, in order."""

    text: str
    params: tuple[object, ...] = ()

    def __and__(self, other: Sql) -> Sql:
        return all_of([self, other])

    def __or__(self, other: Sql) -> Sql:
        return any_of([self, other])

    def __invert__(self) -> Sql:
        return Sql(f"NOT ({self.text})", self.params)


TRUE = Sql("TRUE")
FALSE = Sql("FALSE")


def sql(template: LiteralString, *args: object) -> Sql:
    """Fill the `{}` marks of a literal template: an `Sql` is spliced in, any other value becomes a parameter."""
    pieces = template.split("{}")
    if len(pieces) != len(args) + 1:
        message = f"{len(pieces) - 1} marks and {len(args)} values in {template!r}"
        raise ValueError(message)
    text = [pieces[0]]
    params: list[object] = []
    for arg, piece in zip(args, pieces[1:], strict=True):
        if isinstance(arg, Sql):
            text.append(arg.text)
            params.extend(arg.params)
        else:
            text.append("%s")
            params.append(arg)
        text.append(piece)
    return Sql("".join(text), tuple(params))


_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")


def name(identifier: str) -> Sql:
    """A table, column or `alias.column` that the code itself names; anything but a plain identifier is refused."""
    if not _IDENTIFIER.fullmatch(identifier):
        message = f"not an SQL identifier: {identifier!r}"
        raise ValueError(message)
    return Sql(identifier)


def bigints(values: Iterable[int]) -> Sql:
    """An array of ids as one parameter.

    The cast matters: psycopg sends small numbers as smallint[], and PostgreSQL hashes `= ANY` only within one type.
    """
    return Sql("%s::bigint[]", ("{" + ",".join(map(str, values)) + "}",))


def join(separator: LiteralString, parts: Iterable[Sql]) -> Sql:
    """The parts with a separator between them."""
    items = list(parts)
    return Sql(separator.join(part.text for part in items), tuple(p for part in items for p in part.params))


def all_of(conditions: Iterable[Sql]) -> Sql:
    """AND over the conditions; TRUE when there are none."""
    items = [c for c in conditions if c != TRUE]
    if FALSE in items:
        return FALSE
    if len(items) == 1:
        return items[0]
    return sql("({})", join(" AND ", items)) if items else TRUE


def any_of(conditions: Iterable[Sql]) -> Sql:
    """OR over the conditions; FALSE when there are none."""
    items = [c for c in conditions if c != FALSE]
    if TRUE in items:
        return TRUE
    if len(items) == 1:
        return items[0]
    return sql("({})", join(" OR ", items)) if items else FALSE


def _run(cursor: CursorWrapper, query: Sql) -> None:
    cursor.execute(query.text, cast("tuple[Any, ...]", query.params))


def fetch_all(query: Sql) -> list[Row]:
    """All rows of a query, each a dict by column name."""
    with connection.cursor() as cursor:
        _run(cursor, query)
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def fetch_one(query: Sql) -> Row | None:
    """The first row, or None."""
    rows = fetch_all(query)
    return rows[0] if rows else None


def fetch_value(query: Sql) -> Any:  # noqa: ANN401 - the type is the query's
    """The first column of the first row, or None."""
    with connection.cursor() as cursor:
        _run(cursor, query)
        row = cursor.fetchone()
        return row[0] if row else None


def fetch_column(query: Sql) -> list[Any]:
    """The first column of all rows."""
    with connection.cursor() as cursor:
        _run(cursor, query)
        return [row[0] for row in cursor.fetchall()]


def planned_cost(query: Sql) -> float:
    """What PostgreSQL thinks that a query costs, in its own units: about one for a page of a table that it reads."""
    plans = fetch_value(Sql(f"EXPLAIN (FORMAT JSON) {query.text}", query.params))
    found = json.loads(plans) if isinstance(plans, str) else plans
    return float(found[0]["Plan"]["Total Cost"])


def planned_words(table: LiteralString, column: LiteralString) -> dict[str, float]:
    """The words that PostgreSQL knows to be common in a column of words, each with how many rows it thinks that they have.

    As of its last count of the table: what depends on it may only be how long something takes.
    """
    row = fetch_one(
        sql(
            """
            SELECT s.most_common_elems::text::text[] AS words, s.most_common_elem_freqs AS shares, c.reltuples AS rows
            FROM pg_class c JOIN pg_stats s ON s.tablename = c.relname AND s.schemaname = c.relnamespace::regnamespace::text
            WHERE c.oid = {}::regclass AND s.attname = {} AND s.most_common_elems IS NOT NULL
            """,
            table,
            column,
        )
    )
    return (
        {}
        if row is None
        else {word: share * row["rows"] for word, share in zip(row["words"], row["shares"], strict=False)}
    )


def execute(query: Sql) -> int:
    """Run a statement and return the number of rows that it touched."""
    with connection.cursor() as cursor:
        _run(cursor, query)
        return int(cursor.rowcount)


def distinct_ids(ids: Sequence[int]) -> list[int]:
    """The ids without doubles, ascending: the order in which many rows are locked."""
    return sorted(set(ids))
