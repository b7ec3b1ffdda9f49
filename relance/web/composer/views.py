"""The composer of an element's page, and what it says of a deadline in words while one types."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from relance.activities.actions import create_activity
from relance.activities.catalog import TypeView
from relance.crm.queries import get_element
from relance.crm.terms import ElementDetail
from relance.kit.errors import Forbidden, Invalid
from relance.kit.moments import LONGEST, Moment
from relance.web.activities.dates import Viewer, day_whole, instant_whole, viewer_of
from relance.web.activities.defaults import defaults_by_type
from relance.web.activities.editing import complain, offer
from relance.web.activities.fields import offer_more
from relance.web.activities.words import moment_in_words
from relance.web.bulk.answers import announce
from relance.web.composer.clients import LikelyClient, likely_client
from relance.web.composer.forms import ComposeForm
from relance.web.composer.recent import remember, types_for
from relance.web.files.rows import pending_rows
from relance.web.lists.headings import address
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest


@require_http_methods(["GET", "POST"])
def compose(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """GET gives the form for a type of activity (`?type=`), POST makes it, planned or done already.

    Raises:
        NotFound: the reader does not see the element.
        Forbidden: he may not update it, so that he may plan nothing there.
    """
    element = get_element(request.actor, kind=kind, number=number)
    if not element.can_update:
        raise Forbidden(element.reasons["update"])
    if request.method == "GET":
        asked = request.GET.get("type", "")
        if not is_fragment(request):
            return redirect(address(reverse("activity-new"), {"type": asked, "element": str(element.id)}))
        return _show(request, element, _blank(request, element, asked))
    form = ComposeForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return _show(request, element, form)
    draft = form.draft_for(element.id)
    try:
        activity_id, gesture = create_activity(request.actor, draft, types=form.types)
    except Invalid as error:
        return _show(request, element, complain(form, error))
    text = _("Written down as done.") if draft.completed_at else _("Activity created.")
    response = _made(request, element, text, activity_id, gesture)
    remember(request, response, draft.type)
    return response


@require_safe
def moment(request: ActorRequest) -> HttpResponse:
    """What a deadline in words (`?words=`, whatever stands before that in a form) means to the reader, or why it is
    refused."""
    typed = next((value for name, value in request.GET.dict().items() if name.endswith("words")), "")
    text, viewer = typed.strip()[: LONGEST + 1], viewer_of(request.actor)
    context: dict[str, str] = {}
    try:
        understood = moment_in_words(request.actor, text, field="words") if text else None
    except Invalid as error:
        context["problem"] = error.messages["words"]
    else:
        context |= _shown(understood, viewer) if understood else {}
    return render(request, "composer/_moment.html", context)


def _shown(understood: Moment, viewer: Viewer) -> dict[str, str]:
    """A moment in words, and as the fields for days and times take it."""
    at = understood.at.astimezone(viewer.zone) if understood.at else None
    return {
        "said": instant_whole(at, viewer) if at else day_whole(understood.day, viewer),
        "day": understood.day.isoformat(),
        "time": f"{at:%H:%M}" if at else "",
    }


def _blank(request: ActorRequest, element: ElementDetail, code: str) -> ComposeForm:
    form = ComposeForm(actor=request.actor)
    offered = types_for(request)
    view = next((view for view in offered if view.code == code), offered[0])
    form.initial = {
        **_defaults(request, likely_client(request.actor, element), [view])[view.code],
        "type": view.code,
        "responsible": request.actor.user_id,
        "priority": 2,
        "creation_key": uuid4(),
    }
    return form


def _defaults(request: ActorRequest, client: LikelyClient, views: list[TypeView]) -> dict[str, dict[str, Any]]:
    """What the fields hold for each type: as in any form, but that the slot's end follows from its length."""
    defaults = defaults_by_type(request.actor, views)
    for view in views:
        defaults[view.code] |= {
            "end_day": "",
            "end_time": "",
            "duration": str(view.default_duration_minutes or ""),
            "clients": client.value_for(view.code),
            "placeholder": view.name,
        }
    return defaults


def _show(request: ActorRequest, element: ElementDetail, form: ComposeForm) -> HttpResponse:
    if not is_fragment(request):
        raise Invalid({field: " ".join(map(str, errors)) for field, errors in form.errors.items()})
    views = types_for(request)
    client = likely_client(request.actor, element)
    defaults = _defaults(request, client, views)
    offer(request.actor, form, everything=False)
    offer_more(form, "clients", client.names, client.kind)
    chosen = form["type"].value()
    context = {
        "form": form,
        "element": element,
        "kind": element.kind,
        "types": views,
        "now": defaults.get(chosen, {}),
        "chosen": chosen,
        "defaults": json.dumps(defaults),
        "times": json.dumps({view.code: view.times for view in views}),
        "pending_files": pending_rows(request.actor, form["files"].value()),
        "file_errors": form["files"].errors,
        "is_wide": form.is_bound and form.has_wrong_secondary,
    }
    return render(request, "composer/_form.html", context, status=422 if form.errors else 200)


def _made(request: ActorRequest, element: ElementDetail, text: str, activity_id: int, gesture: object) -> HttpResponse:
    """Nothing in the composer any more, a message with *Undo*, and word to the page of what is new."""
    if not is_fragment(request):
        undo_url = reverse("undo", args=[gesture]) if gesture else ""
        messages.success(request, text, extra_tags=undo_url)
        return redirect("element-detail", element.kind, element.number)
    return announce(request, HttpResponse(), text, gesture=gesture, ids=[activity_id])
