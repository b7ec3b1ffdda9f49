"""What a gesture answers: a message with *Undo*, what was refused and why, and word to the page of what changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import trigger_client_event

from relance.activities.queries import get_rows
from relance.crm.queries import element_refs
from relance.kit.outcome import Outcome
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest

# So many changed activities are named to the page; a header must not grow without bound.
MOST_NAMED = 100


def announce(
    request: ActorRequest,
    response: HttpResponse,
    text: str,
    *,
    gesture: object = None,
    ids: Sequence[int] = (),
    gone: Sequence[int] = (),
    stays: bool = False,
    next_url: str = "",
) -> HttpResponse:
    """Add a message (with *Undo*, if there is a gesture) to a fragment, and tell the page which activities changed.

    `gone`: those that are no longer to be seen. `stays`: the fragment itself redraws the rows, so the list need not
    be read again. `next_url`: where what comes next can be planned.
    """
    context = {"text": text, "undo_url": reverse("undo", args=[gesture]) if gesture else "", "next_url": next_url}
    response.content += render_to_string("bulk/_said.html", context, request).encode()
    changed = {"ids": list(ids)[:MOST_NAMED], "gone": list(gone)[:MOST_NAMED], "stays": stays}
    return trigger_client_event(response, "activities-changed", changed)


def answer(
    request: ActorRequest,
    outcome: Outcome,
    done_text: str,
    *,
    response: HttpResponse | None = None,
    offers_next: bool = False,
) -> HttpResponse:
    """The answer of a gesture over several rows: a message, or, where rows were refused, the whole result.

    `offers_next`: to plan what comes after the one row that was done.
    """
    if not is_fragment(request):
        messages.success(request, done_text)
        return redirect("activity-list")
    response = response or HttpResponse()
    if outcome.refused:
        response.content += render_to_string(
            "bulk/_result.html", result_context(outcome, done_text, _named(request, outcome)), request
        ).encode()
        return trigger_client_event(response, "activities-changed", {"ids": list(outcome.done)[:MOST_NAMED]})
    stays = bool(response.content)
    gone = _gone(request, outcome.done)
    next_url = f"{reverse('activity-new')}?after={outcome.done[0]}" if offers_next and len(outcome.done) == 1 else ""
    ids = outcome.done
    return announce(
        request, response, done_text, gesture=outcome.gesture, ids=ids, gone=gone, stays=stays, next_url=next_url
    )


def _gone(request: ActorRequest, ids: Sequence[int]) -> list[int]:
    few = list(ids)[:MOST_NAMED]
    seen = {row["id"] for row in get_rows(request.actor, ids=few, columns=())} if few else set()
    return [activity_id for activity_id in few if activity_id not in seen]


def done_text(outcome: Outcome, one: str, many: str, none: str) -> str:
    """How many rows were done, in words; `many` holds %(count)s."""
    count = len(outcome.done)
    if not count:
        return none
    return one if count == 1 else many % {"count": count}


def _named(request: ActorRequest, outcome: Outcome) -> list[tuple[str, str]]:
    """What was refused and why; named where the reader may see it."""
    seen = [refusal for refusal in outcome.refused if not refusal.is_hidden]
    ids = [refusal.id for refusal in seen if refusal.noun == "activity"]
    subjects = {row["id"]: row["subject"] for row in get_rows(request.actor, ids=ids, columns=())} if ids else {}
    refs = element_refs(request.actor, [refusal.id for refusal in seen if refusal.noun == "element"])
    names = {"activity": subjects, "element": {id: ref.name for id, ref in refs.items()}}
    unknown = {"activity": _("Unknown activity"), "element": _("Unknown element")}
    return [(names[r.noun].get(r.id) or unknown[r.noun], r.reason) for r in outcome.refused]


def result_context(outcome: Outcome, text: str, refused: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What the whole result of a gesture says: done, refused (name and reason), unchanged."""
    count, unchanged = len(refused), len(outcome.unchanged)
    return {
        "text": text,
        "refused": refused,
        "refused_text": ngettext("%(count)s was refused", "%(count)s were refused", count) % {"count": count},
        "unchanged_text": ngettext("%(count)s was so already", "%(count)s were so already", unchanged)
        % {"count": unchanged}
        if unchanged
        else "",
        "undo_url": reverse("undo", args=[outcome.gesture]) if outcome.gesture else "",
    }
