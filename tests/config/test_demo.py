"""The demo company keeps what is promised of it, and every one of its rows is one that the rules allow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from relance.activities import policy
from relance.activities.queries import count_standard_filters
from relance.activities.terms import OUTCOME_NAMES, STANDARD_FILTERS, TYPES
from relance.config.demo import FULL, SignIn, Size, seed
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, execute, fetch_all, fetch_column, fetch_value, sql
from relance.people.queries import build_actor, build_actors, find_user_by_email

pytestmark = pytest.mark.django_db
SMALL = Size(elements=450, activities=2_400)
WHO = ("administrator", "director", "head", "seller", "reader")
TOLD = {"seller": {"subordinates"}, "reader": {"subordinates"}}


@pytest.fixture(scope="module")
def sign_ins(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[SignIn]]:
    """The demo company, taken back after this file's tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield seed(SMALL)
        execute(Sql("SET CONSTRAINTS ALL IMMEDIATE"))
        transaction.set_rollback(True)


@pytest.fixture
def people(sign_ins: list[SignIn]) -> dict[str, Actor]:
    """Those whom one signs in as, by what they are."""
    return {who: build_actor(find_user_by_email(s.email) or 0) for who, s in zip(WHO, sign_ins, strict=True)}


def count(table: str, where: str = "TRUE") -> int:
    """How many rows of a table fulfil a condition."""
    number: int = fetch_value(Sql(f"SELECT count(*) FROM {table} WHERE {where}"))
    return number


def test_the_full_company_is_as_large_as_promised() -> None:
    assert Size(elements=3_000, activities=20_000) == FULL


def test_sixty_people_work_in_twelve_departments_three_deep(people: dict[str, Actor]) -> None:
    depths = fetch_column(
        Sql(
            """
            WITH RECURSIVE tree AS (
                SELECT id, 1 AS depth FROM people_department WHERE parent_id IS NULL
                UNION ALL SELECT d.id, depth + 1 FROM people_department d JOIN tree ON d.parent_id = tree.id
            )
            SELECT depth FROM tree
            """
        )
    )
    assert count("people_user") == 60
    assert (len(depths), max(depths)) == (12, 3)
    assert count("people_department", "head_id IS NULL") == 0
    assert count("people_user", "id NOT IN (SELECT user_id FROM people_membership)") == 0
    assert len(people["director"].subordinates) == 59


def test_there_are_elements_of_all_kinds_in_all_stages(people: dict[str, Actor]) -> None:
    assert count("crm_element") == SMALL.elements
    assert count("crm_stage", "id NOT IN (SELECT stage_id FROM crm_element WHERE stage_id IS NOT NULL)") == 0
    assert count("crm_deal", "amount > 0 AND company_id IS NOT NULL") == count("crm_deal")
    contacts = "kind = 'contact' AND id NOT IN (SELECT element_id FROM crm_contactpoint WHERE kind = {})"
    assert count("crm_element", contacts.format("'phone'")) == count("crm_element", contacts.format("'email'")) == 0
    assert count("crm_element", "is_open_to_all") > SMALL.elements // 50


def test_one_activity_in_six_is_open_and_they_lie_around_today(people: dict[str, Actor]) -> None:
    total, is_open = count("activities_activity"), count("activities_activity", "NOT is_completed")
    assert total == SMALL.activities
    assert total * 0.14 < is_open < total * 0.2
    for days in ("= current_date", "< current_date", "> current_date", "> current_date + 7"):
        assert count("activities_activity", f"NOT is_completed AND deadline_day {days}") > is_open // 12
    assert count("activities_activity", "is_completed AND completed_at > now()") == 0
    assert count("activities_activity", "created_at > now() OR created_at > completed_at") == 0


