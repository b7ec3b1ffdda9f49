"""To the company's OpenID Connect provider and back, also when it is away."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.providers.openid_connect import views as openid
from django.contrib import messages
from django.http import HttpRequest
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


to_provider = _if_it_answers(openid.login)
from_provider = _if_it_answers(openid.callback)
