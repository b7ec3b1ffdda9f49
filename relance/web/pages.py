"""Answers: a page or a fragment, and one place where errors become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound, RelanceError
from relance.web.navigation import navigation

THEMES = ("system", "light", "dark")
THEME_COOKIE = "relance_theme"
KEYS_COOKIE = "relance_keys"


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page that is there (and not to restore a whole one)."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def render_page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The template's page; for htmx the fragment of the same name, `list.html` → `_list.html`."""
    if is_fragment(request):
        folder, _slash, name = template.rpartition("/")
        template = f"{folder}/_{name}"
    response = render(request, template, context, status=status)
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def page_context(request: HttpRequest) -> dict[str, object]:
    """What every template knows: who reads, how he wants to see it, where he is."""
    theme = request.COOKIES.get(THEME_COOKIE, "system")
    return {
        "actor": getattr(request, "actor", None),
        "LANGUAGE_CODE": get_language(),
        "theme": theme if theme in THEMES else "system",
        "has_keys": request.COOKIES.get(KEYS_COOKIE) != "off",
        "navigation": lambda: navigation(request.path, getattr(request, "actor", None)),
    }


def error_response(request: HttpRequest, error: RelanceError) -> HttpResponse:
    """The page (or, for htmx, the message) of one of the four errors."""
    match error:
        case NotFound():
            return show_error(request, 404, _("There is nothing here, or nothing that you may see."))
        case Forbidden(reason=reason):
            return show_error(request, 403, reason)
        case Conflict(fields=fields):
            lines = [
                _("%(field)s: now “%(theirs)s”, you wanted “%(yours)s”")
                % {"field": name, "theirs": theirs, "yours": yours}
                for name, (theirs, yours) in fields.items()
            ]
            return show_error(request, 409, _("Somebody else has changed this meanwhile."), lines)
        case Invalid(messages=messages):
            return show_error(request, 422, _("This cannot be taken."), list(messages.values()))
    raise error


def show_error(request: HttpRequest, status: int, message: str, lines: list[str] | None = None) -> HttpResponse:
    """One error in our look: a whole page, or a message over the page that is there."""
    context = {"status": status, "message": message, "lines": lines or []}
    if not is_fragment(request):
        return render(request, f"errors/{status}.html", context, status=status)
    response = render(request, "errors/_message.html", context, status=status)
    response.headers["HX-Reswap"] = "none"
    return response


def no_access(request: HttpRequest) -> HttpResponse:
    """The page of a user who holds no role: it says so, and what to do."""
    if is_fragment(request):
        return show_error(request, 403, _("You have no role in Relance yet."))
    return render(request, "errors/no_access.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """An address that leads nowhere."""
    return show_error(request, 404, _("There is nothing here, or nothing that you may see."))


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours. It must not depend on anything that may be what failed."""
    return show_error(request, 500, _("Something went wrong on our side. Nothing was saved."))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form from a page that is too old, or from somewhere else."""
    return show_error(request, 403, _("This page is too old. Reload it and try again."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A request that Django itself refuses: too large, a strange host, a NUL character."""
    return show_error(request, 400, _("This request cannot be read."))
