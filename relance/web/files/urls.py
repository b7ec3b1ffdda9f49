"""The addresses of files."""

from __future__ import annotations

from django.urls import path

from relance.web.files import views

urlpatterns = [
    path("", views.upload, name="file-upload"),
    path("<row:file_id>/", views.download, name="file-download"),
    path("<row:file_id>/remove/", views.remove, name="file-remove"),
    path("of/activity/<row:activity_id>/", views.of_activity, name="activity-files"),
    path("of/element/<row:element_id>/", views.of_element, name="element-files"),
]
