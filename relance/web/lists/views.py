"""The settings of a list: which columns, in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from relance.access.terms import KINDS
from relance.activities.listing import COLUMNS, LISTING
from relance.crm.queries import list_columns
from relance.kit.errors import Invalid, NotFound
from relance.lists.actions import arrange_list, reset_columns, save_columns
from relance.lists.queries import get_layout
from relance.lists.terms import Column
from relance.web.lists.headings import address
from relance.web.marks import ELEMENT_FOLDERS
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest

LONGEST_WIDTH = 6
DENSITIES = (
    ("compact", pgettext_lazy("density", "Compact")),
    ("normal", pgettext_lazy("density", "Normal")),
    ("comfortable", pgettext_lazy("density", "Comfortable")),
)
PATHS = {LISTING: "/activities/", **{f"{folder}": f"/crm/{folder}/" for folder in ELEMENT_FOLDERS.values()}}


@require_http_methods(["GET", "POST"])
def columns(request: ActorRequest, listing: str) -> HttpResponse:
    """Choose and order columns; *reset* forgets one's own choice, *for all* makes it the company's. Where the list shows
    the columns of its address or of a kept filter (`?columns=`), those are chosen, and the address says so.
    """
    known = _known(listing)
    if request.method == "GET":
        return _show(request, listing, known)
    try:
        if request.POST.get("do") == "reset":
            reset_columns(request.actor, listing=listing)
        else:
            _save(request, listing, known)
    except Invalid as error:
        return _show(request, listing, known, problem=" ".join(error.messages.values()))
    path = _back(request, listing)
    if request.POST.get("in_address"):
        path = _with_columns(path, [] if request.POST.get("do") == "reset" else request.POST.getlist("columns"))
    return HttpResponseClientRedirect(path) if is_fragment(request) else redirect(path)


def _save(request: ActorRequest, listing: str, known: Mapping[str, Column]) -> None:
    columns, density = request.POST.getlist("columns"), request.POST.get("density", "")
    if request.POST.get("in_address") and not request.POST.get("for_all"):
        arrange_list(request.actor, listing=listing, known=known, density=density)
        return
    for_all = bool(request.POST.get("for_all"))
    save_columns(request.actor, listing=listing, columns=columns, known=known, density=density, for_all=for_all)


def _with_columns(path: str, columns: Sequence[str]) -> str:
    """An address that says which columns it shows, or (without any) no longer does."""
    place, _mark, query = path.partition("?")
    said = {**dict(parse_qsl(query)), "columns": ",".join(columns)}
    return address(place, said)


@require_POST
def layout(request: ActorRequest, listing: str) -> HttpResponse:
    """Keep what was done to the head of a list by hand: the order of its columns, or the width of one (`width=key:px`)."""
    widths = dict(_width(text) for text in request.POST.getlist("width"))
    ordered = request.POST.getlist("columns") or None
    arrange_list(request.actor, listing=listing, known=_known(listing), columns=ordered, widths=widths)
    return HttpResponse(status=204)


def _width(text: str) -> tuple[str, int]:
    key, _colon, width = text.partition(":")
    return key, int(width) if width.isdecimal() and len(width) < LONGEST_WIDTH else 0


def _known(listing: str) -> Mapping[str, Column]:
    if listing == LISTING:
        return COLUMNS
    for kind in KINDS:
        if ELEMENT_FOLDERS[kind] == listing:
            return list_columns(kind)
    raise NotFound


def _back(request: ActorRequest, listing: str) -> str:
    """The list as it was seen, where the request says so; its sort and page are kept."""
    _scheme, _host, seen = request.headers.get("HX-Current-URL", "").partition(request.get_host())
    return seen if seen.startswith(PATHS[listing]) else PATHS[listing]


def _show(request: ActorRequest, listing: str, known: Mapping[str, Column], problem: str = "") -> HttpResponse:
    layout = get_layout(request.actor, listing, known)
    in_address = tuple(key for key in request.GET.get("columns", "").split(",") if key in known)
    chosen = in_address or layout.columns
    hidden = [column for key, column in known.items() if key not in chosen]
    context = {
        "listing": listing,
        "chosen": [known[key] for key in chosen],
        "widths": layout.widths,
        "density": layout.density,
        "densities": DENSITIES,
        "hidden": sorted(hidden, key=lambda column: str(column.label)),
        "may_set_for_all": request.actor.manages_settings or request.actor.is_administrator,
        "problem": problem,
        "title": _("Columns"),
        "in_address": bool(in_address or request.POST.get("in_address")),
    }
    name = "lists/_columns.html" if is_fragment(request) else "lists/columns.html"
    return render(request, name, context, status=422 if problem else 200)
