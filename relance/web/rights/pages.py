"""What the two views of levels show: one kind of element with the roles as columns, and one role with all kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from relance.access.queries import (
    Effect,
    assignment_words,
    get_settings,
    grants_of,
    list_assignments,
    list_roles,
    role_name,
)
from relance.access.terms import KINDS, Verb
from relance.crm.terms import KIND_PLURALS, Kind
from relance.kit.actor import Actor
from relance.kit.sql import Row
from relance.web.activities.fields import is_id
from relance.web.lists.headings import address
from relance.web.rights.grid import Cells, Key, Place, list_places
from relance.web.rights.words import LEGEND, LEVELS, on_activities


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the levels is asked for: a role (then all kinds), or a kind, a place in it and the roles to show."""

    kind: str = Kind.LEAD
    place: str = ""
    roles: tuple[int, ...] | None = None
    role: int | None = None

    @classmethod
    def read(cls, data: Any) -> Shown:  # noqa: ANN401 - a QueryDict
        """Out of an address or a form; what is unknown falls back to the beginning."""
        kind, role = data.get("kind", ""), data.get("role", "")
        roles = tuple(int(one) for one in data.getlist("roles") if is_id(one))
        return cls(
            kind=kind if kind in KINDS else Kind.LEAD,
            place=data.get("place", ""),
            roles=roles if "roles" in data else None,
            role=int(role) if is_id(role) else None,
        )

    def address(self, **changes: str) -> str:
        """Where this is shown, or the same with something else asked for."""
        if self.role:
            return address(reverse("rights-role", args=[self.role]), changes)
        query = {"kind": self.kind, "place": self.place} | changes
        path = address(reverse("rights"), query)
        return (
            path
            + "".join(f"&roles={one}" for one in (self.roles if self.roles is not None else ()))
            + ("&roles=" if self.roles == () else "")
        )


def kind_context(actor: Actor, shown: Shown, chosen: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The table of one kind: operations as rows, roles as columns."""
    everything = _named(actor)
    roles = [role for role in everything if shown.roles is None or role["id"] in shown.roles]
    places = list_places(shown.kind)
    place = next((place for place in places if place.value == shown.place), None)
    cells = Cells.of(grants_of([role["id"] for role in everything]), chosen)
    choices = [_place_choice(shown, one, cells) for one in places]
    return {
        "shown": shown,
        "kinds": [(kind, KIND_PLURALS[Kind(kind)], address(reverse("rights"), {"kind": kind})) for kind in KINDS],
        "plural": KIND_PLURALS[Kind(shown.kind)],
        "place": place,
        "places": choices,
        "everywhere": shown.address(place=""),
        "all_roles": everything,
        "roles": roles,
        "rows": [
            {"label": label, "hint": hint, "cells": _verb_cells(verb, shown.kind, place, roles, cells)}
            for verb, (label, hint) in zip(Verb, _verbs(), strict=True)
        ],
        "was": cells.was_json,
        "legend": [(level, LEVELS[level], text) for level, text in LEGEND],
    }


def role_context(
    actor: Actor, role_id: int, added: str, chosen: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """The table of one role: kinds, and what is set apart in them, as rows; operations as columns. None if unknown."""
    everything = _named(actor)
    role = next((role for role in everything if role["id"] == role_id), None)
    if role is None:
        return None
    cells = Cells.of(grants_of([role_id]), chosen)
    rows, rest = [], []
    for kind in KINDS:
        rows.append(_role_row(role, kind, None, cells))
        for place in list_places(kind):
            if _is_apart(cells, place) or added == f"{kind}.{place.value}":
                rows.append(_role_row(role, kind, place, cells))
            else:
                rest.append((f"{KIND_PLURALS[Kind(kind)]} · {place.name}", f"?place={kind}.{place.value}"))
    return {
        "shown": Shown(role=role_id),
        "all_roles": everything,
        "role": role,
        "rows": rows,
        "rest": rest,
        "place_value": added,
        "verbs": _verbs(),
        "was": cells.was_json,
        "legend": [(level, LEVELS[level], text) for level, text in LEGEND],
        "assignments": [
            {"id": row["id"], "words": assignment_words(row), "row": row}
            for row in list_assignments()
            if row["role_id"] == role_id
        ],
    }


def effect_lines(actor: Actor, effect: Effect) -> list[str]:
    """What changes of levels would do, a line for each cell."""
    names = {role["id"]: role["name"] for role in _named(actor)}
    places = {(p.kind, p.pipeline_id, p.stage_id): p.name for kind in KINDS for p in list_places(kind)}
    lines = []
    for one, old, new in effect.changes:
        where = places.get((one.kind, one.pipeline_id or 0, one.stage_id or 0), "")
        plural = str(KIND_PLURALS[Kind(one.kind)])
        lines.append(
            ngettext(
                "%(role)s, %(verb)s, %(elements)s: %(old)s → %(new)s (%(count)s person has this role)",
                "%(role)s, %(verb)s, %(elements)s: %(old)s → %(new)s (%(count)s people have this role)",
                effect.people[one.role_id],
            )
            % {
                "role": names.get(one.role_id, ""),
                "verb": Verb(one.verb).label,
                "elements": f"{plural} · {where}" if where else plural,
                "old": LEVELS[old],
                "new": LEVELS[new],
                "count": effect.people[one.role_id],
            }
        )
    return lines


def _named(actor: Actor) -> list[Row]:
    return [role | {"name": role_name(role, actor.language)} for role in list_roles()]


def _verbs() -> list[tuple[str, str]]:
    strict = get_settings()["deletion_needs_delete"]
    return [(str(verb.label), on_activities(verb, deletion_needs_delete=strict)) for verb in Verb]


def _verb_cells(verb: Verb, kind: str, place: Place | None, roles: Sequence[Row], cells: Cells) -> list[dict[str, Any]]:
    drawn = []
    for role in roles:
        key = Key(role["id"], kind, verb, *((place.pipeline_id, place.stage_id) if place else ()))
        label = f"{role['name']}, {verb.label}"
        drawn.append(
            {
                "is_fixed": role["is_administrator"],
                "select": "" if role["is_administrator"] else cells.draw(key, label),
                "exceptions": 0 if place else cells.exceptions(role["id"], kind, verb),
            }
        )
    return drawn


def _role_row(role: Row, kind: str, place: Place | None, cells: Cells) -> dict[str, Any]:
    plural = str(KIND_PLURALS[Kind(kind)])
    where = (place.pipeline_id, place.stage_id) if place else ()
    name = place.name if place else plural
    selects = [
        cells.draw(
            Key(role["id"], kind, verb, *where),
            f"{plural} · {name}, {verb.label}" if place else f"{name}, {verb.label}",
        )
        for verb in Verb
    ]
    return {"name": name, "kind": kind, "is_exception": place is not None, "selects": selects}


def _is_apart(cells: Cells, place: Place) -> bool:
    where = (place.kind, place.pipeline_id or None, place.stage_id or None)
    return any((grant.kind, grant.pipeline_id, grant.stage_id) == where for grant in cells.grants)


def _place_choice(shown: Shown, place: Place, cells: Cells) -> dict[str, Any]:
    where = (place.kind, place.pipeline_id or None, place.stage_id or None)
    roles = {grant.role_id for grant in cells.grants if (grant.kind, grant.pipeline_id, grant.stage_id) == where}
    said = ngettext("%(count)s role", "%(count)s roles", len(roles)) % {"count": len(roles)} if roles else ""
    return {
        "name": place.name,
        "address": shown.address(place=place.value),
        "is_current": place.value == shown.place,
        "is_stage": bool(place.stage_id),
        "said": said,
    }
