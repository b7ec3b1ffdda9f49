"""Whatever a file holds, the error names file, line and field, and nothing is half saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.kit.errors import Invalid
from tests.cast import Cast
from tests.imports.files import HEADER, OWNER, companies, load, row, told, write

pytestmark = pytest.mark.django_db


def refusal(folder: Path, *rows: str) -> tuple[int, str, str]:
    """Load a good row and these: the good one is there, and what is said of the others."""
    report = load(write(folder, row("good"), *rows))
    assert [company["key"] for company in companies()] == ["good"]
    ((file, line, field, reason),) = told(report)
    assert file == "companies.csv"
    return line, field, reason


def fault(file: Path, format: str = "") -> tuple[str, str]:
    """Load a file that cannot be read: where it is at fault and why; nothing is saved."""
    with pytest.raises(Invalid) as caught:
        load(file, format=format)
    assert companies() == []
    ((where, reason),) = caught.value.messages.items()
    return where, reason


def test_a_good_file_is_loaded(cast: Cast, tmp_path: Path) -> None:
    report = load(write(tmp_path, row()))
    assert report.refused == []
    assert [(c["name"], c["city"], c["employees"], str(c["revenue"])) for c in companies()] == [
        ("Dupont", "Lyon", 12, "10.50")
    ]


def test_windows_text_read_as_utf_8_is_refused_with_its_line(cast: Cast, tmp_path: Path) -> None:
    where, reason = fault(write(tmp_path, row(), row("c2", "Lefèvre"), encoding="windows-1252"))
    assert where == "companies.csv, line 3"
    assert "utf-8" in reason


def test_windows_text_is_read_when_the_mapping_says_so(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("c2", "Lefèvre & Cœur"), encoding="windows-1252"), format='encoding = "windows-1252"')
    assert companies()[0]["name"] == "Lefèvre & Cœur"


def test_a_byte_order_mark_is_no_part_of_the_first_header(cast: Cast, tmp_path: Path) -> None:
    assert load(write(tmp_path, row(), encoding="utf-8-sig")).refused == []
    assert len(companies()) == 1


def test_a_mark_of_another_encoding_is_said(cast: Cast, tmp_path: Path) -> None:
    where, reason = fault(write(tmp_path, row(), encoding="utf-16"))
    assert where == "companies.csv, line 1"
    assert "utf-16" in reason


def test_half_a_character_at_the_end_is_refused(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, row(), encoding="utf-16")
    file.write_bytes(file.read_bytes()[:-1])
    where, _reason = fault(file, format='encoding = "utf-16"')
    assert where.startswith("companies.csv, line")


def test_semicolons_where_commas_are_said_are_refused_with_the_headers(cast: Cast, tmp_path: Path) -> None:
    where, reason = fault(write(tmp_path, row().replace(",", ";"), header=HEADER.replace(",", ";")))
    assert where == "companies.csv, line 1"
    assert "Id;Name;City" in reason


def test_an_empty_file_is_refused(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.touch()
    assert fault(file)[0] == "companies.csv, line 1"


def test_headers_alone_are_no_rows(cast: Cast, tmp_path: Path) -> None:
    report = load(write(tmp_path))
    assert (companies(), report.refused) == ([], [])


def test_a_missing_column_and_a_doubled_one_are_named(cast: Cast, tmp_path: Path) -> None:
    assert "Revenue" in fault(write(tmp_path, row(), header=HEADER.replace("Revenue", "Turnover")))[1]
    assert "Name" in fault(write(tmp_path, row(), header=HEADER.replace("City", "Name")))[1]


def test_a_quote_that_never_closes_is_refused(cast: Cast, tmp_path: Path) -> None:
    where, _reason = fault(write(tmp_path, row(), row("c2", '"Dupont')))
    assert where.startswith("companies.csv, line")


def test_a_binary_file_is_refused(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "companies.csv"
    file.write_bytes(bytes(range(256)) * 8)
    assert fault(file)[0].startswith("companies.csv, line")


def test_a_missing_file_is_named(cast: Cast, tmp_path: Path) -> None:
    assert str(tmp_path / "gone.csv") in fault(tmp_path / "gone.csv")[0]
    assert fault(write(tmp_path, row(), name="others.csv"))[0] == "rows 1 (company).file"


def test_a_nul_is_refused(cast: Cast, tmp_path: Path) -> None:
    line, _field, reason = refusal(tmp_path, row("c2", "Du\x00pont"))
    assert line == 3
    assert "Name" in reason
    assert "NUL" in reason


@pytest.mark.parametrize("column", ["key", "name", "revenue", "created"])
def test_a_cell_of_ten_megabytes_is_refused(cast: Cast, tmp_path: Path, column: str) -> None:
    line, _field, reason = refusal(tmp_path, row(**{"key": "c2", column: "x" * 10_000_000}))
    assert line == 3
    assert len(reason) < 300


@pytest.mark.parametrize(
    "day", ["2024-02-30", "17/05/2024", "yesterday", "0001-01-01", "9999-12-31", "2999-01-01", "0"]
)
def test_a_wrong_date_is_refused(cast: Cast, tmp_path: Path, day: str) -> None:
    line, field, reason = refusal(tmp_path, row("c2", created=day))
    assert (line, field) == (3, "created_at")
    assert day in reason


@pytest.mark.parametrize("number", ["ten", "1e400", "NaN", "1.2.3", "9" * 40, "١٢", "--1"])
def test_a_wrong_number_is_refused(cast: Cast, tmp_path: Path, number: str) -> None:
    line, field, reason = refusal(tmp_path, row("c2", revenue=number))
    assert (line, field) == (3, "revenue")
    assert number[:20] in reason


def test_a_number_too_large_to_be_kept_is_refused(cast: Cast, tmp_path: Path) -> None:
    line, _field, reason = refusal(tmp_path, row("c2", revenue="9" * 25))
    assert line == 3
    assert reason


def test_a_key_that_came_before_is_refused_with_its_line(cast: Cast, tmp_path: Path) -> None:
    line, field, reason = refusal(tmp_path, row("good", "Another"))
    assert (line, field) == (3, "key")
    assert "companies.csv" in reason
    assert companies()[0]["name"] == "Dupont"


def test_a_row_without_key_is_refused(cast: Cast, tmp_path: Path) -> None:
    assert refusal(tmp_path, row("  "))[:2] == (3, "key")


def test_an_unknown_person_is_refused(cast: Cast, tmp_path: Path) -> None:
    line, field, reason = refusal(tmp_path, row("c2").replace(OWNER, "nobody@cast.example"))
    assert (line, field) == (3, "responsible")
    assert "nobody@cast.example" in reason


def test_too_many_cells_and_too_few_are_refused(cast: Cast, tmp_path: Path) -> None:
    line, _field, reason = refusal(tmp_path, f"{row('c2')},more")
    assert line == 3
    assert "8" in reason
    assert "7" in reason
    assert refusal(tmp_path, "c2,Dupont")[0] == 3


def test_a_blank_name_is_refused(cast: Cast, tmp_path: Path) -> None:
    assert refusal(tmp_path, row("c2", "   "))[0] == 3


def test_lines_are_counted_where_rows_begin(cast: Cast, tmp_path: Path) -> None:
    assert refusal(tmp_path, "", row("c2", '"Du\npont"', created="never"), "")[0] == 4


def test_markup_and_sql_are_kept_as_they_are(cast: Cast, tmp_path: Path) -> None:
    names = ["<script>alert(1)</script>", "'); DROP TABLE crm_element; --", "%s {} %(x)s", "=1+1", "🙂 \u202e ﷽"]
    load(write(tmp_path, *(row(f"c{place}", f'"{name}"') for place, name in enumerate(names))))
    assert [company["name"] for company in companies()] == names


def test_every_fault_of_a_row_is_said(cast: Cast, tmp_path: Path) -> None:
    _line, field, reason = refusal(tmp_path, row("c2", revenue="ten", created="never"))
    assert field == "revenue, created_at"
    assert "ten" in reason
    assert "never" in reason
