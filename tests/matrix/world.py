"""The people and rows that the matrix is walked with: each row has one owner, and a name that occurs nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from relance.access.actions import create_group
from relance.activities.actions import complete_activities, create_activity, create_type
from relance.activities.actions.filing import record_files
from relance.activities.listings import ACTIVITIES
from relance.activities.terms import ActivityDraft, TypeSettings
from relance.crm.actions import edit_elements
from relance.journal.actions import new_gesture
from relance.kit.sql import execute, fetch_all, fetch_value, sql
from relance.lists.saving import create_filter
from relance.lists.sharing import share_filter
from relance.lists.terms import FilterChanges, ShareWith
from relance.people.actions import invite_user
from relance.people.queries import build_actor
from relance.timeline.actions import create_comment
from relance.timeline.terms import CommentDraft
from tests.cast import (
    SYSTEM,
    Cast,
    delete_element,
    give_role,
    make_activity,
    make_cast,
    make_element,
    make_file,
    make_role,
    make_user,
)

# In this order the matrix has its columns.
ROLES = ("anonymous", "nora", "bob", "alice", "charlie", "rita", "cora", "root")
KINDS = ("lead", "deal", "contact", "company")
UNKNOWN = 999_999_999_999
DUE = datetime(2030, 1, 15, 9, tzinfo=UTC)


@dataclass
class World:
    """Who there is, what there is, and the gestures that Bob has made."""

    cast: Cast
    people: dict[str, int]
    activities: dict[str, int] = field(default_factory=dict)
    elements: dict[tuple[str, str], int] = field(default_factory=dict)
    gestures: dict[str, UUID] = field(default_factory=dict)
    # By whose: ("activity", row), ("deal", row), ("pending", role).
    files: dict[tuple[str, str], int] = field(default_factory=dict)
    comments: dict[str, int] = field(default_factory=dict)
    invited: int = 0
    token: str = ""
    notification: int = 0
    filters: dict[str, int] = field(default_factory=dict)

    def number(self, kind: str, row: str) -> int:
        """The number of an element, as its address shows it."""
        if row == "unknown":
            return UNKNOWN
        number: int = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", self.elements[kind, row]))
        return number

    def bound_to(self, row: str) -> list[int]:
        """The live elements of an activity, the main one first; of one that is not there, an element of Bob's."""
        deals = {"shared": ["charlies", "bobs"], "given": ["charlies"], "orphan": ["charlies"]}
        return [self.elements["deal", name] for name in deals.get(row, [row if row in OWNERS else "bobs"])]


# Whose each row is. Bob and Alice are in Sales, which Alice heads; Charlie and Cora are in Support.
OWNERS = {"bobs": "bob", "alices": "alice", "charlies": "charlie", "coras": "cora"}


def make_world() -> World:
    """The cast and more: Nora has no role, Rita reads everything, Cora reads everything and updates her own."""
    cast = make_cast()
    people = {name: getattr(cast, name) for name in ("bob", "alice", "charlie", "root")}
    people |= {
        "nora": make_user("Nora", "Nulle", cast.sales, role=""),
        "rita": make_user("Rita", "Lectrice", cast.support, role="read_only"),
        "cora": make_user("Cora", "Mixte", cast.support, role=""),
    }
    give_role(make_role({"read": "all", "add": "own", "update": "own"}), people["cora"])
    create_group(SYSTEM, name="Est")
    world = World(cast, people)
    world.invited, world.token = invite_user(SYSTEM, email="ines@cast.example", last_name="Invitée")
    _make_elements(world)
    _make_activities(world)
    _make_gestures(world)
    _make_files(world)
    _make_comments(world)
    _make_types(world)
    _make_filters(world)
    world.notification = _notify(world)
    return world


def element_name(kind: str, row: str) -> str:
    """A name that no page holds for another reason."""
    return f"zq{kind}zq{row}zq"


def subject(row: str) -> str:
    """A subject that no page holds for another reason."""
    return f"zqactivityzq{row}zq"


def file_name(whose: str, row: str) -> str:
    """A file's name that no page holds for another reason."""
    return f"zqfilezq{whose}zq{row}zq.pdf"


def _make_files(world: World) -> None:
    """A file of each activity, of each deal, and one that each person has not attached yet."""
    bob = world.people["bob"]
    for row, activity_id in world.activities.items():
        if activity_id != UNKNOWN and row != "done":
            world.files["activity", row] = make_file(bob, file_name("activity", row), activity=activity_id)
    for (kind, row), element_id in world.elements.items():
        if kind == "deal" and element_id != UNKNOWN:
            world.files["deal", row] = make_file(bob, file_name("deal", row), element=element_id)
    told = "SELECT id, activity_id, element_id FROM activities_attachment WHERE id = ANY({})"
    record_files(SYSTEM, new_gesture(), verb="attach", rows=fetch_all(sql(told, list(world.files.values()))))
    for role, user_id in world.people.items():
        world.files["pending", role] = make_file(user_id, file_name("pending", role))


