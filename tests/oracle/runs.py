"""Asking company after company, from fixed seeds or from new ones."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle.cells import Tally
from tests.oracle.companies import Shape, shapes
from tests.oracle.compare import compare


def compare_companies(companies: int, *, derandomize: bool) -> Tally:
    """Compare so many companies with the oracle; what was asked, by cell. The first difference raises."""
    tally = Tally()

    @settings(
        max_examples=companies,
        derandomize=derandomize,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # A smaller seed is no simpler company: the shape in the message is what reproduces a difference.
        phases=[Phase.generate],
    )
    @given(shapes())
    def ask(shape: Shape) -> None:
        tally.add(compare(shape))

    ask()
    return tally
