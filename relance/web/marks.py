"""Small pieces of markup that templates and cells share: icons, avatars, counts."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from relance.people.queries import initials, tint


@lru_cache(maxsize=256)
def icon(name: str, css: str = "") -> SafeString:
    """A symbol of the sprite, hidden from screen readers: the words beside it say what it means."""
    css = f"icon {css}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#i-{}"/></svg>', css, static("icons.svg"), name)


@lru_cache(maxsize=4096)
def avatar(name: str, person_id: int | None, css: str = "") -> SafeString:
    """The round initials of a person; the name stands beside them."""
    css = f"avatar {css}".strip()
    return format_html(
        '<span class="{}" data-tint="{}" aria-hidden="true">{}</span>', css, tint(person_id or 0), initials(name)
    )


def person(name: str | None, person_id: int | None) -> SafeString:
    """Avatar and name."""
    if not name:
        return SafeString("")
    shown = escape(name)
    return SafeString(f'<span class="person" title="{shown}">{avatar(name, person_id)}<span>{shown}</span></span>')


@lru_cache(maxsize=8)
def gauge(rank: int) -> SafeString:
    """A level of rights as a bar, 0 to 5; the words beside it say the same."""
    return format_html(
        '<span class="gauge" data-level="{}" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></span>', rank
    )


def before(label: object) -> str:
    """A label as it stands before what it tells of; French sets a space before the colon."""
    return gettext("%(label)s: ") % {"label": label}


def number(count: int) -> str:
    """A whole number with its thousands apart, in the language of the reader."""
    apart = "," if (get_language() or "").startswith("en") else "\u202f"
    return f"{count:,}".replace(",", apart)


# Where the pages of each kind of element are: /crm/<this>/<number>/.
ELEMENT_FOLDERS = {"lead": "leads", "deal": "deals", "contact": "contacts", "company": "companies"}


def element_path(kind: str, element_number: int) -> str:
    """The address of an element's page."""
    return f"/crm/{ELEMENT_FOLDERS[kind]}/{element_number}/"


@lru_cache(maxsize=256)
def type_mark(symbol: str, hue: str, name: str) -> SafeString:
    """Icon, colour and word of a type."""
    shown = '<span class="type" data-hue="{}" title="{}">{}<span>{}</span></span>'
    return format_html(shown, hue, name, icon(symbol), name)


@lru_cache(maxsize=64)
def colour(hue: str, name: str) -> SafeString:
    """A colour as a dot beside its word."""
    return format_html('<span class="colour" data-hue="{}"><i aria-hidden="true"></i>{}</span>', hue, name)
