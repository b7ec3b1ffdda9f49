"""The command `relance`, run as its users run it, on a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from relance.config import env
from relance.config.cli import data_argument
from relance.config.embedded import DATABASE, ROLE, EmbeddedServer
from relance.config.embedded_place import place

ROOT = Path(__file__).parents[2]


def relance(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    wanted = {"DJANGO_SETTINGS_MODULE": "relance.config.settings", "RELANCE_DATA": str(data), "COLUMNS": "200"}
    command = [sys.executable, "-m", "relance.config.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **wanted}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose server stays up between the commands."""
    folder = tmp_path_factory.mktemp("cli") / "data"
    server = EmbeddedServer(folder, for_tests=True)
    server.ensure()
    done = relance(folder, "user", "add", "root@relance.example", "--last-name", "Racine", "--role", "administrator")
    assert done.returncode == 0, done.stderr
    yield folder
    server.release()


def journal_size(data: Path) -> int:
    here = place(data)
    password = env.kept_secret(here.password)
    with psycopg.connect(host=str(here.socket), user=ROLE, dbname=DATABASE, password=password) as connection:
        row = connection.execute("SELECT count(*) FROM journal_auditentry").fetchone()
        assert row
        return int(row[0])


def test_the_first_administrator_is_made_by_the_command_line(data: Path) -> None:
    users = json.loads(relance(data, "user", "list", "--json").stdout)
    assert [(user["email"], user["roles"]) for user in users] == [("root@relance.example", ["administrator"])]


def test_a_password_is_changed_and_shown_once(data: Path) -> None:
    done = relance(data, "user", "password", "root@relance.example")
    assert done.returncode == 0
    assert "Password, shown only now: " in done.stdout


def test_a_role_is_given(data: Path) -> None:
    assert relance(data, "role", "assign", "read_only", "--everybody").returncode == 0
    roles = {role["code"]: role["assignments"] for role in json.loads(relance(data, "role", "list", "--json").stdout)}
    assert roles["read_only"] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("user", "add", "root@relance.example", "--last-name", "Autre"), "Another user has this address."),
        (("user", "password", "nobody@relance.example"), "No user signs in with nobody@relance.example."),
        (("role", "assign", "manager"), "exactly one user, department, group, every head or everybody"),
        (("why", "root@relance.example", "1"), "Not found."),
        (("list", "things", "--as", "root@relance.example"), "Not found."),
        (("list", "activities", "is:open"), "Say whose eyes"),
        (("list", "deals", "stage:nope", "--as", "root@relance.example"), "does not know"),
        (("why", "root@relance.example", "deal", "1"), "Not found."),
        (("why", "root@relance.example", "thing", "1"), "Say one of activity, lead, deal, contact, company"),
        (("postgres", "rm"), "PostgreSQL has no program rm."),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(data: Path, arguments: tuple[str, ...], sentence: str) -> None:
    before = journal_size(data)
    done = relance(data, *arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert journal_size(data) == before


def test_a_bad_variable_stops_the_start_with_its_name(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://somewhere/relance")
    done = relance(data, "doctor")
    assert done.returncode == 1
    assert done.stderr.startswith("relance: DATABASE_URL: ")


def test_doctor_reports_versions_counts_and_checks(data: Path) -> None:
    done = relance(data, "doctor", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert report["well"] is True
    assert report["versions"]["postgresql"].startswith("18.")
    assert report["counts"]["users"] == 1
    assert all(check["holds"] for check in report["checks"].values())


def test_another_server_is_used_where_the_environment_names_one(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = place(data)
    assert relance(data, "postgres", "createdb", "elsewhere").returncode == 0
    password = env.kept_secret(here.password)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://{ROLE}:{password}@/elsewhere?host={here.socket}")
    done = relance(tmp_path / "other", "user", "list", "--json")
    assert json.loads(done.stdout) == []
    assert not (tmp_path / "other" / "postgres").exists()


def test_all_data_is_taken_over_into_another_cluster(data: Path, tmp_path: Path) -> None:
    dump = tmp_path / "relance.dump"
    assert relance(data, "postgres", "pg_dump", "-Fc", "-f", str(dump)).returncode == 0
    restored = relance(tmp_path / "new", "postgres", "pg_restore", "--no-owner", "-d", "relance", str(dump))
    assert restored.returncode == 0, restored.stderr
    before, after = relance(data, "doctor", "--json"), relance(tmp_path / "new", "doctor", "--json")
    assert json.loads(after.stdout)["counts"] == json.loads(before.stdout)["counts"]
    assert json.loads(after.stdout)["well"] is True


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (["serve", "--data", "here"], "here"),
        (["serve", "--data=here", "--port", "1"], "here"),
        (["manage", "--", "--data", "here"], None),
        (["serve"], None),
    ],
)
def test_the_data_folder_is_known_before_anything_is_loaded(arguments: list[str], folder: str | None) -> None:
    assert data_argument(arguments) == folder
