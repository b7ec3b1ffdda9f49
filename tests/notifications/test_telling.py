"""Who is told of what, in which words, and how often."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from relance.activities.actions import (
    assign_activities,
    complete_activities,
    create_activity,
    delete_activities,
    edit_activities,
)
from relance.activities.terms import ActivityChanges, ActivityDraft
from relance.bulk.actions import undo
from relance.config.subscribers import dispatch
from relance.journal.actions import new_gesture, record
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, execute, fetch_all, fetch_column, sql
from relance.notifications.actions import mark_read
from relance.notifications.jobs import tell_due
from relance.notifications.queries import activities_of, count_unread, get_notification, list_notifications
from relance.notifications.wording import sentence
from tests.cast import Cast, delete_element, make_activity, make_element, make_user
from tests.web.signing import sign_in

pytestmark = pytest.mark.django_db


def run_jobs() -> int:
    """Run the jobs that the journal has queued, as the worker does; how many."""
    queued = fetch_column(
        Sql("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'events.dispatch' ORDER BY id")
    )
    for args in queued:
        dispatch(json.loads(args)["gesture"])
    return len(queued)


def rows_of(actor: Actor) -> list[Row]:
    """The notifications that somebody finds."""
    return list(list_notifications(actor).rows)


def said_to(actor: Actor) -> list[str]:
    """What somebody's notifications say, in French."""
    return [sentence(row) for row in rows_of(actor)]


def shared_deal(cast: Cast, name: str = "Toiture") -> int:
    """A deal of Bob's that Alice, his head, may change."""
    return make_element("deal", cast.bob, name)


def test_who_is_given_an_activity_by_somebody_else_is_told(cast: Cast) -> None:
    draft = ActivityDraft(type="call", subject="Rappeler", elements=(shared_deal(cast),), responsible_id=cast.bob)
    create_activity(cast.actor("alice"), draft)
    assert run_jobs() == 1
    (row,) = rows_of(cast.actor("bob"))
    assert (row["kind"], row["person"], row["subject"], row["count"]) == ("assigned", "Alice Martin", "Rappeler", 1)
    assert rows_of(cast.actor("alice")) == []


def test_what_one_does_for_oneself_queues_nothing(cast: Cast) -> None:
    bob = cast.actor("bob")
    made, _gesture = create_activity(bob, ActivityDraft(type="call", subject="Rappeler", elements=(shared_deal(cast),)))
    complete_activities(bob, ids=[made])
    assert run_jobs() == 0


def test_many_activities_handed_over_are_one_message(cast: Cast) -> None:
    deal = shared_deal(cast)
    ids = [make_activity(cast.alice, deal, subject=f"Visite {n}") for n in range(300)]
    assign_activities(cast.actor("alice"), ids=ids, to=cast.bob)
    assert run_jobs() == 1
    bob = cast.actor("bob")
    (row,) = rows_of(bob)
    assert (row["count"], row["activity_id"]) == (300, None)
    assert sorted(activities_of(bob, notification=row)) == sorted(ids)
    page = sign_in(cast.bob).get(f"/notifications/{row['id']}/").content.decode()
    assert page.count("Visite ") == 300


def test_a_gesture_told_again_says_nothing_twice(cast: Cast) -> None:
    made = make_activity(cast.alice, shared_deal(cast))
    assign_activities(cast.actor("alice"), ids=[made], to=cast.bob)
    run_jobs()
    run_jobs()
    assert count_unread(cast.actor("bob")) == 1


def test_undoing_and_importing_are_no_news(cast: Cast) -> None:
    made = make_activity(cast.bob, shared_deal(cast))
    gesture = assign_activities(cast.actor("alice"), ids=[made], to=cast.alice).gesture
    assert gesture
    undo(cast.actor("alice"), gesture=gesture)
    assert run_jobs() == 0


def comment(actor: Actor, element_id: int, mentions: list[int], before: list[int] | None = None) -> UUID:
    """The journal's entry of a comment, as the timeline writes it."""
    gesture = new_gesture()
    old = None if before is None else {"element_id": element_id, "mentions": before}
    after = {"element_id": element_id, "activity_id": None, "mentions": mentions}
    record(actor, gesture, verb="create", noun="comment", entries=[(1, old, after)])
    return gesture


