"""The entries of a history, written as text: with a template for each of them a page would cost three times as much.

Every value passes through `escape`, or is markup made of escaped values; the words that repeat are translated once a page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relance.activities.terms import Decision, Hue
from relance.crm.terms import ElementDetail, Kind
from relance.kit.markup import render as render_markdown
from relance.kit.sql import Row
from relance.timeline.terms import Entry, EntryKind
from relance.web import marks
from relance.web.activities.cells import escape, reference
from relance.web.activities.dates import Viewer, instant_text, instant_whole, late_text
from relance.web.files.rows import links
from relance.web.timeline.changes import ChangeWriter, Line
from relance.web.timeline.mentioning import formatted


class EntryPainter:
    """Writes entries for one reader: on an element's page, or (without one) the comments of an activity.

    `rolled` up, an activity says on which element it was done. `focused` is the comment that was just edited.
    """

    def __init__(
        self, viewer: Viewer, element: ElementDetail | None = None, *, rolled: bool = False, focused: int = 0
    ) -> None:
        self.viewer, self.element, self._rolled, self._focused = viewer, element, rolled, focused
        self._activities = reverse("activity-list")
        self._comments = "/comments/"
        can_pin = element is not None and element.can_update
        self._pins = reverse("element-pin", args=[element.kind, element.number]) if element and can_pin else ""
        self._words = {
            "created": escape(_("created")),
            "commented": escape(_("commented")),
            "edited": escape(_("(edited)")),
            "became": escape(_("became")),
            "edit": escape(_("Edit the comment")),
            "delete": escape(_("Delete the comment")),
            "pin": escape(_("Pin")),
            "to_top": escape(_("Pin at the top of the timeline")),
            "unpin": escape(_("Unpin")),
        }

    def entry(self, entry: Entry, writer: ChangeWriter) -> str:
        """An activity, a comment, files or the creation; changes are written in lines (`changes`)."""
        match entry.kind:
            case EntryKind.ACTIVITY:
                return self._activity(entry)
            case EntryKind.COMMENT:
                return self.comment(entry.row, is_pinned=entry.is_pinned)
            case EntryKind.FILE:
                return self._files(entry, writer.who(entry.row))
            case _:
                return self._creation(entry, writer.who(entry.row))

    def comment(self, row: Row, *, is_pinned: bool = False) -> str:
        """A comment: who and when, its text, its files, what its reader may do with it."""
        edited = ""
        if row["edited_at"]:
            whole = escape(instant_whole(row["edited_at"], self.viewer))
            edited = f' <span class="muted" title="{whole}">{self._words["edited"]}</span>'
        where = ""
        if self.element is not None and row["element_id"] != self.element.id:
            where = f'<div class="body meta">{_element_of(row)}</div>'
        files = links(row["files"])
        return (
            f'<li id="entry-comment-{row["id"]}"><span class="node">{marks.icon("comment")}</span>'
            f"<p><b>{escape(row['author_name'])}</b> {self._words['commented']}{edited}</p>"
            f'<span class="side">{self._time(row["created_at"])}{self._acts(row)}{self._pin("comment", row, is_pinned)}</span>'
            f'<div class="body prose">{formatted(row["text"], row["mentioned"])}</div>'
            f"{_body(files)}{where}</li>"
        )

    def changes(self, lines: Sequence[Line], who: str, at: datetime, *, is_folded: bool) -> str:
        """Fields that somebody changed: each by name, or folded under their number."""
        said = [self._line(line) for line in lines]
        if is_folded:
            count = len(lines)
            words = ngettext("%(count)s change by %(who)s", "%(count)s changes by %(who)s", count)
            rows = "".join(f"<li>{line}</li>" for line in said)
            summary = escape(words % {"count": count, "who": who})
            text = (
                f'<details class="changes"><summary>{marks.icon("right")}{summary}</summary><ul>{rows}</ul></details>'
            )
        else:
            text = f"<p>{' · '.join([*said, escape(who)])}</p>"
        return f'<li><span class="node">{marks.icon("edit")}</span>{text}{self._time(at)}</li>'

    def _activity(self, entry: Entry) -> str:
        row, late = entry.row, late_text(entry.row, self.viewer)
        subject, address = escape(row["subject"]), f"{self._activities}{row['id']}/"
        said = [
            f'{colour_dot(row["colour"])}<a href="{address}" data-open><b>{subject}</b></a>',
            escape(row["type_name"]),
            escape(row["outcome_name"] or ""),
            f'<span class="late">{escape(late)}</span>' if late else "",
            escape(row["completed_by_name"] or row["responsible_name"]),
        ]
        note = f'<div class="body prose">{render_markdown(row["note"])}</div>' if row["note"] else ""
        here = self.element is None or not self._rolled or row["element_id"] in {None, self.element.id}
        pin = self._pin("activity", row, entry.is_pinned) if here else ""
        meta = ("" if here else _element_of(row)) + self._count(row["comments"])
        meta = f'<div class="body meta">{meta}</div>' if meta else ""
        return (
            f'<li id="row-{row["id"]}" data-id="{row["id"]}">'
            f'<span class="node" data-hue="{row["type_hue"]}">{marks.icon(row["type_icon"])}</span>'
            f'<p>{" · ".join(filter(None, said))}</p><span class="side">{self._time(entry.at)}{pin}</span>'
            f"{note}{_body(answers(row['answers'], self.viewer))}{meta}</li>"
        )

    def _files(self, entry: Entry, who: str) -> str:
        row, count = entry.row, len(entry.row["files"])
        words = (
            ngettext("File added", "%(count)s files added", count)
            if row["verb"] == "attach"
            else ngettext("File removed", "%(count)s files removed", count)
        )
        subject = ""
        if row["activity_id"]:
            address = f"{self._activities}{row['activity_id']}/"
            subject = f'<a href="{address}" data-open>{escape(row["subject"])}</a>'
        said = [f"<b>{escape(words % {'count': count})}</b>", subject, escape(who)]
        return (
            f'<li><span class="node">{marks.icon("clip")}</span><p>{" · ".join(filter(None, said))}</p>'
            f"{self._time(entry.at)}{_body(links(row['files']))}</li>"
        )

    def _creation(self, entry: Entry, who: str) -> str:
        kind = escape(Kind(entry.row["kind"]).label)
        return (
            f'<li><span class="node">{marks.icon("plus")}</span>'
            f"<p><b>{kind}</b> · {self._words['created']} · {escape(who)}</p>{self._time(entry.at)}</li>"
        )

    def _line(self, line: Line) -> str:
        if line.is_plain:
            return f"<b>{escape(line.label)}</b>"
        became = f'<span aria-hidden="true">→</span><span class="visually-hidden">{self._words["became"]}</span>'
        return f"{escape(marks.before(line.label))}{_shown(line.before)} {became} <b>{_shown(line.after)}</b>"

    def _acts(self, row: Row) -> str:
        address, said = f"{self._comments}{row['id']}/", ""
        swap = 'hx-target="closest li" hx-swap="outerHTML"'
        if row["can_edit"]:
            focus = " autofocus" if row["id"] == self._focused else ""
            said += (
                f'<button class="button quiet icon-only" id="edit-comment-{row["id"]}" hx-get="{address}" {swap}{focus}'
                f' aria-label="{self._words["edit"]}">{marks.icon("edit")}</button>'
            )
        if row["can_delete"]:
            said += (
                f'<button class="button quiet icon-only" hx-post="{address}delete/" {swap}'
                f' aria-label="{self._words["delete"]}">{marks.icon("trash")}</button>'
            )
        return said

    def _pin(self, noun: str, row: Row, is_pinned: bool) -> str:
        if not self._pins:
            return ""
        values = escape(json.dumps({noun: str(row["id"]), **({"off": "1"} if is_pinned else {})}))
        title = self._words["unpin"] if is_pinned else self._words["to_top"]
        return (
            f'<button class="button quiet icon-only" id="pin-{noun}-{row["id"]}" hx-post="{self._pins}" hx-vals="{values}"'
            f' hx-swap="none" aria-pressed="{"true" if is_pinned else "false"}" aria-label="{self._words["pin"]}"'
            f' title="{title}">{marks.icon("pin")}</button>'
        )

    def _count(self, comments: int) -> str:
        if not comments:
            return ""
        words = ngettext("%(count)s comment", "%(count)s comments", comments) % {"count": comments}
        return f"<span>{marks.icon('comment')} {escape(words)}</span>"

    def _time(self, at: datetime) -> str:
        local, whole = at.astimezone(self.viewer.zone), escape(instant_whole(at, self.viewer))
        return f'<time datetime="{local.isoformat(timespec="minutes")}" title="{whole}">{local:%H:%M}</time>'


def colour_dot(hue: str) -> SafeString:
    """An activity's own colour as a dot before its subject; the word for screen readers and for who points at it."""
    if not hue:
        return SafeString("")
    name = escape(marks.before(_("Colour")) + str(Hue(hue).label))
    return SafeString(
        f'<span class="colour dot" data-hue="{hue}" title="{name}"><i aria-hidden="true"></i>'
        f'<span class="visually-hidden">{name}</span></span>'
    )


