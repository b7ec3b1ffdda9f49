"""The form of the composer: that of an activity, lighter, and with what is needed to write down what is done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.activities.terms import DOCUMENT, ActivityDraft
from relance.kit import clock
from relance.web.activities.forms import ActivityForm

DURATIONS_MINUTES = (15, 30, 45, 60, 90, 120, 180, 240, 480)
# The fields that stand behind "More fields".
SECONDARY = (
    "is_incoming", "deadline_day", "deadline_time", "is_all_day", "start_day", "start_time", "end_day", "end_time",
    "elements", "participants", "reminders", "priority", "place", "colour", "description", "files",
)  # fmt: skip


def duration_text(minutes: int) -> str:
    """A length as forms offer it: "45 min", "1 h", "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


class ComposeForm(ActivityForm):
    """An activity for the element on whose page one is; a subject that is left empty is the type's name."""

    duration = forms.TypedChoiceField(
        label=_("Duration"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "input"}),
    )
    is_done = forms.BooleanField(label=_("Already done"), required=False)
    outcome = forms.CharField(required=False, max_length=50)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, auto_id="compose-%s", **kwargs)
        self.fields["subject"].required = False
        self.fields["elements"].required = False
        self.fields["elements"].label = _("Other elements")
        self.fields["elements"].help_text = ""
        usual = {view.default_duration_minutes for view in self.types.values()} - {None}
        lengths = sorted({*DURATIONS_MINUTES, *(minutes for minutes in usual if minutes)})
        duration = self.fields["duration"]
        if isinstance(duration, forms.ChoiceField):
            duration.choices = [("", "—"), *((minutes, duration_text(minutes)) for minutes in lengths)]

    @property
    def has_wrong_secondary(self) -> bool:
        """Whether something is wrong behind "More fields"."""
        return any(name in self.errors for name in SECONDARY)

    def clean(self) -> dict[str, Any]:
        """Without an end of its own, a slot lasts as long as was chosen."""
        said = super().clean()
        start, at, minutes = said.get("start_day"), said.get("start_time"), said.get("duration")
        if start and at and minutes and not said.get("is_all_day") and not said.get("end_time"):
            end = datetime.combine(start, at, tzinfo=self.zone) + timedelta(minutes=minutes)
            said |= {"end_day": end.date(), "end_time": end.time()}
        return said

    def _length(self, said: Mapping[str, Any]) -> timedelta | None:
        minutes = said.get("duration")
        return timedelta(minutes=minutes) if minutes else super()._length(said)

    def draft_for(self, element_id: int) -> ActivityDraft:
        """The new activity, the element of the page its main one; what is done already has no deadline any more."""
        said, draft = self.cleaned_data, self.draft()
        draft = replace(
            draft,
            subject=said["subject"].strip() or self.types[said["type"]].name,
            elements=(element_id, *(other for other in draft.elements if other != element_id)),
        )
        if not said["is_done"] or said["type"] == DOCUMENT:
            return draft
        nothing: dict[str, Any] = dict.fromkeys(
            ("deadline_at", "deadline_on", "start_at", "end_at", "start_on", "end_on")
        )
        done: dict[str, Any] = {"completed_at": clock.now(), "outcome": said["outcome"], "note": said["note"].strip()}
        return replace(draft, is_incoming=False, reminders=(), **nothing, **done)
