"""The rows of *My activities*, written as text: with a template for each cell a page would cost ten times as much.

Every value passes through `escape`; the labels that repeat in each row are translated once per page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from html import escape as escape_text

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from relance.activities.terms import Direction, Hue, Priority
from relance.crm.terms import Kind
from relance.kit.sql import Row
from relance.lists.searching import Search
from relance.lists.terms import Page
from relance.web import marks
from relance.web.activities import element_cells
from relance.web.activities.dates import (
    DUE_GROUPS,
    Due,
    Viewer,
    due_group,
    due_of,
    instant_text,
    instant_whole,
    slot_text,
)
from relance.web.activities.reminders import offset_text
from relance.web.lists.marking import marked

# A description shorter than this, of no more lines, fits the narrowest column in three lines; any other can be unfolded where
# its column is too narrow for it, which the browser alone knows (list.js).
FOLDED_CHARACTERS, FOLDED_LINES = 18, 3

Cell = Callable[[Row], str]


def escape(value: object) -> str:
    """A value as text of the page. Django's own costs three times as much, and a page calls it 600 times."""
    return escape_text(str(value))


class Painter:
    """Writes the rows of one page for one reader."""

    def __init__(self, columns: Sequence[str], viewer: Viewer, search: Search | None = None) -> None:
        self.viewer, self._search = viewer, search
        self._cells: list[tuple[str, Cell]] = [(key, self._cell(key)) for key in columns if key != "subject"]
        self._subject_at = columns.index("subject") if "subject" in columns else 0
        self._select, self._actions = escape(_("Select: ")), escape(_("Actions: "))
        self._complete, self._reopen = escape(_("Complete: ")), escape(_("Reopen: "))
        self._refused = escape(_("You may not change this activity; its menu says why."))
        self._closed_mark = reference("", None, None)
        self._kinds: Mapping[str, str] = {kind.value: escape(marks.before(kind.label)) for kind in Kind}
        self._menu_icon = marks.icon("menu")
        self._base = reverse("activity-list")
        self._priorities = {value: priority(value) for value in Priority}
        self._high = high_flag()
        self._groups = {
            key: f' data-due="{key}"><td class="due-group"><h2>{escape(label)}</h2></td>'
            for key, label in zip(DUE_GROUPS, _group_labels(), strict=True)
        }
        self._states = {
            "completed": f'<span class="tag ok">{escape(pgettext("state", "Completed"))}</span>',
            "incoming": f'<span class="tag warn">{escape(pgettext("state", "Incoming"))}</span>',
            "overdue": f'<span class="tag danger">{escape(pgettext("state", "Overdue"))}</span>',
            "open": f'<span class="tag">{escape(pgettext("state", "Open"))}</span>',
        }

    def rows(self, rows: Iterable[Row]) -> SafeString:
        """All rows as one piece of markup."""
        return SafeString("".join(map(self.row, rows)))

    def replacement(self, row: Row) -> SafeString:
        """A row that htmx puts in the place of the one shown."""
        return SafeString(self.row(row, attributes=' hx-swap-oob="true"'))

    def row(self, row: Row, attributes: str = "") -> str:
        """One `<tr>`."""
        cells = [f'<td class="c-{key}">{cell(row)}</td>' for key, cell in self._cells]
        cells.insert(self._subject_at, self._subject(row))
        state = ' class="completed"' if row["is_completed"] else ""
        return (
            f'<tr id="row-{row["id"]}" data-id="{row["id"]}"{state}{attributes}{self._groups[due_group(row, self.viewer)]}'
            f"{self._tools(row)}{''.join(cells)}</tr>"
        )

    def _tools(self, row: Row) -> str:
        subject, activity_id, is_done = escape(row["subject"]), row["id"], row["is_completed"]
        label = self._reopen if is_done else self._complete
        refused = "" if row["can_edit"] else f' aria-disabled="true" title="{self._refused}"'
        return (
            f'<td class="pick-row"><input type="checkbox" value="{activity_id}" aria-label="{self._select}{subject}"></td>'
            f'<td class="tools"><div><button class="row-menu" data-menu="{self._base}{activity_id}/menu/" aria-haspopup="menu"'
            f' aria-expanded="false" aria-label="{self._actions}{subject}">{self._menu_icon}</button>'
            f'<button class="done" data-done aria-pressed="{"true" if is_done else "false"}"{refused}'
            f' aria-label="{label}{subject}"></button></div></td>'
        )

    def _subject(self, row: Row) -> str:
        subject = escape(row["subject"])
        high = self._high if row.get("priority") == Priority.HIGH else ""
        shown = marked(row["subject"], self._search) if self._search else subject
        link = f'<a href="{self._base}{row["id"]}/" data-open title="{subject}">{shown}</a>'
        return f'<th scope="row" class="c-subject"><div>{high}{link}</div></th>'

    def _cell(self, key: str) -> Cell:
        known: dict[str, Cell] = {
            "type": self.type,
            "element": self.element,
            "elements": lambda row: escape(row["elements_count"]),
            "client": lambda row: _listed(row["clients"], self._search),
            "deadline": lambda row: due_markup(due_of(row, self.viewer)),
            "responsible": lambda row: marks.person(row["responsible_name"], row["responsible_id"]),
            "author": lambda row: marks.person(row["author_name"], row["author_id"]),
            "completed_by": lambda row: marks.person(row["completed_by_name"], row["completed_by_id"]),
            "participants": lambda row: _listed(row["participants"]),
            "reminders": lambda row: _listed([offset_text(minutes) for minutes in row["reminders"]]),
            "description": lambda row: description(row["description"]),
            "note": lambda row: description(row["note"]),
            "created": lambda row: self.instant(row["created_at"]),
            "updated": lambda row: self.instant(row["updated_at"]),
            "completed": lambda row: self.instant(row["completed_at"]),
            "priority": self.priority,
            "direction": lambda row: escape(Direction(row["direction"]).label) if row["direction"] else "",
            "outcome": lambda row: escape(row["outcome_name"]),
            "colour": lambda row: marks.colour(row["colour"], Hue(row["colour"]).label) if row["colour"] else "",
            "slot": lambda row: escape(slot_text(row, self.viewer)),
            "state": self.state,
            "updated_by": lambda row: marks.person(row["updated_by_name"], row["updated_by_id"]),
            "validators": lambda row: _listed(row["validators"]),
            "files": lambda row: escape(row["files_count"] or ""),
            "client_address": lambda row: _listed(row["client_addresses"]),
            "origin": lambda row: escape(f"{row['origin']} {row['origin_id']}".strip()),
            "number": lambda row: escape(row["id"]),
            **element_cells.cells(self.viewer),
        }
        return known.get(key) or (lambda row: escape(row.get(key) or ""))

    def type(self, row: Row) -> str:
        """Icon, colour and word of the type."""
        return marks.type_mark(row["type_icon"], row["type_hue"], row["type_name"])

    def element(self, row: Row) -> str:
        """The main element, by name where the reader may see it."""
        if row["element_id"] is None:
            return self._closed_mark
        kind, name = row["element_kind"], escape(row["element_name"])
        shown = marked(row["element_name"], self._search) if self._search else name
        return (
            f'<a class="ref" href="{marks.element_path(kind, row["element_number"])}" title="{name}">{marks.icon(kind)}'
            f'<span><span class="visually-hidden">{self._kinds[kind]}</span>{shown}</span></a>'
        )

    def state(self, row: Row) -> str:
        """Completed, overdue, incoming or open, as filters call it (`is:…`)."""
        if row["is_completed"]:
            return self._states["completed"]
        if row["is_incoming"]:
            return self._states["incoming"]
        return self._states["overdue" if row["due_at"] <= self.viewer.now else "open"]

    def priority(self, row: Row) -> str:
        """Icon and word of the priority; of the usual one the word alone."""
        return self._priorities[row["priority"]]

    def instant(self, at: datetime | None) -> str:
        """A moment in short words, whole for who points at it."""
        if at is None:
            return ""
        whole, text = instant_whole(at, self.viewer), instant_text(at, self.viewer)
        return f'<time datetime="{at.isoformat()}" title="{escape(whole)}">{escape(text)}</time>'


