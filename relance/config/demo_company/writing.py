"""The demo company into the database: COPY for the rows, one set-based statement for each kind of journal entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from relance.config.demo_company.activities import Planned
from relance.config.demo_company.elements import Account, Draft
from relance.crm.checks import normalise
from relance.crm.terms import OWN_FIELDS, Kind
from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute, fetch_all, fetch_column, sql

TIMES = ("deadline_at", "deadline_on", "start_at", "end_at", "start_on", "end_on")
ANALYZED = Sql(
    "ANALYZE people_user, people_department, people_membership, crm_element, crm_lead, crm_deal, crm_contact, crm_company, "
    "crm_contactpoint, activities_activity, activities_binding, activities_participant, activities_client, journal_auditentry"
)


def write_accounts(actor: Actor, accounts: Sequence[Account]) -> None:
    """Write the elements with what hangs on them, and the journal's entries of their creation."""
    elements = [element for account in accounts for element in account.elements]
    elements.sort(key=lambda element: element.created_at)
    for element, id in zip(elements, _new_ids("crm_element", len(elements)), strict=True):
        element.id = id
    stages = {(row["kind"], row["code"]): row for row in fetch_all(Sql("SELECT * FROM crm_stage WHERE code <> ''"))}
    _copy(
        "crm_element",
        "id kind name sort_key responsible_id is_open_to_all pipeline_id stage_id "
        "created_at created_by_id updated_at updated_by_id",
        (_element_row(element, stages.get((element.kind, element.stage))) for element in elements),
    )
    _copy_own(elements, accounts)
    points = [
        (element.id, kind, raw, normalise(kind, raw), rank)
        for element in elements
        for kind, raws in (("phone", element.phones), ("email", element.emails))
        for rank, raw in enumerate(raws)
    ]
    _copy("crm_contactpoint", "element_id kind raw normalised rank", points)
    _copy_links(accounts)
    _journal_elements(actor)


def _element_row(element: Draft, stage: dict[str, Any] | None) -> tuple[object, ...]:
    person, at = element.responsible.id, element.created_at
    place = (stage["pipeline_id"], stage["id"]) if stage else (None, None)
    shared = (element.id, element.kind, element.name, element.sort_key, person, element.is_open_to_all)
    return (*shared, *place, at, person, at, person)


def _copy_own(elements: Sequence[Draft], accounts: Sequence[Account]) -> None:
    company_of = {id(deal): account.company for account in accounts for deal in account.deals}
    for kind, fields in OWN_FIELDS.items():
        rows = []
        for element in (element for element in elements if element.kind == kind):
            company = company_of.get(id(element))
            deals = (company.id if company else None, Kind.COMPANY.value) if kind == Kind.DEAL else ()
            rows.append((element.id, element.kind, *(element.own[column] for column in fields), *deals))
        more = " company_id company_kind" if kind == Kind.DEAL else ""
        _copy(f"crm_{kind}", f"element_id kind {' '.join(fields)}{more}", rows)


def _copy_links(accounts: Sequence[Account]) -> None:
    works = [
        (contact.id, account.company.id, "contact", "company")
        for account in accounts
        for contact in account.contacts
        if account.company
    ]
    _copy("crm_contactcompany", "contact_id company_id contact_kind company_kind", works)
    deals = [
        (deal.id, account.contacts[(place + turn) % len(account.contacts)].id, "deal", "contact")
        for account in accounts
        for place, deal in enumerate(account.deals)
        for turn in range(min(2, len(account.contacts)))
    ]
    _copy("crm_dealcontact", "deal_id contact_id deal_kind contact_kind", deals)


def write_activities(actor: Actor, activities: Sequence[Planned]) -> None:
    """Write the activities with what is tied to them, and the journal's entries of their creation and completion."""
    for activity, id in zip(activities, _new_ids("activities_activity", len(activities)), strict=True):
        activity.id = id
    types = {row["code"]: row["id"] for row in fetch_all(Sql("SELECT code, id FROM activities_activitytype"))}
    _copy(
        "activities_activity",
        "id type_id subject description responsible_id author_id created_at updated_at updated_by_id "
        "deadline_at deadline_on start_at end_at start_on end_on "
        "is_incoming direction priority place is_completed completed_at completed_by_id outcome note version",
        (_activity_row(activity, types[activity.type]) for activity in activities),
    )
    _copy(
        "activities_binding",
        "activity_id element_id is_main",
        ((a.id, element.id, place == 0) for a in activities for place, element in enumerate(a.elements)),
    )
    _copy("activities_participant", "activity_id user_id", ((a.id, p.id) for a in activities for p in a.participants))
    _copy(
        "activities_client",
        "activity_id element_id kind address",
        ((a.id, client.id, client.kind, address) for a in activities for client, address in a.clients),
    )
    _journal_activities(actor)


