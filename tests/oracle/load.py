"""Writes a company into PostgreSQL with set-based SQL, and moves it from an earlier state to its last.

A key becomes an id by an offset of its own for each noun, so that no id is good for two nouns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection

from tests.oracle.companies import ADMINISTRATOR
from tests.oracle.model import Activity, Company, Element

USER, DEPARTMENT, GROUP, ROLE = 1_000_000, 2_000_000, 3_000_000, 4_000_000
PIPELINE, STAGE, ELEMENT, ACTIVITY = 5_000_000, 6_000_000, 7_000_000, 8_000_000
NOW = datetime(2026, 11, 24, 9, 12, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
GESTURE = UUID(int=1)
OFTEN_MENTIONED = 5
LEVEL_CODES = ("none", "own", "department", "subdepartments", "open_to_all", "all")

Rows = Iterable[Sequence[object]]


def user_id(key: int) -> int:
    return USER + key


def element_id(key: int) -> int:
    return ELEMENT + key


def activity_id(key: int) -> int:
    return ACTIVITY + key


def element_name(element: Element) -> str:
    return f"Nom n° {element.key:03}"


def sort_key(element: Element) -> str:
    return f"nom n° {element.key:03}"


def is_incoming(activity: Activity) -> bool:
    """Some come in, and wait without a deadline."""
    return activity.key % 6 == 5


def due_at(activity: Activity) -> datetime:
    """Some are due at the very minute, and soon."""
    hours = 7 * activity.key - 70
    return NEVER if is_incoming(activity) else NOW + timedelta(hours=hours, minutes=10 if hours == 0 else 0)


def mentioned(activity: Activity) -> int:
    """The key of the element that the description names, bound or not, whoever may read it; of another one at times."""
    bound = activity.bindings[activity.key % len(activity.bindings)].element
    return bound if activity.key % 2 else activity.key % OFTEN_MENTIONED + 1


def phone(element: Element) -> str:
    """The number of a contact or company, as it is compared."""
    return f"33612{element.key:06}"


def load(company: Company) -> None:
    """Write everything. The caller's transaction is rolled back afterwards; nothing is cleaned here."""
    _load_people(company)
    _load_roles(company)
    _load_elements(company)
    _load_activities(company)


def move(earlier: Company, company: Company) -> None:
    """Write the differences between the two over the loaded `earlier`, in one statement per table."""
    elements = [new for old, new in zip(earlier.elements, company.elements, strict=True) if old != new]
    activities = [new for old, new in zip(earlier.activities, company.activities, strict=True) if old != new]
    _update(
        "crm_element",
        "id bigint, responsible_id bigint, is_open_to_all boolean, pipeline_id bigint, stage_id bigint, "
        "deleted_at timestamptz, deleted_gesture uuid",
        [(element_id(one.key), *_element_place(one), *_deletion(one)) for one in elements],
    )
    _update(
        "activities_activity",
        "id bigint, responsible_id bigint, is_completed boolean, completed_at timestamptz, "
        "deleted_at timestamptz, deleted_gesture uuid",
        [(activity_id(one.key), *_activity_state(one), *_deletion(one)) for one in activities],
    )


# --- statements -------------------------------------------------------------------------------------


def _columns(declaration: str) -> tuple[list[str], str]:
    """Names of "name type, name type", and the unnest() that gives them as columns of `new`."""
    pairs = [column.strip().split(" ") for column in declaration.split(",")]
    names = [name for name, _ in pairs]
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in pairs)
    return names, f"unnest({arrays}) AS new({', '.join(names)})"


def _insert(table: str, declaration: str, rows: Rows) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        names, source = _columns(declaration)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT * FROM {source}", columns)


def _update(table: str, declaration: str, rows: Rows) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        names, source = _columns(declaration)
        changes = ", ".join(f"{name} = new.{name}" for name in names if name != "id")
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} AS old SET {changes} FROM {source} WHERE old.id = new.id", columns)


