"""From the session to the actor; nobody passes without one, save to sign in. And the headers of every answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from relance.kit.errors import NotFound, RelanceError
from relance.people.queries import build_actor
from relance.web import pages
from relance.web.requests import ActorRequest

# What can be asked for without being signed in; each of these looks after itself.
OPEN_PATHS = ("/accounts/", "/healthz", "/readyz", "/static/", "/language/")
# What a user without any role can still do.
ROLELESS_PATHS = ("/accounts/", "/profile/", "/language/", "/help/")

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def relance_middleware(get_response: GetResponse) -> Middleware:
    """The middleware that settings name."""
    return Middleware(get_response)


class Middleware:
    """Builds the actor, speaks his language and time, and turns the four errors into pages."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(request, "actor", None) is not None:
            # What a person may see must not stay in a shared cache, nor come back after he signed out.
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A query's or an action's error as a page or a fragment; any other error is Django's."""
        return pages.error_response(request, error) if isinstance(error, RelanceError) else None

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith(("/healthz", "/readyz", "/static/")):
            return self.get_response(request)
        if not self._bring_actor(request):
            return self.get_response(request) if path.startswith(OPEN_PATHS) else self._sign_in_first(request)
        actor = cast("ActorRequest", request).actor
        with translation.override(actor.language), timezone.override(actor.time_zone):
            request.LANGUAGE_CODE = actor.language
            if not (actor.role_ids or actor.is_administrator or path.startswith(ROLELESS_PATHS)):
                return pages.no_access(request)
            return self.get_response(request)

    @staticmethod
    def _bring_actor(request: HttpRequest) -> bool:
        if not request.user.is_authenticated:
            return False
        try:
            actor = build_actor(request.user.pk, request_id=uuid.uuid4().hex[:12])
        except NotFound:
            logout(request)
            return False
        cast("ActorRequest", request).actor = actor
        return True

    @staticmethod
    def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
        if request.headers.get("HX-Request"):
            # The page that is there is come back to; sign-in takes no address of another host.
            seen = urlsplit(request.headers.get("HX-Current-URL", ""))
            place = urlencode({"next": f"{seen.path}?{seen.query}" if seen.query else seen.path or "/"})
            return HttpResponseClientRedirect(f"/accounts/login/?{place}")
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
