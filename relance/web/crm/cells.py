"""The rows of an elements' list, written as text like those of *My activities*; every value passes through `escape`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relance.crm.terms import ElementRef, Outcome
from relance.kit.sql import Row
from relance.lists.searching import Search
from relance.web import marks
from relance.web.activities.cells import due_markup, reference
from relance.web.activities.counting import row_marks
from relance.web.activities.dates import Viewer, due_of
from relance.web.lists.marking import marked
from relance.web.values import day, emails, instant, money, phones, titled

Cell = Callable[[Row], str]
# The classes that place a cell on a phone's card.
_ON_CARDS = {
    "stage": "c-type",
    "position": "c-type",
    "industry": "c-type",
    "company": "c-element",
    "companies": "c-element",
    "company_name": "c-element",
    "city": "c-element",
    "next_activity": "c-deadline",
}
_TAGS = {Outcome.WON.value: "tag ok", Outcome.LOST.value: "tag", Outcome.OPEN.value: "tag accent"}


class ElementPainter:
    """Writes the rows of one page for one reader."""

    def __init__(self, kind: str, columns: Sequence[str], viewer: Viewer, search: Search | None = None) -> None:
        self.kind, self.viewer, self._search = kind, viewer, search
        self._cells: list[tuple[str, Cell]] = [(key, self._cell(key)) for key in columns if key != "name"]
        self._name_at = columns.index("name") if "name" in columns else 0
        self._idle = escape(_("No activity"))
        self._select, self._actions = escape(_("Select: ")), escape(_("Actions: "))
        self._menu_icon = marks.icon("menu")

    def rows(self, rows: Iterable[Row]) -> SafeString:
        """All rows as one piece of markup."""
        return SafeString("".join(map(self.row, rows)))

    def row(self, row: Row) -> str:
        """One `<tr>`."""
        cells = [f'<td class="c-{key} {_ON_CARDS.get(key, "")}">{cell(row)}</td>' for key, cell in self._cells]
        cells.insert(self._name_at, self._name(row))
        return f'<tr id="row-{row["id"]}" data-id="{row["id"]}">{self._tools(row)}{"".join(cells)}</tr>'

    def _tools(self, row: Row) -> str:
        name, path = escape(row["name"]), marks.element_path(self.kind, row["number"])
        return (
            f'<td class="pick-row"><input type="checkbox" value="{row["id"]}" aria-label="{self._select}{name}"></td>'
            f'<td class="tools"><div><button class="row-menu" data-menu="{path}menu/" aria-haspopup="menu"'
            f' aria-expanded="false" aria-label="{self._actions}{name}">{self._menu_icon}</button></div></td>'
        )

    def _name(self, row: Row) -> str:
        name, path = escape(row["name"]), marks.element_path(self.kind, row["number"])
        counters = row_marks(row.get("counters"))
        shown = marked(row["name"], self._search)
        link = f'<a href="{path}" data-open title="{name}">{shown}</a>'
        return f'<th scope="row" class="c-name c-subject"><div>{link}{counters}</div></th>'

    def _cell(self, key: str) -> Cell:
        known: dict[str, Cell] = {
            "stage": stage,
            "pipeline": lambda row: titled(row["pipeline_name"]),
            "author": lambda row: marks.person(row["author_name"], row["author_id"]),
            "updated_by": lambda row: marks.person(row["updated_by_name"], row["updated_by_id"]),
            "next_activity": self.next_activity,
            "responsible": lambda row: marks.person(row["responsible_name"], row["responsible_id"]),
            "amount": lambda row: money(row["amount"], row["currency"], self.viewer.language),
            "revenue": lambda row: money(row["revenue"], row["currency"], self.viewer.language),
            "employees": lambda row: "" if row["employees"] is None else marks.number(row["employees"]),
            "closes_on": lambda row: day(row["closes_on"], self.viewer),
            "created": lambda row: instant(row["created_at"], self.viewer),
            "updated": lambda row: instant(row["updated_at"], self.viewer),
            "open_to_all": lambda row: escape(_("Yes")) if row["is_open_to_all"] else "",
            "origin": lambda row: escape(f"{row['origin']} {row['origin_id']}".strip()),
            "company": lambda row: links(row["company"]),
            "companies": lambda row: links(row["companies"]),
            "contacts": lambda row: links(row["contacts"]),
            "phones": lambda row: phones(row["phones"]),
            "emails": lambda row: emails(row["emails"]),
        }
        return known.get(key) or (lambda row: titled(row.get(key) or ""))

    def next_activity(self, row: Row) -> str:
        """When the element's next activity is due, in words; or that there is none."""
        following = row["next_activity"]
        if following is None:
            return f'<span class="tag warn">{self._idle}</span>' if row["is_in_progress"] else ""
        return f'<span title="{escape(following["subject"])}">{due_markup(due_of(following, self.viewer))}</span>'


def stage(row: Row) -> str:
    """A stage: its name, coloured by what it means."""
    name = escape(row["stage_name"])
    return f'<span class="{_TAGS[row["stage_outcome"]]}" title="{name}">{name}</span>' if name else ""


def link(ref: ElementRef | None) -> SafeString:
    """A linked element, by name where the reader may see it."""
    return reference(ref.kind, ref.number, ref.name) if ref else reference("", None, None)


def links(refs: Sequence[ElementRef | None]) -> SafeString:
    """Linked elements, one beside the other."""
    return SafeString(" ".join(map(link, refs)))
