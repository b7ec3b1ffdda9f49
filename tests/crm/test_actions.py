"""Elements are made, edited, given away, deleted and put back: within rights, journaled, all or nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.crm.actions import (
    create_element,
    create_elements,
    delete_elements_rows,
    edit_elements,
    reassign_elements,
    undo_elements,
)
from relance.crm.queries import element_refs, get_element, list_elements, list_stages
from relance.crm.terms import ElementDetail, ElementDraft
from relance.journal.actions import new_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.outcome import require
from relance.kit.sql import fetch_column, fetch_value, sql
from relance.people.queries import build_actor
from tests.cast import SYSTEM, Cast, make_element, make_user


def read(actor: Actor, element_id: int) -> ElementDetail:
    ref = element_refs(SYSTEM, [element_id])[element_id]
    return get_element(actor, kind=ref.kind, number=ref.number)


def everything() -> list[object]:
    return fetch_column(sql("SELECT to_jsonb(e)::text FROM crm_element e ORDER BY id"))


def journal(element_id: int) -> list[str]:
    return fetch_column(
        sql(
            "SELECT noun || ':' || verb FROM journal_auditentry WHERE noun_id = {} AND noun <> 'user' ORDER BY id",
            element_id,
        )
    )


def test_a_deal_is_made_with_all_that_it_was_given(cast: Cast) -> None:
    bob = cast.actor("bob")
    company = create_element(bob, draft=ElementDraft(kind="company", name="Hôtel des Tilleuls", city="Lyon"))
    contact = create_element(
        bob,
        draft=ElementDraft(kind="contact", first_name="Nadia", last_name="Ferrand", phones=("04 78 55 01 42",)),
    )
    deal_id = create_element(
        bob,
        draft=ElementDraft(
            kind="deal",
            name="Machines expresso",
            amount=Decimal("41700"),
            closes_on=date(2026, 12, 11),
            company_id=company,
            contact_ids=(contact,),
        ),
    )
    deal = read(bob, deal_id)
    assert (deal.name, deal.responsible_id, deal.responsible_name) == ("Machines expresso", cast.bob, "Bob Petit")
    assert deal.fields == {"amount": Decimal("41700.00"), "currency": "EUR", "closes_on": date(2026, 12, 11)}
    assert [ref and ref.name for ref in (*deal.companies, *deal.contacts)] == ["Hôtel des Tilleuls", "Nadia Ferrand"]
    assert deal.stage_id == list_stages("deal")[0].id
    assert read(bob, contact).phones == ("04 78 55 01 42",)
    assert [ref.name for ref in read(bob, contact).deals] == ["Machines expresso"]
    assert journal(deal_id) == ["element:create"]


def test_an_element_is_added_only_within_the_level_of_add_as_it_will_be_saved(cast: Cast) -> None:
    before = everything()
    with pytest.raises(Forbidden):
        create_element(cast.actor("bob"), draft=ElementDraft(kind="lead", name="X", responsible_id=cast.charlie))
    assert everything() == before
    for_bob = create_element(cast.actor("alice"), draft=ElementDraft(kind="lead", name="X", responsible_id=cast.bob))
    assert read(cast.actor("alice"), for_bob).responsible_id == cast.bob


def test_many_are_made_at_once_and_each_refusal_says_its_place_and_reason(cast: Cast) -> None:
    drafts = [
        ElementDraft(kind="lead", name="Un"),
        ElementDraft(kind="lead", name=" "),
        ElementDraft(kind="lead", name="Trois", responsible_id=cast.charlie),
        ElementDraft(kind="company", name="Quatre", emails=("a@b.example",)),
    ]
    outcome = create_elements(cast.actor("bob"), drafts)
    assert [read(cast.actor("bob"), id).name for id in outcome.done] == ["Un", "Quatre"]
    assert [(refusal.id, bool(refusal.reason)) for refusal in outcome.refused] == [(1, True), (2, True)]


def test_making_many_takes_as_many_queries_as_making_few(cast: Cast) -> None:
    counts = []
    for many in (2, 60):
        drafts = [ElementDraft(kind="lead", name=f"P {n}", phones=("1", "2")) for n in range(many)]
        with CaptureQueriesContext(connection) as captured:
            create_elements(cast.actor("bob"), drafts)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_form_sent_twice_makes_one_element(cast: Cast) -> None:
    draft = ElementDraft(kind="lead", name="Double", creation_key=uuid4())
    assert create_element(cast.actor("bob"), draft=draft) == create_element(cast.actor("bob"), draft=draft)
    assert fetch_value(sql("SELECT count(*) FROM crm_element")) == 1


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ElementDraft(kind="lead", name=""), "name"),
        (ElementDraft(kind="lead", name="a\x00b"), "name"),
        (ElementDraft(kind="lead", name="a" * 501), "name"),
        (ElementDraft(kind="contact"), "last_name"),
        (ElementDraft(kind="deal", name="D", amount=Decimal("1e17")), "amount"),
        (ElementDraft(kind="deal", name="D", amount=Decimal("NaN")), "amount"),
        (ElementDraft(kind="deal", name="D", currency="euro"), "currency"),
        (ElementDraft(kind="deal", name="D", stage_id=10**6), "stage_id"),
        (ElementDraft(kind="company", name="C", employees=-1), "employees"),
        (ElementDraft(kind="company", name="C", emails=("nobody",)), "emails"),
        (ElementDraft(kind="company", name="C", phones=("call me",)), "phones"),
        (ElementDraft(kind="company", name="C", responsible_id=10**9), "responsible_id"),
        (ElementDraft(kind="contact", last_name="N", closes_on=date(2026, 1, 1)), ""),
        (ElementDraft(kind="planet", name="Mars"), "kind"),
    ],
)
def test_what_cannot_be_taken_is_said_by_field_and_nothing_is_saved(
    cast: Cast, draft: ElementDraft, field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        create_element(cast.actor("bob"), draft=draft)
    assert field in raised.value.messages
    assert everything() == []


def test_linking_needs_read_on_the_linked_element(cast: Cast) -> None:
    hidden = make_element("company", cast.charlie, "Cachée")
    with pytest.raises(Invalid) as raised:
        create_element(cast.actor("bob"), draft=ElementDraft(kind="deal", name="D", company_id=hidden))
    assert "company_id" in raised.value.messages
    assert "Cachée" not in str(raised.value)


def test_update_is_judged_on_the_row_before_the_change(cast: Cast) -> None:
    mine, theirs = make_element("lead", cast.bob), make_element("lead", cast.charlie)
    outcome = reassign_elements(cast.actor("bob"), ids=[mine, theirs, 10**9], to=cast.charlie)
    assert outcome.done == [mine]
    assert [(refusal.id, refusal.is_hidden) for refusal in outcome.refused] == [(theirs, True), (10**9, True)]
    assert element_refs(cast.actor("bob"), [mine]) == {}
    with pytest.raises(NotFound):
        require(edit_elements(cast.actor("bob"), ids=[mine], changes={"name": "Encore"}), mine)


def test_a_hidden_row_reads_like_one_that_does_not_exist(cast: Cast) -> None:
    theirs = make_element("lead", cast.charlie)
    outcome = edit_elements(cast.actor("bob"), ids=[theirs, 10**9], changes={"is_open_to_all": True})
    first, second = outcome.refused
    assert (first.reason, first.is_hidden) == (second.reason, second.is_hidden)


def test_a_readable_row_that_may_not_be_changed_says_why(cast: Cast) -> None:
    reader = make_user("Rita", "Lecture", role="read_only")
    lead = make_element("lead", cast.bob)
    before = everything()
    with pytest.raises(Forbidden) as raised:
        require(edit_elements(build_actor(reader), ids=[lead], changes={"name": "Non"}), lead)
    assert raised.value.reason
    assert everything() == before
    detail = read(build_actor(reader), lead)
    assert (detail.can_update, detail.can_delete, set(detail.reasons)) == (False, False, {"update", "delete"})


def test_an_edit_that_changes_nothing_writes_nothing(cast: Cast) -> None:
    lead = make_element("lead", cast.bob, "Pareil")
    outcome = edit_elements(cast.actor("bob"), ids=[lead], changes={"name": "Pareil", "company_name": ""})
    assert (outcome.done, outcome.unchanged, outcome.gesture) == ([], [lead], None)
    assert read(cast.actor("bob"), lead).version == 1


def test_a_change_of_any_table_counts_a_version_and_moves_the_element_up(cast: Cast) -> None:
    bob = cast.actor("bob")
    company = make_element("company", cast.bob)
    for version, changes in enumerate(
        ({"city": "Lyon"}, {"name": "Neuf", "industry": "Café"}, {"phones": ("0478550142",)}), start=2
    ):
        edit_elements(bob, ids=[company], changes=changes)  # type: ignore[arg-type]
        assert read(bob, company).version == version
    assert journal(company)[-1] == "element:edit"


def test_the_name_of_a_contact_is_made_of_its_two_names(cast: Cast) -> None:
    bob = cast.actor("bob")
    contact = create_element(bob, draft=ElementDraft(kind="contact", first_name="Élodie", last_name="Żak"))
    edit_elements(bob, ids=[contact], changes={"first_name": "Zoé"})
    assert read(bob, contact).name == "Zoé Żak"
    with pytest.raises(Invalid):
        edit_elements(bob, ids=[contact], changes={"first_name": "", "last_name": ""})


def test_two_who_change_different_fields_both_succeed(cast: Cast) -> None:
    alice, bob = cast.actor("alice"), cast.actor("bob")
    deal = make_element("deal", cast.bob, "Avant")
    edit_elements(alice, ids=[deal], changes={"amount": Decimal(100)}, version=1)
    edit_elements(bob, ids=[deal], changes={"name": "Après", "amount": None}, version=1)
    detail = read(bob, deal)
    assert (detail.name, detail.fields["amount"]) == ("Après", Decimal("100.00"))


def test_two_who_change_the_same_field_conflict_and_both_values_are_shown(cast: Cast) -> None:
    alice, bob = cast.actor("alice"), cast.actor("bob")
    deal = make_element("deal", cast.bob, "Avant")
    edit_elements(alice, ids=[deal], changes={"amount": Decimal(100)}, version=1)
    with pytest.raises(Conflict) as raised:
        edit_elements(bob, ids=[deal], changes={"name": "Après", "amount": Decimal(200)}, version=1)
    assert list(raised.value.fields.values()) == [("100.00", "200.00")]
    assert read(bob, deal).name == "Avant"


def test_a_form_never_drops_links_that_its_user_cannot_read(cast: Cast) -> None:
    bob = cast.actor("bob")
    hidden, seen = make_element("contact", cast.charlie), make_element("contact", cast.bob)
    deal = make_element("deal", cast.bob)
    edit_elements(SYSTEM, ids=[deal], changes={"contact_ids": (hidden, seen)})
    edit_elements(bob, ids=[deal], changes={"contact_ids": ()})
    assert read(bob, deal).contacts == (None,)
    assert [ref and ref.id for ref in read(SYSTEM, deal).contacts] == [hidden]


def test_a_stage_is_one_of_the_kind(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    with pytest.raises(Invalid):
        edit_elements(cast.actor("bob"), ids=[deal], changes={"stage_id": list_stages("lead")[0].id})
    won = list_stages("deal")[-2]
    edit_elements(cast.actor("bob"), ids=[deal], changes={"stage_id": won.id})
    assert read(cast.actor("bob"), deal).stage_id == won.id


def test_a_field_of_another_kind_is_refused(cast: Cast) -> None:
    lead = make_element("lead", cast.bob)
    with pytest.raises(Invalid):
        edit_elements(cast.actor("bob"), ids=[lead], changes={"city": "Lyon"})


def test_deleting_needs_the_right_to_delete(cast: Cast) -> None:
    bobs, alices = make_element("lead", cast.bob), make_element("lead", cast.alice)
    alice = cast.actor("alice")
    outcome = delete_elements_rows(alice, ids=[bobs, alices], gesture=new_gesture())
    assert outcome.done == [alices]
    assert [(refusal.id, refusal.is_hidden) for refusal in outcome.refused] == [(bobs, False)]
    assert [row["id"] for row in list_elements(alice, kind="lead").rows] == [bobs]
    with pytest.raises(NotFound):
        require(edit_elements(alice, ids=[alices], changes={"name": "Fantôme"}), alices)


def test_a_deletion_is_undone_whole(cast: Cast) -> None:
    alice = cast.actor("alice")
    lead = make_element("lead", cast.alice)
    outcome = delete_elements_rows(alice, ids=[lead], gesture=new_gesture())
    assert outcome.gesture
    back = undo_elements(alice, gesture=outcome.gesture, back=new_gesture())
    assert back.done == [lead]
    assert read(alice, lead).can_delete


def test_who_gave_an_element_away_takes_it_back(cast: Cast) -> None:
    bob = cast.actor("bob")
    lead = make_element("lead", cast.bob)
    outcome = reassign_elements(bob, ids=[lead], to=cast.charlie)
    assert outcome.gesture
    assert undo_elements(cast.actor("charlie"), gesture=outcome.gesture, back=new_gesture()).done == []
    assert undo_elements(bob, gesture=outcome.gesture, back=new_gesture()).done == [lead]
    assert read(bob, lead).responsible_id == cast.bob


def test_undo_leaves_what_was_changed_since_and_says_so(cast: Cast) -> None:
    alice, bob = cast.actor("alice"), cast.actor("bob")
    first, second = make_element("lead", cast.bob), make_element("lead", cast.bob)
    outcome = reassign_elements(alice, ids=[first, second], to=cast.alice)
    reassign_elements(alice, ids=[second], to=cast.charlie)
    assert outcome.gesture
    back = undo_elements(alice, gesture=outcome.gesture, back=new_gesture())
    assert back.done == [first]
    assert [refusal.id for refusal in back.refused] == [second]
    assert read(bob, first).responsible_id == cast.bob


def test_undo_gives_back_phones_links_and_own_fields(cast: Cast) -> None:
    bob = cast.actor("bob")
    company = make_element("company", cast.bob)
    contact = create_element(
        bob, draft=ElementDraft(kind="contact", last_name="Ferrand", phones=("04 78 55 01 42",), company_ids=(company,))
    )
    outcome = edit_elements(
        bob, ids=[contact], changes={"phones": (), "company_ids": (), "position": "Gérante", "last_name": "Roy"}
    )
    assert outcome.gesture
    assert undo_elements(bob, gesture=outcome.gesture, back=new_gesture()).done == [contact]
    detail = read(bob, contact)
    assert (detail.name, detail.phones, detail.fields["position"]) == ("Ferrand", ("04 78 55 01 42",), "")
    assert [ref and ref.id for ref in detail.companies] == [company]
