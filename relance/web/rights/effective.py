"""*Effective rights*: what results for a person from all his roles, each level with where it comes from."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from relance.access.queries import EffectiveRight, effective_rights
from relance.access.terms import Level, Verb
from relance.access.why import HeldRole, held_roles
from relance.crm.terms import KIND_PLURALS, Kind
from relance.kit.errors import NotFound
from relance.people.queries import build_actor
from relance.web.activities.fields import is_id, offer_people
from relance.web.requests import ActorRequest
from relance.web.rights.forms import PersonForm
from relance.web.rights.grid import list_places
from relance.web.rights.words import LEVELS


@require_safe
def own(request: ActorRequest) -> HttpResponse:
    """One's own rights; who manages rights chooses somebody with `?user=`."""
    chosen = request.GET.get("user", "")
    if is_id(chosen):
        return redirect("rights-effective-of", chosen)
    return _show(request, request.actor.user_id)


@require_safe
def of_user(request: ActorRequest, user_id: int) -> HttpResponse:
    """Anybody's rights, for who manages them; for others there is nobody but themselves."""
    if user_id != request.actor.user_id and not request.actor.manages_rights:
        raise NotFound
    return _show(request, user_id)


def _show(request: ActorRequest, user_id: int) -> HttpResponse:
    actor = build_actor(user_id)
    held = held_roles(actor, request.actor.language)
    form = PersonForm({"user": str(user_id)})
    offer_people(request.actor, form, ["user"], everybody=True)
    rights = effective_rights(actor)
    rows = [
        _row(kind, place, list(cells), held)
        for (kind, *place), cells in groupby(rights, key=lambda one: (one.kind, one.pipeline_id, one.stage_id))
    ]
    context = {"person": actor, "is_own": user_id == request.actor.user_id, "held": held, "rows": rows, "form": form}
    return render(request, "rights/effective.html", context | {"verbs": [verb.label for verb in Verb]})


def _row(kind: str, place: list[int | None], cells: list[EffectiveRight], held: list[HeldRole]) -> dict[str, Any]:
    pipeline_id, stage_id = place
    names = (
        {(one.pipeline_id or None, one.stage_id or None): one.name for one in list_places(kind)} if any(place) else {}
    )
    return {
        "kind": kind,
        "name": names.get((pipeline_id, stage_id), KIND_PLURALS[Kind(kind)]),
        "is_exception": any(place),
        "cells": [{"level": one.level, "name": LEVELS[one.level], "sources": _sources(one, held)} for one in cells],
    }


def _sources(right: EffectiveRight, held: list[HeldRole]) -> list[str]:
    """The roles that give the level, each with whom it is given to."""
    words = {role.id: f"{role.name} ({', '.join(role.through)})" for role in held}
    administrators = [words[role.id] for role in held if role.is_administrator]
    if administrators:
        return administrators
    highest = right.sources[0].level if right.sources else Level.NONE
    if highest == Level.NONE:
        return []
    limited = [_("no further than “Read”")] if highest != right.level else []
    return [*dict.fromkeys(words[one.role_id] for one in right.sources if one.level == highest), *limited]
