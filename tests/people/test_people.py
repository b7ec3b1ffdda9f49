"""*People and departments*: the tree, moves, heads, who comes and who leaves; what it does to rights, shown and true."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from relance.access.actions import assign_role, create_group, create_role, edit_role
from relance.access.queries import list_groups, list_roles
from relance.activities import effects
from relance.activities.effects import Shift, foretell
from relance.activities.queries import count_activities
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.sql import Row, Sql, execute, fetch_column, fetch_one, fetch_value, sql
from relance.people.actions import (
    accept_invitation,
    add_members,
    create_department,
    deactivate_user,
    delete_department,
    edit_department,
    edit_user,
    invite_user,
    place_user,
    renew_invitation,
    set_head,
)
from relance.people.queries import find_invited, find_user_by_email, list_people
from tests.cast import (
    PASSWORD,
    SYSTEM,
    Cast,
    give_role,
    journal_size,
    make_activity,
    make_element,
    make_role,
    make_user,
)
from tests.web.signing import sign_in, text_of

HOME = "/settings/people/"
BACKEND_OF_CONSOLE = "django.core.mail.backends.console.EmailBackend"
NEW_PASSWORD = "battery staple horse"


def members(department_id: int) -> list[int]:
    return fetch_column(sql("SELECT user_id FROM people_membership WHERE department_id = {} ORDER BY 1", department_id))


def open_count(cast: Cast, name: str) -> int:
    return count_activities(cast.actor(name), filter="open")


def rights_manager(cast: Cast, name: str) -> None:
    role = create_role(SYSTEM, name_fr="Droits", name_en="Rights")
    edit_role(SYSTEM, role_id=role, version=list_roles()[-1]["version"], manages_rights=True)
    give_role(str(role), getattr(cast, name))


def account_form(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "first_name": "Bob",
        "last_name": "Petit",
        "email": "bob@cast.example",
        "departments": [cast.sales],
        **changes,
    }


def test_the_page_shows_the_tree_and_who_is_in_it(cast: Cast) -> None:
    create_department(SYSTEM, title="Agence de Lyon", parent_id=cast.sales)
    client = sign_in(cast.root)
    page = text_of(client.get(HOME))
    tree = page[page.index('class="roles tree"') : page.index('class="role"')]
    assert re.search(r"Ventes.*<ul>.*Agence de Lyon", tree, re.DOTALL)
    of_sales = text_of(client.get(f"{HOME}?department={cast.sales}"))
    assert "bob@cast.example" in of_sales
    assert "charlie@cast.example" not in of_sales
    assert "charlie@cast.example" in text_of(client.get(f"{HOME}?q=roux"))


def test_a_move_says_who_gains_what_before_it_is_saved_and_holds_on_the_next_page(cast: Cast) -> None:
    deal = make_element("deal", cast.charlie)
    make_activity(cast.charlie, deal)
    assign_role(SYSTEM, role=make_role({"read": "department"}), everybody=True)
    client, before = sign_in(cast.root), journal_size()
    path, form = f"{HOME}{cast.bob}/", account_form(cast, departments=[cast.support])
    page = text_of(client.post(path, form))
    assert journal_size() == before
    assert members(cast.support) == [cast.charlie]
    assert "Bob Petit" in page
    assert re.search(r"gagne 1|gains 1", page)
    assert open_count(cast, "bob") == 0
    assert client.post(path, form | {"sure": "1"}).status_code == 302
    assert members(cast.support) == sorted([cast.bob, cast.charlie])
    assert open_count(cast, "bob") == 1


def test_what_is_foretold_is_what_comes(cast: Cast) -> None:
    """The effect counts the very rows that each person may read and change after the change and not before."""
    for owner in (cast.alice, cast.bob, cast.charlie):
        for number in range(3):
            make_activity(owner, make_element("deal", owner, f"{owner} {number}"), make_element("lead", owner))
    assign_role(SYSTEM, role=make_role({"read": "subdepartments", "update": "department"}), department_id=cast.sales)
    names = ("alice", "bob", "charlie")

    def move() -> None:
        place_user(SYSTEM, user_id=cast.charlie, departments=[cast.sales], groups=[])

    was = {name: open_count(cast, name) for name in names}
    effect = {one.user_id: one for one in foretell(move).people}
    assert {name: open_count(cast, name) for name in names} == was
    move()
    for name in names:
        said = effect[getattr(cast, name)].activities_read
        assert said is not None
        assert open_count(cast, name) - was[name] == said.gained - said.lost, name
    assert effect[cast.charlie].activities_read == Shift(6, 0)
    assert effect[cast.charlie].elements_updated == Shift(12, 0)
    assert len(effect[cast.charlie].roles_gained) == 1


def test_an_effect_that_takes_too_long_to_count_is_said_without_its_numbers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob))
    assign_role(SYSTEM, role=make_role({"read": "department"}), department_id=cast.sales)
    monkeypatch.setattr("relance.activities.effects.LONGEST_COUNTING_S", 0.0)

    effect = foretell(lambda: place_user(SYSTEM, user_id=cast.charlie, departments=[cast.sales], groups=[]))

    of_charlie = next(one for one in effect.people if one.user_id == cast.charlie)
    assert of_charlie.activities_read is None
    assert of_charlie.elements_read is None
    assert len(of_charlie.roles_gained) == 1


def test_the_database_stops_a_count_at_its_time_and_goes_on(cast: Cast) -> None:
    def slow() -> Row:
        return fetch_one(Sql("SELECT pg_sleep(20)")) or {}

    assert effects._within(time.monotonic() + 0.05, slow) is None
    assert fetch_value(Sql("SELECT current_setting('statement_timeout')")) == "0"


def test_a_new_head_has_what_the_heads_have_and_the_old_one_no_more(cast: Cast) -> None:
    make_activity(cast.alice, make_element("deal", cast.alice))
    client, path = sign_in(cast.root), f"{HOME}departments/{cast.sales}/head/"
    page = text_of(client.post(path, {"head_id": cast.bob}))
    assert "Alice Martin" in page
    assert "Bob Petit" in page
    assert open_count(cast, "bob") == 0
    client.post(path, {"head_id": cast.bob, "sure": "1"})
    assert open_count(cast, "bob") == 1
    assert cast.actor("bob").subordinates == (cast.alice,)
    assert cast.actor("alice").subordinates == ()


def test_only_a_member_is_offered_as_head(cast: Cast) -> None:
    client = sign_in(cast.root)
    assert client.post(f"{HOME}departments/{cast.sales}/head/", {"head_id": cast.charlie}).status_code == 422


def test_a_department_is_made_renamed_and_moved(cast: Cast) -> None:
    client = sign_in(cast.root)
    client.post(f"{HOME}departments/new/", {"name": "Lyon", "parent_id": cast.sales})
    lyon = fetch_value(sql("SELECT id FROM people_department WHERE name = {}", "Lyon"))
    path = f"{HOME}departments/{lyon}/edit/"
    assert client.post(path, {"name": "Agence", "parent_id": cast.support}).status_code == 302
    row = fetch_one(sql("SELECT name, parent_id FROM people_department WHERE id = {}", lyon))
    assert row == {"name": "Agence", "parent_id": cast.support}
    assert client.post(path, {"name": "Agence", "parent_id": lyon}).status_code == 422
    with pytest.raises(Invalid):
        edit_department(SYSTEM, department_id=cast.support, changes={"parent_id": lyon})


def test_a_deleted_department_leaves_its_people_and_those_below_somewhere(cast: Cast) -> None:
    lyon = create_department(SYSTEM, title="Lyon", parent_id=cast.sales)
    assign_role(SYSTEM, role="read_only", department_id=cast.sales)
    client, path = sign_in(cast.root), f"{HOME}departments/{cast.sales}/delete/"
    assert client.post(path, {"sure": "1"}).status_code == 422, "its people must go somewhere"
    assert client.post(path, {"to_id": cast.support, "sure": "1"}).status_code == 302
    assert members(cast.support) == sorted([cast.alice, cast.bob, cast.charlie])
    assert fetch_value(sql("SELECT parent_id FROM people_department WHERE id = {}", lyon)) is None
    assert not fetch_one(sql("SELECT 1 FROM people_department WHERE id = {}", cast.sales))
    assert not fetch_one(sql("SELECT 1 FROM access_roleassignment WHERE department_id = {}", cast.sales))


def test_somebody_who_leaves_is_out_at_once_and_what_is_his_stays(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    bob, client = sign_in(cast.bob), sign_in(cast.root)
    path = f"{HOME}{cast.bob}/deactivate/"
    assert "Bob Petit" in text_of(client.post(path)), "it asks first"
    assert bob.get("/activities/").status_code == 200
    client.post(path, {"sure": "1"})
    assert bob.get("/activities/").status_code == 302
    assert not list_people(cast.actor("root"), text="petit")
    assert fetch_value(sql("SELECT responsible_id FROM activities_activity WHERE id = {}", activity)) == cast.bob
    assert open_count(cast, "alice") == 1, "levels still cover what is his"
    assert "bob@cast.example" not in text_of(client.get(HOME))
    assert "bob@cast.example" in text_of(client.get(f"{HOME}?left=1"))
    client.post(f"{HOME}{cast.bob}/reactivate/", {"sure": "1"})
    assert bob.get("/activities/").status_code == 302, "a session does not come back"
    assert Client().post("/accounts/login/", {"login": "bob@cast.example", "password": PASSWORD}).status_code == 302


def test_the_last_administrator_and_oneself_stay(cast: Cast) -> None:
    client, before = sign_in(cast.root), journal_size()
    assert client.post(f"{HOME}{cast.root}/deactivate/", {"sure": "1"}).status_code == 422
    with pytest.raises(Forbidden):
        deactivate_user(SYSTEM, user_id=cast.root)
    assert journal_size() == before


def test_the_last_administrator_through_a_department_stays_in_it(cast: Cast) -> None:
    board = create_department(SYSTEM, title="Direction")
    add_members(SYSTEM, department_id=board, user_ids=[cast.alice])
    assign_role(SYSTEM, role="administrator", department_id=board)
    execute(sql("DELETE FROM access_roleassignment WHERE user_id = {}", cast.root))
    alice = cast.actor("alice")
    with pytest.raises(Forbidden):
        place_user(alice, user_id=cast.alice, departments=[cast.sales], groups=[])
    with pytest.raises(Forbidden):
        delete_department(alice, department_id=board, to_id=cast.sales)
    assert members(board) == [cast.alice]


def test_nobody_gives_more_than_he_has_through_departments_heads_or_groups(cast: Cast) -> None:
    rights_manager(cast, "alice")
    board = create_department(SYSTEM, title="Direction")
    assign_role(SYSTEM, role="administrator", department_id=board)
    below = create_department(SYSTEM, title="Adjoints")
    assign_role(SYSTEM, role="read_only", department_id=board, with_below=True)
    group = create_group(SYSTEM, name="Nord")
    assign_role(SYSTEM, role="administrator", group_id=group)
    alice, before = cast.actor("alice"), journal_size()
    tries = (
        lambda: add_members(alice, department_id=board, user_ids=[cast.alice]),
        lambda: place_user(alice, user_id=cast.alice, departments=[cast.sales, board], groups=[]),
        lambda: place_user(alice, user_id=cast.alice, departments=[cast.sales], groups=[group]),
        lambda: edit_department(alice, department_id=cast.sales, changes={"parent_id": board}),
        lambda: delete_department(alice, department_id=cast.support, to_id=board),
        lambda: invite_user(alice, email="eve@cast.example", last_name="Eve", departments=[board]),
    )
    for attempt in tries:
        with pytest.raises(Forbidden):
            attempt()
    assert journal_size() == before
    add_members(alice, department_id=below, user_ids=[cast.bob])


def test_the_account_of_an_administrator_is_an_administrators_to_touch(cast: Cast) -> None:
    rights_manager(cast, "alice")
    alice = cast.actor("alice")
    with pytest.raises(Forbidden):
        edit_user(alice, user_id=cast.root, changes={"email": "alice.else@cast.example"})
    with pytest.raises(Forbidden):
        deactivate_user(alice, user_id=cast.root)


def test_groups_are_set_with_the_person(cast: Cast) -> None:
    group = create_group(SYSTEM, name="Nord", members=[cast.charlie])
    client, path = sign_in(cast.root), f"{HOME}{cast.bob}/"
    client.post(path, account_form(cast, groups=[group]))
    assert list_groups()[0]["members"] == sorted([cast.bob, cast.charlie])
    client.post(path, account_form(cast))
    assert list_groups()[0]["members"] == [cast.charlie]


def invite(client: Client, cast: Cast, email: str = "ines@cast.example") -> str:
    form = {"email": email, "last_name": "Invitée", "language": "fr", "departments": [cast.sales]}
    page = text_of(client.post(f"{HOME}invite/", form))
    found = re.search(r'value="https?://[^/]+(/accounts/invitation/[^"]+)"', page)
    assert found
    return found[1]


def test_an_invitation_is_a_link_that_works_once(cast: Cast) -> None:
    link = invite(sign_in(cast.root), cast)
    token = link.split("/")[3]
    assert not fetch_one(sql("SELECT 1 FROM people_invitation WHERE token_hash = {}", token)), "it is kept hashed"
    assert link in str(mail.outbox[0].body)
    user_id = find_user_by_email("ines@cast.example")
    assert user_id in members(cast.sales)
    guest, form = Client(), {"first_name": "Inès", "last_name": "Faure", "password1": NEW_PASSWORD}
    assert guest.get(link).status_code == 200
    assert guest.post(link, form | {"password2": "other words here"}).status_code == 422
    weak = {"password1": "password12", "password2": "password12"}
    assert guest.post(link, form | weak).status_code == 422
    answer = guest.post(link, form | {"password2": NEW_PASSWORD})
    assert answer.headers["Location"] == "/accounts/login/"
    signed = guest.post("/accounts/login/", {"login": "ines@cast.example", "password": NEW_PASSWORD})
    assert signed.status_code == 302
    assert guest.get("/activities/").status_code == 200
    assert Client().get(link).status_code == 404
    assert Client().post(link, form | {"password2": NEW_PASSWORD}).status_code == 404


def test_an_invitation_ends_after_a_week_with_a_new_one_and_when_its_user_leaves(cast: Cast) -> None:
    root = cast.actor("root")
    user_id, first = invite_user(root, email="ines@cast.example", last_name="Invitée")
    assert find_invited(first)
    second = renew_invitation(root, user_id=user_id)
    assert find_invited(first) is None
    execute(sql("UPDATE people_invitation SET expires_at = now() - interval '1 second'"))
    assert find_invited(second) is None
    with pytest.raises(NotFound):
        accept_invitation(second, first_name="", last_name="X", password=NEW_PASSWORD)
    third = renew_invitation(root, user_id=user_id)
    deactivate_user(root, user_id=user_id)
    assert find_invited(third) is None
    with pytest.raises(Forbidden):
        renew_invitation(root, user_id=cast.bob)


def test_without_a_mail_server_the_link_is_handed_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EMAIL_BACKEND", BACKEND_OF_CONSOLE)
    assert invite(sign_in(cast.root), cast)
    assert mail.outbox == []


def test_an_address_is_invited_once(cast: Cast) -> None:
    client = sign_in(cast.root)
    form = {"email": "bob@cast.example", "last_name": "Bob", "language": "fr", "departments": [cast.sales]}
    assert client.post(f"{HOME}invite/", form).status_code == 422
    assert client.post(f"{HOME}invite/", form | {"email": "new@cast.example", "departments": []}).status_code == 422


def test_who_leaves_a_department_heads_it_no_more(cast: Cast) -> None:
    place_user(SYSTEM, user_id=cast.alice, departments=[cast.support], groups=[])
    assert fetch_value(sql("SELECT head_id FROM people_department WHERE id = {}", cast.sales)) is None
    set_head(SYSTEM, department_id=cast.support, user_id=cast.alice)
    assert make_user("Zoé", "Neuve", cast.support) in cast.actor("alice").subordinates
