"""Every gesture × role × row has one status; what is denied changes nothing, what is done is in the journal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from relance.kit.sql import Sql, execute
from tests.cast import journal_size
from tests.matrix.lines import Line
from tests.matrix.table import MATRIX
from tests.matrix.walking import DENIED, Walk, faults_of_answer, written

# Each test is in a savepoint within the transaction that holds the world.
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("line", [line for line in MATRIX if line.method == "POST"], ids=str)
def test_each_role_does_what_it_may(walk: Walk, line: Line) -> None:
    wrong = [
        f"row {row}, {role}: {fault}"
        for row, role, status in line.cells()
        for fault in _faults_of_write(walk, line, row, role, status)
    ]
    assert not wrong, "\n".join([str(line), *wrong])


def _faults_of_write(walk: Walk, line: Line, row: str, role: str, status: int) -> Iterator[str]:
    savepoint, writes = transaction.savepoint(), written()
    try:
        answer = walk.ask(line, row, role)
        yield from faults_of_answer(walk, line, role, status, answer)
        if status in DENIED or (role == "anonymous" and not line.is_open):
            yield from (f"changed {table}" for table in walk.changed(writes))
            return
        execute(Sql("SET CONSTRAINTS ALL IMMEDIATE"))
        if not line.exempt and journal_size() <= walk.journaled:
            yield "left nothing in the journal"
    finally:
        transaction.savepoint_rollback(savepoint)


@pytest.mark.parametrize("line", [line for line in MATRIX if line.method == "POST"], ids=str)
def test_a_form_from_elsewhere_is_refused(walk: Walk, line: Line) -> None:
    row, writes = next(iter(line.grid)), written()
    assert walk.ask(line, row, "root", enforce_csrf_checks=True).status_code == 403
    assert walk.changed(writes) == []