def test_who_is_mentioned_is_told_once_for_each_comment(cast: Cast) -> None:
    deal = shared_deal(cast)
    comment(cast.actor("bob"), deal, [cast.alice, cast.bob])
    comment(cast.actor("bob"), deal, [cast.alice, cast.root], before=[cast.alice])
    comment(cast.actor("bob"), deal, [])
    assert run_jobs() == 2
    assert [row["element_name"] for row in rows_of(cast.actor("alice"))] == ["Toiture"]
    assert len(rows_of(cast.actor("root"))) == 1
    assert rows_of(cast.actor("bob")) == []


def test_validators_are_asked_and_told_of_answers(cast: Cast) -> None:
    made = make_activity(cast.bob, shared_deal(cast), subject="Devis", type="document")
    for rank, user in enumerate((cast.alice, cast.root)):
        query = "INSERT INTO activities_validator (activity_id, user_id, rank, decision, reason) VALUES ({}, {}, {}, '', '')"
        execute(sql(query, made, user, rank))
    asked = {"validators": [{"user_id": cast.alice, "decision": ""}, {"user_id": cast.root, "decision": ""}]}
    record(cast.actor("bob"), uuid4(), verb="edit", noun="validator", entries=[(made, {"validators": []}, asked)])
    record(cast.actor("alice"), uuid4(), verb="answer", noun="validator", entries=[(made, asked, asked)])
    assert run_jobs() == 2
    assert [row["kind"] for row in rows_of(cast.actor("alice"))] == ["validation_asked"]
    assert {row["kind"] for row in rows_of(cast.actor("root"))} == {"validation_asked", "validation_answered"}
    assert [row["kind"] for row in rows_of(cast.actor("bob"))] == ["validation_answered"]


def test_what_one_may_no_longer_read_is_not_named(cast: Cast) -> None:
    deal = shared_deal(cast)
    make = make_activity(cast.alice, deal, subject="Secret")
    assign_activities(cast.actor("alice"), ids=[make], to=cast.bob)
    comment(cast.actor("alice"), deal, [cast.bob])
    run_jobs()
    assert len([text for text in said_to(cast.actor("bob")) if "Secret" in text or "Toiture" in text]) == 2
    execute(sql("UPDATE crm_element SET responsible_id = {} WHERE id = {}", cast.charlie, deal))
    assert [text for text in said_to(cast.actor("bob")) if "Secret" in text or "Toiture" in text] == []
    page = sign_in(cast.bob).get("/notifications/").content.decode()
    assert "Secret" not in page
    assert "Toiture" not in page


def remind_of(
    cast: Cast, responsible: int, *elements: int, participants: tuple[int, ...] = (), subject: str = "Rappeler"
) -> int:
    """An activity whose reminder has just come due."""
    made = make_activity(responsible, *elements, subject=subject, deadline_at=clock.now() + timedelta(minutes=30))
    for user in participants:
        execute(sql("INSERT INTO activities_participant (activity_id, user_id) VALUES ({}, {})", made, user))
    execute(sql("INSERT INTO activities_reminder (activity_id, minutes_before) VALUES ({}, 15)", made))
    return made


def in_an_hour() -> int:
    """Tell what is due in an hour; how many reminders."""
    return tell_due(clock.now() + timedelta(hours=1))


def test_reminders_due_together_are_one_message_for_each_person(cast: Cast) -> None:
    deal = shared_deal(cast)
    made = [remind_of(cast, cast.bob, deal, participants=(cast.alice,)) for _ in range(3)]
    alone = remind_of(cast, cast.alice, make_element("deal", cast.alice, "Hangar"))
    assert tell_due(clock.now()) == 0
    assert in_an_hour() == 4
    (bobs,), (alices,) = rows_of(cast.actor("bob")), rows_of(cast.actor("alice"))
    assert (bobs["count"], alices["count"]) == (3, 4)
    assert sorted(activities_of(cast.actor("alice"), notification=alices)) == sorted([*made, alone])
    assert in_an_hour() == 0
    assert count_unread(cast.actor("bob")) == 1


