"""What the panel and the page of one activity show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relance.activities.queries import ActivityDetail, get_activity, list_history, list_validations
from relance.activities.terms import DOCUMENT, Decision, Direction, Hue, Priority
from relance.kit.actor import Actor
from relance.kit.markup import render as render_markdown
from relance.kit.sql import Row
from relance.people.queries import get_people
from relance.web import marks
from relance.web.activities import dates
from relance.web.activities.cells import due_markup, reference
from relance.web.activities.dates import Viewer
from relance.web.activities.reminders import offset_text
from relance.web.files.rows import rows_of_activity
from relance.web.timeline.forms import blank_form
from relance.web.timeline.history import comments_context

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SHOWN_HISTORY = 30
# The columns that say when an activity is to be done, in the journal.
_TIMES = {"deadline_at", "deadline_on", "start_at", "end_at", "start_on", "end_on"}
# What the history says of a person, and to the reader himself: in French the verb follows.
_SENTENCES: dict[str, tuple[StrPromise, StrPromise]] = {
    "assign": (gettext_lazy("assigned it to %(person)s"), pgettext_lazy("you", "assigned it to %(person)s")),
    "bind": (gettext_lazy("changed its elements"), pgettext_lazy("you", "changed its elements")),
    "complete": (gettext_lazy("completed it"), pgettext_lazy("you", "completed it")),
    "create": (gettext_lazy("created the activity"), pgettext_lazy("you", "created the activity")),
    "delete": (gettext_lazy("deleted it"), pgettext_lazy("you", "deleted it")),
    "edit": (gettext_lazy("edited it"), pgettext_lazy("you", "edited it")),
    "postpone": (gettext_lazy("postponed it"), pgettext_lazy("you", "postponed it")),
    "reopen": (gettext_lazy("reopened it"), pgettext_lazy("you", "reopened it")),
    "reschedule": (gettext_lazy("changed the deadline"), pgettext_lazy("you", "changed the deadline")),
    "restore": (gettext_lazy("restored it"), pgettext_lazy("you", "restored it")),
    "unbind": (gettext_lazy("changed its elements"), pgettext_lazy("you", "changed its elements")),
    "undo": (gettext_lazy("undid a change"), pgettext_lazy("you", "undid a change")),
}


def detail_context(actor: Actor, activity_id: int, viewer: Viewer) -> dict[str, Any]:
    """The activity, ready to be written down.

    Raises:
        NotFound: it does not exist, or the actor may not read it.
    """
    activity = get_activity(actor, id=activity_id)
    fields = activity.fields
    return {
        "activity": activity,
        "fields": fields,
        "due": due_markup(dates.due_of(fields, viewer)),
        "due_whole": _due_whole(fields, viewer),
        "description": render_markdown(fields["description"]),
        "slot": dates.slot_text(fields, viewer),
        "people": {
            "responsible": marks.person(fields["responsible_name"], fields["responsible_id"]),
            "author": marks.person(fields["author_name"], fields["author_id"]),
            "completed_by": marks.person(fields["completed_by_name"], fields["completed_by_id"]),
        },
        "participants": [marks.person(row["name"], row["id"]) for row in activity.participants],
        "reminders": [offset_text(minutes) for minutes in activity.reminders],
        "clients": [(reference(c["kind"], c["number"], c["name"]), c["address"]) for c in activity.clients],
        "bindings": [(reference(b.kind, b.number, b.name), b.is_main) for b in activity.bindings],
        "priority": None if fields["priority"] == Priority.NORMAL else Priority(fields["priority"]),
        "colour": marks.colour(fields["colour"], Hue(fields["colour"]).label) if fields["colour"] else "",
        "direction": Direction(fields["direction"]).label if fields["direction"] else "",
        "outcome": fields["outcome_name"],
        "outcomes": [(outcome.code, outcome.name) for outcome in activity.outcomes],
        "rights": _rights(activity),
        **_validations(actor, activity, viewer),
        "files": rows_of_activity(activity.files, viewer),
        "history": _history(actor, activity, viewer),
        **comments_context(actor, activity_id, viewer),
        **blank_form(),
    }


def is_document(activity: ActivityDetail) -> bool:
    """Whether it is a document to validate."""
    return bool(activity.fields["type"] == DOCUMENT)


def _validations(actor: Actor, activity: ActivityDetail, viewer: Viewer) -> dict[str, Any]:
    """Who was asked, what each answered and when; whether the reader is to answer."""
    rows = list_validations(actor, [activity.id]) if is_document(activity) else []
    answers = [
        {
            "person": marks.person(row["name"], row["user_id"]),
            "decision": row["decision"],
            "word": Decision(row["decision"]).label if row["decision"] else _("Has not answered"),
            "reason": row["reason"],
            "at": dates.instant_text(row["decided_at"], viewer) if row["decided_at"] else "",
            "whole": dates.instant_whole(row["decided_at"], viewer) if row["decided_at"] else "",
            "iso": row["decided_at"].isoformat(timespec="minutes") if row["decided_at"] else "",
        }
        for row in rows
    ]
    asked = any(row["user_id"] == actor.user_id and not row["decision"] for row in rows)
    return {"validations": answers, "may_answer": asked and not activity.fields["is_completed"]}


def value_text(actor: Actor, column: str, value: object, viewer: Viewer) -> str:
    """A column's value in words, to set two of them side by side."""
    if value is None or value == "":
        return "—"
    if isinstance(value, datetime):
        return dates.instant_whole(value, viewer)
    if isinstance(value, date):
        return dates.day_whole(value, viewer)
    if column == "responsible_id":
        return _name(int(str(value)), _names(actor, {int(str(value))}))
    words: dict[str, Any] = {
        "priority": lambda: Priority(int(str(value))).label,
        "direction": lambda: Direction(str(value)).label,
        "colour": lambda: Hue(str(value)).label,
        "is_incoming": lambda: _("Yes") if value else _("No"),
    }
    return str(words[column]()) if column in words else str(value)


