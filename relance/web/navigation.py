"""The sidebar: where one can go, and where one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from relance.kit.actor import Actor

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
RIGHTS = Place("/settings/rights/", "shield", _("CRM access rights"))
PEOPLE = Place("/settings/people/", "users", _("People and departments"))
COMPANY = Place("/settings/rights/company/", "gear", _("CRM settings"))

TYPES = Place("/settings/types/", "task", _("Activity types"))


def settings_of(actor: Actor | None) -> tuple[Place, ...]:
    """The settings that the actor may open."""
    rights = (RIGHTS, PEOPLE) if actor and actor.manages_rights else ()
    settings = (TYPES,) if rights else (COMPANY, TYPES)
    return (*rights, *(settings if actor and actor.manages_settings else ()))


def navigation(path: str, actor: Actor | None = None) -> dict[str, list[dict[str, object]]]:
    """The entries by section, each with whether it is the current one."""
    return {
        name: [
            {"path": place.path, "icon": place.icon, "label": place.label, "is_current": place.is_here(path)}
            for place in places
        ]
        for name, places in (("crm", CRM), ("more", MORE), ("settings", settings_of(actor)))
    }
