"""What PostgreSQL itself refuses, whatever the code does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from relance.kit.sql import Sql, execute, sql
from tests.cast import Cast, make_activity, make_element


def refuses(constraint: str, statement: Sql) -> None:
    refuses_all(constraint, lambda: execute(statement))


def refuses_all(constraint: str, write: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        write_and_check(write)


def write_and_check(write: Callable[[], object]) -> None:
    """Have the deferred checks speak now, as they do at the end of a transaction."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_activity_without_binding(cast: Cast) -> None:
    refuses_all("0 bindings", lambda: make_activity(cast.bob))


def test_last_binding_cannot_go(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    refuses("0 bindings", sql("DELETE FROM activities_binding WHERE activity_id = {}", activity))


def test_main_binding_cannot_be_missing_or_double(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), make_element("deal", cast.bob))
    refuses("0 of them main", sql("UPDATE activities_binding SET is_main = false WHERE activity_id = {}", activity))
    refuses("binding_main_once", sql("UPDATE activities_binding SET is_main = true WHERE activity_id = {}", activity))


def test_hundred_bindings_and_no_more(cast: Cast) -> None:
    elements = [make_element("company", cast.bob) for _ in range(101)]
    write_and_check(lambda: make_activity(cast.bob, *elements[:100]))
    refuses_all("101 bindings", lambda: make_activity(cast.bob, *elements))


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("activity_completion_whole", "is_completed = true"),
        ("activity_completion_whole", "outcome = 'reached'"),
        ("activity_one_deadline", "deadline_at = now(), deadline_on = current_date"),
        ("activity_incoming_waits", "is_incoming = true, deadline_on = current_date"),
        ("activity_slot_in_order", "start_at = now(), end_at = now() - interval '1 hour'"),
        ("activity_slot_has_start", "end_at = now()"),
        ("activity_slot_timed_or_all_day", "start_at = now(), start_on = current_date"),
        ("activity_subject_said", "subject = ''"),
        ("activity_deletion_whole", "deleted_at = now()"),
        ("activity_priority_known", "priority = 7"),
    ],
)
def test_values_that_contradict_each_other(cast: Cast, constraint: str, values: str) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    refuses(constraint, Sql(f"UPDATE activities_activity SET {values} WHERE id = %s", (activity,)))


def test_binding_never_moves(cast: Cast) -> None:
    activity, other = make_activity(cast.bob, make_element("deal", cast.bob)), make_element("deal", cast.bob)
    refuses("never moves", sql("UPDATE activities_binding SET element_id = {} WHERE activity_id = {}", other, activity))


def test_kind_never_changes(cast: Cast) -> None:
    element = make_element("contact", cast.bob)
    refuses("kind of an element", sql("UPDATE crm_element SET kind = 'company' WHERE id = {}", element))


def test_head_is_a_member(cast: Cast) -> None:
    refuses(
        "department_head_is_member",
        sql("UPDATE people_department SET head_id = {} WHERE id = {}", cast.charlie, cast.sales),
    )


def test_department_is_not_below_itself(cast: Cast) -> None:
    execute(sql("UPDATE people_department SET parent_id = {} WHERE id = {}", cast.sales, cast.support))
    refuses("below itself", sql("UPDATE people_department SET parent_id = {} WHERE id = {}", cast.support, cast.sales))


def test_journal_is_append_only(cast: Cast) -> None:
    refuses("append-only", Sql("UPDATE journal_auditentry SET verb = 'nothing'"))
    refuses("append-only", Sql("DELETE FROM journal_auditentry"))


def test_administrators_role_is_fixed(cast: Cast) -> None:
    refuses("administrators is fixed", Sql("DELETE FROM access_role WHERE code = 'administrator'"))
