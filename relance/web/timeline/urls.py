"""The addresses of histories, comments and pins."""

from __future__ import annotations

from django.urls import path

from relance.web.timeline import views

urlpatterns = [
    path("crm/<folder:kind>/<number:number>/history/", views.history, name="element-history"),
    path("crm/<folder:kind>/<number:number>/comments/", views.comment_element, name="element-comment"),
    path("crm/<folder:kind>/<number:number>/pins/", views.pin, name="element-pin"),
    path("activities/<row:activity_id>/comments/", views.comment_activity, name="activity-comment"),
    path("comments/<row:comment_id>/", views.edit_comment, name="comment-edit"),
    path("comments/<row:comment_id>/delete/", views.delete_comment, name="comment-delete"),
    path("pick/mentions/", views.mentions, name="pick-mentions"),
]
