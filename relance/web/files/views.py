"""Files: sent in as they are, given out to be saved, attached and removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from django.http import FileResponse, HttpResponse, UnreadablePostError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relance.activities.actions import attach_to_activity, attach_to_element, remove_files, upload_file
from relance.activities.files import get_file, list_element_files, open_file
from relance.activities.queries import get_activity
from relance.crm.queries import element_refs, get_element
from relance.kit.errors import Invalid, NotFound
from relance.kit.outcome import require
from relance.web.activities.dates import viewer_of
from relance.web.activities.fields import is_id
from relance.web.bulk.answers import announce
from relance.web.files.rows import pending_rows, rows_of, rows_of_activity
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest

CHUNK_BYTES = 256 * 1024
# Whatever a file is, the browser treats it as nobody's page: no script, no frame, no other address.
SEALED = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@require_POST
def upload(request: ActorRequest) -> HttpResponse:
    """The bytes of one file as the body, its name (percent-encoded) in `X-File-Name`; a row of a form as the answer.

    Not a form's own encoding: Django would first write all of it to a place of its own.
    """
    name = unquote(request.headers.get("X-File-Name", ""), errors="surrogateescape")
    try:
        _check_encoding(request)
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
        file_id = upload_file(request.actor, name=name, chunks=_chunks(request), announced_bytes=announced)
    except Invalid as error:
        return render(request, "files/_refused.html", {"reason": " ".join(error.messages.values())}, status=422)
    return render(request, "files/_pending.html", {"file": pending_rows(request.actor, [file_id])[0]}, status=201)


@require_safe
def download(request: ActorRequest, file_id: int) -> FileResponse:
    """The bytes, to be saved; a picture may also be looked at (`?view`)."""
    file = get_file(request.actor, id=file_id)
    is_viewed = "view" in request.GET and file.may_be_shown
    response = FileResponse(
        open_file(file), as_attachment=not is_viewed, filename=file.name, content_type=file.media_type
    )
    response.block_size = CHUNK_BYTES
    response.headers["Content-Length"] = str(file.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SEALED
    return response


@require_POST
def remove(request: ActorRequest, file_id: int) -> HttpResponse:
    """A file is taken away; one that only waits is forgotten."""
    file = get_file(request.actor, id=file_id)
    outcome = require(remove_files(request.actor, ids=[file_id]), file_id)
    if not is_fragment(request):
        return redirect("activity-detail", file.activity_id) if file.activity_id else redirect("home")
    ids = [file.activity_id] if file.activity_id else []
    return announce(request, HttpResponse(), _("File removed."), gesture=outcome.gesture, ids=ids)


@require_http_methods(["GET", "HEAD", "POST"])
def of_activity(request: ActorRequest, activity_id: int) -> HttpResponse:
    """The files of an activity; POST adds those in `files`, which have been uploaded before."""
    gesture, count = None, 0
    if request.method == "POST":
        ids = posted(request)
        count = len(ids)
        gesture = attach_to_activity(request.actor, activity_id=activity_id, ids=ids)
        if not is_fragment(request):
            return redirect("activity-detail", activity_id)
    activity = get_activity(request.actor, id=activity_id)
    context = {
        "files": rows_of_activity(activity.files, viewer_of(request.actor)),
        "files_of": "activity-files",
        "owner_id": activity_id,
        "can_edit": activity.can_edit,
    }
    return _section(request, context, count, gesture, [activity_id])


@require_http_methods(["GET", "HEAD", "POST"])
def of_element(request: ActorRequest, element_id: int) -> HttpResponse:
    """The files of an element; POST adds those in `files`."""
    gesture, count = None, 0
    if request.method == "POST":
        ids = posted(request)
        count = len(ids)
        gesture = attach_to_element(request.actor, element_id=element_id, ids=ids)
    refs = element_refs(request.actor, [element_id])
    if element_id not in refs:
        raise NotFound
    if request.method == "POST" and not is_fragment(request):
        return redirect("element-detail", refs[element_id].kind, refs[element_id].number)
    element = get_element(request.actor, kind=refs[element_id].kind, number=refs[element_id].number)
    context = {
        "files": rows_of(list_element_files(request.actor, element_id=element_id), viewer_of(request.actor)),
        "files_of": "element-files",
        "owner_id": element_id,
        "can_edit": element.can_update,
    }
    return _section(request, context, count, gesture, [])


def _check_encoding(request: ActorRequest) -> None:
    if request.content_type not in {"", "application/octet-stream"}:
        raise Invalid({"files": _("A file is sent as it is, with its name beside it.")})


def posted(request: ActorRequest) -> list[int]:
    """The ids of the uploaded files that a form carries."""
    return [int(value) for value in dict.fromkeys(request.POST.getlist("files")) if is_id(value)]


def _section(
    request: ActorRequest, context: dict[str, Any], count: int, gesture: object, ids: list[int]
) -> HttpResponse:
    response = render(request, "files/_files.html", context)
    if not gesture:
        return response
    text = ngettext("File added.", "%(count)s files added.", count) % {"count": count}
    return announce(request, response, text, gesture=gesture, ids=ids)


def _chunks(request: ActorRequest) -> Iterator[bytes]:
    """The body as it comes. A sender who has gone leaves it short, which is told from what was announced."""
    while True:
        try:
            chunk = request.read(CHUNK_BYTES)
        except UnreadablePostError:
            return
        if not chunk:
            return
        yield chunk
