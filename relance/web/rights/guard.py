"""Who may open which page of rights."""

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
    """The view, for who manages rights; others get a page that says why not."""

    @wraps(view)
    def guarded(request: ActorRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not request.actor.manages_rights:
            raise Forbidden(_("Only who manages rights can do this."))
        return view(request, *args, **kwargs)

    return guarded
