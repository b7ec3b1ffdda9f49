"""Leads, deals, contacts and companies: their lists, their totals, the page of one element."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from relance.activities.counters import count_by_element
from relance.activities.files import list_element_files
from relance.activities.upcoming import next_activities
from relance.crm import queries
from relance.crm.listing import LISTINGS, NEXT_ACTIVITY
from relance.crm.terms import KIND_PLURALS, Kind, Outcome
from relance.kit.actor import Actor
from relance.lists.grammar.tree import FilterError
from relance.lists.terms import Page, Total
from relance.web.activities.dates import viewer_of
from relance.web.activities.detail import detail_context
from relance.web.activities.fields import is_id
from relance.web.composer.recent import types_for
from relance.web.crm.cells import ElementPainter
from relance.web.crm.element import element_context, timeline_context
from relance.web.crm.filters import Asked, choices, why_empty
from relance.web.crm.quick import KEYS, WAS, written
from relance.web.crm.quick import shown as shown_by
from relance.web.files.rows import rows_of
from relance.web.filters import shown as filters_shown
from relance.web.filters.row import filter_row
from relance.web.lists.headings import address, headings, width_classes
from relance.web.lists.search_box import BOX, searching, with_address
from relance.web.lists.text_filter import problem_of
from relance.web.pages import is_fragment, render_page
from relance.web.requests import ActorRequest
from relance.web.timeline.asked import HistoryAsked
from relance.web.timeline.forms import blank_form


@require_safe
def element_list(request: ActorRequest, kind: str) -> HttpResponse:
    """A page of the elements of a kind, narrowed by stage and people; all of it in the address."""
    actor, given = request.actor, request.GET.dict()
    shown = filters_shown.read(actor, LISTINGS[Kind(kind)], given, written(kind, given))
    asked = replace(Asked.read(kind, given), q=shown.text or "")
    path, quick = reverse("element-list", args=[kind]), shown_by(kind, asked.q)
    query = {
        **asked.query,
        "filter": shown.code or filters_shown.all_of(shown),
        "q": shown.own_text,
        **{key: given.get(key, "") for key in ("sort", "columns", "cursor")},
    }
    opens_with = filters_shown.default_address(shown, given)
    if not opens_with and set(given) & {WAS, *KEYS}:
        opens_with = address(path, query)  # what the selects chose stands in the filter's text
    if opens_with and not is_fragment(request):
        return redirect(opens_with)
    layout, problem = queries.get_layout(actor, kind=kind), None
    shown = filters_shown.with_columns(shown, layout.columns)
    columns = shown.columns or layout.columns
    try:
        page = queries.list_elements(
            actor, kind=kind, filters=asked.filter(), sort=shown.sort, cursor=query["cursor"], columns=columns
        )
    except FilterError as error:
        page, problem = Page([], shown.sort, columns), problem_of(asked.q, error)
    plan(actor, page)
    known = queries.list_columns(kind)
    context = {
        "kind": kind,
        "title": KIND_PLURALS[Kind(kind)],
        "listing": LISTINGS[Kind(kind)],
        "page": page,
        "asked": asked,
        "shown": shown,
        **filter_row(actor, shown, search=asked.search),
        "query": query,
        "filter": address("", asked.query).lstrip("?"),
        "rows": ElementPainter(kind, page.columns, viewer_of(actor), page.search).rows(page.rows),
        "headings": headings(known, page, query, path, layout.widths),
        "width": width_classes(known, page.columns, layout),
        "empty": None if page.rows else why_empty(actor, kind, asked, quick),
        "problem": problem,
        "searching": searching(asked.search),
        "pager": _pager(path, query, page),
        "can_add": queries.can_add(actor, kind=kind),
        **choices(actor, kind, quick),
        "kind_name": Kind(kind).label,
    }
    opened = request.GET.get("open", "")
    if is_id(opened) and request.headers.get("HX-Target") not in {"list-view", "list-page"}:
        context |= _shown(request, kind, int(opened))
    response = render_page(request, "crm/list.html", context, status=problem.status if problem else 200)
    if request.headers.get("HX-Trigger") == BOX:
        return with_address(request, response, address(path, query))
    if request.headers.get("HX-Target") == "list-page":
        # Selects send their empty values too: the address is to be as short as what it says.
        response.headers["HX-Push-Url"] = address(path, query)
    return response


@require_safe
def total(request: ActorRequest, kind: str) -> HttpResponse:
    """The total of a list, loaded beside the page, which never waits for it."""
    asked = Asked.read(kind, request.GET.dict())
    try:
        total = queries.count_list(request.actor, kind=kind, filters=asked.filter())
    except FilterError:
        total = Total(0, True)  # the page itself says what is wrong
    return render(request, "crm/_total.html", {"total": total})


@require_safe
def detail(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """The page of an element, or what a side panel shows of it; `?open=` shows one of its activities beside it."""
    actor, viewer = request.actor, viewer_of(request.actor)
    asked = None if is_fragment(request) else HistoryAsked(request.GET)
    context = _shown(request, kind, number, asked)
    files = list_element_files(actor, element_id=context["element"].id)
    context["element_files"] = rows_of(files, viewer)
    opened = request.GET.get("open", "")
    if is_id(opened):
        context |= detail_context(actor, int(opened), viewer) | {"is_panel": True}
    return render_page(request, "crm/element.html", context)


@require_safe
def parts(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """What changes on an element's page when something was done: its head, fields and timeline."""
    viewer = viewer_of(request.actor)
    context = element_context(request.actor, kind, number, viewer)
    rolled = bool(request.GET.get("rolled"))
    context |= timeline_context(request.actor, context["element"], viewer, rolled=rolled) | {
        "is_swap": True,
        "is_panel": bool(request.GET.get("panel")),
    }
    return render(request, "crm/_parts.html", context)


@require_safe
def menu(request: ActorRequest, kind: str, number: int) -> HttpResponse:
    """The row menu, loaded when it opens: what is refused stands there with the reason."""
    element = queries.get_element(request.actor, kind=kind, number=number)
    return render(request, "crm/_menu.html", {"element": element, "kind": kind, "reasons": element.reasons})


def _shown(request: ActorRequest, kind: str, number: int, asked: HistoryAsked | None = None) -> dict[str, Any]:
    actor, viewer = request.actor, viewer_of(request.actor)
    context = element_context(actor, kind, number, viewer)
    context |= timeline_context(actor, context["element"], viewer, asked)
    return context | {"types": types_for(request), **blank_form()}


def plan(actor: Actor, page: Page) -> None:
    """Give the rows their counters and, where that column is shown, their next activities: a query each for the page."""
    counted = count_by_element(actor, element_ids=[row["id"] for row in page.rows])
    for row in page.rows:
        row["counters"] = counted.get(row["id"])
    if NEXT_ACTIVITY not in page.columns:
        return
    following = next_activities(actor, element_ids=[row["id"] for row in page.rows])
    for row in page.rows:
        row[NEXT_ACTIVITY] = following.get(row["id"])
        row["is_in_progress"] = row["stage_outcome"] in {None, Outcome.OPEN}


def _pager(path: str, query: dict[str, str], page: Page) -> dict[str, str | None]:
    places = {name: getattr(page, name) for name in ("first", "previous", "next", "last")}
    return {
        name: None if cursor is None else address(path, {**query, "cursor": cursor}) for name, cursor in places.items()
    }
