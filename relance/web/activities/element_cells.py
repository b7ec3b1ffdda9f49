"""What a row of *My activities* says of its main element: nothing, where the reader may not read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relance.crm.queries import named, pipeline_name, stage_name
from relance.crm.terms import Kind, Outcome
from relance.kit.sql import Row
from relance.web import marks
from relance.web.activities.dates import Viewer
from relance.web.values import day, emails, instant, money, phones, titled

STAGE_TAGS = {Outcome.WON.value: "tag ok", Outcome.LOST.value: "tag", Outcome.OPEN.value: "tag accent"}

Cell = Callable[[Row], str]


def cells(viewer: Viewer) -> dict[str, Cell]:
    """How each column of the element is written, by key."""
    kinds = {kind.value: titled(kind.label) for kind in Kind}
    yes = titled(_("Yes"))
    known: dict[str, Cell] = {
        "kind": lambda row: kinds.get(row["element_kind"], ""),
        "pipeline": lambda row: _named(row["element_pipeline"]),
        "stage": lambda row: _stage(row["element_stage"]),
        "amount": lambda row: money(row["element_amount"], row["element_currency"], viewer.language),
        "revenue": lambda row: money(row["element_revenue"], row["element_revenue_currency"], viewer.language),
        "employees": lambda row: "" if row["element_employees"] is None else marks.number(row["element_employees"]),
        "closes_on": lambda row: day(row["element_closes_on"], viewer),
        "created": lambda row: instant(row["element_created"], viewer) if row["element_created"] else "",
        "updated": lambda row: instant(row["element_updated"], viewer) if row["element_updated"] else "",
        "company": lambda row: titled(", ".join(row["element_company"])),
        "contacts": lambda row: titled(", ".join(row["element_contacts"])),
        "phones": lambda row: phones(row["element_phones"]),
        "emails": lambda row: emails(row["element_emails"]),
        "open_to_all": lambda row: yes if row["element_open_to_all"] else "",
    }
    people: dict[str, Cell] = {key: _person(f"element_{key}") for key in ("responsible", "author", "updated_by")}
    return {f"element_{key}": cell for key, cell in {**known, **people}.items()}


def _person(key: str) -> Cell:
    return lambda row: marks.person(row[f"{key}_name"], row[f"{key}_id"])


def _named(parts: Sequence[str] | None) -> str:
    return titled(pipeline_name(named(parts))) if parts else ""


def _stage(parts: Sequence[str] | None) -> SafeString | str:
    if not parts:
        return ""
    name = stage_name(named(parts))
    return SafeString(f'<span class="{STAGE_TAGS[parts[3]]}">{titled(name)}</span>')
