"""What is planned on an element, as its page shows it, and the way to the list that has all of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from relance.crm.terms import ElementDetail, Kind
from relance.kit.actor import Actor
from relance.kit.sql import Row
from relance.lists.grammar.tree import quoted
from relance.timeline.queries import list_planned
from relance.timeline.terms import ROLLED_UP
from relance.web import marks
from relance.web.activities.cells import due_markup, high_flag, reference
from relance.web.activities.dates import Viewer, due_of
from relance.web.lists.headings import address
from relance.web.timeline.painting import answers, colour_dot


def planned_context(actor: Actor, element: ElementDetail, viewer: Viewer, *, rolled: bool = False) -> dict[str, Any]:
    """The planned activities of an element; `rolled` up, also those of the elements around it, which they name."""
    rolled = rolled and element.kind in ROLLED_UP
    planned = list_planned(actor, element, rolled_up=rolled)
    return {
        "planned": [_row(row, element, viewer, rolled=rolled) for row in planned.rows],
        "planned_total": planned.total,
        "overdue": planned.overdue,
        "more_planned": planned.total - len(planned.rows),
        "all_planned": address(reverse("activity-list"), {"q": _asked(element, rolled=rolled)}),
        "is_rolled": rolled,
        "high": SafeString(high_flag()),
    }


def _row(row: Row, element: ElementDetail, viewer: Viewer, *, rolled: bool) -> dict[str, Any]:
    due, where = due_of(row, viewer), ""
    if rolled and row["element_id"] != element.id:
        where = reference(row["element_kind"], row["element_number"], row["element_name"])
    return {
        "row": row,
        "when": due.when,
        "due": due_markup(due),
        "responsible": marks.person(row["responsible_name"], row["responsible_id"]),
        "colour": colour_dot(row["colour"]),
        "where": where,
        "answers": answers(row["answers"], viewer),
    }


def _asked(element: ElementDetail, *, rolled: bool) -> str:
    """The filter that takes the same activities (docs/filters.md)."""
    own = f"{element.kind}.number:{element.number}"
    if rolled and element.kind == Kind.COMPANY:
        return f"is:open element.company:{quoted(element.name)}"
    if rolled:
        # Contacts are known to filters by last name and first name.
        name = " ".join(str(element.fields[key]) for key in ("last_name", "first_name") if element.fields[key])
        return f"is:open ({own} or deal.contact:{quoted(name)})"
    return f"is:open {own}"
