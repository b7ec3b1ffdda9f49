"""Whom a text mentions with `@`, and whether they may read what it stands on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from relance.activities import policy as activities
from relance.crm import policy as elements
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.sql import Sql, fetch_all, fetch_one, join, sql
from relance.people.queries import Person, build_actors, get_people, list_people
from relance.timeline.terms import MOST_MENTIONS

# So many people of a name are looked at to offer those that may read.
MOST_LOOKED_AT, MOST_OFFERED = 60, 8


def find_mentioned(text: str, chosen: Sequence[int] = ()) -> list[int]:
    """The active users whom a text names after an `@`; `chosen` says which of several with one name.

    Raises:
        Invalid: a name that several bear, none of them chosen; or too many.
    """
    found: list[int] = []
    for ids, name in _named_in(text):
        of_these = [user_id for user_id in ids if user_id in chosen] or ids
        if len(of_these) > 1 and not set(ids) & set(chosen):
            raise Invalid({"text": _("Several people are called %(name)s: choose one from the list.") % {"name": name}})
        found += of_these
    if len(found) > MOST_MENTIONS:
        raise Invalid({"text": _("At most %(most)d people can be mentioned.") % {"most": MOST_MENTIONS}})
    return sorted(found)


def require_readers(actor: Actor, ids: Sequence[int], *, element_id: int | None, activity_id: int | None) -> None:
    """Refuse a mention of somebody who may not read what the text stands on.

    Raises:
        Invalid: names those who may not.
    """
    blind = sorted(set(ids) - readers_among(ids, element_id=element_id, activity_id=activity_id))
    if not blind:
        return
    names = [person.name for person in get_people(actor, ids=blind).values()]
    said = (
        _("%(name)s may not read this activity, and cannot be mentioned here.")
        if activity_id
        else _("%(name)s may not read this element, and cannot be mentioned here.")
    )
    raise Invalid({"text": " ".join(said % {"name": name} for name in names)})


def readers_among(ids: Iterable[int], *, element_id: int | None, activity_id: int | None) -> set[int]:
    """Which of these users are active and may read an element or an activity; two queries for any number of them."""
    readers = list(build_actors(sorted(set(ids))).values())
    if not readers:
        return set()
    if activity_id:
        flags = join(", ", (sql("({})", activities.readable(reader, Sql("a.id"))) for reader in readers))
        where = sql("activities_activity a WHERE a.id = {} AND a.deleted_at IS NULL", activity_id)
    else:
        flags = join(", ", (sql("({})", elements.readable(reader)) for reader in readers))
        where = sql("crm_element e WHERE e.id = {}", element_id)
    row = fetch_one(sql("SELECT ARRAY[{}]::boolean[] AS flags FROM {}", flags, where))
    return {reader.user_id for reader, may in zip(readers, row["flags"], strict=True) if may} if row else set()


def offer_people(actor: Actor, *, text: str, element_id: int | None, activity_id: int | None) -> list[Person]:
    """Active users whose name holds each word of `text` and who may read what a comment would stand on.

    Raises:
        NotFound: the actor himself may not read it.
    """
    people = list_people(actor, text=text, limit=MOST_LOOKED_AT)
    ids = {actor.user_id, *(person.id for person in people)}
    readers = readers_among(ids, element_id=element_id, activity_id=activity_id)
    if actor.user_id not in readers:
        raise NotFound
    return [person for person in people if person.id in readers][:MOST_OFFERED]


def _named_in(text: str) -> list[tuple[list[int], str]]:
    if "@" not in text:
        return []
    by_name: dict[str, list[int]] = defaultdict(list)
    query = sql(
        """
        SELECT u.id, trim(u.first_name || ' ' || u.last_name) AS name FROM people_user u
        WHERE u.is_active AND strpos(lower({}), '@' || lower(trim(u.first_name || ' ' || u.last_name))) > 0 ORDER BY u.id
        """,
        text,
    )
    for row in fetch_all(query):
        by_name[row["name"]].append(row["id"])
    found = []
    # The longest first: "@Jean Paul Petit" is not Jean Paul.
    for name in sorted(by_name, key=len, reverse=True):
        pattern = re.compile(rf"(?<!\w)@{re.escape(name)}(?!\w)", re.IGNORECASE)
        if name and pattern.search(text):
            text = pattern.sub(" ", text)
            found.append((by_name[name], name))
    return found
