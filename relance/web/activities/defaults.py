"""What a new activity starts with, and how that follows its type while a form is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from relance.activities.actions import default_deadline
from relance.activities.catalog import TypeView
from relance.activities.terms import Times
from relance.kit.actor import Actor
from relance.web.activities.dates import instant_whole, viewer_of


def default_times(actor: Actor, view: TypeView) -> dict[str, Any]:
    """When a new activity of the type is due; of one that has a slot alone, when it begins, and when it ends if its
    length is usual."""
    if view.is_incoming:
        return {}
    due = default_deadline(actor, view)
    if view.times != Times.SLOT:
        return {"deadline_at": due}
    minutes = view.default_duration_minutes
    return {"start_at": due, "end_at": due + timedelta(minutes=minutes) if minutes else None}


def defaults_by_type(actor: Actor, views: Iterable[TypeView]) -> dict[str, dict[str, Any]]:
    """What the fields of a form hold for each type as long as nobody has touched them, in the form's own texts.

    `said`: what stands beside the words of a deadline where none are typed.
    """
    return {view.code: _defaults(actor, view) for view in views}


def _defaults(actor: Actor, view: TypeView) -> dict[str, Any]:
    times, viewer = default_times(actor, view), viewer_of(actor)
    texts: dict[str, Any] = {}
    for name in ("deadline", "start", "end"):
        at = times.get(f"{name}_at")
        local = at.astimezone(actor.time_zone) if at else None
        texts |= {
            f"{name}_day": f"{local:%Y-%m-%d}" if local else "",
            f"{name}_time": f"{local:%H:%M}" if local else "",
        }
    begins = times.get("start_at") or times.get("deadline_at")
    return {
        **texts,
        "is_incoming": view.is_incoming,
        "reminders": list(view.default_reminders),
        "said": instant_whole(begins, viewer) if begins else "",
    }