def test_reminders_are_quiet_for_what_is_closed_deleted_or_no_longer_readable(cast: Cast) -> None:
    bob, deal, lost = cast.actor("bob"), shared_deal(cast), shared_deal(cast)
    done, binned = remind_of(cast, cast.bob, deal), remind_of(cast, cast.bob, deal)
    remind_of(cast, cast.bob, lost)
    complete_activities(bob, ids=[done])
    delete_activities(bob, ids=[binned])
    execute(sql("UPDATE crm_element SET responsible_id = {} WHERE id = {}", cast.charlie, lost))
    in_an_hour()
    assert rows_of(bob) == []


def test_a_reminder_goes_to_no_one_who_has_left(cast: Cast) -> None:
    remind_of(cast, cast.bob, shared_deal(cast))
    execute(sql("UPDATE people_user SET is_active = false WHERE id = {}", cast.bob))
    assert in_an_hour() == 1
    assert fetch_all(Sql("SELECT 1 FROM notifications_notification")) == []


def test_a_reminder_that_is_postponed_comes_again(cast: Cast) -> None:
    made = remind_of(cast, cast.bob, shared_deal(cast))
    in_an_hour()
    edit_activities(cast.actor("bob"), ids=[made], changes=ActivityChanges(shift_days=2))
    assert in_an_hour() == 0
    assert tell_due(clock.now() + timedelta(days=3)) == 1
    assert count_unread(cast.actor("bob")) == 2


def test_opening_one_marks_it_and_leads_to_its_activity(cast: Cast) -> None:
    made = remind_of(cast, cast.bob, shared_deal(cast))
    in_an_hour()
    bob, client = cast.actor("bob"), sign_in(cast.bob)
    (row,) = rows_of(bob)
    assert ">1<" in client.get("/notifications/count/").content.decode()
    assert client.post(f"/notifications/{row['id']}/open/").headers["Location"] == f"/activities/{made}/"
    assert count_unread(bob) == 0
    assert ">1<" not in client.get("/notifications/count/").content.decode()


def test_all_are_marked_at_once_and_only_ones_own(cast: Cast) -> None:
    remind_of(cast, cast.bob, shared_deal(cast), participants=(cast.alice,))
    in_an_hour()
    assert sign_in(cast.bob).post("/notifications/read/").status_code == 302
    assert (count_unread(cast.actor("bob")), count_unread(cast.actor("alice"))) == (0, 1)
    (alices,) = rows_of(cast.actor("alice"))
    assert mark_read(cast.actor("bob"), ids=[alices["id"]]) == 0
    assert get_notification(cast.actor("alice"), id=alices["id"])["read_at"] is None


def test_pages_follow_one_another_without_gap(cast: Cast) -> None:
    execute(
        sql(
            """
            INSERT INTO notifications_notification (user_id, kind, at, moment)
            SELECT {}, 'assigned', now() - make_interval(mins => n / 3), gen_random_uuid() FROM generate_series(1, 100) n
            """,
            cast.bob,
        )
    )
    bob, seen, cursor = cast.actor("bob"), [], ""
    while True:
        page = list_notifications(bob, cursor=cursor)
        seen += [row["id"] for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert len(seen) == len(set(seen)) == 100
    assert sign_in(cast.bob).get("/notifications/").status_code == 200


def test_an_element_in_the_bin_is_not_named(cast: Cast) -> None:
    deal = shared_deal(cast)
    comment(cast.actor("alice"), deal, [cast.bob])
    run_jobs()
    delete_element(deal)
    assert [text for text in said_to(cast.actor("bob")) if "Toiture" in text] == []


def test_nobody_is_told_who_is_unknown(cast: Cast) -> None:
    stranger = make_user("Inès", "Partie", cast.sales)
    execute(sql("UPDATE people_user SET is_active = false WHERE id = {}", stranger))
    comment(cast.actor("alice"), shared_deal(cast), [stranger, 999_999])
    run_jobs()
    assert fetch_all(Sql("SELECT 1 FROM notifications_notification")) == []
