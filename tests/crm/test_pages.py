"""The pages of elements: lists, the page of one, forms, gestures; nothing that is hidden shows anywhere."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.crm.actions import edit_elements
from relance.crm.queries import element_refs, get_element, list_stages
from relance.crm.terms import ElementDetail, Kind
from relance.kit.actor import Actor
from relance.web.marks import ELEMENT_FOLDERS, element_path
from tests.cast import SYSTEM, Cast, make_activity, make_element, make_user
from tests.web.signing import sign_in as client_of

HTMX = {"HX-Request": "true"}


def path_of(element_id: int) -> str:
    ref = element_refs(SYSTEM, [element_id])[element_id]
    return element_path(ref.kind, ref.number)


def read(element_id: int, actor: Actor = SYSTEM) -> ElementDetail:
    ref = element_refs(SYSTEM, [element_id])[element_id]
    return get_element(actor, kind=ref.kind, number=ref.number)


@pytest.mark.parametrize("kind", Kind.values)
def test_each_list_shows_what_its_reader_may_read(cast: Cast, kind: str) -> None:
    make_element(kind, cast.bob, "à Bob")
    make_element(kind, cast.charlie, "à Charlie")
    page = client_of(cast.bob).get(f"/crm/{ELEMENT_FOLDERS[kind]}/").content.decode()
    assert "à Bob" in page
    assert "à Charlie" not in page
    total = client_of(cast.bob).get(f"/crm/{ELEMENT_FOLDERS[kind]}/total/").content.decode()
    assert 'data-total="1"' in total


@pytest.mark.parametrize("kind", Kind.values)
def test_every_address_of_a_hidden_element_is_not_found(cast: Cast, kind: str) -> None:
    path, client = path_of(make_element(kind, cast.charlie, "Secret")), client_of(cast.bob)
    unknown = element_path(kind, 10**9)
    for place in ("", "parts/", "history/", "menu/", "edit/"):
        hidden = client.get(path + place)
        assert hidden.status_code == 404
        assert "Secret" not in hidden.content.decode()
        assert client.get(unknown + place).status_code == 404
    assert client.post(path + "stage/", {"stage": "1"}).status_code == 404


@pytest.mark.parametrize("kind", Kind.values)
def test_every_page_of_a_readable_element_opens(cast: Cast, kind: str) -> None:
    element = make_element(kind, cast.bob, "À moi")
    activity = make_activity(cast.bob, element, subject="Rappeler Zoé")
    client, path = client_of(cast.bob), path_of(element)
    page = client.get(path).content.decode()
    assert "À moi" in page
    assert "Rappeler Zoé" in page
    for place in ("parts/", "history/", "menu/", "edit/", f"?open={activity}"):
        assert client.get(path + place).status_code == 200
    assert client.get(f"/crm/{ELEMENT_FOLDERS[kind]}/new/").status_code == 200


def test_filters_stand_in_the_address(cast: Cast) -> None:
    make_element("deal", cast.bob, "au devis", stage="quote")
    make_element("deal", cast.bob, "gagnée", stage="won")
    client = client_of(cast.alice)
    quote = next(stage for stage in list_stages("deal") if stage.code == "quote")
    for query, seen in (
        (f"stage={quote.id}", ["au devis"]),
        ("stage=won", ["gagnée"]),
        ("responsible=subordinates", ["au devis", "gagnée"]),
        ("responsible=me", []),
        (f"person={cast.bob}&sort=name", ["au devis", "gagnée"]),
    ):
        page = client.get(f"/crm/deals/?{query}", follow=True).content.decode()
        assert [name for name in ("au devis", "gagnée") if f'title="{name}"' in page] == seen
    fragment = client.get("/crm/deals/?stage=won&responsible=&sort=", headers={**HTMX, "HX-Target": "list-page"})
    assert fragment.headers["HX-Push-Url"] == "/crm/deals/?q=is%3Awon"
    assert "<html" not in fragment.content.decode()


def test_nonsense_in_the_address_is_ignored(cast: Cast) -> None:
    make_element("deal", cast.bob, "là")
    page = client_of(cast.bob).get(
        "/crm/deals/?stage=x%00&person=-1&responsible=root&sort=nope&cursor=zzz", follow=True
    )
    assert page.status_code == 200
    assert "là" in page.content.decode()


def test_names_of_hidden_linked_elements_show_nowhere(cast: Cast) -> None:
    company = make_element("company", cast.charlie, "Société secrète")
    contact = make_element("contact", cast.charlie, "Personne secrète")
    deal = make_element("deal", cast.bob)
    edit_elements(SYSTEM, ids=[deal], changes={"company_id": company, "contact_ids": (contact,)})
    client = client_of(cast.bob)
    for path in ("/crm/deals/", path_of(deal), path_of(deal) + "edit/", path_of(deal) + "parts/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "secrète" not in page.content.decode()
    assert client.get("/pick/companies/?q=secr").json() == {"options": []}
    assert client.get("/pick/contacts/?q=secr").json() == {"options": []}
    assert client_of(cast.charlie).get("/pick/contacts/?q=SECRETE").json()["options"][0]["text"] == "Personne secrète"


def test_an_element_is_made_with_its_form(cast: Cast) -> None:
    client = client_of(cast.bob)
    form = {
        "name": "Machines",
        "amount": "41700.5",
        "currency": "EUR",
        "stage_id": list_stages("deal")[1].id,
        "responsible_id": cast.bob,
        "phones": "04 78 55 01 42\n\n06 00 00 00 00",
        "creation_key": "5c6f2a52-35a7-4ffb-8c6a-bd7f0f4ee0c1",
    }
    first, again = (client.post("/crm/deals/new/", form).headers["Location"] for _ in range(2))
    assert first == again
    assert "Machines" in client.get(first).content.decode()
    number = int(first.split("/")[-2])
    deal = get_element(cast.actor("bob"), kind="deal", number=number)
    assert (deal.fields["amount"], deal.phones) == (Decimal("41700.50"), ("04 78 55 01 42", "06 00 00 00 00"))


def test_a_form_says_what_is_wrong_beside_its_field(cast: Cast) -> None:
    answer = client_of(cast.bob).post("/crm/companies/new/", {"name": "", "emails": "x", "currency": "EUR"})
    assert answer.status_code == 422
    assert answer.content.decode().count('class="error"') >= 2


def test_an_edit_writes_only_what_its_user_changed(cast: Cast) -> None:
    lead = make_element("lead", cast.bob, "Avant")
    client = client_of(cast.bob)
    edit_elements(SYSTEM, ids=[lead], changes={"source": "Salon"})
    kept = {
        "name": "Avant",
        "source": "",
        "currency": "EUR",
        "stage_id": read(lead).stage_id,
        "responsible_id": cast.bob,
    }
    said = {f"initial-{key}": value for key, value in kept.items()} | kept | {"name": "Après", "version": 1}
    assert client.post(path_of(lead) + "edit/", said).status_code == 302
    assert (read(lead).name, read(lead).fields["source"]) == ("Après", "Salon")


def test_a_conflict_shows_both_values_and_the_second_try_is_meant(cast: Cast) -> None:
    lead = make_element("lead", cast.bob, "Avant")
    client = client_of(cast.bob)
    edit_elements(SYSTEM, ids=[lead], changes={"name": "Le leur"})
    kept = {"name": "Avant", "currency": "EUR", "stage_id": read(lead).stage_id, "responsible_id": cast.bob}
    said = {f"initial-{key}": value for key, value in kept.items()} | kept | {"name": "Le mien", "version": 1}
    answer = client.post(path_of(lead) + "edit/", said)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Le leur" in page
    assert "Le mien" in page
    assert read(lead).name == "Le leur"
    assert client.post(path_of(lead) + "edit/", said | {"version": 2}).status_code == 302
    assert read(lead).name == "Le mien"


def test_who_may_not_change_an_element_is_told_why_and_nothing_changes(cast: Cast) -> None:
    reader = client_of(make_user("Rita", "Lecture", role="read_only"))
    deal = make_element("deal", cast.bob, "Intacte")
    stage = list_stages("deal")[3].id
    path, before = path_of(deal), read(deal)
    assert reader.get(path + "edit/").status_code == 403
    assert reader.post(path + "edit/", {"name": "Non"}).status_code == 403
    assert reader.post(path + "stage/", {"stage": stage}).status_code == 403
    assert reader.get("/crm/deals/new/").status_code == 403
    assert reader.post("/crm/deals/gestures/delete/", {"ids": deal}, headers=HTMX).status_code == 403
    assert reader.post("/crm/deals/gestures/assign/", {"ids": deal, "to": cast.alice}, headers=HTMX).status_code == 403
    assert 'aria-disabled="true"' in reader.get(path).content.decode()
    assert read(deal) == before


def test_a_click_on_the_bar_changes_the_stage_and_can_be_undone(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    client, first, third = client_of(cast.bob), read(deal).stage_id, list_stages("deal")[2].id
    answer = client.post(path_of(deal) + "stage/", {"stage": third}, headers=HTMX)
    assert answer.status_code == 200
    assert "activities-changed" in answer.headers["HX-Trigger"]
    assert read(deal).stage_id == third
    undo = answer.content.decode().split('hx-post="')[1].split('"')[0]
    assert client.post(undo, headers=HTMX).status_code == 200
    assert read(deal).stage_id == first


def test_assigning_out_of_reach_warns_first(cast: Cast) -> None:
    lead, client = make_element("lead", cast.bob), client_of(cast.bob)
    said = {"ids": lead, "to": cast.charlie}
    assert client.get("/crm/leads/gestures/assign/", {"ids": lead}, headers=HTMX).status_code == 200
    warned = client.post("/crm/leads/gestures/assign/", said, headers=HTMX)
    assert warned.status_code == 422
    assert 'name="sure"' in warned.content.decode()
    assert read(lead).responsible_id == cast.bob
    assert client.post("/crm/leads/gestures/assign/", said | {"sure": "1"}, headers=HTMX).status_code == 200
    assert read(lead).responsible_id == cast.charlie


def test_deleting_says_what_was_refused_and_undo_gives_back(cast: Cast) -> None:
    mine, bobs = make_element("lead", cast.alice, "à moi"), make_element("lead", cast.bob, "à Bob")
    activity = make_activity(cast.alice, mine, subject="Rappeler")
    client = client_of(cast.alice)
    answer = client.post("/crm/leads/gestures/delete/", {"ids": [mine, bobs]}, headers=HTMX)
    page = answer.content.decode()
    assert "à Bob" in page
    assert client.get(f"/activities/{activity}/").status_code == 404
    undo = page.split('hx-post="')[1].split('"')[0]
    assert client.post(undo, headers=HTMX).status_code == 200
    assert client.get(f"/activities/{activity}/").status_code == 200
    assert {"à moi", "à Bob"} == {ref.name for ref in element_refs(cast.actor("alice"), [mine, bobs]).values()}


def test_an_activity_is_planned_for_each_deal_of_a_filter(cast: Cast) -> None:
    company = make_element("company", cast.bob, "Hôtel des Tilleuls")
    with_company, without = make_element("deal", cast.bob, "Machines"), make_element("deal", cast.bob, "Moulins")
    edit_elements(SYSTEM, ids=[with_company], changes={"company_id": company})
    make_element("deal", cast.charlie, "Secrète")
    client = client_of(cast.bob)
    assert (
        client.get("/crm/deals/gestures/plan/", {"all": "1", "filter": "stage=open"}, headers=HTMX).status_code == 200
    )
    said = {
        "type": "call",
        "subject": "Relancer {company}",
        "deadline_day": "2026-12-01",
        "all": "1",
        "filter": "stage=open",
    }
    answer = client.post("/crm/deals/gestures/plan/", said, headers=HTMX)
    assert answer.status_code == 200
    assert "Relancer Hôtel des Tilleuls" in client.get(path_of(with_company)).content.decode()
    assert "Relancer Moulins" in client.get(path_of(without)).content.decode()
    undo = answer.content.decode().split('hx-post="')[1].split('"')[0]
    client.post(undo, headers=HTMX)
    assert "Relancer Moulins" not in client.get(path_of(without)).content.decode()


def test_a_plan_sent_twice_is_one_plan(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    key = "0c0f33e4-4a3c-4d2e-9c55-5b8b5fbd3a57"
    said = {
        "type": "call",
        "subject": "Relancer {deal}",
        "deadline_day": "2026-12-01",
        "ids": deal,
        "creation_key": key,
    }
    client = client_of(cast.bob)
    for _ in range(2):
        assert client.post("/crm/deals/gestures/plan/", said, headers=HTMX).status_code == 200
    assert client.get(path_of(deal)).content.decode().count('class="done"') == 1


def test_the_plan_exists_for_deals_alone(cast: Cast) -> None:
    assert client_of(cast.bob).get("/crm/leads/gestures/plan/", {"ids": 1}).status_code == 404


@pytest.mark.parametrize("place", ["list", "element"])
def test_pages_take_as_many_queries_for_much_as_for_little(cast: Cast, place: str) -> None:
    deal = make_element("deal", cast.bob)
    client, path = client_of(cast.bob), path_of(deal) if place == "element" else "/crm/deals/"
    counts = []
    for more in (1, 15):
        for n in range(more):
            make_activity(cast.bob, deal, subject=f"A {n}")
            make_element("deal", cast.bob, f"D {n}")
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 15
