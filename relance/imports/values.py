"""From the text of cells to values, by a field's shape."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _

from relance.imports.reading import shorten
from relance.imports.terms import FileFormat, Shape
from relance.kit import clock

_YES = {"1", "true", "yes", "y", "oui", "o", "vrai", "x"}
_NO = {"0", "false", "no", "n", "non", "faux"}
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,20})?")
_SYMBOLS = str.maketrans("", "", "\u00a0\u202f €$£")
_EXAMPLE = datetime(2017, 12, 31, 18, 30, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 1900, 9998


class NotThat(ValueError):
    """A text that is not a value of the shape; its message is for the report."""


def to_value(shape: Shape, text: str, format: FileFormat) -> object:
    """The value of a text that is not blank.

    Raises:
        NotThat: why it is none.
    """
    return _READERS[shape](text, format)


def _decimal(text: str, format: FileFormat) -> Decimal:
    bare = text.translate(_SYMBOLS)
    if format.thousands:
        bare = bare.replace(format.thousands, "")
    if format.decimal != ".":
        bare = bare.replace(".", "_").replace(format.decimal, ".")
    if not _NUMBER.fullmatch(bare):
        raise NotThat(_("“%(text)s” is not a number.") % {"text": shorten(text)})
    return Decimal(bare)


def _integer(text: str, format: FileFormat) -> int:
    number = _decimal(text, format)
    if number != number.to_integral_value():
        raise NotThat(_("“%(text)s” is not a whole number.") % {"text": shorten(text)})
    return int(number)


def _boolean(text: str, _format: FileFormat) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise NotThat(_("“%(text)s” is neither yes nor no.") % {"text": shorten(text)})
    return word in _YES


def _day(text: str, format: FileFormat) -> date:
    found = _parse(text, format.dates)
    if found is None:
        raise NotThat(_no_date(text, format.dates))
    return found.date()


def _instant(text: str, format: FileFormat) -> datetime:
    found = _parse(text, (*format.times, *format.dates))
    if found is None:
        raise NotThat(_no_date(text, (*format.dates, *format.times)))
    return found if found.tzinfo else found.replace(tzinfo=format.zone)


def _past(text: str, format: FileFormat) -> datetime:
    instant = _instant(text, format)
    # A day's grace: the file may have been written in an earlier zone.
    if instant > clock.now() + timedelta(days=1):
        raise NotThat(_("“%(text)s” is in the future.") % {"text": shorten(text)})
    return instant


def _when(text: str, format: FileFormat) -> date | datetime:
    found = _parse(text, format.dates)
    return found.date() if found else _instant(text, format)


@lru_cache(maxsize=10_000)
def _parse(text: str, patterns: tuple[str, ...]) -> datetime | None:
    for pattern in patterns:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller knows the zone
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    return None


def _no_date(text: str, patterns: tuple[str, ...]) -> str:
    told = {"text": shorten(text), "example": _EXAMPLE.strftime(patterns[0])}
    return _("“%(text)s” is not a date such as %(example)s.") % told


_READERS: dict[Shape, Callable[[str, FileFormat], object]] = {
    Shape.TEXT: lambda text, _format: text,
    Shape.DECIMAL: _decimal,
    Shape.INTEGER: _integer,
    Shape.BOOLEAN: _boolean,
    Shape.DAY: _day,
    Shape.INSTANT: _past,
    Shape.WHEN: _when,
}
