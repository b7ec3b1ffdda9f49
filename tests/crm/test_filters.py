"""Custom filters over leads, deals, contacts and companies: against a naive reading, and within the reader's rights."""

from __future__ import annotations

from datetime import date

import pytest

from relance.crm.queries import count_matching, list_element_ids, list_elements
from relance.crm.terms import ElementFilter
from relance.kit.actor import Actor
from relance.kit.sql import execute, sql
from relance.lists.grammar.tree import FilterError
from tests.cast import Cast, delete_element, make_element, make_user


def found(actor: Actor, text: str, kind: str = "deal") -> set[int]:
    """What a filter takes; its page, its ids and its total agree."""
    filters = ElementFilter(text=text)
    ids = list_element_ids(actor, kind=kind, filters=filters)
    for sort in ("", "name", "number"):
        page = list_elements(actor, kind=kind, filters=filters, columns=("name",), sort=sort)
        assert {row["id"] for row in page.rows} == set(ids)
    assert count_matching(actor, kind=kind, filters=filters).count == len(ids)
    return set(ids)


def test_fields_of_deals_take_what_a_plain_reading_takes(cast: Cast) -> None:
    root, made = cast.actor("root"), []
    for number, amount in enumerate((None, 10, 10_000, 50_000)):
        owner = (cast.alice, cast.bob)[number % 2]
        deal = make_element(
            "deal", owner, f"Élan {number}", stage="won" if number == 3 else "", is_open_to_all=number == 1
        )
        day = date(2026, 11, 10 + number) if amount else None
        execute(sql("UPDATE crm_deal SET amount = {}, closes_on = {} WHERE element_id = {}", amount, day, deal))
        made.append(deal)
    company, contact = make_element("company", cast.charlie, "Zébre"), make_element("contact", cast.bob, "Dupont")
    execute(sql("UPDATE crm_deal SET company_id = {} WHERE element_id = {}", company, made[2]))
    execute(
        sql(
            "INSERT INTO crm_dealcontact (deal_id, contact_id, deal_kind, contact_kind) VALUES ({}, {}, 'deal', 'contact')",
            made[1],
            contact,
        )
    )
    for text, places in {
        "": {0, 1, 2, 3},
        "amount>10": {2, 3},
        "amount!=10": {0, 2, 3},
        "amount:empty": {0},
        "closes_on<=2026-11-12": {1, 2},
        "closes_on:2026-11": {1, 2, 3},
        "name^elan": {0, 1, 2, 3},
        "name~2,3": {2, 3},
        "stage:won": {3},
        "is:won": {3},
        "is:open -is:shared": {0, 2},
        "pipeline:sales": {0, 1, 2, 3},
        "responsible:in:Ventes": {0, 1, 2, 3},
        "responsible:alice@cast.example": {0, 2},
        "responsible:alice@cast.example or amount:10": {0, 1, 2},
        "company:zebre": {2},
        "company:empty": {0, 1, 3},
        "contact~DUPONT": {1},
        "created:today": {0, 1, 2, 3},
        "created<today": set(),
    }.items():
        assert (text, found(root, text)) == (text, {made[place] for place in places})
    assert found(root, f"amount>=10 responsible:bob@cast.example responsible:#{cast.alice}") == set()
    assert found(root, "company:zebre", "contact") == set()
    # Bob reads his own: neither Alice's deals nor the name of Charlie's company exist for him.
    assert found(cast.actor("bob"), "amount>=0") == {made[1], made[3]}
    assert found(cast.actor("alice"), "company:zebre") == set()
    assert found(cast.actor("alice"), "company:empty") == set(made)


def test_phones_and_addresses_are_found_in_any_writing(cast: Cast) -> None:
    contact = make_element("contact", cast.bob, "Dupont")
    for kind, raw, normalised in (("phone", "06 12 34 56 78", "33612345678"), ("email", "A@b.fr", "a@b.fr")):
        execute(
            sql(
                "INSERT INTO crm_contactpoint (element_id, kind, raw, normalised, rank) VALUES ({}, {}, {}, {}, 0)",
                contact,
                kind,
                raw,
                normalised,
            )
        )
    bob = cast.actor("bob")
    for text in ('phone:"06.12.34.56.78"', "phone:+33612345678", "phone~345", "email:A@B.fr", "email!=x@b.fr"):
        assert found(bob, text, "contact") == {contact}
    assert found(bob, "phone:empty", "contact") == set()


def test_a_deleted_company_is_none(cast: Cast) -> None:
    deal, company = make_element("deal", cast.bob), make_element("company", cast.bob, "Zébre")
    execute(sql("UPDATE crm_deal SET company_id = {} WHERE element_id = {}", company, deal))
    delete_element(company)
    assert found(cast.actor("bob"), "company:empty") == {deal}


@pytest.mark.parametrize(
    ("kind", "text"), [("contact", "amount>1"), ("lead", "pipeline:sales"), ("deal", "stage:rien")]
)
def test_a_field_that_a_kind_does_not_have_is_refused(cast: Cast, kind: str, text: str) -> None:
    with pytest.raises(FilterError) as raised:
        list_elements(cast.actor("bob"), kind=kind, filters=ElementFilter(text=text))
    assert raised.value.place.length >= 4


def test_scan_and_walk_of_many_owners_see_the_filter(cast: Cast) -> None:
    team = [make_user(f"Membre{number}", "Durand", cast.sales) for number in range(30)]
    made = [make_element("deal", person, f"Affaire {number}") for number, person in enumerate(team)]
    assert found(cast.actor("alice"), 'name:"affaire 7","affaire 9"') == {made[7], made[9]}
