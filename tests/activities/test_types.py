"""Types of activity: what the company sets holds everywhere; what is in use stays whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from relance.activities.actions import (
    complete_activities,
    create_activity,
    create_type,
    default_deadline,
    delete_type,
    edit_activities,
    edit_type,
    order_types,
    switch_type,
)
from relance.activities.catalog import TypeView, list_types
from relance.activities.queries import get_activity
from relance.activities.terms import ActivityChanges, ActivityDraft, OutcomeSettings, TypeSettings
from relance.kit import clock
from relance.kit.errors import Conflict, Forbidden, Invalid
from tests.cast import Cast, journal_size, make_activity, make_element

VISIT = TypeSettings("Visite", "Visit", "place", "green", "both", outcomes=(OutcomeSettings("Vu", "Seen"),))


def view_of(code: str) -> TypeView:
    return next(view for view in list_types() if view.code == code)


def settings_of(view: TypeView) -> TypeSettings:
    return TypeSettings(
        view.name_fr, view.name_en, view.icon, view.hue, view.times.value, view.is_incoming, view.required_fields,
        view.default_duration_minutes, view.default_deadline_days, view.default_reminders,
        tuple(OutcomeSettings(o.name_fr, o.name_en, o.is_active, o.id) for o in view.outcomes),
    )  # fmt: skip


def made(cast: Cast, settings: TypeSettings = VISIT) -> TypeView:
    return view_of(str(create_type(cast.actor("root"), settings=settings)))


def change_type(cast: Cast, view: TypeView, **changes: object) -> bool:
    settings = replace(settings_of(view), **changes)  # type: ignore[arg-type]
    return edit_type(cast.actor("root"), id=view.id, settings=settings, version=view.version)


def draft(cast: Cast, type: str, **fields: object) -> ActivityDraft:
    return ActivityDraft(type, "Passer", (make_element("deal", cast.bob),), **fields)  # type: ignore[arg-type]


def test_a_type_of_ones_own_is_offered_last_in_both_languages(cast: Cast) -> None:
    view = made(cast)
    assert (list_types()[-1].id, view.name, view.is_built_in) == (view.id, "Visite", False)
    activity = get_activity(cast.actor("bob"), id=create_activity(cast.actor("bob"), draft(cast, view.code))[0])
    assert (activity.type_name, activity.type_icon, activity.type_hue) == ("Visite", "place", "green")
    complete_activities(cast.actor("bob"), ids=[activity.id], outcome=view.outcomes[0].code)
    with translation.override("en"):
        seen = get_activity(cast.actor("bob"), id=activity.id)
        assert (seen.type_name, seen.outcome_name) == ("Visit", "Seen")


def test_a_built_in_type_and_its_outcomes_are_renamed_and_recoloured_but_not_deleted(cast: Cast) -> None:
    call = view_of("call")
    outcomes = settings_of(call).outcomes
    outcomes = (replace(outcomes[0], name_fr="Eu", name_en="Got"), *outcomes[1:])
    assert change_type(cast, call, name_fr="Coup de fil", hue="red", outcomes=outcomes)
    call = view_of("call")
    assert (call.name, call.hue, call.outcomes[0].name, call.outcomes[0].code) == (
        "Coup de fil",
        "red",
        "Eu",
        "reached",
    )
    with translation.override("en"):
        assert view_of("call").name == "Call"
    with pytest.raises(Invalid):
        delete_type(cast.actor("root"), id=call.id)
    assert view_of("call").id == call.id


def test_a_type_in_use_is_only_switched_off_and_stays_on_what_has_it(cast: Cast) -> None:
    view, actor = made(cast), cast.actor("bob")
    activity, _gesture = create_activity(actor, draft(cast, view.code))
    with pytest.raises(Invalid):
        delete_type(cast.actor("root"), id=view.id)
    switch_type(cast.actor("root"), id=view.id, is_active=False)
    with pytest.raises(Invalid) as caught:
        create_activity(actor, draft(cast, view.code))
    assert list(caught.value.messages) == ["type"]
    assert get_activity(actor, id=activity).type_name == "Visite"
    assert view.id not in [known.id for known in list_types(active_only=True)]


def test_an_unused_one_is_deleted(cast: Cast) -> None:
    view = made(cast)
    delete_type(cast.actor("root"), id=view.id)
    assert view.id not in [known.id for known in list_types()]


def test_times_of_a_type_in_use_only_grow(cast: Cast) -> None:
    make_activity(cast.bob, make_element("deal", cast.bob), type="todo")
    make_activity(cast.bob, make_element("deal", cast.bob), type="meeting")
    with pytest.raises(Invalid) as caught:
        change_type(cast, view_of("meeting"), times="both")
    assert list(caught.value.messages) == ["times"]
    assert change_type(cast, view_of("todo"), times="both")


def test_order_is_set(cast: Cast) -> None:
    ids = [view.id for view in list_types()]
    order_types(cast.actor("root"), ids=[ids[2], ids[0]])
    assert [view.id for view in list_types()] == [ids[2], ids[0], ids[1], *ids[3:]]


def test_a_form_that_is_too_old_conflicts(cast: Cast) -> None:
    view = view_of("task")
    assert change_type(cast, view, hue="red")
    with pytest.raises(Conflict):
        change_type(cast, view, hue="blue")
    assert view_of("task").hue == "red"


def test_only_who_manages_the_settings_sets_types(cast: Cast) -> None:
    size, view = journal_size(), view_of("task")
    alice = cast.actor("alice")
    for attempt in (
        lambda: create_type(alice, settings=VISIT),
        lambda: edit_type(alice, id=view.id, settings=settings_of(view), version=view.version),
        lambda: order_types(alice, ids=[view.id]),
        lambda: switch_type(alice, id=view.id, is_active=False),
        lambda: delete_type(alice, id=view.id),
    ):
        with pytest.raises(Forbidden):
            attempt()
    assert (journal_size(), view_of("task")) == (size, view)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_fr": ""}, "name_fr"),
        ({"name_en": "Call me\x00"}, "name_en"),
        ({"icon": "skull"}, "icon"),
        ({"hue": "infrared"}, "hue"),
        ({"times": "never"}, "times"),
        ({"times": "deadline", "required_fields": ("duration",)}, "required_fields"),
        ({"default_deadline_days": -1}, "default_deadline_days"),
        ({"default_duration_minutes": 0}, "default_duration_minutes"),
        ({"default_reminders": (-5,)}, "default_reminders"),
        ({"outcomes": (OutcomeSettings("Vu", ""),)}, "outcomes"),
        ({"outcomes": (), "required_fields": ("outcome",)}, "outcomes"),
    ],
)
def test_what_cannot_be_set_is_said_at_its_field(cast: Cast, changes: dict[str, object], field: str) -> None:
    size = journal_size()
    with pytest.raises(Invalid) as caught:
        create_type(cast.actor("root"), settings=replace(VISIT, **changes))  # type: ignore[arg-type]
    assert list(caught.value.messages) == [field]
    assert journal_size() == size


def test_required_fields_are_asked_for_when_it_is_made_edited_and_completed(cast: Cast) -> None:
    view, bob = made(cast, replace(VISIT, required_fields=("place", "duration", "outcome"))), cast.actor("bob")
    with pytest.raises(Invalid) as nothing:
        create_activity(bob, draft(cast, view.code))
    assert set(nothing.value.messages) == {"place", "end_at"}
    start, end = datetime(2031, 1, 6, 9, tzinfo=UTC), datetime(2031, 1, 6, 10, tzinfo=UTC)
    activity, _gesture = create_activity(bob, draft(cast, view.code, place="Lyon", start_at=start, end_at=end))
    with pytest.raises(Invalid):
        edit_activities(bob, ids=[activity], changes=ActivityChanges(place=" "))
    assert edit_activities(bob, ids=[activity], changes=ActivityChanges(subject="Autre")).done
    with pytest.raises(Invalid) as ended:
        complete_activities(bob, ids=[activity])
    assert list(ended.value.messages) == ["outcome"]
    other = make_activity(cast.bob, make_element("deal", cast.bob))
    outcome = complete_activities(bob, ids=[activity, other])
    assert (list(outcome.done), [refusal.id for refusal in outcome.refused]) == ([other], [activity])
    assert complete_activities(bob, ids=[activity], outcome=view.outcomes[0].code).done


def test_many_that_lack_what_the_new_type_asks_for_are_refused_row_by_row(cast: Cast) -> None:
    view, deal = made(cast, replace(VISIT, required_fields=("place",))), make_element("deal", cast.bob)
    ids = [make_activity(cast.bob, deal), make_activity(cast.bob, deal)]
    edit_activities(cast.actor("bob"), ids=ids[:1], changes=ActivityChanges(place="Lyon"))
    outcome = edit_activities(cast.actor("bob"), ids=ids, changes=ActivityChanges(type=view.code))
    assert (list(outcome.done), [refusal.id for refusal in outcome.refused]) == (ids[:1], ids[1:])


def test_a_type_has_its_usual_deadline_and_duration(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
    view, bob = made(cast, replace(VISIT, default_deadline_days=1, default_duration_minutes=90)), cast.actor("bob")
    assert default_deadline(bob, view).isoformat() == "2026-11-25T11:00:00+01:00"
    start = datetime(2031, 1, 6, 9, tzinfo=UTC)
    activity = get_activity(bob, id=create_activity(bob, draft(cast, view.code, start_at=start))[0])
    assert activity.end_at == datetime(2031, 1, 6, 10, 30, tzinfo=UTC)


def test_a_colour_is_kept_and_an_unknown_one_refused(cast: Cast) -> None:
    bob = cast.actor("bob")
    activity, _gesture = create_activity(bob, draft(cast, "task", colour="red"))
    assert edit_activities(bob, ids=[activity], changes=ActivityChanges(colour="green")).done
    assert get_activity(bob, id=activity).colour == "green"
    with pytest.raises(Invalid):
        edit_activities(bob, ids=[activity], changes=ActivityChanges(colour="beige"))
