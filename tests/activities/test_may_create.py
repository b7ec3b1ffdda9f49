"""Who can create no activity at all is told so before he fills in a form."""

from __future__ import annotations

from relance.activities.queries import may_create
from relance.people.queries import build_actor
from tests.cast import Cast, give_role, make_role, make_user


def test_needs_update_on_some_kind(cast: Cast) -> None:
    assert may_create(cast.actor("bob"))
    assert may_create(cast.actor("root"))
    assert not may_create(build_actor(make_user("Rita", "Lecture", role="read_only")))


def test_update_without_read_is_none(cast: Cast) -> None:
    blind = make_user("Zoe", "Sans", role="")
    give_role(make_role({"update": "all"}), blind)
    assert not may_create(build_actor(blind))
