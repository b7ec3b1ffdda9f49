"""The lines of files: each follows the activity or the element that it belongs to; one that waits is its uploader's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.matrix.lines import Arguments, Grid, Line, flat
from tests.matrix.world import UNKNOWN, World


def _of_activity(world: World, row: str) -> Mapping[str, Any]:
    return {"file_id": world.files.get(("activity", row), UNKNOWN)}


def _of_element(world: World, row: str) -> Mapping[str, Any]:
    return {"file_id": world.files.get(("deal", row), UNKNOWN)}


def _activity(world: World, row: str) -> Mapping[str, Any]:
    return {"activity_id": world.activities[row]}


def _element(world: World, row: str) -> Mapping[str, Any]:
    return {"element_id": world.elements["deal", row]}


def _bobs_pending(world: World, _row: str) -> Mapping[str, Any]:
    return {"file_id": world.files["pending", "bob"]}


def _own_pending(world: World, _row: str, role: str) -> dict[str, Any]:
    return {"files": world.files.get(("pending", role), UNKNOWN)}


def _bytes(*_asked: object) -> Any:
    return b"%PDF-1.7"


# fmt: off
#                       anonymous nora bob alice charlie rita cora root
TAKEN_IN =         flat("302      403  201 201   201     201  201  201")
BOBS_ALONE =       flat("302      403  ok  404   404     404  404  404")
# fmt: on
WAITS = "a file that waits is in nobody's history yet"


def lines(read: Grid, edit: Grid, read_element: Grid, update_element: Grid) -> list[Line]:
    """All lines, by who reads and edits the activities and elements of the rows."""

    def both(arguments: Arguments, may_read: Grid, may_edit: Grid, note: str) -> list[Line]:
        return [
            Line("file-download", "GET", may_read, arguments=arguments, note=note),
            Line("file-remove", "POST", may_edit, ok=302, arguments=arguments, note=note),
        ]

    return [
        Line("file-upload", "POST", TAKEN_IN, form=_bytes, exempt=WAITS, headers={"X-File-Name": "a.pdf"}),
        *both(_of_activity, read, edit, "of an activity"),
        *both(_of_element, read_element, update_element, "of an element"),
        Line("file-download", "GET", BOBS_ALONE, arguments=_bobs_pending, note="waiting"),
        Line("file-remove", "POST", BOBS_ALONE, ok=302, arguments=_bobs_pending, exempt=WAITS, note="waiting"),
        Line("activity-files", "GET", read, arguments=_activity),
        Line("activity-files", "POST", edit, ok=302, arguments=_activity, form=_own_pending),
        Line("element-files", "GET", read_element, arguments=_element),
        Line("element-files", "POST", update_element, ok=302, arguments=_element, form=_own_pending),
    ]
