"""`relance why USER NOUN ID` says in words what the dialog says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from relance.activities.why import explain
from relance.config.cli.session import screen
from relance.config.cli.why import asked, show, show_element
from relance.crm.why import explain_element
from relance.kit.errors import Invalid, NotFound
from relance.kit.sql import fetch_value, sql
from tests.cast import Cast, make_activity, make_element


def printed(say: Callable[[], None]) -> str:
    with screen.capture() as captured:
        say()
    return captured.get()


def number_of(element_id: int) -> int:
    found: int = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", element_id))
    return found


def test_says_the_role_its_assignment_and_its_level(cast: Cast) -> None:
    deal = make_element("deal", cast.bob, "Toits [neufs]")
    said = printed(lambda: show_element(explain_element(cast.actor("alice"), kind="deal", number=number_of(deal))))
    assert "Toits [neufs], of Bob Petit" in said
    assert "set for the kind; grants" in said
    assert "does not grant" in said


def test_shows_no_name_that_the_user_may_not_read(cast: Cast) -> None:
    hidden = make_element("lead", cast.charlie, "Secret")
    said = printed(lambda: show_element(explain_element(cast.actor("bob"), kind="lead", number=number_of(hidden))))
    activity = make_activity(cast.bob, make_element("deal", cast.bob, "Toits"), hidden)
    said += printed(lambda: show(explain(cast.actor("bob"), id=activity)))
    assert "Secret" not in said
    assert "may read, may edit, may delete" in said


def test_an_administrator_has_one_reason(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    why = explain_element(cast.actor("root"), kind="deal", number=number_of(deal))
    assert {answer.is_granted for answer in why.answers.values()} == {True}
    assert [one.role.is_administrator for one in why.answers["read"].roles] == [True]


def test_update_is_granted_by_the_role_that_has_it_with_the_right_to_read_of_another(cast: Cast) -> None:
    deal = make_element("deal", cast.alice)
    why = explain_element(cast.actor("alice"), kind="deal", number=number_of(deal))
    assert [one.is_granted for one in why.answers["update"].roles] == [True, True]
    assert [one.level for one in why.answers["update"].roles] == ["subdepartments", "own"]


def test_elements_that_are_hidden_or_gone_read_the_same_as_unknown_ones(cast: Cast) -> None:
    hidden = number_of(make_element("deal", cast.charlie))
    for number in (hidden, 999_999_999):
        with pytest.raises(NotFound):
            explain_element(cast.actor("root"), kind="deal", number=number, reader=cast.actor("bob"))


def test_asks_for_a_noun_and_a_number(cast: Cast) -> None:
    assert asked("12", None) == ("activity", 12)
    assert asked("deal", 7) == ("deal", 7)
    for noun, number in (("deal", None), ("thing", 3), ("٣", None)):
        with pytest.raises(Invalid):
            asked(noun, number)
