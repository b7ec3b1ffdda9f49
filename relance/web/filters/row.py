"""The row above a list that says its filter: chips that read as a sentence, and the way to the builder."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from relance.kit.actor import Actor
from relance.web.filters.sentence import chips
from relance.web.filters.shown import Shown


def filter_row(actor: Actor, shown: Shown, *, standard_text: str = "", search: str = "") -> dict[str, Any]:
    """What the templates of the row need. `standard_text` is what a standard filter says where no custom one is asked."""
    beside = {"filter": shown.code, "sort": shown.sort if shown.text is not None else "", "search": search}
    beside["columns"] = ",".join(shown.columns) if shown.is_modified else ""
    said = {key: value for key, value in beside.items() if value}
    found = chips(actor, shown.listing, shown.text) if shown.text is not None else []
    text = standard_text if shown.text is None else shown.text
    return {
        "filter_chips": [(chip, _without(shown, chip.rest, said)) for chip in found],
        "builder_url": f"{reverse('filter-build', args=[shown.listing.key])}?{urlencode({'q': text, **said})}",
    }


def _without(shown: Shown, rest: str, said: dict[str, str]) -> str:
    """The list's address without one condition; without any, the list as it is."""
    if rest:
        return f"{shown.path}?{urlencode({**said, 'q': rest})}"
    plain = {"filter": "open" if shown.listing.key == "activities" else "all"}
    return f"{shown.path}?{urlencode({**said, **plain})}"
