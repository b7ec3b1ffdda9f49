"""Keeping what a person, or an administrator for all, chose to see in a list."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import execute, fetch_value, sql


@transaction.atomic
def save_columns(
    actor: Actor, *, listing: str, columns: Sequence[str], known: Collection[str], for_all: bool = False
) -> None:
    """Keep the columns of a list, in order; `for_all` makes them everybody's, whatever each had chosen.

    Raises:
        Invalid: no column, an unknown one, or one twice.
        Forbidden: `for_all` by somebody who does not manage the settings.
    """
    if for_all and not actor.manages_settings:
        raise Forbidden(_("Only who manages the CRM settings can apply columns to everybody."))
    if not columns or len(set(columns)) != len(columns) or not set(columns) <= set(known):
        raise Invalid({"columns": _("Choose at least one column, each once.")})
    if for_all:
        execute(sql("DELETE FROM lists_listsettings WHERE listing = {}", listing))
    row_id = fetch_value(
        sql(
            """
            INSERT INTO lists_listsettings (user_id, listing, columns) VALUES ({}, {}, {}::jsonb)
            ON CONFLICT ON CONSTRAINT list_settings_once DO UPDATE SET columns = EXCLUDED.columns RETURNING id
            """,
            None if for_all else actor.recorded_id,
            listing,
            json.dumps(list(columns)),
        )
    )
    after = {"listing": listing, "columns": list(columns), "for_all": for_all}
    record(actor, new_gesture(), verb="edit", noun="list_settings", entries=[(row_id, None, after)])


@transaction.atomic
def reset_columns(actor: Actor, *, listing: str) -> None:
    """Forget the actor's own choice, so that he sees the company's columns."""
    row_id = fetch_value(
        sql("DELETE FROM lists_listsettings WHERE listing = {} AND user_id = {} RETURNING id", listing, actor.user_id)
    )
    if row_id:
        record(actor, new_gesture(), verb="reset", noun="list_settings", entries=[(row_id, {"listing": listing}, None)])
