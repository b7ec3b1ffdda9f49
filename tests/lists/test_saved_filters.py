"""Kept filters: whose they are, who may use and change them, and that all of it can be undone."""

from __future__ import annotations

from typing import LiteralString
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from relance.access.actions import create_group
from relance.activities.listings import get_listing
from relance.bulk.actions import undo
from relance.bulk.erasing import MARK, erase_person, find_user
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.sql import execute, fetch_value, sql
from relance.lists.grammar.tree import FilterError
from relance.lists.saved import get_filter, list_filters, list_shares
from relance.lists.saving import create_filter, delete_filters, edit_filter
from relance.lists.sharing import make_default, order_filters, pin_filter, share_filter, unshare_filter
from relance.lists.terms import FilterChanges, SavedFilterView, ShareWith
from relance.people.actions import create_department, deactivate_user, delete_department
from relance.people.queries import build_actor
from tests.cast import SYSTEM, Cast, journal_size, make_activity, make_element, make_user
from tests.web.signing import sign_in

ACTIVITIES = get_listing("activities")


def keep(cast: Cast, who: str, name: str = "Appels", text: str = "type:call", listing: str = "activities") -> int:
    """Keep a filter; its id."""
    draft = FilterChanges(name=name, text=text)
    return create_filter(cast.actor(who), listing=get_listing(listing), draft=draft).done[0]


def names(cast: Cast, who: str, listing: str = "activities") -> list[str]:
    """What somebody's filters are called, in his order."""
    return [one.name for one in list_filters(cast.actor(who), listing=listing)]


def edit(cast: Cast, who: str, shown: SavedFilterView, **changes: object) -> object:
    """Change a filter as somebody read it."""
    return edit_filter(
        cast.actor(who),
        listing=ACTIVITIES,
        id=shown.id,
        version=shown.version,
        changes=FilterChanges(**changes),  # type: ignore[arg-type]
    )


def _actor(user_id: int) -> Actor:
    return build_actor(user_id)


def undone(cast: Cast, who: str, gesture: UUID | None) -> None:
    """Take a gesture back."""
    assert gesture is not None
    assert undo(cast.actor(who), gesture=gesture).done


def test_a_filter_is_its_owners_alone_until_it_is_shared(cast: Cast) -> None:
    kept = keep(cast, "bob")
    for stranger in ("alice", "charlie", "root"):
        assert names(cast, stranger) == []
        with pytest.raises(NotFound):
            get_filter(cast.actor(stranger), id=kept)
    before = journal_size()
    for refused in (
        lambda: share_filter(cast.actor("charlie"), id=kept, to=ShareWith(everybody=True)),
        lambda: pin_filter(cast.actor("charlie"), id=kept, is_pinned=True),
        lambda: make_default(cast.actor("charlie"), id=kept),
        lambda: order_filters(cast.actor("charlie"), listing="activities", ids=[kept]),
        lambda: list_shares(cast.actor("charlie"), id=kept),
    ):
        with pytest.raises(NotFound):
            refused()
    assert delete_filters(cast.actor("charlie"), ids=[kept]).refused[0].is_hidden
    assert journal_size() == before


@pytest.mark.parametrize(
    ("to", "reached"),
    [
        ("alice", {"alice"}),
        ("everybody", {"alice", "charlie", "root", "dora"}),
        ("support", {"charlie"}),
        ("support and below", {"charlie", "dora"}),
        ("group", {"root"}),
        ("role", {"root"}),
    ],
)
def test_a_share_reaches_whom_it_names(cast: Cast, to: str, reached: set[str]) -> None:
    below = create_department(SYSTEM, title="Atelier", parent_id=cast.support)
    dora = make_user("Dora", "Vert", below)
    group = create_group(SYSTEM, name="Comité", members=[cast.root])
    administrator = fetch_value(sql("SELECT id FROM access_role WHERE is_administrator"))
    share = {
        "alice": ShareWith(user_id=cast.alice),
        "everybody": ShareWith(everybody=True),
        "support": ShareWith(department_id=cast.support),
        "support and below": ShareWith(department_id=cast.support, with_below=True),
        "group": ShareWith(group_id=group),
        "role": ShareWith(role_id=administrator),
    }[to]
    kept = keep(cast, "bob")
    outcome = share_filter(cast.actor("bob"), id=kept, to=share)
    people = {"alice": cast.alice, "charlie": cast.charlie, "root": cast.root, "dora": dora}
    from_ids = {
        name
        for name, user_id in people.items()
        if kept in {one.id for one in list_filters(_actor(user_id), listing="activities")}
    }
    assert from_ids == reached
    undone(cast, "bob", outcome.gesture)
    assert all(not list_filters(_actor(user_id), listing="activities") for user_id in people.values())


