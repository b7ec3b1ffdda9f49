"""The sidebar: where one can go, and where one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Place:
    """An entry of the sidebar."""

    path: str
    icon: str
    label: StrPromise

    def is_here(self, path: str) -> bool:
        """Whether the page at `path` belongs to this place."""
        return path.startswith(self.path)


CRM = (
    Place("/crm/leads/", "lead", _("Leads")),
    Place("/crm/deals/", "deal", _("Deals")),
    Place("/crm/contacts/", "contact", _("Contacts")),
    Place("/crm/companies/", "company", _("Companies")),
)
MORE = (Place("/activities/", "check", _("My activities")),)


def navigation(path: str) -> dict[str, list[dict[str, object]]]:
    """The entries by section, each with whether it is the current one."""
    return {
        name: [
            {"path": place.path, "icon": place.icon, "label": place.label, "is_current": place.is_here(path)}
            for place in places
        ]
        for name, places in (("crm", CRM), ("more", MORE))
    }
