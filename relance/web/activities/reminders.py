"""Reminders in forms and in words: so long before an activity is due, or starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

HOUR, DAY, WEEK = 60, 1_440, 10_080
OFFSETS = (0, 15, HOUR, DAY)
UNITS = {"minutes": 1, "hours": HOUR, "days": DAY, "weeks": WEEK}
MOST_DIGITS = 6


class RemindersWidget(forms.SelectMultiple):
    """Rows of an offset and, where it says `custom`, an amount and a unit; drawn by `activities/_reminders.html`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:  # noqa: ANN401, ARG002 - Django's
        """The minutes of each row, as texts; a row that says nothing is none."""
        offsets = data.getlist(name)
        rows = zip(
            offsets,
            _padded(data.getlist(f"{name}_amount"), len(offsets)),
            _padded(data.getlist(f"{name}_unit"), len(offsets)),
            strict=True,
        )
        texts = [_minutes(amount, unit) if offset == "custom" else offset for offset, amount, unit in rows]
        return [text for text in texts if text]


class RemindersField(forms.Field):
    """Minutes before, none twice. How many and how long is the action's to judge."""

    widget = RemindersWidget
    hidden_widget = forms.MultipleHiddenInput

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("Reminders"), required=False)

    def to_python(self, value: Any) -> list[int]:  # noqa: ANN401 - Django's signature
        """The minutes, the longest first.

        Raises:
            ValidationError: a row that is no number.
        """
        texts = [str(text) for text in value or ()]
        if not all(text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS for text in texts):
            raise forms.ValidationError(_("Say how long before, as a whole number."))
        return sorted({int(text) for text in texts}, reverse=True)

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ANN401 - Django's signature
        """The order is nothing; what cannot be read has changed."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except forms.ValidationError:
            return True


def reminder_rows(values: Sequence[object]) -> list[dict[str, object]]:
    """The rows that a form shows for the minutes picked, each with its amount and unit."""
    rows = []
    for value in values:
        text = str(value)
        minutes = int(text) if text.isascii() and text.isdigit() else 0
        unit = next((unit for unit in ("weeks", "days", "hours") if minutes and minutes % UNITS[unit] == 0), "minutes")
        is_custom = minutes not in OFFSETS or not text.isdigit()
        rows.append({"minutes": minutes, "is_custom": is_custom, "amount": minutes // UNITS[unit], "unit": unit})
    return rows


def offset_choices() -> list[tuple[int, str]]:
    """The offsets that are offered, in words."""
    return [(minutes, offset_text(minutes)) for minutes in OFFSETS]


def unit_choices() -> list[tuple[str, str]]:
    """The units of an offset of one's own."""
    names = {"minutes": _("minutes"), "hours": _("hours"), "days": _("days"), "weeks": _("weeks")}
    return [(unit, names[unit]) for unit in UNITS]


def offset_text(minutes: int) -> str:
    """An offset in words: "at the time", "15 min before", "1 day before"."""
    if minutes == 0:
        return _("At the time")
    if minutes % WEEK == 0:
        count = minutes // WEEK
        return ngettext("%(count)d week before", "%(count)d weeks before", count) % {"count": count}
    if minutes % DAY == 0:
        count = minutes // DAY
        return ngettext("%(count)d day before", "%(count)d days before", count) % {"count": count}
    if minutes % HOUR == 0:
        return _("%(count)d h before") % {"count": minutes // HOUR}
    return _("%(count)d min before") % {"count": minutes}


def _padded(values: Sequence[str], count: int) -> list[str]:
    return [*values[:count], *[""] * (count - len(values))]


def _minutes(amount: str, unit: str) -> str:
    if not (amount.isascii() and amount.isdigit() and len(amount) <= MOST_DIGITS and unit in UNITS):
        return amount.strip() and "?"
    return str(int(amount) * UNITS[unit])
