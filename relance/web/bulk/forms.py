"""What the gestures ask for: over which rows, and with which values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.activities.terms import ActivityChanges, Hue, Priority
from relance.kit import clock
from relance.kit.actor import Actor
from relance.web.activities.fields import IdsField, PersonField
from relance.web.activities.forms import DayInput, TimeInput, type_choices
from relance.web.activities.words import WordsField, moment_in_words

DONT_CHANGE = _("Don't change")
MONDAY_AFTER = 7
# The days that an activity is put off to with one click.
POSTPONEMENTS = (("today", _("Today")), ("tomorrow", _("Tomorrow")), ("next-week", _("Next week")))
_DAYS: dict[str, Callable[[date], date]] = {
    "today": lambda today: today,
    "tomorrow": lambda today: today + timedelta(days=1),
    "next-week": lambda today: today + timedelta(days=MONDAY_AFTER - today.weekday()),
}


def suggested(choice: str, today: date) -> dict[str, object]:
    """What the dialog starts with: the usual day that was chosen; an incoming activity is to become a planned one."""
    return {"day": _DAYS[choice](today) if choice in _DAYS else None, "plan_incoming": True}


class AssignForm(forms.Form):
    """To whom."""

    to = PersonField(label=_("Responsible"))


class CompleteForm(forms.Form):
    """How it ended; a bulk action says neither."""

    outcome = forms.CharField(required=False, max_length=50)
    note = forms.CharField(required=False, max_length=5_000)


class PostponeForm(forms.Form):
    """To when: one of the usual days, words, or a day of one's own, with or without a time."""

    words = WordsField()
    to = forms.ChoiceField(required=False, choices=[("", ""), *POSTPONEMENTS])
    day = forms.DateField(label=_("To"), required=False, widget=DayInput())
    at = forms.TimeField(
        label=_("Time"), required=False, widget=TimeInput(), help_text=_("Without one, each keeps its time of day.")
    )
    plan_incoming = forms.BooleanField(label=_("Make incoming activities planned ones"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of the usual days, words, or a day."""
        said = self.cleaned_data
        if not said.get("to") and not said.get("words") and not said.get("day") and "day" not in self.errors:
            self.add_error("day", _("Say to which day."))
        return said

    def parameters(self, actor: Actor) -> dict[str, Any]:
        """What the action takes.

        Raises:
            Invalid: words that are not understood.
        """
        said, zone = self.cleaned_data, actor.time_zone
        today = clock.today(zone)
        values: dict[str, Any] = {"plan_incoming": said["plan_incoming"]}
        if said["to"]:
            return values | {"to_day": _DAYS[said["to"]](today)}
        if said["words"]:
            moment = moment_in_words(actor, said["words"], field="words")
            return values | ({"to_at": moment.at} if moment.at else {"to_day": moment.day})
        if said["at"]:
            return values | {"to_at": datetime.combine(said["day"], said["at"], tzinfo=zone)}
        return values | {"to_day": said["day"]}


def _select(choices: Callable[[], list[tuple[Any, Any]]]) -> dict[str, Any]:
    return {
        "required": False,
        "choices": lambda: [("", DONT_CHANGE), *choices()],
        "widget": forms.Select(attrs={"class": "input", "data-mode": ""}),
    }


class EditForm(forms.Form):
    """Every field starts at *Don't change*; only those that were changed are written."""

    type = forms.ChoiceField(label=_("Type"), **_select(type_choices))
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, empty_value=None, **_select(lambda: Priority.choices)
    )
    deadline = forms.ChoiceField(
        label=_("Deadline"),
        **_select(lambda: [("set", _("Set to a day")), ("shift", _("Shift by days")), ("clear", _("Remove"))]),
    )
    deadline_day = forms.DateField(label=_("Day"), required=False, widget=DayInput())
    deadline_time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput())
    shift_days = forms.IntegerField(
        label=_("Days, later (1) or earlier (-1)"),
        required=False,
        min_value=-3650,
        max_value=3650,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )
    colour_mode = forms.ChoiceField(label=_("Colour"), **_select(lambda: [*Hue.choices, ("clear", _("Remove"))]))
    place_mode = forms.ChoiceField(label=_("Place"), **_select(lambda: [("set", _("Replace by"))]))
    place = forms.CharField(
        label=_("New place"), required=False, max_length=500, widget=forms.TextInput(attrs={"class": "input"})
    )
    description_mode = forms.ChoiceField(label=_("Description"), **_select(lambda: [("set", _("Replace by"))]))
    description = forms.CharField(
        label=_("New description"), required=False, widget=forms.Textarea(attrs={"class": "input", "rows": 3})
    )
    add_participants = IdsField("people", label=_("Add participants"), required=False)
    remove_participants = IdsField("people", label=_("Remove participants"), required=False)

    def clean(self) -> dict[str, Any]:
        """What was chosen needs its value."""
        said = self.cleaned_data
        if said.get("deadline") == "set" and not said.get("deadline_day"):
            self.add_error("deadline_day", _("Say the day."))
        if said.get("deadline") == "shift" and not said.get("shift_days"):
            self.add_error("shift_days", _("Say by how many days."))
        return said

    def changes(self, zone: ZoneInfo) -> ActivityChanges:
        """The changes of the fields that are not at *Don't change*."""
        said = self.cleaned_data
        values: dict[str, Any] = {name: said[name] for name in ("type", "priority") if said[name]}
        values |= {name: said[name] for name in ("place", "description") if said[f"{name}_mode"]}
        if said["colour_mode"]:
            values["colour"] = "" if said["colour_mode"] == "clear" else said["colour_mode"]
        values |= _deadline(said, zone)
        for name in ("add_participants", "remove_participants"):
            values[name] = tuple(said[name])
        return ActivityChanges(**values)


def _deadline(said: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    day, at = said["deadline_day"], said["deadline_time"]
    if said["deadline"] == "clear":
        return {"deadline_at": None, "deadline_on": None}
    if said["deadline"] == "shift":
        return {"shift_days": said["shift_days"]}
    if said["deadline"] == "set":
        moment = datetime.combine(day, at, tzinfo=zone) if at else None
        return {"deadline_at": moment, "deadline_on": None if at else day}
    return {}