def _activity_row(activity: Planned, type_id: int) -> tuple[object, ...]:
    done = activity.completed_by
    return (
        activity.id,
        type_id,
        activity.subject,
        activity.description,
        activity.responsible.id,
        activity.author.id,
        activity.created_at,
        activity.updated_at,
        done.id if done else activity.author.id,
        *(getattr(activity.times, column) for column in TIMES),
        activity.is_incoming,
        activity.direction,
        activity.priority,
        activity.place,
        activity.completed_at is not None,
        activity.completed_at,
        done.id if done else None,
        activity.outcome,
        activity.note,
        2 if done else 1,
    )


def _new_ids(table: str, count: int) -> list[int]:
    return fetch_column(
        sql("SELECT nextval(pg_get_serial_sequence({}, 'id')) FROM generate_series(1, {}::int)", table, count)
    )


def _copy(table: str, columns: str, rows: Iterable[Sequence[object]]) -> None:
    names = ", ".join(columns.split())
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _journal_elements(actor: Actor) -> None:
    execute(
        sql(
            """
            INSERT INTO journal_auditentry (at, gesture, actor_id, via, verb, noun, noun_id, change)
            SELECT e.created_at, gen_random_uuid(), e.created_by_id, {}, 'create', 'element', e.id, jsonb_build_object(
                'before', NULL, 'after', jsonb_strip_nulls(coalesce(to_jsonb(l), to_jsonb(d), to_jsonb(c), to_jsonb(f))
                - 'element_id' - 'company_kind'
                || jsonb_build_object('kind', e.kind, 'name', e.name, 'responsible_id', e.responsible_id,
                    'is_open_to_all', e.is_open_to_all, 'pipeline_id', e.pipeline_id, 'stage_id', e.stage_id, 'version', 1)))
            FROM crm_element e
            LEFT JOIN crm_lead l ON l.element_id = e.id LEFT JOIN crm_deal d ON d.element_id = e.id
            LEFT JOIN crm_contact c ON c.element_id = e.id LEFT JOIN crm_company f ON f.element_id = e.id
            ORDER BY e.id
            """,
            actor.via,
        )
    )


def _journal_activities(actor: Actor) -> None:
    execute(
        sql(
            """
            INSERT INTO journal_auditentry (at, gesture, actor_id, via, verb, noun, noun_id, change)
            SELECT a.created_at, gen_random_uuid(), a.author_id, {}, 'create', 'activity', a.id, jsonb_build_object(
                'before', NULL, 'after', jsonb_strip_nulls(jsonb_build_object(
                    'type_id', a.type_id, 'subject', a.subject, 'description', nullif(a.description, ''),
                    'responsible_id', a.responsible_id, 'author_id', a.author_id,
                    'deadline_at', a.deadline_at, 'deadline_on', a.deadline_on, 'start_at', a.start_at, 'end_at', a.end_at,
                    'start_on', a.start_on, 'end_on', a.end_on, 'is_incoming', nullif(a.is_incoming, false),
                    'direction', nullif(a.direction, ''), 'priority', a.priority, 'place', nullif(a.place, ''),
                    'elements', (SELECT jsonb_agg(b.element_id ORDER BY b.is_main DESC, b.id)
                        FROM activities_binding b WHERE b.activity_id = a.id),
                    'participants', (SELECT coalesce(jsonb_agg(p.user_id), '[]')
                        FROM activities_participant p WHERE p.activity_id = a.id),
                    'version', 1)))
            FROM activities_activity a ORDER BY a.id
            """,
            actor.via,
        )
    )
    execute(
        sql(
            """
            INSERT INTO journal_auditentry (at, gesture, actor_id, via, verb, noun, noun_id, change)
            SELECT a.completed_at, gen_random_uuid(), a.completed_by_id, {}, 'complete', 'activity', a.id, jsonb_build_object(
                'before', jsonb_build_object('is_completed', false, 'completed_at', NULL, 'completed_by_id', NULL,
                    'outcome', '', 'note', ''),
                'after', jsonb_build_object('is_completed', true, 'completed_at', a.completed_at,
                    'completed_by_id', a.completed_by_id, 'outcome', a.outcome, 'note', a.note, 'version', 2))
            FROM activities_activity a WHERE a.is_completed ORDER BY a.completed_at
            """,
            actor.via,
        )
    )