def by_due(page: Page) -> bool:
    """Whether a page stands in the order of its deadlines, all of them still to come or missed: then it has headings."""
    in_order = page.sort.lstrip("-") == "deadline" and "deadline" in page.columns
    return in_order and not any(row["is_completed"] for row in page.rows)


def grouped(page: Page, viewer: Viewer) -> Sequence[Row]:
    """The rows of such a page, each under its heading: where zones differ, days follow each other less strictly than instants."""
    step = -1 if page.sort.startswith("-") else 1
    return sorted(page.rows, key=lambda row: step * DUE_GROUPS.index(due_group(row, viewer)))


def _group_labels() -> tuple[str, ...]:
    return (
        pgettext("heading", "Overdue"),
        pgettext("heading", "Today"),
        pgettext("heading", "Tomorrow"),
        pgettext("heading", "This week"),
        pgettext("heading", "Later"),
        _("No deadline"),
    )


def priority(value: Priority) -> str:
    """Icon and word of a priority; of the usual one the word alone."""
    label = escape(value.label)
    if value == Priority.NORMAL:
        return label
    name, css = ("flag-high", "tag warn") if value == Priority.HIGH else ("flag-low", "tag")
    return f'<span class="{css}">{marks.icon(name)}{label}</span>'


def high_flag() -> str:
    """The flag beside the subject of what matters most."""
    title, before = escape(_("High priority")), escape(marks.before(_("High priority")))
    hidden = f'<span class="visually-hidden">{before}</span>'
    return f'<span class="tag warn flag" title="{title}">{marks.icon("flag-high")}{hidden}</span>'


