"""From grants to conditions: what was worked out for an actor is asked again as it was, and never for a changed copy of him."""

from __future__ import annotations

from dataclasses import replace

from relance.access.levels import BINDING, ELEMENT, predicate, scope
from relance.access.terms import Verb
from relance.kit.sql import FALSE, TRUE
from tests.cast import Cast


def test_a_changed_copy_of_an_actor_has_his_own_rights(cast: Cast) -> None:
    bob = cast.actor("bob")
    before = predicate(bob, scope(bob, Verb.READ), ELEMENT)
    assert before not in {TRUE, FALSE}
    assert predicate(bob, scope(bob, Verb.READ), ELEMENT) is before
    assert predicate(bob, scope(bob, Verb.READ), BINDING) != before
    for changed, expected in ((replace(bob, grants=()), FALSE), (replace(bob, is_administrator=True), TRUE)):
        assert predicate(changed, scope(changed, Verb.READ), ELEMENT) == expected
    assert predicate(bob, scope(bob, Verb.READ), ELEMENT) is before


def test_what_is_worked_out_is_no_part_of_who_he_is(cast: Cast) -> None:
    bob, again = cast.actor("bob"), cast.actor("bob")
    scope(bob, Verb.UPDATE)
    assert bob.worked_out
    assert bob == again
    assert hash(bob) == hash(again)
    assert "worked_out" not in repr(bob)
