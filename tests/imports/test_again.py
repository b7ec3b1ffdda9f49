"""Loading again makes nothing twice, keeps what people changed, and leaves nothing half when it is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from relance.crm.actions import edit_elements
from relance.crm.terms import ElementChanges
from relance.imports.actions import run_import
from relance.imports.mapping import read_mapping
from relance.imports.terms import BATCH, Block, Tally
from relance.kit.sql import fetch_column, fetch_value, sql
from relance.people.queries import build_actor
from tests.cast import Cast, delete_element, give_role, journal_size, make_role
from tests.imports.files import COMPANIES, IMPORTER, companies, element, load, row, told, write

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, row("a"), row("b", "Martin  &  Fils"))
    load(file)
    before, journal = companies(), journal_size()
    report = load(file)
    assert report.of("company") == Tally(unchanged=2)
    assert (companies(), journal_size()) == (before, journal)


def test_what_changed_in_the_file_is_changed(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("a"), row("b")))
    report = load(write(tmp_path, row("a", "Dupond"), row("b")))
    assert report.of("company") == Tally(updated=1, unchanged=1)
    assert [company["name"] for company in companies()] == ["Dupond", "Dupont"]


def test_what_people_changed_since_is_kept(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("a")))
    edit_elements(cast.actor("bob"), ids=[element("a")["id"]], changes={"name": "Named by Bob"})
    report = load(write(tmp_path, row("a", "Named by the file", revenue="99")))
    assert report.of("company") == Tally(updated=1, kept=1)
    assert [(c["name"], str(c["revenue"])) for c in companies()] == [("Named by Bob", "99.00")]


def test_what_a_form_wrote_as_it_was_is_no_change_by_hand(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("a")))
    form: ElementChanges = {"name": "Dupont", "city": "Paris", "employees": 12, "industry": ""}
    edit_elements(cast.actor("bob"), ids=[element("a")["id"]], changes=form)
    report = load(write(tmp_path, row("a", "Dupond").replace(",12,", ",13,")))
    assert report.of("company") == Tally(updated=1, kept=1)
    assert [(c["name"], c["city"], c["employees"]) for c in companies()] == [("Dupond", "Paris", 13)]


def test_a_change_by_hand_that_the_file_agrees_with_is_nobodys(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("a")))
    edit_elements(cast.actor("bob"), ids=[element("a")["id"]], changes={"name": "Dupond"})
    assert load(write(tmp_path, row("a", "Dupond"))).of("company") == Tally(unchanged=1)


def test_what_people_deleted_stays_deleted(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("a")))
    delete_element(element("a")["id"])
    report = load(write(tmp_path, row("a", "Dupond")))
    assert (companies(), report.of("company").unchanged) == ([], 1)


def test_a_stopped_run_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    file = write(tmp_path, *(row(f"c{number}") for number in range(BATCH + 100)))
    journal, heard, written = journal_size(), [], []

    def stop(_block: Block, _file: Path, done: int, _total: int) -> None:
        heard.append(done)
        if len(heard) > BATCH + 50:
            written.append(len(companies()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(IMPORTER, read_mapping(COMPANIES.format(format="")), [file], on_progress=stop)
    assert written == [BATCH]
    assert (companies(), journal_size()) == ([], journal)


def test_a_trial_says_all_and_saves_nothing(cast: Cast, tmp_path: Path) -> None:
    journal = journal_size()
    report = load(write(tmp_path, row("a"), row("b", revenue="ten")), is_trial=True)
    assert report.of("company") == Tally(created=1, refused=1)
    assert (companies(), journal_size()) == ([], journal)


def test_all_is_journaled_as_imported(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("a")))
    load(write(tmp_path, row("a", "Dupond")))
    query = sql("SELECT via || ' ' || verb FROM journal_auditentry WHERE noun_id = {} AND noun = 'element' ORDER BY id",
        element("a")["id"])  # fmt: skip
    assert fetch_column(query) == ["import create", "import edit"]


def test_the_day_of_creation_is_the_files(cast: Cast, tmp_path: Path) -> None:
    load(write(tmp_path, row("a", created="2024-05-17")), format='zone = "Europe/Paris"')
    assert element("a")["created_at"].isoformat() == "2024-05-16T22:00:00+00:00"


def test_nobody_imports_without_the_right_to(cast: Cast, tmp_path: Path) -> None:
    bob = build_actor(cast.bob, via="import")
    report = load(write(tmp_path, row("a"), row("b")), actor=bob)
    assert companies() == []
    assert [line for _file, line, _field, _reason in told(report)] == [2, 3]


def test_with_the_right_to_import_each_row_is_judged(cast: Cast, tmp_path: Path) -> None:
    give_role(make_role({"import": "own"}), cast.bob)
    bob = build_actor(cast.bob, via="import")
    load(write(tmp_path, row("charlies").replace("bob@", "charlie@")))
    report = load(
        write(tmp_path, row("a"), row("b").replace("bob@", "charlie@"), row("charlies", "Taken over")), actor=bob
    )
    assert report.of("company") == Tally(created=1, refused=2)
    assert [(company["key"], company["name"]) for company in companies()] == [("a", "Dupont"), ("charlies", "Dupont")]
    assert fetch_value(sql("SELECT created_by_id FROM crm_element WHERE origin_id = 'a'")) == cast.bob
