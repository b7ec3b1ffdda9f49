"""`relance import`, run as its users run it, on a data folder of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from relance.config.embedded import EmbeddedServer
from tests.config.test_cli import journal_size, relance
from tests.imports.files import COMPANIES, row, write

BOB = ("user", "add", "bob@cast.example", "--last-name", "Petit")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose server stays up between the commands, with one user, Bob."""
    folder = tmp_path_factory.mktemp("import") / "data"
    server = EmbeddedServer(folder, for_tests=True)
    server.ensure()
    assert relance(folder, *BOB).returncode == 0
    yield folder
    server.release()


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """The mapping of companies."""
    file = tmp_path / "mapping.toml"
    file.write_text(COMPANIES.format(format=""), "utf-8")
    return file


def test_refused_rows_are_told_reported_and_end_with_an_error(data: Path, mapping: Path, tmp_path: Path) -> None:
    write(tmp_path, row("a"), row("b", created="never"))
    report = tmp_path / "refused.csv"
    done = relance(data, "import", "--mapping", str(mapping), "--report", str(report), str(tmp_path / "companies.csv"))
    assert done.returncode == 1
    assert "companies.csv, line 3: created_at: “never” is not a date such as 2017-12-31." in done.stdout
    with report.open(encoding="utf-8", newline="") as file:
        (told,) = csv.DictReader(file)
    assert (told["file"], told["line"], told["rows"], told["field"]) == ("companies.csv", "3", "company", "created_at")


def test_a_good_run_ends_well_and_a_second_one_changes_nothing(data: Path, mapping: Path, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    write(folder, row("good"))
    assert relance(data, "import", "--mapping", str(mapping), str(folder)).returncode == 0
    before = journal_size(data)
    done = relance(data, "import", "--mapping", str(mapping), str(folder))
    assert (done.returncode, journal_size(data)) == (0, before)


def test_in_a_users_name_his_rights_decide(data: Path, mapping: Path, tmp_path: Path) -> None:
    before = journal_size(data)
    file = write(tmp_path, row())
    done = relance(data, "import", "--mapping", str(mapping), "--as", "bob@cast.example", str(file))
    assert done.returncode == 1
    assert "Your roles do not let you add this element." in done.stdout
    assert journal_size(data) == before


def test_a_bad_mapping_is_told_by_its_key(data: Path, mapping: Path, tmp_path: Path) -> None:
    mapping.write_text(COMPANIES.format(format='zone = "Mars/Base"'), "utf-8")
    done = relance(data, "import", "--mapping", str(mapping), str(write(tmp_path, row())))
    assert done.returncode == 1
    assert "format.zone: No time zone is called “Mars/Base”." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_path_is_named(data: Path, mapping: Path, tmp_path: Path) -> None:
    done = relance(data, "import", "--mapping", str(mapping), str(tmp_path / "nothing"))
    assert done.returncode == 1
    assert "There is no such file or folder." in done.stderr
    assert "Traceback" not in done.stderr
