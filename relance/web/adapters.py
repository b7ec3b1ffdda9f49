"""How django-allauth behaves here: accounts are by invitation, nobody signs up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed, whatever the settings say."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody signs up: an administrator makes the account."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """The subject as it is, without a bracketed host name before it."""
        return subject
