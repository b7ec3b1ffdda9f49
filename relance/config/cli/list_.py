"""`relance list LISTING --as USER TEXT`: what a filter takes, as that user sees it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from relance.activities.listings import get_listing
from relance.activities.queries import list_activities
from relance.config.cli.session import DEFAULT_DATA, AsJson, Data, running_database, screen, user_with
from relance.crm.listing import LISTINGS
from relance.crm.queries import list_elements
from relance.crm.terms import ElementFilter
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.sql import Row
from relance.lists.terms import PAGE_SIZE
from relance.people.queries import build_actor


def list_(
    listing: Annotated[str, typer.Argument(help="activities, leads, deals, contacts or companies.")],
    text: Annotated[str, typer.Argument(help="The filter, as in docs/filters.md: “is:open type:call”.")] = "",
    user: Annotated[str, typer.Option("--as", metavar="USER", help="Whose eyes: a user's e-mail address.")] = "",
    size: Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many rows.")] = PAGE_SIZE,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show what a filter takes, of the rows that a user may read, and how many there are in all."""
    with running_database(data):
        if not user:
            raise Invalid({"": "Say whose eyes: --as and an e-mail address."})
        actor = build_actor(user_with(user), via="cli")
        total = get_listing(listing).count(actor, text)
        rows = _rows(actor, listing, text, size)
    if as_json:
        screen.print_json(json.dumps({"count": total.count, "is_exact": total.is_exact, "rows": rows}))
        return
    table = Table("id", "what")
    for row in rows:
        table.add_row(str(row["id"]), escape(row["what"]))
    screen.print(table)
    screen.print(f"{len(rows)} of {'' if total.is_exact else 'more than '}{total.count}")


def _rows(actor: Actor, listing: str, text: str, size: int) -> list[Row]:
    """The rows by what an address calls them: activities by id, elements by number."""
    if listing == "activities":
        page = list_activities(actor, text=text, size=size)
        return [{"id": row["id"], "what": row["subject"]} for row in page.rows]
    kind = next(kind for kind, key in LISTINGS.items() if key == listing)
    page = list_elements(actor, kind=kind, filters=ElementFilter(text=text), size=size)
    return [{"id": row["number"], "what": row["name"]} for row in page.rows]
