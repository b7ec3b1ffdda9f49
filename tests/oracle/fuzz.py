"""As many companies as one likes, other ones each time: `make fuzz COMPANIES=5000`. Not a part of `make test`."""

from __future__ import annotations

import os

import pytest

from tests.oracle.runs import compare_companies

COMPANIES = int(os.environ.get("COMPANIES", "1000"))


@pytest.mark.django_db
def test_no_company_differs_from_the_oracle() -> None:
    compare_companies(COMPANIES, derandomize=False)
