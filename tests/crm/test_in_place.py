"""Fields and links of an element changed where they stand; every refusal leaves everything as it was."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relance.bulk.actions import undo
from relance.crm.actions import edit_elements, link_elements
from relance.crm.queries import element_refs, get_element, list_stages
from relance.crm.terms import Kind
from relance.kit.errors import Invalid
from relance.web.crm.fieldrows import editable_keys
from tests.cast import SYSTEM, Cast, journal_size, make_element, make_user
from tests.crm.test_pages import HTMX, path_of, read
from tests.web.signing import sign_in as client_of


def save(client: Client, element: int, key: str, **said: object) -> tuple[int, str]:
    answer = client.post(path_of(element) + f"field/{key}/", {"version": 1, **said}, headers=HTMX)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("kind", Kind.values)
def test_every_field_of_every_kind_has_its_form_and_its_value(cast: Cast, kind: str) -> None:
    element, client = make_element(kind, cast.bob), client_of(cast.bob)
    for key in editable_keys(kind):
        form = client.get(path_of(element) + f"field/{key}/", headers=HTMX).content.decode()
        assert 'name="version" value="1"' in form, key
        assert "<html" not in form
        assert "<html" in client.get(path_of(element) + f"field/{key}/").content.decode()
        value = client.get(path_of(element) + f"field/{key}/?show=1", headers=HTMX).content.decode()
        assert f'id="field-{key}"' in value
        assert "<form" not in value


def test_one_field_is_saved_and_its_value_comes_back(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob), client_of(cast.bob)
    status, row = save(client, deal, "amount", amount="1200.50", currency="CHF")
    assert status == 200
    assert "CHF" in row
    assert (read(deal).fields["amount"], read(deal).fields["currency"]) == (Decimal("1200.50"), "CHF")
    stage = next(stage for stage in list_stages("deal") if stage.code == "quote")
    assert save(client, deal, "stage_id", stage_id=stage.id, version=read(deal).version)[0] == 200
    assert read(deal).stage_id == stage.id


def test_phones_are_rows_and_an_empty_row_is_none(cast: Cast) -> None:
    contact, client = make_element("contact", cast.bob), client_of(cast.bob)
    assert save(client, contact, "phones", phones=["04 78 55 01 42", "", "06 00 00 00 00"])[0] == 200
    assert read(contact).phones == ("04 78 55 01 42", "06 00 00 00 00")
    status, form = save(client, contact, "emails", emails=["no address", ""], version=read(contact).version)
    assert status == 422
    assert 'aria-invalid="true"' in form
    assert 'value="no address"' in form
    assert read(contact).emails == ()


def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_is_kept(cast: Cast) -> None:
    deal, client, before = make_element("deal", cast.bob, "Avant"), client_of(cast.bob), journal_size()
    for key, said in (
        ("name", {"name": ""}),
        ("amount", {"amount": "beaucoup", "currency": "EUR"}),
        ("closes_on", {"closes_on": "demain"}),
    ):
        status, form = save(client, deal, key, **said)
        assert status == 422
        assert 'class="error"' in form
    assert (read(deal).name, journal_size()) == ("Avant", before)


def test_a_conflict_shows_both_and_the_second_try_is_meant(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob, "Avant"), client_of(cast.bob)
    edit_elements(SYSTEM, ids=[deal], changes={"name": "À eux"})
    status, form = save(client, deal, "name", name="À moi")
    assert status == 409
    assert "À eux" in form
    assert read(deal).name == "À eux"
    assert f'name="version" value="{read(deal).version}"' in form
    assert save(client, deal, "name", name="À moi", version=read(deal).version)[0] == 200
    assert read(deal).name == "À moi"


def test_a_change_of_another_field_is_no_conflict(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob, "Avant"), client_of(cast.bob)
    edit_elements(SYSTEM, ids=[deal], changes={"amount": Decimal(7)})
    assert save(client, deal, "name", name="Après")[0] == 200
    assert (read(deal).name, read(deal).fields["amount"]) == ("Après", Decimal(7))


def test_who_may_only_read_sees_the_reason_and_changes_nothing(cast: Cast) -> None:
    reader = client_of(make_user("Rita", "Lectrice", role="read_only"))
    deal = make_element("deal", cast.bob, "Avant")
    before = journal_size()
    page = reader.get(path_of(deal)).content.decode()
    assert "Vos rôles ne vous permettent pas" in page
    assert "a.edit-field" not in page
    assert save(reader, deal, "name", name="Pris")[0] == 403
    assert save(client_of(cast.charlie), deal, "name", name="Pris")[0] == 404
    assert (read(deal).name, journal_size()) == ("Avant", before)


def test_giving_it_out_of_reach_asks_first(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob), client_of(cast.bob)
    status, form = save(client, deal, "responsible_id", responsible_id=cast.charlie)
    assert status == 422
    assert 'name="sure"' in form
    assert read(deal).responsible_id == cast.bob
    answer = client.post(
        path_of(deal) + "field/responsible_id/", {"version": 1, "responsible_id": cast.charlie, "sure": 1}, headers=HTMX
    )
    assert answer.headers["HX-Redirect"] == "/crm/deals/"
    assert read(deal).responsible_id == cast.charlie


def test_links_are_made_and_undone_from_either_side(cast: Cast) -> None:
    company, contact, deal = (make_element(kind, cast.bob, kind) for kind in ("company", "contact", "deal"))
    bob = cast.actor("bob")
    link_elements(bob, id=company, other=deal, is_linked=True)
    link_elements(bob, id=contact, other=deal, is_linked=True)
    outcome = link_elements(bob, id=contact, other=company, is_linked=True)
    assert [ref.id for ref in read(deal).companies if ref] == [company]
    assert [ref.id for ref in read(deal).contacts if ref] == [contact]
    assert [ref.id for ref in read(company).deals] == [deal]
    assert [ref.id for ref in read(company).contacts if ref] == [contact]
    assert outcome.gesture
    undo(bob, gesture=outcome.gesture)
    assert read(contact).companies == ()
    link_elements(bob, id=company, other=deal, is_linked=False)
    assert read(deal).companies == ()


def test_linking_keeps_what_its_user_cannot_see(cast: Cast) -> None:
    deal, mine, hidden = (
        make_element("deal", cast.bob),
        make_element("contact", cast.bob),
        make_element("contact", cast.charlie),
    )
    edit_elements(SYSTEM, ids=[deal], changes={"contact_ids": (hidden,)})
    link_elements(cast.actor("bob"), id=deal, other=mine, is_linked=True)
    assert {ref.id for ref in read(deal).contacts if ref} == {mine, hidden}
    link_elements(cast.actor("bob"), id=deal, other=mine, is_linked=False)
    assert {ref.id for ref in read(deal).contacts if ref} == {hidden}


def test_a_hidden_element_cannot_be_linked_and_reads_like_an_unknown_one(cast: Cast) -> None:
    deal, his = make_element("deal", cast.bob), make_element("contact", cast.charlie, "Secret")
    other_deal, before, client = make_element("deal", cast.bob), journal_size(), client_of(cast.bob)
    answers = [client.post(path_of(deal) + "links/contacts/", {"add": other}, headers=HTMX) for other in (his, 10**9)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert "Secret" not in answers[0].content.decode()
    with pytest.raises(Invalid):
        link_elements(cast.actor("bob"), id=deal, other=other_deal, is_linked=True)
    assert read(deal).contacts == ()
    assert journal_size() == before


def test_the_panel_of_an_element_is_a_part_and_its_address_a_page(cast: Cast) -> None:
    deal, client = make_element("deal", cast.bob, "Toitures"), client_of(cast.bob)
    part = client.get(path_of(deal), headers=HTMX).content.decode()
    assert "<html" not in part
    assert f'data-element="{deal}"' in part
    assert "<html" in client.get(path_of(deal)).content.decode()
    number = element_refs(SYSTEM, [deal])[deal].number
    listed = client.get(f"/crm/deals/?open={number}").content.decode()
    assert f'data-element="{deal}"' in listed
    assert client.get("/crm/deals/?open=999999999").status_code == 404
    assert "panel-element" in client.get(path_of(deal) + "parts/?panel=1").content.decode()


def test_the_number_of_queries_of_the_page_does_not_grow_with_what_is_around(cast: Cast) -> None:
    company, client = make_element("company", cast.bob), client_of(cast.bob)
    counts = []
    for _round in range(2):
        for _number in range(10):
            edit_elements(SYSTEM, ids=[make_element("deal", cast.bob)], changes={"company_id": company})
        with CaptureQueriesContext(connection) as queries:
            client.get(path_of(company))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert get_element(cast.actor("bob"), kind="company", number=element_refs(SYSTEM, [company])[company].number).deals
