"""The history of an element: what stands in it, for whom, in which order, page after page; compared with a naive one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.activities.actions import complete_activities
from relance.crm.actions import edit_elements
from relance.crm.queries import get_element
from relance.crm.terms import ElementDetail
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import execute, fetch_one, sql
from relance.timeline.actions import create_comment
from relance.timeline.queries import history
from relance.timeline.terms import CommentDraft, Entry, EntryKind, HistoryFilter
from tests.cast import Cast, delete_element, make_activity, make_element, make_user

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


def opened(actor: Actor, element_id: int) -> ElementDetail:
    """An element as its page finds it."""
    row = fetch_one(sql("SELECT kind, number FROM crm_element WHERE id = {}", element_id))
    assert row
    return get_element(actor, kind=row["kind"], number=row["number"])


def entries(actor: Actor, element_id: int, size: int = 25, **asked: Any) -> list[Entry]:
    """All entries, page after page."""
    element, cursor = opened(actor, element_id), ""
    found: list[Entry] = []
    while True:
        page = history(actor, element, asked=HistoryFilter(**asked), cursor=cursor, size=size)
        assert len(page.entries) <= size
        found += page.entries
        if not page.next:
            return found
        cursor = page.next


def done(responsible: int, *elements: int, at: datetime = LONG_AGO, subject: str = "Rappeler") -> int:
    """A completed activity."""
    return make_activity(responsible, *elements, subject=subject, completed_at=at)


def comment(actor: Actor, element_id: int, text: str = "Vu", at: datetime = LONG_AGO) -> int:
    """A comment written at a moment."""
    comment_id = create_comment(actor, draft=CommentDraft(text=text, element_id=element_id)).done[0]
    execute(sql("UPDATE timeline_comment SET created_at = {} WHERE id = {}", at, comment_id))
    return comment_id


def kinds(found: list[Entry]) -> list[str]:
    """The kinds of entries, in order."""
    return [entry.kind.value for entry in found]


def test_everything_that_happened_is_there_newest_first(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob, "Toiture")
    execute(sql("UPDATE crm_element SET created_at = {} WHERE id = {}", LONG_AGO - timedelta(days=9), deal))
    comment(bob, deal, at=LONG_AGO + timedelta(days=1))
    done(cast.bob, deal)
    make_activity(cast.bob, deal, subject="Planifiée")
    edit_elements(bob, ids=[deal], changes={"name": "Toiture neuve"})
    edit_elements(bob, ids=[deal], changes={"closes_on": date(2027, 1, 1)})
    edit_elements(bob, ids=[deal], changes={"phones": ("04 78 00 00 00",)})
    found = entries(bob, deal, size=2)
    assert kinds(found) == ["change", "change", "change", "comment", "activity", "creation"]
    assert found[2].row["after"]["name"] == "Toiture neuve"
    assert found[1].row["after"]["closes_on"] == "2027-01-01"


def test_who_may_not_read_the_element_has_no_history(cast: Cast) -> None:
    deal, bob = make_element("deal", cast.charlie), cast.actor("bob")
    element = opened(cast.actor("charlie"), deal)
    done(cast.charlie, deal)
    comment(cast.actor("charlie"), deal)
    with pytest.raises(NotFound):
        opened(bob, deal)
    assert history(bob, element).entries == []


def test_a_linked_element_that_one_may_not_read_is_not_named(cast: Cast) -> None:
    deal, company = make_element("deal", cast.bob), make_element("company", cast.charlie, "Secrète")
    edit_elements(cast.actor("root"), ids=[deal], changes={"company_id": company, "responsible_id": cast.bob})
    page = history(cast.actor("bob"), opened(cast.actor("bob"), deal))
    assert page.entries[0].row["after"]["company_id"] == company
    assert company not in page.elements
    assert company in history(cast.actor("root"), opened(cast.actor("root"), deal)).elements


def test_filters_by_kind_person_day_and_text(cast: Cast) -> None:
    bob, alice, deal = cast.actor("bob"), cast.actor("alice"), make_element("deal", cast.bob)
    early = comment(bob, deal, "Réunion au siège", at=datetime(2026, 1, 31, 22, 59, tzinfo=UTC))
    late = comment(alice, deal, "Autre chose", at=datetime(2026, 1, 31, 23, 1, tzinfo=UTC))
    activity = done(cast.bob, deal, subject="RÉUNION de cœur")
    complete_activities(alice, ids=[make_activity(cast.bob, deal)])

    def ids(**asked: Any) -> list[int]:
        return [
            entry.id for entry in entries(bob, deal, **asked) if entry.kind in {EntryKind.ACTIVITY, EntryKind.COMMENT}
        ]

    assert ids(kind="comment") == [late, early]
    assert ids(text="reunion") == [early, activity]
    assert ids(text="coeur") == [activity]
    assert ids(text="100%") == []
    # Midnight of the reader in Paris is 23:00 in UTC.
    assert ids(to_on=date(2026, 1, 31), from_on=date(2026, 1, 31)) == [early]
    assert ids(from_on=date(2026, 2, 1), kind="comment") == [late]
    assert ids(person_id=cast.alice, kind="comment") == [late]
    assert len(ids(person_id=cast.alice)) == 2
    assert kinds(entries(bob, deal, kind="change")) == ["creation"]


def test_a_company_rolls_up_its_deals_and_contacts_where_one_may_read_them(cast: Cast) -> None:
    bob, company = cast.actor("bob"), make_element("company", cast.bob)
    mine, theirs = make_element("deal", cast.bob), make_element("deal", cast.charlie)
    contact, gone = make_element("contact", cast.bob), make_element("deal", cast.bob)
    for deal in (mine, theirs, gone):
        edit_elements(cast.actor("root"), ids=[deal], changes={"company_id": company})
    edit_elements(bob, ids=[contact], changes={"company_ids": (company,)})
    shared = done(cast.bob, mine, contact, company)
    done(cast.charlie, theirs)
    comment(cast.actor("charlie"), theirs, "Secret")
    comment(bob, gone, "Au bin")
    delete_element(gone)
    said = comment(bob, contact)
    assert [(e.kind, e.id) for e in entries(bob, company) if e.kind != EntryKind.CREATION] == [("activity", shared)]
    rolled = [(e.kind.value, e.id) for e in entries(bob, company, rolled_up=True) if e.kind != EntryKind.CREATION]
    assert sorted(rolled) == [("activity", shared), ("comment", said)]


def test_the_number_of_queries_does_not_depend_on_the_entries(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    counts = []
    for many in (1, 15):
        for at in range(many):
            comment(bob, deal, at=LONG_AGO + timedelta(hours=at))
            done(cast.bob, deal, at=LONG_AGO + timedelta(hours=at))
            edit_elements(bob, ids=[deal], changes={"name": f"Nom {many} {at}", "responsible_id": cast.bob})
        element = opened(bob, deal)
        with CaptureQueriesContext(connection) as queries:
            history(bob, element, size=100)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def random_companies() -> Iterator[random.Random]:
    """As many as are quick."""
    yield from (random.Random(seed) for seed in range(6))


def test_it_is_what_a_naive_history_says(cast: Cast) -> None:
    people = {name: getattr(cast, name) for name in ("alice", "bob", "charlie", "root")}
    people["rita"] = make_user("Rita", "Lit", role="read_only")
    # Who reads whose elements: Alice heads Sales, where Bob is.
    reads = {
        "alice": {"alice", "bob"},
        "bob": {"bob"},
        "charlie": {"charlie"},
        "root": set(people),
        "rita": set(people),
    }
    for dice in random_companies():
        owners = [dice.choice(["alice", "bob", "charlie"]) for _ in range(4)]
        deals = [make_element("deal", people[owner]) for owner in owners]
        said: list[tuple[datetime, str, int, list[int]]] = []
        for _ in range(25):
            at = LONG_AGO + timedelta(minutes=dice.randrange(12))
            if dice.random() < 0.5:
                bound = dice.sample(range(4), dice.choice([1, 1, 2, 3]))
                row_id = done(people[dice.choice(owners)], *(deals[place] for place in bound), at=at)
                said.append((at, "activity", row_id, bound))
            else:
                place = dice.randrange(4)
                said.append((at, "comment", comment(cast.actor("root"), deals[place], at=at), [place]))
        for name, user_id in people.items():
            actor = Cast(user_id, user_id, user_id, user_id, 0, 0).actor("bob")
            for place, deal in enumerate(deals):
                if owners[place] not in reads[name]:
                    with pytest.raises(NotFound):
                        opened(actor, deal)
                    with pytest.raises(NotFound):
                        create_comment(actor, draft=CommentDraft(text="Non", element_id=deal))
                    continue
                wanted = {(at, kind, row_id) for at, kind, row_id, bound in said if place in bound}
                found = [
                    (e.at, e.kind.value, e.id) for e in entries(actor, deal, size=3) if e.kind != EntryKind.CREATION
                ]
                assert len(found) == len(set(found)) == len(wanted)
                assert set(found) == wanted
                assert [at for at, _kind, _id in found] == sorted((at for at, _kind, _id in found), reverse=True)
