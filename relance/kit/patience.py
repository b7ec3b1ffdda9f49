"""Statements that may take only so long: the database itself stops what takes longer, and nothing of it stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError, transaction
from psycopg.errors import QueryCanceled

from relance.kit.sql import Sql, execute, sql


class TookTooLongError(Exception):
    """A statement was stopped by its limit."""


@contextmanager
def stopped_after(ms: int) -> Iterator[None]:
    """Each statement inside takes at most so many milliseconds. For reading: what was written inside is undone with it.

    The limit ends with the block, whether the caller is in a transaction or not, and the connection stays good. On a slow
    machine it is multiplied by settings.PATIENCE.

    Raises:
        TookTooLongError: a statement took longer.
    """
    is_inner = transaction.get_connection().in_atomic_block
    try:
        with transaction.atomic():
            execute(sql("SELECT set_config('statement_timeout', {}, true)", str(max(1, round(ms * settings.PATIENCE)))))
            yield
            if is_inner:
                # The savepoint goes, the transaction stays. After a rollback the savepoint's setting has gone with it.
                execute(Sql("SET LOCAL statement_timeout TO DEFAULT"))
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TookTooLongError from error
        raise
