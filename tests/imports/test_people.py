"""Departments and users come in with their tree, heads and roles, and stay as people changed them since."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.imports.terms import Report, Tally
from relance.kit.sql import execute, fetch_column, fetch_value, sql
from relance.people.actions import edit_department, edit_user, set_head
from relance.people.queries import build_actor, find_user_by_email, list_users
from tests.cast import SYSTEM, Cast, journal_size
from tests.imports.files import load, told, write

pytestmark = pytest.mark.django_db

MAPPING = """
origin = "staff"
[[rows]]
noun = "department"
file = "departments.csv"
key = "{Code}"
[rows.fields]
name = "{Title}"
parent = "{Above}"

[[rows]]
noun = "user"
file = "people.csv"
key = "{Mail}"
[rows.fields]
email = "{Mail}"
first_name = "{First}"
last_name = "{Last}"
departments = { value = "{Departments}", split = "/" }
heads = "{Heads}"
roles = { value = "{Roles}", split = "/" }
"""
DEPARTMENTS = ["D1,Company,", "D2,Sales,D1", "D3,North,D2"]
PEOPLE = [
    "Hana@staff.example,Hana,Novak,,D2,",
    "ivo@staff.example,Ivo,Král,D2/D3,,",
    "jan@staff.example,Jan,Malý,D1,,read_only",
]


def load_staff(folder: Path, departments: list[str] = DEPARTMENTS, people: list[str] = PEOPLE) -> Report:
    files = [
        write(folder, *departments, name="departments.csv", header="Code,Title,Above"),
        write(folder, *people, name="people.csv", header="Mail,First,Last,Departments,Heads,Roles"),
    ]
    return load(*files, mapping=MAPPING)


def user(login: str) -> int:
    return find_user_by_email(f"{login}@staff.example") or 0


def department(key: str) -> int:
    number: int = fetch_value(sql("SELECT id FROM people_department WHERE origin_id = {}", key))
    return number


def test_a_tree_with_its_people_comes_in(tmp_path: Path) -> None:
    report = load_staff(tmp_path)
    assert (told(report), report.of("department"), report.of("user")) == ([], Tally(created=3), Tally(created=3))
    assert set(build_actor(user("hana")).subordinates) == {user("ivo")}
    roles = {row["email"]: (row["departments"], row["roles"]) for row in list_users()}
    assert roles["ivo@staff.example"] == (["North", "Sales"], ["manager"])
    assert roles["jan@staff.example"] == (["Company"], ["read_only"])


def test_it_comes_in_once(tmp_path: Path) -> None:
    load_staff(tmp_path)
    before = journal_size()
    report = load_staff(tmp_path)
    assert (report.of("department"), report.of("user")) == (Tally(unchanged=3), Tally(unchanged=3))
    assert journal_size() == before


def test_what_the_files_change_is_changed(tmp_path: Path) -> None:
    load_staff(tmp_path)
    moved = [DEPARTMENTS[0], "D2,Sales and service,D1", "D3,North,D1"]
    report = load_staff(tmp_path, moved, ["Hana@staff.example,Hana,Nová,D1,D2,", *PEOPLE[1:]])
    assert report.of("department") == Tally(updated=2, unchanged=1)
    assert report.of("user") == Tally(updated=1, unchanged=2)
    assert build_actor(user("hana")).name == "Hana Nová"


def test_what_people_changed_since_is_kept(tmp_path: Path) -> None:
    load_staff(tmp_path)
    edit_user(SYSTEM, user_id=user("ivo"), changes={"first_name": "Ivan"})
    edit_department(SYSTEM, department_id=department("D3"), changes={"name": "Far north"})
    set_head(SYSTEM, department_id=department("D2"), user_id=user("ivo"))
    report = load_staff(tmp_path)
    assert (report.of("department"), report.of("user")) == (
        Tally(unchanged=3, kept=1), Tally(unchanged=3, kept=1),
    )  # fmt: skip
    assert fetch_value(sql("SELECT head_id FROM people_department WHERE origin_id = 'D2'")) == user("ivo")


def test_who_was_taken_out_of_a_department_stays_out(tmp_path: Path) -> None:
    load_staff(tmp_path)
    execute(sql("DELETE FROM people_membership WHERE user_id = {}", user("ivo")))
    load_staff(tmp_path)
    assert fetch_column(sql("SELECT department_id FROM people_membership WHERE user_id = {}", user("ivo"))) == []


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ("no address,Eva,Nová,D1,,", "email"),
        ("bob@cast.example,Eva,Nová,D1,,", "email"),
        ("eva@staff.example,Eva,,D1,,", "last_name"),
        ("eva@staff.example,Eva,Nová,D9,,", "departments"),
        ("eva@staff.example,Eva,Nová,D1,,emperor", "role"),
        (f"eva@staff.example,{'x' * 1000},Nová,D1,,", "first_name"),
    ],
)
def test_a_person_who_cannot_be_taken_is_refused_whole(cast: Cast, tmp_path: Path, person: str, field: str) -> None:
    report = load_staff(tmp_path, people=[*PEOPLE, person])
    ((_file, line, fields, _reason),) = told(report)
    assert (line, fields) == (5, field)
    assert fetch_value(sql("SELECT count(*) FROM people_user WHERE first_name = 'Eva'")) == 0


def test_a_department_below_itself_or_below_none_is_refused(tmp_path: Path) -> None:
    load_staff(tmp_path)
    report = load_staff(tmp_path, ["D1,Company,D3", "D4,South,D9", *DEPARTMENTS[1:]])
    assert [(line, field) for _file, line, field, _reason in told(report)] == [(2, "parent"), (3, "parent")]
    assert fetch_value(sql("SELECT parent_id FROM people_department WHERE origin_id = 'D1'")) is None


def test_who_does_not_manage_rights_imports_no_people(cast: Cast, tmp_path: Path) -> None:
    write(tmp_path, *DEPARTMENTS, name="departments.csv", header="Code,Title,Above")
    write(tmp_path, *PEOPLE, name="people.csv", header="Mail,First,Last,Departments,Heads,Roles")
    before = journal_size()
    report = load(tmp_path, mapping=MAPPING, actor=build_actor(cast.bob, via="import"))
    assert report.of("department").refused == 3
    assert report.of("user").refused == 3
    assert journal_size() == before
