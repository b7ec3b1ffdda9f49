"""The one tag library: what templates say so often that it has a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from relance.access.terms import RANK
from relance.web import marks
from relance.web.activities import reminders
from relance.web.files import rows

register = template.Library()

# The behaviours of static/js, one to a file.
MODULES = (
    "bell",
    "beside",
    "columns",
    "completing",
    "composer",
    "copying",
    "defaults",
    "dialogs",
    "fields",
    "files",
    "filters",
    "forms",
    "hand",
    "headers",
    "keyboard",
    "levels",
    "list",
    "marks",
    "mentions",
    "menus",
    "ordering",
    "panel",
    "pickers",
    "reminders",
    "requests",
    "search",
    "selection",
    "sizing",
    "theme",
    "timeline",
    "toasts",
    "waiting",
)


@register.simple_tag
def modules() -> SafeString:
    """`{% modules %}`: the script tags of every behaviour."""
    return format_html_join(
        "\n", '<script type="module" src="{}"></script>', ((static(f"js/{name}.js"),) for name in MODULES)
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """`{% icon "check" %}`: a symbol of icons.svg."""
    return marks.icon(name, css)


@register.simple_tag
def avatar(name: str, person_id: int | None = None, css: str = "") -> SafeString:
    """`{% avatar person.name person.id "medium" %}`: round initials."""
    return marks.avatar(name, person_id, css)


@register.simple_tag
def gauge(level: str) -> SafeString:
    """`{% gauge "own" %}`: a level of rights as a bar."""
    return marks.gauge(RANK[level])


@register.filter
def number(count: int) -> str:
    """`{{ total|number }}`: thousands apart."""
    return marks.number(count)


@register.filter
def before(label: object) -> str:
    """`{{ label|before }}`: a label with the colon and space of the reader's language."""
    return marks.before(label)


@register.simple_tag
def type_mark(shown: Any) -> SafeString:  # noqa: ANN401 - a TypeView, or a row that was read with its type
    """`{% type_mark row %}`: icon, colour and word of a type, or of a row's."""
    if isinstance(shown, Mapping):
        return marks.type_mark(shown["type_icon"], shown["type_hue"], shown["type_name"])
    return marks.type_mark(shown.icon, shown.hue, shown.name)


@register.filter
def reminder_rows(values: list[object] | None) -> list[dict[str, object]]:
    """`{{ form.reminders.value|reminder_rows }}`: what each reminder's row shows."""
    return reminders.reminder_rows(values or [])


@register.simple_tag
def reminder_offsets() -> list[tuple[int, str]]:
    """`{% reminder_offsets as offsets %}`: the offsets that are offered."""
    return reminders.offset_choices()


@register.simple_tag
def reminder_units() -> list[tuple[str, str]]:
    """`{% reminder_units as units %}`: minutes, hours, days, weeks."""
    return reminders.unit_choices()


@register.simple_tag
def upload_limits() -> dict[str, object]:
    """`{% upload_limits as limits %}`: how large an uploaded file may be, and of what kinds."""
    return rows.limits()


TURNS = {"first": "first", "previous": "left", "next": "right", "last": "last"}


@register.filter
def turn_icon(name: str) -> str:
    """`{{ "next"|turn_icon }}`: the icon of a way through pages."""
    return TURNS[name]


@register.filter
def lookup(mapping: Mapping[Any, Any], key: object) -> object:
    """`{{ counts|lookup:code }}`: the value under a variable key, or None."""
    return mapping.get(key)


@register.inclusion_tag("components/_field.html")
def field(bound: Any, css: str = "") -> dict[str, object]:  # noqa: ANN401 - a BoundField of any form
    """`{% field form.subject %}`: label, control, help and error, tied together for screen readers."""
    return {"field": bound, "css": css}


@register.simple_tag
def initially(bound: Any) -> SafeString:  # noqa: ANN401 - a BoundField of any form
    """`{% initially form.type %}`: what a field drawn by hand was filled with, where its form keeps that."""
    return bound.as_hidden(only_initial=True) if bound.field.show_hidden_initial else SafeString("")
