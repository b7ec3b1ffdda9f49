"""The cast of all tests: Alice heads Sales, Bob is in Sales, Charlie in Support, root administers.

Each is found by name; elements and activities are made by plain functions, straight in the database, so that a test
of rights does not lean on the actions that it tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from relance.access.actions import assign_role
from relance.activities import blobs
from relance.kit.actor import Actor
from relance.kit.sql import execute, fetch_value, sql
from relance.kit.text import fold
from relance.people.actions import create_department, create_user, set_head
from relance.people.queries import build_actor, system_actor

SYSTEM = system_actor("cli")
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    """The people's user ids, and their departments' ids."""

    alice: int
    bob: int
    charlie: int
    root: int
    sales: int
    support: int

    def actor(self, name: str) -> Actor:
        """The actor that somebody is at this moment."""
        return build_actor(getattr(self, name))


def make_cast() -> Cast:
    """Make the people and departments."""
    sales = create_department(SYSTEM, title="Ventes")
    support = create_department(SYSTEM, title="Support")
    cast = Cast(
        alice=make_user("Alice", "Martin", sales),
        bob=make_user("Bob", "Petit", sales),
        charlie=make_user("Charlie", "Roux", support),
        root=make_user("Root", "Racine", role="administrator"),
        sales=sales,
        support=support,
    )
    set_head(SYSTEM, department_id=sales, user_id=cast.alice)
    return cast


def make_user(
    first_name: str,
    last_name: str,
    department: int | None = None,
    *,
    role: str | None = None,
    time_zone: str = "Europe/Paris",
    language: str = "fr",
) -> int:
    """Make a user who signs in as first name @cast.example, with PASSWORD; without `role`, with the default one."""
    return create_user(
        SYSTEM,
        email=f"{fold(first_name)}@cast.example",
        first_name=first_name,
        last_name=last_name,
        password=PASSWORD,
        departments=[department] if department else [],
        role_codes=None if role is None else [role] if role else [],
        time_zone=time_zone,
        language=language,
    )


def give_role(role: str, user_id: int) -> None:
    """Give a user one more role, by code."""
    assign_role(SYSTEM, role=role, user_id=user_id)


def make_role(levels: dict[str, str], *, kinds: tuple[str, ...] = ("lead", "deal", "contact", "company")) -> str:
    """Make a role with a level for each verb of these kinds; its id, as `give_role` takes it."""
    label = f"role {uuid4().hex[:8]}"
    role_id: int = fetch_value(
        sql(
            """
            INSERT INTO access_role (name_fr, name_en, is_administrator, manages_rights, manages_settings)
            VALUES ({}, {}, false, false, false) RETURNING id
            """,
            label,
            label,
        )
    )
    for kind in kinds:
        for verb, level in levels.items():
            execute(
                sql(
                    "INSERT INTO access_permission (role_id, kind, verb, level) VALUES ({}, {}, {}, {})",
                    role_id,
                    kind,
                    verb,
                    level,
                )
            )
    return str(role_id)


def make_element(
    kind: str, responsible: int, name: str = "Élément", *, is_open_to_all: bool = False, stage: str = ""
) -> int:
    """Make an element of a kind; its id. A lead or deal stands in its first stage, or in the one of a code."""
    stage_id = fetch_value(
        sql(
            "SELECT id FROM crm_stage WHERE kind = {} AND ({} = '' OR code = {}) ORDER BY rank LIMIT 1",
            kind,
            stage,
            stage,
        )
    )
    element_id: int = fetch_value(
        sql(
            """
            INSERT INTO crm_element (kind, name, sort_key, responsible_id, is_open_to_all, pipeline_id, stage_id,
                created_at, updated_at)
            VALUES ({}, {}, {}, {}, {}, (SELECT pipeline_id FROM crm_stage WHERE id = {}), {}, now(), now()) RETURNING id
            """,
            kind,
            name,
            fold(name),
            responsible,
            is_open_to_all,
            stage_id,
            stage_id,
        )
    )
    own = {
        "lead": sql(
            "INSERT INTO crm_lead (element_id, kind, company_name, source, currency) VALUES ({}, 'lead', '', '', 'EUR')",
            element_id,
        ),
        "deal": sql(
            "INSERT INTO crm_deal (element_id, kind, currency, company_kind) VALUES ({}, 'deal', 'EUR', 'company')",
            element_id,
        ),
        "contact": sql(
            "INSERT INTO crm_contact (element_id, kind, first_name, last_name, position) VALUES ({}, 'contact', '', {}, '')",
            element_id,
            name,
        ),
        "company": sql(
            "INSERT INTO crm_company (element_id, kind, industry, city, currency) VALUES ({}, 'company', '', '', 'EUR')",
            element_id,
        ),
    }
    execute(own[kind])
    return element_id


@transaction.atomic
def make_activity(
    responsible: int,
    *elements: int,
    subject: str = "Rappeler",
    type: str = "call",
    deadline_at: datetime | None = None,
    deadline_on: date | None = None,
    is_incoming: bool = False,
    completed_at: datetime | None = None,
) -> int:
    """Make an activity bound to the elements, the first one main; its id."""
    activity_id: int = fetch_value(
        sql(
            """
            INSERT INTO activities_activity (type_id, subject, responsible_id, author_id, created_at, updated_at, updated_by_id,
                deadline_at, deadline_on, is_incoming, is_completed, completed_at)
            VALUES ((SELECT id FROM activities_activitytype WHERE code = {}), {}, {}, {}, now(), now(), {}, {}, {}, {}, {}, {})
            RETURNING id
            """,
            type,
            subject,
            responsible,
            responsible,
            responsible,
            deadline_at,
            deadline_on,
            is_incoming,
            completed_at is not None,
            completed_at,
        )
    )
    for place, element_id in enumerate(elements):
        execute(
            sql(
                "INSERT INTO activities_binding (activity_id, element_id, is_main) VALUES ({}, {}, {})",
                activity_id,
                element_id,
                place == 0,
            )
        )
    return activity_id


def make_file(
    uploaded_by: int, name: str, *, activity: int | None = None, element: int | None = None, is_removed: bool = False
) -> int:
    """Make a file with its name as its content, of an activity, of an element, or of neither yet; its id."""
    blob = blobs.write([b"%PDF-1.7 ", name.encode()], most=2**20)
    file_id: int = fetch_value(
        sql(
            """
            INSERT INTO activities_attachment (name, size, media_type, digest, key, uploaded_by_id, uploaded_at,
                activity_id, element_id, deleted_at, deleted_gesture)
            VALUES ({}, {}, 'application/pdf', {}, {}, {}, now(), {}, {}, CASE WHEN {} THEN now() END,
                CASE WHEN {} THEN gen_random_uuid() END) RETURNING id
            """,
            name,
            blob.size,
            blob.digest,
            blob.key,
            uploaded_by,
            activity,
            element,
            is_removed,
            is_removed,
        )
    )
    return file_id


def delete_element(element_id: int) -> None:
    """Put an element into the bin, and nothing else."""
    execute(
        sql("UPDATE crm_element SET deleted_at = now(), deleted_gesture = gen_random_uuid() WHERE id = {}", element_id)
    )


def journal_size() -> int:
    """How many entries the journal has: a refused write leaves it as it was."""
    count: int = fetch_value(sql("SELECT count(*) FROM journal_auditentry"))
    return count
