"""People: who is where, invited, edited, deactivated, reactivated."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relance.access.queries import list_roles, role_name
from relance.bulk.leaving import deactivate_person
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import Row
from relance.people.actions import (
    change_account,
    invite_user,
    reactivate_user,
    renew_invitation,
)
from relance.people.directory import count_accounts, get_account, get_department, list_accounts, list_tree
from relance.web.activities.fields import is_id
from relance.web.guards import for_rights_managers
from relance.web.people.forms import AccountForm, InviteForm
from relance.web.people.letters import send_invitation
from relance.web.people.steps import Page, show_form, take
from relance.web.requests import ActorRequest
from relance.web.rights.roles import complain

LONGEST_QUERY = 200


@require_safe
@for_rights_managers
def people(request: ActorRequest) -> HttpResponse:
    """The tree, and the people of a department, or all; those who have left apart."""
    actor, chosen = request.actor, request.GET.get("department", "")
    department = get_department(actor, department_id=int(chosen)) if is_id(chosen) else None
    text = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "")
    have_left = "left" in request.GET
    department_id = department["id"] if department else None
    rows = list_accounts(actor, department_id=department_id, text=text, have_left=have_left)
    context = {
        "tree": _nested(list_tree(actor)),
        "department": department,
        "text": text,
        "have_left": have_left,
        "people": _named(actor, rows),
        "count": count_accounts(actor, department_id=department_id, text=text, have_left=have_left),
    }
    return render(request, "people/people.html", context)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def invite(request: ActorRequest) -> HttpResponse:
    """Invite somebody: the link is shown, this once."""
    initial = {"departments": [request.GET.get("department", "")], "language": request.actor.language}
    form = InviteForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            user_id, token = invite_user(request.actor, **form.cleaned_data)
        except (Invalid, Forbidden) as error:
            complain(form, error)
        else:
            return _show_link(request, user_id, token)
    page = Page(
        _("Invite somebody"),
        _("Invite"),
        reverse("people"),
        "",
        _("You get a link for the person, who chooses a password with it. It works once, for seven days."),
    )
    return show_form(request, form, page)


@require_POST
@for_rights_managers
def link(request: ActorRequest, user_id: int) -> HttpResponse:
    """A new link for somebody who has not come yet."""
    return _show_link(request, user_id, renew_invitation(request.actor, user_id=user_id))


@require_http_methods(["GET", "POST"])
@for_rights_managers
def edit(request: ActorRequest, user_id: int) -> HttpResponse:
    """A person's name, address, departments and groups."""
    account = get_account(request.actor, user_id=user_id)
    initial = account | {"departments": account["department_ids"], "groups": account["group_ids"]}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial)
    page = Page(account["name"], _("Save"), reverse("people"), _("Saved. It holds from now on."))
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        departments, groups = said.pop("departments"), said.pop("groups", [])
        answer = take(
            request,
            form,
            page,
            lambda: change_account(
                request.actor,
                user_id=user_id,
                changes={
                    "email": said["email"],
                    "first_name": said["first_name"],
                    "last_name": said["last_name"],
                    "position": said["position"],
                },
                departments=departments,
                groups=groups,
            ),
        )
        if answer:
            return answer
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def deactivate(request: ActorRequest, user_id: int) -> HttpResponse:
    """Shut somebody out, after it has been said what that means."""
    account = get_account(request.actor, user_id=user_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    page = Page(
        _("Deactivate %(name)s?") % {"name": account["name"]},
        _("Deactivate"),
        reverse("people"),
        _("Deactivated. All sessions of this person have ended."),
        _(
            "All sessions end at once and no picker offers this person. Elements and activities stay as they are; documents "
            "to validate no longer wait for this person's answer."
        ),
        is_danger=True,
        asks=True,
    )
    if request.method == "POST":
        answer = take(request, form, page, lambda: deactivate_person(request.actor, user_id=user_id))
        if answer:
            return answer
    return show_form(request, form, page)


@require_http_methods(["GET", "POST"])
@for_rights_managers
def reactivate(request: ActorRequest, user_id: int) -> HttpResponse:
    """Let somebody in again."""
    account = get_account(request.actor, user_id=user_id)
    form = forms.Form(request.POST if request.method == "POST" else None)
    page = Page(
        _("Reactivate %(name)s?") % {"name": account["name"]},
        _("Reactivate"),
        reverse("people"),
        _("Reactivated. This person can sign in again."),
        _("Departments, groups and roles are still those of before."),
    )
    if request.method == "POST":
        answer = take(request, form, page, lambda: reactivate_user(request.actor, user_id=user_id))
        if answer:
            return answer
    return show_form(request, form, page)


def _show_link(request: ActorRequest, user_id: int, token: str) -> HttpResponse:
    account = get_account(request.actor, user_id=user_id)
    address = request.build_absolute_uri(reverse("account_invitation", args=[token]))
    sent = send_invitation(account["email"], address, request.actor.name)
    return render(request, "people/link.html", {"account": account, "link": address, "sent": sent})


def _named(actor: Actor, rows: list[Row]) -> list[Row]:
    names = {role["id"]: role_name(role, actor.language) for role in list_roles()}
    return [row | {"roles": [names[role_id] for role_id in row["role_ids"]]} for row in rows]


def _nested(rows: list[Row]) -> list[Row]:
    """The departments at the top, each with those below it."""
    below: dict[int | None, list[Row]] = {}
    for row in rows:
        below.setdefault(row["parent_id"], []).append(row)
    for row in rows:
        row["below"] = below.get(row["id"], [])
    return below.get(None, [])
