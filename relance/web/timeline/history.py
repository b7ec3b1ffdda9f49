"""The history of an element as its page shows it: by day, changes of one person folded into one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from relance.crm.terms import ElementDetail, Kind
from relance.kit.actor import Actor
from relance.kit.markup import render as render_markdown
from relance.kit.sql import Row
from relance.timeline.queries import history, list_comments, list_pinned
from relance.timeline.terms import Entry, EntryKind
from relance.web.activities.cells import reference
from relance.web.activities.dates import Viewer, day_whole, instant_whole, late_text
from relance.web.timeline.asked import HistoryAsked
from relance.web.timeline.changes import ChangeWriter

Item = dict[str, Any]
# More changes in a row by the same person are folded.
MOST_UNFOLDED = 2
_TAG = re.compile(r"(<[^>]*>)")


def history_context(
    actor: Actor, element: ElementDetail, viewer: Viewer, asked: HistoryAsked, cursor: str = ""
) -> dict[str, Any]:
    """A page of the history under its days, and its filters."""
    page = history(actor, element, asked=asked.filter, cursor=cursor)
    writer = ChangeWriter(page, element, viewer)
    days = [
        (day_whole(day, viewer), list(_folded(list(entries), writer, element, viewer, rolled=asked.filter.rolled_up)))
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
    page = list_pinned(actor, element)
    writer = ChangeWriter(page, element, viewer)
    return {"pinned": [item_of(entry, writer, element, viewer) for entry in page.entries]}


def comments_context(actor: Actor, activity_id: int, viewer: Viewer) -> dict[str, Any]:
    """The comments of an activity, oldest first, as its panel shows them."""
    return {"comments": [comment_item(row, viewer) for row in list_comments(actor, activity_id=activity_id)]}


def item_of(
    entry: Entry, writer: ChangeWriter, element: ElementDetail, viewer: Viewer, *, rolled: bool = False
) -> Item:
    """One entry, ready to be written down; `rolled` up, it says on which element it was done."""
    local = entry.at.astimezone(viewer.zone)
    common = {
        "kind": entry.kind.value,
        "key": f"{entry.kind.value}-{entry.id}",
        "row": entry.row,
        "time": f"{local:%H:%M}",
        "iso": local.isoformat(timespec="minutes"),
        "whole": instant_whole(entry.at, viewer),
        "is_pinned": entry.is_pinned,
    }
    match entry.kind:
        case EntryKind.ACTIVITY:
            return common | _activity(entry.row, element, viewer, rolled=rolled)
        case EntryKind.COMMENT:
            return common | comment_item(entry.row, viewer, element)
        case EntryKind.CREATION:
            return common | {"who": writer.who(entry.row), "kind_name": Kind(element.kind).label}
        case _:
            return common | {"who": writer.who(entry.row), "lines": writer.lines(entry.row)}


def comment_item(row: Row, viewer: Viewer, element: ElementDetail | None = None) -> Item:
    """A comment with its text as it is shown; on the page of another element it says on which it was written."""
    is_elsewhere = element is not None and row["element_id"] != element.id
    where = reference(row["element_kind"], row["element_number"], row["element_name"]) if is_elsewhere else ""
    local = row["created_at"].astimezone(viewer.zone)
    return {
        "kind": EntryKind.COMMENT.value,
        "row": row,
        "key": f"comment-{row['id']}",
        "time": f"{local:%H:%M}",
        "iso": local.isoformat(timespec="minutes"),
        "whole": instant_whole(row["created_at"], viewer),
        "edited": instant_whole(row["edited_at"], viewer) if row["edited_at"] else "",
        "html": formatted(row["text"], row["mentioned"]),
        "where": where,
        "can_pin": row["element_id"] is not None,
    }


def formatted(text: str, mentioned: Iterable[str]) -> SafeString:
    """A comment's Markdown as HTML, the people that it mentions marked."""
    html = render_markdown(text)
    names = sorted((escape(name) for name in mentioned if name), key=len, reverse=True)
    if not names:
        return html
    pattern = re.compile("|".join(rf"(?<!\w)@{re.escape(name)}(?!\w)" for name in names), re.IGNORECASE)
    # Only in the text between tags; the mark has no attributes, so that nothing can be made of it elsewhere.
    parts = [
        part if part.startswith("<") else pattern.sub(lambda found: f"<mark>{found[0]}</mark>", part)
        for part in _TAG.split(html)
    ]
    return SafeString("".join(parts))


def _activity(row: Row, element: ElementDetail, viewer: Viewer, *, rolled: bool) -> Item:
    is_elsewhere = rolled and row["element_id"] not in {None, element.id}
    return {
        "by": row["completed_by_name"] or row["responsible_name"],
        "late": late_text(row, viewer),
        "note": render_markdown(row["note"]) if row["note"] else "",
        "where": reference(row["element_kind"], row["element_number"], row["element_name"]) if is_elsewhere else "",
        "can_pin": not is_elsewhere,
    }


def _folded(
    entries: Sequence[Entry], writer: ChangeWriter, element: ElementDetail, viewer: Viewer, *, rolled: bool
) -> Iterator[Item]:
    """The items of one day; changes of one person that follow each other are one item."""
    for person, run in groupby(entries, _changer):
        items = [item_of(entry, writer, element, viewer, rolled=rolled) for entry in run]
        if person is None:
            yield from items
            continue
        lines = [line for item in items for line in item["lines"]]
        if lines:
            yield items[0] | {"lines": lines, "count": len(lines), "is_folded": len(lines) > MOST_UNFOLDED}


def _changer(entry: Entry) -> tuple[int | None] | None:
    return (entry.row["actor_id"],) if entry.kind == EntryKind.CHANGE else None
