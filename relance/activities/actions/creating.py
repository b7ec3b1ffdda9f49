"""Making activities: one from a form, many from an import or for a selection of deals."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4, uuid5

import holidays
from django.db import transaction
from django.utils.translation import gettext as _

from relance.activities.actions.asking import asked, insert_validators
from relance.activities.actions.attaching import check_pending, give_files
from relance.activities.actions.relating import check_clients, insert_bindings, insert_clients, insert_participants
from relance.activities.actions.reminding import check_reminders, insert_reminders
from relance.activities.actions.validating import check_fields, missing_fields
from relance.activities.catalog import TypeView, types_by_code
from relance.activities.judging import elements_read_by, readable_elements
from relance.activities.terms import DOCUMENT, MOST_BINDINGS, ActivityDraft
from relance.journal.actions import new_gesture, record_created
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, RelanceError
from relance.kit.outcome import Outcome, Refusal
from relance.kit.sql import Row, fetch_all, join, name, sql
from relance.people.queries import build_actors

WORKING_DAYS_AHEAD = 3
# What a draft gives as it is; the other columns are derived from it.
_COLUMNS = (
    "subject", "description", "deadline_at", "deadline_on", "start_at", "end_at", "start_on", "end_on", "is_incoming",
    "direction", "priority", "place", "colour", "origin", "origin_id", "completed_at", "outcome", "note",
)  # fmt: skip
_DERIVED = (
    "type_id",
    "responsible_id",
    "author_id",
    "creation_key",
    "is_completed",
    "completed_by_id",
    "updated_by_id",
)


_CLOSED = holidays.country_holidays("FR")


def is_working_day(day: date) -> bool:
    """Monday to Friday less the company's holidays, the French ones (product.md section 3)."""
    return day.weekday() < 5 and day not in _CLOSED


def default_deadline(actor: Actor, view: TypeView | None = None) -> datetime:
    """Three working days on, or as many as the type says, rounded up to the full hour, in the actor's zone
    (product.md section 3)."""
    ahead = view.default_deadline_days if view and view.default_deadline_days is not None else WORKING_DAYS_AHEAD
    local = clock.now().astimezone(actor.time_zone)
    if local.time() != time(local.hour):
        local = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    day = local.date()
    for _step in range(ahead):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return datetime.combine(day, local.timetz().replace(tzinfo=None), tzinfo=actor.time_zone)


def create_activity(
    actor: Actor, draft: ActivityDraft, *, types: Mapping[str, TypeView] | None = None
) -> tuple[int, UUID | None]:
    """Make one activity; its id and gesture. A creation key seen before gives the activity made then, and no gesture.

    `types` are all of them by code, where the caller has just read them.

    Raises:
        Invalid: a field that cannot be taken.
        Forbidden: no *update* on the main element.
    """
    outcome, errors = _create(actor, [draft], types)
    if errors:
        raise errors[0]
    return (outcome.done or outcome.unchanged)[0], outcome.gesture


def create_activities(actor: Actor, drafts: Sequence[ActivityDraft]) -> Outcome:
    """Make many activities in one gesture. A refusal's id is the place of its draft, from 0.

    A draft whose creation key is known already counts as unchanged.
    """
    return _create(actor, drafts)[0]


def plan_for_deals(
    actor: Actor,
    *,
    ids: Sequence[int],
    type: str,
    subject: str,
    deadline_at: datetime | None = None,
    deadline_on: date | None = None,
    creation_key: UUID | None = None,
) -> Outcome:
    """Plan one activity for each deal, its responsible the deal's. `{company}` and `{deal}` in the subject are filled
    in for each: a deal without a company (or with one that the actor may not read) gives its own name.

    Done are the new activities' ids, refused the deals'. The same `creation_key` again makes none for the same deals.

    Raises:
        Invalid: an unknown type, no subject.
    """
    check_fields({"subject": subject})
    deals = _deals(actor, ids)
    drafts = [
        ActivityDraft(
            type=type,
            subject=_fill(subject, deal),
            elements=(deal["id"],),
            responsible_id=deal["responsible_id"],
            deadline_at=deadline_at,
            deadline_on=deadline_on,
            creation_key=creation_key and uuid5(creation_key, str(deal["id"])),
        )
        for deal in deals
    ]
    made = create_activities(actor, drafts)
    known = {deal["id"] for deal in deals}
    hidden = [Refusal(i, _("This deal does not exist."), is_hidden=True) for i in ids if i not in known]
    refused = [Refusal(deals[refusal.id]["id"], refusal.reason) for refusal in made.refused]
    return Outcome(made.done, made.unchanged, [*hidden, *refused], made.gesture)


@transaction.atomic
def _create(
    actor: Actor, drafts: Sequence[ActivityDraft], types: Mapping[str, TypeView] | None = None
) -> tuple[Outcome, list[RelanceError]]:
    return create_within(actor, new_gesture(), drafts, types)


