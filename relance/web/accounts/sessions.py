"""One's sessions, ended one by one; all but this one at once is django-allauth's own."""

from __future__ import annotations

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relance.kit.errors import NotFound
from relance.web.requests import ActorRequest


@require_POST
def end(request: ActorRequest, session_id: int) -> HttpResponse:
    """Sign one of one's own other sessions out; this one is left by signing out.

    Raises:
        NotFound: it is somebody else's, has ended, or never was.
    """
    found = UserSession.objects.filter(pk=session_id, user_id=request.actor.user_id).first()
    if found is None:
        raise NotFound
    if found.session_key == request.session.session_key:
        return redirect("account_logout")
    get_adapter().end_sessions([found])
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")
