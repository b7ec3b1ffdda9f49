"""What writing one activity asks of the database: design.md section 6 allows twelve queries for a whole request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from django.db import connection

from tests.cast import Cast, make_activity, make_element
from tests.web.signing import HTMX, sign_in

MOST = 12


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements inside that ask for or write rows."""
    seen: list[str] = []

    def note(execute: Any, query: str, *args: Any) -> Any:
        if not query.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "SET")):
            seen.append(query)
        return execute(query, *args)

    with connection.execute_wrapper(note):
        yield seen


def test_creating_one_takes_twelve_queries_with_the_page_that_shows_it(cast: Cast) -> None:
    client, deal = sign_in(cast.bob), make_element("deal", cast.bob)
    form = {
        "type": "todo",
        "subject": "Rappeler",
        "deadline_day": "2030-01-15",
        "deadline_time": "10:00",
        "elements": deal,
        "responsible": cast.bob,
        "priority": 2,
    }
    with asked() as statements:
        response = client.post("/activities/new/", {**form, "creation_key": uuid4()}, headers=HTMX)
    assert "Rappeler" in response.content.decode()
    assert len(statements) <= MOST, "\n".join(statements)


def test_completing_one_takes_fewer(cast: Cast) -> None:
    client, activity = sign_in(cast.bob), make_activity(cast.bob, make_element("deal", cast.bob))
    with asked() as statements:
        response = client.post("/gestures/complete/", {"ids": activity}, headers=HTMX)
    assert response.status_code == 200
    assert len(statements) <= MOST, "\n".join(statements)
