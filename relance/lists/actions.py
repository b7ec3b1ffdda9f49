"""Keeping how a person, or an administrator for all, chose to see a list."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import execute, fetch_all, fetch_value, sql
from relance.lists.terms import DENSITIES, NARROWEST, WIDEST


@transaction.atomic
def save_columns(
    actor: Actor,
    *,
    listing: str,
    columns: Sequence[str],
    known: Collection[str],
    density: str = "",
    for_all: bool = False,
) -> None:
    """Keep the columns of a list, in order, and its density; `for_all` makes them everybody's, with the actor's own
    widths, whatever each had chosen.

    Raises:
        Invalid: no column, an unknown one, or one twice; an unknown density.
        Forbidden: `for_all` by somebody who does not manage the settings.
    """
    if for_all and not actor.manages_settings:
        raise Forbidden(_("Only who manages the CRM settings can apply columns to everybody."))
    _check(known, columns=columns, density=density)
    if not for_all:
        _keep(actor, listing, actor.recorded_id, columns=columns, density=density)
        return
    widths = _seen_widths(actor, listing)
    execute(sql("DELETE FROM lists_listsettings WHERE listing = {}", listing))
    _keep(actor, listing, None, columns=columns, widths=widths, density=density)


@transaction.atomic
def arrange_list(
    actor: Actor,
    *,
    listing: str,
    known: Collection[str],
    columns: Sequence[str] | None = None,
    widths: Mapping[str, int] | None = None,
    density: str = "",
) -> None:
    """Keep what the actor did to a list: the order of the columns, the widths (CSS pixels) of some of them, or how dense
    it is. What is not given stays as it is.

    Raises:
        Invalid: a column is unknown, or named twice, or its width is out of bounds; an unknown density.
    """
    _check(known, columns=columns, widths=widths, density=density)
    _keep(actor, listing, actor.recorded_id, columns=columns or (), widths=widths or {}, density=density)


@transaction.atomic
def reset_columns(actor: Actor, *, listing: str) -> None:
    """Forget the actor's own choices, so that he sees the list as the company does."""
    row_id = fetch_value(
        sql("DELETE FROM lists_listsettings WHERE listing = {} AND user_id = {} RETURNING id", listing, actor.user_id)
    )
    if row_id:
        record(actor, new_gesture(), verb="reset", noun="list_settings", entries=[(row_id, {"listing": listing}, None)])


def _check(
    known: Collection[str],
    *,
    columns: Sequence[str] | None = None,
    widths: Mapping[str, int] | None = None,
    density: str = "",
) -> None:
    if columns is not None and (not columns or len(set(columns)) != len(columns) or not set(columns) <= set(known)):
        raise Invalid({"columns": _("Choose at least one column, each once.")})
    if widths and not (set(widths) <= set(known) and all(NARROWEST <= width <= WIDEST for width in widths.values())):
        raise Invalid({"widths": _("A column cannot be that wide.")})
    if density and density not in DENSITIES:
        raise Invalid({"density": _("There is no such density.")})


def _seen_widths(actor: Actor, listing: str) -> dict[str, int]:
    """The widths that the actor sees: the company's, and over them his own."""
    rows = fetch_all(
        sql(
            """
            SELECT widths FROM lists_listsettings WHERE listing = {} AND (user_id = {} OR user_id IS NULL)
            ORDER BY user_id NULLS FIRST
            """,
            listing,
            actor.user_id,
        )
    )
    return {key: width for row in rows for key, width in json.loads(row["widths"]).items()}


def _keep(
    actor: Actor,
    listing: str,
    user_id: int | None,
    *,
    columns: Sequence[str] = (),
    widths: Mapping[str, int] | None = None,
    density: str = "",
) -> None:
    """Write what was chosen over what there is, and leave the rest; and say so in the journal."""
    row_id = fetch_value(
        sql(
            """
            INSERT INTO lists_listsettings AS s (user_id, listing, columns, widths, density)
            VALUES ({}, {}, {}::jsonb, {}::jsonb, {})
            ON CONFLICT ON CONSTRAINT list_settings_once DO UPDATE SET
                columns = CASE WHEN EXCLUDED.columns = '[]' THEN s.columns ELSE EXCLUDED.columns END,
                widths = s.widths || EXCLUDED.widths,
                density = CASE WHEN EXCLUDED.density = '' THEN s.density ELSE EXCLUDED.density END
            RETURNING id
            """,
            user_id,
            listing,
            json.dumps(list(columns)),
            json.dumps(dict(widths or {})),
            density,
        )
    )
    chosen = {"columns": list(columns), "widths": dict(widths or {}), "density": density}
    after = {"listing": listing, **{key: value for key, value in chosen.items() if value}, "for_all": user_id is None}
    record(actor, new_gesture(), verb="edit", noun="list_settings", entries=[(row_id, None, after)])
