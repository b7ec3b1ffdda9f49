"""The elements around an element: a deal's company and contacts, a company's deals and contacts, a contact's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from relance.crm.terms import MOST_LINKS, ElementDetail, ElementRef, Kind
from relance.web.crm import cells

# kind → the roles of what is around it; True where the link is kept by the element itself.
ROLES: dict[str, dict[str, bool]] = {
    Kind.LEAD: {},
    Kind.DEAL: {"companies": True, "contacts": True},
    Kind.CONTACT: {"companies": True, "deals": False},
    Kind.COMPANY: {"contacts": False, "deals": False},
}
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Group:
    """The linked elements of one role; `reason` says why none can be linked."""

    key: str
    title: str
    links: Sequence[tuple[ElementRef | None, str, bool]]
    reason: str

    @property
    def count(self) -> int:
        return len(self.links)

    @property
    def is_cut(self) -> bool:
        return len(self.links) >= MOST_LINKS

    @property
    def more(self) -> int:
        return max(0, len(self.links) - SHOWN)


def groups_of(element: ElementDetail) -> list[Group]:
    """What is around an element, also where nothing is yet."""
    return [group_of(element, role) for role in ROLES[element.kind]]


def group_of(element: ElementDetail, role: str) -> Group:
    """The linked elements of one role: a link that another element keeps is undone by who may update that one."""
    refs: Sequence[ElementRef | None] = {
        "companies": element.companies,
        "contacts": element.contacts,
        "deals": element.deals,
    }[role]
    is_own = ROLES[element.kind][role]
    titles = {
        "companies": _("Company") if element.kind == Kind.DEAL else _("Companies"),
        "contacts": _("Contacts"),
        "deals": _("Deals"),
    }
    links = [(ref, cells.link(ref), bool(ref and (element.can_update if is_own else ref.can_update))) for ref in refs]
    return Group(role, titles[role], links, element.reasons.get("update", "") if is_own else "")
