"""The lines of histories, comments and pins."""

from __future__ import annotations

from typing import Any

from tests.matrix.lines import Form, Grid, Line
from tests.matrix.world import UNKNOWN, World, comment_text

# fmt: off
COMMENT_ELEMENT: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  ok    404     ok   ok   ok",
    "alices":   "302      403  404 ok    404     ok   ok   ok",
    "charlies": "302      403  404 404   ok      ok   ok   ok",
    "coras":    "302      403  404 404   404     ok   ok   ok",
    "deleted":  "302      403  404 404   404     404  404  404",
    "unknown":  "302      403  404 404   404     404  404  404",
}
PIN: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  ok    404     403  403  ok",
    "alices":   "302      403  404 ok    404     403  403  ok",
    "charlies": "302      403  404 404   ok      403  403  ok",
    "coras":    "302      403  404 404   404     403  ok   ok",
    "unknown":  "302      403  404 404   404     404  404  404",
}
COMMENT_ACTIVITY: Grid = {
    **COMMENT_ELEMENT,
    "shared":   "302      403  ok  ok    ok      ok   ok   ok",
    "given":    "302      403  404 404   ok      ok   ok   ok",
}
# One's own alone: Bob's is Bob's, though Alice may update his deal.
EDIT_COMMENT: Grid = {
    #           anonymous nora bob alice charlie rita cora root
    "bobs":     "302      403  ok  403   404     403  403  403",
    "alices":   "302      403  404 ok    404     403  403  403",
    "charlies": "302      403  404 404   ok      403  403  403",
    "coras":    "302      403  404 404   404     403  ok   403",
    "unknown":  "302      403  404 404   404     404  404  404",
}
READ_COMMENT: Grid = {row: COMMENT_ELEMENT[row] for row in ("bobs", "alices", "charlies", "coras", "unknown")}
# fmt: on


def _element(world: World, row: str) -> dict[str, Any]:
    return {"kind": "deal", "number": world.number("deal", row)}


def _activity(world: World, row: str) -> dict[str, int]:
    return {"activity_id": world.activities[row]}


def _comment(world: World, row: str) -> dict[str, int]:
    return {"comment_id": world.comments[row]}


def _says(text: str) -> Form:
    return lambda *_asked: {"text": text}


def _carries(world: World, _row: str, role: str) -> dict[str, Any]:
    return {"text": "Voici", "files": world.files.get(("pending", role), UNKNOWN)}


def _pinned(world: World, row: str, _role: str) -> dict[str, Any]:
    return {"comment": world.comments[row]}


def _place(world: World, row: str, _role: str) -> dict[str, Any]:
    return {"element": world.elements["deal", row], "q": "a"}


TIMELINE = [
    Line("element-history", "GET", COMMENT_ELEMENT, arguments=_element),
    Line("element-comment", "POST", COMMENT_ELEMENT, ok=302, arguments=_element, form=_says("Vu")),
    Line("element-comment", "POST", COMMENT_ELEMENT, ok=302, arguments=_element, form=_carries, note="with a file"),
    Line("activity-comment", "POST", COMMENT_ACTIVITY, ok=302, arguments=_activity, form=_carries, note="with a file"),
    Line("element-pin", "POST", PIN, ok=302, arguments=_element, form=_pinned),
    Line("activity-comment", "POST", COMMENT_ACTIVITY, ok=302, arguments=_activity, form=_says("Vu")),
    Line("comment-edit", "GET", EDIT_COMMENT, arguments=_comment),
    Line("comment-edit", "GET", READ_COMMENT, arguments=_comment, form=lambda *_: {"show": "1"}, note="shown"),
    Line("comment-edit", "POST", EDIT_COMMENT, ok=302, arguments=_comment, form=_says("Autre chose")),
    Line("comment-delete", "POST", PIN, ok=302, arguments=_comment),
    Line("pick-mentions", "GET", COMMENT_ELEMENT, form=_place),
]


def comments_readable(role_column: int) -> set[str]:
    """What the comments say that a column of the grids may read."""
    return {comment_text(row) for row, cells in READ_COMMENT.items() if cells.split()[role_column] == "ok"}
