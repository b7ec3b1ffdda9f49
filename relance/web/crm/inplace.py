"""One field of an element, edited where it stands: a form in its place, then its value again.

Without a script the same addresses are pages of their own.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relance.crm.actions import edit_elements
from relance.crm.queries import count_leaving, element_refs, get_element, list_stages
from relance.crm.terms import ElementChanges, ElementDetail
from relance.kit.errors import Conflict, Forbidden, Invalid, NotFound
from relance.kit.outcome import require
from relance.web.activities.dates import viewer_of
from relance.web.bulk.answers import announce
from relance.web.crm.fieldrows import GROUPS, editable_keys, row_of
from relance.web.crm.filters import stage_of
from relance.web.crm.forms import LINES, ElementForm, complain, initial_of_element, offer
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest


@require_http_methods(["GET", "POST"])
def field(request: ActorRequest, kind: str, number: int, key: str) -> HttpResponse:
    """GET gives the form of a field (with `?show=1` its value, as after a cancel); POST saves it.

    Raises:
        NotFound: the kind does not have this field, or the reader does not see the element.
        Forbidden: the reader may not change it.
    """
    element = get_element(request.actor, kind=kind, number=number)
    if key not in editable_keys(kind):
        raise NotFound
    if request.method == "GET" and request.GET.get("show"):
        return _value(request, element, key)
    if not element.can_update:
        raise Forbidden(element.reasons["update"])
    if request.method == "GET":
        return _ask(request, element, key, _form(kind, key, initial=initial_of_element(element)))
    return _save(request, element, key)


def _save(request: ActorRequest, element: ElementDetail, key: str) -> HttpResponse:
    form = _form(element.kind, key, _posted(request, key))
    if not form.is_valid():
        return _ask(request, element, key, form)
    changes = cast("ElementChanges", {name: form.value(name) for name in _names(key)})
    to = changes.get("responsible_id")
    if to and not request.POST.get("sure") and count_leaving(request.actor, ids=[element.id], to=to):
        return _ask(request, element, key, form, warns=True)
    version = form.cleaned_data["version"]
    try:
        outcome = require(edit_elements(request.actor, ids=[element.id], changes=changes, version=version), element.id)
    except Invalid as error:
        complain(form, list(error.messages.items()))
        return _ask(request, element, key, form)
    except Conflict as conflict:
        again = _posted(request, key)
        again["version"] = str(element.version)
        return _ask(request, element, key, _form(element.kind, key, again), conflict=conflict)
    return _saved(request, element, key, outcome.gesture, changed=bool(outcome.done))


def _posted(request: ActorRequest, key: str) -> Any:  # noqa: ANN401 - a form's data
    """What was sent; phones and addresses come row by row, and are read as lines."""
    said = request.POST.copy()
    if key in LINES:
        said[key] = "\n".join(" ".join(line.split()) for line in request.POST.getlist(key))
    return said


def _names(key: str) -> tuple[str, ...]:
    return GROUPS.get(key, (key,))


def _form(kind: str, key: str, data: Any = None, initial: dict[str, object] | None = None) -> ElementForm:  # noqa: ANN401
    return ElementForm(data, kind=kind, initial=initial, only=_names(key))


def _ask(
    request: ActorRequest,
    element: ElementDetail,
    key: str,
    form: ElementForm,
    *,
    conflict: Conflict | None = None,
    warns: bool = False,
) -> HttpResponse:
    offer(request.actor, form)
    first = _names(key)[0]
    context = {
        "element": element,
        "kind": element.kind,
        "key": key,
        "form": form,
        "label": form.fields[first].label,
        "lines": _lines(form, key) if key in LINES else None,
        "conflicts": [(label, *pair) for label, pair in conflict.fields.items()] if conflict else [],
        "warns": warns,
        "opens": key == "is_open_to_all",
    }
    status = 409 if conflict else 422 if form.errors or warns else 200
    page = "_field_form" if is_fragment(request) else "field"
    return render(request, f"crm/{page}.html", context, status=status)


def _lines(form: ElementForm, key: str) -> list[str]:
    """The phones or addresses, each in its own row, and an empty one for the next."""
    return [*(line for line in str(form[key].value() or "").splitlines() if line), ""]


def _value(request: ActorRequest, element: ElementDetail, key: str) -> HttpResponse:
    if not is_fragment(request):
        return redirect("element-detail", element.kind, element.number)
    return render(request, "crm/_field.html", _row_context(request, element, key))


def _row_context(request: ActorRequest, element: ElementDetail, key: str) -> dict[str, object]:
    stages = list_stages(element.kind, pipeline_id=element.pipeline_id) if key == "stage_id" else []
    row = row_of(element, key, viewer_of(request.actor), stage_of(stages, element.stage_id))
    return {"element": element, "kind": element.kind, "row": row}


def _saved(request: ActorRequest, element: ElementDetail, key: str, gesture: object, *, changed: bool) -> HttpResponse:
    text = _("Saved.") if changed else _("Nothing was changed.")
    is_readable = element.id in element_refs(request.actor, [element.id])
    if not is_fragment(request) or not is_readable:
        messages.success(request, text, extra_tags=reverse("undo", args=[gesture]) if gesture else "")
        path = reverse("element-list", args=[element.kind])
        if is_fragment(request):
            response = HttpResponse()
            response.headers["HX-Redirect"] = path
            return response
        return redirect("element-detail", element.kind, element.number) if is_readable else redirect(path)
    after = get_element(request.actor, kind=element.kind, number=element.number)
    response = render(request, "crm/_field.html", _row_context(request, after, key))
    return announce(request, response, text, gesture=gesture, ids=[]) if changed else response
