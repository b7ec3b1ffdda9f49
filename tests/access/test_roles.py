"""Rights as they are set: levels with their guards, roles, assignments, groups, and what results from them at once."""

from __future__ import annotations

import pytest

from relance.access.actions import (
    assign_role,
    create_group,
    create_role,
    delete_group,
    delete_role,
    edit_group,
    edit_role,
    save_levels,
    save_settings,
    unassign_role,
)
from relance.access.queries import effective_rights, list_assignments, list_groups, list_roles, preview
from relance.access.terms import LevelChange
from relance.activities.queries import count_activities
from relance.crm.actions import create_element
from relance.crm.terms import ElementDraft
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.sql import Sql, execute, fetch_one, fetch_value, sql
from tests.cast import Cast, journal_size, make_activity, make_element, make_user


def role_id(code: str) -> int:
    found: int = fetch_value(sql("SELECT id FROM access_role WHERE code = {}", code))
    return found


def versions() -> dict[int, int]:
    return {role["id"]: role["version"] for role in list_roles()}


def set_level(cast: Cast, actor: str, code: str, verb: str, level: str, kind: str = "deal") -> None:
    change = LevelChange(role_id(code), kind, verb, level)
    save_levels(cast.actor(actor), changes=[change], versions=versions())


def rights_manager(cast: Cast) -> None:
    """Make Alice somebody who manages rights and is no administrator."""
    role = create_role(cast.actor("root"), name_fr="Droits", name_en="Rights")
    edit_role(cast.actor("root"), role_id=role, version=versions()[role], manages_rights=True)
    assign_role(cast.actor("root"), role=str(role), user_id=cast.alice)


def test_level_holds_from_the_next_request_with_before_and_after_in_the_journal(cast: Cast) -> None:
    make_activity(cast.charlie, make_element("deal", cast.charlie))
    assert count_activities(cast.actor("bob"), filter="open") == 0
    set_level(cast, "root", "manager", "read", "all")
    assert count_activities(cast.actor("bob"), filter="open") == 1
    entry = fetch_one(Sql("SELECT change::text FROM journal_auditentry WHERE verb = 'levels'"))
    assert entry == {
        "change": '{"after": {"levels": {"deal:read::": "all"}}, "before": {"levels": {"deal:read::": "own"}}}'
    }


def test_preview_says_for_how_many_people_something_changes(cast: Cast) -> None:
    everybody_reads = LevelChange(role_id("manager"), "deal", "read", "all")
    effect = preview([everybody_reads])
    assert (effect.affected, effect.people[role_id("manager")]) == (3, 3)
    assert [(old, new) for _one, old, new in effect.changes] == [("own", "all")]
    # Alice already reads her department's leads as its head: raising managers to "department" changes two people.
    assert preview([LevelChange(role_id("manager"), "lead", "read", "department")]).affected == 2
    assert preview([LevelChange(role_id("manager"), "lead", "read", "own")]).changes == []


def test_update_follows_read_in_the_preview(cast: Cast) -> None:
    assert preview([LevelChange(role_id("manager"), "deal", "update", "all")]).affected == 0


def test_stale_change_conflicts(cast: Cast) -> None:
    read = versions()
    set_level(cast, "root", "manager", "read", "all")
    with pytest.raises(Conflict):
        save_levels(
            cast.actor("root"), changes=[LevelChange(role_id("manager"), "deal", "read", "none")], versions=read
        )


def test_nobody_gives_more_than_he_has(cast: Cast) -> None:
    rights_manager(cast)
    set_level(cast, "alice", "manager", "read", "subdepartments")
    before = journal_size()
    with pytest.raises(Forbidden):
        set_level(cast, "alice", "manager", "read", "all")
    with pytest.raises(Forbidden):
        assign_role(cast.actor("alice"), role="administrator", user_id=cast.alice)
    with pytest.raises(Forbidden):
        assign_role(cast.actor("alice"), role="read_only", user_id=cast.bob)
    assert journal_size() == before


