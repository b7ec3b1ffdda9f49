"""Every address × role × row that is read has one status, changes nothing, and says no name that is not the reader's."""

from __future__ import annotations

import pytest

from tests.matrix.lines import Line, patterns
from tests.matrix.table import MATRIX
from tests.matrix.walking import Walk, faults_of_answer, written

# Each test is in a savepoint within the transaction that holds the world.
pytestmark = pytest.mark.django_db
OTHER_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def test_every_address_has_its_lines_and_every_line_its_address() -> None:
    assert {line.name for line in MATRIX} == set(patterns())


@pytest.mark.parametrize("line", [line for line in MATRIX if line.method == "GET"], ids=str)
def test_each_role_is_shown_what_it_may_see(walk: Walk, line: Line) -> None:
    wrong, writes = [], written()
    for row, role, status in line.cells():
        answer = walk.ask(line, row, role)
        wrong += [f"row {row}, {role}: {fault}" for fault in faults_of_answer(walk, line, role, status, answer)]
    assert not wrong, "\n".join([str(line), *wrong])
    assert walk.changed(writes) == []


@pytest.mark.parametrize("line", [line for line in MATRIX if len(line.grid) > 1], ids=str)
def test_a_fragment_is_refused_like_a_page(walk: Walk, line: Line) -> None:
    denied = [cell for cell in line.cells() if cell[1] in {"bob", "rita"} and cell[2] in {403, 404}]
    asked = {cell: walk.ask(line, *cell[:2], headers={"HX-Request": "true"}) for cell in denied}
    assert {cell: answer.status_code for cell, answer in asked.items()} == {cell: cell[2] for cell in denied}
    said = {cell: answer.content.decode() for cell, answer in asked.items()}
    assert [cell for cell, text in said.items() if any(name in text for name in walk.hidden[cell[1]])] == []


@pytest.mark.parametrize("name", sorted(patterns()))
def test_other_methods_are_refused(walk: Walk, name: str) -> None:
    lines = [line for line in MATRIX if line.name == name]
    row, writes = next(iter(lines[0].grid)), written()
    for method in sorted(set(OTHER_METHODS) - {line.method for line in lines}):
        assert walk.ask(lines[0], row, "root", method=method).status_code == 405, method
    assert walk.changed(writes) == []
