"""Whom an activity on an element is most likely with."""

from __future__ import annotations

from relance.crm.queries import list_contact_points
from relance.crm.terms import ElementDetail, ElementRef, Kind
from relance.kit.actor import Actor
from relance.web.activities.fields import client_value

# By which way one reaches the client: the type's code → the kind of contact point.
WAYS = {"call": "phone", "email": "email"}


def client_of(element: ElementDetail) -> int | None:
    """The contact or company that the element is, or its first one that the reader may read."""
    if element.kind in {Kind.CONTACT, Kind.COMPANY}:
        return element.id
    linked: list[ElementRef | None] = [*element.contacts, *element.companies]
    return next((ref.id for ref in linked if ref is not None), None)


def default_clients(actor: Actor, element: ElementDetail) -> dict[str, list[str]]:
    """The client that the form of each type starts with, as its picker says it; under "" that of all others."""
    client = client_of(element)
    if client is None:
        return {"": []}
    points = list_contact_points(actor, ids=[client])
    first: dict[str, str] = {}
    for point in points:
        first.setdefault(point["kind"], point["raw"])
    return {"": [str(client)]} | {code: [client_value(client, first.get(kind, ""))] for code, kind in WAYS.items()}
