"""A change of people in two steps: what it does to rights is shown, then it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from relance.access.queries import list_roles, role_name
from relance.activities.effects import PersonEffect, RightsEffect, Shift, foretell
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.web.requests import ActorRequest
from relance.web.rights.roles import complain

NOT_ASKED_AGAIN = {"csrfmiddlewaretoken", "sure"}


@dataclass(frozen=True, slots=True)
class Page:
    """The page of a form: its words, where it leads, where one goes instead."""

    title: str
    submit: str
    back: str
    done: str
    explanation: str = ""
    is_danger: bool = False
    asks: bool = False  # it asks even where nobody's rights change


def take(request: ActorRequest, form: forms.Form, page: Page, change: Callable[[], object]) -> HttpResponse | None:
    """Show what the change does to rights, or make it if that was shown or is nothing; None where it is refused."""
    try:
        if "sure" not in request.POST:
            effect = foretell(change)
            if effect.people or effect.uncounted or page.asks:
                return show_effect(request, effect, page)
        change()
    except (Invalid, Forbidden) as error:
        complain(form, error)
        return None
    messages.success(request, page.done)
    return redirect(page.back)


def show_effect(request: ActorRequest, effect: RightsEffect, page: Page) -> HttpResponse:
    """The page that says who gains and loses what, with the form once more."""
    sent = [(name, one) for name, values in request.POST.lists() if name not in NOT_ASKED_AGAIN for one in values]
    context = {"page": page, "sent": sent, "uncounted": effect.uncounted, "rows": effect_rows(request.actor, effect)}
    return render(request, "people/effect.html", context)


def show_form(request: ActorRequest, form: forms.Form, page: Page) -> HttpResponse:
    """The page of a form, 422 where it has something to complain about."""
    context = {"form": form, "page": page}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


def effect_rows(actor: Actor, effect: RightsEffect) -> list[dict[str, Any]]:
    """A row for each person whom a change concerns."""
    names = {role["id"]: role_name(role, actor.language) for role in list_roles()}
    return [_row(one, names) for one in effect.people]


def _row(one: PersonEffect, names: dict[int, str]) -> dict[str, Any]:
    shifts: tuple[Shift | None, ...] = (
        one.elements_read,
        one.elements_updated,
        one.activities_read,
        one.activities_edited,
    )
    return {
        "name": one.name,
        "user_id": one.user_id,
        "shifts": shifts,
        "gained": [names[role_id] for role_id in one.roles_gained],
        "lost": [names[role_id] for role_id in one.roles_lost],
    }
