"""Signed-in clients, and requests as htmx sends them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}


def sign_in(user_id: int) -> Client:
    """A client with a user's session."""
    client = Client()
    client.force_login(get_user_model().objects.get(pk=user_id), backend=BACKEND)
    return client


def text_of(response: Any) -> str:  # a test client's response
    """The answer's body."""
    assert isinstance(response, HttpResponse)
    return response.content.decode()
