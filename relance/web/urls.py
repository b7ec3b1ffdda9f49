"""The addresses of the pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.http import require_safe


@require_safe
def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Where one lands: one's activities."""
    return redirect("activity-list")


urlpatterns = [
    path("", home, name="home"),
    path("activities/", include("relance.web.activities.urls")),
    path("files/", include("relance.web.files.urls")),
    path("notifications/", include("relance.web.notifications.urls")),
    path("lists/", include("relance.web.lists.urls")),
    path("filters/", include("relance.web.filters.urls")),
    path("crm/", include("relance.web.crm.urls")),
    path("", include("relance.web.composer.urls")),
    path("", include("relance.web.timeline.urls")),
    path("", include("relance.web.rights.why")),
    path("settings/people/", include("relance.web.people.urls")),
    path("settings/rights/", include("relance.web.rights.urls")),
    path("settings/types/", include("relance.web.types.urls")),
    path("pick/", include("relance.web.crm.pickers")),
    path("pick/", include("relance.web.pickers")),
    path("", include("relance.web.bulk.urls")),
    path("", include("relance.web.accounts.urls")),
]
