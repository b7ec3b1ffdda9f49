"""Which PostgreSQL Relance uses: the one that DATABASE_URL names, or else its own in the data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from relance.config import env
from relance.config.embedded import DATABASE, ROLE, EmbeddedServer
from relance.config.embedded_place import place

# Per process; a request waits at most so long for a connection, as when the database is being restarted.
POOL = {"min_size": 1, "max_size": 10, "timeout": 15}


def is_embedded() -> bool:
    """Whether Relance runs its own server."""
    return env.optional("DATABASE_URL") is None


def settings(data: Path) -> dict[str, Any]:
    """Django's parameters of the database. Nothing is started: the embedded server need not run.

    Raises:
        EnvironmentVariableError: DATABASE_URL is no PostgreSQL address.
    """
    found = env.database_url("DATABASE_URL") or _embedded(data)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        # A connection that the database's restart has broken is replaced, not shown to a user.
        "CONN_HEALTH_CHECKS": True,
        **found,
        "OPTIONS": {"pool": POOL, **found["OPTIONS"]},
    }


def _embedded(data: Path) -> dict[str, Any]:
    here = place(data)
    password = env.kept_secret(here.password)
    return {"NAME": DATABASE, "USER": ROLE, "PASSWORD": password, "HOST": str(here.socket), "PORT": "", "OPTIONS": {}}


def ensure(data: Path) -> EmbeddedServer | None:
    """Start or join the embedded server; None when DATABASE_URL names another.

    Raises:
        StartError: it does not come up.
    """
    if not is_embedded():
        return None
    server = EmbeddedServer(data)
    server.ensure()
    return server
