"""Fill a database of its own with the benchmark's company, by COPY; kept and used again while it is the same."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from bench import company
from bench.company import NULL, Company, Tables
from relance.access.terms import KINDS, Level
from relance.config import env
from relance.config.doctor import FALSE_COPIES, WITHOUT_ONE_MAIN
from relance.config.embedded import DATABASE, SUPERUSER
from relance.config.embedded_place import place
from relance.kit.text import fold

Connection = psycopg.Connection[tuple[object, ...]]

VERSION = 2
LONGEST_USE = timedelta(days=7)
EIGHT_COLUMNS = ("type", "subject", "element", "client", "deadline", "responsible", "description", "priority")

# Tables that are filled, and the columns that COPY writes.
COLUMNS = {
    "crm_element": "id, kind, number, name, sort_key, is_open_to_all, created_at, updated_at, responsible_id, created_by_id, "
    "pipeline_id, stage_id, deleted_at, deleted_by_id, deleted_gesture",
    "activities_activity": "id, subject, description, created_at, updated_at, deadline_at, deadline_on, start_at, end_at, "
    "due_at, deadline_day, is_incoming, direction, priority, responsible_id, author_id, type_id, is_completed, completed_at, "
    "completed_by_id, outcome, note, deleted_at, deleted_by_id, deleted_gesture",
    "activities_binding": "activity_id, element_id, is_main, kind, pipeline_id, stage_id, element_responsible_id, "
    "is_open_to_all, element_deleted, activity_responsible_id, is_completed, due_at, completed_at, activity_deleted",
    "activities_client": "activity_id, element_id, kind, address",
    "activities_participant": "activity_id, user_id",
}
# What hangs on an element; the same for each of a kind, since lists of activities do not read it.
CHILDREN = """
INSERT INTO crm_company (element_id, kind, industry, city, currency) SELECT id, kind, '', 'Lyon', 'EUR' FROM crm_element
    WHERE kind = 'company';
INSERT INTO crm_contact (element_id, kind, first_name, last_name, position)
    SELECT id, kind, split_part(name, ' ', 1), split_part(name, ' ', 2), '' FROM crm_element WHERE kind = 'contact';
INSERT INTO crm_deal (element_id, kind, amount, currency, company_kind)
    SELECT id, kind, id % 97 * 500, 'EUR', 'company' FROM crm_element WHERE kind = 'deal';
INSERT INTO crm_lead (element_id, kind, company_name, source, amount, currency)
    SELECT id, kind, name, 'web', id % 89 * 300, 'EUR' FROM crm_element WHERE kind = 'lead';
CREATE TEMPORARY TABLE ranked ON COMMIT PRESERVE ROWS AS
    SELECT id, kind, row_number() OVER (PARTITION BY kind ORDER BY id) AS place, count(*) OVER (PARTITION BY kind) AS of_kind
    FROM crm_element WHERE kind IN ('company', 'contact');
CREATE INDEX ON ranked (kind, place);
ANALYZE ranked;
UPDATE crm_deal d SET company_id = r.id FROM ranked r
    WHERE r.kind = 'company' AND r.place = d.element_id % r.of_kind + 1 AND d.element_id % 10 < 8;
INSERT INTO crm_dealcontact (deal_id, contact_id, deal_kind, contact_kind)
    SELECT d.element_id, r.id, 'deal', 'contact' FROM crm_deal d JOIN ranked r
    ON r.kind = 'contact' AND r.place = d.element_id % r.of_kind + 1;
INSERT INTO crm_contactcompany (contact_id, company_id, contact_kind, company_kind)
    SELECT c.element_id, r.id, 'contact', 'company' FROM crm_contact c JOIN ranked r
    ON r.kind = 'company' AND r.place = c.element_id % r.of_kind + 1 WHERE c.element_id % 10 < 7;
INSERT INTO crm_contactpoint (element_id, kind, raw, normalised, rank)
    SELECT id, 'phone', '0' || (600000000 + id)::text, '33' || (600000000 + id)::text, 0 FROM crm_element
        WHERE kind IN ('contact', 'company')
    UNION ALL
    SELECT id, 'email', 'Contact' || id || '@client.example', 'contact' || id || '@client.example', 0 FROM crm_element
        WHERE kind = 'contact';
