"""The gestures over activities: one row, the ticked ones, or all of a filter; and taking any of them back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from relance.activities import actions
from relance.activities.queries import get_columns, get_rows, list_activity_ids
from relance.activities.terms import FILTER_BY_CODE, MOST_AT_ONCE
from relance.bulk.actions import run, undo
from relance.crm.queries import list_made
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.outcome import Outcome, require
from relance.timeline.actions import undo_comments
from relance.timeline.queries import is_about_comments
from relance.web.activities.cells import Painter
from relance.web.activities.dates import viewer_of
from relance.web.activities.fields import is_id, offer_people
from relance.web.bulk.answers import announce, answer, done_text
from relance.web.bulk.forms import AssignForm, CompleteForm, EditForm, PostponeForm, suggested
from relance.web.lists.search_box import search_text
from relance.web.lists.text_filter import MARK
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Parameters = Callable[[Any, Actor], dict[str, Any]]


@dataclass(frozen=True)
class Gesture:
    """A gesture: the form that it asks with, how that becomes the action's parameters, and what is said when it is done."""

    form: type[forms.Form]
    parameters: Parameters
    one: StrPromise
    many: StrPromise
    none: StrPromise


GESTURES = {
    "assign": Gesture(
        AssignForm,
        lambda form, _actor: {"to": form.cleaned_data["to"]},
        gettext_lazy("Activity assigned."),
        gettext_lazy("%(count)s activities assigned."),
        gettext_lazy("No activity was assigned."),
    ),
    "complete": Gesture(
        CompleteForm,
        lambda form, _actor: dict(form.cleaned_data),
        gettext_lazy("Activity completed."),
        gettext_lazy("%(count)s activities completed."),
        gettext_lazy("No activity was completed."),
    ),
    "delete": Gesture(
        forms.Form,
        lambda _form, _actor: {},
        gettext_lazy("Activity deleted."),
        gettext_lazy("%(count)s activities deleted."),
        gettext_lazy("No activity was deleted."),
    ),
    "edit": Gesture(
        EditForm,
        lambda form, actor: {"changes": form.changes(actor.time_zone)},
        gettext_lazy("Activity edited."),
        gettext_lazy("%(count)s activities edited."),
        gettext_lazy("No activity was edited."),
    ),
    "postpone": Gesture(
        PostponeForm,
        lambda form, actor: form.parameters(actor),
        gettext_lazy("Activity postponed."),
        gettext_lazy("%(count)s activities postponed."),
        gettext_lazy("No activity was postponed."),
    ),
    "reopen": Gesture(
        forms.Form,
        lambda _form, _actor: {},
        gettext_lazy("Activity reopened."),
        gettext_lazy("%(count)s activities reopened."),
        gettext_lazy("No activity was reopened."),
    ),
}


@require_http_methods(["GET", "POST"])
def gesture(request: ActorRequest, name: str) -> HttpResponse:
    """GET asks, in a dialog; POST does it."""
    if name not in GESTURES:
        raise NotFound
    asked = GESTURES[name]
    if request.method == "GET":
        started = suggested(request.GET.get("to", ""), clock.today(request.actor.time_zone))
        return _ask(request, name, asked.form(initial=started))
    form = asked.form(request.POST)
    if not form.is_valid():
        return _ask(request, name, form)
    ids = selected_ids(request, request.POST)
    try:
        outcome = _run(request.actor, name, ids, asked.parameters(form, request.actor))
    except Invalid as error:
        return _ask(request, name, _complain(form, error))
    text = done_text(outcome, str(asked.one), str(asked.many), str(asked.none))
    return answer(request, outcome, text, response=_redrawn(request, ids), offers_next=name == "complete")


