"""Groups of users, and the company's own choices about rights."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from relance.access.actions import create_group, delete_group, edit_group, save_settings
from relance.access.queries import list_groups
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.sql import Row
from relance.web.activities.fields import offer_people
from relance.web.guards import for_rights_managers
from relance.web.requests import ActorRequest
from relance.web.rights.forms import CompanyForm, GroupForm
from relance.web.rights.roles import complain, show_form


@require_safe
@for_rights_managers
def groups(request: ActorRequest) -> HttpResponse:
    """All groups."""
    return render(request, "rights/groups.html", {"groups": list_groups()})


@require_http_methods(["GET", "POST"])
@for_rights_managers
def new(request: ActorRequest) -> HttpResponse:
    """A new group."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def edit(request: ActorRequest, group_id: int) -> HttpResponse:
    """A group's name and members."""
    return _edit(request, _find(group_id))


@require_http_methods(["GET", "POST"])
@for_rights_managers
def delete(request: ActorRequest, group_id: int) -> HttpResponse:
    """Delete a group."""
    group = _find(group_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            delete_group(request.actor, group_id=group_id)
        except Forbidden as error:
            complain(form, error)
        else:
            messages.success(request, _("The group is deleted."))
            return redirect("rights-groups")
    return show_form(
        request,
        form,
        title=_("Delete the group “%(group)s”?") % {"group": group["name"]},
        submit=_("Delete"),
        back=reverse("rights-groups"),
        explanation=_("Its members lose the roles that they have through it alone."),
        is_danger=True,
        tab="groups",
    )


@require_http_methods(["GET", "POST"])
def company(request: ActorRequest) -> HttpResponse:
    """The company's own choices, for who manages the CRM settings."""
    if not request.actor.manages_settings:
        raise Forbidden(_("Only who manages the CRM settings can do this."))
    form = CompanyForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            save_settings(request.actor, **form.cleaned_data)
        except (Invalid, Forbidden) as error:
            complain(form, error)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("rights-company")
    back = reverse("rights") if request.actor.manages_rights else reverse("home")
    return show_form(request, form, title=_("CRM settings"), submit=_("Save"), back=back, tab="company")


def _edit(request: ActorRequest, group: Row | None) -> HttpResponse:
    form = GroupForm(request.POST if request.method == "POST" else None, initial=group or {})
    if request.method == "POST" and form.is_valid():
        try:
            if group:
                edit_group(request.actor, group_id=group["id"], **form.cleaned_data)
            else:
                create_group(request.actor, **form.cleaned_data)
        except (Invalid, Forbidden) as error:
            complain(form, error)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("rights-groups")
    offer_people(request.actor, form, ["members"], everybody=True)
    title = group["name"] if group else _("New group")
    return show_form(request, form, title=title, submit=_("Save"), back=reverse("rights-groups"), tab="groups")


def _find(group_id: int) -> Row:
    found = next((group for group in list_groups() if group["id"] == group_id), None)
    if found is None:
        raise NotFound
    return found
