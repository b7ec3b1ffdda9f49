"""*Why?*: which role, held through what, at which level, grants or refuses each operation; in a dialog or as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from relance.access.terms import Verb
from relance.access.why import Answer, RoleAnswer
from relance.activities.queries import get_activity
from relance.activities.why import BindingAnswer, explain
from relance.crm.why import explain_element
from relance.kit.actor import Actor
from relance.people.queries import build_actor
from relance.web.activities.cells import reference
from relance.web.activities.fields import is_id, offer_people
from relance.web.pages import render_page
from relance.web.requests import ActorRequest
from relance.web.rights.forms import PersonForm
from relance.web.rights.words import LEVELS


@dataclass(frozen=True, slots=True)
class Verdict:
    """One operation on the whole: may he or not, and why in a sentence."""

    is_granted: bool
    title: str
    text: str


@require_safe
def activity(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Why one may read and change an activity: through which of its elements, by which roles."""
    reader, subject = request.actor, _subject(request)
    shown = get_activity(reader, id=activity_id)
    why = explain(subject, id=activity_id, reader=reader)
    read, changed = (_count(why.bindings, verb) for verb in (Verb.READ, Verb.UPDATE))
    verdicts = [
        _verdict(request, subject, "read", why.can_read, _how_many(read, why.bindings, _("read"))),
        _verdict(request, subject, "update", why.can_edit, _how_many(changed, why.bindings, _("update"))),
    ]
    if subject.deletion_needs_delete:
        both = _("Deleting takes the rights to update and to delete on the same bound element.")
        verdicts.append(_verdict(request, subject, "delete", why.can_delete, both))
    context = {
        "subtitle": shown.subject,
        "verdicts": verdicts,
        "verbs": [Verb(verb).label for verb in _verbs_of(why.bindings)],
        "rows": [_row(one, _verbs_of(why.bindings)) for one in why.bindings],
        "address": reverse("activity-why", args=[activity_id]),
        "back": reverse("activity-detail", args=[activity_id]),
    }
    return _show(request, subject, context)


@require_safe
def element(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """Why one may read, update, delete and export an element: by which roles."""
    subject = _subject(request)
    why = explain_element(subject, kind=kind, number=number, reader=request.actor)
    context = {
        "subtitle": why.name,
        "verdicts": [
            _verdict(request, subject, verb, answer.is_granted, answer.sentence) for verb, answer in why.answers.items()
        ],
        "about": _("Responsible: %(name)s") % {"name": why.responsible},
        "roles": _roles(why.answers),
        "address": reverse("element-why", args=[kind, number]),
        "back": reverse("element-detail", args=[kind, number]),
    }
    return _show(request, subject, context)


def _subject(request: ActorRequest) -> Actor:
    """Whose rights are asked about: an administrator may name anybody, others are themselves."""
    named = request.GET.get("user", "")
    if is_id(named) and request.actor.is_administrator:
        return build_actor(int(named))
    return request.actor


def _show(request: ActorRequest, subject: Actor, context: dict[str, Any]) -> HttpResponse:
    is_own = subject.user_id == request.actor.user_id
    form = PersonForm({"user": str(subject.user_id)})
    if request.actor.is_administrator:
        offer_people(request.actor, form, ["user"], everybody=True)
    context |= {"person": subject, "is_own": is_own, "form": form, "is_page": "HX-Request" not in request.headers}
    return render_page(request, "rights/why.html", context)


def _verdict(request: ActorRequest, subject: Actor, verb: str, is_granted: bool, text: str) -> Verdict:
    own = {
        ("read", True): _("You may read it"),
        ("read", False): _("You may not read it"),
        ("update", True): _("You may change it"),
        ("update", False): _("You may not change it"),
        ("delete", True): _("You may delete it"),
        ("delete", False): _("You may not delete it"),
        ("export", True): _("You may export it"),
        ("export", False): _("You may not export it"),
    }
    others = {
        ("read", True): _("%(name)s may read it"),
        ("read", False): _("%(name)s may not read it"),
        ("update", True): _("%(name)s may change it"),
        ("update", False): _("%(name)s may not change it"),
        ("delete", True): _("%(name)s may delete it"),
        ("delete", False): _("%(name)s may not delete it"),
        ("export", True): _("%(name)s may export it"),
        ("export", False): _("%(name)s may not export it"),
    }
    words = own if subject.user_id == request.actor.user_id else others
    return Verdict(is_granted, words[str(verb), is_granted] % {"name": subject.name}, text)


def _count(bindings: Sequence[BindingAnswer], verb: str) -> int:
    return sum(one.is_readable and one.answers[verb].is_granted for one in bindings)


def _how_many(count: int, bindings: Sequence[BindingAnswer], right: str) -> str:
    said = ngettext(
        "The right to %(right)s one bound element is enough; it is there for %(count)s of %(total)s.",
        "The right to %(right)s one bound element is enough; it is there for %(count)s of %(total)s.",
        count,
    )
    return said % {"right": right, "count": count, "total": len(bindings)}


def _verbs_of(bindings: Sequence[BindingAnswer]) -> list[str]:
    return list(next((one.answers for one in bindings if one.is_readable), {}))


def _row(binding: BindingAnswer, verbs: Sequence[str]) -> dict[str, Any]:
    if not binding.is_readable:
        hidden = {"is_granted": False, "sentence": _("None of your roles covers it.")}
        return {
            "ref": reference("", None, None),
            "about": _("Its name is hidden from you."),
            "cells": [hidden] * len(verbs),
        }
    about = _("Responsible: %(name)s") % {"name": binding.responsible}
    return {
        "ref": reference(binding.kind, binding.number, binding.name),
        "is_main": binding.is_main,
        "about": about,
        "cells": [binding.answers[verb] for verb in verbs],
        "roles": _roles(binding.answers),
        "name": binding.name,
    }


def _roles(answers: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """For each operation what each role says."""
    return [
        {"label": Verb(verb).label, "lines": [_line(one) for one in answer.roles]} for verb, answer in answers.items()
    ]


def _line(one: RoleAnswer) -> dict[str, Any]:
    set_for = {"stage": _("set for this stage"), "pipeline": _("set for this pipeline"), "kind": ""}
    return {
        "role": one.role.name,
        "level": one.level,
        "level_name": LEVELS[one.level],
        "through": ", ".join(one.role.through),
        "set_for": set_for[one.set_for],
        "is_granted": one.is_granted,
    }


urlpatterns = [
    path("activities/<row:activity_id>/why/", activity, name="activity-why"),
    path("crm/<folder:kind>/<number:number>/why/", element, name="element-why"),
]
