"""The product against the oracle: every list, single row, total, flag, name and action, for every user."""

from __future__ import annotations

import pytest

from tests.oracle.runs import compare_companies

COMPANIES = 300


@pytest.mark.django_db
def test_the_product_answers_as_the_oracle_does_and_every_cell_is_asked_often_enough() -> None:
    compare_companies(COMPANIES, derandomize=True).check(companies=COMPANIES)
