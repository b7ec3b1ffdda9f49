"""How an edit is written: cleaned, merged with what others changed meanwhile, one statement for each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from relance.crm.checks import Known, Values, clean
from relance.crm.conflicts import changes_since, contested, untouched
from relance.crm.links import LINKS, replace_links, replace_points, with_hidden
from relance.crm.queries import element_refs, stage_name
from relance.crm.terms import FIELD_NAMES, OWN_FIELDS, Kind
from relance.journal.actions import change, record
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Invalid
from relance.kit.sql import Row, bigints, fetch_all, fetch_one, sql
from relance.kit.text import fold
from relance.people.queries import get_people


def touch_elements(actor: Actor, gesture: UUID, ids: Sequence[int]) -> None:
    """Count a change of an element's other tables as one of the element: its version, and when and by whom."""
    rows = fetch_all(
        sql(
            """
            UPDATE crm_element SET version = version + 1, updated_at = now(), updated_by_id = {}
            WHERE id = ANY({}) RETURNING id, version
            """,
            actor.recorded_id,
            bigints(ids),
        )
    )
    record(
        actor,
        gesture,
        verb="edit",
        noun="element",
        entries=[(row["id"], {}, {"version": row["version"]}) for row in rows],
    )


def cleaned(kind: str, given: Mapping[str, Any], known: Known) -> Values:
    """The values as they are kept.

    Raises:
        Invalid: by field, what cannot be taken.
    """
    values, messages = clean(kind, given, known)
    if messages:
        raise Invalid(messages)
    return values


def merged(actor: Actor, row: Row, values: Values, version: int | None, known: Known) -> Values:
    """The values of a single edit: hidden links kept, and what others changed meanwhile not overwritten.

    Raises:
        Conflict: a field that was changed since that version, to something else.
    """
    for key in LINKS.keys() & values.keys():
        values[key] = tuple(with_hidden(actor, element_id=row["id"], key=key, ids=values[key]))
    if version is None or version == row["version"]:
        return values
    base, theirs = changes_since(row["id"], version)
    mine = {key: value for key, value in values.items() if key not in untouched(values, base)}
    fields = contested(mine, base, theirs)
    if fields:
        shown = {key: (_shown(actor, key, theirs[key], known), _shown(actor, key, mine[key], known)) for key in fields}
        raise Conflict({str(FIELD_NAMES[key]): pair for key, pair in sorted(shown.items())})
    return mine


def _shown(actor: Actor, key: str, value: Any, known: Known) -> str:  # noqa: ANN401 - any field's value
    """A value in words, as a conflict shows it; elements that the actor may not read stay unnamed."""
    if value is None or value in ("", (), []):
        return "–"
    if key == "responsible_id":
        return get_people(actor, ids=[value])[value].name
    if key == "stage_id":
        return stage_name(known.stages[value])
    if key == "company_id" or key in LINKS:
        ids = [value] if key == "company_id" else value
        refs = element_refs(actor, ids)
        return ", ".join(refs[id].name if id in refs else _("Element not accessible") for id in ids)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def write(actor: Actor, gesture: UUID, kind: str, rows: Sequence[Row], values: Values, known: Known) -> set[int]:
    """Write cleaned values to locked rows of one kind. Returns the ids on which something changed."""
    ids = [row["id"] for row in rows]
    verb = "assign" if values.keys() == {"responsible_id"} else "edit"
    element = _element_values(kind, ids, values, known)
    own = {key: values[key] for key in (*OWN_FIELDS[kind], "company_id") if key in values}
    changed = set(
        change(actor, gesture, verb=verb, noun="element", table="crm_element", ids=ids, values=element)
        if element
        else ()
    )
    beside: set[int] = set()
    if own:
        beside.update(
            change(
                actor,
                gesture,
                verb=verb,
                noun=kind,
                table=f"crm_{kind}",
                ids=ids,
                values=own,
                key="element_id",
                stamped=False,
            )
        )
    if len(ids) == 1 and _write_links(actor, gesture, ids[0], values):
        beside.add(ids[0])
    if beside - changed:
        touch_elements(actor, gesture, sorted(beside - changed))
    return changed | beside


def _write_links(actor: Actor, gesture: UUID, element_id: int, values: Values) -> bool:
    points: dict[str, list[str]] = {key: list(values[key]) for key in ("phones", "emails") if key in values}
    changed = bool(points) and replace_points(actor, gesture, element_id=element_id, points=points)
    for key in LINKS:
        if key in values:
            changed |= replace_links(actor, gesture, element_id=element_id, key=key, ids=values[key])
    return changed


def _element_values(kind: str, ids: Sequence[int], values: Values, known: Known) -> Values:
    element: Values = {
        key: values[key] for key in ("name", "responsible_id", "is_open_to_all", "stage_id") if key in values
    }
    if "name" in element:
        element["sort_key"] = fold(element["name"])
    if "stage_id" in element:
        element["pipeline_id"] = known.stages[element["stage_id"]]["pipeline_id"]
    if kind == Kind.CONTACT and {"first_name", "last_name"} & values.keys():
        element |= _new_name_of_contact(ids[0], values)
    return element


def _new_name_of_contact(element_id: int, values: Values) -> Values:
    row = fetch_one(sql("SELECT first_name, last_name FROM crm_contact WHERE element_id = {}", element_id)) or {}
    return name_of_contact({**row, **{key: values[key] for key in row if key in values}})


def name_of_contact(values: Mapping[str, Any]) -> Values:
    """The name and sort key that a contact's first and last names make.

    Raises:
        Invalid: both are empty.
    """
    first, last = values.get("first_name", ""), values.get("last_name", "")
    if not (first or last):
        raise Invalid({"last_name": _("A name is needed.")})
    return {"name": f"{first} {last}".strip(), "sort_key": fold(f"{last} {first}")}
