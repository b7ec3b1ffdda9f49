"""The request as views see it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from relance.kit.actor import Actor


class ActorRequest(HttpRequest):
    """A request of a signed-in user, after the middleware."""

    actor: Actor
    htmx: HtmxDetails
