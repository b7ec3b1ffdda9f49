"""What nobody may do with people: give somebody more than he has himself, or leave nobody to administer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from relance.access.actions import require_an_administrator
from relance.access.actions.guarding import require_roles_within_own
from relance.kit.actor import Actor
from relance.kit.sql import Sql, fetch_all, fetch_column, sql


@contextmanager
def within_own(actor: Actor) -> Iterator[None]:
    """Around a change of who is where: the roles that it gives to anybody hold no more than the actor has.

    Raises:
        Forbidden: they do, or nobody would be an administrator any more.
    """
    before = set() if actor.is_administrator else _held()
    yield
    if not actor.is_administrator:
        require_roles_within_own(actor, sorted({role_id for _user, role_id in _held() - before}))
    if actor.user_id:
        require_an_administrator()


def require_account_within_own(actor: Actor, user_id: int) -> None:
    """Raise Forbidden if a user's roles hold more than the actor has: his account is not for the actor to touch."""
    if not actor.is_administrator:
        held = fetch_column(sql("SELECT DISTINCT role_id FROM access_holder WHERE user_id = {}", user_id))
        require_roles_within_own(actor, held)


def _held() -> set[tuple[int, int]]:
    rows = fetch_all(Sql("SELECT DISTINCT user_id, role_id FROM access_holder"))
    return {(row["user_id"], row["role_id"]) for row in rows}
