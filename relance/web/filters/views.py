"""Kept filters: saved, renamed, deleted, put in order, pinned, shared; their live counts. What is done can be undone."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from relance.activities.listings import get_listing
from relance.kit.errors import Forbidden, Invalid
from relance.kit.outcome import Outcome, require
from relance.lists.grammar.tree import FilterError
from relance.lists.saved import get_filter, list_filters, list_shares
from relance.lists.saving import create_filter, delete_filters, edit_filter
from relance.lists.sharing import make_default, order_filters, pin_filter, share_filter, unshare_filter
from relance.lists.terms import NOT_COUNTED, FilterChanges, SavedFilterView, Total
from relance.web.activities.fields import is_id, offer_people
from relance.web.filters.forms import NameForm, NewFilterForm, ShareForm
from relance.web.filters.shown import PATHS
from relance.web.filters.words import share_words
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest

# When so much time is spent on counts, the filters that are left are not counted: a few heavy ones must not hold a worker.
LONGEST_COUNT_S = 6


@require_safe
def manage(request: ActorRequest, listing: str) -> HttpResponse:
    """All filters of a list that its reader may use, in his own order."""
    key = get_listing(listing).key
    context = {"listing": key, "filters": list_filters(request.actor, listing=key), "path": PATHS[key]}
    return render(request, "filters/manage.html", context)


@require_POST
def order(request: ActorRequest, listing: str) -> HttpResponse:
    """Put one's filters in the order in which they were sent."""
    ids = [int(text) for text in request.POST.getlist("filters") if is_id(text)]
    order_filters(request.actor, listing=get_listing(listing).key, ids=ids)
    return HttpResponse(status=204) if is_fragment(request) else redirect("filters", listing)


@require_http_methods(["GET", "POST"])
def new(request: ActorRequest, listing: str) -> HttpResponse:
    """Keep what a list shows under a name."""
    known = get_listing(listing)
    form = NewFilterForm(request.POST) if request.method == "POST" else NewFilterForm(initial=_asked(request))
    context = {"address": reverse("filter-new", args=[listing]), "title": _("Save the filter"), "is_new": True}
    if not form.is_bound or not form.is_valid():
        return _ask(request, form, context)
    said = form.cleaned_data
    draft = FilterChanges(said["name"], said["description"], said["q"], said["sort"], _split(said["columns"]))
    try:
        outcome = create_filter(request.actor, listing=known, draft=draft)
        if said["pin"]:
            pin_filter(request.actor, id=outcome.done[0], is_pinned=True)
    except Invalid as error:
        return _ask(request, _complain(form, error), context)
    path = f"{PATHS[listing]}?filter=f{outcome.done[0]}"
    return _done(request, _("Filter saved."), outcome, path)


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, filter_id: int) -> HttpResponse:
    """Rename a filter, describe it."""
    shown = get_filter(request.actor, id=filter_id)
    if not shown.can_edit:
        raise Forbidden(_("You may use this filter and not change it. Save it under another name."))
    first = {"name": shown.name, "description": shown.description, "version": shown.version}
    form = NameForm(request.POST if request.method == "POST" else None, initial=first)
    context = {"address": reverse("filter-edit", args=[filter_id]), "title": _("Name and description")}
    if not form.is_bound or not form.is_valid():
        return _ask(request, form, context)
    said = form.cleaned_data
    changes = FilterChanges(name=said["name"], description=said["description"])
    try:
        outcome = _edit(request, shown, said["version"], changes)
    except Invalid as error:
        return _ask(request, _complain(form, error), context)
    return _done(request, _("Filter renamed."), outcome, _here(request, shown))


@require_POST
def save(request: ActorRequest, filter_id: int) -> HttpResponse:
    """Let a filter be what the list shows now: its text, sort and columns."""
    shown, asked = get_filter(request.actor, id=filter_id), request.POST
    columns = _split(asked.get("columns", ""))
    changes = FilterChanges(text=asked.get("q", ""), sort=asked.get("sort", ""), columns=columns)
    version = asked.get("version", "")
    outcome = _edit(request, shown, int(version) if is_id(version) else None, changes)
    return _done(request, _("Filter saved."), outcome, f"{PATHS[shown.listing]}?filter={shown.code}")


@require_POST
def delete(request: ActorRequest, filter_id: int) -> HttpResponse:
    """Delete a filter, for all whom it is shared with."""
    shown = get_filter(request.actor, id=filter_id)
    outcome = require(delete_filters(request.actor, ids=[filter_id]), filter_id)
    first = "mine" if shown.listing == "activities" else "all"
    return _done(request, _("Filter deleted."), outcome, f"{PATHS[shown.listing]}?filter={first}")


