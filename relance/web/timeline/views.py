"""The history of an element, comments and pins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from relance.activities.queries import get_activity
from relance.crm.queries import get_element
from relance.crm.terms import ElementDetail
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.outcome import Outcome, require
from relance.kit.sql import Row
from relance.timeline import actions
from relance.timeline.mentions import offer_people
from relance.timeline.queries import find_comment
from relance.timeline.terms import ROLLED_UP, CommentDraft
from relance.web.activities.dates import viewer_of
from relance.web.activities.fields import is_id
from relance.web.files.rows import kept_rows, pending_rows
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest
from relance.web.timeline.asked import HistoryAsked
from relance.web.timeline.forms import CommentForm, blank_form, key_of
from relance.web.timeline.history import comment_markup, comments_context, history_context, pinned_context
from relance.web.timeline.planned import planned_context

LONGEST_QUERY = 200


@require_safe
def history(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """The history as its filters ask for it, or its next part."""
    element, asked = get_element(request.actor, kind=kind, number=number), HistoryAsked(request.GET)
    cursor, viewer = request.GET.get("cursor", ""), viewer_of(request.actor)
    context = history_context(request.actor, element, viewer, asked, cursor) | {"element": element, "kind": kind}
    response = render(request, f"timeline/{'_entries' if cursor else '_history'}.html", context)
    if request.headers.get("HX-Trigger") == "history-filters":
        response.content += _planned(request, element, rolled=asked.filter.rolled_up)
        response.headers["HX-Push-Url"] = asked.page_of(element)
    return response


def _planned(request: ActorRequest, element: ElementDetail, *, rolled: bool) -> bytes:
    """What is planned, drawn anew where the roll-up may have been switched: one switch for both parts of a timeline."""
    if element.kind not in ROLLED_UP:
        return b""
    context = planned_context(request.actor, element, viewer_of(request.actor), rolled=rolled)
    # What can be rolled up has no stages: it is always in progress.
    context |= {"element": element, "kind": element.kind, "is_swap": True, "is_in_progress": True}
    return render_to_string("crm/_planned.html", context, request).encode()


@require_POST
def comment_element(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """Comment on an element."""
    element = get_element(request.actor, kind=kind, number=number)
    form, outcome = _written(request, element_id=element.id)
    context = {"element": element, "kind": kind, "comment_form": form}
    if outcome is None:
        context["pending_files"] = pending_rows(request.actor, list(form.carried))
        return _ask(request, "timeline/_element_comment.html", context)
    if not is_fragment(request):
        messages.success(request, _("Comment added."))
        return redirect("element-detail", kind, number)
    response = render(request, "timeline/_element_comment.html", context | blank_form() | {"is_written": True})
    return _say(request, response, _("Comment added."), outcome)


@require_POST
def comment_activity(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Comment on an activity, in its panel or on its page."""
    activity = get_activity(request.actor, id=activity_id)
    form, outcome = _written(request, activity_id=activity_id)
    context = {"activity": activity, **comments_context(request.actor, activity_id, viewer_of(request.actor))}
    template = "timeline/_activity_comments.html"
    if outcome is None:
        pending = pending_rows(request.actor, list(form.carried))
        return _ask(request, template, context | {"comment_form": form, "pending_files": pending})
    if not is_fragment(request):
        messages.success(request, _("Comment added."))
        return redirect("activity-detail", activity_id)
    response = render(request, template, context | blank_form() | {"is_written": True})
    return _say(request, response, _("Comment added."), outcome, changes=False)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_comment(request: ActorRequest, comment_id: int) -> HttpResponse:
    """GET gives the form in the comment's place (or, with `show`, the comment again); POST saves it."""
    row = _comment(request, comment_id)
    if request.method != "POST":
        if request.GET.get("show"):
            return _shown(request, comment_id)
        if not row["can_edit"]:
            raise Forbidden(_("Only who wrote a comment can edit it."))
        return render(request, "timeline/_comment_edit.html", _editing(request, row))
    form, outcome = _rewritten(request, comment_id)
    if outcome is None:
        return _ask(request, "timeline/_comment_edit.html", _editing(request, row, form))
    return (
        _say(request, _shown(request, comment_id), _("Saved."), outcome)
        if is_fragment(request)
        else _back(request, row)
    )


@require_POST
def delete_comment(request: ActorRequest, comment_id: int) -> HttpResponse:
    """Delete a comment; it can be undone."""
    row = _comment(request, comment_id)
    outcome = require(actions.delete_comments(request.actor, ids=[comment_id]), comment_id)
    if not is_fragment(request):
        return _back(request, row)
    response = _say(request, HttpResponse(), _("Comment deleted."), outcome)
    return trigger_client_event(response, "focus:lost", {}, after="settle")


