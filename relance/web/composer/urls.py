"""The addresses of the composer."""

from __future__ import annotations

from django.urls import path

from relance.web.composer import completing, views

urlpatterns = [
    path("crm/<folder:kind>/<number:number>/compose/", views.compose, name="element-compose"),
    path("activities/<row:activity_id>/complete/", completing.complete, name="activity-complete"),
    path("activities/moment/", views.moment, name="moment"),
]
