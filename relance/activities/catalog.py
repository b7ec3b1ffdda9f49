"""The types of activity and their outcomes, named in the reader's language. Every list, form and import asks here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import translation

from relance.activities.terms import OUTCOME_NAMES, TYPE_BY_CODE, Times
from relance.kit.sql import Row, Sql, fetch_all, fetch_column, sql


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """A way to end. `name_fr` and `name_en` are the company's own, blank where a shipped one has none."""

    id: int
    code: str
    name: str
    name_fr: str
    name_en: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class TypeView:
    """A type of activity. `code` is what forms and imports call it: a custom one's is its id."""

    id: int
    code: str
    is_built_in: bool
    name: str
    name_fr: str
    name_en: str
    icon: str
    hue: str
    times: Times
    is_active: bool
    is_incoming: bool
    required_fields: tuple[str, ...]
    default_duration_minutes: int | None
    default_deadline_days: int | None
    default_reminders: tuple[int, ...]
    version: int
    outcomes: tuple[OutcomeView, ...]

    @property
    def offered_outcomes(self) -> tuple[OutcomeView, ...]:
        """Those with which an activity can be completed now."""
        return tuple(outcome for outcome in self.outcomes if outcome.is_active)


# The outcomes of the type `t`, as JSON that `outcomes_of` reads.
OUTCOMES = Sql(
    """coalesce((SELECT jsonb_agg(jsonb_build_array(o.id, o.code, o.name_fr, o.name_en, o.is_active) ORDER BY o.rank, o.id)
        FROM activities_activityoutcome o WHERE o.type_id = t.id), '[]')::text"""
)


def list_types(*, active_only: bool = False) -> list[TypeView]:
    """All types of activity in their order, or those that are offered for new ones; one query."""
    rows = fetch_all(sql("SELECT t.*, {} AS outcomes FROM activities_activitytype t ORDER BY t.rank, t.id", OUTCOMES))
    return [_view(row) for row in rows if row["is_active"] or not active_only]


def used_types() -> set[int]:
    """The ids of the types that any activity has, also a deleted one."""
    return set(
        fetch_column(
            Sql(
                """
                SELECT t.id FROM activities_activitytype t
                WHERE EXISTS (SELECT FROM activities_activity a WHERE a.type_id = t.id)
                """
            )
        )
    )


def types_by_code() -> dict[str, TypeView]:
    """All types by code, and by id too."""
    return {key: view for view in list_types() for key in (view.code, str(view.id))}


def type_name(code: str | None, name_fr: str, name_en: str) -> str:
    """A type's name: the company's own in the reader's language, else the shipped one's, translated."""
    return _own(name_fr, name_en) or (str(TYPE_BY_CODE[code].name) if code else name_fr or name_en)


def outcome_name(code: str, names: Sequence[str] | None = None) -> str:
    """An outcome's name; `names` are the company's own, French first (`listing` reads them)."""
    name_fr, name_en = names or ("", "")
    return _own(name_fr, name_en) or str(OUTCOME_NAMES.get(code) or name_fr or name_en or code)


def name_row(row: Row) -> None:
    """Give a row that was read with `listing.selects` the names of its type and outcome."""
    row["type_name"] = type_name(row["type"], row.pop("type_name_fr"), row.pop("type_name_en"))
    if "outcome" in row:
        row["outcome_name"] = outcome_name(row["outcome"], row.pop("outcome_names"))


def outcomes_of(read: str) -> tuple[OutcomeView, ...]:
    """What `OUTCOMES` has read, in the order in which outcomes are offered; also those that are switched off."""
    return tuple(
        OutcomeView(id, code, outcome_name(code, (name_fr, name_en)), name_fr, name_en, is_active)
        for id, code, name_fr, name_en, is_active in json.loads(read)
    )


def _own(name_fr: str, name_en: str) -> str:
    return name_fr if (translation.get_language() or "fr").startswith("fr") else name_en


def _view(row: Row) -> TypeView:
    return TypeView(
        id=row["id"],
        code=row["code"] or str(row["id"]),
        is_built_in=bool(row["code"]),
        name=type_name(row["code"], row["name_fr"], row["name_en"]),
        times=Times(row["times"]),
        required_fields=tuple(row["required_fields"]),
        default_reminders=tuple(row["default_reminders"]),
        outcomes=outcomes_of(row["outcomes"]),
        **{key: row[key] for key in _AS_READ},
    )


_AS_READ = (
    "name_fr", "name_en", "icon", "hue", "is_active", "is_incoming", "default_duration_minutes", "default_deadline_days",
    "version",
)  # fmt: skip
