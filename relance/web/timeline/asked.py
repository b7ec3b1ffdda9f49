"""What an address asks of a history, and what its filters offer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from relance.crm.terms import ElementDetail, Kind
from relance.kit.actor import Actor
from relance.timeline.queries import list_people_of
from relance.timeline.terms import FILTER_KINDS, ROLLED_UP, EntryKind, HistoryFilter
from relance.web.activities.fields import is_id
from relance.web.lists.headings import address

# The names in the address: kind of entry, person, first and last day, text, roll-up.
NAMES = ("show", "by", "from", "to", "q", "rolled")
LONGEST_TEXT = 200


class HistoryAsked:
    """What was asked for, as the query layer and as an address say it; what cannot be read counts as not asked."""

    def __init__(self, given: QueryDict) -> None:
        text = {name: given.get(name, "").strip()[:LONGEST_TEXT].replace("\x00", "") for name in NAMES}
        self.filter = HistoryFilter(
            kind=text["show"] if text["show"] in FILTER_KINDS else "",
            person_id=int(text["by"]) if is_id(text["by"]) else None,
            from_on=_day(text["from"]),
            to_on=_day(text["to"]),
            text=text["q"],
            rolled_up=bool(text["rolled"]),
        )
        self.query = {
            "show": self.filter.kind,
            "by": str(self.filter.person_id or ""),
            "from": self.filter.from_on.isoformat() if self.filter.from_on else "",
            "to": self.filter.to_on.isoformat() if self.filter.to_on else "",
            "q": self.filter.text,
            "rolled": "1" if self.filter.rolled_up else "",
        }

    def page_of(self, element: ElementDetail) -> str:
        """The address of the element's page that shows this."""
        return address(reverse("element-detail", args=[element.kind, element.number]), self.query)

    def part_of(self, element: ElementDetail, cursor: str = "") -> str:
        """The address of the history alone."""
        path = reverse("element-history", args=[element.kind, element.number])
        return address(path, {**self.query, "cursor": cursor})

    def choices(self, actor: Actor, element: ElementDetail) -> dict[str, Any]:
        """What the filters offer."""
        return {
            "kinds": [(kind, EntryKind(kind).label) for kind in FILTER_KINDS],
            "people": list_people_of(element, actor),
            "rolls_up": Kind(element.kind).value if element.kind in ROLLED_UP else "",
        }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