def answers(rows: Iterable[Mapping[str, object]], viewer: Viewer) -> SafeString:
    """Who was asked to validate a document: what each answered, when and why; who has not answered yet, or has left."""
    return SafeString("".join(f"<li>{_answer(row, viewer)}</li>" for row in rows))


def _answer(row: Mapping[str, object], viewer: Viewer) -> str:
    who, at = f"<b>{escape(row['name'])}</b>", row["decided_at"]
    if not isinstance(at, datetime):
        words = _("has not answered yet") if row["is_active"] else _("has left, and is no longer waited for")
        return f'{marks.icon("clock")}<span>{who} <span class="muted">{escape(words)}</span></span>'
    is_refusal = row["decision"] == Decision.REFUSED
    whole, text = escape(instant_whole(at, viewer)), escape(instant_text(at, viewer))
    moment = f'<time datetime="{at.isoformat()}" title="{whole}">{text}</time>'
    reason = f'<span class="reason">{escape(row["reason"])}</span>' if row["reason"] else ""
    words = f'<b class="{"late" if is_refusal else "ok"}">{escape(Decision(str(row["decision"])).label)}</b>'
    return f"{marks.icon('x' if is_refusal else 'check')}<span>{words} · {who} · {moment}{reason}</span>"


def _element_of(row: Row) -> SafeString:
    return reference(row["element_kind"], row["element_number"], row["element_name"])


def _body(rows: str) -> str:
    return f'<ul class="body rows">{rows}</ul>' if rows else ""


def _shown(value: object) -> str:
    return value if isinstance(value, SafeString) else escape(value)