def _shipped_id(table: str, code: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE code = %s", [code])
        return int(cursor.fetchone()[0])


def _shifted(key: int | None, by: int) -> int | None:
    return None if key is None else key + by


def _deletion(row: Element | Activity) -> tuple[object, object]:
    return (NOW, GESTURE) if row.is_deleted else (None, None)


# --- people and roles -------------------------------------------------------------------------------


def _load_people(company: Company) -> None:
    _insert(
        "people_user",
        "id bigint, email text, password text, first_name text, last_name text, sort_key text, position text, "
        "time_zone text, language text, is_active boolean, created_at timestamptz, origin text, origin_id text",
        [
            (user_id(one.key), f"p{one.key}@oracle.test", "!", "Personne", f"P{one.key}", f"p{one.key} personne", "",
             "Europe/Paris", "fr", one.is_active, NOW, "", "")
            for one in company.users
        ],
    )  # fmt: skip
    _insert(
        "people_department",
        "id bigint, parent_id bigint, name text, sort_key text, origin text, origin_id text",
        [
            (DEPARTMENT + one.key, _shifted(one.parent, DEPARTMENT), f"Service {one.key}", f"service {one.key}", "", "")
            for one in company.departments
        ],
    )
    _insert(
        "people_membership",
        "department_id bigint, user_id bigint",
        [(DEPARTMENT + one.key, user_id(member)) for one in company.departments for member in sorted(one.members)],
    )
    _update(
        "people_department",
        "id bigint, head_id bigint",
        [(DEPARTMENT + one.key, user_id(one.head)) for one in company.departments if one.head is not None],
    )


def _load_roles(company: Company) -> None:
    """The administrator's role is the shipped one; the roles that the migrations give to people are taken away."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_roleassignment")
        cursor.execute("UPDATE access_companysettings SET deletion_needs_delete = %s", [company.deletion_needs_delete])
    custom = [role for role in company.roles if not role.is_administrator]
    _insert("access_group", "id bigint, name text", [(GROUP + one.key, f"Groupe {one.key}") for one in company.groups])
    _insert(
        "access_group_members",
        "group_id bigint, user_id bigint",
        [(GROUP + one.key, user_id(member)) for one in company.groups for member in sorted(one.members)],
    )
    _insert(
        "access_role",
        "id bigint, name_fr text, name_en text, is_administrator boolean, manages_rights boolean, "
        "manages_settings boolean",
        [(ROLE + one.key, f"Rôle {one.key}", f"Role {one.key}", False, False, False) for one in custom],
    )
    _load_pipelines(company)
    _insert(
        "access_permission",
        "role_id bigint, kind text, verb text, level text, pipeline_id bigint, stage_id bigint",
        [
            (ROLE + role.key, cell.kind, cell.verb, LEVEL_CODES[cell.level],
             _shifted(cell.pipeline, PIPELINE), _shifted(cell.stage, STAGE))
            for role in custom for cell in role.permissions
        ],
    )  # fmt: skip
    _load_assignments(company)


def _load_assignments(company: Company) -> None:
    administrator = _shipped_id("access_role", "administrator")
    _insert(
        "access_roleassignment",
        "role_id bigint, user_id bigint, department_id bigint, with_below boolean, group_id bigint, "
        "every_head boolean, everybody boolean",
        [
            (
                administrator if one.role == ADMINISTRATOR else ROLE + one.role,
                _shifted(one.assignee, USER) if one.to == "user" else None,
                _shifted(one.assignee, DEPARTMENT) if one.to in {"department", "department_and_below"} else None,
                one.to == "department_and_below",
                _shifted(one.assignee, GROUP) if one.to == "group" else None,
                one.to == "every_head",
                one.to == "everybody",
            )
            for one in company.assignments
        ],
    )


# --- elements ---------------------------------------------------------------------------------------


def _load_pipelines(company: Company) -> None:
    _insert(
        "crm_pipeline",
        "id bigint, code text, name_fr text, name_en text, rank integer",
        [(PIPELINE + one.key, "", f"Circuit {one.key}", f"Pipeline {one.key}", 100) for one in company.pipelines],
    )
    _insert(
        "crm_stage",
        "id bigint, kind text, pipeline_id bigint, code text, name_fr text, name_en text, outcome text, rank integer",
        [
            (STAGE + one.key, one.kind, _shifted(one.pipeline, PIPELINE), "", f"Étape {one.key}", f"Stage {one.key}",
             "open", 100 + one.key)
            for one in company.stages
        ],
    )  # fmt: skip


def _element_place(element: Element) -> tuple[object, ...]:
    place = (_shifted(element.pipeline, PIPELINE), _shifted(element.stage, STAGE))
    return (user_id(element.responsible), element.is_open_to_all, *place)


def _load_elements(company: Company) -> None:
    _insert(
        "crm_element",
        "id bigint, kind text, number bigint, name text, sort_key text, created_at timestamptz, "
        "updated_at timestamptz, origin text, origin_id text, version integer, "
        "responsible_id bigint, is_open_to_all boolean, pipeline_id bigint, stage_id bigint, "
        "deleted_at timestamptz, deleted_gesture uuid",
        [
            (element_id(one.key), one.kind, one.number, element_name(one), sort_key(one), NOW, NOW, "", "", 1,
             *_element_place(one), *_deletion(one))
            for one in company.elements
        ],
    )  # fmt: skip
    for kind, own_fields in {
        "lead": "company_name text, source text, currency text",
        "deal": "company_kind text, currency text",
        "contact": "first_name text, last_name text, position text",
        "company": "industry text, city text, currency text",
    }.items():
        defaults = [_own_default(column) for column in own_fields.split(", ")]
        rows = [(element_id(one.key), kind, *defaults) for one in company.elements if one.kind == kind]
        _insert(f"crm_{kind}", f"element_id bigint, kind text, {own_fields}", rows)
    _insert(
        "crm_contactpoint",
        "element_id bigint, kind text, raw text, normalised text, rank smallint",
        [(element_id(one.key), "phone", phone(one), phone(one), 0) for one in _clients(company)],
    )


def _clients(company: Company) -> list[Element]:
    return [one for one in company.elements if one.kind in {"contact", "company"}]


def _own_default(column: str) -> str:
    return {"currency text": "EUR", "company_kind text": "company"}.get(column, "")


# --- activities -------------------------------------------------------------------------------------


def _activity_state(activity: Activity) -> tuple[object, ...]:
    return (user_id(activity.responsible), activity.is_completed, NOW if activity.is_completed else None)


def _load_activities(company: Company) -> None:
    todo = _shipped_id("activities_activitytype", "todo")
    _insert(
        "activities_activity",
        "id bigint, type_id bigint, subject text, description text, author_id bigint, created_at timestamptz, "
        "updated_at timestamptz, updated_by_id bigint, deadline_at timestamptz, is_incoming boolean, direction text, "
        "priority smallint, place text, outcome text, note text, origin text, origin_id text, version integer, "
        "responsible_id bigint, is_completed boolean, completed_at timestamptz, "
        "deleted_at timestamptz, deleted_gesture uuid",
        [
            (activity_id(one.key), todo, f"Sujet {one.key}", f"Voir {mentioned(one):03}", user_id(one.author), NOW, NOW,
             user_id(one.author), None if is_incoming(one) else due_at(one), is_incoming(one), "", 2, "", "", "", "", "", 1,
             *_activity_state(one), *_deletion(one))
            for one in company.activities
        ],
    )  # fmt: skip
    _insert(
        "activities_binding",
        "activity_id bigint, element_id bigint, is_main boolean",
        [
            (activity_id(one.key), element_id(binding.element), binding.is_main)
            for one in company.activities
            for binding in one.bindings
        ],
    )
    _insert(
        "activities_participant",
        "activity_id bigint, user_id bigint",
        [(activity_id(one.key), user_id(key)) for one in company.activities for key in sorted(one.participants)],
    )
    elements = {one.key: one for one in company.elements}
    _insert(
        "activities_client",
        "activity_id bigint, element_id bigint, kind text, address text",
        [
            (activity_id(one.key), element_id(key), elements[key].kind, "")
            for one in company.activities
            for key in client_keys(company, one)
        ],
    )


def client_keys(company: Company, activity: Activity) -> list[int]:
    """The activity's clients: its bound contacts and companies, and one more element of the company."""
    bound = {binding.element for binding in activity.bindings}
    people = [one.key for one in _clients(company)]
    extra = people[activity.key % len(people)]
    return [key for key in people if key in bound or key == extra]
