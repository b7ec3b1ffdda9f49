"""What the pickers of a deal's company and contacts find while one types; only what the reader may read."""

from __future__ import annotations

from django.http import JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from relance.crm.queries import find_elements
from relance.web.requests import ActorRequest

LONGEST_QUERY = 200


@require_safe
def elements_of_kind(request: ActorRequest, kind: str) -> JsonResponse:
    """Elements of one kind by the words of their names."""
    text = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "")
    found = find_elements(request.actor, text=text, kinds=[kind])
    return JsonResponse({"options": [{"value": str(ref.id), "text": ref.name, "kind": ref.kind} for ref in found]})


urlpatterns = [
    path("companies/", elements_of_kind, {"kind": "company"}, name="pick-companies"),
    path("deals/", elements_of_kind, {"kind": "deal"}, name="pick-deals"),
    path("contacts/", elements_of_kind, {"kind": "contact"}, name="pick-contacts"),
]