def due_markup(due: Due) -> SafeString:
    """A deadline: words, and for late and waiting an icon beside the colour."""
    icon = {"late": marks.icon("clock"), "waiting": marks.icon("inbox")}.get(due.when, "")
    if due.when == "none":
        return SafeString(f'<span class="due" data-when="none">{escape(due.text)}</span>')
    return SafeString(
        f'<time class="due" data-when="{due.when}" datetime="{due.iso}" title="{escape(due.title)}">'
        f"{icon}{escape(due.text)}</time>"
    )


def reference(kind: str, element_number: int | None, name: str | None) -> SafeString:
    """A bound element: icon, kind and name where the reader may see them, else that it is not accessible."""
    if element_number is None or name is None:
        text = escape(_("Inaccessible element"))
        return SafeString(f'<span class="ref closed">{marks.icon("lock")}<span>{text}</span></span>')
    shown, before = escape(name), escape(marks.before(Kind(kind).label))
    return SafeString(
        f'<a class="ref" href="{marks.element_path(kind, element_number)}" title="{shown}">{marks.icon(kind)}'
        f'<span><span class="visually-hidden">{before}</span>{shown}</span></a>'
    )


def description(text: str) -> SafeString:
    """Plain text, folded to three lines where it is longer, to unfold in place."""
    shown = escape(text)
    if len(text) <= FOLDED_CHARACTERS and text.count("\n") < FOLDED_LINES:
        return SafeString(f'<div class="fold">{shown}</div>')
    more, less = escape(_("More")), escape(_("Less"))
    return SafeString(
        f'<div class="fold">{shown}</div><button class="link unfold" data-unfold hidden aria-expanded="false" data-more="{more}"'
        f' data-less="{less}">{more}</button>'
    )


def _listed(names: Sequence[str], search: Search | None = None) -> str:
    text = escape(", ".join(names))
    return f'<span title="{text}">{marked(", ".join(names), search)}</span>' if text else ""
