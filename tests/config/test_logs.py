"""Logs hold ids, never names or bodies."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from django.db import IntegrityError, connection, transaction

from relance.config.logs import JsonFormatter


def logged(message: str, *arguments: object, **extra: object) -> dict[str, object]:
    record = logging.LogRecord("relance.tried", logging.ERROR, "", 0, message, arguments, sys.exc_info())
    vars(record).update(extra)
    event = json.loads(JsonFormatter().format(record))
    assert isinstance(event, dict)
    return event


def test_an_event_is_one_json_object_with_its_extras() -> None:
    event = logged("job %s ended", 7, gesture="g-1")
    assert str(event.pop("at")).endswith("+00:00")
    expected = {"level": "error", "logger": "relance.tried", "message": "job 7 ended", "gesture": "g-1"}
    assert event == expected


@pytest.mark.django_db
def test_an_exception_is_told_without_the_values_of_the_row_that_caused_it() -> None:
    insert = "INSERT INTO people_user (email, password, last_name) VALUES ('zoe@secret.example', '', 'Secret')"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert)
    except IntegrityError:
        event = logged("request failed")
    exceptions = event["exceptions"]
    assert isinstance(exceptions, list)
    assert [found["type"] for found in exceptions] == ["IntegrityError", "NotNullViolation"]
    assert exceptions[1]["sqlstate"] == "23502"
    assert "ecret" not in json.dumps(event)
