"""What the settings of signing in are made of: the cache that counts attempts, and the company's own provider."""

from __future__ import annotations

from urllib.parse import urlsplit

from relance.config import env

# Per address of the client, and per account whoever asks.
FAILED_ATTEMPTS = "10/m/ip,5/5m/key"
# In the database, which all processes share: a count that each keeps for itself would allow a multiple of it. Large
# enough that nobody pushes a count out by asking often.
SHARED_CACHE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "relance_cache",
    "OPTIONS": {"MAX_ENTRIES": 200_000},
}
PROVIDER_ID = "company"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def providers() -> list[dict[str, object]]:
    """The one OpenID Connect provider that RELANCE_OIDC_ISSUER names, as django-allauth describes it, or none.

    Raises:
        EnvironmentVariableError: a part of it is missing, or it would be spoken to without TLS.
    """
    issuer = env.optional("RELANCE_OIDC_ISSUER")
    if issuer is None:
        return []
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        message = f"RELANCE_OIDC_ISSUER: {issuer!r} must begin with https://"
        raise env.EnvironmentVariableError(message)
    return [
        {
            "provider_id": PROVIDER_ID,
            "name": env.text("RELANCE_OIDC_NAME", default="OpenID Connect"),
            "client_id": env.text("RELANCE_OIDC_CLIENT_ID"),
            "secret": env.text("RELANCE_OIDC_CLIENT_SECRET"),
            "settings": {"server_url": issuer.rstrip("/")},
        }
    ]
