"""Two administrators who take the role from each other at the same moment: one of them stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from relance.access.actions import assign_role, unassign_role
from relance.access.queries import list_assignments, list_roles
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden
from relance.kit.sql import Sql, fetch_value
from tests.cast import Cast


def _take(actor: Actor, assignment_id: int) -> str:
    try:
        unassign_role(actor, assignment_id=assignment_id)
    except Forbidden as refusal:
        return refusal.reason
    finally:
        connections.close_all()
    return ""


def _wait_until_one_waits() -> None:
    waiting = Sql(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _attempt in range(200):
        if fetch_value(waiting):
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02), pg_stat_clear_snapshot()")
    pytest.fail("the second did not wait for the first")


def test_two_administrators_cannot_remove_each_other_at_once(committed: Cast) -> None:
    root = committed.actor("root")
    assign_role(root, role="administrator", user_id=committed.alice)
    administrators = next(role["id"] for role in list_roles() if role["is_administrator"])
    held = {row["user_id"]: row["id"] for row in list_assignments() if row["role_id"] == administrators}
    alice = committed.actor("alice")
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            unassign_role(root, assignment_id=held[committed.alice])
            second = other.submit(_take, alice, held[committed.root])
            _wait_until_one_waits()
        assert second.result() != ""
    assert committed.actor("root").is_administrator
    assert not committed.actor("alice").is_administrator
