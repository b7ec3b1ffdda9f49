"""The addresses of *My activities*."""

from __future__ import annotations

from django.urls import path

from relance.web.activities import editing, views

urlpatterns = [
    path("", views.activity_list, name="activity-list"),
    path("counts/", views.counts, name="activity-counts"),
    path("overdue/", views.overdue, name="activity-overdue"),
    path("new/", editing.create, name="activity-new"),
    path("<int:activity_id>/", views.detail, name="activity-detail"),
    path("<int:activity_id>/edit/", editing.edit, name="activity-edit"),
    path("<int:activity_id>/menu/", views.menu, name="activity-menu"),
]
