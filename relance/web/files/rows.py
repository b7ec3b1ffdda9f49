"""How files are written down: name, size, day; and what an upload may be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relance.activities.filenames import SHOWN
from relance.activities.files import EXTENSIONS, FileView, list_pending
from relance.kit.actor import Actor
from relance.kit.sql import Row
from relance.web import marks
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


def links(files: Sequence[Row]) -> SafeString:
    """Files as list items, each to be saved and, if it is a picture, looked at; one that is no longer there is named only."""
    base, look, gone = reverse("file-upload"), escape(_("Look at it")), escape(_("no longer there"))
    return SafeString("".join(_link(file, base, look, gone) for file in files))


def _link(file: Row, base: str, look: str, gone: str) -> str:
    name, size = escape(file["name"]), escape(filesizeformat(file["size"]))
    if not file.get("is_there", True):
        return f'<li class="gone">{marks.icon("file")}<s>{name}</s><span class="muted">{gone}</span></li>'
    address, shown = f"{base}{file['id']}/", ""
    if file["media_type"] in SHOWN:
        label = escape(_("Look at %(name)s") % {"name": file["name"]})
        shown = f'<a class="link" href="{address}?view" target="_blank" rel="noopener" aria-label="{label}">{look}</a>'
    return (
        f'<li><a class="ref" href="{address}" download>{marks.icon("file")}<span>{name}</span></a>{shown}'
        f'<span class="muted push">{size}</span></li>'
    )


def kept_rows(files: Sequence[Row], viewer: Viewer) -> list[dict[str, Any]]:
    """The files that a comment carries, as rows of its form: taken out of the form, they go when it is saved."""
    return [row | {"is_kept": True} for row in rows_of_activity(files, viewer)]


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
