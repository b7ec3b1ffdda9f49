"""The filters of an elements' list as its address has them, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from relance.crm.queries import can_add, list_pipelines, list_stages
from relance.crm.terms import KIND_PLURALS, ElementFilter, Kind, Outcome, StageView
from relance.kit.actor import Actor
from relance.people.queries import get_people
from relance.web.crm.quick import Quick, written
from relance.web.lists.headings import address
from relance.web.lists.search_box import Way, nothing_found, search_text

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

RESPONSIBLES: tuple[tuple[str, StrPromise], ...] = (
    ("", pgettext_lazy("filter sentence", "anyone")),
    ("me", pgettext_lazy("filter sentence", "me")),
    ("colleagues", gettext_lazy("my department")),
    ("colleagues-below", gettext_lazy("my department and those below")),
    ("subordinates", gettext_lazy("my subordinates")),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list: `q` is a custom filter, `search` what somebody looks for."""

    q: str = ""
    search: str = ""

    @classmethod
    def read(cls, kind: str, query: Mapping[str, str]) -> Asked:
        """The filters of an address; what its selects say is a part of the text."""
        return cls(q=written(kind, query)(query.get("q", "").strip()), search=search_text(query.get("search", "")))

    @property
    def query(self) -> dict[str, str]:
        """The parts of the address."""
        return {"q": self.q, "search": self.search}

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.q or self.search)

    def filter(self) -> ElementFilter:
        """The same as the queries take it."""
        return ElementFilter(text=self.q, search=self.search)


def choices(actor: Actor, kind: str, quick: Quick) -> dict[str, object]:
    """What the selects of the list's sentence offer."""
    has_stages = kind in {Kind.LEAD, Kind.DEAL}
    pipelines = list_pipelines() if kind == Kind.DEAL else []
    person = get_people(actor, ids=[int(quick.person)]).get(int(quick.person)) if quick.person else None
    return {
        "stages": list_stages(kind) if has_stages else [],
        "outcomes": Outcome.choices if has_stages else [],
        "pipelines": pipelines if len(pipelines) > 1 else [],
        "responsibles": RESPONSIBLES,
        "person": person,
        "quick": quick,
    }


def why_empty(actor: Actor, kind: str, asked: Asked, quick: Quick) -> tuple[str, str, list[Way]]:
    """What an empty list says: rights first, then what was searched, then the filter; and the ways out of it."""
    path = reverse("element-list", args=[kind])
    if not asked.search or not _reads(actor, kind):
        return (*_why_empty(actor, kind, asked, quick), _ways_on(actor, kind, asked, path))
    others = {**asked.query, "search": ""}
    ways = (
        [Way(address(path, {"search": asked.search}), _("Search without the filter"))] if any(others.values()) else []
    )
    return (*nothing_found(asked.search), [*ways, Way(address(path, others), _("Clear the search"))])


def _ways_on(actor: Actor, kind: str, asked: Asked, path: str) -> list[Way]:
    """Out of the filter; where there is none, the making of the first element."""
    if not _reads(actor, kind):
        return []
    if asked.is_narrow:
        return [Way(address(path, {"filter": "all"}), _("Show all"))]
    return [Way(reverse("element-new", args=[kind]), _("Create"))] if can_add(actor, kind=kind) else []


def _reads(actor: Actor, kind: str) -> bool:
    return actor.is_administrator or any(
        grant.verb == "read" and grant.level != "none" and grant.kind == kind for grant in actor.grants
    )


def _why_empty(actor: Actor, kind: str, asked: Asked, quick: Quick) -> tuple[str, str]:
    plural = str(KIND_PLURALS[Kind(kind)])
    title = _("%(kind)s: nothing to show") % {"kind": plural}
    if not _reads(actor, kind):
        return title, _("Your roles let you read none of them. Ask an administrator for a role that reads some.")
    if quick.responsible == "subordinates" and not actor.subordinates:
        return _("You head no department"), _(
            "Your subordinates are the members of the departments that you head and of those below. You have none."
        )
    if asked.q == "is:idle":
        return title, _("Everything in progress here has a planned activity.")
    if asked.is_narrow:
        return title, _("Nothing that your roles let you read fits this filter.")
    return title, _("There is none yet among those that your roles let you read.")


def stage_of(stages: list[StageView], stage_id: int | None) -> StageView | None:
    """The stage with an id."""
    return next((stage for stage in stages if stage.id == stage_id), None)
