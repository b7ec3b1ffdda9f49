"""The addresses of one's notifications."""

from __future__ import annotations

from django.urls import path

from relance.web.notifications import views

urlpatterns = [
    path("", views.notification_list, name="notification-list"),
    path("count/", views.count, name="notification-count"),
    path("read/", views.read, name="notification-read"),
    path("<row:notification_id>/", views.detail, name="notification-detail"),
    path("<row:notification_id>/open/", views.open_one, name="notification-open"),
]
