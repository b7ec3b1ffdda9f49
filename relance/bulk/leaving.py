"""Somebody leaves: shut out, and no longer waited for."""

from __future__ import annotations

from django.db import transaction

from relance.activities.actions import pass_over
from relance.kit.actor import Actor
from relance.people.actions import deactivate_user


@transaction.atomic
def deactivate_person(actor: Actor, *, user_id: int) -> None:
    """Shut a user out, and let the documents that wait for his answer go on without it.

    Raises:
        NotFound, Forbidden: as `deactivate_user` does.
    """
    deactivate_user(actor, user_id=user_id)
    pass_over(actor, user_id=user_id)
