"""Walking the matrix: who is signed in, what an answer may not say, and whether anything was written."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpResponse
from django.test import Client

from relance.kit.sql import Sql, fetch_all, fetch_column, fetch_value
from relance.people.models import User
from tests.cast import journal_size
from tests.matrix.lines import Line
from tests.matrix.table import all_names, readable_names
from tests.matrix.world import ROLES, make_world

DENIED = {403, 404, 405, 409, 422}


class Walk:
    """The world, who is signed in, and what stands in the database before each step."""

    def __init__(self) -> None:
        self.world = make_world()
        self.sessions = {role: session_of(self.world.people[role]) for role in ROLES if role != "anonymous"}
        self._content = _content_of_all_tables()
        self.before = self.content()
        self.journaled = journal_size()
        self.hidden = {role: all_names() - readable_names(role) for role in ROLES if role != "anonymous"}
        self.hidden["anonymous"] = all_names()

    def content(self) -> dict[str, str]:
        """For each table, how many rows it has and a digest of them all."""
        return {row["name"]: row["content"] for row in fetch_all(self._content)}

    def changed(self, writes: int) -> list[str]:
        """The tables that are no longer as they were. Where nothing was written since `writes`, none is read."""
        if written() == writes:
            return []
        now = self.content()
        return [table for table, content in self.before.items() if now[table] != content]

    def client(self, role: str, **options: Any) -> Client:
        """A browser in which a role is signed in."""
        client = Client(raise_request_exception=False, **options)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def ask(self, line: Line, row: str, role: str, *, method: str = "", **options: Any) -> HttpResponse:
        """What a role gets for a row."""
        headers = options.pop("headers", {})
        ask = getattr(self.client(role, **options), (method or line.method).lower())
        data: Any = line.form(self.world, row, role)
        more: dict[str, str] = {}
        if line.headers:
            headers = {**line.headers, **headers}
            data, more = ({}, more) if method == "GET" else (data, {"content_type": "application/octet-stream"})
        answer: HttpResponse = ask(line.address(self.world, row), data, headers=headers, **more)
        return answer


def session_of(user_id: int) -> str:
    """The key of a session as django-allauth's sign-in makes it."""
    user = User.objects.get(pk=user_id)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user_id)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def browser(user_id: int | None) -> Client:
    """A browser in which a user is signed in, or nobody."""
    client = Client(raise_request_exception=False)
    if user_id:
        client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user_id)
    return client


def body_of(answer: Any) -> str:
    """What an answer says, streamed or not."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace"))


def written() -> int:
    """How many rows this transaction has written so far, those taken back included."""
    count = Sql("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
    return int(fetch_value(count))


def _content_of_all_tables() -> Sql:
    tables = fetch_column(
        Sql(
            """
            SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
                AND relnamespace = 'public'::regnamespace ORDER BY 1
            """
        )
    )
    content = "count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
    return Sql(" UNION ALL ".join(f"SELECT '{table}' AS name, {content} AS content FROM {table} t" for table in tables))


def faults_of_answer(walk: Walk, line: Line, role: str, status: int, answer: HttpResponse) -> Iterator[str]:
    """What is wrong with an answer: its status, a name that the role may not read, where it leads."""
    if answer.status_code != status:
        yield f"{answer.status_code} instead of {status}"
    said = body_of(answer).lower() + str(answer.headers)
    yield from (f"says {name}" for name in walk.hidden[role] if name in said)
    where = answer.headers.get("Location", "")
    if role == "anonymous" and status == 302 and not line.is_open and not where.startswith("/accounts/login/"):
        yield f"is sent to {where}, not to sign in"
