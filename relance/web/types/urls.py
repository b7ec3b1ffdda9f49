"""The addresses of *Activity types*."""

from __future__ import annotations

from django.urls import path

from relance.web.types import views

urlpatterns = [
    path("", views.types, name="types"),
    path("order/", views.order, name="types-order"),
    path("new/", views.new, name="type-new"),
    path("<row:type_id>/", views.edit, name="type"),
    path("<row:type_id>/switch/", views.switch, name="type-switch"),
    path("<row:type_id>/delete/", views.delete, name="type-delete"),
]
