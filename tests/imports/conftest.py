"""Imports speak English in these tests, as the command line does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The language of the command line."""
    with translation.override("en"):
        yield