DROP TABLE ranked;
"""
# What triggers write of new rows; COPY runs none.
WORDS = """
INSERT INTO crm_elementtext (element_id, words) SELECT id, search_lexemes(name) FROM crm_element;
INSERT INTO activities_activitytext (activity_id, words)
    SELECT id, activities_words(subject, description, note, place) FROM activities_activity;
"""
ORPHANS = """
SELECT (SELECT count(*) FROM activities_binding b LEFT JOIN crm_element e ON e.id = b.element_id WHERE e.id IS NULL)
     + (SELECT count(*) FROM activities_binding b LEFT JOIN activities_activity a ON a.id = b.activity_id WHERE a.id IS NULL)
     + (SELECT count(*) FROM activities_client c LEFT JOIN activities_activity a ON a.id = c.activity_id WHERE a.id IS NULL)
"""
# An activity that still lives must have a live element.
DEAD_BUT_NOT_DELETED = """
SELECT count(*) FROM activities_activity a WHERE a.deleted_at IS NULL
    AND NOT EXISTS (SELECT FROM activities_binding b WHERE b.activity_id = a.id AND NOT b.element_deleted)
"""
SEQUENCES = ("people_user", "people_department", "crm_element", "activities_activity", "access_role", "crm_pipeline")

# A role of the benchmark: the level that it reads and writes at, and what it sets apart by pipeline and stage.
ROLES: dict[str, tuple[Level, Level]] = {
    "own": (Level.OWN, Level.OWN),
    "department": (Level.DEPARTMENT, Level.DEPARTMENT),
    "subdepartments": (Level.SUBDEPARTMENTS, Level.SUBDEPARTMENTS),
    "open_to_all": (Level.OPEN_TO_ALL, Level.DEPARTMENT),
    "all": (Level.ALL, Level.SUBDEPARTMENTS),
}


def seed(data: Path, rows: int) -> date:
    """The day that the company was made for; it is made only if there is none of this shape. Migrations are applied.

    Raises:
        RuntimeError: the copies on bindings are not what their sources are.
    """
    started = time.monotonic()
    with superuser(data) as connection:
        found = _found(connection, rows)
    if found:
        return found
    connections.close_all()
    with superuser(data, "postgres") as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(DATABASE)))
    call_command("migrate", interactive=False, verbosity=0)
    connections.close_all()
    today = datetime.now(UTC).date()
    with superuser(data) as connection:
        _fill(connection, rows, today)
        check(connection)
        connection.execute(
            "CREATE TABLE bench_seed AS SELECT %s::int AS version, %s::int AS rows, %s::date AS day, %s::text AS shape",
            (VERSION, rows, today, _shape()),
        )
        connection.execute("VACUUM (ANALYZE, FREEZE)")
        connection.execute("CHECKPOINT")
    print(f"seeded {rows} activities in {time.monotonic() - started:.0f} s", flush=True)
    return today


def superuser(data: Path, database: str = DATABASE) -> Connection:
    """A connection to the bench's own embedded server that may switch triggers off."""
    here = place(data)
    password = env.kept_secret(here.password)
    return psycopg.connect(host=str(here.socket), user=SUPERUSER, dbname=database, password=password, autocommit=True)


def _found(connection: Connection, rows: int) -> date | None:
    if not connection.execute(
        "SELECT FROM pg_attribute WHERE attrelid = to_regclass('bench_seed') AND attname = 'shape'"
    ).fetchall():
        return None
    row = connection.execute("SELECT version, rows, shape, day FROM bench_seed").fetchone()
    if row is None or row[:3] != (VERSION, rows, _shape()):
        return None
    day = row[3]
    assert isinstance(day, date)
    return day if datetime.now(UTC).date() - day <= LONGEST_USE else None


