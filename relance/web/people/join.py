"""The page that an invitation leads to: one's name, and a password."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from relance.kit.errors import NotFound
from relance.people.actions import accept_invitation
from relance.people.queries import find_invited
from relance.web.people.forms import JoinForm


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password with an invitation's link, once."""
    invited = find_invited(token)
    if invited is None:
        return _gone(request)
    form = JoinForm(request.POST if request.method == "POST" else None, initial=invited, email=invited["email"])
    if request.method == "GET" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "people/join.html", {"form": form, "invited": invited}, status=status)
    said = form.cleaned_data
    try:
        accept_invitation(token, first_name=said["first_name"], last_name=said["last_name"], password=said["password1"])
    except NotFound:
        return _gone(request)
    messages.success(request, _("Welcome. Sign in with your e-mail address and your new password."))
    return redirect("account_login")


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "people/join_gone.html", status=404)
