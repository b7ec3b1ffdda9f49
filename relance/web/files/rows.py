"""How files are written down: name, size, day; and what an upload may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from relance.activities.filenames import SHOWN
from relance.activities.files import EXTENSIONS, FileView, list_pending
from relance.kit.actor import Actor
from relance.kit.sql import Row
from relance.web.activities.dates import Viewer, instant_text, instant_whole, viewer_of
from relance.web.activities.fields import is_id


def rows_of_activity(files: Sequence[Row], viewer: Viewer) -> list[dict[str, Any]]:
    """The files that an activity was read with."""
    return [
        _row(file["id"], file["name"], file["size"], datetime.fromisoformat(file["uploaded_at"]), viewer)
        | {"is_shown": file["media_type"] in SHOWN}
        for file in files
    ]


def rows_of(files: Sequence[FileView], viewer: Viewer) -> list[dict[str, Any]]:
    """Files as they were read."""
    return [
        _row(file.id, file.name, file.size, file.uploaded_at, viewer)
        | {"is_shown": file.may_be_shown, "by": file.uploaded_by_name}
        for file in files
    ]


def pending_rows(actor: Actor, values: object) -> list[dict[str, Any]]:
    """The rows of the actor's files that wait to be attached, of the ids that a form carries."""
    ids = [int(value) for value in values if is_id(str(value))] if isinstance(values, list) else []
    return rows_of(list_pending(actor, ids=ids), viewer_of(actor)) if ids else []


def limits() -> dict[str, object]:
    """What may be uploaded: so many bytes, so many MB, files that end so."""
    most: int = settings.MOST_UPLOAD_BYTES
    return {"bytes": most, "megabytes": most // 2**20, "accept": ",".join(f".{extension}" for extension in EXTENSIONS)}


def _row(id: int, name: str, size: int, at: datetime, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "size": filesizeformat(size),
        "at": instant_text(at, viewer),
        "whole": instant_whole(at, viewer),
        "iso": at.isoformat(timespec="minutes"),
    }
