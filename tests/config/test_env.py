"""The environment is read loudly."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from relance.config import env

NAME = "RELANCE_TRIED"


def test_a_variable_is_read_from_the_file_that_its_file_variable_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("hidden\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.text(NAME) == "hidden"


@pytest.mark.parametrize(
    ("variables", "read"),
    [
        ({}, lambda: env.text(NAME)),
        ({NAME: "x", f"{NAME}_FILE": "/dev/null"}, lambda: env.text(NAME)),
        ({f"{NAME}_FILE": "/nowhere"}, lambda: env.text(NAME)),
        ({NAME: "perhaps"}, lambda: env.boolean(NAME, default=False)),
        ({NAME: "many"}, lambda: env.whole_number(NAME, default=1)),
        ({NAME: "-1"}, lambda: env.whole_number(NAME, default=1)),
        ({NAME: "mysql://db/relance"}, lambda: env.database_url(NAME)),
        ({NAME: "postgresql://db"}, lambda: env.database_url(NAME)),
        ({NAME: "postgresql://db:many/relance"}, lambda: env.database_url(NAME)),
    ],
)
def test_what_cannot_be_read_stops_with_the_name_of_the_variable(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], read: object
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert callable(read)
    with pytest.raises(env.EnvironmentVariableError, match=f"^{NAME}"):
        read()


def test_yes_no_numbers_and_lists_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "Yes")
    assert env.boolean(NAME, default=False) is True
    monkeypatch.setenv(NAME, "12")
    assert env.whole_number(NAME, default=1) == 12
    monkeypatch.setenv(NAME, "a.example, b.example")
    assert env.words(NAME, default=[]) == ["a.example", "b.example"]


def test_a_database_address_becomes_connection_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "postgresql://rel%40nce:p%2Fss@db.example:6432/crm?sslmode=require")
    assert env.database_url(NAME) == {
        "NAME": "crm",
        "USER": "rel@nce",
        "PASSWORD": "p/ss",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_broken_database_address_is_reported_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "postgresql://relance:hunter2@db")
    with pytest.raises(env.EnvironmentVariableError) as raised:
        env.database_url(NAME)
    assert "hunter2" not in str(raised.value)


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    first = env.kept_secret(tmp_path / "data" / "key")
    assert env.kept_secret(tmp_path / "data" / "key") == first
    assert len(first) >= 43
    assert stat.S_IMODE((tmp_path / "data" / "key").stat().st_mode) == 0o600
