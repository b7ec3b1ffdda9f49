"""The table of subscribers: who hears of which noun's entries in the journal (docs/adr/0009)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from relance.journal.queries import nouns_of
from relance.notifications import subscribers as notifications
from relance.notifications.mailing import send_waiting

# In this order: of all that a gesture tells a person, the first is his one message.
SUBSCRIBERS: tuple[tuple[frozenset[str], Callable[[UUID], None]], ...] = (
    (frozenset({"activity", "validator"}), notifications.tell_validators_asked),
    (frozenset({"validator"}), notifications.tell_validators_answered),
    (frozenset({"comment"}), notifications.tell_mentioned),
    (frozenset({"activity"}), notifications.tell_responsibles),
)


def dispatch(gesture: str) -> None:
    """Tell the subscribers of a gesture. The journal's trigger queues it; run again, it says nothing twice."""
    told = UUID(gesture)
    with transaction.atomic():
        nouns = set(nouns_of(told))
        for wanted, hear in SUBSCRIBERS:
            if wanted & nouns:
                hear(told)
    send_waiting()
