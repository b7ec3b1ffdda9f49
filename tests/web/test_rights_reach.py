"""What levels give and take in rows, before they are saved; two roles named where it takes two; one session ended."""

from __future__ import annotations

import html

from django.test import Client

from relance.access.actions import create_role, save_levels
from relance.access.queries import list_roles
from relance.access.terms import LevelChange
from relance.crm.why import explain_element
from relance.kit.sql import fetch_value, sql
from relance.people.actions import update_profile
from tests.cast import SYSTEM, Cast, give_role, journal_size, make_activity, make_element
from tests.web.signing import sign_in, text_of
from tests.web.test_rights import HOME, cell, form_of, role_id
from tests.web.test_sign_in import FIREFOX, enter, entered, is_in


def reader(cast: Cast) -> Client:
    """Root, who reads English here."""
    update_profile(cast.actor("root"), language="en", time_zone="Europe/Paris")
    return sign_in(cast.root)


def reach(client: Client, form: dict[str, object]) -> str:
    return html.unescape(text_of(client.post(f"{HOME}reach/", form)))


def test_says_how_many_deals_and_activities_come_into_reach_and_saves_nothing(cast: Cast) -> None:
    deals = [make_element("deal", cast.charlie) for _ in range(3)]
    make_activity(cast.charlie, deals[0])
    client, before = reader(cast), journal_size()
    form = form_of(client, f"{HOME}?kind=deal")
    assert 'rights/reach/"' in text_of(client.post(f"{HOME}preview/", form | {cell("manager", "deal", "read"): "all"}))
    said = reach(client, form | {cell("manager", "deal", "read"): "all"})
    # Alice and Bob gain Charlie's three; he has them already.
    assert "2 people will read up to 3 more each (deals)." in said
    assert "2 people will see more activities: up to 1 each." in said
    assert "fewer" not in said
    assert journal_size() == before
    assert form_of(client, f"{HOME}?kind=deal")[cell("manager", "deal", "read")] == "own"


def test_says_what_is_lost_and_where_nothing_moves(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob))
    client = reader(cast)
    form = form_of(client, f"{HOME}?kind=deal")
    said = reach(client, form | {cell("manager", "deal", "update"): "none"})
    assert "1 person will update up to 1 fewer (deals)." in said
    assert "1 person will edit fewer activities: up to 1." in said
    nothing = reach(client, form | {cell("manager", "deal", "import"): "all"})
    assert "No element or activity comes into reach or goes out of it." in nothing


def test_a_stale_form_is_told_so_beside_the_bar(cast: Cast) -> None:
    client = reader(cast)
    form = form_of(client, f"{HOME}?kind=deal") | {cell("manager", "deal", "read"): "all"}
    manager = next(role for role in list_roles() if role["code"] == "manager")
    wanted = [LevelChange(manager["id"], "lead", "read", "all")]
    save_levels(SYSTEM, changes=wanted, versions={manager["id"]: manager["version"]})
    assert "Somebody else has changed these roles meanwhile." in reach(client, form)


def test_who_does_not_manage_rights_is_not_told(cast: Cast) -> None:
    form = form_of(sign_in(cast.root), f"{HOME}?kind=deal") | {cell("manager", "deal", "read"): "all"}
    assert sign_in(cast.bob).post(f"{HOME}reach/", form).status_code == 403


def test_both_roles_are_named_where_one_gives_update_and_another_read(cast: Cast) -> None:
    deal = make_element("deal", cast.charlie, "Toits")
    for name, verb in (("Lit tout", "read"), ("Modifie tout", "update")):
        made = create_role(SYSTEM, name_fr=name, name_en=name)
        version = next(role["version"] for role in list_roles() if role["id"] == made)
        save_levels(SYSTEM, changes=[LevelChange(made, "deal", verb, "all")], versions={made: version})
        give_role(str(made), cast.bob)
    number = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", deal))
    why = explain_element(cast.actor("bob"), kind="deal", number=number, reader=cast.actor("bob"))
    said = why.answers["update"].sentence
    assert "Modifie tout" in said
    assert "Lit tout" in said
    assert "Modifie tout" not in why.answers["read"].sentence


def test_one_role_that_gives_both_is_named_once(cast: Cast) -> None:
    number = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", make_element("deal", cast.bob, "Toits")))
    why = explain_element(cast.actor("bob"), kind="deal", number=number, reader=cast.actor("bob"))
    assert why.answers["update"].read_by is None
    assert role_id("manager") in {one.role.id for one in why.answers["update"].roles if one.is_granted}


def test_one_session_is_ended_and_the_others_stay(cast: Cast) -> None:
    here, there, third = entered(), Client(headers={"User-Agent": FIREFOX}), entered()
    enter(there)
    page = text_of(here.get("/profile/sessions/"))
    assert page.count('/end/"') == 2
    key = there.session.session_key
    number = fetch_value(sql("SELECT id FROM usersessions_usersession WHERE session_key = {}", key))
    assert "That session has ended." in text_of(here.post(f"/profile/sessions/{number}/end/", follow=True))
    assert [is_in(client) for client in (here, there, third)] == [True, False, True]


def test_somebody_elses_session_is_not_found_and_goes_on(cast: Cast) -> None:
    mine, theirs = entered(), entered("alice")
    key = theirs.session.session_key
    number = fetch_value(sql("SELECT id FROM usersessions_usersession WHERE session_key = {}", key))
    assert mine.post(f"/profile/sessions/{number}/end/").status_code == 404
    assert is_in(theirs)
