"""Whatever changes who may read what: the next page is right, and the one after it is taken back too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relance.access.actions import assign_role, create_group, create_role, edit_group, save_levels
from relance.access.queries import list_roles
from relance.access.terms import LevelChange
from relance.crm.actions import edit_elements
from relance.kit.sql import execute, fetch_value, sql
from relance.people.actions import add_members, set_head
from tests.cast import SYSTEM, Cast, make_activity, make_element, make_role
from tests.web.signing import sign_in

Change = Callable[[Cast, int], tuple[Callable[[], object], Callable[[], object]]]


def _level(cast: Cast, deal: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Editing a role."""

    def to(level: str) -> Callable[[], object]:
        def change() -> None:
            manager = next(role for role in list_roles() if role["code"] == "manager")
            one = LevelChange(manager["id"], "deal", "read", level)
            save_levels(SYSTEM, changes=[one], versions={manager["id"]: manager["version"]})

        return change

    return to("all"), to("own")


def _responsible(cast: Cast, deal: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Reassigning a deal."""
    return (
        lambda: edit_elements(SYSTEM, ids=[deal], changes={"responsible_id": cast.bob}),
        lambda: edit_elements(SYSTEM, ids=[deal], changes={"responsible_id": cast.charlie}),
    )


def _open_to_all(cast: Cast, deal: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Making a deal available to everyone."""
    assign_role(SYSTEM, role=make_role({"read": "open_to_all"}), everybody=True)
    return (
        lambda: edit_elements(SYSTEM, ids=[deal], changes={"is_open_to_all": True}),
        lambda: edit_elements(SYSTEM, ids=[deal], changes={"is_open_to_all": False}),
    )


def _member(cast: Cast, deal: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Moving a person."""
    assign_role(SYSTEM, role=make_role({"read": "department"}), everybody=True)
    left = "DELETE FROM people_membership WHERE user_id = {} AND department_id = {}"
    return (
        lambda: add_members(SYSTEM, department_id=cast.support, user_ids=[cast.bob]),
        lambda: execute(sql(left, cast.bob, cast.support)),
    )


def _head(cast: Cast, deal: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Changing a head; those of his department are the head's to read."""
    add_members(SYSTEM, department_id=cast.sales, user_ids=[cast.charlie])
    return (
        lambda: set_head(SYSTEM, department_id=cast.sales, user_id=cast.bob),
        lambda: set_head(SYSTEM, department_id=cast.sales, user_id=cast.alice),
    )


def _group(cast: Cast, deal: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Joining a group that has a role."""
    group = create_group(SYSTEM, name="Nord")
    assign_role(SYSTEM, role="read_only", group_id=group)
    return (
        lambda: edit_group(SYSTEM, group_id=group, name="Nord", members=[cast.bob]),
        lambda: edit_group(SYSTEM, group_id=group, name="Nord", members=[]),
    )


def _stage(cast: Cast, deal: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """Setting a stage apart: the deal's own stage counts more than the kind, even lower."""
    role = create_role(SYSTEM, name_fr="Lecture", name_en="Reading")
    assign_role(SYSTEM, role=str(role), everybody=True)

    def to(level: str | None) -> Callable[[], object]:
        def change() -> None:
            place = (
                "SELECT pipeline_id FROM crm_element WHERE id = {}",
                "SELECT stage_id FROM crm_element WHERE id = {}",
            )
            pipeline, stage = (fetch_value(sql(query, deal)) for query in place)
            version = next(one["version"] for one in list_roles() if one["id"] == role)
            one = LevelChange(role, "deal", "read", level, pipeline, stage)
            save_levels(SYSTEM, changes=[one], versions={role: version})

        return change

    return to("all"), to(None)


@pytest.mark.parametrize(
    "change",
    [_level, _responsible, _open_to_all, _member, _head, _group, _stage],
    ids=lambda change: change.__name__[1:],
)
def test_the_next_page_is_right(cast: Cast, change: Change) -> None:
    deal = make_element("deal", cast.charlie, "Toits")
    activity = make_activity(cast.charlie, deal)
    grant, take_back = change(cast, deal)
    client = sign_in(cast.bob)

    def seen() -> tuple[int, bool]:
        page = client.get(f"/activities/{activity}/")
        return page.status_code, f"/activities/{activity}/" in client.get("/activities/?filter=open").content.decode()

    assert seen() == (404, False)
    grant()
    assert seen() == (200, True)
    take_back()
    assert seen() == (404, False)