def _shape() -> str:
    """What the tables are made by: the migrations' own text."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for file in sorted((Path(app.path) / "migrations").glob("0*.py")) if app.name.startswith("relance.") else ():
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _fill(connection: Connection, rows: int, today: date) -> None:
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    indexes = drop_indexes(connection)
    fill(connection, rows, today)
    connection.execute(WORDS)
    for definition in indexes:
        connection.execute(definition.encode())
    for table in SEQUENCES:
        connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))".encode()
        )
    for kind in KINDS:
        connection.execute(
            f"SELECT setval('crm_number_{kind}', (SELECT max(number) FROM crm_element WHERE kind = '{kind}'))".encode()
        )
    connection.execute("SET session_replication_role = origin")
    connection.execute("ANALYZE")


def fill(connection: Connection, rows: int, today: date) -> None:
    """Write the whole company into empty tables, whose triggers the caller has switched off. `today` is in UTC."""
    _people(connection)
    stages = _stages(connection)
    _roles(connection, stages)
    made = Company(rows, today, stages)
    _copy(connection, "crm_element", made.element_lines())
    connection.execute(CHILDREN)
    _activities(connection, made)


def _copy(connection: Connection, table: str, lines: Iterable[str]) -> None:
    statement = f"COPY {table} ({COLUMNS[table]}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        block: list[str] = []
        for line in lines:
            block.append(line)
            if len(block) == 2_000:
                copy.write("\n".join(block) + "\n")
                block = []
        if block:
            copy.write("\n".join(block) + "\n")


def _activities(connection: Connection, made: Company) -> None:
    for tables in made.batches():
        for table, lines in _by_table(tables):
            _copy(connection, table, lines)


def _by_table(tables: Tables) -> list[tuple[str, list[str]]]:
    return [
        ("activities_activity", tables.activities),
        ("activities_binding", tables.bindings),
        ("activities_client", tables.clients),
        ("activities_participant", tables.participants),
    ]


def drop_indexes(connection: Connection) -> list[str]:
    """Drop the indexes that no constraint needs; what makes them again."""
    rows = connection.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisunique
            AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
        """,
        ([*COLUMNS, "crm_elementtext", "crm_contactpoint", "activities_activitytext"],),
    ).fetchall()
    for name, _definition in rows:
        connection.execute(f"DROP INDEX {name}".encode())
    return [str(definition) for _name, definition in rows]


def _people(connection: Connection) -> None:
    password = make_password(None)
    with connection.cursor() as cursor:
        for department in range(1, company.DEPARTMENTS + 1):
            name = f"Service {department}"
            cursor.execute(
                "INSERT INTO people_department (id, name, sort_key, origin, origin_id, head_id, parent_id) "
                "VALUES (%s, %s, %s, '', '', %s, %s)",
                (department, name, fold(name), department, company.parent_of(department)),
            )
        for person in range(1, company.PEOPLE + 1):
            first, last = company.name_of(person)
            cursor.execute(
                "INSERT INTO people_user (id, password, email, first_name, last_name, sort_key, position, time_zone, language, "
                "is_active, created_at, origin, origin_id) VALUES (%s,%s,%s,%s,%s,%s,'',%s,'fr',true,now(),'','')",
                (
                    person,
                    password,
                    f"person{person}@bench.example",
                    first,
                    last,
                    fold(f"{last} {first}"),
                    company.zone_of(person),
                ),
            )
            departments = {company.department_of(person)} | ({person % 60 + 1} if person % 20 == 11 else set())
            for department in sorted(departments):
                cursor.execute(
                    "INSERT INTO people_membership (department_id, user_id) VALUES (%s, %s)", (department, person)
                )
        cursor.execute(
            """
            INSERT INTO lists_listsettings (listing, columns, widths, density, user_id)
            VALUES ('activities', to_jsonb(%s::text[]), '{}', '', NULL)
            """,
            (list(EIGHT_COLUMNS),),
        )


