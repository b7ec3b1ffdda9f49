"""The list engine: keyset pages over any number of ordered branches, and what a person chose to see."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from relance.kit.actor import Actor
from relance.kit.patience import TookTooLongError, stopped_after
from relance.kit.sql import TRUE, Row, Sql, all_of, fetch_all, fetch_one, fetch_value, join, sql
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.weighing import too_common, too_heavy
from relance.lists.terms import LONGEST_COUNT_MS, NOT_COUNTED, PAGE_SIZE, Branch, Cast, Column, Layout, Page, Total

# From so many keys on, a page is read in two steps: how far it reaches, then the rows up to there.
FEWEST_KEYS_BOUNDED = 8
LARGEST_ID = 2**63 - 1
# Below and above all values of a type, as PostgreSQL reads them ("C" collation).
BEYOND: dict[Cast, tuple[str, str]] = {
    "timestamptz": ("-infinity", "infinity"),
    "date": ("-infinity", "infinity"),
    "numeric": ("-infinity", "infinity"),
    "bigint": (str(-(2**63)), str(LARGEST_ID)),
    "text": ("", "\U0010ffff"),
}


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: after (or, backwards, before) a row's key and id; without them, at that end of the list."""

    backwards: bool = False
    key: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """A page's place in a list, as SQL needs it."""

    cast: Cast
    descending: bool
    position: Position
    size: int = PAGE_SIZE

    @property
    def reads_descending(self) -> bool:
        return self.descending != self.position.backwards

    @property
    def bound(self) -> Sql:
        """The (k, id) in `least`, or one beyond all others if it is empty."""
        lowest, highest = BEYOND[self.cast]
        beyond, beyond_id = (lowest, -1) if self.reads_descending else (highest, LARGEST_ID)
        return sql(
            "coalesce((SELECT k FROM least), {}::{}), coalesce((SELECT id FROM least), {})",
            beyond,
            Sql(self.cast),
            beyond_id,
        )