def test_removing_a_lower_override_counts_as_giving_more(cast: Cast) -> None:
    stage = fetch_value(Sql("SELECT id FROM crm_stage WHERE kind = 'lead' ORDER BY rank LIMIT 1"))
    set_level(cast, "root", "manager", "read", "all", kind="lead")
    override = LevelChange(role_id("manager"), "lead", "read", "none", stage_id=stage)
    save_levels(cast.actor("root"), changes=[override], versions=versions())
    rights_manager(cast)
    execute(
        sql("DELETE FROM access_roleassignment WHERE user_id = {} AND role_id = {}", cast.alice, role_id("manager"))
    )
    removed = LevelChange(role_id("manager"), "lead", "read", None, stage_id=stage)
    with pytest.raises(Forbidden):
        save_levels(cast.actor("alice"), changes=[removed], versions=versions())


def test_who_does_not_manage_rights_changes_nothing(cast: Cast) -> None:
    before = journal_size()
    bob = cast.actor("bob")
    for write in (
        lambda: set_level(cast, "bob", "manager", "read", "all"),
        lambda: create_role(bob, name_fr="x", name_en="x"),
        lambda: assign_role(bob, role="administrator", user_id=cast.bob),
        lambda: create_group(bob, name="x"),
        lambda: save_settings(
            bob, default_role_id=role_id("manager"), deletion_needs_delete=True, open_to_all_by_default=False
        ),
    ):
        with pytest.raises(Forbidden):
            write()
    assert journal_size() == before


def test_the_default_role_reaches_no_further_than_who_chooses_it(cast: Cast) -> None:
    root = cast.actor("root")
    for name, switch in (("settings", "manages_settings"), ("rights", "manages_rights")):
        made = create_role(root, name_fr=name, name_en=name)
        edit_role(root, role_id=made, version=versions()[made], **{switch: True})  # type: ignore[arg-type]
    assign_role(root, role="settings", user_id=cast.bob)
    before = journal_size()
    with pytest.raises(Forbidden):
        save_settings(cast.actor("bob"), default_role_id=made, deletion_needs_delete=True, open_to_all_by_default=False)
    assert journal_size() == before


def test_last_administrator_stays(cast: Cast) -> None:
    mine = next(row["id"] for row in list_assignments() if row["role_id"] == role_id("administrator"))
    with pytest.raises(Forbidden, match="administrat"):
        unassign_role(cast.actor("root"), assignment_id=mine)
    assign_role(cast.actor("root"), role="administrator", user_id=cast.alice)
    unassign_role(cast.actor("alice"), assignment_id=mine)
    assert not cast.actor("root").is_administrator


def test_administrators_through_a_group_count_until_the_group_goes(cast: Cast) -> None:
    root = cast.actor("root")
    group = create_group(root, name="Direction", members=[cast.alice])
    assign_role(root, role="administrator", group_id=group)
    mine = next(row["id"] for row in list_assignments() if row["user_id"] == cast.root)
    unassign_role(root, assignment_id=mine)
    with pytest.raises(Forbidden):
        delete_group(cast.actor("alice"), group_id=group)
    with pytest.raises(Forbidden):
        edit_group(cast.actor("alice"), group_id=group, name="Direction", members=[])


