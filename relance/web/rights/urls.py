"""The addresses of *CRM access rights*."""

from __future__ import annotations

from django.urls import path

from relance.web.rights import effective, groups, roles, views

urlpatterns = [
    path("", views.by_kind, name="rights"),
    path("preview/", views.preview, name="rights-preview"),
    path("reach/", views.reach, name="rights-reach"),
    path("save/", views.save, name="rights-save"),
    path("roles/", roles.roles, name="rights-roles"),
    path("roles/new/", roles.new, name="rights-role-new"),
    path("roles/<row:role_id>/", views.by_role, name="rights-role"),
    path("roles/<row:role_id>/edit/", roles.edit, name="rights-role-edit"),
    path("roles/<row:role_id>/delete/", roles.delete, name="rights-role-delete"),
    path("roles/<row:role_id>/give/", roles.give, name="rights-give"),
    path("assignments/<row:assignment_id>/take/", roles.take, name="rights-take"),
    path("groups/", groups.groups, name="rights-groups"),
    path("groups/new/", groups.new, name="rights-group-new"),
    path("groups/<row:group_id>/", groups.edit, name="rights-group"),
    path("groups/<row:group_id>/delete/", groups.delete, name="rights-group-delete"),
    path("company/", groups.company, name="rights-company"),
    path("effective/", effective.own, name="rights-effective"),
    path("effective/<row:user_id>/", effective.of_user, name="rights-effective-of"),
]
