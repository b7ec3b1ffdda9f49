"""*CRM access rights*: what the pages show, what they save, and to whom."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from relance.access.actions import create_role, edit_role
from relance.access.queries import get_settings, list_assignments, list_groups, list_roles
from relance.activities.queries import count_activities
from relance.crm.why import explain_element
from relance.kit.sql import Sql, fetch_value, sql
from tests.cast import SYSTEM, Cast, give_role, journal_size, make_activity, make_element
from tests.web.signing import HTMX, sign_in, text_of

HOME = "/settings/rights/"


def role_id(code: str) -> int:
    found: int = next(role["id"] for role in list_roles() if role["code"] == code)
    return found


def form_of(client: Client, path: str) -> dict[str, Any]:
    """The form of levels as a browser would send it."""
    page = text_of(client.get(path))
    form = page[page.index('id="levels"') : page.index('id="unsaved"')]
    sent: dict[str, Any] = {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }
    for name, options in re.findall(r'<select class="level" name="([^"]+)".*?>(.*?)</select>', form):
        sent[name] = re.findall(r'<option value="([^"]*)"[^>]* selected', options)[0]
    return sent


def cell(code: str, kind: str, verb: str, place: str = "0.0") -> str:
    return f"level.{role_id(code)}.{kind}.{verb}.{place}"


@pytest.mark.parametrize("kind", ["lead", "deal", "contact", "company"])
def test_opens_on_a_kind_with_a_level_for_each_role_and_operation(cast: Cast, kind: str) -> None:
    client = sign_in(cast.root)
    form = form_of(client, f"{HOME}?kind={kind}")
    assert form[cell("manager", kind, "read")] == "own"
    assert form[cell("head", kind, "delete")] == "own"
    assert cell("administrator", kind, "read") not in form


def test_says_for_how_many_people_before_it_is_saved(cast: Cast) -> None:
    client, before = sign_in(cast.root), journal_size()
    form = form_of(client, f"{HOME}?kind=deal") | {cell("manager", "deal", "read"): "all"}
    said = text_of(client.post(f"{HOME}preview/", form, headers=HTMX))
    assert "3 personnes" in said or "3 people" in said
    assert journal_size() == before
    page = text_of(client.post(f"{HOME}preview/", form))
    assert 'class="cell changed" data-was="own"' in page


def test_a_saved_level_holds_on_the_next_page(cast: Cast) -> None:
    make_activity(cast.charlie, make_element("deal", cast.charlie))
    client = sign_in(cast.root)
    form = form_of(client, f"{HOME}?kind=deal") | {cell("manager", "deal", "read"): "all"}
    assert count_activities(cast.actor("bob"), filter="open") == 0
    assert client.post(f"{HOME}save/", form).status_code == 302
    assert count_activities(cast.actor("bob"), filter="open") == 1
    assert form_of(client, f"{HOME}?kind=deal")[cell("manager", "deal", "read")] == "all"


def test_a_stage_is_set_apart_and_put_back(cast: Cast) -> None:
    client = sign_in(cast.root)
    stage = fetch_value(Sql("SELECT id FROM crm_stage WHERE kind = 'lead' ORDER BY rank LIMIT 1"))
    path, name = f"{HOME}?kind=lead&place=0.{stage}", cell("manager", "lead", "read", f"0.{stage}")
    form = form_of(client, path)
    assert form[name] == ""
    client.post(f"{HOME}save/", form | {name: "none"})
    grants = Sql("SELECT level FROM access_permission WHERE stage_id IS NOT NULL")
    assert fetch_value(grants) == "none"
    assert form_of(client, f"{HOME}roles/{role_id('manager')}/")[name] == "none"
    client.post(f"{HOME}save/", form_of(client, path) | {name: ""})
    assert fetch_value(grants) is None


def test_a_stale_page_conflicts_and_keeps_what_was_chosen(cast: Cast) -> None:
    client = sign_in(cast.root)
    form = form_of(client, f"{HOME}?kind=deal")
    client.post(f"{HOME}save/", form | {cell("manager", "deal", "read"): "department"})
    answer = client.post(f"{HOME}save/", form | {cell("manager", "deal", "read"): "all"})
    assert answer.status_code == 409
    assert 'class="cell changed" data-was="department"' in text_of(answer)
    other = form | {cell("read_only", "deal", "update"): "own"}
    assert client.post(f"{HOME}save/", other).status_code == 302, "another role has not been changed meanwhile"


def test_nobody_gives_more_than_he_has(cast: Cast) -> None:
    role = create_role(SYSTEM, name_fr="Droits", name_en="Rights")
    edit_role(SYSTEM, role_id=role, version=list_roles()[-1]["version"], manages_rights=True)
    give_role(str(role), cast.alice)
    client, before = sign_in(cast.alice), journal_size()
    form = form_of(client, f"{HOME}?kind=deal") | {cell("manager", "deal", "read"): "all"}
    assert client.post(f"{HOME}save/", form).status_code == 403
    answer = client.post(f"{HOME}roles/{role_id('administrator')}/give/", {"assignee": "user", "user": cast.alice})
    assert answer.status_code == 422
    assert journal_size() == before


@pytest.mark.parametrize(
    "values",
    [
        {"level.1.deal.read.0.0": "everything"},
        {"level.x.deal.read.0.0": "all"},
        {"level.1.deal.read.999.0": "all"},
        {"level.1.deal.read.0.0": ""},
        {"level.1.deal.steal.0.0": "all"},
        {"was": "nonsense"},
        {"was": "[]"},
    ],
)
def test_what_is_no_cell_or_level_is_refused(cast: Cast, values: dict[str, str]) -> None:
    client, before = sign_in(cast.root), journal_size()
    form = form_of(client, f"{HOME}?kind=deal") | values
    assert client.post(f"{HOME}save/", form).status_code == 422
    assert client.post(f"{HOME}preview/", form, headers=HTMX).status_code == 422
    assert journal_size() == before


def test_roles_are_shown_and_hidden(cast: Cast) -> None:
    client = sign_in(cast.root)
    form = form_of(client, f"{HOME}?kind=deal&roles=&roles={role_id('head')}")
    assert {name.split(".")[1] for name in form if name.startswith("level.")} == {str(role_id("head"))}
    assert client.post(f"{HOME}save/", form).headers["Location"].endswith(f"roles={role_id('head')}")
    assert "<select" not in text_of(client.get(f"{HOME}?kind=deal&roles=")).partition('id="levels"')[2]


def test_a_role_is_made_cloned_renamed_given_taken_and_deleted(cast: Cast) -> None:
    client = sign_in(cast.root)
    names = {"name_fr": "Grands comptes", "name_en": "Key accounts"}
    made = client.post(f"{HOME}roles/new/", names | {"clone_of": role_id("manager")})
    role, path = list_roles()[-1], made.headers["Location"]
    assert form_of(client, path)[f"level.{role['id']}.deal.read.0.0"] == "own"
    version = {"version": role["version"], "manages_settings": "on"}
    assert client.post(f"{path}edit/", {"name_fr": "Comptes", "name_en": "Accounts", **version}).status_code == 302
    assert (list_roles()[-1]["name_en"], list_roles()[-1]["manages_settings"]) == ("Accounts", True)
    given = {"assignee": "department", "department": cast.support, "with_below": "on"}
    client.post(f"{path}give/", given)
    assert role["id"] in cast.actor("charlie").role_ids
    assignment = list_assignments()[-1] if list_assignments()[-1]["role_id"] == role["id"] else None
    found = assignment or next(row for row in list_assignments() if row["role_id"] == role["id"])
    client.post(f"{HOME}assignments/{found['id']}/take/")
    assert role["id"] not in cast.actor("charlie").role_ids
    assert client.post(f"{path}delete/").status_code == 302
    assert all(one["id"] != role["id"] for one in list_roles())


def test_the_last_administrator_stays(cast: Cast) -> None:
    client = sign_in(cast.root)
    mine = next(row["id"] for row in list_assignments() if row["user_id"] == cast.root)
    assert client.post(f"{HOME}assignments/{mine}/take/").status_code == 403
    assert cast.actor("root").is_administrator


def test_groups_and_the_companys_choices(cast: Cast) -> None:
    client = sign_in(cast.root)
    client.post(f"{HOME}groups/new/", {"name": "Nord", "members": [cast.bob]})
    group = list_groups()[0]
    assert group["members"] == [cast.bob]
    client.post(f"{HOME}groups/{group['id']}/", {"name": "Sud", "members": [cast.alice, cast.bob]})
    assert list_groups()[0]["members"] == sorted([cast.alice, cast.bob])
    assert client.post(f"{HOME}groups/{group['id']}/", {"name": ""}).status_code == 422
    client.post(f"{HOME}groups/{group['id']}/delete/")
    assert list_groups() == []
    chosen = {"default_role_id": role_id("read_only"), "open_to_all_by_default": "on"}
    assert client.post(f"{HOME}company/", chosen).status_code == 302
    assert get_settings()["open_to_all_by_default"]


def test_new_elements_are_available_to_everyone_where_the_company_says_so(cast: Cast) -> None:
    client = sign_in(cast.root)
    assert "checked" not in text_of(client.get("/crm/leads/new/")).partition('name="is_open_to_all"')[2][:80]
    client.post(f"{HOME}company/", {"default_role_id": role_id("manager"), "open_to_all_by_default": "on"})
    assert "checked" in text_of(client.get("/crm/leads/new/")).partition('name="is_open_to_all"')[2][:80]


def test_effective_rights_are_ones_own_or_anybodys_for_who_manages_rights(cast: Cast) -> None:
    own = text_of(sign_in(cast.alice).get(f"{HOME}effective/"))
    assert "Responsable de service" in own or "Head of department" in own
    assert sign_in(cast.alice).get(f"{HOME}effective/{cast.bob}/").status_code == 404
    client = sign_in(cast.root)
    assert client.get(f"{HOME}effective/?user={cast.bob}").headers["Location"] == f"{HOME}effective/{cast.bob}/"
    assert "Bob Petit" in text_of(client.get(f"{HOME}effective/{cast.bob}/"))
    assert client.get(f"{HOME}effective/999999/").status_code == 404


@pytest.mark.parametrize("path", ["", "roles/", "roles/new/", "groups/", "company/"])
def test_others_are_told_why_not(cast: Cast, path: str) -> None:
    answer = sign_in(cast.bob).get(HOME + path)
    assert answer.status_code == 403
    assert HOME + '"' not in text_of(sign_in(cast.bob).get("/activities/"))
    assert HOME + '"' in text_of(sign_in(cast.root).get("/activities/"))


def test_why_names_the_role_its_assignment_and_what_would_have_to_change(cast: Cast) -> None:
    mine, hidden = make_element("deal", cast.bob, "À moi"), make_element("lead", cast.charlie, "Très secret")
    activity = make_activity(cast.bob, mine, hidden)
    page = html.unescape(text_of(sign_in(cast.bob).get(f"/activities/{activity}/why/")))
    assert "Bob Petit" in page
    assert "À moi" in page
    assert "secret" not in page
    dialog = html.unescape(
        text_of(sign_in(cast.root).get(f"/activities/{activity}/why/?user={cast.bob}", headers=HTMX))
    )
    assert dialog.startswith("<header>")
    assert "Très secret" in dialog
    assert 'class="refused"' not in dialog


def test_why_of_somebody_else_is_for_administrators(cast: Cast) -> None:
    number = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", make_element("deal", cast.bob, "Toits")))
    path = f"/crm/deals/{number}/why/"
    assert "Alice Martin" in text_of(sign_in(cast.root).get(f"{path}?user={cast.alice}"))
    assert text_of(sign_in(cast.alice).get(f"{path}?user={cast.charlie}")).count("Charlie Roux") == 0
    assert sign_in(cast.charlie).get(path).status_code == 404
    refused = text_of(sign_in(cast.root).get(f"{path}?user={cast.charlie}"))
    assert refused.count('class="refused"') == 4


def test_why_tells_which_level_it_would_take(cast: Cast) -> None:
    deal = make_element("deal", cast.bob, "Toits")
    number = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", deal))
    why = explain_element(cast.actor("charlie"), kind="deal", number=number, reader=cast.actor("root"))
    assert (why.answers["read"].needed, why.answers["read"].is_granted) == ("all", False)
    why = explain_element(cast.actor("alice"), kind="deal", number=number, reader=cast.actor("alice"))
    assert (why.answers["delete"].needed, why.answers["delete"].is_granted) == ("department", False)
    assert [one.role.through for one in why.answers["update"].roles if one.is_granted] != []


def test_a_stale_form_of_a_role_conflicts_once(cast: Cast) -> None:
    client = sign_in(cast.root)
    role = list_roles()[0]
    path = f"{HOME}roles/{role['id']}/edit/"
    stale = {"version": role["version"], "manages_settings": "on"}
    client.post(path, {"version": role["version"], "manages_rights": "on"})
    answer = client.post(path, stale)
    assert answer.status_code == 409
    again = re.findall(r'name="version" value="(\d+)"', text_of(answer))
    assert client.post(path, stale | {"version": again[0]}).status_code == 302
    assert (list_roles()[0]["manages_rights"], list_roles()[0]["manages_settings"]) == (False, True)
