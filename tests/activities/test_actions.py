"""Writing activities: what is done, what is refused and why, and that a refusal changes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from relance.activities.actions import (
    assign_activities,
    complete_activities,
    create_activities,
    create_activity,
    delete_activities,
    delete_elements,
    draft_of_copy,
    edit_activities,
    plan_for_deals,
    postpone_activities,
    reopen_activities,
)
from relance.activities.queries import count_activities, get_activity, list_planned
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.outcome import require
from relance.kit.sql import Row, Sql, execute, fetch_one, fetch_value, sql
from relance.people.queries import build_actor
from tests.cast import Cast, give_role, journal_size, make_activity, make_element, make_role, make_user

DAY = datetime(2026, 11, 27, 9, tzinfo=UTC)


def row(activity_id: int) -> Row:
    found = fetch_one(sql("SELECT * FROM activities_activity WHERE id = {}", activity_id))
    assert found
    return found


def reader(cast: Cast) -> int:
    """Somebody who reads everything and updates nothing."""
    return make_user("Rita", "Lecture", cast.support, role="read_only")


def test_creates_for_the_actor_with_its_journal(cast: Cast) -> None:
    bob, deal = cast.actor("bob"), make_element("deal", cast.bob)
    activity, gesture = create_activity(bob, ActivityDraft(type="call", subject=" Rappeler ", elements=(deal,)))
    made = row(activity)
    assert (made["subject"], made["responsible_id"], made["author_id"]) == ("Rappeler", cast.bob, cast.bob)
    entry = fetch_one(sql("SELECT verb, noun_id, actor_id, via FROM journal_auditentry WHERE gesture = {}", gesture))
    assert entry == {"verb": "create", "noun_id": activity, "actor_id": cast.bob, "via": "web"}


def test_double_click_makes_one(cast: Cast) -> None:
    draft = ActivityDraft(
        type="todo", subject="Une fois", elements=(make_element("deal", cast.bob),), creation_key=uuid4()
    )
    first, _gesture = create_activity(cast.actor("bob"), draft)
    assert create_activity(cast.actor("bob"), draft) == (first, None)


def test_creating_needs_update_on_the_main_element_and_read_on_the_others(cast: Cast) -> None:
    give_role("read_only", cast.bob)
    bob, own, other = cast.actor("bob"), make_element("deal", cast.bob), make_element("deal", cast.charlie)
    create_activity(bob, ActivityDraft(type="call", subject="x", elements=(own, other)))
    before = journal_size()
    with pytest.raises(Forbidden):
        create_activity(bob, ActivityDraft(type="call", subject="x", elements=(other, own)))
    assert journal_size() == before


def test_hidden_element_reads_like_an_unknown_one(cast: Cast) -> None:
    bob, hidden = cast.actor("bob"), make_element("deal", cast.charlie)
    with pytest.raises(Invalid) as of_hidden:
        create_activity(bob, ActivityDraft(type="call", subject="x", elements=(hidden,)))
    with pytest.raises(Invalid) as of_unknown:
        create_activity(bob, ActivityDraft(type="call", subject="x", elements=(hidden + 1000,)))
    assert of_hidden.value.messages == of_unknown.value.messages


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("subject", {"subject": "  "}),
        ("subject", {"subject": "a\x00b"}),
        ("type", {"type": "dance"}),
        ("priority", {"priority": 9}),
        ("direction", {"direction": "up"}),
        ("end_at", {"start_at": DAY, "end_at": datetime(2026, 11, 27, 8, tzinfo=UTC)}),
        ("start_at", {"end_at": DAY}),
        ("deadline_on", {"deadline_at": DAY, "deadline_on": date(2026, 11, 27)}),
        ("is_incoming", {"is_incoming": True, "deadline_at": DAY}),
        ("elements", {"elements": ()}),
        ("responsible_id", {"responsible_id": 999_999}),
        ("clients", {"clients": ((999_999, ""),)}),
    ],
)
def test_bad_value_names_its_field_and_saves_nothing(cast: Cast, field: str, values: dict[str, object]) -> None:
    good = {"type": "call", "subject": "x", "elements": (make_element("deal", cast.bob),)}
    before = journal_size()
    with pytest.raises(Invalid) as refused:
        create_activity(cast.actor("bob"), ActivityDraft(**{**good, **values}))  # type: ignore[arg-type]
    assert field in refused.value.messages
    assert journal_size() == before


def test_responsible_must_read_an_element(cast: Cast) -> None:
    draft = ActivityDraft(
        type="call", subject="x", elements=(make_element("deal", cast.bob),), responsible_id=cast.charlie
    )
    with pytest.raises(Invalid) as refused:
        create_activity(cast.actor("bob"), draft)
    assert "Charlie" in refused.value.messages["responsible_id"]


def test_many_are_made_and_refused_one_by_one(cast: Cast) -> None:
    mine, other = make_element("deal", cast.bob), make_element("deal", cast.charlie)
    drafts = [
        ActivityDraft(type="call", subject=str(i), elements=(element,)) for i, element in enumerate([mine, other, mine])
    ]
    outcome = create_activities(cast.actor("bob"), drafts)
    assert [row(activity)["subject"] for activity in outcome.done] == ["0", "2"]
    assert [refusal.id for refusal in outcome.refused] == [1]


def test_completing_says_who_when_and_how(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    outcome = complete_activities(cast.actor("bob"), ids=[activity], outcome="reached", note=" ok ")
    done = row(activity)
    assert outcome.done == [activity]
    assert (done["is_completed"], done["completed_by_id"], done["outcome"], done["note"]) == (
        True,
        cast.bob,
        "reached",
        "ok",
    )
    assert complete_activities(cast.actor("bob"), ids=[activity]).unchanged == [activity]


def test_reopening_clears_the_completion_and_the_journal_keeps_it(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    complete_activities(cast.actor("bob"), ids=[activity], outcome="reached")
    outcome = reopen_activities(cast.actor("bob"), ids=[activity])
    opened = row(activity)
    assert (opened["is_completed"], opened["completed_at"], opened["outcome"]) == (False, None, "")
    kept = fetch_value(
        sql("SELECT change->'before'->>'outcome' FROM journal_auditentry WHERE gesture = {}", outcome.gesture)
    )
    assert kept == "reached"


def test_every_write_is_forbidden_to_who_only_reads_and_hidden_from_who_does_not(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    before, entries = row(activity), journal_size()
    for user_id, error in ((reader(cast), Forbidden), (cast.charlie, NotFound)):
        entries = max(entries, journal_size())
        actor = build_actor(user_id)
        outcomes = [
            complete_activities(actor, ids=[activity]),
            reopen_activities(actor, ids=[activity]),
            postpone_activities(actor, ids=[activity], to_day=date(2026, 12, 1)),
            assign_activities(actor, ids=[activity], to=cast.root),
            edit_activities(actor, ids=[activity], changes=ActivityChanges(subject="volé")),
            delete_activities(actor, ids=[activity]),
        ]
        for outcome in outcomes:
            assert outcome.done == []
            with pytest.raises(error):
                require(outcome, activity)
    assert row(activity) == before
    assert journal_size() == entries


def test_deleting_may_ask_for_the_right_to_delete(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    execute(Sql("UPDATE access_companysettings SET deletion_needs_delete = true"))
    assert delete_activities(cast.actor("bob"), ids=[activity]).refused[0].is_hidden is False
    give_role(make_role({"delete": "own"}), cast.bob)
    assert delete_activities(cast.actor("bob"), ids=[activity]).done == [activity]


def test_assigning_skips_what_the_receiver_may_not_read(cast: Cast) -> None:
    shared = make_activity(cast.bob, make_element("deal", cast.bob), make_element("deal", cast.charlie))
    own = make_activity(cast.bob, make_element("deal", cast.bob))
    outcome = assign_activities(cast.actor("bob"), ids=[shared, own], to=cast.charlie)
    assert (outcome.done, [refusal.id for refusal in outcome.refused]) == ([shared], [own])
    assert "Charlie" in outcome.refused[0].reason


def test_assigning_to_somebody_who_has_left(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    execute(sql("UPDATE people_user SET is_active = false WHERE id = {}", cast.alice))
    with pytest.raises(Invalid):
        assign_activities(cast.actor("bob"), ids=[activity], to=cast.alice)


def test_incoming_is_not_postponed_unless_it_is_planned(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), is_incoming=True)
    bob, day = cast.actor("bob"), date(2026, 12, 1)
    assert len(postpone_activities(bob, ids=[activity], to_day=day).refused) == 1
    assert postpone_activities(bob, ids=[activity], to_day=day, plan_incoming=True).done == [activity]
    assert (row(activity)["is_incoming"], row(activity)["deadline_on"]) == (False, day)


def test_stale_edit_of_the_same_field_conflicts_and_of_another_does_not(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob), subject="avant")
    edit_activities(cast.actor("alice"), ids=[activity], changes=ActivityChanges(subject="d’Alice"))
    with pytest.raises(Conflict) as refused:
        edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(subject="de Bob"), version=1)
    assert refused.value.fields == {"subject": ("d’Alice", "de Bob")}
    edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(place="Lyon"), version=1)
    assert (row(activity)["subject"], row(activity)["place"]) == ("d’Alice", "Lyon")


def test_form_of_somebody_else_never_drops_a_hidden_binding(cast: Cast) -> None:
    mine, hidden = make_element("deal", cast.bob), make_element("deal", cast.charlie, "Secret")
    activity = make_activity(cast.bob, mine, hidden)
    assert [bound.name for bound in get_activity(cast.actor("bob"), id=activity).bindings] == ["Élément", None]
    with pytest.raises(Forbidden):
        edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(unbind=(hidden,)))
    assert len(get_activity(cast.actor("root"), id=activity).bindings) == 2


def test_last_binding_stays(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    activity = make_activity(cast.bob, deal)
    with pytest.raises(Invalid):
        edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(unbind=(deal,)))


def test_unbinding_never_blinds_the_responsible_or_a_participant(cast: Cast) -> None:
    bobs, charlies = make_element("deal", cast.bob), make_element("deal", cast.charlie)
    activity = make_activity(cast.charlie, bobs, charlies)
    root = cast.actor("root")
    with pytest.raises(Invalid, match="Charlie"):
        edit_activities(root, ids=[activity], changes=ActivityChanges(unbind=(charlies,)))
    changes = ActivityChanges(unbind=(charlies,), responsible_id=cast.bob)
    assert edit_activities(root, ids=[activity], changes=changes).done == [activity]


def test_unbinding_is_not_held_up_by_who_sees_nothing_anyway(cast: Cast) -> None:
    first, second = make_element("deal", cast.bob), make_element("deal", cast.bob)
    activity = make_activity(cast.charlie, first, second)
    assert edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(unbind=(first,))).done == [
        activity
    ]


def test_making_main_needs_update_on_the_element(cast: Cast) -> None:
    mine, other = make_element("deal", cast.bob), make_element("deal", cast.charlie)
    activity = make_activity(cast.bob, mine, other)
    give_role("read_only", cast.bob)
    with pytest.raises(Forbidden):
        edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(main=other))
    give_role(make_role({"update": "all"}), cast.bob)
    assert edit_activities(cast.actor("bob"), ids=[activity], changes=ActivityChanges(main=other)).done == [activity]


def test_deleting_an_element_takes_the_activities_that_have_no_other(cast: Cast) -> None:
    gone, stays = make_element("deal", cast.bob), make_element("deal", cast.bob)
    alone, shared = make_activity(cast.bob, gone), make_activity(cast.bob, gone, stays)
    outcome = delete_elements(cast.actor("root"), ids=[gone])
    assert row(alone)["deleted_gesture"] == outcome.gesture
    assert row(shared)["deleted_at"] is None
    assert [(bound.id, bound.is_main) for bound in get_activity(cast.actor("bob"), id=shared).bindings] == [
        (stays, True)
    ]
    assert count_activities(cast.actor("bob"), filter="open") == 1


def test_copy_is_a_draft_on_the_elements_that_one_may_read(cast: Cast) -> None:
    mine, hidden = make_element("deal", cast.bob), make_element("deal", cast.charlie)
    draft = draft_of_copy(cast.actor("bob"), id=make_activity(cast.bob, mine, hidden, subject="Relancer"))
    assert (draft.subject, draft.elements) == ("Relancer", (mine,))
    with pytest.raises(Forbidden):
        draft_of_copy(cast.actor("bob"), id=make_activity(cast.bob, hidden, mine))


def test_plans_one_activity_for_each_deal_with_its_company_or_its_own_name(cast: Cast) -> None:
    company, with_company, without = (
        make_element("company", cast.bob, "Wonka"),
        make_element("deal", cast.bob, "Chocolat"),
        make_element("deal", cast.alice, "Sucre"),
    )
    execute(sql("UPDATE crm_deal SET company_id = {} WHERE element_id = {}", company, with_company))
    hidden = make_element("deal", cast.charlie, "Caché")
    outcome = plan_for_deals(
        cast.actor("alice"),
        ids=[with_company, without, hidden],
        type="call",
        subject="Relancer {company}",
        deadline_at=DAY,
    )
    made = {(row(i)["subject"], row(i)["responsible_id"]) for i in outcome.done}
    assert made == {("Relancer Wonka", cast.bob), ("Relancer Sucre", cast.alice)}
    assert [(refusal.id, refusal.is_hidden) for refusal in outcome.refused] == [(hidden, True)]
    assert [planned["subject"] for planned in list_planned(cast.actor("bob"), element_id=with_company)] == [
        "Relancer Wonka"
    ]
