"""Sharing kept filters, and each user's own way with them: order, pins, default; and taking any of it back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from relance.journal.actions import new_gesture, record
from relance.journal.queries import list_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, Sql, all_of, execute, fetch_all, fetch_one, name, sql
from relance.lists import policy
from relance.lists.saved import get_filter
from relance.lists.saving import NOUN, lock_filter, restore_filters
from relance.lists.terms import MOST_PINNED, MOST_SHARES, ShareWith

SHARES, PLACES = "saved_filter_shares", "filter_places"
_WITH = ("user_id", "department_id", "group_id", "role_id", "everybody", "with_below", "can_edit")
_KNOWN = {
    "user_id": "people_user",
    "department_id": "people_department",
    "group_id": "access_group",
    "role_id": "access_role",
}


@transaction.atomic
def share_filter(actor: Actor, *, id: int, to: ShareWith, can_edit: bool = False) -> Outcome:
    """Share a filter with exactly one user, department, group, role or everybody; again: with or without editing it.

    Raises:
        NotFound: there is no such filter, or the actor may not use it.
        Forbidden: it is somebody else's.
        Invalid: not exactly one, one that does not exist or has left, or too many already.
    """
    before = _shares_of(actor, id)
    one = _checked_share(to, can_edit)
    same = [share for share in before if all(share[key] == one[key] for key in _WITH[:5])]
    if len(before) - len(same) >= MOST_SHARES:
        raise Invalid({"assignee": _("A filter is shared with %(most)s at the most.") % {"most": MOST_SHARES}})
    return _write_shares(actor, id, before, [*(share for share in before if share not in same), one])


@transaction.atomic
def unshare_filter(actor: Actor, *, id: int, share_id: int) -> Outcome:
    """Take a share back.

    Raises:
        NotFound: there is no such filter or share, or the actor may not use the filter.
        Forbidden: it is somebody else's.
    """
    before = _shares_of(actor, id)
    row = fetch_one(
        sql("SELECT {} FROM lists_savedfiltershare s WHERE s.id = {} AND s.filter_id = {}", _COLUMNS, share_id, id)
    )
    if row is None:
        raise NotFound
    return _write_shares(actor, id, before, [share for share in before if share != row])


@transaction.atomic
def pin_filter(actor: Actor, *, id: int, is_pinned: bool) -> Outcome:
    """Pin a filter to one's own tabs, or unpin it.

    Raises:
        NotFound: there is none, or the actor may not use it.
        Invalid: MOST_PINNED are pinned already.
    """
    listing = get_filter(actor, id=id).listing
    before = _places(actor, listing)
    after = [dict(place) for place in _with(before, id)]
    for place in after:
        place["is_pinned"] = is_pinned if place["filter_id"] == id else place["is_pinned"]
    if sum(place["is_pinned"] for place in after) > max(MOST_PINNED, sum(place["is_pinned"] for place in before)):
        raise Invalid({"": _("At most %(most)s filters can be pinned.") % {"most": MOST_PINNED}})
    return _write_places(actor, listing, before, after)


@transaction.atomic
def make_default(actor: Actor, *, id: int, is_default: bool = True) -> Outcome:
    """Let one's own list open with a filter, or not any more.

    Raises:
        NotFound: there is none, or the actor may not use it.
    """
    listing = get_filter(actor, id=id).listing
    before = _places(actor, listing)
    after = [dict(place) for place in _with(before, id)]
    for place in after:
        chosen = place["filter_id"] == id
        place["is_default"] = chosen and is_default if chosen or is_default else place["is_default"]
    return _write_places(actor, listing, before, after)


@transaction.atomic
def order_filters(actor: Actor, *, listing: str, ids: Sequence[int]) -> Outcome:
    """Put one's filters of a list in order.

    Raises:
        NotFound: one of them is not in this list, or the actor may not use it.
    """
    usable = fetch_all(
        sql(
            "SELECT f.id FROM lists_savedfilter f WHERE f.listing = {} AND f.id = ANY({}::bigint[]) AND {}",
            listing,
            list(ids),
            policy.usable(actor),
        )
    )
    if {row["id"] for row in usable} != set(ids) or len(set(ids)) != len(ids):
        raise NotFound
    before = _places(actor, listing)
    known = {place["filter_id"]: place for place in before}
    asked = [known.get(one) or _place(one) for one in ids]
    others = [place for place in before if place["filter_id"] not in set(ids)]
    return _write_places(actor, listing, before, [*asked, *others])


def undo_filters(actor: Actor, *, gesture: UUID, back: UUID) -> Outcome:
    """Take back what a gesture did to filters, their shares and places, where it still stands; part of `undo`."""
    done: list[int] = []
    refused: list[Refusal] = []
    entries = list_gesture(gesture)
    own = [entry for entry in entries if entry["noun"] == NOUN]
    if own:
        done, refused = restore_filters(actor, back, own)
    for entry in entries:
        if entry["noun"] == SHARES:
            _undo_shares(actor, back, entry, done, refused)
        elif entry["noun"] == PLACES:
            _undo_places(actor, back, entry, done, refused)
    return Outcome(done, [], refused, back if done else None)


_COLUMNS = Sql("s.user_id, s.department_id, s.group_id, s.role_id, s.everybody, s.with_below, s.can_edit")


def _shares_of(actor: Actor, id: int) -> list[Row]:
    if not lock_filter(actor, id).can_manage:
        raise Forbidden(_("Only its owner can share a filter."))
    return _shares(id)


def _shares(id: int) -> list[Row]:
    return fetch_all(sql("SELECT {} FROM lists_savedfiltershare s WHERE s.filter_id = {} ORDER BY s.id", _COLUMNS, id))


def _checked_share(to: ShareWith, can_edit: bool) -> Row:
    one: Row = {key: getattr(to, key) for key in _WITH if key != "can_edit"} | {"can_edit": can_edit}
    named = [key for key in _KNOWN if one[key] is not None]
    if len(named) + one["everybody"] != 1 or (one["with_below"] and one["department_id"] is None):
        raise Invalid({"assignee": _("Choose one.")})
    for key in named:
        active = Sql("is_active") if key == "user_id" else Sql("true")
        if not fetch_one(sql("SELECT 1 FROM {} WHERE id = {} AND {}", name(_KNOWN[key]), one[key], active)):
            raise Invalid({"assignee": _("This assignee does not exist.")})
    return one


def _write_shares(actor: Actor, id: int, before: list[Row], after: list[Row]) -> Outcome:
    if _is_same(before, after):
        return Outcome([], [id])
    gesture = new_gesture()
    _put_shares(id, before, after)
    record(actor, gesture, verb="share", noun=SHARES, entries=[(id, {"shares": before}, {"shares": after})])
    return Outcome([id], gesture=gesture)


def _is_same(one: list[Row], other: list[Row]) -> bool:
    """Whether two lists hold the same shares; their order says nothing."""
    return len(one) == len(other) and all(share in other for share in one)


def _put_shares(id: int, before: list[Row], after: list[Row]) -> None:
    for gone in before:
        if gone not in after:
            match = [sql("s.{} IS NOT DISTINCT FROM {}", name(key), gone[key]) for key in _WITH[:5]]
            execute(sql("DELETE FROM lists_savedfiltershare s WHERE s.filter_id = {} AND {}", id, all_of(match)))
    for new in after:
        if new not in before:
            values = [new[key] for key in _WITH]
            execute(
                sql(
                    """
                    INSERT INTO lists_savedfiltershare
                        (filter_id, user_id, department_id, group_id, role_id, everybody, with_below, can_edit)
                    VALUES ({}, {}, {}, {}, {}, {}, {}, {})
                    """,
                    id,
                    *values,
                )
            )


def _place(filter_id: int) -> Row:
    return {"filter_id": filter_id, "is_pinned": False, "is_default": False}


def _with(places: list[Row], filter_id: int) -> list[Row]:
    return places if any(place["filter_id"] == filter_id for place in places) else [*places, _place(filter_id)]


def _places(actor: Actor, listing: str) -> list[Row]:
    # One at a time for each user: two tabs must not leave two defaults.
    execute(sql("SELECT 1 FROM people_user WHERE id = {} FOR NO KEY UPDATE", actor.user_id))
    return fetch_all(
        sql(
            """
            SELECT filter_id, is_pinned, is_default FROM lists_filterplace
            WHERE user_id = {} AND listing = {} ORDER BY rank, id
            """,
            actor.user_id,
            listing,
        )
    )


def _write_places(actor: Actor, listing: str, before: list[Row], after: list[Row]) -> Outcome:
    if before == after:
        return Outcome([], [actor.user_id])
    gesture = new_gesture()
    _put_places(actor, listing, after)
    said = [(actor.user_id, {"listing": listing, "places": before}, {"listing": listing, "places": after})]
    record(actor, gesture, verb="edit", noun=PLACES, entries=said)
    return Outcome([actor.user_id], gesture=gesture)


def _put_places(actor: Actor, listing: str, places: list[Row]) -> None:
    execute(sql("DELETE FROM lists_filterplace WHERE user_id = {} AND listing = {}", actor.user_id, listing))
    execute(
        sql(
            """
            INSERT INTO lists_filterplace (user_id, listing, filter_id, rank, is_pinned, is_default)
            SELECT {}, {}, t.filter_id, t.rank, t.is_pinned, t.is_default
            FROM unnest({}::bigint[], {}::boolean[], {}::boolean[]) WITH ORDINALITY AS t (filter_id, is_pinned, is_default, rank)
            """,
            actor.user_id,
            listing,
            [place["filter_id"] for place in places],
            [place["is_pinned"] for place in places],
            [place["is_default"] for place in places],
        )
    )


def _undo_shares(actor: Actor, back: UUID, entry: Row, done: list[int], refused: list[Refusal]) -> None:
    id = entry["noun_id"]
    try:
        now = _shares_of(actor, id)
    except (NotFound, Forbidden):
        refused.append(Refusal(id, "", is_hidden=True, noun=NOUN))
        return
    before, after = entry["before"]["shares"], entry["after"]["shares"]
    if not _is_same(now, after):
        refused.append(Refusal(id, _("It has been changed since."), noun=NOUN))
        return
    _put_shares(id, now, before)
    record(actor, back, verb="undo", noun=SHARES, entries=[(id, {"shares": now}, {"shares": before})])
    done.append(id)


def _undo_places(actor: Actor, back: UUID, entry: Row, done: list[int], refused: list[Refusal]) -> None:
    listing, before = entry["before"]["listing"], entry["before"]["places"]
    now = _places(actor, listing)
    if entry["noun_id"] != actor.user_id or now != entry["after"]["places"]:
        refused.append(Refusal(entry["noun_id"], _("It has been changed since."), noun=NOUN))
        return
    _put_places(actor, listing, before)
    said = [(actor.user_id, {"listing": listing, "places": now}, {"listing": listing, "places": before})]
    record(actor, back, verb="undo", noun=PLACES, entries=said)
    done.append(actor.user_id)
