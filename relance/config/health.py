"""What a load balancer asks: is this process alive, and can the whole of Relance do its work?"""

from __future__ import annotations

import functools

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

LONGEST_SILENCE_S = 40
"""A worker signs in every ten seconds."""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. Touches nothing else."""
    del request
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: 200 when database, migrations and worker all are, else 503; the body says which is not."""
    del request
    parts = readiness()
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def readiness() -> dict[str, bool]:
    """Whether each part is ready."""
    try:
        return {"database": True, "migrations": not missing_migrations(), "worker": live_workers() > 0}
    except DatabaseError:
        return {"database": False, "migrations": False, "worker": False}


def missing_migrations() -> list[str]:
    """The migrations of this version that the database has not had, as `app.name`, sorted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return sorted(_known())
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        return sorted(_known() - {row[0] for row in cursor.fetchall()})


def live_workers() -> int:
    """How many job workers have signed in lately; none when the jobs' tables are not there yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_workers') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [LONGEST_SILENCE_S],
        )
        return int(cursor.fetchone()[0])


@functools.cache
def _known() -> frozenset[str]:
    """The migrations that this version's code brings; they cannot change while it runs."""
    return frozenset(f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations)