def _stages(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Two more pipelines beside the shipped one; then the stages of each kind."""
    for rank in (1, 2):
        connection.execute(
            """
            WITH p AS (INSERT INTO crm_pipeline (code, name_fr, name_en, rank) VALUES ('', %s, %s, %s) RETURNING id)
            INSERT INTO crm_stage (kind, pipeline_id, code, name_fr, name_en, outcome, rank)
            SELECT 'deal', p.id, '', 'Étape ' || n, 'Stage ' || n, CASE WHEN n < 4 THEN 'open' ELSE 'won' END, n
            FROM p, generate_series(1, 4) n
            """,
            (f"Filière {rank}", f"Pipeline {rank}", rank),
        )
    rows = connection.execute("SELECT kind, pipeline_id, id FROM crm_stage ORDER BY kind, pipeline_id, rank").fetchall()
    stages: dict[str, list[tuple[str, str]]] = {}
    for kind, pipeline, stage in rows:
        stages.setdefault(str(kind), []).append((NULL if pipeline is None else str(pipeline), str(stage)))
    return stages


def _roles(connection: Connection, stages: dict[str, list[tuple[str, str]]]) -> None:
    """One role for each level, and one more that sets pipelines and stages apart; heads get nothing for heading."""
    connection.execute("DELETE FROM access_roleassignment WHERE every_head")
    made: dict[tuple[str, bool], int] = {}
    for name, (read, write) in ROLES.items():
        for has_exceptions in (False, True):
            made[name, has_exceptions] = _role(connection, f"{name} {has_exceptions:d}", read, write)
            if has_exceptions:
                _exceptions(connection, made[name, has_exceptions], stages)
    for person in range(1, company.PEOPLE + 1):
        level = company.level_of(person)
        # Of the twenty of each level, those with a number above 85 have exceptions: three.
        role = made[level.value, 85 < person <= company.MEASURED]
        connection.execute(
            "INSERT INTO access_roleassignment (role_id, user_id, with_below, every_head, everybody) "
            "VALUES (%s, %s, false, false, false)",
            (role, person),
        )


def _role(connection: Connection, name: str, read: Level, write: Level) -> int:
    row = connection.execute(
        "INSERT INTO access_role (name_fr, name_en, is_administrator, manages_rights, manages_settings) "
        "VALUES (%s, %s, false, false, false) RETURNING id",
        (name, name),
    ).fetchone()
    assert row is not None
    role = int(str(row[0]))
    for kind in KINDS:
        for verb, level in (
            ("read", read),
            ("add", write),
            ("update", write),
            ("delete", Level.OWN),
            ("export", write),
        ):
            _permit(connection, role, kind, verb, level)
    return role


def _exceptions(connection: Connection, role: int, stages: dict[str, list[tuple[str, str]]]) -> None:
    """The second pipeline is only one's own, a stage of the third is everybody's, a stage of leads is closed."""
    pipelines = sorted({int(pipeline) for pipeline, _ in stages["deal"]})
    _permit(connection, role, "deal", "read", Level.OWN, pipelines[1])
    of_third = [int(stage) for pipeline, stage in stages["deal"] if int(pipeline) == pipelines[2]]
    _permit(connection, role, "deal", "read", Level.ALL, pipelines[2], of_third[0])
    _permit(connection, role, "lead", "read", Level.NONE, None, int(stages["lead"][-1][1]))


def _permit(
    connection: Connection,
    role: int,
    kind: str,
    verb: str,
    level: Level,
    pipeline: int | None = None,
    stage: int | None = None,
) -> None:
    connection.execute(
        "INSERT INTO access_permission (role_id, kind, verb, level, pipeline_id, stage_id) VALUES (%s,%s,%s,%s,%s,%s)",
        (role, kind, verb, level.value, pipeline, stage),
    )


def check(connection: Connection) -> None:
    """See that what triggers and foreign keys would have kept is so.

    Raises:
        RuntimeError: it is not.
    """
    for name, query in (
        ("copies that differ from their source", FALSE_COPIES),
        ("activities without exactly one main binding", WITHOUT_ONE_MAIN),
        ("rows that point to nothing", ORPHANS),
        ("live activities without a live element", DEAD_BUT_NOT_DELETED),
    ):
        row = connection.execute(query.encode()).fetchone()
        if row is None or row[0]:
            message = f"the seed is wrong: {row and row[0]} {name}"
            raise RuntimeError(message)
