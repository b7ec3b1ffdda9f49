"""Changes of an element in words: which field, from what to what; names only where the reader may know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relance.crm.terms import FIELD_NAMES, ElementDetail, Kind
from relance.kit.sql import Row
from relance.timeline.terms import HistoryPage
from relance.web import marks, values
from relance.web.activities.dates import Viewer
from relance.web.crm import cells

_LINKS = {"contact_ids", "company_ids"}
# What is never folded away among other changes.
_APART = {"stage_id", "responsible_id", "amount"}


@dataclass(frozen=True, slots=True)
class Line:
    """One field that was changed; of a deletion or a restoration, only what was done. `is_apart`: it is never folded."""

    label: str
    before: str = ""
    after: str = ""
    is_plain: bool = False
    is_apart: bool = False


class ChangeWriter:
    """Writes the changes of one page for one reader."""

    def __init__(self, page: HistoryPage, element: ElementDetail, viewer: Viewer) -> None:
        self.page, self.element, self.viewer = page, element, viewer
        self._words: dict[str, Callable[[Any], str]] = {
            "responsible_id": lambda value: page.people.get(value, _("Somebody who is unknown")),
            "stage_id": lambda value: page.stages.get(value, "–"),
            "company_id": lambda value: cells.link(page.elements.get(value)),
            "is_open_to_all": lambda value: _("Yes") if value else _("No"),
            "closes_on": lambda value: values.day(date.fromisoformat(value), viewer),
            "amount": self._money,
            "revenue": self._money,
            "employees": marks.number,
            "phones": ", ".join,
            "emails": ", ".join,
        }

    def who(self, row: Row) -> str:
        """Who did it."""
        return self.page.people.get(row["actor_id"] or 0, _("Relance"))

    def lines(self, row: Row) -> list[Line]:
        """The fields that an entry of the journal changed, those that the page of the element shows."""
        before, after = row["before"] or {}, row["after"] or {}
        if "deleted_at" in after:
            return [Line(_("Deleted") if after["deleted_at"] else _("Restored"), is_plain=True, is_apart=True)]
        # A contact's name is made of its first and last names, which have entries of their own.
        hidden = {"name"} if self.element.kind == Kind.CONTACT else set()
        keys = [key for key in FIELD_NAMES if key in after and key not in hidden and before.get(key) != after[key]]
        return [self._line(key, before, after) for key in keys]

    def _line(self, key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Line:
        label = str(FIELD_NAMES[key])
        if key not in _LINKS:
            said = (self._said(key, before.get(key)), self._said(key, after[key]))
            return Line(label, *said, is_apart=key in _APART)
        old, new = set(before.get(key) or ()), set(after[key] or ())
        return Line(label, self._linked(old - new), self._linked(new - old))

    def _said(self, key: str, value: Any) -> str:  # noqa: ANN401 - any field's value
        if value is None or value in ("", []):
            return "–"
        return self._words[key](value) if key in self._words else str(value)

    def _money(self, value: Any) -> str:  # noqa: ANN401 - as the journal has it
        return values.money(Decimal(str(value)), str(self.element.fields["currency"]), self.viewer.language)

    def _linked(self, ids: set[int]) -> SafeString | str:
        if not ids:
            return "–"
        return format_html_join(", ", "{}", ((cells.link(self.page.elements.get(id)),) for id in sorted(ids)))
