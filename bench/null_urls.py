"""The product's addresses and one more, `/bench/null/`: the list's own middleware, view and template over fixed rows.

What a page costs beyond it is what its rows cost to find, to read and to paint.
"""

from __future__ import annotations

import functools
from types import FunctionType, SimpleNamespace
from typing import Any

from django.http import HttpResponse
from django.urls import path

from relance.activities import queries
from relance.config import urls
from relance.lists.terms import Layout, Page
from relance.web.activities import cells, views
from relance.web.requests import ActorRequest

handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


@functools.cache
def canned() -> dict[str, Any]:
    """What the view finds in the place of its queries and of the painter: kept from the first page that it made."""
    kept: dict[str, Any] = {}

    class Painter:
        """Paints once."""

        def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - the real painter's
            self._arguments = arguments

        def rows(self, rows: Any) -> Any:  # noqa: ANN401 - the real painter's
            """The markup of the first page's rows."""
            if "rows" not in kept:
                kept["rows"] = cells.Painter(*self._arguments).rows(rows)
            return kept["rows"]

    def list_activities(*arguments: Any, **named: Any) -> Page:  # noqa: ANN401 - the real query's
        if "page" not in kept:
            kept["page"] = queries.list_activities(*arguments, **named)
        page: Page = kept["page"]
        return page

    def get_layout(*arguments: Any) -> Layout:  # noqa: ANN401 - the real query's
        if "layout" not in kept:
            kept["layout"] = queries.get_layout(*arguments)
        layout: Layout = kept["layout"]
        return layout

    stand_in = SimpleNamespace(**vars(queries) | {"list_activities": list_activities, "get_layout": get_layout})
    names = {**vars(views), "queries": stand_in, "Painter": Painter, "kept": kept}
    # What the view calls in its own file finds the canned queries too.
    for name, function in vars(views).items():
        if (
            isinstance(function, FunctionType)
            and function.__module__ == views.__name__
            and not hasattr(function, "__wrapped__")
        ):
            names[name] = FunctionType(function.__code__, names, name, function.__defaults__)
    return names


def null_page(request: ActorRequest) -> HttpResponse:
    """The view of the list, its queries and its painter canned."""
    view = views.activity_list.__wrapped__  # type: ignore[attr-defined]  # under require_GET
    response: HttpResponse = FunctionType(view.__code__, canned())(request)
    if set(canned()["kept"]) != {"page", "layout", "rows"}:
        message = "the view went round what is canned: this is no null page"
        raise RuntimeError(message)
    return response


urlpatterns = [path("bench/null/", null_page), *urls.urlpatterns]
