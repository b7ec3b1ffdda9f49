"""`relance doctor` finds what is ill."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from relance.config.doctor import examine
from relance.kit import clock
from relance.kit.sql import Sql, execute
from tests.cast import Cast, make_activity, make_element


@pytest.fixture
def company(cast: Cast) -> None:
    """A deal of Bob's with an open and a completed activity, and a contact without any."""
    deal = make_element("deal", cast.bob)
    make_element("contact", cast.bob)
    make_activity(cast.bob, deal)
    make_activity(cast.bob, deal, completed_at=clock.now())


def ills(data: Path) -> set[str]:
    return {check.name for check in examine(data).checks if not check.holds}


def test_a_whole_company_is_well_and_counted(company: None, tmp_path: Path) -> None:
    report = examine(tmp_path)
    assert report.is_well, report.checks
    assert report.counts == {
        "users": 4, "departments": 2, "activities_open": 1, "activities_completed": 1,
        "leads": 0, "deals": 1, "contacts": 1, "companies": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "ill"),
    [
        ("UPDATE activities_binding SET is_completed = NOT is_completed", "copies equal their sources"),
        ("UPDATE activities_binding SET element_responsible_id = 0", "copies equal their sources"),
        ("UPDATE activities_binding SET is_main = false", "one main binding each"),
        (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) VALUES ('q', 'bulk', 'doing', '{}')",
            "no stuck jobs",
        ),
        (
            (
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
                " VALUES ('q', 'bulk', '{}', now() - interval '1 h')"
            ),
            "no stuck jobs",
        ),
        ("DELETE FROM django_migrations WHERE app = 'activities'", "migrations"),
    ],
)
def test_each_ill_is_found(company: None, tmp_path: Path, damage: str, ill: str) -> None:
    with transaction.atomic():
        execute(Sql(damage))
        found = ills(tmp_path)
        # The database itself would refuse some of these at the end of the transaction.
        transaction.set_rollback(True)
    assert found == {ill}


def test_a_full_disk_is_found(company: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relance.config.doctor.LOWEST_FREE_BYTES", 10**18)
    assert ills(tmp_path) == {"disk"}
