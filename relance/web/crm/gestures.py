"""The gestures over elements: one, the ticked ones, or all of a filter: assign, delete, plan an activity for each deal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from relance.activities.actions import default_deadline, delete_elements, plan_for_deals
from relance.activities.terms import MOST_AT_ONCE
from relance.crm.actions import edit_elements, reassign_elements
from relance.crm.queries import count_leaving, element_refs, get_element, list_element_ids
from relance.crm.terms import Kind
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.outcome import Outcome, require
from relance.web.activities.fields import is_id, offer_people
from relance.web.bulk.answers import MOST_NAMED, announce, result_context
from relance.web.crm.filters import Asked
from relance.web.crm.forms import AssignElementsForm, PlanForm, complain, initial_of_plan
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest


@dataclass(frozen=True)
class Gesture:
    """A gesture: the form that it asks with, what it runs, and what it says before and after."""

    form: type[forms.Form]
    run: Callable[[Actor, Sequence[int], Any], Outcome]
    question: Callable[[int], str]
    said: Callable[[int], str]


def _assigned(count: int) -> str:
    text = ngettext("%(count)s element assigned.", "%(count)s elements assigned.", count)
    return text % {"count": count} if count else _("No element was assigned.")


def _deleted(count: int) -> str:
    text = ngettext("%(count)s element deleted.", "%(count)s elements deleted.", count)
    return text % {"count": count} if count else _("No element was deleted.")


def _planned(count: int) -> str:
    text = ngettext("%(count)s activity created.", "%(count)s activities created.", count)
    return text % {"count": count} if count else _("No activity was created.")


GESTURES = {
    "assign": Gesture(
        AssignElementsForm,
        lambda actor, ids, form: reassign_elements(actor, ids=ids, to=form.cleaned_data["to"]),
        lambda count: ngettext("Assign %(count)s element to", "Assign %(count)s elements to", count) % {"count": count},
        _assigned,
    ),
    "delete": Gesture(
        forms.Form,
        lambda actor, ids, _form: delete_elements(actor, ids=ids),
        lambda count: ngettext("Delete %(count)s element?", "Delete %(count)s elements?", count) % {"count": count},
        _deleted,
    ),
    "plan": Gesture(
        PlanForm,
        lambda actor, ids, form: plan_for_deals(actor, ids=ids, **form.parameters(actor.time_zone)),
        lambda count: (
            ngettext("Create an activity for %(count)s deal", "Create an activity for each of %(count)s deals", count)
            % {"count": count}
        ),
        _planned,
    ),
}


@require_http_methods(["GET", "POST"])
def gesture(request: ActorRequest, kind: str, name: str) -> HttpResponse:
    """GET asks, in a dialog; POST does it."""
    if name not in GESTURES or (name == "plan" and kind != Kind.DEAL):
        raise NotFound
    asked = GESTURES[name]
    ids = selected_ids(request, kind)
    if request.method == "GET":
        return _ask(request, kind, name, ids, asked.form(initial=_initial(request.actor, name)))
    form = asked.form(request.POST)
    if not form.is_valid():
        return _ask(request, kind, name, ids, form)
    if name == "assign" and not form.cleaned_data["sure"]:
        leaving = count_leaving(request.actor, ids=ids, to=form.cleaned_data["to"])
        if leaving:
            return _ask(request, kind, name, ids, form, leaving=leaving)
    try:
        outcome = asked.run(request.actor, ids, form)
    except Invalid as error:
        return _ask(request, kind, name, ids, _said(form, error))
    if len(ids) == 1:
        require(outcome, ids[0])
    return _answer(request, kind, name, outcome, asked.said(len(outcome.done)))


@require_POST
def stage(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """Move a lead or a deal to a stage, by a click on the bar of its page."""
    element = get_element(request.actor, kind=kind, number=number)
    chosen = request.POST.get("stage", "")
    if not is_id(chosen):
        raise Invalid({"stage_id": _("This stage does not exist.")})
    changes = edit_elements(request.actor, ids=[element.id], changes={"stage_id": int(chosen)})
    outcome = require(changes, element.id)
    text = _("Stage changed.") if outcome.done else _("Nothing was changed.")
    if is_fragment(request):
        return announce(request, HttpResponse(), text, gesture=outcome.gesture, ids=[])
    messages.success(request, text, extra_tags=_undo(outcome))
    is_readable = element.id in element_refs(request.actor, [element.id])
    return redirect("element-detail", kind, number) if is_readable else redirect("element-list", kind)


def selected_ids(request: ActorRequest, kind: str) -> list[int]:
    """The elements that a gesture is for: those named, or all of a filter, which is what follows `?` in its address.

    Raises:
        Invalid: none, too many, or something that is no id.
    """
    chosen = request.POST if request.method == "POST" else request.GET
    if chosen.get("all"):
        asked = Asked.read(kind, QueryDict(chosen.get("filter", "")).dict())
        ids = list_element_ids(request.actor, kind=kind, filters=asked.filter(), limit=MOST_AT_ONCE + 1)
    else:
        texts = chosen.getlist("ids")
        if not all(is_id(text) for text in texts):
            raise Invalid({"ids": _("This is no element.")})
        ids = [int(text) for text in texts]
    if not ids:
        raise Invalid({"ids": _("No element is selected.")})
    if len(ids) > MOST_AT_ONCE:
        raise Invalid({"ids": _("At most 1,000 elements can be changed at once. Narrow the filter.")})
    return ids


def _initial(actor: Actor, name: str) -> dict[str, object]:
    return initial_of_plan(default_deadline(actor), actor.time_zone) if name == "plan" else {}


def _said(form: forms.Form, error: Invalid) -> forms.Form:
    places = {"responsible_id": "to", "deadline_at": "deadline_day", "deadline_on": "deadline_day"}
    return complain(form, [(places.get(key, key), text) for key, text in error.messages.items()])


def _ask(
    request: ActorRequest, kind: str, name: str, ids: Sequence[int], form: forms.Form, *, leaving: int = 0
) -> HttpResponse:
    chosen = request.POST if request.method == "POST" else request.GET
    if "to" in form.fields:
        offer_people(request.actor, form, ["to"], everybody=True)
    context = {
        "kind": kind,
        "name": name,
        "form": form,
        "question": GESTURES[name].question(len(ids)),
        "ids": [] if chosen.get("all") else ids,
        "filter": chosen.get("filter", ""),
        "leaves": chosen.get("leave", ""),
        "leaving": leaving,
    }
    page = "_dialog" if "HX-Request" in request.headers else "dialog"
    response = render(request, f"crm/{page}.html", context, status=422 if form.errors or leaving else 200)
    # The dialog may have been asked for from anywhere: the answer says where it goes.
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _answer(request: ActorRequest, kind: str, name: str, outcome: Outcome, text: str) -> HttpResponse:
    """A message with *Undo*; where rows were refused, the whole result; to the list from a page that is no more."""
    ids = [] if name == "plan" else list(outcome.done)
    is_gone = request.POST.get("leave") and ids and not element_refs(request.actor, ids)
    if not is_fragment(request) or is_gone:
        messages.success(request, text, extra_tags=_undo(outcome))
        path = reverse("element-list", args=[kind])
        return HttpResponseClientRedirect(path) if is_fragment(request) else redirect(path)
    response = HttpResponse()
    if outcome.refused:
        response.content += render_to_string(
            "bulk/_result.html", result_context(outcome, text, _named(request, outcome)), request
        ).encode()
        return trigger_client_event(response, "activities-changed", {"ids": ids[:MOST_NAMED]})
    return announce(request, response, text, gesture=outcome.gesture, ids=ids)


def _undo(outcome: Outcome) -> str:
    return reverse("undo", args=[outcome.gesture]) if outcome.gesture else ""


def _named(request: ActorRequest, outcome: Outcome) -> list[tuple[str, str]]:
    """The refused elements by name, where the reader may see it, and why."""
    refs = element_refs(request.actor, [refusal.id for refusal in outcome.refused if not refusal.is_hidden])
    return [
        (refs[refusal.id].name if refusal.id in refs else _("Unknown element"), refusal.reason)
        for refusal in outcome.refused
    ]
