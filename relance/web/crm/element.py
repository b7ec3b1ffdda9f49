"""What the page of an element shows: its fields, the elements around it, and its timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relance.activities.counters import NONE, count_by_element
from relance.crm.queries import get_element, list_stages
from relance.crm.terms import KIND_PLURALS, ElementDetail, Kind, Outcome, StageView
from relance.kit.actor import Actor
from relance.web import values
from relance.web.activities.counting import Mark, marks_of
from relance.web.activities.dates import Viewer
from relance.web.crm.around import groups_of
from relance.web.crm.fieldrows import rows_of
from relance.web.crm.filters import stage_of
from relance.web.timeline.asked import HistoryAsked
from relance.web.timeline.history import history_context, pinned_context
from relance.web.timeline.planned import planned_context


@dataclass(frozen=True, slots=True)
class StageStep:
    """A step of the stage bar."""

    stage: StageView
    is_past: bool
    is_current: bool


def element_context(actor: Actor, kind: str, number: int, viewer: Viewer) -> dict[str, Any]:
    """The element, ready to be written down.

    Raises:
        NotFound: it does not exist, or the actor may not read it.
    """
    element = get_element(actor, kind=kind, number=number)
    stages = list_stages(kind, pipeline_id=element.pipeline_id) if element.stage_id else []
    return {
        "element": element,
        "kind": kind,
        "plural": KIND_PLURALS[Kind(kind)],
        "kind_name": Kind(kind).label,
        "amount": _amount(element, viewer),
        "stages": _steps(stages, element.stage_id),
        "stage": (stage := stage_of(stages, element.stage_id)),
        "is_in_progress": stage is None or stage.outcome == Outcome.OPEN,
        "field_rows": rows_of(element, viewer, stage),
        "created": values.instant(element.created_at, viewer),
        "updated": values.instant(element.updated_at, viewer),
        "around": groups_of(element),
        "counters": _counters(actor, element),
    }


def _counters(actor: Actor, element: ElementDetail) -> list[Mark]:
    """What on this element counts for the reader and his subordinates, each with the list of it."""
    counted = count_by_element(actor, element_ids=[element.id]).get(element.id, NONE)
    return marks_of(actor, counted, people="me,subordinates", condition=f"{element.kind}.number:{element.number}")


def timeline_context(
    actor: Actor,
    element: ElementDetail,
    viewer: Viewer,
    asked: HistoryAsked | None = None,
    *,
    rolled: bool = False,
) -> dict[str, Any]:
    """The planned activities (`rolled` up, or as asked) and what is pinned; with `asked`, the first page of the history."""
    rolled = asked.filter.rolled_up if asked else rolled
    return {
        **planned_context(actor, element, viewer, rolled=rolled),
        **pinned_context(actor, element, viewer),
        **(history_context(actor, element, viewer, asked) if asked else {}),
    }


def _amount(element: ElementDetail, viewer: Viewer) -> str:
    amount: Any = element.fields.get("amount")
    return values.money(amount, str(element.fields["currency"]), viewer.language) if amount is not None else ""


def _steps(stages: Sequence[StageView], current: int | None) -> list[StageStep]:
    place = next((place for place, stage in enumerate(stages) if stage.id == current), -1)
    # What is lost has not come past "won", whatever their order.
    return [
        StageStep(stage, at < place and stage.outcome == Outcome.OPEN, at == place) for at, stage in enumerate(stages)
    ]
