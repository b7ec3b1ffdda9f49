"""The addresses of the composer."""

from __future__ import annotations

from django.urls import path

from relance.web.composer import views

urlpatterns = [
    path("crm/<folder:kind>/<number:number>/compose/", views.compose, name="element-compose"),
    path("activities/moment/", views.moment, name="moment"),
]
