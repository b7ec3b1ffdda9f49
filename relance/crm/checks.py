"""What people give for an element, checked and brought into the form that is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from relance.access.queries import get_settings
from relance.crm import policy
from relance.crm.terms import (
    FIELDS,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_AMOUNT,
    MOST_EMPLOYEES,
    MOST_LINKS,
    MOST_POINTS,
    Kind,
)
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, bigints, fetch_all, fetch_column, sql
from relance.kit.text import digits

Values = dict[str, Any]
Messages = dict[str, str]
_CURRENCY = re.compile(r"[A-Z]{3}")
_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What the given values may point at: active people, stages, and the elements that the actor may read."""

    people: frozenset[int]
    stages: Mapping[int, Row]
    elements: Mapping[int, str]
    is_open_by_default: bool = False

    def first_stage(self, kind: str, pipeline_id: int | None) -> int | None:
        """The first stage of leads, or of a pipeline (the first one where none is named)."""
        fitting = (s for s in self.stages.values() if s["kind"] == kind and pipeline_id in {None, s["pipeline_id"]})
        return next((stage["id"] for stage in fitting), None)


class _Refused(Exception):
    pass


def look_up(actor: Actor, given: Iterable[Mapping[str, Any]]) -> Known:
    """Read all that these values point at, in at most four queries whatever their number."""
    rows = list(given)
    people = {row["responsible_id"] for row in rows if row.get("responsible_id")}
    linked = {id for row in rows for id in _linked(row)}
    return Known(
        people=frozenset(
            fetch_column(sql("SELECT id FROM people_user WHERE is_active AND id = ANY({})", bigints(sorted(people))))
        ),
        stages={stage["id"]: stage for stage in fetch_all(_STAGES)},
        elements=_readable_kinds(actor, linked),
        is_open_by_default=any(_leaves_open(row) for row in rows) and get_settings()["open_to_all_by_default"],
    )


def clean(kind: str, given: Mapping[str, Any], known: Known) -> tuple[Values, Messages]:
    """The values as they are kept, and a sentence for each field that cannot be."""
    values: Values = {}
    messages: Messages = {}
    for key, value in given.items():
        if key not in FIELDS[kind]:
            messages[key] = _("This kind of element does not have this field.")
            continue
        try:
            values[key] = _CLEANERS[key](value) if key in _CLEANERS else _refer(kind, key, value, known)
        except _Refused as refusal:
            messages[key] = str(refusal)
    return values, messages


def normalise(kind: str, raw: str) -> str:
    """A phone number or an address in the form that is compared."""
    return digits(raw) if kind == "phone" else raw.lower()


_STAGES = Sql(
    """
    SELECT s.id, s.kind, s.pipeline_id, s.code, s.name_fr, s.name_en
    FROM crm_stage s LEFT JOIN crm_pipeline p ON p.id = s.pipeline_id ORDER BY p.rank, p.id, s.rank
    """
)


def _leaves_open(row: Mapping[str, Any]) -> bool:
    return "is_open_to_all" in row and row["is_open_to_all"] is None


def _linked(row: Mapping[str, Any]) -> set[int]:
    own = {row["company_id"]} if row.get("company_id") else set()
    return {*own, *row.get("contact_ids", ()), *row.get("company_ids", ())}


def _readable_kinds(actor: Actor, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    query = sql(
        "SELECT e.id, e.kind FROM crm_element e WHERE e.id = ANY({}) AND {}",
        bigints(sorted(ids)),
        policy.readable(actor),
    )
    return {row["id"]: row["kind"] for row in fetch_all(query)}


def _refer(kind: str, key: str, value: Any, known: Known) -> object:  # noqa: ANN401 - an id, a list of ids or nothing
    if key == "responsible_id":
        if value not in known.people:
            raise _Refused(_("Choose an active person."))
    elif key == "stage_id":
        if value not in known.stages or known.stages[value]["kind"] != kind:
            raise _Refused(_("This stage does not exist."))
    elif key == "company_id":
        if value is not None and known.elements.get(value) != Kind.COMPANY:
            raise _Refused(_("There is no such company, or you may not see it."))
    else:
        return _refer_all(key, value, known)
    return value


def _refer_all(key: str, value: Iterable[int], known: Known) -> tuple[int, ...]:
    wanted = Kind.CONTACT if key == "contact_ids" else Kind.COMPANY
    ids = tuple(dict.fromkeys(value))
    if any(known.elements.get(id) != wanted for id in ids):
        raise _Refused(_("One of these elements does not exist, or you may not see it."))
    if len(ids) > MOST_LINKS:
        raise _Refused(_("At most %(most)d.") % {"most": MOST_LINKS})
    return ids


def _text(value: Any, longest: int = LONGEST_TEXT) -> str:  # noqa: ANN401 - whatever was given
    text = str(value or "").strip()
    if "\x00" in text:
        raise _Refused(_("This text holds a character that cannot be kept."))
    if len(text) > longest:
        raise _Refused(_("At most %(most)d characters.") % {"most": longest})
    return text


def _short(value: object) -> str:
    return " ".join(_text(value, LONGEST_NAME).split())


def _name(value: object) -> str:
    text = _short(value)
    if not text:
        raise _Refused(_("A name is needed."))
    return text


def _amount(value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    if not value.is_finite() or abs(value) > MOST_AMOUNT:
        raise _Refused(_("This is not an amount."))
    return value.quantize(Decimal("0.01"))


def _currency(value: object) -> str:
    code = _text(value, 10).upper()
    if not _CURRENCY.fullmatch(code):
        raise _Refused(_("A currency is three letters, such as EUR."))
    return code


def _day(value: date | None) -> date | None:
    if value is not None and not 1900 <= value.year <= 9998:
        raise _Refused(_("This date is out of range."))
    return value


def _employees(value: int | None) -> int | None:
    if value is not None and not 0 <= value <= MOST_EMPLOYEES:
        raise _Refused(_("This number is out of range."))
    return value


def _phones(value: Iterable[str]) -> tuple[str, ...]:
    phones = _points(value)
    if not all(any(c.isdigit() for c in phone) for phone in phones):
        raise _Refused(_("A phone number has digits."))
    return phones


def _emails(value: Iterable[str]) -> tuple[str, ...]:
    emails = _points(value)
    if not all(_EMAIL.fullmatch(email) for email in emails):
        raise _Refused(_("This is not an e-mail address."))
    return emails


def _points(value: Iterable[str]) -> tuple[str, ...]:
    points = tuple(dict.fromkeys(point for point in (_short(given) for given in value) if point))
    if len(points) > MOST_POINTS:
        raise _Refused(_("At most %(most)d.") % {"most": MOST_POINTS})
    return points


_CLEANERS: dict[str, Callable[[Any], object]] = {
    "name": _name,
    "first_name": _short,
    "last_name": _short,
    "is_open_to_all": bool,
    "amount": _amount,
    "revenue": _amount,
    "currency": _currency,
    "closes_on": _day,
    "company_name": _short,
    "source": _text,
    "position": _short,
    "industry": _short,
    "city": _short,
    "employees": _employees,
    "phones": _phones,
    "emails": _emails,
}
