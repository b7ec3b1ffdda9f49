"""Creating and editing an activity, in the side panel or on a page of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, TypeVar
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relance.activities.actions import create_activity, draft_of_copy, draft_of_next, edit_activities
from relance.activities.catalog import list_types
from relance.activities.queries import ActivityDetail, get_activity, list_validations, may_create
from relance.activities.terms import ActivityDraft
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Forbidden, Invalid
from relance.kit.outcome import require
from relance.web.activities.dates import viewer_of
from relance.web.activities.defaults import default_times, defaults_by_type
from relance.web.activities.detail import detail_context, is_document, value_text
from relance.web.activities.fields import is_id, offer_clients, offer_elements, offer_people
from relance.web.activities.forms import (
    FIELD_OF_COLUMN,
    ActivityForm,
    initial_of_activity,
    initial_of_draft,
)
from relance.web.bulk.answers import announce
from relance.web.files.rows import pending_rows
from relance.web.pages import is_fragment, render_page
from relance.web.requests import ActorRequest

F = TypeVar("F", bound=ActivityForm)


@require_http_methods(["GET", "POST"])
def create(request: ActorRequest) -> HttpResponse:
    """A new activity; `?type=`, `?element=`, `?copy=` and `?after=` fill its form."""
    actor = request.actor
    if request.method == "GET":
        initial = initial_of_draft(_asked_draft(request), actor.time_zone) | {"creation_key": uuid4()}
        if not may_create(actor):
            raise Forbidden(_("You need the right to update an element in order to create an activity for it."))
        return _show(request, ActivityForm(initial=initial, actor=actor))
    form = ActivityForm(request.POST, actor=actor)
    if not form.is_valid():
        return _show(request, form)
    try:
        activity_id, gesture = create_activity(actor, form.draft(), types=form.types)
    except Invalid as error:
        return _show(request, complain(form, error))
    return _saved(request, activity_id, _("Activity created."), gesture)


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, activity_id: int) -> HttpResponse:
    """An existing activity. Only what its user changed is written; if somebody else changed the same, both are shown."""
    actor = request.actor
    activity = get_activity(actor, id=activity_id)
    if not activity.can_edit:
        raise Forbidden(activity.reasons["edit"])
    if request.method == "GET":
        asked = [row["user_id"] for row in list_validations(actor, [activity_id])] if is_document(activity) else []
        initial = initial_of_activity(activity, actor.time_zone, asked)
        return _show(
            request,
            ActivityForm(initial=initial, actor=actor, is_edit=True, current_type=_type_code(activity)),
            activity=activity,
        )
    form = ActivityForm(request.POST, actor=actor, is_edit=True, current_type=_type_code(activity))
    if not form.is_valid():
        return _show(request, form, activity=activity)
    try:
        changes, version = form.changes(activity), form.cleaned_data["version"]
        outcome = require(edit_activities(actor, ids=[activity_id], changes=changes, version=version), activity_id)
    except Invalid as error:
        return _show(request, complain(form, error), activity=activity)
    except Conflict as conflict:
        return _show(request, _again(request, activity), activity=activity, conflict=conflict)
    text = _("Activity saved.") if outcome.done else _("Nothing was changed.")
    return _saved(request, activity_id, text, outcome.gesture)


def _type_code(activity: ActivityDetail) -> str:
    return activity.fields["type"] or str(activity.fields["type_id"])


def _asked_draft(request: ActorRequest) -> ActivityDraft:
    actor, asked = request.actor, request.GET
    if is_id(asked.get("copy", "")):
        return draft_of_copy(actor, id=int(asked["copy"]))
    elements = tuple(int(value) for value in asked.getlist("element") if is_id(value))
    offered = {view.code: view for view in list_types(active_only=True)}
    if is_id(asked.get("after", "")):
        following = draft_of_next(actor, id=int(asked["after"]))
        view = offered.get(following.type) or next(iter(offered.values()))
        return replace(following, type=view.code, reminders=view.default_reminders, **default_times(actor, view))
    view = offered.get(asked.get("type", "")) or next(iter(offered.values()))
    return ActivityDraft(
        type=view.code,
        reminders=view.default_reminders,
        subject="",
        elements=elements,
        responsible_id=actor.user_id,
        is_incoming=view.is_incoming,
        **default_times(actor, view),
    )


def _show(
    request: ActorRequest,
    form: ActivityForm,
    *,
    activity: ActivityDetail | None = None,
    conflict: Conflict | None = None,
) -> HttpResponse:
    offer(request.actor, form, everything=not is_fragment(request))
    context = {
        "form": form,
        "activity": activity,
        "types": form.types,
        "pending_files": pending_rows(request.actor, form["files"].value()),
        "file_errors": form["files"].errors,
        "times": json.dumps({code: view.times for code, view in form.types.items()}),
        "defaults": "" if activity else json.dumps(defaults_by_type(request.actor, form.types.values())),
        "hidden_elements": sum(bound.name is None for bound in activity.bindings) if activity else 0,
        "conflicts": _conflicts(request.actor, form, conflict) if conflict else [],
    }
    status = 409 if conflict else 422 if form.errors else 200
    return render_page(request, "activities/form.html", context, status=status)


def offer(actor: Actor, form: ActivityForm, *, everything: bool) -> None:
    """Give the pickers of the form the names of what is picked; with `everything`, of what else there is."""
    offer_people(actor, form, ["responsible", "participants", "validators"], everybody=everything)
    offer_elements(actor, form, "elements", others=everything)
    offer_clients(actor, form, "clients")


def complain(form: F, error: Invalid) -> F:
    """The form, with what the action refused at its fields."""
    for column, text in error.messages.items():
        name = FIELD_OF_COLUMN.get(column, column)
        form.add_error(name if name in form.fields else None, text)
    return form


def _again(request: ActorRequest, activity: ActivityDetail) -> ActivityForm:
    """The same form, now knowing of the other's change: sent once more, it is meant."""
    said = request.POST.copy()
    said["version"] = str(activity.fields["version"])
    form = ActivityForm(said, actor=request.actor, is_edit=True, current_type=_type_code(activity))
    form.is_valid()
    return form


def _conflicts(actor: Actor, form: ActivityForm, conflict: Conflict) -> list[dict[str, Any]]:
    viewer = viewer_of(actor)
    return [
        {
            "label": form.fields[FIELD_OF_COLUMN.get(column, column)].label,
            "theirs": value_text(actor, column, theirs, viewer),
            "yours": value_text(actor, column, yours, viewer),
        }
        for column, (theirs, yours) in conflict.fields.items()
        if FIELD_OF_COLUMN.get(column, column) in form.fields
    ]


def _saved(request: ActorRequest, activity_id: int, text: str, gesture: object) -> HttpResponse:
    if not is_fragment(request):
        messages.success(request, text)
        return redirect("activity-detail", activity_id)
    context = detail_context(request.actor, activity_id, viewer_of(request.actor))
    response = render_page(request, "activities/detail.html", context | {"is_panel": True})
    return announce(request, response, text, gesture=gesture, ids=[activity_id])
