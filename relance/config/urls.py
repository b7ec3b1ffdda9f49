"""Where the interfaces are mounted."""

from __future__ import annotations

from django.urls import include, path

from relance.config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("relance.web.urls")),
]
handler400 = "relance.web.pages.bad_request"
handler404 = "relance.web.pages.not_found"
handler500 = "relance.web.pages.failed"
