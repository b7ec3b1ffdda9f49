"""What the pickers find while one types; only what the reader may read."""

from __future__ import annotations

from django.http import JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from relance.access.terms import KINDS
from relance.crm.queries import find_elements, list_contact_points
from relance.people.queries import list_people
from relance.web.activities.fields import client_value
from relance.web.requests import ActorRequest

LONGEST_QUERY = 200


def _text(request: ActorRequest) -> str:
    return request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "")


@require_safe
def people(request: ActorRequest) -> JsonResponse:
    """Active users."""
    found = list_people(request.actor, text=_text(request))
    return _found(
        [
            {"value": str(p.id), "text": p.name, "note": p.position, "initials": p.initials, "tint": p.tint}
            for p in found
        ]
    )


@require_safe
def elements(request: ActorRequest) -> JsonResponse:
    """Elements of any kind, or of the `kind`s asked for."""
    kinds = [kind for kind in request.GET.getlist("kind") if kind in KINDS] or KINDS
    found = find_elements(request.actor, text=_text(request), kinds=kinds)
    return _found([{"value": str(ref.id), "text": ref.name, "kind": ref.kind} for ref in found])


@require_safe
def clients(request: ActorRequest) -> JsonResponse:
    """Contacts and companies, each alone and with each of its phones and addresses."""
    found = find_elements(request.actor, text=_text(request), kinds=("contact", "company"), limit=10)
    points = list_contact_points(request.actor, ids=[ref.id for ref in found])
    options: list[dict[str, object]] = []
    for ref in found:
        options.append({"value": str(ref.id), "text": ref.name, "kind": ref.kind})
        for point in points:
            if point["element_id"] == ref.id:
                value = client_value(ref.id, point["raw"])
                options.append({"value": value, "text": f"{ref.name} · {point['raw']}", "kind": ref.kind})
    return _found(options)


def _found(options: list[dict[str, object]]) -> JsonResponse:
    return JsonResponse({"options": options})


urlpatterns = [
    path("people/", people, name="pick-people"),
    path("elements/", elements, name="pick-elements"),
    path("clients/", clients, name="pick-clients"),
]
