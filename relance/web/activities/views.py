"""*My activities*: the list, its totals, one activity, its menu."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from relance.activities import queries
from relance.activities.catalog import list_types
from relance.activities.listing import COLUMNS, LISTING
from relance.activities.terms import FILTER_BY_CODE, STANDARD_FILTERS, StandardFilter
from relance.kit.actor import Actor
from relance.lists.grammar.tree import FilterError
from relance.lists.terms import Page, Total
from relance.web.activities import filters
from relance.web.activities.cells import Painter, by_due, grouped
from relance.web.activities.dates import viewer_of
from relance.web.activities.detail import detail_context
from relance.web.activities.fields import is_id
from relance.web.bulk.forms import POSTPONEMENTS
from relance.web.filters import shown as filters_shown
from relance.web.filters.row import filter_row
from relance.web.filters.shown import Shown
from relance.web.lists.headings import address, headings, width_classes
from relance.web.lists.search_box import search_text, searching, with_address
from relance.web.lists.text_filter import MARK, Problem, TextFilter, problem_of
from relance.web.pages import is_fragment, render_page
from relance.web.requests import ActorRequest

# All that was ever completed costs more to count than all other filters together, and is looked at least.
COUNTED_WHEN_SHOWN = frozenset({"completed"})

# What the list's address keeps from page to page.
ADDRESS = ("filter", "q", "search", "sort", "columns", "cursor")


@require_safe
def activity_list(request: ActorRequest) -> HttpResponse:
    """A page of a standard filter, or of a custom one (`?q=`); `?open=` shows one of its activities beside it."""
    actor, asked = request.actor, {key: request.GET.get(key, "") for key in ADDRESS}
    asked["search"] = search_text(asked["search"])
    shown = filters_shown.read(actor, LISTING, request.GET.dict())
    opens_with = filters_shown.default_address(shown, request.GET.dict())
    if opens_with and not is_fragment(request):
        return redirect(opens_with)
    standard = _shown_filter(asked, shown)
    layout = queries.get_layout(actor)
    shown = filters_shown.with_columns(shown, layout.columns)
    page, problem = _page(actor, asked, shown, layout.columns)
    opened, viewer, is_by_due = request.GET.get("open", ""), viewer_of(actor), by_due(page)
    context = {
        "page": page,
        "by_due": is_by_due,
        "standard": standard,
        "shown": shown,
        **filter_row(actor, shown, standard_text=standard.text, search=asked["search"]),
        "query": asked,
        "rows": Painter(page.columns, viewer, page.search).rows(grouped(page, viewer) if is_by_due else page.rows),
        "headings": headings(COLUMNS, page, asked, reverse("activity-list"), layout.widths),
        "width": width_classes(COLUMNS, page.columns, layout),
        "listing": LISTING,
        "tabs": filters.TABS,
        "rare": filters.RARE,
        "others": STANDARD_FILTERS[len(filters.TABS) :],
        "sentence": filters.SENTENCES.get(standard.code, ()),
        "empty": None if page.rows else filters.why_empty(actor, standard, asked),
        "problem": problem,
        "searching": searching(asked["search"]),
        "first_page": address(reverse("activity-list"), {**asked, "cursor": ""}),
        "pager": _pager(asked, page),
        "can_create": queries.may_create(actor),
        # The totals of the other filters stand on the page that is there: a turn of it counts its own alone.
        "is_turned": is_fragment(request),
    }
    if is_id(opened) and request.headers.get("HX-Target") != "list-view":
        context |= detail_context(actor, int(opened), viewer) | {"is_panel": True}
    response = render_page(request, "activities/list.html", context, status=problem.status if problem else 200)
    return with_address(request, response, address(reverse("activity-list"), asked))


def _shown_filter(asked: dict[str, str], shown: Shown) -> StandardFilter | TextFilter:
    """The filter that an address asks for: a custom one leaves no room for a standard one."""
    asked["q"] = shown.own_text
    if shown.text is not None:
        asked["filter"] = shown.code
        return TextFilter(shown.text, shown.name)
    standard = FILTER_BY_CODE.get(asked["filter"], STANDARD_FILTERS[0])
    asked["filter"] = standard.code
    return standard


def _page(actor: Actor, asked: dict[str, str], shown: Shown, columns: Sequence[str]) -> tuple[Page, Problem | None]:
    """The page asked for, or an empty one with what is wrong with its filter."""
    columns = shown.columns or columns
    filter, text, search, sort, cursor = asked["filter"], shown.text, asked["search"], shown.sort, asked["cursor"]
    try:
        page = queries.list_activities(
            actor, filter=filter, text=text, search=search, sort=sort, cursor=cursor, columns=columns
        )
    except FilterError as error:
        return Page([], sort, columns), problem_of(text or "", error)
    return page, None


@require_safe
def counts(request: ActorRequest) -> HttpResponse:
    """The exact totals of the standard filters, or of the one shown alone (`only=1`), loaded beside the page, which never
    waits for them.
    """
    asked = request.GET.get("filter", "")
    is_own, current = asked.startswith(MARK), FILTER_BY_CODE.get(asked, STANDARD_FILTERS[0]).code
    others = FILTER_BY_CODE.keys() if request.GET.get("only") else COUNTED_WHEN_SHOWN
    totals = queries.count_standard_filters(request.actor, but=others - (set() if is_own else {current}))
    search, text = search_text(request.GET.get("search", "")), asked.removeprefix(MARK) if is_own else None
    total = _matching(request.actor, current, text, search) if is_own or search else Total(totals[current], True)
    return render(request, "activities/_counts.html", {"totals": totals, "total": total})


def _matching(actor: Actor, filter: str, text: str | None, search: str) -> Total:
    try:
        return queries.count_matching(actor, filter=filter, text=text, search=search)
    except FilterError:
        return Total(0, True)  # the page itself says what is wrong


@require_safe
def detail(request: ActorRequest, activity_id: int) -> HttpResponse:
    """One activity: in the side panel, or as a page of its own."""
    context = detail_context(request.actor, activity_id, viewer_of(request.actor))
    return render_page(request, "activities/detail.html", context | {"is_panel": is_fragment(request)})


@require_safe
def menu(request: ActorRequest, activity_id: int) -> HttpResponse:
    """The row menu, loaded when it opens: what is refused stands there with the reason."""
    activity = queries.get_activity(request.actor, id=activity_id)
    context = {"activity": activity, "reasons": activity.reasons, "postponements": POSTPONEMENTS}
    return render(request, "activities/_menu.html", context)


@require_safe
def types(request: ActorRequest) -> HttpResponse:
    """The menu of types that can be created, loaded when it opens."""
    return render(request, "activities/_types.html", {"types": list_types(active_only=True)})


def _pager(asked: dict[str, str], page: object) -> dict[str, str | None]:
    path = reverse("activity-list")
    places = {name: getattr(page, name) for name in ("first", "previous", "next", "last")}
    return {
        name: None if cursor is None else address(path, {**asked, "cursor": cursor}) for name, cursor in places.items()
    }
