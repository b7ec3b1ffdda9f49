"""What an action did to each of the rows that it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from relance.kit.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was left as it was, and why. A hidden row reads like one that does not exist.

    `noun` says what kind of row it is where one gesture is over several (undoing a deletion of elements).
    """

    id: int
    reason: str
    is_hidden: bool = False
    noun: str = "activity"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows done, those that already were as asked, those refused, and the gesture by which to undo it."""

    done: Sequence[int] = ()
    unchanged: Sequence[int] = ()
    refused: Sequence[Refusal] = ()
    gesture: UUID | None = field(default=None)


def require(outcome: Outcome, row_id: int) -> Outcome:
    """The outcome of a gesture on a single row, its refusal raised.

    Raises:
        NotFound: the row does not exist, or the actor may not read it.
        Forbidden: the actor may read it and not do this.
    """
    for refusal in outcome.refused:
        if refusal.id == row_id:
            if refusal.is_hidden:
                raise NotFound
            raise Forbidden(refusal.reason)
    return outcome
