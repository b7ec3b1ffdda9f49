"""Values as text of the page, for the rows of all lists: everything that people wrote passes through `escape`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_currency
from django.utils.html import escape
from django.utils.safestring import SafeString

from relance.web.activities.dates import Viewer, day_text, day_whole, instant_text, instant_whole


def titled(value: object) -> str:
    """Text that may be cut, whole for who points at it."""
    text = escape(value)
    return f'<span title="{text}">{text}</span>' if text else ""


def money(amount: Decimal | None, currency: str, language: str) -> SafeString:
    """An amount in its currency, as the reader's language writes it."""
    if amount is None:
        return SafeString("")
    text = escape(format_currency(amount, currency, locale=language))
    return SafeString(f'<span class="number" title="{text}">{text}</span>')


def day(on: date | None, viewer: Viewer) -> SafeString:
    """A day in short words, whole for who points at it."""
    if on is None:
        return SafeString("")
    return SafeString(
        f'<time datetime="{on.isoformat()}" title="{escape(day_whole(on, viewer))}">{escape(day_text(on, viewer))}</time>'
    )


def instant(at: datetime, viewer: Viewer) -> SafeString:
    """A moment in short words, whole for who points at it."""
    whole, text = escape(instant_whole(at, viewer)), escape(instant_text(at, viewer))
    return SafeString(f'<time datetime="{at.isoformat()}" title="{whole}">{text}</time>')


def phones(numbers: Sequence[str]) -> SafeString:
    """Phone numbers to call."""
    return SafeString(
        " ".join(f'<a class="ref number" href="tel:{_dialled(n)}"><span>{escape(n)}</span></a>' for n in numbers)
    )


def emails(addresses: Sequence[str]) -> SafeString:
    """Addresses to write to."""
    return SafeString(
        " ".join(f'<a class="ref" href="mailto:{escape(a)}"><span>{escape(a)}</span></a>' for a in addresses)
    )


def _dialled(number: str) -> str:
    return "".join(c for c in number if c in "+0123456789")
