"""Completing an activity in place: its outcome, a note, and what comes next, in one movement."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from relance.activities.actions import complete_activities
from relance.activities.catalog import TypeView, list_types
from relance.activities.queries import ActivityDetail, get_activity
from relance.activities.terms import DOCUMENT, FollowUp, Times
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.outcome import require
from relance.web.activities.dates import day_whole, instant_whole, viewer_of
from relance.web.activities.defaults import default_times
from relance.web.activities.fields import PersonField, offer_people
from relance.web.activities.words import WordsField, moment_in_words
from relance.web.bulk.answers import announce
from relance.web.pages import is_fragment, render_page
from relance.web.requests import ActorRequest

# Where the form shows what the action says.
PLACES = {"next_responsible_id": "next_responsible", "next_deadline_at": "next_words", "next_deadline_on": "next_words"}


class CompletingForm(forms.Form):
    """How it ended; and the next activity, which is planned only if `then` says so."""

    outcome = forms.CharField(required=False, max_length=50)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 1}),
    )
    then = forms.CharField(required=False, max_length=10)
    next_type = forms.ChoiceField(
        label=gettext_lazy("Type"), required=False, widget=forms.Select(attrs={"class": "input"})
    )
    next_subject = forms.CharField(
        label=gettext_lazy("Subject"), required=False, max_length=500, widget=forms.TextInput(attrs={"class": "input"})
    )
    next_words = WordsField()
    next_responsible = PersonField(label=gettext_lazy("Responsible"), required=False)

    def __init__(self, *args: Any, activity_id: int, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        kwargs["auto_id"] = f"completing-{activity_id}-%s"
        super().__init__(*args, **kwargs)
        # A document is validated by people whom this small form does not ask for.
        self.types = {view.code: view for view in list_types(active_only=True) if view.code != DOCUMENT}
        field = self.fields["next_type"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(view.code, view.name) for view in self.types.values()]

    def follow_up(self, actor: Actor) -> FollowUp | None:
        """What comes next, if anything.

        Raises:
            Invalid: words that are not understood.
        """
        said = self.cleaned_data
        if said["then"] != "plan":
            return None
        view = self.types.get(said["next_type"]) or next(iter(self.types.values()))
        return FollowUp(
            type=view.code,
            subject=said["next_subject"].strip() or view.name,
            responsible_id=said["next_responsible"],
            **_times(actor, view, said["next_words"]),
        )


@require_http_methods(["GET", "POST"])
def complete(request: ActorRequest, activity_id: int) -> HttpResponse:
    """GET gives the form, in the activity's place or as a page; POST completes, and plans what comes next.

    Raises:
        NotFound: the reader does not see the activity.
        Forbidden: he may not complete it.
    """
    activity = get_activity(request.actor, id=activity_id)
    if reason := activity.reasons.get("complete"):
        raise Forbidden(reason)
    if request.method == "GET":
        return _show(request, activity, CompletingForm(initial=_initial(activity), activity_id=activity_id))
    form = CompletingForm(request.POST, activity_id=activity_id)
    if not form.is_valid():
        return _show(request, activity, form)
    said = form.cleaned_data
    try:
        outcome = require(
            complete_activities(
                request.actor,
                ids=[activity_id],
                outcome=said["outcome"],
                note=said["note"],
                follow_up=form.follow_up(request.actor),
            ),
            activity_id,
        )
    except Invalid as error:
        for key, text in error.messages.items():
            name = PLACES.get(key, key)
            form.add_error(name if name in form.fields else None, text)
        return _show(request, activity, form)
    return _done(request, activity_id, outcome.gesture, is_planned=said["then"] == "plan")


def _times(actor: Actor, view: TypeView, words: str) -> dict[str, Any]:
    """When the next activity is due, or begins: as the words say, else as usual for its type."""
    if not words:
        return default_times(actor, view)
    moment = moment_in_words(actor, words, field="next_words")
    prefix = "start" if view.times == Times.SLOT else "deadline"
    return {f"{prefix}_at": moment.at} if moment.at else {f"{prefix}_on": moment.day}


def _initial(activity: ActivityDetail) -> dict[str, Any]:
    fields = activity.fields
    return {
        "next_type": fields["type"] or str(fields["type_id"]),
        "next_subject": fields["subject"],
        "next_responsible": fields["responsible_id"],
    }


def _show(request: ActorRequest, activity: ActivityDetail, form: CompletingForm) -> HttpResponse:
    offer_people(request.actor, form, ["next_responsible"], everybody=not is_fragment(request))
    own = next(view for view in list_types() if view.id == activity.fields["type_id"])
    said = {code: _usual(request.actor, view) for code, view in form.types.items()}
    chosen = form["next_type"].value()
    context = {
        "activity": activity,
        "form": form,
        "outcomes": [(outcome.code, outcome.name) for outcome in own.offered_outcomes],
        "said": said.get(chosen) or next(iter(said.values()), ""),
        "said_by_type": json.dumps(said),
    }
    status = 422 if form.errors else 200
    return render_page(request, "composer/completing.html", context, status=status)


def _usual(actor: Actor, view: TypeView) -> str:
    """When an activity of the type is due if nothing else is said, in words."""
    viewer = viewer_of(actor)
    times = default_times(actor, view)
    at = times.get("start_at") or times.get("deadline_at")
    return instant_whole(at, viewer) if at else day_whole(viewer.today, viewer) if times else ""


def _done(request: ActorRequest, activity_id: int, gesture: object, *, is_planned: bool) -> HttpResponse:
    text = _("Activity completed, the next one is planned.") if is_planned else _("Activity completed.")
    if gesture is None:
        text = _("This activity was completed already.")
    if not is_fragment(request):
        messages.success(request, text, extra_tags=reverse("undo", args=[gesture]) if gesture else "")
        return redirect("activity-detail", activity_id)
    return announce(request, HttpResponse(), text, gesture=gesture, ids=[activity_id])