@require_POST
def pin(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """Pin an entry of an element's history, or, with `off`, take it down."""
    element = get_element(request.actor, kind=kind, number=number)
    ids: dict[str, Any] = {
        f"{noun}_id": int(request.POST[noun]) for noun in ("activity", "comment") if is_id(request.POST.get(noun, ""))
    }
    run = actions.unpin_entry if request.POST.get("off") else actions.pin_entry
    outcome = run(request.actor, element_id=element.id, **ids)
    if not is_fragment(request):
        return redirect("element-detail", kind, number)
    context = {"element": element, "kind": kind, "is_swap": True}
    context |= pinned_context(request.actor, element, viewer_of(request.actor))
    text = _("Unpinned.") if request.POST.get("off") else _("Pinned.")
    response = render(request, "timeline/_pinned.html", context)
    return _say(request, response, text if outcome.done else _("Nothing was changed."))


@require_safe
def mentions(request: ActorRequest) -> JsonResponse:
    """Active people who may read an element or an activity, for who writes after an `@`.

    Raises:
        NotFound: the reader himself may not read it.
    """
    element_id, activity_id = request.GET.get("element", ""), request.GET.get("activity", "")
    place = {
        "element_id": int(element_id) if is_id(element_id) else None,
        "activity_id": int(activity_id) if is_id(activity_id) else None,
    }
    text = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "")
    found = offer_people(request.actor, text=text, **place)
    options = [
        {"value": p.id, "text": p.name, "note": p.position, "initials": p.initials, "tint": p.tint} for p in found
    ]
    return JsonResponse({"options": options})


def _written(
    request: ActorRequest, *, element_id: int | None = None, activity_id: int | None = None
) -> tuple[CommentForm, Outcome | None]:
    """Write what a form says; nothing where it cannot be taken, which the form then says."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return form, None
    draft = CommentDraft(
        text=form.cleaned_data["text"],
        element_id=element_id,
        activity_id=activity_id,
        mentions=form.mentions,
        files=form.carried,
        creation_key=key_of(form),
    )
    try:
        return form, actions.create_comment(request.actor, draft=draft)
    except Invalid as error:
        form.complain(error)
        return form, None


def _comment(request: ActorRequest, comment_id: int) -> Row:
    row = find_comment(request.actor, id=comment_id)
    if row is None:
        raise NotFound
    return row


def _editing(request: ActorRequest, row: Row, form: CommentForm | None = None) -> dict[str, Any]:
    """The form in a comment's place: as the comment is, or as it was sent."""
    files = kept_rows(row["files"], viewer_of(request.actor))
    if form is not None:
        files = [file for file in files if file["id"] in form.carried]
        files += pending_rows(request.actor, list(form.carried))
    form = form or CommentForm(initial={"text": row["text"]})
    return {"row": row, "comment_form": form, "pending_files": files}


def _rewritten(request: ActorRequest, comment_id: int) -> tuple[CommentForm, Outcome | None]:
    """Save what a form says in the place of a comment; nothing where it cannot be taken."""
    form = CommentForm(request.POST)
    if not form.is_valid():
        return form, None
    try:
        said: dict[str, Any] = {"text": form.cleaned_data["text"], "mentions": form.mentions}
        said["files"] = form.carried if "with_files" in request.POST else None
        return form, require(actions.edit_comment(request.actor, id=comment_id, **said), comment_id)
    except Invalid as error:
        form.complain(error)
        return form, None


def _ask(request: ActorRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The form again, with what is wrong beside its field."""
    if not is_fragment(request):
        form: CommentForm = context["comment_form"]
        raise Invalid({field: " ".join(map(str, errors)) for field, errors in form.errors.items()})
    return render(request, template, context, status=422)


def _shown(request: ActorRequest, comment_id: int) -> HttpResponse:
    row = _comment(request, comment_id)
    element = None
    if row["element_id"]:
        element = get_element(request.actor, kind=row["element_kind"], number=row["element_number"])
    return HttpResponse(comment_markup(row, viewer_of(request.actor), element))


def _say(
    request: ActorRequest, response: HttpResponse, text: str, outcome: Outcome | None = None, *, changes: bool = True
) -> HttpResponse:
    """Add a message, with *Undo* where there is a gesture; where the history `changes`, it is asked for again."""
    gesture = outcome.gesture if outcome else None
    context = {"text": text, "undo_url": reverse("undo", args=[gesture]) if gesture else ""}
    response.content += render_to_string("bulk/_said.html", context, request).encode()
    # After it is settled, htmx says it to the page even if the history was drawn anew meanwhile and the button is gone.
    return trigger_client_event(response, "timeline-changed", {}, after="settle") if changes else response


def _back(request: ActorRequest, row: Row) -> HttpResponse:
    messages.success(request, _("Saved."))
    if row["activity_id"]:
        return redirect("activity-detail", row["activity_id"])
    return redirect("element-detail", row["element_kind"], row["element_number"])
