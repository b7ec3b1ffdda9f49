"""The history of an element as its page shows it: by day, small changes of one person folded into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString

from relance.crm.terms import ElementDetail
from relance.kit.actor import Actor
from relance.kit.markup import render as render_markdown
from relance.kit.sql import Row
from relance.timeline.queries import history, list_comments, list_pinned
from relance.timeline.terms import Entry, EntryKind
from relance.web.activities.dates import Viewer, day_whole, instant_whole
from relance.web.files.rows import links
from relance.web.timeline.asked import HistoryAsked
from relance.web.timeline.changes import ChangeWriter, Line
from relance.web.timeline.mentioning import formatted
from relance.web.timeline.painting import EntryPainter

# More small changes of one person on one day are folded.
MOST_UNFOLDED = 2


def history_context(
    actor: Actor, element: ElementDetail, viewer: Viewer, asked: HistoryAsked, cursor: str = ""
) -> dict[str, Any]:
    """A page of the history under its days, and its filters."""
    page = history(actor, element, asked=asked.filter, cursor=cursor)
    writer = ChangeWriter(page, element, viewer)
    painter = EntryPainter(viewer, element, rolled=asked.filter.rolled_up)
    days = [
        (day_whole(day, viewer), SafeString("".join(_painted(list(entries), painter, writer))))
        for day, entries in groupby(page.entries, lambda entry: entry.at.astimezone(viewer.zone).date())
    ]
    context = {
        "days": days,
        "asked": asked,
        "is_first": not cursor,
        "part_url": asked.part_of(element),
        "page_url": asked.page_of(element),
        "more": asked.part_of(element, page.next) if page.next else "",
    }
    return context if cursor else context | {"offered": asked.choices(actor, element)}


def pinned_context(actor: Actor, element: ElementDetail, viewer: Viewer) -> dict[str, Any]:
    """What is pinned on an element."""
    return {"pinned": [_pinned(entry, viewer) for entry in list_pinned(actor, element).entries]}


def comments_context(actor: Actor, activity_id: int, viewer: Viewer) -> dict[str, Any]:
    """The comments of an activity, oldest first, as its panel shows them."""
    rows, painter = list_comments(actor, activity_id=activity_id), EntryPainter(viewer)
    return {"comments_count": len(rows), "comments": SafeString("".join(map(painter.comment, rows)))}


def comment_markup(row: Row, viewer: Viewer, element: ElementDetail | None = None) -> SafeString:
    """One comment in the place of its form, ready to be edited again by keyboard."""
    return SafeString(EntryPainter(viewer, element, focused=row["id"]).comment(row))


def _pinned(entry: Entry, viewer: Viewer) -> dict[str, Any]:
    row, is_comment = entry.row, entry.kind == EntryKind.COMMENT
    text = formatted(row["text"], row["mentioned"]) if is_comment else render_markdown(row["note"])
    return {
        "kind": entry.kind.value,
        "key": f"{entry.kind.value}-{entry.id}",
        "row": row,
        "text": text,
        "files": links(row["files"]) if is_comment else "",
        "iso": entry.at.astimezone(viewer.zone).isoformat(timespec="minutes"),
        "whole": instant_whole(entry.at, viewer),
    }


def _painted(entries: Sequence[Entry], painter: EntryPainter, writer: ChangeWriter) -> Iterator[str]:
    """The entries of one day. What one person changed on it is one entry, where the last of it stands; the stage, the
    responsible person and the amount have entries of their own.
    """
    lines = {entry.id: writer.lines(entry.row) for entry in entries if entry.kind == EntryKind.CHANGE}
    small: dict[int | None, list[Line]] = defaultdict(list)
    for entry in entries:
        small[entry.row.get("actor_id")] += [line for line in lines.get(entry.id, ()) if not line.is_apart]
    for entry in entries:
        if entry.kind != EntryKind.CHANGE:
            yield painter.entry(entry, writer)
            continue
        who, own = writer.who(entry.row), lines[entry.id]
        if apart := [line for line in own if line.is_apart]:
            yield painter.changes(apart, who, entry.at, is_folded=False)
        if len(apart) < len(own) and (folded := small.pop(entry.row["actor_id"], [])):
            yield painter.changes(folded, who, entry.at, is_folded=len(folded) > MOST_UNFOLDED)