def encode_cursor(sort: str, position: Position) -> str:
    """An opaque cursor. Encrypted: a sort by name must not put a name into a copied address."""
    text = json.dumps([sort, position.backwards, position.key, position.id])
    return _fernet().encrypt(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str) -> Position:
    """The position that a cursor names; the first page for one that is forged, old, or of another sort."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        of_sort, backwards, key, row_id = json.loads(_fernet().decrypt(padded.encode()))
    except (InvalidToken, ValueError, UnicodeError):
        return Position()
    return Position(backwards, key, row_id) if of_sort == sort else Position()


def page_ids(branches: Sequence[Branch], window: Window) -> Sql:
    """The (k, id) of one row more than the page holds, in reading order: each branch's first distinct ones, merged.

    A branch that may repeat an id is cut after its first *distinct* rows: cut earlier, one activity bound to many
    elements would push others off the page.
    """
    if not branches:
        return Sql("SELECT NULL::text AS k, NULL::bigint AS id WHERE false")
    if len(branches) == 1 and branches[0].keys is None:
        return _branch(branches[0], window)
    if sum(branch.keys_count for branch in branches) < FEWEST_KEYS_BOUNDED:
        return _merged(branches, window)
    # Many keys: what the first few rows of each already fill a page with is as far as any of them need be read.
    return sql(
        """
        WITH least AS MATERIALIZED (SELECT k, id FROM ({}) f OFFSET {})
        {}
        """,
        _merged(branches, window, each=_few(branches, window)),
        window.size,
        _merged(branches, window, bound=window.bound),
    )


def fetch_page(
    branches: Sequence[Branch],
    window: Window,
    *,
    sort: str,
    rows_of: Callable[[Sql], Sql],
    columns: Sequence[str] = (),
    refused_sort: str = "",
) -> Page:
    """Read one page. `rows_of` wraps the query of (k, id) into one over it, as `p`, with `p.k::text AS page_key`."""
    direction = Sql("DESC") if window.reads_descending else Sql("ASC")
    query = sql("{} ORDER BY p.k {}, p.id {}", rows_of(page_ids(branches, window)), direction, direction)
    rows = fetch_all(query)
    return page_from(rows, window, sort=sort, columns=columns, refused_sort=refused_sort)


def page_from(
    rows: list[Row], window: Window, *, sort: str, columns: Sequence[str] = (), refused_sort: str = ""
) -> Page:
    """The page of rows read in reading order, the one beyond its end cut off, with the cursors around it."""
    has_more = len(rows) > window.size
    rows = rows[: window.size]
    backwards = window.position.backwards
    if backwards:
        rows.reverse()
    started = window.position.key is not None
    has_previous, has_next = (has_more, started) if backwards else (started, has_more)
    return Page(
        rows=rows,
        sort=sort,
        columns=columns,
        first="" if has_previous else None,
        previous=_cursor(sort, rows, 0, backwards=True) if has_previous else None,
        next=_cursor(sort, rows, -1, backwards=False) if has_next else None,
        last=encode_cursor(sort, Position(backwards=True)) if has_next else None,
        refused_sort=refused_sort,
    )


def bounded_count(query: Sql, most: int) -> int:
    """How many rows a query has, counting no further than one above `most`."""
    count: int = fetch_value(sql("SELECT count(*) FROM (SELECT FROM ({}) q LIMIT {}) c", query, most + 1))
    return count


def bounded_total(counted: Callable[[int], int], most: int) -> Total:
    """What counts no further than one above `most`: exact up to it, then "more than"; NOT_COUNTED if it takes too long."""
    try:
        with stopped_after(LONGEST_COUNT_MS):
            count = counted(most)
    except TookTooLongError:
        return NOT_COUNTED
    return Total(min(count, most), count <= most)


@contextmanager
def patient(text: str | None, limit_ms: int, *, has_deadlines: bool = False, search: str = "") -> Iterator[None]:
    """What is read inside for a custom filter's text or a search ends after `limit_ms`; without either there is no limit.

    Raises:
        TooHeavyError: it took longer; it names the condition that makes the filter heavy, and what to add.
    """
    if not text and not search:
        yield
        return
    try:
        with stopped_after(limit_ms):
            yield
    except TookTooLongError as error:
        if search or not text:
            raise too_common() from error
        raise too_heavy(parse(text), text, limit_ms=limit_ms, has_deadlines=has_deadlines) from error


def get_columns(actor: Actor, listing: str, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The columns that the actor sees in a list, in order: his own choice, the company's, or the default."""
    return get_layout(actor, listing, columns).columns


def get_layout(actor: Actor, listing: str, columns: Mapping[str, Column]) -> Layout:
    """How the actor sees a list: what he chose himself, else what the company did, else the default; part by part."""
    rows = fetch_all(
        sql(
            """
            SELECT columns, widths, density FROM lists_listsettings WHERE listing = {} AND (user_id = {} OR user_id IS NULL)
            ORDER BY user_id NULLS FIRST
            """,
            listing,
            actor.user_id,
        )
    )
    layout = Layout(tuple(column.key for column in columns.values() if column.is_default))
    for row in rows:
        chosen = tuple(key for key in json.loads(row["columns"]) if key in columns)
        widths = {key: width for key, width in json.loads(row["widths"]).items() if key in columns}
        layout = Layout(chosen or layout.columns, {**layout.widths, **widths}, row["density"] or layout.density)
    return layout


