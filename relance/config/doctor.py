"""What `relance doctor` finds out: versions, what there is, and whether all that must hold does."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import django

from relance.config.health import live_workers, missing_migrations
from relance.kit.sql import Sql, fetch_all, fetch_one, fetch_value

LOWEST_FREE_BYTES = 1_000_000_000
LONGEST_WAIT = "15 minutes"

# The copies that triggers keep, and where each one's truth lies (design.md section 3).
FALSE_COPIES = """
SELECT count(*) FROM activities_binding b
JOIN crm_element e ON e.id = b.element_id JOIN activities_activity a ON a.id = b.activity_id
WHERE (b.kind, b.pipeline_id, b.stage_id, b.element_responsible_id, b.is_open_to_all, b.element_deleted,
       b.activity_responsible_id, b.is_completed, b.due_at, b.completed_at, b.activity_deleted)
    IS DISTINCT FROM
      (e.kind, e.pipeline_id, e.stage_id, e.responsible_id, e.is_open_to_all, e.deleted_at IS NOT NULL,
       a.responsible_id, a.is_completed, a.due_at, a.completed_at, a.deleted_at IS NOT NULL)
"""
WITHOUT_ONE_MAIN = """
SELECT count(*) FROM activities_activity a
WHERE (SELECT count(*) FROM activities_binding b WHERE b.activity_id = a.id AND b.is_main) <> 1
"""
STUCK_JOBS = """
SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
WHERE (j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - %s::interval))
   OR (j.status = 'todo' AND now() - %s::interval
        > coalesce(j.scheduled_at, (SELECT min(at) FROM procrastinate_events v WHERE v.job_id = j.id)))
"""


class Check(NamedTuple):
    """Something that must hold."""

    name: str
    holds: bool
    found: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found."""

    versions: dict[str, str]
    counts: dict[str, int]
    checks: list[Check]

    @property
    def is_well(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        checks = {check.name: {"holds": check.holds, "found": check.found} for check in self.checks}
        return {"well": self.is_well, "versions": self.versions, "counts": self.counts, "checks": checks}


def examine(data: Path) -> Report:
    """Look at everything. Where migrations are missing, only that is said, since the tables are other ones."""
    missing = missing_migrations()
    checks = [Check("migrations", not missing, ", ".join(missing) or "all applied"), _disk(data)]
    if missing:
        return Report(_versions(), {}, checks)
    return Report(_versions(), _counts(), [*checks, *_database_checks()])


def _versions() -> dict[str, str]:
    return {
        "relance": importlib.metadata.version("relance"),
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgresql": str(fetch_value(Sql("SELECT current_setting('server_version')"))),
    }


def _counts() -> dict[str, int]:
    counts = fetch_one(
        Sql(
            """
            SELECT (SELECT count(*) FROM people_user) AS users, (SELECT count(*) FROM people_department) AS departments,
                count(*) FILTER (WHERE NOT is_completed) AS activities_open,
                count(*) FILTER (WHERE is_completed) AS activities_completed
            FROM activities_activity WHERE deleted_at IS NULL
            """
        )
    )
    rows = fetch_all(
        Sql("SELECT kind, count(*) AS number FROM crm_element WHERE deleted_at IS NULL GROUP BY kind ORDER BY kind")
    )
    kinds = {"lead": "leads", "deal": "deals", "contact": "contacts", "company": "companies"}
    elements = dict.fromkeys(kinds.values(), 0) | {kinds[row["kind"]]: row["number"] for row in rows}
    return {**(counts or {}), **elements}


def _database_checks() -> list[Check]:
    false_copies = int(fetch_value(Sql(FALSE_COPIES)))
    without_main = int(fetch_value(Sql(WITHOUT_ONE_MAIN)))
    stuck = int(fetch_value(Sql(STUCK_JOBS, (LONGEST_WAIT, LONGEST_WAIT))))
    workers = live_workers()
    return [
        Check("copies equal their sources", not false_copies, f"{false_copies} bindings differ"),
        Check("one main binding each", not without_main, f"{without_main} activities without exactly one"),
        Check("no stuck jobs", not stuck, f"{stuck} jobs, {workers} live workers"),
    ]


def _disk(data: Path) -> Check:
    free = shutil.disk_usage(data).free
    return Check("disk", free >= LOWEST_FREE_BYTES, f"{free // 1_000_000} MB free")
