"""The search box above a list: its text (`?search=…` in the address), and the address that it leaves behind while one types."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from relance.lists.searching import LONGEST_SEARCH

BOX = "list-search"


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an empty list."""

    url: str
    label: str


def search_text(typed: str) -> str:
    """What is searched, as the address and the box have it."""
    return " ".join(typed.replace("\0", " ").split())[:LONGEST_SEARCH].strip()


def searching(text: str) -> str:
    """What the links to other filters carry on in their address."""
    return f"&{urlencode({'search': text})}" if text else ""


def with_address(request: HttpRequest, response: HttpResponse, address: str) -> HttpResponse:
    """While one types, the address follows; the history keeps one entry, and nothing that was not asked."""
    if request.headers.get("HX-Trigger") == BOX:
        response.headers["HX-Replace-Url"] = address
    return response


def nothing_found(text: str) -> tuple[str, str]:
    """The title and the reason of a list in which a search finds nothing."""
    return _("No result for “%(text)s”") % {"text": text}, _(
        "Nothing that your roles let you read has all these words. Words of less than three letters are looked for as a whole."
    )
