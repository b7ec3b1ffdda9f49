"""The types that somebody has used last stand first in his composer.

A cookie keeps them: the last activities of an author have no index, and earn none for this alone.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from relance.activities.catalog import TypeView, list_types

COOKIE = "recent_types"
MOST = 6
MONTHS_6_S = 180 * 24 * 3600


def types_for(request: HttpRequest) -> list[TypeView]:
    """The types that are offered, those that this reader has used last first."""
    used = _used(request)
    return sorted(list_types(active_only=True), key=lambda view: used.index(view.code) if view.code in used else MOST)


def remember(request: HttpRequest, response: HttpResponse, code: str) -> None:
    """Put a type first."""
    used = [code, *(other for other in _used(request) if other != code)][:MOST]
    response.set_cookie(
        COOKIE, ".".join(used), max_age=MONTHS_6_S, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def _used(request: HttpRequest) -> list[str]:
    return request.COOKIES.get(COOKIE, "").split(".")[:MOST]
