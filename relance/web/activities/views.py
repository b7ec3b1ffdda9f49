"""*My activities*: the list, its totals, one activity, its menu."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from relance.activities import queries
from relance.activities.catalog import list_types
from relance.activities.listing import COLUMNS
from relance.activities.terms import FILTER_BY_CODE, STANDARD_FILTERS
from relance.web.activities import filters
from relance.web.activities.cells import Painter
from relance.web.activities.dates import viewer_of
from relance.web.activities.detail import detail_context
from relance.web.activities.fields import is_id
from relance.web.bulk.forms import POSTPONEMENTS
from relance.web.lists.headings import address, headings, width_classes
from relance.web.pages import is_fragment, render_page
from relance.web.requests import ActorRequest

# All that was ever completed costs more to count than all other filters together, and is looked at least.
COUNTED_WHEN_SHOWN = frozenset({"completed"})


@require_safe
def activity_list(request: ActorRequest) -> HttpResponse:
    """A page of a standard filter; `?open=` shows one of its activities beside it."""
    actor, asked = request.actor, {key: request.GET.get(key, "") for key in ("filter", "sort", "cursor")}
    standard = FILTER_BY_CODE.get(asked["filter"], STANDARD_FILTERS[0])
    asked["filter"] = standard.code
    columns = queries.get_columns(actor)
    page = queries.list_activities(
        actor, filter=standard.code, sort=asked["sort"], cursor=asked["cursor"], columns=columns
    )
    opened = request.GET.get("open", "")
    context = {
        "page": page,
        "standard": standard,
        "query": asked,
        "rows": Painter(page.columns, viewer_of(actor)).rows(page.rows),
        "headings": headings(COLUMNS, page, asked, reverse("activity-list")),
        "width": width_classes(COLUMNS, page.columns),
        "tabs": filters.TABS,
        "rare": filters.RARE,
        "others": STANDARD_FILTERS[len(filters.TABS) :],
        "sentence": filters.SENTENCES[standard.code],
        "empty": None if page.rows else filters.why_empty(actor, standard),
        "pager": _pager(asked, page),
        "types": list_types(active_only=True),
        "can_create": queries.may_create(actor),
        "counts_come": True,
    }
    if is_id(opened) and request.headers.get("HX-Target") != "list-view":
        context |= detail_context(actor, int(opened), viewer_of(actor)) | {"is_panel": True}
    return render_page(request, "activities/list.html", context)


@require_safe
def counts(request: ActorRequest) -> HttpResponse:
    """The exact totals of the standard filters, loaded beside the page, which never waits for them."""
    current = FILTER_BY_CODE.get(request.GET.get("filter", ""), STANDARD_FILTERS[0]).code
    totals = queries.count_standard_filters(request.actor, but=COUNTED_WHEN_SHOWN - {current})
    context = {"totals": totals, "current": totals[current], "overdue": totals["overdue"]}
    return render(request, "activities/_counts.html", context)


@require_safe
def overdue(request: ActorRequest) -> HttpResponse:
    """How many of one's activities are overdue, for the sidebar."""
    total = queries.count_activities(request.actor, filter="overdue")
    return render(request, "activities/_overdue.html", {"overdue": total})


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


def _pager(asked: dict[str, str], page: object) -> dict[str, str | None]:
    path = reverse("activity-list")
    places = {name: getattr(page, name) for name in ("first", "previous", "next", "last")}
    return {
        name: None if cursor is None else address(path, {**asked, "cursor": cursor}) for name, cursor in places.items()
    }