def test_a_shared_filter_shows_each_reader_his_own_rows(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob), subject="De Bob")
    make_activity(cast.charlie, make_element("deal", cast.charlie), subject="De Charlie")
    kept = keep(cast, "bob")
    share_filter(cast.actor("bob"), id=kept, to=ShareWith(everybody=True))
    readers = {who: cast.actor(who) for who in ("bob", "charlie", "root")}
    seen = {who: ACTIVITIES.count(actor, get_filter(actor, id=kept).text).count for who, actor in readers.items()}
    assert seen == {"bob": 1, "charlie": 1, "root": 2}


def test_who_may_only_use_a_filter_changes_nothing(cast: Cast) -> None:
    kept = keep(cast, "bob")
    share_filter(cast.actor("bob"), id=kept, to=ShareWith(user_id=cast.charlie))
    shown = get_filter(cast.actor("charlie"), id=kept)
    assert (shown.can_edit, shown.can_manage) == (False, False)
    before = journal_size()
    with pytest.raises(Forbidden):
        edit(cast, "charlie", shown, text="type:email")
    with pytest.raises(Forbidden):
        share_filter(cast.actor("charlie"), id=kept, to=ShareWith(everybody=True))
    assert delete_filters(cast.actor("charlie"), ids=[kept]).done == []
    assert journal_size() == before
    share_filter(cast.actor("bob"), id=kept, to=ShareWith(user_id=cast.charlie), can_edit=True)
    edit(cast, "charlie", get_filter(cast.actor("charlie"), id=kept), text="type:email")
    assert get_filter(cast.actor("bob"), id=kept).text == "type:email"
    with pytest.raises(Forbidden):
        share_filter(cast.actor("charlie"), id=kept, to=ShareWith(everybody=True))


def test_two_edits_meet_only_where_both_change_the_same(cast: Cast) -> None:
    kept = keep(cast, "bob")
    share_filter(cast.actor("bob"), id=kept, to=ShareWith(user_id=cast.charlie), can_edit=True)
    bobs, charlies = get_filter(cast.actor("bob"), id=kept), get_filter(cast.actor("charlie"), id=kept)
    edit(cast, "charlie", charlies, text="type:email")
    edit(cast, "bob", bobs, name="Messages")
    with pytest.raises(Conflict) as caught:
        edit(cast, "bob", bobs, text="type:task")
    assert ("type:email", "type:task") in caught.value.fields.values()
    assert get_filter(cast.actor("bob"), id=kept).text == "type:email"


def test_what_cannot_be_taken_is_refused_and_nothing_is_kept(cast: Cast) -> None:
    before = journal_size()
    for name in ("", "   ", "x" * 101, "\0"):
        with pytest.raises(Invalid):
            keep(cast, "bob", name=name)
    with pytest.raises(FilterError):
        keep(cast, "bob", text="type:unknown")
    with pytest.raises(FilterError):
        keep(cast, "bob", text="type:call", listing="contacts")
    for changes in ({"sort": "password"}, {"columns": ("subject", "subject")}, {"columns": ("password",)}):
        with pytest.raises(Invalid):
            create_filter(cast.actor("bob"), listing=ACTIVITIES, draft=FilterChanges(name="X", **changes))
    with pytest.raises(NotFound):
        get_listing("passwords")
    assert journal_size() == before
    assert names(cast, "bob") == []


