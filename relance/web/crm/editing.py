"""Creating and editing an element, on a page of its own."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from relance.access.queries import get_settings
from relance.crm.actions import add_element, edit_elements
from relance.crm.queries import can_add, count_leaving, element_refs, get_element
from relance.crm.terms import KIND_PLURALS, ElementDetail, Kind
from relance.kit.errors import Conflict, Forbidden, Invalid
from relance.kit.outcome import require
from relance.web.crm.forms import ElementForm, complain, initial_of_element, offer
from relance.web.requests import ActorRequest

NEW_TITLES = {
    Kind.LEAD: gettext_lazy("New lead"),
    Kind.DEAL: gettext_lazy("New deal"),
    Kind.CONTACT: gettext_lazy("New contact"),
    Kind.COMPANY: gettext_lazy("New company"),
}


@require_http_methods(["GET", "POST"])
def create(request: ActorRequest, kind: str) -> HttpResponse:
    """A new element of a kind."""
    actor = request.actor
    if not can_add(actor, kind=kind):
        raise Forbidden(_("Your roles do not let you add such elements."))
    if request.method == "GET":
        initial = {
            "responsible_id": actor.user_id,
            "currency": "EUR",
            "creation_key": uuid4(),
            "is_open_to_all": get_settings()["open_to_all_by_default"],
        }
        return _show(request, kind, ElementForm(kind=kind, initial=initial))
    form = ElementForm(request.POST, kind=kind)
    if not form.is_valid():
        return _show(request, kind, form)
    try:
        outcome = add_element(actor, draft=form.draft())
    except Invalid as error:
        return _show(request, kind, _said(form, error))
    element_id = [*outcome.done, *outcome.unchanged][0]
    undo = reverse("undo", args=[outcome.gesture]) if outcome.gesture else ""
    messages.success(request, _("Saved."), extra_tags=undo)
    ref = element_refs(actor, [element_id]).get(element_id)
    return redirect("element-detail", kind, ref.number) if ref else redirect("element-list", kind)


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """An existing element. Only what its user changed is written; if somebody else changed the same, both are shown."""
    actor = request.actor
    element = get_element(actor, kind=kind, number=number)
    if not element.can_update:
        raise Forbidden(element.reasons["update"])
    if request.method == "GET":
        form = ElementForm(kind=kind, initial=initial_of_element(element), is_edit=True)
        return _show(request, kind, form, element=element)
    form = ElementForm(request.POST, kind=kind, is_edit=True)
    if not form.is_valid():
        return _show(request, kind, form, element=element)
    changes = form.changes()
    if _gives_away(request, element, changes.get("responsible_id")):
        return _show(request, kind, form, element=element, warns=True)
    try:
        version = form.cleaned_data["version"]
        outcome = require(edit_elements(actor, ids=[element.id], changes=changes, version=version), element.id)
    except Invalid as error:
        return _show(request, kind, _said(form, error), element=element)
    except Conflict as conflict:
        return _show(request, kind, _again(request, element), element=element, conflict=conflict)
    undo = reverse("undo", args=[outcome.gesture]) if outcome.gesture else ""
    messages.success(request, _("Saved.") if outcome.done else _("Nothing was changed."), extra_tags=undo)
    is_readable = element.id in element_refs(actor, [element.id])
    return redirect("element-detail", kind, number) if is_readable else redirect("element-list", kind)


def _gives_away(request: ActorRequest, element: ElementDetail, to: int | None) -> bool:
    """Whether the element would leave the actor's reach, and he has not said that he means it."""
    if to is None or request.POST.get("sure"):
        return False
    return count_leaving(request.actor, ids=[element.id], to=to) > 0


def _said(form: ElementForm, error: Invalid) -> ElementForm:
    complain(form, list(error.messages.items()))
    return form


def _again(request: ActorRequest, element: ElementDetail) -> ElementForm:
    """The same form, now knowing of the other's change: sent once more, it is meant."""
    said = request.POST.copy()
    said["version"] = str(element.version)
    form = ElementForm(said, kind=element.kind, is_edit=True)
    form.is_valid()
    return form


def _show(
    request: ActorRequest,
    kind: str,
    form: ElementForm,
    *,
    element: ElementDetail | None = None,
    conflict: Conflict | None = None,
    warns: bool = False,
) -> HttpResponse:
    offer(request.actor, form)
    hidden = sum(ref is None for ref in (*element.companies, *element.contacts)) if element else 0
    context = {
        "form": form,
        "kind": kind,
        "new_title": NEW_TITLES[Kind(kind)],
        "plural": KIND_PLURALS[Kind(kind)],
        "element": element,
        "hidden": hidden,
        "conflicts": [(label, *pair) for label, pair in conflict.fields.items()] if conflict else [],
        "warns": warns,
    }
    status = 409 if conflict else 422 if form.errors or warns else 200
    return render(request, "crm/form.html", context, status=status)
