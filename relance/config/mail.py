"""How e-mail leaves: through the company's mail server, or only onto the console."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from relance.config import env

CONSOLE = "django.core.mail.backends.console.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Django's settings of a mail server, under its own names."""

    backend: str = CONSOLE
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def server() -> MailServer:
    """The server that RELANCE_SMTP names: `smtp://user:password@host:587` (STARTTLS), `smtps://…` (TLS at once).

    `?tls=no` speaks to a relay on the same machine, which has none.

    Raises:
        EnvironmentVariableError: it is no such address. The message never holds the password.
    """
    said = env.optional("RELANCE_SMTP")
    if said is None:
        return MailServer()
    try:
        parts = urlsplit(said)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        parts = urlsplit("")
        port = 0
    if not parts.hostname:
        message = "RELANCE_SMTP: expected smtp://user:password@host:port or smtps://user:password@host:port"
        raise env.EnvironmentVariableError(message)
    is_plain = dict(parse_qsl(parts.query)).get("tls") == "no"
    return MailServer(
        SMTP,
        parts.hostname,
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp" and not is_plain,
        use_ssl=parts.scheme == "smtps",
    )
