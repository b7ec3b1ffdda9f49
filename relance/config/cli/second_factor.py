"""A second factor that is lost: its owner cannot remove it himself."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor


def forget_second_factor(actor: Actor, user_id: int) -> bool:
    """Remove a user's authenticator, passkeys and recovery codes; whether there were any."""
    with transaction.atomic():
        removed, _each = Authenticator.objects.filter(user_id=user_id).delete()
        if removed:
            record(actor, new_gesture(), verb="second_factor", noun="user", entries=[(user_id, {}, {})])
    return bool(removed)
