"""The company's mail server, as one variable names it."""

from __future__ import annotations

import pytest

from relance.config.env import EnvironmentVariableError
from relance.config.mail import CONSOLE, SMTP, MailServer, server


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", MailServer(CONSOLE)),
        ("smtp://u%40x:p%2F@mail.example", MailServer(SMTP, "mail.example", 587, "u@x", "p/", use_tls=True)),
        ("smtps://mail.example", MailServer(SMTP, "mail.example", 465, use_ssl=True)),
        ("smtp://localhost:25?tls=no", MailServer(SMTP, "localhost", 25)),
    ],
)
def test_reads_the_address(monkeypatch: pytest.MonkeyPatch, said: str, meant: MailServer) -> None:
    monkeypatch.setenv("RELANCE_SMTP", said)
    assert server() == meant


@pytest.mark.parametrize("said", ["mail.example", "http://u:secret@mail.example", "smtp://", "smtp://u:secret@h:port"])
def test_refuses_what_is_none_and_keeps_the_password(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("RELANCE_SMTP", said)
    with pytest.raises(EnvironmentVariableError, match="RELANCE_SMTP") as refused:
        server()
    assert "secret" not in str(refused.value)
