"""The comparison is worth something: it finds each fault planted in the predicate, and nothing without one."""

from __future__ import annotations

import pytest

from tests.oracle.asking import Difference
from tests.oracle.companies import shape_of
from tests.oracle.compare import compare
from tests.oracle.faults import FAULTS

COMPANIES = 30
pytestmark = pytest.mark.django_db


def test_without_a_fault_the_companies_show_no_difference() -> None:
    for seed in range(8):
        assert compare(shape_of(seed))


@pytest.mark.parametrize("fault", FAULTS)
def test_the_comparison_finds_a_planted_fault(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    with pytest.raises(Difference):
        _compare_all()


def _compare_all() -> None:
    for seed in range(COMPANIES):
        compare(shape_of(seed))