def test_all_types_are_used_and_what_is_done_has_an_outcome_of_its_type(people: dict[str, Actor]) -> None:
    query = Sql(
        "SELECT t.code, a.outcome FROM activities_activity a JOIN activities_activitytype t ON t.id = a.type_id"
    )
    used = {(row["code"], row["outcome"]) for row in fetch_all(query)}
    possible = {(built_in.code, outcome) for built_in in TYPES for outcome in ("", *built_in.outcomes)}
    assert {code for code, _outcome in used} == {built_in.code for built_in in TYPES}
    assert used <= possible
    assert {outcome for _code, outcome in used} - {""} <= set(OUTCOME_NAMES)
    assert count("activities_activity", "is_completed AND outcome = ''") == 0
    assert count("activities_activity", "is_incoming AND NOT is_completed") > 20
    assert count("activities_activity", "concat(subject, description, place, note) ~ '[{}]'") == 0


def test_three_in_ten_are_bound_across_responsibles(people: dict[str, Actor]) -> None:
    across = fetch_value(
        Sql(
            """
            SELECT count(*) FROM (SELECT activity_id FROM activities_binding GROUP BY activity_id
                HAVING count(*) > 1 AND count(DISTINCT element_responsible_id) > 1) a
            """
        )
    )
    assert across >= SMALL.activities * 0.3
    assert count("activities_participant") > SMALL.activities // 10
    assert count("activities_client") > SMALL.activities // 3


def test_every_standard_filter_shows_something_except_where_rights_forbid(people: dict[str, Actor]) -> None:
    for who, actor in people.items():
        empty = {code for code, number in count_standard_filters(actor).items() if number == 0}
        assert empty == TOLD.get(who, set()), who


def test_every_responsible_and_participant_reads_one_of_the_elements(people: dict[str, Actor]) -> None:
    pairs: dict[int, list[int]] = {}
    for row in fetch_all(_CONCERNED):
        pairs.setdefault(row["user_id"], []).append(row["activity_id"])
    for user_id, actor in build_actors(list(pairs)).items():
        unseen = sql(
            "SELECT a.id FROM activities_activity a WHERE a.id = ANY({}) AND NOT {}",
            pairs[user_id],
            policy.readable(actor, Sql("a.id")),
        )
        assert fetch_all(unseen) == []


def test_the_copies_are_those_of_their_sources(people: dict[str, Actor]) -> None:
    assert fetch_all(_STRAYS) == []


def test_the_creation_of_every_row_is_journaled_once(people: dict[str, Actor]) -> None:
    for noun, table in (("element", "crm_element"), ("activity", "activities_activity"), ("user", "people_user")):
        created = f"(SELECT noun_id FROM journal_auditentry WHERE noun = '{noun}' AND verb = 'create')"
        assert count(table, f"id NOT IN {created}") == 0
        assert fetch_value(Sql(f"SELECT count(*) FROM {created} j")) == count(table)
    completed: list[Row] = fetch_all(Sql("SELECT 1 FROM journal_auditentry WHERE verb = 'complete'"))
    assert len(completed) == count("activities_activity", "is_completed")


def test_the_passwords_are_random(sign_ins: list[SignIn]) -> None:
    assert len({sign_in.password for sign_in in sign_ins}) == len(WHO)
    assert all(len(sign_in.password) >= 12 for sign_in in sign_ins)
    assert len(STANDARD_FILTERS) == 8


_CONCERNED = Sql(
    """
    SELECT responsible_id AS user_id, id AS activity_id FROM activities_activity
    UNION ALL SELECT user_id, activity_id FROM activities_participant
    """
)
_STRAYS = Sql(
    """
    SELECT b.id FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
        JOIN activities_activity a ON a.id = b.activity_id
    WHERE (b.kind, b.pipeline_id, b.stage_id, b.element_responsible_id, b.is_open_to_all, b.element_deleted)
            IS DISTINCT FROM (e.kind, e.pipeline_id, e.stage_id, e.responsible_id, e.is_open_to_all, e.deleted_at IS NOT NULL)
        OR (b.activity_responsible_id, b.is_completed, b.due_at, b.completed_at, b.activity_deleted)
            IS DISTINCT FROM (a.responsible_id, a.is_completed, a.due_at, a.completed_at, a.deleted_at IS NOT NULL)
    """
)
