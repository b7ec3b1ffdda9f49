"""Who may open the pages of rights and of settings; others get a page that says why not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse
from django.utils.translation import gettext as _

from relance.kit.errors import Forbidden
from relance.web.requests import ActorRequest

Rest = ParamSpec("Rest")
View = Callable[Concatenate[ActorRequest, Rest], HttpResponse]


def for_rights_managers(view: View[Rest]) -> View[Rest]:
    """The view, for who manages rights."""
    return _guarded(
        view, lambda request: "" if request.actor.manages_rights else _("Only who manages rights can do this.")
    )


def for_settings_managers(view: View[Rest]) -> View[Rest]:
    """The view, for who manages the CRM settings."""
    return _guarded(
        view,
        lambda request: "" if request.actor.manages_settings else _("Only who manages the CRM settings can do this."),
    )


def _guarded(view: View[Rest], why_not: Callable[[ActorRequest], str]) -> View[Rest]:
    @wraps(view)
    def guarded(request: ActorRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if reason := why_not(request):
            raise Forbidden(reason)
        return view(request, *args, **kwargs)

    return guarded
