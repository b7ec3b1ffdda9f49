"""The company's own choices about rights."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from relance.access.actions.guarding import require_roles_within_own
from relance.access.terms import LONGEST_DUE_SOON_MINUTES
from relance.journal.actions import change, new_gesture
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import fetch_one, sql


@transaction.atomic
def save_settings(
    actor: Actor,
    *,
    default_role_id: int,
    deletion_needs_delete: bool,
    open_to_all_by_default: bool,
    counts_by_element: bool | None = None,
    due_soon_minutes: int | None = None,
) -> None:
    """Set the role that new users get, whether deleting activities asks for *delete*, and whether new elements are
    available to everyone; and, where given, whether counters go by the element's responsible, and how many minutes
    before its deadline an activity counts as due.

    Raises:
        Forbidden: the actor does not manage the settings, or the role holds more than he has.
        Invalid: there is no such role, or it is the administrators'; the minutes are below 0 or above a week.
    """
    if not actor.manages_settings:
        raise Forbidden(_("Only who manages the CRM settings can do this."))
    switches = sql(
        "SELECT is_administrator, manages_rights, manages_settings FROM access_role WHERE id = {}", default_role_id
    )
    role = fetch_one(switches)
    if role is None or role["is_administrator"]:
        raise Invalid({"default_role": _("This role cannot be the one that new users get.")})
    current = fetch_one(sql("SELECT default_role_id FROM access_companysettings WHERE id = {}", 1))
    if current and current["default_role_id"] != default_role_id:
        if role["manages_rights"] and not actor.manages_rights:
            raise Forbidden(_("You cannot give a right that reaches further than your own."))
        require_roles_within_own(actor, [default_role_id])
    if due_soon_minutes is not None and not 0 <= due_soon_minutes <= LONGEST_DUE_SOON_MINUTES:
        raise Invalid({"due_soon_minutes": _("Between 0 minutes and a week.")})
    counting = {"counts_by_element": counts_by_element, "due_soon_minutes": due_soon_minutes}
    change(
        actor,
        new_gesture(),
        verb="edit",
        noun="company_settings",
        table="access_companysettings",
        ids=[1],
        values={
            "default_role_id": default_role_id,
            "deletion_needs_delete": deletion_needs_delete,
            "open_to_all_by_default": open_to_all_by_default,
            **{key: value for key, value in counting.items() if value is not None},
        },
        stamped=False,
    )
