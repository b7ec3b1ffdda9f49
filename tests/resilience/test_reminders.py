"""The worker is killed again and again while reminders come due: each person is told of each exactly once."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.config.test_supervisor import wait_until
from tests.resilience.company import ROWS, Company

REMINDED, KILLS = 300, 4
SET = f"""
INSERT INTO activities_reminder (activity_id, minutes_before)
SELECT id, 0 FROM activities_activity ORDER BY id LIMIT {REMINDED}
"""
TOLD = "SELECT count(*) FROM notifications_toldreminder"
TOLD_ONCE = "SELECT count(DISTINCT (user_id, activity_id)) FROM notifications_toldreminder"
CLAIMED = "SELECT count(*) FROM activities_reminder WHERE told_at IS NOT NULL"
COUNTED = "SELECT coalesce(sum(count), 0) FROM notifications_notification WHERE kind = 'reminder'"
# In waves, so that a kill finds some told and some not.
DUE = f"""
UPDATE activities_reminder SET remind_at = now() - interval '1 second', told_at = NULL
WHERE id IN (SELECT id FROM activities_reminder WHERE remind_at > now() ORDER BY id LIMIT {REMINDED // KILLS})
"""
ASKED = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
VALUES ('default', 'notifications.remind', 0, '{"timestamp": 0}')
"""


@pytest.fixture
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A running installation of its own."""
    company = Company(tmp_path_factory.mktemp("reminded") / "data")
    yield company
    company.served.end()


def do(company: Company, statement: str) -> None:
    """Run a statement and commit it."""
    with company.connection() as connection:
        connection.execute(statement.encode())


def test_each_person_is_told_of_each_reminder_once_though_the_worker_is_killed(company: Company) -> None:
    assert ROWS >= REMINDED
    do(company, SET)
    for kill in range(KILLS):
        do(company, DUE)
        do(company, ASKED)
        time.sleep(0.03 * kill)
        for worker in company.served.children("procrastinate", "worker"):
            worker.kill()
    wait_until(lambda: company.number(CLAIMED) == REMINDED)
    wait_until(lambda: company.number(TOLD) == REMINDED)
    assert company.number(TOLD_ONCE) == REMINDED
    assert company.number(COUNTED) == REMINDED
    do(company, ASKED)
    time.sleep(2)
    assert company.number(TOLD) == REMINDED
