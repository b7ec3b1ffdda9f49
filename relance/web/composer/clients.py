"""Whom an activity on an element is most likely with."""

from __future__ import annotations

from dataclasses import dataclass, field

from relance.crm.queries import list_contact_points
from relance.crm.terms import ElementDetail, ElementRef, Kind
from relance.kit.actor import Actor
from relance.web.activities.fields import client_value

# By which way one reaches the client: the type's code → the kind of contact point.
WAYS = {"call": "phone", "email": "email"}


@dataclass(frozen=True, slots=True)
class LikelyClient:
    """The contact or company that a form starts with, as its picker says it: `names` by value, and its kind."""

    kind: str = ""
    names: dict[str, str] = field(default_factory=dict)
    by_type: dict[str, str] = field(default_factory=dict)

    def value_for(self, code: str) -> list[str]:
        """The client with the phone or address that fits the type."""
        value = self.by_type.get(code) or self.by_type.get("")
        return [value] if value else []


def likely_client(actor: Actor, element: ElementDetail) -> LikelyClient:
    """The contact or company that the element is, or the first linked one that the reader may read."""
    found = _client(element)
    if found is None:
        return LikelyClient()
    client_id, kind, name = found
    first: dict[str, str] = {}
    for point in list_contact_points(actor, ids=[client_id]):
        first.setdefault(point["kind"], point["raw"])
    by_type = {code: client_value(client_id, first.get(way, "")) for code, way in WAYS.items()} | {"": str(client_id)}
    names = {value: _name(name, value) for value in by_type.values()}
    return LikelyClient(kind, names, by_type)


def _client(element: ElementDetail) -> tuple[int, str, str] | None:
    if element.kind in {Kind.CONTACT, Kind.COMPANY}:
        return element.id, element.kind, element.name
    linked: list[ElementRef | None] = [*element.contacts, *element.companies]
    return next(((ref.id, ref.kind, ref.name) for ref in linked if ref is not None), None)


def _name(name: str, value: str) -> str:
    address = value.partition(":")[2]
    return f"{name} · {address}" if address else name
