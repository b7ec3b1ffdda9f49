"""The filter builder: its form posts the tree's parts, and the server answers with the tree, its sentence and its text."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from relance.activities.listings import get_listing
from relance.kit.errors import NotFound
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import LONGEST_FILTER, FilterError, Tree, conditions, write
from relance.lists.saved import get_filter
from relance.lists.terms import Listing
from relance.web.activities.fields import is_id
from relance.web.filters.drafts import Group, blame, drafted, partial_tree, rules, tree_of
from relance.web.filters.editors import COUNTED, DAY_WORDS, UNITS
from relance.web.filters.reading import done, is_full, read_form
from relance.web.filters.sentence import naming_of, words_of
from relance.web.filters.shape import shape_of
from relance.web.filters.shown import PATHS, is_saved
from relance.web.lists.text_filter import Problem, problem_of
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest

# What the address of the list keeps beside the filter's text.
BESIDE = ("filter", "sort", "columns", "search")


@require_http_methods(["GET", "POST"])
def build(request: ActorRequest, listing: str) -> HttpResponse:
    """The builder of a list: opened with the text of `q`; a button's `do` changes it, `apply` shows the list with it."""
    known = get_listing(listing)
    if request.method == "GET":
        return _open(request, known, request.GET)
    if request.POST.get("do") == "read":
        return _open(request, known, request.POST)
    group = read_form(request.POST, known.fields)
    gesture = request.POST.get("do", "")
    if gesture == "apply":
        return _apply(request, known, group)
    focus = done(group, gesture, next(iter(known.fields))) if gesture else request.POST.get("focus", "")
    return _show(request, known, group, focus=focus)


def _open(request: ActorRequest, known: Listing, asked: QueryDict) -> HttpResponse:
    """The builder of a text; with one that cannot be read, what was built before, and the text as it was typed."""
    text = asked.get("q", "").strip()
    try:
        tree = parse(text)
    except FilterError as error:
        group = read_form(asked, known.fields)
        return _show(request, known, group, text=text, problem=problem_of(text, error), focus="builder-q")
    group = drafted(tree, dict(known.fields))
    place = asked.get("at", "")
    focus = "builder-q" if asked.get("do") == "read" else f"field-{place}" if place else ""
    return _show(request, known, group, focus=_blamed(request, known, group, tree) or focus)


def _blamed(request: ActorRequest, known: Listing, group: Group, tree: Tree) -> str:
    """Say beside the rule what the list cannot take; the id that then has the focus."""
    text = write(tree)
    try:
        known.check(request.actor, text)
    except FilterError as error:
        blame(group, text, error)
        return "wrong"
    return ""


def _apply(request: ActorRequest, known: Listing, group: Group) -> HttpResponse:
    try:
        tree = tree_of(group)
        text = write(parse(write(tree)))
        known.check(request.actor, text)
    except FilterError as error:
        whole = partial_tree(group)
        problem = None
        if not any(rule.problem for rule in rules(group)) and not blame(group, write(whole), error):
            problem = problem_of(write(whole)[:LONGEST_FILTER], error)
        return _show(request, known, group, problem=problem, focus="wrong")
    path = _address(request, known, text)
    if not is_fragment(request):
        return redirect(path)
    return trigger_client_event(HttpResponse(status=204), "filters-changed", {"path": path})


def _address(request: ActorRequest, known: Listing, text: str) -> str:
    """The list's address with a filter's text: of a kept filter, what it was changed to."""
    beside = {key: request.POST.get(key, "") for key in BESIDE}
    code, kept = beside.pop("filter"), None
    if is_saved(code):
        kept = get_filter(request.actor, id=int(code[1:]))
        if kept.listing != known.key:
            raise NotFound
    said = {"filter": code if kept else "", "q": "" if kept and kept.text == text else text, **beside}
    if not text:
        said = {"filter": "mine" if known.key == "activities" else "all", **beside}
    return f"{PATHS[known.key]}?{urlencode({key: value for key, value in said.items() if value})}"


def _show(
    request: ActorRequest,
    known: Listing,
    group: Group,
    *,
    text: str | None = None,
    problem: Problem | None = None,
    focus: str = "",
) -> HttpResponse:
    tree = partial_tree(group)
    naming = naming_of(request.actor, known, tree)
    asked = request.POST if request.method == "POST" else request.GET
    code = asked.get("filter", "")
    is_wrong = problem is not None or focus == "wrong"
    context = {
        "listing": known.key,
        "root": shape_of(group, naming),
        "fields": naming.groups(),
        "people": naming.people,
        "day_words": DAY_WORDS.items(),
        "counted": [(key, label) for key, (_form, label) in COUNTED.items()],
        "units": UNITS.items(),
        "sentence": words_of(group, naming),
        "text": write(tree) if text is None else text,
        "problem": problem,
        "focus": focus,
        "is_full": is_full(group),
        "beside": [(key, asked.get(key, "")) for key in BESIDE],
        "kept": get_filter(request.actor, id=int(code[1:])) if is_saved(code) and is_id(code[1:]) else None,
        "conditions_count": len(list(conditions(tree))),
    }
    name = "_builder" if is_fragment(request) else "builder"
    response = render(request, f"filters/{name}.html", context, status=422 if is_wrong else 200)
    if request.headers.get("HX-Target") != "builder-reading":
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return response
