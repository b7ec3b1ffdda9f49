"""*CRM – Settings – Activity types*, for who manages the CRM settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relance.activities.actions import create_type, delete_type, edit_type, order_types, switch_type
from relance.activities.catalog import TypeView, list_types, used_types
from relance.activities.terms import OUTCOME_NAMES
from relance.kit.errors import Conflict, Invalid, NotFound
from relance.web.activities.fields import is_id
from relance.web.guards import for_settings_managers
from relance.web.requests import ActorRequest
from relance.web.types.forms import TypeForm, initial_of


@require_safe
@for_settings_managers
def types(request: ActorRequest) -> HttpResponse:
    """All types in their order."""
    return render(request, "types/list.html", {"types": list_types(), "used": used_types()})


@require_POST
@for_settings_managers
def order(request: ActorRequest) -> HttpResponse:
    """Put the types in the order in which they were sent."""
    order_types(request.actor, ids=[int(text) for text in request.POST.getlist("types") if is_id(text)])
    if "HX-Request" in request.headers:
        return HttpResponse(status=204)
    return redirect("types")


@require_http_methods(["GET", "POST"])
@for_settings_managers
def new(request: ActorRequest) -> HttpResponse:
    """A type of the company's own."""
    form = TypeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            create_type(request.actor, settings=form.settings())
        except Invalid as error:
            _complain(form, error)
        else:
            messages.success(request, _("The type is created."))
            return redirect("types")
    return _show(request, form, None)


@require_http_methods(["GET", "POST"])
@for_settings_managers
def edit(request: ActorRequest, type_id: int) -> HttpResponse:
    """The settings of a type. A form that was filled before somebody else's change says so, and can be sent again."""
    view = _find(type_id)
    if request.method == "GET":
        return _show(request, TypeForm(initial=initial_of(view), view=view), view)
    form = TypeForm(request.POST, view=view)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            edit_type(request.actor, id=type_id, settings=form.settings(), version=version)
        except Invalid as error:
            _complain(form, error)
        except Conflict:
            return _show(request, _again(request, view), view, status=409)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("types")
    return _show(request, form, view)


@require_POST
@for_settings_managers
def switch(request: ActorRequest, type_id: int) -> HttpResponse:
    """Offer a type for new activities, or no longer."""
    is_active = request.POST.get("is_active") == "on"
    switch_type(request.actor, id=type_id, is_active=is_active)
    messages.success(request, _("The type is offered again.") if is_active else _("The type is switched off."))
    return redirect("types")


@require_http_methods(["GET", "POST"])
@for_settings_managers
def delete(request: ActorRequest, type_id: int) -> HttpResponse:
    """Delete a type that was never used."""
    view = _find(type_id)
    if request.method == "POST":
        delete_type(request.actor, id=type_id)
        messages.success(request, _("The type is deleted."))
        return redirect("types")
    return render(request, "types/delete.html", {"type": view})


def _show(request: ActorRequest, form: TypeForm, view: TypeView | None, *, status: int = 200) -> HttpResponse:
    shipped = {outcome.id: OUTCOME_NAMES.get(outcome.code, "") for outcome in view.outcomes} if view else {}
    rows = [row | {"shipped": shipped.get(row["id"], "")} for row in form.outcomes()]
    context = {
        "form": form,
        "type": view,
        "outcomes": rows,
        "blank": {"id": None, "name_fr": "", "name_en": "", "is_active": True, "shipped": ""},
        "is_used": bool(view and view.id in used_types()),
    }
    return render(request, "types/form.html", context, status=422 if form.errors and status == 200 else status)


def _again(request: ActorRequest, view: TypeView) -> TypeForm:
    """The same form, now knowing of the other's change: sent once more, it is meant."""
    said = request.POST.copy()
    said["version"] = str(view.version)
    form = TypeForm(said, view=view)
    form.is_valid()
    text = _("Somebody else has changed this type meanwhile. Your choices are still here: check them and save again.")
    form.add_error(None, text)
    return form


def _complain(form: TypeForm, error: Invalid) -> None:
    for field, text in error.messages.items():
        form.add_error(field if field in form.fields else None, text)


def _find(type_id: int) -> TypeView:
    found = next((view for view in list_types() if view.id == type_id), None)
    if found is None:
        raise NotFound
    return found