@pytest.mark.parametrize("assignee", ["user", "department", "below", "group", "every_head", "everybody"])
def test_role_reaches_exactly_whom_it_is_given_to(cast: Cast, assignee: str) -> None:
    root = cast.actor("root")
    execute(sql("UPDATE people_department SET parent_id = {} WHERE id = {}", cast.sales, cast.support))
    role = create_role(root, name_fr="Lecture", name_en="Reading")
    given: dict[str, object] = {
        "user": {"user_id": cast.bob},
        "department": {"department_id": cast.sales},
        "below": {"department_id": cast.sales, "with_below": True},
        "group": {"group_id": create_group(root, name="Groupe", members=[cast.charlie])},
        "every_head": {"every_head": True},
        "everybody": {"everybody": True},
    }
    assign_role(root, role=str(role), **given[assignee])  # type: ignore[arg-type]
    holders = {name for name in ("alice", "bob", "charlie", "root") if role in cast.actor(name).role_ids}
    assert (
        holders
        == {
            "user": {"bob"},
            "department": {"alice", "bob"},
            "below": {"alice", "bob", "charlie"},
            "group": {"charlie"},
            "every_head": {"alice"},
            "everybody": {"alice", "bob", "charlie", "root"},
        }[assignee]
    )


def test_clone_has_the_levels_and_lives_its_own_life(cast: Cast) -> None:
    root = cast.actor("root")
    clone = create_role(root, name_fr="Commercial senior", name_en="Senior", clone_of=role_id("manager"))
    save_levels(root, changes=[LevelChange(clone, "deal", "read", "all")], versions=versions())
    levels = sql("SELECT level FROM access_permission WHERE role_id = {} AND kind = 'deal' AND verb = 'read'", clone)
    assert fetch_value(levels) == "all"
    delete_role(root, role_id=clone)
    with pytest.raises(NotFound):
        delete_role(root, role_id=clone)