def test_everything_done_to_a_filter_can_be_undone(cast: Cast) -> None:
    draft = FilterChanges(name="Appels", text="type:call", sort="-deadline", columns=("subject", "deadline"))
    made = create_filter(cast.actor("bob"), listing=ACTIVITIES, draft=draft)
    kept = made.done[0]
    first = get_filter(cast.actor("bob"), id=kept)
    changed = edit_filter(
        cast.actor("bob"),
        listing=ACTIVITIES,
        id=kept,
        version=first.version,
        changes=FilterChanges(text="type:email", columns=("subject",), sort=""),
    )
    undone(cast, "bob", changed.gesture)
    again = get_filter(cast.actor("bob"), id=kept)
    assert (again.text, again.columns, again.sort) == (first.text, first.columns, first.sort)
    gone = delete_filters(cast.actor("bob"), ids=[kept])
    assert names(cast, "bob") == []
    undone(cast, "bob", gone.gesture)
    assert names(cast, "bob") == ["Appels"]
    shared = share_filter(cast.actor("bob"), id=kept, to=ShareWith(everybody=True))
    share_id = list_shares(cast.actor("bob"), id=kept)[0]["id"]
    taken = unshare_filter(cast.actor("bob"), id=kept, share_id=share_id)
    undone(cast, "bob", taken.gesture)
    assert names(cast, "charlie") == ["Appels"]
    assert shared.gesture
    with pytest.raises(Forbidden):
        undo(cast.actor("charlie"), gesture=shared.gesture)


def test_order_pins_and_default_are_each_users_own(cast: Cast) -> None:
    first, second = keep(cast, "bob", "Premier"), keep(cast, "bob", "Second")
    for kept in (first, second):
        share_filter(cast.actor("bob"), id=kept, to=ShareWith(everybody=True))
    ordered = order_filters(cast.actor("bob"), listing="activities", ids=[second, first])
    assert names(cast, "bob") == ["Second", "Premier"]
    assert names(cast, "charlie") == ["Premier", "Second"]
    pin_filter(cast.actor("charlie"), id=first, is_pinned=True)
    make_default(cast.actor("charlie"), id=first)
    chosen = make_default(cast.actor("charlie"), id=second)
    of_charlie = {
        one.name: (one.is_pinned, one.is_default) for one in list_filters(cast.actor("charlie"), listing="activities")
    }
    assert of_charlie == {"Premier": (True, False), "Second": (False, True)}
    assert not any(one.is_pinned or one.is_default for one in list_filters(cast.actor("bob"), listing="activities"))
    undone(cast, "charlie", chosen.gesture)
    assert [one.name for one in list_filters(cast.actor("charlie"), listing="activities") if one.is_default] == [
        "Premier"
    ]
    assert ordered.gesture
    pin_filter(cast.actor("bob"), id=first, is_pinned=True)
    assert undo(cast.actor("bob"), gesture=ordered.gesture).done == []


