"""The addresses of leads, deals, contacts and companies: a kind's folder, and what people see as an element's number."""

from __future__ import annotations

from django.urls import path, register_converter

from relance.web.crm import editing, gestures, inplace, linking, views
from relance.web.marks import ELEMENT_FOLDERS


class FolderConverter:
    """`deals` in an address is the kind `deal`."""

    regex = "leads|deals|contacts|companies"

    def to_python(self, value: str) -> str:
        """The kind of a folder."""
        return next(kind for kind, folder in ELEMENT_FOLDERS.items() if folder == value)

    def to_url(self, value: str) -> str:
        """The folder of a kind."""
        return ELEMENT_FOLDERS[value]


class NumberConverter:
    """An element's number: digits that a bigint can hold."""

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        """The number in the address."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The address of the number."""
        return str(value)


register_converter(FolderConverter, "folder")
register_converter(NumberConverter, "number")
urlpatterns = [
    path("<folder:kind>/", views.element_list, name="element-list"),
    path("<folder:kind>/total/", views.total, name="element-total"),
    path("<folder:kind>/new/", editing.create, name="element-new"),
    path("<folder:kind>/gestures/<str:name>/", gestures.gesture, name="element-gesture"),
    path("<folder:kind>/<number:number>/", views.detail, name="element-detail"),
    path("<folder:kind>/<number:number>/parts/", views.parts, name="element-parts"),
    path("<folder:kind>/<number:number>/menu/", views.menu, name="element-menu"),
    path("<folder:kind>/<number:number>/stage/", gestures.stage, name="element-stage"),
    path("<folder:kind>/<number:number>/field/<slug:key>/", inplace.field, name="element-field"),
    path("<folder:kind>/<number:number>/links/<slug:role>/", linking.links, name="element-links"),
    path("<folder:kind>/<number:number>/edit/", editing.edit, name="element-edit"),
]
