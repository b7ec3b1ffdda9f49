"""The lists for which filters can be kept: what each is called, shows, can be asked for, and how its rows are counted."""

from __future__ import annotations

from functools import partial

from relance.activities import queries as activities
from relance.activities.filtering import FILTER_FIELDS
from relance.activities.listing import COLUMNS
from relance.activities.selecting import asked_by_text
from relance.crm import queries as elements
from relance.crm.filtering import FILTER_FIELDS as ELEMENT_FIELDS
from relance.crm.filtering import text_selection
from relance.crm.listing import LISTINGS as ELEMENT_LISTINGS
from relance.crm.terms import ElementFilter, Kind
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.lists.terms import Listing, Total


def _check_elements(kind: Kind, actor: Actor, text: str) -> None:
    text_selection(actor, kind, text)


def _count_elements(kind: Kind, actor: Actor, text: str) -> Total:
    return elements.count_matching(actor, kind=kind, filters=ElementFilter(text=text))


ACTIVITIES = Listing(
    "activities",
    COLUMNS,
    FILTER_FIELDS,
    asked_by_text,
    lambda actor, text: activities.count_matching(actor, text=text),
)
BY_KEY: dict[str, Listing] = {ACTIVITIES.key: ACTIVITIES} | {
    key: Listing(
        key,
        elements.list_columns(kind),
        ELEMENT_FIELDS[kind],
        partial(_check_elements, kind),
        partial(_count_elements, kind),
    )
    for kind, key in ELEMENT_LISTINGS.items()
}


def get_listing(key: str) -> Listing:
    """The list of a key.

    Raises:
        NotFound: there is none.
    """
    if key not in BY_KEY:
        raise NotFound
    return BY_KEY[key]
