"""The copies on bindings are always what their sources are, whoever writes and however sessions interleave."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from relance.kit.sql import Sql, execute, fetch_all, fetch_value, sql
from tests.cast import Cast, make_activity, make_element

WRONG_COPIES = Sql(
    """
    SELECT b.id FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
    JOIN activities_activity a ON a.id = b.activity_id
    WHERE (b.kind, b.pipeline_id, b.stage_id, b.element_responsible_id, b.is_open_to_all, b.element_deleted,
            b.activity_responsible_id, b.is_completed, b.due_at, b.completed_at, b.activity_deleted)
        IS DISTINCT FROM (e.kind, e.pipeline_id, e.stage_id, e.responsible_id, e.is_open_to_all, e.deleted_at IS NOT NULL,
            a.responsible_id, a.is_completed, a.due_at, a.completed_at, a.deleted_at IS NOT NULL)
    """
)


def change_something(dice: random.Random, people: list[int], elements: list[int], activities: list[int]) -> None:
    some_elements, some_activities = dice.sample(elements, 3), dice.sample(activities, 3)
    person, at = dice.choice(people), datetime(2026, 11, 24, tzinfo=UTC) + timedelta(hours=dice.randrange(500))
    statements: list[Sql] = [
        sql("UPDATE crm_element SET responsible_id = {} WHERE id = ANY({})", person, some_elements),
        sql("UPDATE crm_element SET is_open_to_all = NOT is_open_to_all WHERE id = ANY({})", some_elements),
        sql(
            "UPDATE crm_element SET stage_id = (SELECT id FROM crm_stage WHERE kind = 'deal' ORDER BY random() LIMIT 1)"
            " WHERE id = ANY({})",
            some_elements,
        ),
        sql(
            "UPDATE crm_element SET deleted_at = {}, deleted_gesture = gen_random_uuid() WHERE id = ANY({})",
            at,
            some_elements,
        ),
        sql("UPDATE crm_element SET deleted_at = NULL, deleted_gesture = NULL WHERE id = ANY({})", some_elements),
        sql("UPDATE activities_activity SET responsible_id = {} WHERE id = ANY({})", person, some_activities),
        sql("UPDATE activities_activity SET deadline_at = {} WHERE id = ANY({})", at, some_activities),
        sql(
            "UPDATE activities_activity SET is_completed = true, completed_at = {} WHERE id = ANY({})",
            at,
            some_activities,
        ),
        sql(
            "UPDATE activities_activity SET is_completed = false, completed_at = NULL WHERE id = ANY({})",
            some_activities,
        ),
        sql(
            "INSERT INTO activities_binding (activity_id, element_id) VALUES ({}, {}) ON CONFLICT DO NOTHING",
            some_activities[0],
            some_elements[0],
        ),
        sql("DELETE FROM activities_binding WHERE activity_id = {} AND NOT is_main", some_activities[0]),
    ]
    execute(dice.choice(statements))


@pytest.mark.parametrize("seed", range(5))
def test_copies_equal_sources_after_any_sequence_of_writes(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    people = [cast.alice, cast.bob, cast.charlie]
    elements = [make_element("deal", dice.choice(people)) for _ in range(8)]
    activities = [make_activity(dice.choice(people), *dice.sample(elements, 3)) for _ in range(10)]
    for _ in range(60):
        change_something(dice, people, elements, activities)
    assert fetch_all(WRONG_COPIES) == []
    assert fetch_value(Sql("SELECT count(*) FROM activities_binding")) >= len(activities)


def in_other_session(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_binding_made_while_its_element_is_reassigned_takes_the_new_responsible(committed: Cast) -> None:
    element, other = make_element("deal", committed.bob), make_element("deal", committed.bob)
    with transaction.atomic():
        activity = make_activity(committed.bob, other)
    with transaction.atomic():
        execute(sql("UPDATE crm_element SET responsible_id = {} WHERE id = {}", committed.charlie, element))
        binding = in_other_session(
            lambda: execute(
                sql("INSERT INTO activities_binding (activity_id, element_id) VALUES ({}, {})", activity, element)
            )
        )
        binding.join(timeout=0.5)
        assert binding.is_alive(), "the insert must wait for the reassignment"
    binding.join(timeout=10)
    assert fetch_all(WRONG_COPIES) == []
    owners = fetch_all(
        sql("SELECT element_responsible_id AS owner FROM activities_binding WHERE element_id = {}", element)
    )
    assert owners == [{"owner": committed.charlie}]


def test_element_reassigned_while_a_binding_is_made_reaches_the_binding(committed: Cast) -> None:
    element, other = make_element("deal", committed.bob), make_element("deal", committed.bob)
    with transaction.atomic():
        activity = make_activity(committed.bob, other)
    with transaction.atomic():
        execute(sql("INSERT INTO activities_binding (activity_id, element_id) VALUES ({}, {})", activity, element))
        reassign = in_other_session(
            lambda: execute(sql("UPDATE crm_element SET responsible_id = {} WHERE id = {}", committed.charlie, element))
        )
        reassign.join(timeout=0.5)
        assert reassign.is_alive(), "the reassignment must wait for the binding"
    reassign.join(timeout=10)
    assert fetch_all(WRONG_COPIES) == []


def test_completion_that_overlaps_a_new_binding_reaches_it(committed: Cast) -> None:
    element, other = make_element("deal", committed.bob), make_element("deal", committed.bob)
    with transaction.atomic():
        activity = make_activity(committed.bob, other)
    complete = sql("UPDATE activities_activity SET is_completed = true, completed_at = now() WHERE id = {}", activity)
    with transaction.atomic():
        execute(complete)
        binding = in_other_session(
            lambda: execute(
                sql("INSERT INTO activities_binding (activity_id, element_id) VALUES ({}, {})", activity, element)
            )
        )
        binding.join(timeout=0.5)
        assert binding.is_alive()
    binding.join(timeout=10)
    assert fetch_all(WRONG_COPIES) == []
    assert fetch_value(sql("SELECT bool_and(is_completed) FROM activities_binding WHERE activity_id = {}", activity))
