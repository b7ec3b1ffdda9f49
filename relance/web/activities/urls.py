"""The addresses of *My activities*."""

from __future__ import annotations

from django.urls import path, register_converter

from relance.web.activities import counting, editing, validations, views


class IdConverter:
    """A row's id: digits that a bigint can hold; anything else leads nowhere."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The id in the address."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The address of the id."""
        return str(value)


register_converter(IdConverter, "row")
urlpatterns = [
    path("", views.activity_list, name="activity-list"),
    path("counts/", views.counts, name="activity-counts"),
    path("counters/", counting.counters, name="activity-counters"),
    path("types/", views.types, name="activity-types"),
    path("new/", editing.create, name="activity-new"),
    path("<row:activity_id>/", views.detail, name="activity-detail"),
    path("<row:activity_id>/answer/", validations.answer, name="activity-answer"),
    path("<row:activity_id>/edit/", editing.edit, name="activity-edit"),
    path("<row:activity_id>/menu/", views.menu, name="activity-menu"),
]