@require_POST
def pin(request: ActorRequest, filter_id: int) -> HttpResponse:
    """Pin a filter to one's own tabs (`on`), or take it from there."""
    shown, is_pinned = get_filter(request.actor, id=filter_id), bool(request.POST.get("on"))
    outcome = pin_filter(request.actor, id=filter_id, is_pinned=is_pinned)
    return _done(request, _("Pinned.") if is_pinned else _("Unpinned."), outcome, _here(request, shown))


@require_POST
def default(request: ActorRequest, filter_id: int) -> HttpResponse:
    """Let one's own list open with a filter (`on`), or not any more."""
    shown, is_default = get_filter(request.actor, id=filter_id), bool(request.POST.get("on"))
    outcome = make_default(request.actor, id=filter_id, is_default=is_default)
    text = _("The list opens with this filter.") if is_default else _("The list opens as usual.")
    return _done(request, text, outcome, _here(request, shown))


@require_http_methods(["GET", "POST"])
def share(request: ActorRequest, filter_id: int) -> HttpResponse:
    """Whom a filter is shared with; one more of them."""
    form = ShareForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _show_shares(request, filter_id, form)
    try:
        share_filter(request.actor, id=filter_id, to=form.share(), can_edit=form.cleaned_data["can_edit"])
    except Invalid as error:
        return _show_shares(request, filter_id, _complain(form, error))
    if not is_fragment(request):
        return redirect("filter-share", filter_id)
    return _show_shares(request, filter_id, ShareForm(request.actor))


@require_POST
def unshare(request: ActorRequest, filter_id: int, share_id: int) -> HttpResponse:
    """Take a share back."""
    unshare_filter(request.actor, id=filter_id, share_id=share_id)
    if not is_fragment(request):
        return redirect("filter-share", filter_id)
    return _show_shares(request, filter_id, ShareForm(request.actor))


@require_safe
def counts(request: ActorRequest, listing: str) -> HttpResponse:
    """How many rows the reader sees of each of his pinned filters, loaded beside the page."""
    known = get_listing(listing)
    pinned = [one for one in list_filters(request.actor, listing=known.key) if one.is_pinned]
    totals, ends_at = [], monotonic() + LONGEST_COUNT_S
    for one in pinned:
        try:
            total = known.count(request.actor, one.text) if monotonic() < ends_at else NOT_COUNTED
        except FilterError:
            total = Total(0, True)  # the list itself says what is wrong with it
        totals.append((one.code, total))
    return render(request, "filters/_counts.html", {"totals": totals})


def _edit(request: ActorRequest, shown: SavedFilterView, version: int | None, changes: FilterChanges) -> Outcome:
    listing = get_listing(shown.listing)
    return edit_filter(
        request.actor,
        listing=listing,
        id=shown.id,
        version=shown.version if version is None else version,
        changes=changes,
    )


def _asked(request: ActorRequest) -> dict[str, Any]:
    return {key: request.GET.get(key, "") for key in ("q", "sort", "columns", "name")} | {"pin": True}


def _split(columns: str) -> tuple[str, ...]:
    return tuple(one for one in columns.split(",") if one)


def _complain(form: forms.Form, error: Invalid) -> forms.Form:
    for key, text in error.messages.items():
        form.add_error(key if key in form.fields and not form.fields[key].widget.is_hidden else None, text)
    return form


def _here(request: ActorRequest, shown: SavedFilterView) -> str:
    """The page as it is seen, where the request says so; else the filter's list."""
    _scheme, _host, seen = request.headers.get("HX-Current-URL", "").partition(request.get_host())
    known = (PATHS[shown.listing], reverse("filters", args=[shown.listing]))
    return seen if seen.startswith(known) else f"{known[0]}?filter={shown.code}"


def _done(request: ActorRequest, text: str, outcome: Outcome, path: str) -> HttpResponse:
    """A message with *Undo*, and the page to go on with, which a script puts in place of this one's list."""
    undo = reverse("undo", args=[outcome.gesture]) if outcome.gesture else ""
    if not is_fragment(request):
        messages.success(request, text, extra_tags=undo)
        return redirect(path)
    said = render_to_string("bulk/_said.html", {"text": text, "undo_url": undo}, request)
    return trigger_client_event(HttpResponse(said), "filters-changed", {"path": path})


def _ask(request: ActorRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    name = "_dialog" if is_fragment(request) else "dialog"
    response = render(request, f"filters/{name}.html", {**context, "form": form}, status=422 if form.errors else 200)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _show_shares(request: ActorRequest, filter_id: int, form: forms.Form) -> HttpResponse:
    shown = get_filter(request.actor, id=filter_id)
    rows = list_shares(request.actor, id=filter_id)
    if not shown.can_manage:
        raise Forbidden(_("Only its owner can share a filter."))
    offer_people(request.actor, form, ["user"], everybody=True)
    shares = [(row, share_words(row, request.actor.language)) for row in rows]
    name = "_share" if is_fragment(request) else "share"
    context = {"saved": shown, "form": form, "shares": shares}
    response = render(request, f"filters/{name}.html", context, status=422 if form.errors else 200)
    response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response