def test_shipped_roles_are_kept(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        delete_role(cast.actor("root"), role_id=role_id("manager"))
    with pytest.raises(Forbidden):
        set_level(cast, "root", "administrator", "read", "none")
    with pytest.raises(Invalid):
        edit_role(cast.actor("root"), role_id=role_id("head"), version=1, name_fr="Chef", name_en="Chief")


def test_names_are_asked_for(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        create_role(cast.actor("root"), name_fr=" ", name_en="x")
    assert set(refused.value.messages) == {"name_fr"}
    create_group(cast.actor("root"), name="Nord")
    with pytest.raises(Invalid):
        create_group(cast.actor("root"), name="Nord")
    assert [group["name"] for group in list_groups()] == ["Nord"]


def test_effective_rights_name_the_deciding_role_and_its_assignment(cast: Cast) -> None:
    rights = {(right.kind, right.verb): right for right in effective_rights(cast.actor("alice"))}
    reading = rights["deal", "read"]
    assert (reading.level, [source.role_id for source in reading.sources]) == (
        "subdepartments",
        [role_id("head"), role_id("manager")],
    )
    every_head = next(row["id"] for row in list_assignments() if row["every_head"])
    assert reading.sources[0].assignment_id == every_head
    assert {right.level for right in effective_rights(cast.actor("root"))} == {"all"}


def test_settings_choose_the_role_of_new_users(cast: Cast) -> None:
    root = cast.actor("root")
    save_settings(root, default_role_id=role_id("read_only"), deletion_needs_delete=True, open_to_all_by_default=False)
    newcomer = make_user("Nina", "Neuve", cast.sales)
    assert fetch_value(sql("SELECT role_id FROM access_holder WHERE user_id = {}", newcomer)) == role_id("read_only")
    assert cast.actor("bob").deletion_needs_delete
    with pytest.raises(Invalid):
        save_settings(
            root, default_role_id=role_id("administrator"), deletion_needs_delete=True, open_to_all_by_default=False
        )


def test_a_department_has_its_role_with_or_without_those_below(cast: Cast) -> None:
    root = cast.actor("root")
    execute(sql("UPDATE people_department SET parent_id = {} WHERE id = {}", cast.sales, cast.support))
    role = create_role(root, name_fr="Lecture", name_en="Reading")
    for with_below in (False, True, True, False):
        assign_role(root, role=str(role), department_id=cast.sales, with_below=with_below)
        assert (role in cast.actor("charlie").role_ids) == with_below
    assert len([row for row in list_assignments() if row["role_id"] == role]) == 1


def test_the_last_administrators_stay_when_their_department_has_the_role_without_those_below(cast: Cast) -> None:
    root = cast.actor("root")
    execute(sql("UPDATE people_department SET parent_id = {} WHERE id = {}", cast.sales, cast.support))
    execute(sql("UPDATE people_department SET head_id = NULL WHERE id = {}", cast.sales))
    execute(
        sql("DELETE FROM people_membership WHERE department_id = {}", cast.sales),
    )
    assign_role(root, role="administrator", department_id=cast.sales, with_below=True)
    mine = next(row["id"] for row in list_assignments() if row["user_id"] == cast.root)
    unassign_role(root, assignment_id=mine)
    with pytest.raises(Forbidden, match="administrat"):
        assign_role(cast.actor("charlie"), role="administrator", department_id=cast.sales)


@pytest.mark.parametrize("assignee", ["user_id", "department_id", "group_id"])
def test_a_role_is_given_to_nobody_unknown(cast: Cast, assignee: str) -> None:
    before = journal_size()
    with pytest.raises(Invalid):
        assign_role(cast.actor("root"), role="read_only", **{assignee: 999_999})  # type: ignore[arg-type]
    assert journal_size() == before


def test_who_manages_settings_cannot_make_newcomers_manage_rights(cast: Cast) -> None:
    root = cast.actor("root")
    managing = create_role(root, name_fr="Réglages", name_en="Settings")
    edit_role(root, role_id=managing, version=versions()[managing], manages_settings=True)
    assign_role(root, role=str(managing), user_id=cast.alice)
    rights = create_role(root, name_fr="Droits", name_en="Rights")
    edit_role(root, role_id=rights, version=versions()[rights], manages_rights=True)
    with pytest.raises(Forbidden):
        save_settings(
            cast.actor("alice"), default_role_id=rights, deletion_needs_delete=False, open_to_all_by_default=False
        )


def test_administrators_have_everything_already_in_the_preview(cast: Cast) -> None:
    assign_role(cast.actor("root"), role="manager", user_id=cast.root)
    effect = preview([LevelChange(role_id("manager"), "deal", "read", "all")])
    assert (effect.affected, effect.people[role_id("manager")]) == (3, 4)


def test_a_role_that_nobody_has_says_what_it_was(cast: Cast) -> None:
    clone = create_role(cast.actor("root"), name_fr="Senior", name_en="Senior", clone_of=role_id("manager"))
    effect = preview([LevelChange(clone, "deal", "read", "all")])
    assert ([(old, new) for _one, old, new in effect.changes], effect.affected) == ([("own", "all")], 0)


def test_new_elements_follow_the_companys_setting_where_they_do_not_say(cast: Cast) -> None:
    root = cast.actor("root")
    stands = "SELECT is_open_to_all FROM crm_element WHERE id = {}"
    for is_open in (False, True):
        save_settings(
            root,
            default_role_id=role_id("manager"),
            deletion_needs_delete=False,
            open_to_all_by_default=is_open,
        )
        silent = create_element(root, draft=ElementDraft(kind="company", name="Muette"))
        said = create_element(root, draft=ElementDraft(kind="company", name="Dite", is_open_to_all=not is_open))
        assert (fetch_value(sql(stands, silent)), fetch_value(sql(stands, said))) == (is_open, not is_open)


def test_a_role_that_is_called_like_the_id_of_another_is_not_given_for_it(cast: Cast) -> None:
    root = cast.actor("root")
    first = create_role(root, name_fr="x", name_en="x")
    second = create_role(root, name_fr="y", name_en="y")
    edit_role(root, role_id=first, version=versions()[first], name_fr=str(second), name_en=str(second))
    assign_role(root, role=str(second), user_id=cast.bob)
    assert second in cast.actor("bob").role_ids
    assert first not in cast.actor("bob").role_ids
