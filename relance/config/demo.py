"""The demo company: an installer of solar panels with its people, customers, and what they owe them today."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from relance.config.demo_company.activities import Planner
from relance.config.demo_company.elements import make_accounts
from relance.config.demo_company.people import SignIn, hire
from relance.config.demo_company.writing import ANALYZED, write_accounts, write_activities
from relance.kit import clock
from relance.kit.sql import execute
from relance.people.queries import system_actor

__all__ = ["FULL", "SignIn", "Size", "seed"]


class Size(NamedTuple):
    """How much the demo company has. Its people are always sixty, in twelve departments."""

    elements: int
    activities: int


FULL = Size(elements=3_000, activities=20_000)
# The same dice everywhere: two demos of one day differ by the passwords alone.
DICE = 2015


def seed(size: Size = FULL) -> list[SignIn]:
    """Fill an empty database with the demo company; random passwords. Called inside a transaction.

    All dates lie around now. Returns how its people sign in, the administrator first.
    """
    actor, random, now = system_actor("cli"), Random(DICE), clock.now()  # noqa: S311 - a story, no secret
    staff = hire(actor, random)
    accounts = make_accounts(staff, now, random, elements=size.elements)
    write_accounts(actor, accounts)
    planner = Planner(staff, accounts, now, random)
    write_activities(actor, list(planner.plan(size.activities)))
    execute(ANALYZED)
    return staff.sign_ins
