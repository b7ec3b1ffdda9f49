"""The profile: language, time zone, keys, theme. Signing in and out is django-allauth's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from relance.notifications.actions import choose_mail
from relance.notifications.queries import refused_mail
from relance.notifications.telling import sends_mail
from relance.notifications.terms import NotificationKind
from relance.people.actions import update_profile
from relance.web.accounts.forms import ProfileForm
from relance.web.pages import KEYS_COOKIE, THEME_COOKIE, THEMES, page_context
from relance.web.requests import ActorRequest

YEAR_S = 31_536_000


@require_http_methods(["GET", "POST"])
def profile(request: ActorRequest) -> HttpResponse:
    """What the user chooses for himself."""
    actor = request.actor
    started = {
        "language": actor.language,
        "time_zone": actor.time_zone.key,
        "has_keys": page_context(request)["has_keys"],
        "mail": [kind.value for kind in NotificationKind if kind.value not in refused_mail(actor)],
    }
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=started)
    if request.method == "GET" or not form.is_valid():
        return render(
            request,
            "accounts/profile.html",
            {"form": form, "sends_mail": sends_mail()},
            status=422 if form.errors else 200,
        )
    chosen = form.cleaned_data
    choose_mail(actor, kinds=chosen["mail"])
    update_profile(actor, language=chosen["language"], time_zone=chosen["time_zone"])
    with translation.override(chosen["language"]):
        messages.success(request, _("Your profile is saved."))
    return _remember(redirect("profile"), KEYS_COOKIE, "on" if chosen["has_keys"] else "off")


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system says; kept in the browser, since it depends on the screen."""
    theme = request.POST.get("theme", "")
    back = request.META.get("HTTP_REFERER", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    return _remember(redirect(back), THEME_COOKIE, theme if theme in THEMES else "system")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keyboard shortcuts, as a page or in a dialog."""
    name = "accounts/_keys.html" if "HX-Request" in request.headers else "accounts/keys.html"
    return render(request, name)


def _remember(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=YEAR_S, samesite="Lax")
    return response
