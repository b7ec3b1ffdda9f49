"""Roles made, cloned, renamed, deleted, given and taken away."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relance.access.actions import assign_role, create_role, delete_role, edit_role, unassign_role
from relance.access.queries import list_assignments, list_roles, role_name
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.sql import Row
from relance.web.activities.fields import is_id, offer_people
from relance.web.guards import for_rights_managers
from relance.web.requests import ActorRequest
from relance.web.rights.forms import EditRoleForm, GiveForm, NewRoleForm


@require_safe
@for_rights_managers
def roles(request: ActorRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """By role: it opens on the first one."""
    return redirect("rights-role", list_roles()[0]["id"])


@require_http_methods(["GET", "POST"])
@for_rights_managers
def new(request: ActorRequest) -> HttpResponse:
    """A new role, empty or with the levels of another."""
    clone = request.GET.get("clone", "")
    initial = {"clone_of": clone} if is_id(clone) else {}
    form = NewRoleForm(request.actor, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            role_id = create_role(request.actor, **form.cleaned_data)
        except (Invalid, Forbidden) as error:
            complain(form, error)
        else:
            messages.success(request, _("The role is made. Nobody has it yet."))
            return redirect("rights-role", role_id)
    return show_form(request, form, title=_("New role"), submit=_("Create"), back=reverse("rights-roles"))


@require_http_methods(["GET", "POST"])
@for_rights_managers
def edit(request: ActorRequest, role_id: int) -> HttpResponse:
    """A role's names and switches."""
    role = find_role(role_id)
    if role["is_administrator"]:
        raise Forbidden(_("The role of the administrators is fixed."))
    initial = {key: role[key] for key in ("name_fr", "name_en", "manages_rights", "manages_settings", "version")}
    form = EditRoleForm(request.POST or None, initial=initial, is_shipped=bool(role["code"]))
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            edit_role(request.actor, role_id=role_id, **form.cleaned_data)
        except Conflict:
            form, status = _again(request, role), 409
        except (Invalid, Forbidden) as error:
            complain(form, error)
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("rights-role", role_id)
    title = _named(request.actor, role)
    back = reverse("rights-role", args=[role_id])
    return show_form(request, form, title=title, submit=_("Save"), back=back, refused=status)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def delete(request: ActorRequest, role_id: int) -> HttpResponse:
    """Delete a role, after it has been said for how many people."""
    role = find_role(role_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        try:
            delete_role(request.actor, role_id=role_id)
        except Forbidden as error:
            complain(form, error)
        else:
            messages.success(request, _("The role is deleted."))
            return redirect("rights-roles")
    said = ngettext(
        "%(count)s person has this role and loses what it alone allows.",
        "%(count)s people have this role and lose what it alone allows.",
        role["people"],
    )
    return show_form(
        request,
        form,
        title=_("Delete the role “%(role)s”?") % {"role": _named(request.actor, role)},
        submit=_("Delete"),
        back=reverse("rights-role", args=[role_id]),
        explanation=said % {"count": role["people"]},
        is_danger=True,
    )


@require_http_methods(["GET", "POST"])
@for_rights_managers
def give(request: ActorRequest, role_id: int) -> HttpResponse:
    """Give a role to a person, a department, a group, every head or everybody."""
    role = find_role(role_id)
    form = GiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            assign_role(request.actor, role=str(role_id), **form.parameters())
        except (Invalid, Forbidden) as error:
            complain(form, error)
        else:
            messages.success(request, _("Given. It holds from now on."))
            return redirect("rights-role", role_id)
    offer_people(request.actor, form, ["user"], everybody=True)
    title = _("Give the role “%(role)s”") % {"role": _named(request.actor, role)}
    return show_form(request, form, title=title, submit=_("Give"), back=reverse("rights-role", args=[role_id]))


@require_POST
@for_rights_managers
def take(request: ActorRequest, assignment_id: int) -> HttpResponse:
    """Take a role away from one assignee."""
    role_id = next((row["role_id"] for row in list_assignments() if row["id"] == assignment_id), None)
    if role_id is None:
        raise NotFound
    unassign_role(request.actor, assignment_id=assignment_id)
    messages.success(request, _("Taken away. It holds from now on."))
    return redirect("rights-role", role_id)


def find_role(role_id: int) -> Row:
    """A role's row.

    Raises:
        NotFound: there is none.
    """
    found = next((role for role in list_roles() if role["id"] == role_id), None)
    if found is None:
        raise NotFound
    return found


def complain(form: forms.Form, error: Invalid | Forbidden) -> None:
    """Put what an action refused where the form shows it."""
    if isinstance(error, Forbidden):
        form.add_error(None, error.reason)
        return
    for key, text in error.messages.items():
        form.add_error(key if key in form.fields else None, text)


def show_form(
    request: ActorRequest,
    form: forms.Form,
    *,
    title: str,
    submit: str,
    back: str,
    explanation: str = "",
    is_danger: bool = False,
    tab: str = "role",
    refused: int = 422,
) -> HttpResponse:
    """The page of a form, with the status `refused` where it has something to complain about."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "explanation": explanation,
        "is_danger": is_danger,
        "tab": tab,
    }
    return render(request, "rights/form.html", context, status=refused if form.errors else 200)


def _again(request: ActorRequest, role: Row) -> EditRoleForm:
    """The same form, now knowing of the other's change: sent once more, it is meant."""
    said = request.POST.copy()
    said["version"] = str(role["version"])
    form = EditRoleForm(said, is_shipped=bool(role["code"]))
    form.is_valid()
    form.add_error(
        None,
        _("Somebody else has changed this role meanwhile. Your choices are still here: check them and save again."),
    )
    return form


def _named(actor: Actor, role: Row) -> str:
    return role_name(role, actor.language)
