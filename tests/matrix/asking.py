"""Every address that a curious person can think of, in every way that it can be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from relance.activities.listing import COLUMNS
from relance.activities.terms import STANDARD_FILTERS
from relance.crm.queries import list_columns, list_stages
from relance.crm.terms import FIELD_NAMES
from relance.kit.sql import Sql, fetch_column
from tests.matrix.lines import patterns
from tests.matrix.unheard import GONE, HIDDEN, KINDS, Secrets, numbers

Ask = tuple[str, dict[str, Any]]
UNKNOWN = 999_999_999_999
# What one types in order to find out: the words, their beginnings, patterns.
TYPED = (HIDDEN, HIDDEN[:3], HIDDEN.upper(), f"{HIDDEN} c", "secret.example", GONE, GONE[:3], "", "%", "_", "x%", "'")
LISTINGS = ("activities", "leads", "deals", "contacts", "companies")


def pages(made: Secrets) -> Iterator[str]:
    """Everything that can be read."""
    yield from _lists()
    yield from _activities(made)
    for kind in KINDS:
        yield from _elements(made, kind)
    yield from _timelines(made)
    for picker in ("elements", "clients", "companies", "contacts", "people"):
        for text in TYPED:
            yield _address(f"pick-{picker}", q=text)
    yield from (_address("list-columns", listing) for listing in LISTINGS)
    for name in ("filters", "filter-new", "filter-counts", "filter-build"):
        yield from (_address(name, listing) for listing in LISTINGS)
    notifications = fetch_column(Sql("SELECT id FROM notifications_notification ORDER BY id"))
    yield from (_address("notification-detail", notification_id) for notification_id in notifications)
    for file_id in made.files:
        yield _address("file-download", file_id)
        yield _address("file-download", file_id) + "?view"
    plain = (
        "notification-list",
        "activity-counts",
        "activity-counters",
        "activity-types",
        "profile",
        "home",
        "help-keys",
    )
    yield from (_address(name) for name in plain)


def forms(made: Secrets) -> Iterator[Ask]:
    """Everything that can be done, over everything at once and over each alone."""
    every = [str(i) for i in made.activities]
    parameters: dict[str, dict[str, Any]] = {
        "assign": {"to": made.cast.bob},
        "complete": {},
        "delete": {},
        "edit": {"priority": 3, "add_participants": [made.cast.charlie]},
        "postpone": {"day": "2033-01-05"},
        "reopen": {},
    }
    for name, more in parameters.items():
        for ids in (every, *([i] for i in every[:8])):
            yield _address("bulk-gesture", name), {"ids": ids, **more}
        yield _address("bulk-gesture", name), {"all": "1", "filter": "open", **more}
    yield from (_form_of_gesture(made, kind, name) for kind in KINDS for name in ("assign", "delete"))
    plan = {"type": "call", "subject": "{company} {deal}", "deadline_day": "2033-01-05"}
    yield _address("element-gesture", "deal", "plan"), {"ids": made.elements["deal"], **plan}
    yield from ((_address("undo", gesture), {}) for gesture in made.gestures)
    yield from _written(made)
    yield from _of_files(made)
    yield from _commented(made)


def _of_files(made: Secrets) -> Iterator[Ask]:
    """Files removed, and attached to what is one's own: somebody else's, those of something else, those that wait."""
    for file_id in made.files:
        yield _address("file-remove", file_id), {}
        yield _address("element-files", made.bobs_deal), {"files": [file_id]}
    yield _address("activity-files", made.activities[0]), {"files": made.files}


def _timelines(made: Secrets) -> Iterator[str]:
    for kind in KINDS:
        for number in numbers(kind):
            yield _address("element-history", kind, number, rolled="1")
            yield _address("element-detail", kind, number, rolled="1", q=HIDDEN[:4])
        yield from (_address("pick-mentions", element=element_id) for element_id in made.elements[kind])
    yield from (_address("pick-mentions", activity=activity_id) for activity_id in made.activities[:6])
    yield from (_address("comment-edit", comment_id) for comment_id in (*made.comments, UNKNOWN))


def _commented(made: Secrets) -> Iterator[Ask]:
    """Comments, with mentions of who may not read them, and pins of what is not there."""
    for comment_id in made.comments:
        yield _address("comment-edit", comment_id), {"text": "Autre"}
        yield _address("comment-delete", comment_id), {}
    for kind in KINDS:
        for number in numbers(kind):
            yield _address("element-comment", kind, number), {"text": "@Charlie Roux @Bob Petit"}
            yield _address("element-pin", kind, number), {"comment": made.comments[0]}
    for activity_id in made.activities[:6]:
        yield _address("activity-comment", activity_id), {"text": "@Charlie Roux"}


def _form_of_gesture(made: Secrets, kind: str, name: str) -> Ask:
    said = {"ids": [i for ids in made.elements.values() for i in ids], "to": made.cast.alice, "sure": "1"}
    return _address("element-gesture", kind, name), said


def _written(made: Secrets) -> Iterator[Ask]:
    """New and edited rows that name what one may not see, and an edit that is too late."""
    new = {"type": "call", "subject": "Neuve", "responsible": made.cast.bob, "priority": 2}
    for ids in made.elements.values():
        for element_id in ids:
            yield _address("activity-new"), {**new, "elements": [element_id]}
            yield _address("activity-new"), {**new, "elements": [made.bobs_deal, element_id], "clients": [element_id]}
    for activity_id in made.activities[:8]:
        tied = {"elements": [made.bobs_deal, made.charlies_company], "clients": [made.charlies_company], "version": 0}
        yield _address("activity-edit", activity_id), {**new, **tied, "participants": [made.cast.charlie]}
    stage = list_stages("deal")[0].id
    deal = {"name": "Toit", "stage_id": stage, "currency": "EUR", "responsible_id": made.cast.bob, "version": 1}
    for number in numbers("deal"):
        for company in ("", made.charlies_company):
            yield (
                _address("element-edit", "deal", number),
                {**deal, "company_id": company, "initial-company_id": UNKNOWN},
            )


def _lists() -> Iterator[str]:
    sorts = [key for key, column in COLUMNS.items() if column.order]
    for standard in STANDARD_FILTERS:
        yield _address("activity-list", filter=standard.code)
    for half in ("open", "completed"):
        for sort in (*sorts, *(f"-{key}" for key in sorts)):
            yield _address("activity-list", filter=half, sort=sort)
    for kind in KINDS:
        keys = [key for key, column in list_columns(kind).items() if column.order]
        for sort in ("", *keys):
            yield _address("element-list", kind, sort=sort)
        for responsible in ("me", "colleagues", "below", "subordinates"):
            yield _address("element-list", kind, responsible=responsible)
        yield _address("element-total", kind)


def _activities(made: Secrets) -> Iterator[str]:
    for activity_id in (*made.activities[:9], *made.activities[-6:], UNKNOWN):
        for name in _names("<row:activity_id>"):
            yield _address(name, activity_id)
        yield _address("activity-new", copy=activity_id)
        yield _address("activity-list", open=activity_id)
        for name in ("assign", "postpone", "delete"):
            yield _address("bulk-gesture", name, ids=activity_id)


def _elements(made: Secrets, kind: str) -> Iterator[str]:
    for number in (*numbers(kind), UNKNOWN):
        for name in _names("<number:number>"):
            yield from (_address(name, kind, number, *more) for more in _parts(name))
        yield _address("element-detail", kind, number, open=made.activities[0])
    yield _address("element-new", kind)
    for element_id in made.elements[kind]:
        yield _address("activity-new", element=element_id)
        yield _address("element-files", element_id)
        yield _address("element-gesture", kind, "assign", ids=element_id)
        yield _address("element-list", kind, person=made.cast.charlie)


def _names(argument: str) -> list[str]:
    """Every address of one row, whoever has added it."""
    return [name for name, pattern in patterns().items() if argument in pattern]


def _parts(name: str) -> list[tuple[str, ...]]:
    """What the address of an element's part names beside the element: a field, or whom it is linked to."""
    pattern = patterns()[name]
    if "<slug:key>" in pattern:
        return [(key,) for key in (*FIELD_NAMES, "nothing")]
    if "<slug:role>" in pattern:
        return [(role,) for role in ("company", "companies", "contacts", "deals", "nothing")]
    return [()]


def _address(name: str, *arguments: object, **query: object) -> str:
    text = urlencode({key: value for key, value in query.items() if value != ""})
    return reverse(name, args=arguments) + (f"?{text}" if text else "")
