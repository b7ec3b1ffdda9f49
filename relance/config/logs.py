"""What the logs say and how: one line or one JSON object per event, with ids and never with names or bodies.

An exception's message may quote a user's input or a row ("Key (email)=(…) already exists"), so in JSON, the form of
production, an exception is its type, its place in the code and what the database calls it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import psycopg

# What the standard library puts on every record; everything else was given by the caller as `extra`.
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request", "taskName"}


def configuration(form: str) -> dict[str, Any]:
    """Django's LOGGING: to the error output, as lines for people or as JSON for programs."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
            "json": {"()": "relance.config.logs.JsonFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "procrastinate": {"level": "WARNING"},
            # Django's own handlers would say everything twice, and mail it.
            "django": {"handlers": [], "propagate": True},
        },
    }


class JsonFormatter(logging.Formatter):
    """One JSON object per line: at (UTC), level, logger, message, the caller's extras, and an exception without words."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC)
        event: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        event |= {key: value for key, value in vars(record).items() if key not in STANDARD}
        if record.exc_info and record.exc_info[1]:
            event["exceptions"] = list(_exceptions(record.exc_info[1]))
        return json.dumps(event, ensure_ascii=False, default=str)


def _exceptions(error: BaseException) -> Iterator[dict[str, Any]]:
    """An exception and those that led to it, each by type and place."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current and id(current) not in seen:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)
        places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        yield {"type": type(current).__qualname__, **_database_words(current), "places": places}
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _database_words(error: BaseException) -> dict[str, str]:
    """What PostgreSQL says of an error that is no user's text: its code, and the constraint and table by name."""
    if not isinstance(error, psycopg.Error):
        return {}
    words = {
        "sqlstate": error.sqlstate,
        "constraint": error.diag.constraint_name,
        "table": error.diag.table_name,
    }
    return {name: word for name, word in words.items() if word}
