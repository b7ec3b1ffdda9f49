"""What the pages of signing in show."""

from __future__ import annotations

import json
import re

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.utils.translation import gettext as _

register = template.Library()

# The first that fits: browsers name each other in what they say of themselves.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrom", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


@register.simple_tag
def device(user_agent: str) -> str:
    """`{% device session.user_agent %}`: “Firefox, Linux”, or that it is unknown."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for name in SYSTEMS if re.search(rf"\b{name}\b", user_agent)), "")
    return ", ".join(filter(None, (browser, system))) or _("Unknown browser")


@register.simple_tag(takes_context=True)
def provider(context: dict[str, HttpRequest]) -> dict[str, str] | None:
    """`{% provider as company %}`: the company's OpenID Connect provider, if it has one."""
    found = get_adapter().list_providers(context["request"])
    return {"id": found[0].app.provider_id, "name": found[0].name} if found else None


@register.simple_tag
def sends_mail() -> bool:
    """`{% sends_mail as has_mail %}`: whether e-mail leaves this installation."""
    return not settings.EMAIL_BACKEND.endswith(".console.EmailBackend")


@register.filter
def as_json(value: object) -> str:
    """The value as JSON, for a data attribute."""
    return json.dumps(value, cls=DjangoJSONEncoder) if value else ""
