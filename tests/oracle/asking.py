"""One user asking the product, beside what the oracle wants him to be told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction

from relance.kit.actor import Actor
from relance.kit.outcome import Outcome
from tests.oracle import load
from tests.oracle.cells import Triple, triples_of
from tests.oracle.model import Company, User

UNKNOWN_ID = 99_999_999


class Difference(AssertionError):
    """The product and the oracle disagree."""


@dataclass(slots=True)
class Asking:
    """`turn` picks what is asked in rotation: every way is walked often, and not all of them each time.

    `compared` collects the triples that were.
    """

    company: Company
    user: User
    actor: Actor
    turn: int
    triples: Mapping[str, Sequence[Triple]]
    compared: list[Triple] = field(default_factory=list)
    counted: set[str] = field(default_factory=set)

    def targets(self, *operations: str) -> set[int]:
        """The ids that the operations are asked about."""
        return {target_id(triple) for operation in operations for triple in self.triples[operation]}

    def granted(self, *operations: str) -> set[int]:
        found = (triple for operation in operations for triple in self.triples[operation])
        return {target_id(triple) for triple in found if triple.is_granted}

    def count(self, *operations: str) -> None:
        """All triples of the operations were compared; one compared in several ways counts once."""
        for operation in operations:
            if operation not in self.counted:
                self.counted.add(operation)
                self.compared.extend(self.triples[operation])

    def expect(self, what: str, wanted: object, answered: object) -> None:
        """Compare two answers; a set is compared with a list whose items must all differ.

        Raises:
            Difference: they are not equal.
        """
        if isinstance(wanted, set) and isinstance(answered, list):
            if len(answered) != len(set(answered)):
                raise Difference(f"user {self.user.key}, {what}: doubles in {answered}")
            answered = set(answered)
        if wanted != answered:
            raise Difference(f"user {self.user.key}, {what}: wanted {wanted}, answered {answered}")

    def expect_outcome(self, what: str, outcome: Outcome, *, granted: set[int], seen: set[int], ids: set[int]) -> None:
        """Each allowed row was done or already so; each other one was refused, hidden exactly where it is not seen."""
        self.expect(f"{what}, done", granted, [*outcome.done, *outcome.unchanged])
        self.expect(f"{what}, refused", ids - granted, [refusal.id for refusal in outcome.refused])
        hidden = {refusal.id for refusal in outcome.refused if refusal.is_hidden}
        self.expect(f"{what}, hidden", ids - seen, hidden)


def asking_of(company: Company, user: User, actor: Actor, turn: int) -> Asking:
    """A user's asking, with the oracle's answers by operation."""
    by_operation: dict[str, list[Triple]] = defaultdict(list)
    for triple in triples_of(company, user):
        by_operation[triple.operation].append(triple)
    return Asking(company, user, actor, turn, by_operation)


def target_id(triple: Triple) -> int:
    """The id of what a triple is about: its activity, else its element."""
    if triple.activity is not None:
        return load.activity_id(triple.activity.key)
    if triple.element is not None:
        return load.element_id(triple.element.key)
    raise ValueError(triple)


@contextmanager
def undone() -> Iterator[None]:
    """What is written inside is taken back, once the database has found it whole."""
    with transaction.atomic():
        yield
        check_constraints()
        transaction.set_rollback(True)


def check_constraints() -> None:
    """The deferred constraints, as a commit would check them."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
