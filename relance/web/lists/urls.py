"""The addresses of the lists' settings."""

from __future__ import annotations

from django.urls import path

from relance.web.lists import views

urlpatterns = [
    path("<str:listing>/columns/", views.columns, name="list-columns"),
    path("<str:listing>/layout/", views.layout, name="list-layout"),
]
