"""The addresses of the gestures."""

from __future__ import annotations

from django.urls import path

from relance.web.bulk import views

urlpatterns = [
    path("gestures/<str:name>/", views.gesture, name="bulk-gesture"),
    path("undo/<uuid:gesture>/", views.take_back, name="undo"),
]
