"""Counters as the page shows them: a number with its icon and words, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from relance.activities.counters import Counters, own_counters, team_counters
from relance.kit.actor import Actor
from relance.web import marks
from relance.web.lists.headings import address
from relance.web.requests import ActorRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# The counter, its icon and class, what a filter calls it, and its words.
_SHOWN: tuple[tuple[str, str, str, str, StrPromise], ...] = (
    ("due", "clock", "alert", "is:due", _("overdue or due soon")),
    ("waiting", "inbox", "waiting", "is:waiting", _("incoming, waiting")),
    ("today", "calendar", "", "is:open deadline:today", _("for today")),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One counter that is not zero."""

    count: int
    icon: str
    css: str
    words: StrPromise
    url: str = ""


def marks_of(actor: Actor, counters: Counters, *, people: str, condition: str = "") -> list[Mark]:
    """The counters that are not zero, each with the list of what it counts: of these people (`me`, `subordinates`), and
    within a condition.
    """
    whose = f"{'element.' if actor.counts_by_element else ''}responsible:{people}"
    return [
        Mark(count, icon, css, words, address(reverse("activity-list"), {"q": f"{text} {whose} {condition}".strip()}))
        for key, icon, css, text, words in _SHOWN
        if (count := getattr(counters, key))
    ]


@require_safe
def counters(request: ActorRequest) -> HttpResponse:
    """The reader's own counters and, for a head, those of his people together; loaded beside the page, never before it."""
    actor = request.actor
    own, team = own_counters(actor), team_counters(actor)
    context = {
        "own": own and marks_of(actor, own, people="me"),
        "team": team and marks_of(actor, team, people="subordinates"),
        "is_counted": own is not None,
        "is_team_counted": team is not None,
        "is_head": bool(actor.subordinates),
    }
    return render(request, "activities/_counters.html", context)


def row_marks(counters: Counters | None) -> str:
    """The counters beside an element's name in its list; nothing where there are none."""
    if counters is None:
        return ""
    shown = "".join(
        f'<span class="count {css}" title="{marks.number(count)} {words}">{marks.icon(icon)}{marks.number(count)}'
        f'<span class="visually-hidden"> {words}</span></span>'
        for key, icon, css, _text, words in _SHOWN
        if (count := getattr(counters, key))
    )
    return SafeString(f'<span class="counters">{shown}</span>') if shown else ""