@require_POST
def take_back(request: ActorRequest, gesture: UUID) -> HttpResponse:
    """Undo a gesture, row by row where it still stands."""
    if is_about_comments(gesture):
        outcome = undo_comments(request.actor, gesture=gesture)
        text = _("Undone.") if outcome.done else _("Nothing could be undone.")
        return announce(request, HttpResponse(), text) if is_fragment(request) else redirect("activity-list")
    outcome = undo(request.actor, gesture=gesture)
    text = done_text(outcome, _("Undone."), _("Undone: %(count)s items."), _("Nothing could be undone."))
    left = _list_of_gone(request, gesture) if outcome.done else None
    if left is None:
        return answer(request, outcome, text)
    messages.success(request, text)
    return HttpResponse(headers={"HX-Redirect": left})


def _list_of_gone(request: ActorRequest, gesture: UUID) -> str | None:
    """Where to go from the page of an element that was made by the gesture taken back: it is no longer there."""
    here = urlsplit(request.headers.get("HX-Current-URL", "")).path
    for kind, number in list_made(gesture) if here else ():
        if here == reverse("element-detail", args=[kind, number]):
            return reverse("element-list", args=[kind])
    return None


def selected_ids(request: ActorRequest, chosen: Any) -> list[int]:  # noqa: ANN401 - GET or POST
    """The rows that a gesture is for.

    Raises:
        Invalid: none, too many, or something that is no id.
    """
    if chosen.get("all"):
        code = chosen.get("filter", "")
        text = code.removeprefix(MARK) if code.startswith(MARK) else None
        search = search_text(chosen.get("search", ""))
        if text is None and code not in FILTER_BY_CODE:
            raise NotFound
        ids = list_activity_ids(request.actor, filter=code, text=text, search=search, limit=MOST_AT_ONCE + 1)
    else:
        ids = [_id_of(text) for text in chosen.getlist("ids")]
    if not ids:
        raise Invalid({"ids": _("No activity is selected.")})
    if len(ids) > MOST_AT_ONCE:
        raise Invalid({"ids": _("At most 1,000 activities can be changed at once. Narrow the filter.")})
    return ids


def _id_of(text: str) -> int:
    if not is_id(text):
        raise Invalid({"ids": _("This is no activity.")})
    return int(text)


def _run(actor: Actor, name: str, ids: Sequence[int], parameters: dict[str, Any]) -> Outcome:
    if name == "postpone":
        outcome = actions.postpone_activities(actor, ids=ids, **parameters)
    else:
        outcome = run(actor, name=name, ids=ids, parameters=parameters)
    return require(outcome, ids[0]) if len(ids) == 1 else outcome


def _redrawn(request: ActorRequest, ids: Sequence[int]) -> HttpResponse | None:
    """The one row that a list asked to have drawn anew in its place."""
    if request.POST.get("redraw") != "row":
        return None
    columns = get_columns(request.actor)
    rows = get_rows(request.actor, ids=ids[:1], columns=columns)
    painter = Painter(columns, viewer_of(request.actor))
    return render(request, "activities/_row.html", {"rows": [painter.replacement(row) for row in rows]})


def _ask(request: ActorRequest, name: str, form: forms.Form) -> HttpResponse:
    chosen = request.POST if request.method == "POST" else request.GET
    ids = selected_ids(request, chosen)
    for picker in ("to", "add_participants", "remove_participants"):
        if picker in form.fields:
            offer_people(request.actor, form, [picker], everybody=True)
    context = {
        "name": name,
        "form": form,
        "count": len(ids),
        "ids": [] if chosen.get("all") else ids,
        "filter": chosen.get("filter", ""),
        "has_incoming": name == "postpone" and _any_incoming(request.actor, ids),
    }
    page = "_dialog" if "HX-Request" in request.headers else "dialog"
    response = render(request, f"bulk/{page}.html", context, status=422 if form.errors else 200)
    # The dialog may have been asked for from anywhere: the answer says where it goes.
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _any_incoming(actor: Actor, ids: Sequence[int]) -> bool:
    return any(row["is_incoming"] for row in get_rows(actor, ids=ids, columns=()))


def _complain(form: forms.Form, error: Invalid) -> forms.Form:
    places = {"responsible_id": "to", "participants": "add_participants"}
    for column, text in error.messages.items():
        field = places.get(column, column)
        form.add_error(field if field in form.fields else None, text)
    return form
