"""*CRM access rights*: the levels by kind of element or by role, what a change would do, and saving it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from relance.access.actions import save_levels
from relance.access.queries import list_roles, role_name
from relance.access.queries import preview as preview_levels
from relance.kit.errors import Conflict, Forbidden, NotFound
from relance.web.guards import for_rights_managers
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest
from relance.web.rights.grid import Sent, read_sent
from relance.web.rights.pages import Shown, effect_lines, kind_context, role_context
from relance.web.rights.reach import reach_lines


@require_safe
@for_rights_managers
def by_kind(request: ActorRequest) -> HttpResponse:
    """The levels of one kind of element: operations as rows, roles as columns."""
    return _show(request, Shown.read(request.GET))


@require_safe
@for_rights_managers
def by_role(request: ActorRequest, role_id: int) -> HttpResponse:
    """One role: its levels on every kind, whom it is given to, its switches."""
    return _show(request, Shown(role=role_id, place=request.GET.get("place", "")))


@require_POST
@for_rights_managers
def preview(request: ActorRequest) -> HttpResponse:
    """What the chosen levels would change, and for how many people; nothing is saved."""
    sent = read_sent(request.POST)
    if is_fragment(request):
        context = _preview_context(request, sent) | {"shown": Shown.read(request.POST)}
        return render(request, "rights/_unsaved.html", context)
    return _show(request, Shown.read(request.POST), sent)


@require_POST
@for_rights_managers
def reach(request: ActorRequest) -> HttpResponse:
    """How many elements and activities the chosen levels give and take; nothing is saved."""
    return render(request, "rights/_reach.html", {"reach": reach_lines(request.actor, read_sent(request.POST))})


@require_POST
@for_rights_managers
def save(request: ActorRequest) -> HttpResponse:
    """Save the chosen levels: they hold from the next request on."""
    sent, shown = read_sent(request.POST), Shown.read(request.POST)
    try:
        save_levels(request.actor, changes=sent.changes, versions=sent.versions)
    except Conflict as conflict:
        # By now the page shows what the other has set, with one's own choices beside it: sent once more, it is meant.
        stale = ", ".join(_shown_name(request, name) for name in conflict.fields)
        said = _(
            "Somebody else has changed %(roles)s meanwhile. Your choices are still here: check them and save again."
        )
        return _show(request, shown, sent, {"problem": said % {"roles": stale}}, status=409)
    except Forbidden as refusal:
        return _show(request, shown, sent, {"problem": refusal.reason}, status=403)
    messages.success(request, _("Saved. It holds from now on.") if sent.changes else _("Nothing was changed."))
    return redirect(shown.address())


def _preview_context(request: ActorRequest, sent: Sent) -> dict[str, Any]:
    effect = preview_levels(sent.changes)
    return {"lines": effect_lines(request.actor, effect), "affected": effect.affected}


def _shown_name(request: ActorRequest, name: str) -> str:
    role = next((role for role in list_roles() if name in {role["code"], role["name_fr"]}), None)
    return role_name(role, request.actor.language) if role else name


def _show(
    request: ActorRequest, shown: Shown, sent: Sent | None = None, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    chosen = _changed(sent) if sent else {}
    context = _preview_context(request, sent) if sent else {}
    if shown.role is None:
        context |= kind_context(request.actor, shown, chosen)
        return render(request, "rights/by_kind.html", context | (more or {}), status=status)
    found = role_context(request.actor, shown.role, shown.place, chosen)
    if found is None:
        raise NotFound
    return render(request, "rights/by_role.html", context | found | (more or {}), status=status)


def _changed(sent: Sent) -> dict[str, str]:
    """Only what was changed: the rest is shown as it is by now."""
    names = {(c.role_id, c.kind, c.verb, c.pipeline_id or 0, c.stage_id or 0): c.level or "" for c in sent.changes}
    return {"level." + ".".join(map(str, key)): level for key, level in names.items()}
