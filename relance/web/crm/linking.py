"""The elements around an element, linked and unlinked where they stand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from relance.crm.actions import link_elements
from relance.crm.queries import get_element
from relance.crm.terms import ElementDetail
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.outcome import require
from relance.web.activities.fields import is_id
from relance.web.bulk.answers import announce
from relance.web.crm.around import ROLES, group_of
from relance.web.crm.forms import ElementField, offer_linked
from relance.web.pages import is_fragment
from relance.web.requests import ActorRequest


class LinkForm(forms.Form):
    """Which element to link."""

    def __init__(self, *args: object, role: str, label: str) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.fields["add"] = ElementField(role, label=label)


@require_http_methods(["GET", "POST"])
def links(request: ActorRequest, kind: str, number: int, role: str) -> HttpResponse:
    """GET gives the picker of an element to link; POST links the one in `add`, or unlinks the one in `remove`.

    Raises:
        NotFound: this kind has no such links, or the reader does not see the element.
        Forbidden: he may not change the element that keeps the link.
    """
    element = get_element(request.actor, kind=kind, number=number)
    if role not in ROLES[kind]:
        raise NotFound
    group = group_of(element, role)
    if group.reason:
        raise Forbidden(group.reason)
    if request.method == "GET":
        return _ask(request, element, role, LinkForm(role=role, label=group.title))
    other, is_linked = _asked(request)
    try:
        outcome = link_elements(request.actor, id=element.id, other=other, is_linked=is_linked)
    except Invalid as error:
        form = LinkForm({"add": other}, role=role, label=group.title)
        form.is_valid()
        form.add_error(None, " ".join(map(str, error.messages.values())))
        return _ask(request, element, role, form)
    changed = [*outcome.done, *outcome.unchanged, *(refusal.id for refusal in outcome.refused)]
    require(outcome, changed[0])
    if not is_fragment(request):
        messages.success(request, _("Saved."))
        return redirect("element-detail", kind, number)
    after = get_element(request.actor, kind=kind, number=number)
    context = {"element": after, "kind": kind, "group": group_of(after, role)}
    response = render(request, "crm/_links.html", context)
    return announce(request, response, _("Saved."), gesture=outcome.gesture, ids=[])


def _asked(request: ActorRequest) -> tuple[int, bool]:
    for name, is_linked in (("remove", False), ("add", True)):
        value = request.POST.get(name, "")
        if is_id(value):
            return int(value), is_linked
    raise Invalid({"add": _("Choose an element.")})


def _ask(request: ActorRequest, element: ElementDetail, role: str, form: LinkForm) -> HttpResponse:
    offer_linked(request.actor, form, "add", role)
    context = {"element": element, "kind": element.kind, "group": group_of(element, role), "form": form}
    page = "links" if not is_fragment(request) else "_links" if form.is_bound else "_link_form"
    return render(request, f"crm/{page}.html", context, status=422 if form.errors else 200)
