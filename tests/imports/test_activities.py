"""Activities come in bound, timed and maybe done, and stay as people changed them since."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.activities.actions import assign_activities, edit_activities, reopen_activities
from relance.activities.terms import ActivityChanges
from relance.imports.terms import Report, Tally
from relance.kit.sql import Row, execute, fetch_all, sql
from relance.people.queries import build_actor
from tests.cast import Cast, give_role, make_element, make_role
from tests.imports.files import load, told, write

pytestmark = pytest.mark.django_db

MAPPING = """
origin = "agenda"
[[rows]]
noun = "activity"
file = "agenda.csv"
key = "{Id}"
[rows.fields]
type = "{Type}"
subject = "{Subject}"
deadline = "{Deadline}"
completed_at = "{Done}"
outcome = "{Outcome}"
elements = { noun = "deal", value = "{Deal}", by = "name" }
participants = { value = "{With}", by = "email" }
responsible = { value = "{Who}", by = "name" }
"""
HEADER = "Id,Type,Subject,Deadline,Done,Outcome,Deal,With,Who"


def row(key: str = "1", **cells: str) -> str:
    """A row of agenda.csv: Bob calls about his deal."""
    given = {
        "Type": "call", "Subject": "Call back", "Deadline": "2030-01-15", "Done": "", "Outcome": "",
        "Deal": "Bob’s deal", "With": "", "Who": "Bob Petit", **cells,
    }  # fmt: skip
    return ",".join([key, *given.values()])


@pytest.fixture
def deal(cast: Cast) -> int:
    """A deal of Bob's."""
    return make_element("deal", cast.bob, "Bob’s deal")


def load_agenda(folder: Path, *rows: str) -> Report:
    return load(write(folder, *rows, name="agenda.csv", header=HEADER), mapping=MAPPING)


def activities() -> list[Row]:
    return fetch_all(sql("SELECT * FROM activities_activity ORDER BY origin_id"))


def test_open_and_completed_ones_come_in(cast: Cast, deal: int, tmp_path: Path) -> None:
    report = load_agenda(
        tmp_path, row("1"), row("2", Deadline="2024-05-17 09:30", Done="2024-05-17 10:00", Outcome="reached")
    )
    assert (told(report), report.of("activity")) == ([], Tally(created=2))
    first, second = activities()
    assert (str(first["deadline_day"]), first["is_completed"], first["responsible_id"]) == (
        "2030-01-15",
        False,
        cast.bob,
    )
    assert (second["is_completed"], second["outcome"], second["completed_by_id"]) == (True, "reached", cast.bob)
    assert second["due_at"].isoformat() == "2024-05-17T07:30:00+00:00"


def test_they_come_in_once_and_follow_the_file(cast: Cast, deal: int, tmp_path: Path) -> None:
    load_agenda(tmp_path, row("1"), row("2"))
    assert load_agenda(tmp_path, row("1"), row("2")).of("activity") == Tally(unchanged=2)
    report = load_agenda(tmp_path, row("1", Subject="Visit"), row("2", Done="2024-05-17", Outcome="reached"))
    assert report.of("activity") == Tally(updated=2)
    first, second = activities()
    assert (first["subject"], second["is_completed"], second["outcome"]) == ("Visit", True, "reached")


def test_what_people_changed_since_is_kept(cast: Cast, deal: int, tmp_path: Path) -> None:
    load_agenda(tmp_path, row("1"), row("2", Done="2024-05-17"))
    first, second = (activity["id"] for activity in activities())
    bob = cast.actor("bob")
    edit_activities(bob, ids=[first], changes=ActivityChanges(subject="Named by Bob"))
    reopen_activities(bob, ids=[second])
    report = load_agenda(tmp_path, row("1", Deadline="2031-01-15"), row("2", Done="2024-05-17"))
    assert (told(report), report.of("activity")) == ([], Tally(updated=1, unchanged=1, kept=1))
    one, two = activities()
    assert (one["subject"], str(one["deadline_on"]), two["is_completed"]) == ("Named by Bob", "2031-01-15", False)


def test_an_assignment_by_hand_is_kept(cast: Cast, deal: int, tmp_path: Path) -> None:
    load_agenda(tmp_path, row("1"))
    assign_activities(cast.actor("alice"), ids=[activities()[0]["id"]], to=cast.alice)
    assert load_agenda(tmp_path, row("1")).of("activity") == Tally(unchanged=1, kept=1)
    assert activities()[0]["responsible_id"] == cast.alice


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ({"Type": "party"}, "type"),
        ({"Subject": ""}, "Say what is to be done"),
        ({"Subject": "x" * 10_000}, "500"),
        ({"Deadline": "soon"}, "soon"),
        ({"Deal": "Nobody’s deal"}, "Nobody’s deal"),
        ({"Deal": ""}, "at least one element"),
        ({"Who": "Nobody"}, "Nobody"),
        ({"Who": "Charlie Roux"}, "Charlie"),
        ({"With": "charlie@cast.example"}, "Charlie"),
        ({"Outcome": "reached"}, "completed"),
        ({"Done": "2024-05-17", "Outcome": "victory"}, "victory"),
        ({"Done": "2999-05-17"}, "2999"),
    ],
)
def test_what_cannot_be_taken_is_refused(
    cast: Cast, deal: int, tmp_path: Path, cells: dict[str, str], word: str
) -> None:
    report = load_agenda(tmp_path, row("good"), row("bad", **cells))
    ((file, line, _field, reason),) = told(report)
    assert (file, line) == ("agenda.csv", 3)
    assert word in reason
    assert [activity["origin_id"] for activity in activities()] == ["good"]


def test_two_deals_of_one_name_are_no_answer(cast: Cast, deal: int, tmp_path: Path) -> None:
    make_element("deal", cast.bob, "BOB’S DEAL")
    ((_file, _line, field, reason),) = told(load_agenda(tmp_path, row()))
    assert (field, "Several" in reason) == ("elements", True)


def test_a_deleted_deal_is_unknown(cast: Cast, deal: int, tmp_path: Path) -> None:
    execute(sql("UPDATE crm_element SET deleted_at = now(), deleted_gesture = gen_random_uuid() WHERE id = {}", deal))
    assert [field for _file, _line, field, _reason in told(load_agenda(tmp_path, row()))] == ["elements"]


def test_a_users_rights_decide_what_he_imports(cast: Cast, deal: int, tmp_path: Path) -> None:
    make_element("deal", cast.charlie, "Charlie’s deal")
    file = write(
        tmp_path, row("1"), row("2", Deal="Charlie’s deal", Who="Charlie Roux"), name="agenda.csv", header=HEADER
    )
    refused = told(load(file, mapping=MAPPING, actor=build_actor(cast.bob, via="import")))
    assert [(line, field) for _file, line, field, _reason in refused] == [(2, "elements"), (3, "elements")]
    assert "Unknown" in refused[1][3]
    give_role(make_role({"import": "own"}), cast.bob)
    report = load(file, mapping=MAPPING, actor=build_actor(cast.bob, via="import"))
    assert report.of("activity") == Tally(created=1, refused=1)