def _due_whole(fields: Row, viewer: Viewer) -> str:
    """Beside words such as "overdue by 2 d": the day itself."""
    due = dates.due_of(fields, viewer)
    return due.title if due.when in {"late", "today", "waiting"} else ""


def _rights(activity: ActivityDetail) -> str:
    if not activity.can_edit:
        return activity.reasons["edit"]
    if all(binding.number is not None for binding in activity.bindings):
        return ""
    return _("You may change it through one of its elements; others are not accessible to you.")


def _history(actor: Actor, activity: ActivityDetail, viewer: Viewer) -> list[dict[str, Any]]:
    entries = list(reversed(list_history(activity)))[:SHOWN_HISTORY]
    people = _names(actor, _people_of(entries), activity.fields)
    return [
        {
            "who": _who(entry, actor, people),
            "person_id": entry["actor_id"],
            "name": _name(entry["actor_id"], people),
            "text": _sentence(entry, actor, people),
            "at": dates.instant_text(entry["at"], viewer),
            "whole": dates.instant_whole(entry["at"], viewer),
            "iso": entry["at"].isoformat(timespec="minutes"),
        }
        for entry in entries
    ]


def _people_of(entries: Sequence[Row]) -> set[int]:
    found = {entry["actor_id"] for entry in entries}
    for entry in entries:
        for side in (entry["before"] or {}, entry["after"] or {}):
            found.add(side.get("responsible_id"))
    return {person_id for person_id in found if person_id}


def _names(actor: Actor, ids: set[int], fields: Mapping[str, Any] | None = None) -> dict[int, str]:
    """The names of people; only those are asked for whom neither the reader nor the activity names already."""
    names = {actor.user_id: actor.name}
    if fields:
        names |= {fields["responsible_id"]: fields["responsible_name"], fields["author_id"]: fields["author_name"]}
    others = get_people(actor, ids=sorted(ids - names.keys()))
    return names | {person_id: other.name for person_id, other in others.items()}


def _who(entry: Row, actor: Actor, people: Mapping[int, str]) -> str:
    return _("You") if entry["actor_id"] == actor.user_id else _name(entry["actor_id"], people)


def _name(person_id: int | None, people: Mapping[int, str]) -> str:
    return people[person_id] if person_id and person_id in people else _("Relance")


def _sentence(entry: Row, actor: Actor, people: Mapping[int, str]) -> str:
    before, after = entry["before"] or {}, entry["after"] or {}
    kind = entry["verb"]
    if after.get("responsible_id") and "responsible_id" in before:
        kind = "assign"
    elif before.keys() & _TIMES and not before.keys() - _TIMES - {"is_incoming", "version"}:
        kind = "reschedule"
    said, said_to_you = _SENTENCES.get(kind, _SENTENCES["edit"])
    sentence = str(said_to_you if entry["actor_id"] == actor.user_id else said)
    return sentence % {"person": _name(after["responsible_id"], people)} if kind == "assign" else sentence
