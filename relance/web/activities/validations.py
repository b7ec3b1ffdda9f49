"""Answering a document validation, from the panel or the page of its activity."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from relance.activities.actions import answer_validation
from relance.kit.errors import Invalid
from relance.kit.outcome import require
from relance.web.activities.dates import viewer_of
from relance.web.activities.detail import detail_context
from relance.web.bulk.answers import announce
from relance.web.pages import is_fragment, render_page
from relance.web.requests import ActorRequest


class AnswerForm(forms.Form):
    """Approved or refused, and why."""

    decision = forms.CharField(max_length=20)
    reason = forms.CharField(required=False, max_length=5_000)


@require_POST
def answer(request: ActorRequest, activity_id: int) -> HttpResponse:
    """Approve or refuse. A refusal without its reason is asked for it."""
    actor, form = request.actor, AnswerForm(request.POST)
    form.is_valid()
    said = {key: form.cleaned_data.get(key, "") for key in ("decision", "reason")}
    try:
        outcome = require(answer_validation(actor, ids=[activity_id], **said), activity_id)
    except Invalid as error:
        context = detail_context(actor, activity_id, viewer_of(actor)) | {"is_panel": is_fragment(request)}
        context["answer_error"] = " ".join(error.messages.values())
        return render_page(request, "activities/detail.html", context, status=422)
    text = _("Approved.") if said["decision"] == "approved" else _("Refused, with your reason.")
    if not is_fragment(request):
        messages.success(request, text)
        return redirect("activity-detail", activity_id)
    context = detail_context(actor, activity_id, viewer_of(actor)) | {"is_panel": True}
    response = render_page(request, "activities/detail.html", context)
    return announce(request, response, text, gesture=outcome.gesture, ids=[activity_id])
