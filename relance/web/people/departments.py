"""The tree of departments: made, renamed, moved, given a head, deleted."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from relance.kit.sql import Row
from relance.people.actions import create_department, delete_department, edit_department, set_head
from relance.people.directory import get_department, list_members
from relance.web.activities.fields import is_id
from relance.web.guards import for_rights_managers
from relance.web.lists.headings import address
from relance.web.people.forms import DeleteForm, DepartmentForm, HeadForm
from relance.web.people.steps import Page, show_form, take
from relance.web.requests import ActorRequest


def place_of(department_id: int | None) -> str:
    """The address of the page of people that shows a department."""
    home = reverse("people")
    return address(home, {"department": str(department_id)}) if department_id else home


@require_http_methods(["GET", "POST"])
@for_rights_managers
def new(request: ActorRequest) -> HttpResponse:
    """A new department, below another or at the top."""
    below = request.GET.get("below", "")
    initial = {"parent_id": below} if is_id(below) else {}
    form = DepartmentForm(request.POST if request.method == "POST" else None, initial=initial)
    back = place_of(int(below)) if is_id(below) else reverse("people")
    page = Page(_("New department"), _("Create"), back, _("The department is made."))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        answer = take(
            request,
            form,
            page,
            lambda: create_department(request.actor, title=said["name"], parent_id=said["parent_id"]),
        )
        if answer:
            return answer
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def edit(request: ActorRequest, department_id: int) -> HttpResponse:
    """Rename a department, or move it with all below it."""
    row = get_department(request.actor, department_id=department_id)
    sent = request.POST if request.method == "POST" else None
    form = DepartmentForm(sent, initial=row, department_id=department_id)
    page = Page(row["name"], _("Save"), place_of(department_id), _("Saved. It holds from now on."))
    if request.method == "POST" and form.is_valid():
        changes = {"name": form.cleaned_data["name"], "parent_id": form.cleaned_data["parent_id"]}
        answer = take(
            request,
            form,
            page,
            lambda: edit_department(
                request.actor,
                department_id=department_id,
                changes={"name": changes["name"], "parent_id": changes["parent_id"]},
            ),
        )
        if answer:
            return answer
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def head(request: ActorRequest, department_id: int) -> HttpResponse:
    """Make one of its members the head of a department, or nobody."""
    row = get_department(request.actor, department_id=department_id)
    sent = request.POST if request.method == "POST" else None
    form = HeadForm(sent, initial=row, members=list_members(request.actor, department_id=department_id))
    page = Page(
        _("Head of “%(department)s”") % {"department": row["name"]},
        _("Save"),
        place_of(department_id),
        _("Saved. It holds from now on."),
        _("The head is one of the members. Heading gives no right by itself; roles can be given to every head."),
    )
    if request.method == "POST" and form.is_valid():
        user_id = form.cleaned_data["head_id"]
        answer = take(
            request, form, page, lambda: set_head(request.actor, department_id=department_id, user_id=user_id)
        )
        if answer:
            return answer
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def delete(request: ActorRequest, department_id: int) -> HttpResponse:
    """Delete a department, after it has been said where its people go."""
    row = get_department(request.actor, department_id=department_id)
    form = DeleteForm(
        request.POST if request.method == "POST" else None,
        initial={"to_id": row["parent_id"]},
        department_id=department_id,
        has_people=row["members"] > 0,
    )
    page = Page(
        _("Delete the department “%(department)s”?") % {"department": row["name"]},
        _("Delete"),
        place_of(row["parent_id"]),
        _("The department is deleted."),
        explanation=_lost(row),
        is_danger=True,
    )
    if request.method == "POST" and form.is_valid():
        to_id = form.cleaned_data.get("to_id")
        answer = take(
            request, form, page, lambda: delete_department(request.actor, department_id=department_id, to_id=to_id)
        )
        if answer:
            return answer
    return show_form(request, form, page)


def _lost(row: Row) -> str:
    below = _("The departments below it move up to the one above it.")
    if not row["roles"]:
        return below
    said = ngettext(
        "%(count)s role that was given to it is taken back.",
        "%(count)s roles that were given to it are taken back.",
        row["roles"],
    )
    return f"{below} {said % {'count': row['roles']}}"
