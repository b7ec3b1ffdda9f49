"""The suite's own database."""

from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_suite_works_on_postgresql_18_in_a_database_of_its_own() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('server_version_num')::int / 10000")
        name, version = cursor.fetchone()
    assert name.startswith("test_relance_")
    assert version == 18
