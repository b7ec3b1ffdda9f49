"""One company in PostgreSQL, asked by each of its users, against the oracle."""

from __future__ import annotations

from collections.abc import Sequence

from relance.activities.actions import delete_activities
from relance.people.queries import build_actors, system_actor
from tests.oracle import load
from tests.oracle.ask_actions import ask_actions, ask_receiving, ask_restoring
from tests.oracle.ask_activities import ask_activities
from tests.oracle.ask_bindings import ask_bindings
from tests.oracle.ask_counters import ask_counters
from tests.oracle.ask_element_actions import ask_element_actions
from tests.oracle.ask_elements import ask_elements
from tests.oracle.ask_filters import ask_filters
from tests.oracle.ask_rights import ask_rights
from tests.oracle.ask_searches import ask_searches
from tests.oracle.asking import Asking, Difference, asking_of, check_constraints, undone
from tests.oracle.cells import Triple
from tests.oracle.companies import Shape, company_of, earlier_company_of
from tests.oracle.model import Company


def compare(shape: Shape) -> list[Triple]:
    """Load the company of that shape, ask it everything, and take it back; the triples that were compared.

    Raises:
        Difference: the product and the oracle disagree; the message says who asked what.
    """
    with undone():
        try:
            company = _loaded(shape)
            askings = _askings(company, shape.seed)
            for asking in askings:
                _ask(asking)
            _ask_all_restoring([asking for asking in askings if asking.user.is_active])
        except Difference as difference:
            raise Difference(f"{shape}: {difference}") from None
    return [triple for asking in askings for triple in asking.compared]


def _loaded(shape: Shape) -> Company:
    company = company_of(shape)
    earlier = earlier_company_of(company, shape.seed)
    load.load(earlier)
    load.move(earlier, company)
    check_constraints()
    return company


def _askings(company: Company, seed: int) -> list[Asking]:
    """One for each user; a deactivated one has no actor of his own and asks nothing, but work may be given to him."""
    actors = build_actors([load.user_id(user.key) for user in company.users])
    active = {load.user_id(user.key) for user in company.users if user.is_active}
    if set(actors) != active:
        raise Difference(f"actors of {sorted(actors)}, wanted of {sorted(active)}")
    nobody = system_actor("cli")
    return [
        asking_of(company, user, actors.get(load.user_id(user.key), nobody), seed + place)
        for place, user in enumerate(company.users)
    ]


def _ask(asking: Asking) -> None:
    if asking.turn % 2 or not asking.user.is_active:
        ask_receiving(asking, system_actor("cli"))
    if asking.user.is_active:
        ask_activities(asking)
        ask_elements(asking)
        ask_filters(asking)
        ask_element_actions(asking)
        ask_actions(asking)
        if asking.turn % 4 == 1:
            ask_rights(asking)
        if asking.turn % 4 == 2:
            ask_counters(asking)
        if asking.turn % 8 == 3:  # a search costs as much as all the rest
            ask_searches(asking)
        ask_bindings(asking)


def _ask_all_restoring(askings: Sequence[Asking]) -> None:
    live = [load.activity_id(one.key) for one in askings[0].company.activities if not one.is_deleted]
    with undone():
        gesture = delete_activities(system_actor("cli"), ids=live).gesture
        for asking in askings:
            if gesture is not None and asking.turn % 2 == 0:
                ask_restoring(asking, gesture)
