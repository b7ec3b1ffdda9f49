"""The table of jobs: what runs in the background, and when."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from procrastinate import App, JobContext, RetryStrategy

from relance.activities.jobs import sweep_files
from relance.config.subscribers import dispatch
from relance.journal.jobs import make_partitions
from relance.notifications.jobs import remind


def clear_sessions() -> None:
    """Remove the sessions that have run out."""
    call_command("clearsessions")


# name → (when, as cron says it, in UTC; what)
SCHEDULE: dict[str, tuple[str, Callable[[], None]]] = {
    "files.sweep": ("37 * * * *", sweep_files),
    "journal.make_partitions": ("17 3 * * *", make_partitions),
    "notifications.remind": ("* * * * *", remind),
    "sessions.clear": ("47 3 * * *", clear_sessions),
}


def register(app: App) -> None:
    """Give procrastinate the jobs and their schedule; called when Django is ready (PROCRASTINATE_ON_APP_READY)."""
    for name, (cron, function) in SCHEDULE.items():
        app.periodic(cron=cron)(app.task(name=name, pass_context=False)(_at(function)))

    # Named by the journal's trigger (journal/migrations/0003).
    app.task(name="events.dispatch", retry=RetryStrategy(max_attempts=8, exponential_wait=3))(dispatch)
    app.periodic(cron="* * * * *")(app.task(name="jobs.retry_stalled", pass_context=True)(retry_stalled))
    app.periodic(cron="27 4 * * *")(app.task(name="jobs.forget_finished", pass_context=True)(forget_finished))


async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Take up the jobs whose worker was killed in the middle of them; a job may therefore be begun twice."""
    del timestamp
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        await jobs.retry_job(job)


async def forget_finished(context: JobContext, timestamp: int) -> None:
    """Remove what is left of jobs that ended well, a week after."""
    del timestamp
    await context.app.job_manager.delete_old_jobs(nb_hours=24 * 7)


def _at(function: Callable[[], None]) -> Callable[[int], None]:
    def run(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when the job was due
        function()

    return run
