"""The table of jobs: what runs in the background, and when."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from procrastinate import App

from relance.journal.jobs import make_partitions


def clear_sessions() -> None:
    """Remove the sessions that have run out."""
    call_command("clearsessions")


# name → (when, as cron says it, in UTC; what)
SCHEDULE: dict[str, tuple[str, Callable[[], None]]] = {
    "journal.make_partitions": ("17 3 * * *", make_partitions),
    "sessions.clear": ("47 3 * * *", clear_sessions),
}


def register(app: App) -> None:
    """Give procrastinate the jobs and their schedule; called when Django is ready (PROCRASTINATE_ON_APP_READY)."""
    for name, (cron, function) in SCHEDULE.items():
        app.periodic(cron=cron)(app.task(name=name, pass_context=False)(_at(function)))


def _at(function: Callable[[], None]) -> Callable[[int], None]:
    def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when the job was due
        function()

    return run
