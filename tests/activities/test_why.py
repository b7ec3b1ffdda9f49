"""*Pourquoi ?* names the role, the level and the binding, and agrees with what is allowed."""

from __future__ import annotations

import pytest

from relance.activities.actions import complete_activities
from relance.activities.why import explain
from relance.kit.errors import NotFound
from tests.cast import Cast, give_role, make_activity, make_element


def test_names_the_role_the_level_and_the_binding(cast: Cast) -> None:
    mine, other = make_element("deal", cast.bob, "À moi"), make_element("lead", cast.charlie, "Secret")
    why = explain(cast.actor("bob"), id=make_activity(cast.bob, mine, other))
    assert (why.can_read, why.can_edit, why.can_delete) == (True, True, True)
    said = {(grounds.kind, grounds.name, grounds.verb, grounds.level, grounds.is_granted) for grounds in why.grounds}
    assert said == {
        ("deal", "À moi", "read", "own", True),
        ("deal", "À moi", "update", "own", True),
        ("lead", None, "read", "own", False),
        ("lead", None, "update", "own", False),
    }


def test_agrees_with_the_actions(cast: Cast) -> None:
    give_role("read_only", cast.charlie)
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    for name in ("alice", "bob", "charlie", "root"):
        actor = cast.actor(name)
        assert explain(actor, id=activity).can_edit == (not complete_activities(actor, ids=[activity]).refused)


def test_unknown_activity(cast: Cast) -> None:
    with pytest.raises(NotFound):
        explain(cast.actor("root"), id=1_000_000)