def _few(branches: Sequence[Branch], window: Window) -> int:
    """So many rows of each key make more than a page together."""
    return max(2, 2 * window.size // sum(branch.keys_count for branch in branches))


def _merged(branches: Sequence[Branch], window: Window, *, each: int | None = None, bound: Sql | None = None) -> Sql:
    parts = [sql("({})", _branch(branch, window, each=each, bound=bound)) for branch in branches]
    return sql("SELECT DISTINCT k, id FROM ({}) u {}", join(" UNION ALL ", parts), _cut(window, Sql("k"), Sql("id")))


def order(window: Window, alias: LiteralString = "") -> Sql:
    """The order of (k, id) in which a page is read."""
    direction = Sql("DESC") if window.reads_descending else Sql("ASC")
    return sql("ORDER BY {} {}, {} {}", Sql(f"{alias}k"), direction, Sql(f"{alias}id"), direction)


def cut(window: Window, alias: LiteralString = "") -> Sql:
    """The order of a page's (k, id), and one row more than it holds."""
    return _cut(window, Sql(f"{alias}k"), Sql(f"{alias}id"))


def _cut(window: Window, key: Sql, row_id: Sql, most: int | None = None) -> Sql:
    direction = Sql("DESC") if window.reads_descending else Sql("ASC")
    return sql("ORDER BY {} {}, {} {} LIMIT {}", key, direction, row_id, direction, most or window.size + 1)


def after(branch: Branch, window: Window) -> Sql:
    """What lies behind the window's cursor."""
    position = window.position
    if position.key is None:
        return TRUE
    comparison = Sql("<") if window.reads_descending else Sql(">")
    # Known to the planner, a key among many equal ones ("never due") makes it take the page for empty, since it judges a
    # row's comparison by the first column alone, and read it from another index. A subquery's value is not known to it.
    value = sql("(SELECT {}::{}), {}", position.key, Sql(window.cast), position.id)
    return sql("({}, {}) {} ({})", branch.key, branch.id, comparison, value)


def _up_to(branch: Branch, window: Window, bound: Sql | None) -> Sql:
    if bound is None:
        return TRUE
    return sql("({}, {}) {} ({})", branch.key, branch.id, Sql(">=" if window.reads_descending else "<="), bound)


def _branch(branch: Branch, window: Window, *, each: int | None = None, bound: Sql | None = None) -> Sql:
    where = all_of([branch.where, after(branch, window), _up_to(branch, window, bound)])
    distinct = Sql("DISTINCT") if branch.may_repeat else Sql("")
    if branch.within is not None:
        return _bounded(branch, window, where, distinct)
    first = sql(
        "SELECT {} {} AS k, {} AS id FROM {} WHERE {} {}",
        distinct,
        branch.key,
        branch.id,
        branch.source,
        all_of([where, branch.filter]),
        _cut(window, Sql("1"), Sql("2"), each),
    )
    if branch.keys is None:
        return first
    return sql("SELECT x.k, x.id FROM {} CROSS JOIN LATERAL ({}) x", branch.keys, first)


def _bounded(branch: Branch, window: Window, where: Sql, distinct: Sql) -> Sql:
    """The first matches among the next `within` entries of an index: quick, and sure not to run away."""
    direction = Sql("DESC") if window.reads_descending else Sql("ASC")
    return sql(
        """
        SELECT {} {} AS k, {} AS id
        FROM (SELECT * FROM {} WHERE {} ORDER BY {} {}, {} {} LIMIT {}) {} WHERE {} {}
        """,
        distinct,
        branch.key,
        branch.id,
        branch.source,
        where,
        branch.key,
        direction,
        branch.id,
        direction,
        branch.within,
        branch.alias,
        branch.filter,
        _cut(window, Sql("1"), Sql("2")),
    )


def reaches_beyond(branch: Branch, window: Window) -> bool:
    """Whether a bounded branch stopped at its bound, so that there may be rows that it has not seen."""
    if branch.within is None:
        return False
    direction = Sql("DESC") if window.reads_descending else Sql("ASC")
    where = all_of([branch.where, after(branch, window)])
    query = sql(
        "SELECT 1 FROM {} WHERE {} ORDER BY {} {}, {} {} OFFSET {} LIMIT 1",
        branch.source,
        where,
        branch.key,
        direction,
        branch.id,
        direction,
        branch.within,
    )
    return fetch_one(query) is not None


def _cursor(sort: str, rows: Sequence[Row], index: int, *, backwards: bool) -> str | None:
    if not rows:
        return encode_cursor(sort, Position(backwards=not backwards))
    row = rows[index]
    return encode_cursor(sort, Position(backwards, row["page_key"], row["id"]))


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"relance.lists.cursor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