def create_within(
    actor: Actor, gesture: UUID, drafts: Sequence[ActivityDraft], types: Mapping[str, TypeView] | None = None
) -> tuple[Outcome, list[RelanceError]]:
    """Make activities as a part of a gesture; the errors are those of the refused drafts, in the same order.

    The caller has opened the transaction. A refusal's id is the place of its draft, from 0.
    """
    known = _already_made(drafts)
    checks = _Checks(actor, drafts, types or types_by_code())
    rows: list[dict[str, object]] = []
    made: list[ActivityDraft] = []
    refused: list[Refusal] = []
    errors: list[RelanceError] = []
    for place, draft in enumerate(drafts):
        if draft.creation_key and draft.creation_key in known:
            continue
        try:
            rows.append(checks.row_of(draft))
            made.append(draft)
        except (Invalid, Forbidden) as error:
            refused.append(Refusal(place, str(error)))
            errors.append(error)
    ids = _insert(rows)
    _tie(ids, made)
    for activity_id, draft in zip(ids, made, strict=True):
        if draft.files:
            give_files(actor, gesture, draft.files, activity_id=activity_id)
    _journal(actor, gesture, ids, made)
    return Outcome(ids, sorted(known.values()), refused, gesture if ids else None), errors


class _Checks:
    """All that must be known to judge drafts, read once for all of them."""

    def __init__(self, actor: Actor, drafts: Sequence[ActivityDraft], types: Mapping[str, TypeView]) -> None:
        self.actor, self.types = actor, types
        self.elements = readable_elements(actor, _every_element(drafts))
        others = {i for draft in drafts for i in self._people_of(draft)} - {actor.user_id}
        self.people = build_actors(sorted(others)) if others else {}
        if actor.recorded_id:
            self.people[actor.user_id] = actor
        self.read_by = self._reading(drafts)

    def row_of(self, draft: ActivityDraft) -> dict[str, object]:
        """The values of the new row.

        Raises:
            Invalid, Forbidden: why it may not be made.
        """
        values = {column: getattr(draft, column) for column in _COLUMNS}
        values["subject"] = draft.subject.strip()
        check_fields(values)
        if draft.type not in self.types:
            raise Invalid({"type": _("This type of activity does not exist.")})
        view = self.types[draft.type]
        self._check_type(draft, view)
        if view.default_duration_minutes and draft.start_at and not draft.end_at and not draft.origin:
            values["end_at"] = draft.start_at + timedelta(minutes=view.default_duration_minutes)
        # What was done already is history: it is taken as it was, but for how a person says that it ended.
        given = {**values, "clients": draft.clients, "participants": draft.participants}
        is_completed = draft.completed_at is not None
        if not (is_completed and draft.origin) and (missing := missing_fields(view, given, at_end=is_completed)):
            raise Invalid(missing)
        if draft.is_incoming and (draft.deadline_at or draft.deadline_on or draft.start_at or draft.start_on):
            raise Invalid({"is_incoming": _("An incoming activity waits: it has no deadline and no time slot.")})
        self._check_elements(draft)
        self._check_people(draft)
        check_clients(draft.clients, self.elements)
        check_reminders(draft.reminders)
        check_pending(self.actor, draft.files)
        responsible = self._responsible_of(draft)
        # An import does not know who completed it; a person who writes it down says that it was he.
        completed_by = responsible if draft.origin else self.actor.recorded_id or responsible
        return {
            **values,
            "created_at": draft.created_at,
            "type_id": view.id,
            "responsible_id": responsible,
            "author_id": self.actor.recorded_id or responsible,
            "creation_key": draft.creation_key or uuid4(),
            "is_completed": is_completed,
            "completed_by_id": completed_by if is_completed else None,
            "updated_by_id": self.actor.recorded_id,
        }

    def _check_type(self, draft: ActivityDraft, view: TypeView) -> None:
        """A type that is switched off makes nothing new, but for an import; a document needs who validates it."""
        if not view.is_active and not draft.origin:
            raise Invalid({"type": _("This type of activity is switched off.")})
        if view.code != DOCUMENT and draft.validators:
            raise Invalid({"validators": _("Only a document validation has validators.")})
        if view.code == DOCUMENT and not draft.validators and not draft.origin:
            raise Invalid({"validators": _("Name at least one person who is to validate the document.")})
        if draft.completed_at and not draft.origin and view.code == DOCUMENT:
            raise Invalid({"type": _("A document is validated by those who are asked; it cannot be done already.")})
        if draft.outcome and not draft.origin and draft.outcome not in {known.code for known in view.outcomes}:
            raise Invalid({"outcome": _("This outcome is not known.")})

    def _responsible_of(self, draft: ActivityDraft) -> int:
        """Of a document validation, the first who is asked."""
        return draft.validators[0] if draft.validators else draft.responsible_id or self.actor.user_id

    def _check_elements(self, draft: ActivityDraft) -> None:
        if not draft.elements:
            raise Invalid({"elements": _("An activity is bound to at least one element.")})
        if len(set(draft.elements)) > MOST_BINDINGS:
            most = {"most": MOST_BINDINGS}
            raise Invalid({"elements": _("An activity is bound to at most %(most)d elements.") % most})
        if any(element_id not in self.elements for element_id in draft.elements):
            raise Invalid({"elements": _("This element does not exist.")})
        if not self.elements[draft.elements[0]]["can_update"]:
            raise Forbidden(_("You need the right to update the main element in order to plan an activity for it."))

    def _check_people(self, draft: ActivityDraft) -> None:
        for user_id in self._people_of(draft):
            field = "participants" if user_id in draft.participants else "responsible_id"
            field = "validators" if user_id in draft.validators else field
            if user_id not in self.people:
                raise Invalid({field: _("This person is unknown or has left.")})
            if not self.read_by[user_id] & set(draft.elements):
                text = _("%(name)s may not read any of this activity's elements.")
                raise Invalid({field: text % {"name": self.people[user_id].name}})

    def _people_of(self, draft: ActivityDraft) -> list[int]:
        return list(dict.fromkeys([self._responsible_of(draft), *draft.participants, *draft.validators]))

    def _reading(self, drafts: Sequence[ActivityDraft]) -> Mapping[int, set[int]]:
        wanted: dict[int, set[int]] = defaultdict(set)
        for draft in drafts:
            for user_id in self._people_of(draft):
                wanted[user_id] |= set(draft.elements) & set(self.elements)
        return {
            user_id: ids if user_id == self.actor.user_id else elements_read_by(self.people[user_id], ids)
            for user_id, ids in wanted.items()
            if user_id in self.people
        }


