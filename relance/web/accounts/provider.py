"""To the company's OpenID Connect provider and back, also when it is away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from requests import RequestException

View = Callable[..., HttpResponseBase]


def _if_it_answers(view: View) -> View:
    @wraps(view)
    def careful(request: HttpRequest, provider_id: str) -> HttpResponseBase:
        try:
            return view(request, provider_id)
        except RequestException:
            messages.error(
                request, _("Your company's sign-in did not answer as it should. Try again, or use your password.")
            )
            return redirect("account_login")

    return careful


@_if_it_answers
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the provider, for who is not signed in and wants to be.

    It begins with a link, which any other site may have as well: one that ties the provider's account to whoever is signed in
    would let its owner in as him.
    """
    if request.user.is_authenticated:
        return redirect("home")
    if request.GET.get("process", "login") != "login":
        raise Http404
    answer: HttpResponseBase = openid.login(request, provider_id)
    return answer


from_provider = _if_it_answers(openid.callback)
