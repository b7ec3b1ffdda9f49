"""A running Relance with a thousand activities, somebody who is signed in, and a look into its database."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil
import psycopg

from relance.config import env
from relance.config.embedded import DATABASE, ROLE
from relance.config.embedded_place import place
from tests.config.test_supervisor import Served, wait_until

ROOT = Path(__file__).parents[2]
ROWS = 1_000
EMAIL = "chef@kill.example"

SEED = f"""
WITH boss AS (SELECT id FROM people_user WHERE email = '{EMAIL}'),
company AS (
    INSERT INTO crm_element (kind, name, sort_key, responsible_id, is_open_to_all, created_at, updated_at)
    SELECT 'company', 'Soleil', 'soleil', id, false, now(), now() FROM boss RETURNING id
), of_its_kind AS (
    INSERT INTO crm_company (element_id, kind, industry, city, currency) SELECT id, 'company', '', '', 'EUR' FROM company
), made AS (
    INSERT INTO activities_activity (type_id, subject, responsible_id, author_id, created_at, updated_at, updated_by_id,
        deadline_at, is_incoming, is_completed)
    SELECT (SELECT id FROM activities_activitytype WHERE code = 'call'), 'Rappel ' || n, boss.id, boss.id, now(), now(),
        boss.id, now() + make_interval(hours => n), false, false
    FROM boss, generate_series(1, {ROWS}) n RETURNING id
)
INSERT INTO activities_binding (activity_id, element_id, is_main) SELECT made.id, company.id, true FROM made, company
"""
# A binding whose copies are not what its activity and element say.
STRAYED = """
SELECT count(*) FROM activities_binding b JOIN activities_activity a ON a.id = b.activity_id
JOIN crm_element e ON e.id = b.element_id
WHERE (b.activity_responsible_id, b.is_completed, b.due_at, b.activity_deleted, b.element_responsible_id, b.element_deleted)
    IS DISTINCT FROM (a.responsible_id, a.is_completed, a.due_at, a.deleted_at IS NOT NULL, e.responsible_id,
        e.deleted_at IS NOT NULL)
    OR b.completed_at IS DISTINCT FROM a.completed_at
"""
BUSY = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {}"


class Visitor:
    """A signed-in browser without a screen."""

    def __init__(self, port: int) -> None:
        self._cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self._cookies))
        self._base = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> int:
        """The status of a page; 0 if nobody answers."""
        return self._ask(Request(self._base + path))

    def post(self, path: str, form: list[tuple[str, str]]) -> int:
        """The status of a form's answer; 0 if none came."""
        token = next((cookie.value or "" for cookie in self._cookies if cookie.name == "csrftoken"), "")
        return self._ask(Request(self._base + path, urlencode([*form, ("csrfmiddlewaretoken", token)]).encode()))

    def _ask(self, request: Request) -> int:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return int(answer.status)
        except HTTPError as error:
            return int(error.code)
        except (URLError, OSError):
            return 0


class Company:
    """The installation, its only user and his thousand activities."""

    def __init__(self, data: Path) -> None:
        self.served = Served(data)
        wait_until(self.served.is_ready)
        password = self._add_user()
        with self.connection() as connection:
            connection.execute(SEED.encode())
            self.ids = [row[0] for row in connection.execute("SELECT id FROM activities_activity ORDER BY id")]
        self.visitor = Visitor(self.served.port)
        assert self.visitor.get("/accounts/login/") == 200
        assert self.visitor.post("/accounts/login/", [("login", EMAIL), ("password", password)]) == 200

    def _add_user(self) -> str:
        arguments = [
            "user",
            "add",
            EMAIL,
            "--last-name",
            "Chef",
            "--role",
            "administrator",
            "--data",
            str(self.served.data),
        ]
        wanted = {"DJANGO_SETTINGS_MODULE": "relance.config.settings", "RELANCE_DATA": str(self.served.data)}
        said = subprocess.run(
            [sys.executable, "-m", "relance.config.cli", *arguments],
            cwd=ROOT, env={**os.environ, **wanted}, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        return said.strip().rpartition(" ")[2]

    def connection(self) -> psycopg.Connection[tuple[int, ...]]:
        """A session of its own on the installation's database."""
        here = place(self.served.data)
        password = env.kept_secret(here.password)
        return psycopg.connect(host=str(here.socket), user=ROLE, dbname=DATABASE, password=password)

    def number(self, query: str) -> int:
        """The one number that a query gives."""
        with self.connection() as connection:
            row = connection.execute(query.encode()).fetchone()
        assert row
        return row[0]

    def gesture(self, name: str) -> int:
        """Do something to all thousand activities; the status of the answer."""
        return self.visitor.post(f"/gestures/{name}/", [("ids", str(i)) for i in self.ids])

    def start(self, name: str) -> threading.Thread:
        """The same, without waiting for the answer."""
        sent = threading.Thread(target=self.gesture, args=[name])
        sent.start()
        return sent

    @contextmanager
    def caught_in_the_middle(self, name: str) -> Iterator[None]:
        """While inside, the gesture has written rows and journal, and waits for the copy of the last row."""
        holder = self.connection()
        holder.execute("SELECT FROM activities_binding WHERE activity_id = %s FOR UPDATE", [self.ids[-1]])
        sent = self.start(name)
        wait_until(lambda: self.number(BUSY.format("wait_event_type = 'Lock'")) == 1)
        try:
            yield
        finally:
            holder.close()
            sent.join(60)

    def web_worker(self) -> psutil.Process:
        """The process that answers requests: the web server's child."""
        (server,) = (p for p in self.served.children("granian") if any(p.children()))
        return server.children()[-1]

    def settle(self) -> None:
        """Wait until it answers again and nothing is under way."""
        wait_until(self.served.is_ready)
        wait_until(lambda: self.number(BUSY.format("xact_start IS NOT NULL AND backend_type = 'client backend'")) == 0)