def _every_element(drafts: Iterable[ActivityDraft]) -> set[int]:
    return {i for draft in drafts for i in (*draft.elements, *(element_id for element_id, _address in draft.clients))}


def _already_made(drafts: Sequence[ActivityDraft]) -> dict[UUID, int]:
    keys = [draft.creation_key for draft in drafts if draft.creation_key]
    if not keys:
        return {}
    query = sql("SELECT id, creation_key FROM activities_activity WHERE creation_key = ANY({})", keys)
    return {row["creation_key"]: row["id"] for row in fetch_all(query)}


def _insert(rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert the rows in one statement; their ids, in the same order."""
    if not rows:
        return []
    columns = [name(column) for column in (*_COLUMNS, *_DERIVED)]
    inserted = fetch_all(
        sql(
            """
            INSERT INTO activities_activity ({}, created_at, updated_at)
            SELECT {}, coalesce(r.created_at, r.completed_at, now()), now()
            FROM jsonb_populate_recordset(NULL::activities_activity, {}::jsonb) r
            RETURNING id, creation_key
            """,
            join(", ", columns),
            join(", ", [sql("r.{}", column) for column in columns]),
            json.dumps(list(rows), default=str),
        )
    )
    by_key = {row["creation_key"]: row["id"] for row in inserted}
    return [by_key[row["creation_key"]] for row in rows]


def _tie(ids: Sequence[int], drafts: Sequence[ActivityDraft]) -> None:
    """Bind the new activities, and give them their participants and clients."""
    pairs = list(zip(ids, drafts, strict=True))
    insert_bindings(
        (activity_id, element_id, place == 0)
        for activity_id, draft in pairs
        for place, element_id in enumerate(dict.fromkeys(draft.elements))
    )
    insert_participants({activity_id: set(draft.participants) for activity_id, draft in pairs if draft.participants})
    insert_validators({i: asked(draft.validators) for i, draft in pairs if draft.validators})
    insert_clients({activity_id: list(dict(draft.clients).items()) for activity_id, draft in pairs if draft.clients})
    insert_reminders({activity_id: draft.reminders for activity_id, draft in pairs if draft.reminders})


def _journal(actor: Actor, gesture: UUID, ids: Sequence[int], drafts: Sequence[ActivityDraft]) -> None:
    ties = {
        activity_id: {
            "elements": list(draft.elements),
            "participants": list(draft.participants),
            **({"validators": list(draft.validators)} if draft.validators else {}),
            **({"reminders": sorted(set(draft.reminders))} if draft.reminders else {}),
        }
        for activity_id, draft in zip(ids, drafts, strict=True)
    }
    record_created(actor, gesture, noun="activity", table="activities_activity", ids=ids, extra=ties)


def _deals(actor: Actor, ids: Sequence[int]) -> list[Row]:
    """The deals that the actor may read, with the name of the company where he may read it too."""
    deals = readable_elements(actor, ids)
    links = fetch_all(sql("SELECT element_id, company_id FROM crm_deal WHERE element_id = ANY({})", list(deals)))
    companies = {row["element_id"]: row["company_id"] for row in links}
    names = readable_elements(actor, {i for i in companies.values() if i})
    found = [deals[i] for i in dict.fromkeys(ids) if i in deals and i in companies]
    for deal in found:
        company = names.get(companies[deal["id"]])
        deal["company"] = company["name"] if company else deal["name"]
    return found


def _fill(subject: str, deal: Row) -> str:
    return subject.replace("{company}", deal["company"]).replace("{deal}", deal["name"])
