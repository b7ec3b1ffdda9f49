"""Keeping filters: made, edited, deleted, shared; and each user's own order, pins and default. All of it can be undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.journal.actions import change, new_gesture, record_created
from relance.journal.queries import fields_changed_since
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, distinct_ids, execute, fetch_all, fetch_value, sql
from relance.lists import policy
from relance.lists.saved import get_filter
from relance.lists.terms import (
    LONGEST_DESCRIPTION,
    LONGEST_FILTER_NAME,
    MOST_FILTERS,
    FilterChanges,
    Listing,
    SavedFilterView,
)

NOUN, TABLE = "saved_filter", "lists_savedfilter"


@transaction.atomic
def create_filter(actor: Actor, *, listing: Listing, draft: FilterChanges) -> Outcome:
    """Keep a filter under a name; the new id is the one done.

    Raises:
        FilterError: its text is no filter of this list.
        Invalid: no name, or one that is too long; an unknown column or sort; more filters than anybody needs.
        Forbidden: the command line owns no filters.
    """
    if actor.recorded_id is None:
        raise Forbidden(_("Filters belong to a person."))
    values = _checked(actor, listing, FilterChanges(**{**_EMPTY, **_given(draft)}))
    count = sql(
        "SELECT count(*) FROM lists_savedfilter f WHERE f.owner_id = {} AND f.deleted_at IS NULL", actor.user_id
    )
    if int(fetch_value(count)) >= MOST_FILTERS:
        raise Invalid({"name": _("You have %(most)s filters already. Delete some.") % {"most": MOST_FILTERS}})
    filter_id: int = fetch_value(
        sql(
            """
            INSERT INTO lists_savedfilter (owner_id, listing, name, description, text, sort, columns, updated_at, updated_by_id)
            VALUES ({}, {}, {}, {}, {}, {}, {}::jsonb, {}, {}) RETURNING id
            """,
            actor.user_id,
            listing.key,
            values["name"],
            values["description"],
            values["text"],
            values["sort"],
            values["columns"],
            clock.now(),
            actor.user_id,
        )
    )
    gesture = new_gesture()
    record_created(actor, gesture, noun=NOUN, table=TABLE, ids=[filter_id])
    return Outcome([filter_id], gesture=gesture)


@transaction.atomic
def edit_filter(actor: Actor, *, listing: Listing, id: int, version: int, changes: FilterChanges) -> Outcome:
    """Change what a filter is, as it was read at a version.

    Raises:
        NotFound: there is none in this list, or the actor may not use it.
        Forbidden: he may use it and not edit it.
        Conflict: somebody else has changed one of the same fields since.
        FilterError, Invalid: as for a new one.
    """
    shown = lock_filter(actor, id)
    if shown.listing != listing.key:
        raise NotFound
    if not shown.can_edit:
        raise Forbidden(_("You may use this filter and not change it. Save it under another name."))
    values = _checked(actor, listing, changes)
    if shown.version != version:
        _require_uncontested(shown, version, values)
    gesture = new_gesture()
    written = {key: _jsonb(value) if key == "columns" else value for key, value in values.items()}
    done = change(actor, gesture, verb="edit", noun=NOUN, table=TABLE, ids=[id], values=written)
    return Outcome(done, [] if done else [id], gesture=gesture if done else None)


@transaction.atomic
def delete_filters(actor: Actor, *, ids: Sequence[int]) -> Outcome:
    """Delete filters, for everybody whom they are shared with too."""
    shown = {view.id: view for view in _locked(actor, ids)}
    refused = [Refusal(one, "", is_hidden=True, noun=NOUN) for one in distinct_ids(ids) if one not in shown]
    reason = _("Only its owner can delete a filter.")
    refused += [Refusal(view.id, reason, noun=NOUN) for view in shown.values() if not view.can_manage]
    gesture = new_gesture()
    going = [view.id for view in shown.values() if view.can_manage]
    done = change(actor, gesture, verb="delete", noun=NOUN, table=TABLE, ids=going, values={"deleted_at": clock.now()})
    return Outcome(sorted(done), [], refused, gesture if done else None)


def lock_filter(actor: Actor, id: int) -> SavedFilterView:
    """A filter that the actor may use, locked until the end of the transaction.

    Raises:
        NotFound: there is none, or he may not use it.
    """
    execute(sql("SELECT 1 FROM lists_savedfilter f WHERE f.id = {} FOR UPDATE", id))
    return get_filter(actor, id=id)


def restore_filters(actor: Actor, back: UUID, entries: Sequence[Row]) -> tuple[list[int], list[Refusal]]:
    """Take back what a gesture did to filters themselves; the ids restored, and those refused with the reason."""
    ids = distinct_ids([entry["noun_id"] for entry in entries])
    rows = fetch_all(
        sql(
            """
            SELECT f.id, f.version, {} AS can_edit, {} AS can_manage FROM lists_savedfilter f WHERE f.id = ANY({}::bigint[])
            FOR UPDATE
            """,
            policy.editable(actor),
            policy.manageable(actor),
            ids,
        )
    )
    allowed = {row["id"]: row for row in rows}
    done: list[int] = []
    for entry in entries:
        row = allowed.get(entry["noun_id"])
        flag = "can_edit" if entry["verb"] == "edit" else "can_manage"
        if row and row[flag] and row["version"] == (entry["after"] or {}).get("version", 1):
            done += _put_back(actor, back, entry)
    reason = _("It has been changed since.")
    return done, [Refusal(one, reason, noun=NOUN) for one in ids if one not in done]


_EMPTY: dict[str, Any] = {"name": "", "description": "", "text": "", "sort": "", "columns": ()}


def _put_back(actor: Actor, back: UUID, entry: Row) -> list[int]:
    before = entry["before"]
    values = {"deleted_at": clock.now()} if before is None else dict(before)
    if "columns" in values:
        values["columns"] = _jsonb(json.dumps(values["columns"]))
    if "deleted_at" in values and values["deleted_at"] is None:
        values["deleted_at"] = sql("NULL::timestamptz")
    return change(actor, back, verb="undo", noun=NOUN, table=TABLE, ids=[entry["noun_id"]], values=values)


def _given(changes: FilterChanges) -> dict[str, Any]:
    return {key: value for key in _EMPTY if (value := getattr(changes, key)) is not None}


def _jsonb(text: str) -> object:
    return sql("{}::jsonb", text)


def _checked(actor: Actor, listing: Listing, changes: FilterChanges) -> dict[str, Any]:
    """The columns to write, each judged."""
    values, problems = _given(changes), {}
    for key, most in (("name", LONGEST_FILTER_NAME), ("description", LONGEST_DESCRIPTION)):
        if key in values:
            values[key] = values[key].replace("\x00", "").strip()
            if len(values[key]) > most:
                problems[key] = _("At most %(most)s characters.") % {"most": most}
    if values.get("name") == "":
        problems["name"] = _("A name is needed.")
    if values.get("sort") and values["sort"].lstrip("-") not in listing.columns:
        problems["sort"] = _("This list has no such column.")
    if "columns" in values:
        columns = list(values["columns"])
        if len(set(columns)) != len(columns) or not set(columns) <= set(listing.columns):
            problems["columns"] = _("Choose at least one column, each once.")
        values["columns"] = json.dumps(columns)
    if problems:
        raise Invalid(problems)
    if "text" in values:
        values["text"] = values["text"].strip()
        listing.check(actor, values["text"])
    return values


def _require_uncontested(shown: SavedFilterView, version: int, values: dict[str, Any]) -> None:
    theirs = fields_changed_since(noun=NOUN, noun_id=shown.id, version=version)
    now = {key: json.dumps(list(shown.columns)) if key == "columns" else getattr(shown, key) for key in values}
    contested = {key: (now[key], values[key]) for key in values if key in theirs and now[key] != values[key]}
    if contested:
        labels = {"name": _("Name"), "description": _("Description"), "text": _("Filter"), "sort": _("Sort")}
        raise Conflict({labels.get(key, _("Columns")): pair for key, pair in contested.items()})


def _locked(actor: Actor, ids: Sequence[int]) -> list[SavedFilterView]:
    found = []
    for one in distinct_ids(ids):
        try:
            found.append(lock_filter(actor, one))
        except NotFound:
            continue
    return found
