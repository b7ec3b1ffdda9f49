"""Writing with its journal: no other code changes the rows that people own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute, fetch_column, join, name, sql

Values = Mapping[str, object]
Entry = tuple[int, Values | None, Values | None]


def new_gesture() -> UUID:
    """The identity shared by all that one movement of the user writes; what `undo` takes back."""
    return uuid4()


def change(
    actor: Actor,
    gesture: UUID,
    *,
    verb: str,
    noun: str,
    table: str,
    ids: Sequence[int],
    values: Values,
    key: str = "id",
    stamped: bool = True,
) -> list[int]:
    """Set columns of many rows, with one journal entry for each row that this changes, in one statement.

    `values` maps a column to a value, or to an `Sql` that may name the row's old values as `t`. Rows that already
    hold the values are left alone. `stamped` tables also get their version, updated_at and updated_by.
    The caller has locked the rows and judged the rights. Returns the ids changed.
    """
    if not ids or not values:
        return []
    row_id, columns = name(f"t.{key}"), [name(column) for column in values]
    news = [value if isinstance(value, Sql) else sql("{}", value) for value in values.values()]
    olds = [name(f"t.{column}") for column in values]
    settings = [sql("{} = {}", column, new) for column, new in zip(columns, news, strict=True)]
    stamps = (
        [sql("version = t.version + 1, updated_at = now(), updated_by_id = {}", actor.recorded_id)] if stamped else []
    )
    query = sql(
        """
        WITH o AS MATERIALIZED (SELECT {} AS row_id, {} FROM {} t WHERE {} = ANY({})),
        done AS (
            UPDATE {} t SET {} FROM o WHERE {} = o.row_id AND ROW({}) IS DISTINCT FROM ROW({})
            RETURNING o.row_id, jsonb_build_object({}) AS before, jsonb_build_object({}) AS after
        )
        INSERT INTO journal_auditentry (gesture, actor_id, via, request_id, verb, noun, noun_id, change)
        SELECT {}, {}, {}, {}, {}, {}, row_id, jsonb_build_object('before', before, 'after', after) FROM done
        RETURNING noun_id
        """,
        row_id,
        join(", ", olds),
        name(table),
        row_id,
        list(ids),
        name(table),
        join(", ", [*settings, *stamps]),
        row_id,
        join(", ", olds),
        join(", ", news),
        _object("o", list(values)),
        _object("t", [*values, *(["version"] if stamped else [])]),
        gesture,
        actor.recorded_id,
        actor.via,
        actor.request_id,
        verb,
        noun,
    )
    return fetch_column(query)


def record(actor: Actor, gesture: UUID, *, verb: str, noun: str, entries: Iterable[Entry]) -> None:
    """One journal entry for each (id, before, after); None before is a creation, None after a removal."""
    rows = list(entries)
    if not rows:
        return
    changes = [json.dumps({"before": before, "after": after}, default=_plain) for _, before, after in rows]
    execute(
        sql(
            """
            INSERT INTO journal_auditentry (gesture, actor_id, via, request_id, verb, noun, noun_id, change)
            SELECT {}, {}, {}, {}, {}, {}, e.id, e.change::jsonb FROM unnest({}::bigint[], {}::text[]) AS e (id, change)
            """,
            gesture,
            actor.recorded_id,
            actor.via,
            actor.request_id,
            verb,
            noun,
            [row[0] for row in rows],
            changes,
        )
    )


def record_created(
    actor: Actor, gesture: UUID, *, noun: str, table: str, ids: Sequence[int], extra: Mapping[int, Values] | None = None
) -> None:
    """One journal entry for each new row, with the row as the database holds it, and what `extra` says of it beside."""
    rows = [(row_id, json.dumps((extra or {}).get(row_id, {}), default=_plain)) for row_id in ids]
    execute(
        sql(
            """
            INSERT INTO journal_auditentry (gesture, actor_id, via, request_id, verb, noun, noun_id, change)
            SELECT {}, {}, {}, {}, 'create', {}, t.id, jsonb_build_object('before', NULL, 'after',
                jsonb_strip_nulls(to_jsonb(t) - 'id' - 'version' - 'updated_at' - 'updated_by_id') || x.extra::jsonb)
            FROM {} t JOIN unnest({}::bigint[], {}::text[]) AS x (id, extra) USING (id)
            """,
            gesture,
            actor.recorded_id,
            actor.via,
            actor.request_id,
            noun,
            name(table),
            [row[0] for row in rows],
            [row[1] for row in rows],
        )
    )


def restore(
    actor: Actor,
    gesture: UUID,
    back: UUID,
    *,
    noun: str,
    table: str,
    ids: Sequence[int],
    key: str = "id",
    stamped: bool = True,
) -> list[int]:
    """Give rows the values that they had before a gesture, those that still stand as it left them.

    `back` is the gesture of this undoing, journaled like any other. The caller has locked the rows and judged the
    rights. Returns the ids restored; what the gesture created is not undone here (it had no values before).
    """
    columns = _columns_of(gesture, noun, ids)
    if not columns:
        return []
    t_key, o_key = name(f"t.{key}"), name(f"o.{key}")
    stamps = (
        [sql("version = t.version + 1, updated_at = now(), updated_by_id = {}", actor.recorded_id)] if stamped else []
    )
    return fetch_column(
        sql(
            """
            WITH e AS (
                SELECT DISTINCT ON (noun_id) noun_id, change->'before' AS before, (change->'after') - 'version' AS after
                FROM journal_auditentry
                WHERE gesture = {} AND noun = {} AND noun_id = ANY({}) AND jsonb_typeof(change->'before') = 'object'
                ORDER BY noun_id, id
            ),
            done AS (
                UPDATE {} t SET {}
                FROM e JOIN {} o ON {} = e.noun_id CROSS JOIN LATERAL jsonb_populate_record(o, e.before) r
                WHERE {} = {} AND to_jsonb(o) @> e.after
                RETURNING e.noun_id, e.before, e.after
            )
            INSERT INTO journal_auditentry (gesture, actor_id, via, request_id, verb, noun, noun_id, change)
            SELECT {}, {}, {}, {}, 'undo', {}, noun_id, jsonb_build_object('before', after, 'after', before) FROM done
            RETURNING noun_id
            """,
            gesture,
            noun,
            list(ids),
            name(table),
            join(", ", [*(sql("{} = {}", name(c), name(f"r.{c}")) for c in columns), *stamps]),
            name(table),
            o_key,
            t_key,
            o_key,
            back,
            actor.recorded_id,
            actor.via,
            actor.request_id,
            noun,
        )
    )


def _columns_of(gesture: UUID, noun: str, ids: Sequence[int]) -> list[str]:
    return fetch_column(
        sql(
            """
            SELECT DISTINCT jsonb_object_keys(change->'before') FROM journal_auditentry
            WHERE gesture = {} AND noun = {} AND noun_id = ANY({}) AND jsonb_typeof(change->'before') = 'object'
            """,
            gesture,
            noun,
            list(ids),
        )
    )


def _object(alias: str, columns: Sequence[str]) -> Sql:
    pairs = [sql("{}, {}", Sql(f"'{name(column).text}'"), name(f"{alias}.{column}")) for column in columns]
    return join(", ", pairs)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    message = f"cannot be written in the journal: {value!r}"
    raise TypeError(message)