def comment_text(row: str) -> str:
    """What a comment says, and no page for another reason."""
    return f"zqcommentzq{row}zq"


def filter_name(row: str) -> str:
    """A filter's name, that no page holds for another reason."""
    return f"zqfilterzq{row}zq"


def _make_filters(world: World) -> None:
    """Bob's filters: his alone, shared with Sales, with Support to edit, with everybody."""
    bob = build_actor(world.cast.bob)
    shared = {
        "bobs": None,
        "team": ShareWith(department_id=world.cast.sales),
        "edited": ShareWith(department_id=world.cast.support),
        "all": ShareWith(everybody=True),
    }
    for row, to in shared.items():
        draft = FilterChanges(name=filter_name(row), text="is:open")
        world.filters[row] = create_filter(bob, listing=ACTIVITIES, draft=draft).done[0]
        if to:
            share_filter(bob, id=world.filters[row], to=to, can_edit=row == "edited")


def _make_elements(world: World) -> None:
    for kind in KINDS:
        for row, owner in [*OWNERS.items(), ("deleted", "bob")]:
            world.elements[kind, row] = make_element(kind, world.people[owner], element_name(kind, row))
        world.elements[kind, "unknown"] = UNKNOWN
        delete_element(world.elements[kind, "deleted"])


def _make_activities(world: World) -> None:
    people, deal = world.people, {row: world.elements["deal", row] for row in [*OWNERS, "deleted"]}
    made = world.activities
    for row, owner in OWNERS.items():
        made[row] = _activity(people[owner], row, deal[row])
    made["shared"] = _activity(people["charlie"], "shared", deal["charlies"], deal["bobs"])
    # Being the responsible person gives no right.
    made["given"] = _activity(people["bob"], "given", deal["charlies"])
    # Bound to a deal of Bob's that is in the bin: that gives no right either.
    made["orphan"] = _activity(people["bob"], "orphan", deal["charlies"], deal["deleted"])
    made["deleted"] = _activity(people["bob"], "deleted", deal["bobs"])
    made["unknown"] = UNKNOWN
    binned = "UPDATE activities_activity SET deleted_at = now(), deleted_gesture = gen_random_uuid() WHERE id = {}"
    execute(sql(binned, made["deleted"]))


def _activity(responsible: int, row: str, *elements: int) -> int:
    return make_activity(responsible, *elements, subject=subject(row), deadline_at=DUE)


def _make_types(world: World) -> None:
    """A type of the company's own, and a document of Bob's deal that Rita is asked to validate."""
    create_type(world.cast.actor("root"), settings=TypeSettings("Tournée", "Round", "truck", "green", "both"))
    draft = ActivityDraft(
        "document", "Contrat à valider", (world.elements["deal", "bobs"],), validators=(world.people["rita"],)
    )
    world.activities["asked"] = create_activity(world.cast.actor("bob"), draft)[0]


def _notify(world: World) -> int:
    """Bob was given an activity that he may not read."""
    notification: int = fetch_value(
        sql(
            """
            INSERT INTO notifications_notification (user_id, kind, at, moment, by_id, activity_id)
            VALUES ({}, 'assigned', now(), gen_random_uuid(), {}, {}) RETURNING id
            """,
            world.people["bob"],
            world.people["charlie"],
            world.activities["given"],
        )
    )
    return notification


def _make_gestures(world: World) -> None:
    """Bob completed an activity of his, and renamed a lead."""
    bob = world.cast.actor("bob")
    done = make_activity(bob.user_id, world.elements["deal", "bobs"], subject=subject("done"), deadline_at=DUE)
    world.activities["done"] = done
    completed = complete_activities(bob, ids=[done]).gesture
    lead = world.elements["lead", "bobs"]
    renamed = edit_elements(bob, ids=[lead], changes={"name": element_name("lead", "bobs") + "2"}).gesture
    assert completed
    assert renamed
    world.gestures = {"activity": completed, "element": renamed}


def _make_comments(world: World) -> None:
    """On each deal there is a comment that its owner wrote."""
    for row, owner in OWNERS.items():
        draft = CommentDraft(text=comment_text(row), element_id=world.elements["deal", row])
        world.comments[row] = create_comment(build_actor(world.people[owner]), draft=draft).done[0]
    world.comments["unknown"] = UNKNOWN
