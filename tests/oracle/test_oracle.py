"""The product against the oracle: every list, single row, total, flag, name and action, for every user."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.oracle.cells import Tally
from tests.oracle.companies import Shape, shapes
from tests.oracle.compare import compare

COMPANIES = 300


@pytest.mark.django_db
def test_the_product_answers_as_the_oracle_does_and_every_cell_is_asked_often_enough() -> None:
    tally = Tally()

    @settings(
        max_examples=COMPANIES,
        derandomize=True,
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
    tally.check(companies=COMPANIES)
