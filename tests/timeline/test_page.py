"""What the page of an element shows of its timeline: words, folding, answers, what is planned."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from relance.activities.actions import answer_validation, attach_to_element, create_activity
from relance.activities.terms import ActivityDraft
from relance.crm.actions import edit_elements
from relance.kit import clock
from relance.kit.sql import execute, fetch_one, sql
from relance.timeline.actions import create_comment
from relance.timeline.terms import MOST_PLANNED, CommentDraft
from tests.cast import Cast, make_activity, make_element, make_file
from tests.matrix.walking import browser

pytestmark = pytest.mark.django_db
TAG = re.compile(r"<[^>]*>")


def path_of(element_id: int) -> str:
    """The address of an element's page."""
    row = fetch_one(sql("SELECT kind, number FROM crm_element WHERE id = {}", element_id))
    assert row
    folder = {"deal": "deals", "company": "companies", "contact": "contacts"}[row["kind"]]
    return f"/crm/{folder}/{row['number']}/"


def words(client: Client, path: str, section: str) -> str:
    """The words of a part of a page, in English."""
    execute(sql("UPDATE people_user SET language = 'en'"))
    page = client.get(path).content.decode()
    found = re.search(rf'<section[^>]*id="{section}".*?</section>', page, re.DOTALL)
    assert found, f"no {section}"
    return " ".join(unescape(TAG.sub(" ", found[0])).split())


def test_small_changes_of_a_day_are_folded_and_stage_responsible_and_amount_stand_apart(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    alice, bob = cast.actor("alice"), cast.actor("bob")
    for place in range(3):
        edit_elements(alice, ids=[deal], changes={"name": f"Nom {place}", "closes_on": clock.now().date()})
        create_comment(bob, draft=CommentDraft(text="Entre deux", element_id=deal))
    edit_elements(alice, ids=[deal], changes={"amount": Decimal(1200), "name": "Dernier"})
    edit_elements(bob, ids=[deal], changes={"name": "Autre"})
    said = words(browser(cast.bob), path_of(deal), "element-history")
    assert "5 changes by Alice Martin" in said
    assert re.search(r"Amount: – → became €1,200(\.00)? · Alice Martin", said)
    assert "Name: Dernier → became Autre · Bob Petit" in said
    assert said.count("Alice Martin") == 3  # the filter's choice, the fold, the amount


def test_a_completed_activity_says_how_it_ended_and_how_late_and_its_colour(cast: Cast) -> None:
    deal, now = make_element("deal", cast.bob), clock.now()
    late = make_activity(cast.bob, deal, deadline_at=now - timedelta(days=3), completed_at=now)
    execute(sql("UPDATE activities_activity SET outcome = 'reached', colour = 'red' WHERE id = {}", late))
    said = words(browser(cast.bob), path_of(deal), "element-history")
    assert "Colour: Red Rappeler · Call · Reached · 3 d late · Bob Petit" in said


def test_answers_of_a_validation_stand_where_the_document_is(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    draft = ActivityDraft("document", "Valider le devis", (deal,), validators=(cast.alice, cast.root))
    document = create_activity(cast.actor("bob"), draft)[0]
    answer_validation(cast.actor("alice"), ids=[document], decision="refused", reason="Remise <trop> forte")
    client = browser(cast.bob)
    planned = words(client, path_of(deal), "element-planned")
    assert re.search(r"Refused · Alice Martin · Today [\d:]+ Remise <trop> forte", planned)
    assert "Root Racine has not answered yet" in planned
    answer_validation(cast.actor("root"), ids=[document], decision="approved")
    history = words(client, path_of(deal), "element-history")
    assert re.search(r"Refused · Alice Martin · .* Remise <trop> forte .*Approved · Root Racine", history)


def test_files_can_be_saved_where_the_history_tells_of_them(cast: Cast) -> None:
    deal, file = make_element("deal", cast.bob), make_file(cast.bob, "devis <1>.pdf")
    attach_to_element(cast.actor("bob"), element_id=deal, ids=[file])
    client = browser(cast.bob)
    assert "File added · Bob Petit" in words(client, path_of(deal), "element-history")
    page = client.get(f"{path_of(deal)}history/").content.decode()
    assert f'href="/files/{file}/" download' in page
    assert "devis &lt;1&gt;.pdf" in page


def test_what_is_planned_around_a_company_is_shown_on_it_as_far_as_one_may_read(cast: Cast) -> None:
    company, mine, theirs = (
        make_element("company", cast.bob, "ACME"),
        make_element("deal", cast.bob, "Toiture"),
        make_element("deal", cast.charlie),
    )
    for deal in (mine, theirs):
        edit_elements(cast.actor("root"), ids=[deal], changes={"company_id": company})
    now = clock.now()
    make_activity(cast.bob, mine, subject="Du chantier", deadline_at=now + timedelta(days=1))
    make_activity(cast.bob, mine, company, subject="Des deux", deadline_at=now - timedelta(days=2))
    make_activity(cast.charlie, theirs, subject="Secret", deadline_at=now)
    client, path = browser(cast.bob), path_of(company)
    alone = words(client, path, "element-planned")
    assert "Des deux" in alone
    assert "Du chantier" not in alone
    rolled = words(client, f"{path}?rolled=1", "element-planned")
    assert rolled.index("Overdue by 2 d") < rolled.index("Du chantier")
    assert re.search(r"Planned 2 1 overdue", rolled)
    assert "Toiture" in rolled
    assert "Secret" not in rolled
    # The same switch, used on the page, draws both parts anew.
    headers = {"HX-Request": "true", "HX-Trigger": "history-filters"}
    part = client.get(f"{path}history/?rolled=1", headers=headers).content.decode()
    assert "Du chantier" in part


def test_more_than_a_page_of_planned_activities_is_counted_and_leads_to_the_list(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    for place in range(MOST_PLANNED + 2):
        make_activity(cast.bob, deal, subject=f"N{place}", deadline_at=clock.now() + timedelta(days=place))
    make_activity(cast.bob, make_element("deal", cast.bob), subject="Ailleurs")
    client = browser(cast.bob)
    said = words(client, path_of(deal), "element-planned")
    assert f"Planned {MOST_PLANNED + 2}" in said
    assert "and 2 others" in said
    link = re.search(r'<p class="more"><a class="link" href="([^"]+)"', client.get(path_of(deal)).content.decode())
    assert link
    listed = client.get(unescape(link[1])).content.decode()
    assert listed.count("data-open") == MOST_PLANNED + 2
    assert "Ailleurs" not in listed


@pytest.mark.parametrize(("kind", "key"), [("company", "company_id"), ("contact", "contact_ids")])
def test_the_list_of_what_is_rolled_up_takes_the_same(cast: Cast, kind: str, key: str) -> None:
    around, deal = make_element(kind, cast.bob, 'Dupont "fils"'), make_element("deal", cast.bob)
    edit_elements(cast.actor("bob"), ids=[deal], changes={key: around if key == "company_id" else (around,)})  # type: ignore[misc]
    for place in range(MOST_PLANNED + 1):
        make_activity(cast.bob, deal, around, subject=f"N{place}")
    client = browser(cast.bob)
    page = client.get(f"{path_of(around)}?rolled=1").content.decode()
    link = re.search(r'<p class="more"><a class="link" href="([^"]+)"', page)
    assert link
    assert client.get(unescape(link[1])).content.decode().count("data-open") == MOST_PLANNED + 1
