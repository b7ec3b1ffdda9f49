"""Two people edit the same element: what each changed, told apart field by field from the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from relance.crm.links import NOUNS
from relance.crm.terms import Kind
from relance.kit.sql import fetch_all, sql

_IDS = {"contact_ids", "company_ids"}


def changes_since(element_id: int, version: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """For each field changed after the element had this version: its value then, and its value now (as in JSON)."""
    rows = fetch_all(
        sql(
            """
            SELECT change->'before' AS before, change->'after' AS after FROM journal_auditentry
            WHERE noun = ANY({}) AND noun_id = {} AND jsonb_typeof(change->'before') = 'object' AND gesture IN (
                SELECT gesture FROM journal_auditentry
                WHERE noun = 'element' AND noun_id = {} AND (change->'after'->>'version')::bigint > {})
            ORDER BY id
            """,
            ["element", *Kind.values, *NOUNS],
            element_id,
            element_id,
            version,
        )
    )
    base: dict[str, Any] = {}
    theirs: dict[str, Any] = {}
    for row in rows:
        base = {**_load(row["before"]), **base}
        theirs |= _load(row["after"])
    return base, theirs


def untouched(given: Mapping[str, Any], base: Mapping[str, Any]) -> set[str]:
    """The given fields that stand as their user read them: he sent them, and did not change them."""
    return {key for key, value in given.items() if key in base and is_same(key, value, base[key])}


def contested(given: Mapping[str, Any], base: Mapping[str, Any], theirs: Mapping[str, Any]) -> set[str]:
    """The given fields that both changed, each to something else."""
    return {key for key, value in given.items() if key in base and not is_same(key, value, theirs.get(key))}


def is_same(key: str, value: object, stored: object) -> bool:
    """Whether a value is what the journal keeps in JSON."""
    if isinstance(value, Decimal):
        return stored is not None and value == Decimal(str(stored))
    if isinstance(value, date):
        return value.isoformat() == stored
    if key in _IDS:
        return set(_items(value)) == set(_items(stored))
    if isinstance(value, tuple):
        return list(value) == stored
    return value == stored


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else ()


def _load(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return loaded
