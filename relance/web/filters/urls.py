"""The addresses of kept filters."""

from __future__ import annotations

from django.urls import path

from relance.web.filters import building, views

urlpatterns = [
    path("<row:filter_id>/edit/", views.edit, name="filter-edit"),
    path("<row:filter_id>/save/", views.save, name="filter-save"),
    path("<row:filter_id>/delete/", views.delete, name="filter-delete"),
    path("<row:filter_id>/pin/", views.pin, name="filter-pin"),
    path("<row:filter_id>/default/", views.default, name="filter-default"),
    path("<row:filter_id>/share/", views.share, name="filter-share"),
    path("<row:filter_id>/share/<row:share_id>/delete/", views.unshare, name="filter-unshare"),
    path("<str:listing>/", views.manage, name="filters"),
    path("<str:listing>/build/", building.build, name="filter-build"),
    path("<str:listing>/new/", views.new, name="filter-new"),
    path("<str:listing>/order/", views.order, name="filters-order"),
    path("<str:listing>/counts/", views.counts, name="filter-counts"),
]
