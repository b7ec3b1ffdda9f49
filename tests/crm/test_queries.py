"""Lists, totals and pages of elements hold what the reader may read: all of it, and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.crm import paging, policy, queries
from relance.crm.actions import edit_elements
from relance.crm.queries import (
    count_elements,
    element_refs,
    find_elements,
    get_columns,
    get_element,
    list_contact_points,
    list_element_ids,
    list_elements,
    list_stages,
)
from relance.crm.terms import ElementFilter, Kind
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.people.queries import build_actor
from tests.cast import SYSTEM, Cast, make_element, make_user


def names(actor: Actor, **options: object) -> list[str]:
    options.setdefault("kind", "lead")
    return [row["name"] for row in list_elements(actor, **options).rows]  # type: ignore[arg-type]


def test_each_reads_what_his_level_covers(cast: Cast) -> None:
    for owner in ("alice", "bob", "charlie"):
        make_element("lead", getattr(cast, owner), owner)
    expected = {"alice": {"alice", "bob"}, "bob": {"bob"}, "charlie": {"charlie"}, "root": {"alice", "bob", "charlie"}}
    for reader, seen in expected.items():
        actor = cast.actor(reader)
        assert set(names(actor)) == seen
        assert count_elements(actor, kind="lead") == len(seen)
        assert len(list_element_ids(actor, kind="lead")) == len(seen)
        assert {ref.name for ref in find_elements(actor, text="")} == seen


def test_open_to_all_is_seen_only_from_its_level_on(cast: Cast) -> None:
    make_element("lead", cast.charlie, "ouvert", is_open_to_all=True)
    assert names(cast.actor("bob")) == []
    assert names(build_actor(make_user("Rita", "Lecture", role="read_only"))) == ["ouvert"]


@pytest.mark.parametrize(
    "sort", ["", "updated", "name", "-name", "created", "-amount", "stage", "responsible", "number"]
)
def test_pages_hold_each_element_once_in_order_both_ways(cast: Cast, sort: str) -> None:
    ids = {make_element("deal", cast.bob if n % 3 else cast.alice, f"D {n % 7}") for n in range(23)}
    make_element("deal", cast.charlie, "hidden")
    alice = cast.actor("alice")
    forward = []
    page = list_elements(alice, kind="deal", sort=sort, size=5)
    forward += [row["id"] for row in page.rows]
    while page.next is not None:
        page = list_elements(alice, kind="deal", sort=sort, size=5, cursor=page.next)
        forward += [row["id"] for row in page.rows]
    assert len(forward) == 23
    assert set(forward) == ids
    backward = [row["id"] for row in page.rows]
    while page.previous is not None:
        page = list_elements(alice, kind="deal", sort=sort, size=5, cursor=page.previous)
        backward = [*(row["id"] for row in page.rows), *backward]
    assert backward == forward


def test_the_bounded_scan_and_the_walk_give_the_same_pages(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(30):
        make_element("lead", (cast.alice, cast.bob, cast.charlie)[n % 3], f"L {n}")
    alice = cast.actor("alice")
    walked = names(alice, size=15)
    monkeypatch.setattr(policy, "MOST_OWNERS_WALKED", 0)
    assert names(alice, size=15) == walked
    monkeypatch.setattr(policy, "MOST_ROWS_SCANNED", 4)
    assert names(alice, size=15) == walked


def test_filters_narrow_by_stage_outcome_and_people(cast: Cast) -> None:
    make_element("deal", cast.bob, "gagnée", stage="won")
    make_element("deal", cast.bob, "devis", stage="quote")
    make_element("deal", cast.alice, "négociation", stage="negotiation")
    alice = cast.actor("alice")

    def found(text: str) -> set[str]:
        taken = ElementFilter(text=text)
        assert count_elements(alice, kind="deal", filters=taken) == len(names(alice, kind="deal", filters=taken))
        return set(names(alice, kind="deal", filters=taken))

    stages = {stage.code: stage for stage in list_stages("deal")}
    assert found(f"stage:#{stages['quote'].id}") == {"devis"}
    assert found("is:won") == {"gagnée"}
    assert found("is:open") == {"devis", "négociation"}
    assert found("responsible:me") == {"négociation"}
    assert found("responsible:subordinates") == {"gagnée", "devis"}
    assert (
        found("responsible:colleagues") == found("responsible:colleagues-below") == {"gagnée", "devis", "négociation"}
    )
    assert found(f"responsible:#{cast.charlie}") == set()
    assert found(f"pipeline:#{stages['won'].pipeline_id}") == {"gagnée", "devis", "négociation"}


def test_asking_for_somebody_elses_elements_shows_only_the_readable_ones(cast: Cast) -> None:
    make_element("lead", cast.charlie, "à Charlie")
    assert names(cast.actor("alice"), filters=ElementFilter(text=f"responsible:#{cast.charlie}")) == []


def test_a_hidden_element_is_not_found_like_an_unknown_one(cast: Cast) -> None:
    hidden = element_refs(SYSTEM, [make_element("deal", cast.charlie)])
    (ref,) = hidden.values()
    for number in (ref.number, 10**9):
        with pytest.raises(NotFound):
            get_element(cast.actor("bob"), kind="deal", number=number)
    with pytest.raises(NotFound):
        get_element(cast.actor("charlie"), kind="lead", number=ref.number)


def test_names_of_linked_elements_follow_their_own_rights(cast: Cast) -> None:
    company = make_element("company", cast.charlie, "Secrète")
    contact = make_element("contact", cast.charlie, "Secret")
    deal = make_element("deal", cast.bob, "Visible")
    edit_elements(SYSTEM, ids=[deal], changes={"company_id": company, "contact_ids": (contact,)})
    bob = cast.actor("bob")
    (row,) = list_elements(bob, kind="deal", columns=("name", "company", "contacts")).rows
    assert (row["company"], row["contacts"]) == ([None], [None])
    assert "company_ids" not in row
    number = element_refs(bob, [deal])[deal].number
    detail = get_element(bob, kind="deal", number=number)
    assert (detail.companies, detail.contacts) == ((None,), (None,))
    assert "Secr" not in repr(detail)
    assert element_refs(bob, [company, contact]) == {}
    assert find_elements(bob, text="secr") == []
    company_ref = element_refs(SYSTEM, [company])[company]
    assert get_element(cast.actor("charlie"), kind="company", number=company_ref.number).deals == ()


def test_pickers_find_by_words_without_accents_or_case(cast: Cast) -> None:
    make_element("company", cast.bob, "Hôtel des Tilleuls")
    bob = cast.actor("bob")
    assert [ref.name for ref in find_elements(bob, text="TILLEULS hotel")] == ["Hôtel des Tilleuls"]
    assert find_elements(bob, text="hotel", kinds=["contact"]) == []
    assert find_elements(bob, text="%") == []


def test_contact_points_are_those_of_readable_elements(cast: Cast) -> None:
    mine, theirs = make_element("contact", cast.bob), make_element("contact", cast.charlie)
    for id in (mine, theirs):
        edit_elements(SYSTEM, ids=[id], changes={"phones": ("0478550142",), "emails": ("a@b.example",)})
    points = list_contact_points(cast.actor("bob"), ids=[mine, theirs])
    assert [(point["element_id"], point["raw"]) for point in points] == [(mine, "0478550142"), (mine, "a@b.example")]


@pytest.mark.parametrize("kind", Kind.values)
def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(cast: Cast, kind: str) -> None:
    bob = cast.actor("bob")
    every = tuple(queries.list_columns(kind))
    counts = []
    for more in (2, 30):
        for n in range(more):
            make_element(kind, cast.bob, f"E {n}")
        with CaptureQueriesContext(connection) as captured:
            page = list_elements(bob, kind=kind, columns=every)
        assert page.columns == every
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 3


def test_a_sort_without_index_is_refused_above_the_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        make_element("deal", cast.bob, f"D {n}")
    monkeypatch.setattr(paging, "MOST_SORTED", 3)
    page = list_elements(cast.actor("bob"), kind="deal", sort="amount")
    assert (page.sort, page.refused_sort) == ("-updated", "amount")
    assert list_elements(cast.actor("bob"), kind="deal", sort="name").refused_sort == ""


def test_nonsense_in_an_address_gives_the_usual_list(cast: Cast) -> None:
    make_element("lead", cast.bob, "L")
    page = list_elements(cast.actor("bob"), kind="lead", sort="-password", cursor="forged", columns=("nothing",))
    assert page.sort == "-updated"
    assert page.columns == get_columns(cast.actor("bob"), kind="lead")
    assert len(page.rows) == 1
