"""The addresses of *People and departments*."""

from __future__ import annotations

from django.urls import path

from relance.web.people import accounts, departments

urlpatterns = [
    path("", accounts.people, name="people"),
    path("invite/", accounts.invite, name="people-invite"),
    path("<row:user_id>/", accounts.edit, name="people-edit"),
    path("<row:user_id>/link/", accounts.link, name="people-link"),
    path("<row:user_id>/deactivate/", accounts.deactivate, name="people-deactivate"),
    path("<row:user_id>/reactivate/", accounts.reactivate, name="people-reactivate"),
    path("departments/new/", departments.new, name="department-new"),
    path("departments/<row:department_id>/edit/", departments.edit, name="department-edit"),
    path("departments/<row:department_id>/head/", departments.head, name="department-head"),
    path("departments/<row:department_id>/delete/", departments.delete, name="department-delete"),
]
