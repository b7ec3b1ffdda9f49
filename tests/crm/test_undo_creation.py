"""Taking back that an element was made: it goes to the bin, unless somebody has worked on it since."""

from __future__ import annotations

import pytest
from django.urls import reverse

from relance.bulk.actions import undo
from relance.crm.actions import add_element, edit_elements
from relance.crm.terms import ElementDraft
from relance.kit.errors import Forbidden
from relance.kit.sql import fetch_one, fetch_value, sql
from tests.cast import Cast, journal_size, make_activity
from tests.matrix.walking import browser

pytestmark = pytest.mark.django_db


def is_there(element_id: int) -> bool:
    """Whether an element is not in the bin."""
    return bool(fetch_value(sql("SELECT deleted_at IS NULL FROM crm_element WHERE id = {}", element_id)))


def draft(kind: str = "company") -> ElementDraft:
    """A new element with a phone, and nothing else."""
    named = {"last_name": "Dupont"} if kind == "contact" else {"name": "ACME"}
    return ElementDraft(kind=kind, phones=("04 78 00 00 00",), **named)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["lead", "deal", "contact", "company"])
def test_who_made_it_takes_it_back_without_the_right_to_delete_and_again(cast: Cast, kind: str) -> None:
    bob = cast.actor("bob")
    made = add_element(bob, draft=draft(kind))
    assert made.gesture
    back = undo(bob, gesture=made.gesture)
    assert list(back.done) == list(made.done)
    assert not is_there(made.done[0])
    assert back.gesture
    assert list(undo(bob, gesture=back.gesture).done) == list(made.done)
    assert is_there(made.done[0])


def test_what_somebody_has_worked_on_stays(cast: Cast) -> None:
    bob = cast.actor("bob")
    edited, bound = add_element(bob, draft=draft()), add_element(bob, draft=draft())
    edit_elements(cast.actor("alice"), ids=edited.done, changes={"city": "Lyon"})
    make_activity(cast.bob, bound.done[0])
    for made in (edited, bound):
        assert made.gesture
        size = journal_size()
        outcome = undo(bob, gesture=made.gesture)
        assert (list(outcome.done), outcome.refused[0].id) == ([], made.done[0])
        assert outcome.refused[0].reason
        assert is_there(made.done[0])
        assert journal_size() == size


def test_nobody_else_takes_it_back(cast: Cast) -> None:
    made = add_element(cast.actor("bob"), draft=draft())
    assert made.gesture
    for name in ("alice", "charlie"):
        with pytest.raises(Forbidden):
            undo(cast.actor(name), gesture=made.gesture)
    assert is_there(made.done[0])
    assert undo(cast.actor("root"), gesture=made.gesture).done


def test_the_page_offers_it_and_leads_to_the_list(cast: Cast) -> None:
    client = browser(cast.bob)
    answer = client.post("/crm/companies/new/", {"name": "ACME", "responsible_id": cast.bob, "currency": "EUR"})
    page = client.get(answer.headers["Location"])
    row = fetch_one(sql("SELECT id FROM crm_element WHERE name = 'ACME'"))
    assert row
    gesture = fetch_value(
        sql("SELECT gesture FROM journal_auditentry WHERE noun = 'element' AND noun_id = {}", row["id"])
    )
    address = reverse("undo", args=[gesture])
    assert address.encode() in page.content
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{answer.headers['Location']}"}
    undone = client.post(address, headers=headers)
    assert undone.headers["HX-Redirect"] == "/crm/companies/"
    assert not is_there(row["id"])