def test_the_database_itself_keeps_one_default_and_no_empty_name(cast: Cast) -> None:
    first, second = keep(cast, "bob", "Premier"), keep(cast, "bob", "Second")
    insert: LiteralString = """
        INSERT INTO lists_filterplace (user_id, filter_id, listing, rank, is_pinned, is_default)
        VALUES ({}, {}, {}, 1, false, true)
        """
    share: LiteralString = """
        INSERT INTO lists_savedfiltershare (filter_id, everybody, with_below, can_edit) VALUES ({}, false, false, false)
        """
    execute(sql(insert, cast.bob, first, "activities"))
    for statement in (
        sql(insert, cast.bob, second, "activities"),
        sql("UPDATE lists_savedfilter SET name = ' ' WHERE id = {}", first),
        sql(share, first),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        execute(sql(insert, cast.alice, first, "deals"))


def test_a_department_that_goes_takes_its_shares_along(cast: Cast) -> None:
    empty = create_department(SYSTEM, title="Éphémère")
    kept = keep(cast, "bob")
    share_filter(cast.actor("bob"), id=kept, to=ShareWith(department_id=empty))
    delete_department(SYSTEM, department_id=empty, to_id=None)
    assert list_shares(cast.actor("bob"), id=kept) == []


def test_the_filters_of_who_has_left_go_on_and_their_editors_stand_in(cast: Cast) -> None:
    private, shared = keep(cast, "bob", "À moi"), keep(cast, "bob", "À tous")
    share_filter(cast.actor("bob"), id=shared, to=ShareWith(department_id=cast.sales), can_edit=True)
    share_filter(cast.actor("bob"), id=shared, to=ShareWith(user_id=cast.charlie))
    deactivate_user(SYSTEM, user_id=cast.bob)
    assert names(cast, "alice") == ["À tous"]
    assert get_filter(cast.actor("alice"), id=shared).can_manage
    assert not get_filter(cast.actor("charlie"), id=shared).can_manage
    with pytest.raises(NotFound):
        get_filter(cast.actor("alice"), id=private)
    assert delete_filters(cast.actor("alice"), ids=[shared]).done == [shared]


def test_the_filters_of_who_was_erased_go_on_without_his_name(cast: Cast) -> None:
    ysolde = make_user("Ysolde", "Kermadec", cast.sales)
    private, shared = (
        create_filter(
            _actor(ysolde), listing=ACTIVITIES, draft=FilterChanges(name=name, text="responsible:me is:open")
        ).done[0]
        for name in ("De Kermadec", "À tous")
    )
    share_filter(_actor(ysolde), id=shared, to=ShareWith(department_id=cast.sales), can_edit=True)
    mine = make_activity(cast.alice, make_element("deal", cast.alice), subject="D’Alice")
    erase_person(SYSTEM, find_user(ysolde))
    [one] = list_filters(cast.actor("alice"), listing="activities")
    assert (one.id, one.owner_name, one.can_manage) == (shared, MARK, True)
    assert ACTIVITIES.count(cast.actor("alice"), one.text).count == 1
    page = sign_in(cast.alice).get(f"/activities/?filter=f{shared}").content.decode()
    assert "D’Alice" in page
    assert "Kermadec" not in page
    assert mine
    for hidden in (cast.actor("root"), cast.actor("alice")):
        with pytest.raises(NotFound):
            get_filter(hidden, id=private)
    edit(cast, "alice", one, name="À nous")
    undone(cast, "alice", delete_filters(cast.actor("alice"), ids=[shared]).gesture)
    assert names(cast, "bob") == ["À nous"]


def test_a_filter_that_names_who_was_erased_says_so_and_takes_no_other_rows(cast: Cast) -> None:
    ysolde = make_user("Ysolde", "Kermadec", cast.sales)
    make_activity(cast.bob, make_element("deal", cast.bob), subject="De Bob")
    asking_for_her = {
        "responsible:ysolde@cast.example": False,
        '-author:"Ysolde Kermadec" or is:open': False,
        f"-responsible:#{ysolde}": True,
        'subject~"pour Kermadec"': True,
        "type:call": True,
    }
    kept = [keep(cast, "bob", f"{place} pour Ysolde Kermadec", text) for place, text in enumerate(asking_for_her)]
    for one in kept:
        pin_filter(cast.actor("bob"), id=one, is_pinned=True)
    client = sign_in(cast.bob)
    assert all(client.get(f"/activities/?filter=f{one}").status_code == 200 for one in kept)
    erase_person(SYSTEM, find_user(ysolde))
    for one, still_reads in zip(kept, asking_for_her.values(), strict=True):
        answer = client.get(f"/activities/?filter=f{one}")
        page = answer.content.decode()
        assert answer.status_code == (200 if still_reads else 422)
        assert ("De Bob" in page) == (still_reads and "subject" not in get_filter(cast.actor("bob"), id=one).text)
        assert "Kermadec" not in page
        assert "ysolde" not in page.lower()
        assert client.get(f"/filters/activities/build/?filter=f{one}").status_code in {200, 422}
    assert client.get("/filters/activities/counts/").status_code == 200
    edit(cast, "bob", get_filter(cast.actor("bob"), id=kept[0]), text="responsible:me")
    assert "De Bob" in client.get(f"/activities/?filter=f{kept[0]}").content.decode()
