"""How django-allauth behaves here: accounts are by invitation, nobody signs up."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed, whatever the settings say."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": gettext_lazy(
            "Too many failed attempts: this account lets nobody try again for five minutes. "
            "If you have forgotten your password, choose a new one."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody signs up: an administrator makes the account."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is, without a bracketed host name before it."""
        return subject


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted with the installation's key: the database alone does not reveal them."""

    def encrypt(self, text: str) -> str:
        """The secret as it is stored."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: ANN401, ARG002 - allauth's signature
        """What a new passkey is called unless its owner says otherwise."""
        return _("My passkey")


@cache
def _fernet() -> Fernet:
    digest = hashlib.sha256(b"relance.web.second-factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """The company's provider opens the accounts that there are; it makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ANN401, ARG002
        """Nobody signs up: an administrator makes the account."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:  # noqa: ANN401 - allauth's own
        """Tie the provider's account to the user of the same address, once, if the provider has verified it."""
        if sociallogin.is_existing:
            return
        for address in sociallogin.email_addresses:
            # An address that its owner has not proved would let anybody in as anybody.
            users = filter_users_by_email(address.email, is_active=True) if address.verified is True else []
            if len(users) == 1:
                sociallogin.connect(request, users[0])
                return

    def on_authentication_error(self, request: HttpRequest, provider: object, **_more: Any) -> None:  # noqa: ANN401, ARG002
        """Back to the door, with a sentence."""
        messages.error(
            request, _("Your company's sign-in did not answer as it should. Try again, or use your password.")
        )
        raise ImmediateHttpResponse(redirect("account_login"))
