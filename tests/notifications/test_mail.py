"""The e-mail of notifications, through a real mail server that the test runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from relance.kit.sql import Sql, execute, fetch_column, sql
from relance.notifications import mailing
from relance.notifications.actions import choose_mail
from relance.notifications.jobs import remind, tell_due
from relance.notifications.mailing import send_waiting
from tests.cast import Cast, make_activity, make_element

pytestmark = pytest.mark.django_db
DUE = datetime(2031, 1, 15, 17, 30, tzinfo=UTC)


class MailServer:
    """Takes every letter, or answers DATA with what it is told to."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = b"250 OK"
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while line := await reader.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    writer.write(b"354 go on\r\n")
                    await self._take(await reader.readuntil(b"\r\n.\r\n"), writer)
                    continue
                writer.write(b"221 bye\r\n" if word == b"QUIT" else b"250 OK\r\n")
                if word == b"QUIT":
                    break
        writer.close()

    async def _take(self, content: bytes, writer: asyncio.StreamWriter) -> None:
        if self.answer == b"":
            self.letters.append(self._read(content))
            writer.transport.abort()
            return
        if self.answer.startswith(b"250"):
            self.letters.append(self._read(content))
        writer.write(self.answer + b"\r\n")

    @staticmethod
    def _read(content: bytes) -> EmailMessage:
        letter = message_from_bytes(content[:-5], policy=policy.default)
        assert isinstance(letter, EmailMessage)
        return letter


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """The company's mail server."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.CSRF_TRUSTED_ORIGINS = ["https://crm.example"]
    yield server
    server.end()


def remind_bob(cast: Cast, count: int = 1) -> int:
    """Bob's reminders come due; his deal."""
    deal = make_element("deal", cast.bob, "Toiture")
    for number in range(count):
        made = make_activity(cast.bob, deal, subject=f"Rappeler {number}", deadline_at=DUE)
        execute(sql("INSERT INTO activities_reminder (activity_id, minutes_before) VALUES ({}, 15)", made))
    tell_due(DUE)
    return deal


def states() -> list[str]:
    """How far each e-mail has come."""
    return fetch_column(Sql("SELECT mail FROM notifications_notification ORDER BY id"))


def test_the_same_message_goes_by_mail_in_its_readers_zone(cast: Cast, server: MailServer) -> None:
    execute(sql("UPDATE people_user SET time_zone = 'Asia/Tokyo', language = 'en' WHERE id = {}", cast.bob))
    remind_bob(cast)
    assert send_waiting() == 1
    assert send_waiting() == 0
    (letter,) = server.letters
    assert letter["To"] == "bob@cast.example"
    assert letter["Subject"] == "Reminder: Rappeler 0"
    assert letter["Message-ID"].startswith("<relance.")
    text = letter.get_content()
    assert "Thursday, 16 January 2031 02:30" in text or "Thursday 16 January 2031 02:30" in text
    assert "https://crm.example/notifications/" in text
    assert states() == ["sent"]


def test_several_at_once_are_one_letter(cast: Cast, server: MailServer) -> None:
    remind_bob(cast, 3)
    assert send_waiting() == 1
    assert all(f"Rappeler {number}" in server.letters[0].get_content() for number in range(3))


def test_who_wants_none_of_a_kind_gets_none(cast: Cast, server: MailServer) -> None:
    choose_mail(cast.actor("bob"), kinds=["mention"])
    remind_bob(cast)
    assert send_waiting() == 0
    assert states() == ["none"]


def test_what_one_may_no_longer_read_is_not_mailed(cast: Cast, server: MailServer) -> None:
    deal = remind_bob(cast)
    execute(sql("UPDATE crm_element SET responsible_id = {} WHERE id = {}", cast.charlie, deal))
    assert send_waiting() == 0
    assert server.letters == []


def test_a_server_that_refuses_for_now_is_asked_again(cast: Cast, server: MailServer) -> None:
    server.answer = b"451 later"
    remind_bob(cast)
    assert send_waiting() == 0
    assert states() == ["waiting"]
    server.answer = b"250 OK"
    execute(Sql("UPDATE notifications_notification SET mail_at = now()"))
    assert send_waiting() == 1
    assert len(server.letters) == 1


def test_what_was_handed_over_is_not_sent_again_though_no_answer_came(cast: Cast, server: MailServer) -> None:
    server.answer = b""
    remind_bob(cast)
    assert send_waiting() == 0
    execute(Sql("UPDATE notifications_notification SET mail_at = now() - interval '1 day'"))
    server.answer = b"250 OK"
    assert send_waiting() == 0
    assert len(server.letters) == 1
    assert states() == ["handed"]


def test_what_was_only_claimed_by_a_killed_worker_is_sent_after_its_lease(cast: Cast, server: MailServer) -> None:
    remind_bob(cast)
    assert mailing._claim() is not None
    assert send_waiting() == 0
    execute(
        sql(
            "UPDATE notifications_notification SET mail_at = mail_at - {}::interval",
            mailing.LEASE + timedelta(seconds=1),
        )
    )
    assert send_waiting() == 1
    assert len(server.letters) == 1


def test_an_unreachable_server_loses_nothing(cast: Cast, settings: Any, server: MailServer) -> None:
    settings.EMAIL_PORT = 1
    remind_bob(cast)
    remind()
    assert states() == ["waiting"]


def test_without_a_mail_server_the_bell_says_it_all(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    remind_bob(cast)
    assert states() == ["none"]
    assert send_waiting() == 0
