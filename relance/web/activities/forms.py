"""The form of an activity: from words and days to a draft or to changes, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.activities.catalog import list_types
from relance.activities.queries import ActivityDetail
from relance.activities.terms import DOCUMENT, ActivityChanges, ActivityDraft, Direction, Hue, Priority, Times
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.web.activities.fields import ClientsField, IdsField, PersonField, client_value
from relance.web.activities.reminders import RemindersField
from relance.web.activities.words import WordsField, moment_in_words

DEADLINE = ("deadline_day", "deadline_time")
SLOT = ("is_all_day", "start_day", "start_time", "end_day", "end_time")
# Where the form shows what an action says about a column.
FIELD_OF_COLUMN = {
    "deadline_at": "deadline_day",
    "deadline_on": "deadline_day",
    "start_at": "start_day",
    "start_on": "start_day",
    "end_at": "end_day",
    "end_on": "end_day",
    "responsible_id": "responsible",
}


def type_choices() -> list[tuple[str, str]]:
    """The types that are offered, by code (a custom one's is its id), named in the reader's language."""
    return [(view.code, view.name) for view in list_types(active_only=True)]


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "input"})


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"class": "input"})


def _text(rows: int = 0) -> forms.Widget:
    return forms.Textarea(attrs={"class": "input", "rows": rows}) if rows else forms.TextInput(attrs={"class": "input"})


class ActivityForm(forms.Form):
    """All that a person can say about an activity. What is allowed is the actions' to judge."""

    type = forms.ChoiceField(label=_("Type"), widget=forms.RadioSelect)
    subject = forms.CharField(label=_("Subject"), max_length=500, widget=_text())
    is_incoming = forms.BooleanField(label=_("Incoming: waits until it is handled, without a deadline"), required=False)
    words = WordsField()
    deadline_day = forms.DateField(label=_("Deadline"), required=False, widget=DayInput())
    deadline_time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput())
    is_all_day = forms.BooleanField(label=_("All day"), required=False)
    start_day = forms.DateField(label=_("Start"), required=False, widget=DayInput())
    start_time = forms.TimeField(label=_("Start time"), required=False, widget=TimeInput())
    end_day = forms.DateField(label=_("End"), required=False, widget=DayInput())
    end_time = forms.TimeField(label=_("End time"), required=False, widget=TimeInput())
    elements = IdsField(
        "elements", label=_("Elements"), help_text=_("Leads, deals, contacts, companies. The first is the main one.")
    )
    clients = ClientsField(label=_("Clients"), required=False)
    responsible = PersonField(label=_("Responsible"))
    participants = IdsField("people", label=_("Participants"), required=False)
    reminders = RemindersField()
    validators = IdsField(
        "people",
        label=_("Validators"),
        required=False,
        help_text=_("Asked in this order; the activity is completed when all have answered."),
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=lambda: Priority.choices, widget=forms.RadioSelect
    )
    direction = forms.ChoiceField(
        label=_("Direction"),
        required=False,
        choices=lambda: [("", _("Not said")), *Direction.choices],
        widget=forms.Select(attrs={"class": "input"}),
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=500, widget=_text())
    colour = forms.ChoiceField(
        label=_("Colour"),
        required=False,
        choices=lambda: [("", _("None")), *Hue.choices],
        widget=forms.Select(attrs={"class": "input"}),
    )
    description = forms.CharField(label=_("Description"), required=False, widget=_text(4))
    files = IdsField("files", label=_("Files"), required=False, initial=list)  # type: ignore[assignment]  # taken out by the metaclass
    creation_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - a form's own
        actor: Actor,
        is_edit: bool = False,
        current_type: str = "",
        **kwargs: Any,  # noqa: ANN401 - a form's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.zone = actor, actor.time_zone
        self.types = {view.code: view for view in list_types()}
        kind = self.fields["type"]
        if isinstance(kind, forms.ChoiceField):
            # A type that is switched off is still the one of the activity that has it.
            kind.choices = [(v.code, v.name) for v in self.types.values() if v.is_active or v.code == current_type]
        self.changed_columns: Mapping[str, object] = {}
        for name, field in self.fields.items():
            # What counts as changed is told from what the form was filled with, not from what stands there by now.
            field.show_hidden_initial = is_edit and name not in {"creation_key", "files", "version"}

    def clean(self) -> dict[str, Any]:
        """Words go before days and times; a time of day needs its day."""
        said = self.cleaned_data
        if said.get("words"):
            self._understand(said)
        if said.get("deadline_time") and not said.get("deadline_day"):
            self.add_error("deadline_day", _("Say the day too."))
        if said.get("start_time") and not said.get("start_day"):
            self.add_error("start_day", _("Say the day too."))
        if said.get("start_day") and not said.get("is_all_day") and not said.get("start_time"):
            self.add_error("start_time", _("Say when it starts, or that it lasts all day."))
        if said.get("end_day") and not said.get("is_all_day") and not said.get("end_time"):
            self.add_error("end_time", _("Say when it ends."))
        return said

    @property
    def is_slot_in_words(self) -> bool:
        """Whether words say when it starts: of a type that has no deadline."""
        view = self.types.get(self.cleaned_data.get("type", ""))
        return view is not None and view.times == Times.SLOT

    def _understand(self, said: dict[str, Any]) -> None:
        """Put what the words mean where the days and times are; a slot keeps its length, or takes the type's usual one."""
        try:
            moment = moment_in_words(self.actor, said["words"], field="words")
        except Invalid as error:
            self.add_error("words", error.messages["words"])
            return
        at = moment.at.astimezone(self.zone).time() if moment.at else None
        if not self.is_slot_in_words:
            said |= {"deadline_day": moment.day, "deadline_time": at}
            return
        length = self._length(said)
        end = moment.at + length if moment.at and length else None
        end = end.astimezone(self.zone) if end else None
        said |= {
            "start_day": moment.day,
            "start_time": at,
            "end_day": end.date() if end else None,
            "end_time": end.time() if end else None,
            "is_all_day": at is None,
        }

    def _length(self, said: Mapping[str, Any]) -> timedelta | None:
        """How long the slot lasts that the form shows."""
        view = self.types.get(said.get("type", ""))
        usual = timedelta(minutes=view.default_duration_minutes) if view and view.default_duration_minutes else None
        start, end = said.get("start_day"), said.get("end_day") or said.get("start_day")
        if start and end and said.get("start_time") and said.get("end_time"):
            span = _instant(end, said["end_time"], self.zone) - _instant(start, said["start_time"], self.zone)
            return span if span > timedelta() else usual
        return usual

    def draft(self) -> ActivityDraft:
        """The new activity that the form describes."""
        said = self.cleaned_data
        return ActivityDraft(
            type=said["type"],
            subject=said["subject"],
            elements=tuple(said["elements"]),
            description=said["description"],
            responsible_id=said["responsible"],
            is_incoming=said["is_incoming"],
            direction=said["direction"],
            priority=said["priority"],
            place=said["place"],
            colour=said["colour"],
            participants=tuple(said["participants"]),
            clients=tuple(said["clients"]),
            reminders=tuple(said["reminders"]),
            validators=tuple(said["validators"]) if said["type"] == DOCUMENT else (),
            files=tuple(said["files"]),
            creation_key=said["creation_key"],
            **self._deadline(),
            **self._slot(),
        )

    def changes(self, activity: ActivityDetail) -> ActivityChanges:
        """What was changed since the form was filled. Bindings that its user may not read are never touched."""
        said, changed = self.cleaned_data, set(self.changed_data)
        values: dict[str, Any] = {
            name: said[name]
            for name in ("type", "subject", "description", "is_incoming", "direction", "priority", "place", "colour")
            if name in changed
        }
        if "responsible" in changed:
            values["responsible_id"] = said["responsible"]
        for name in ("participants", "clients", "reminders", "validators"):
            if name in changed and (name != "validators" or said["type"] == DOCUMENT):
                values[name] = tuple(said[name])
        is_said = "words" in changed
        if changed & set(DEADLINE) or (is_said and not self.is_slot_in_words):
            values |= self._deadline()
        if changed & set(SLOT) or (is_said and self.is_slot_in_words):
            values |= self._slot()
        if "elements" in changed:
            values |= _rebinding(activity, said["elements"])
        values["add_files"] = tuple(said["files"])
        return ActivityChanges(**values)

    def _deadline(self) -> dict[str, Any]:
        day, at = self.cleaned_data["deadline_day"], self.cleaned_data["deadline_time"]
        return {
            "deadline_at": _instant(day, at, self.zone) if day and at else None,
            "deadline_on": day if day and not at else None,
        }

    def _slot(self) -> dict[str, Any]:
        said = self.cleaned_data
        start, end = said["start_day"], said["end_day"] or said["start_day"]
        if said["is_all_day"]:
            return {"start_at": None, "end_at": None, "start_on": start, "end_on": end}
        return {
            "start_at": _instant(start, said["start_time"], self.zone) if start else None,
            "end_at": _instant(end, said["end_time"], self.zone) if end and said["end_time"] else None,
            "start_on": None,
            "end_on": None,
        }


def initial_of_draft(draft: ActivityDraft, zone: ZoneInfo) -> dict[str, object]:
    """What the form of a new activity starts with."""
    values = {
        name: getattr(draft, name)
        for name in ("type", "subject", "description", "direction", "priority", "place", "colour")
    }
    return {
        **values,
        "is_incoming": draft.is_incoming,
        "responsible": draft.responsible_id,
        "elements": list(draft.elements),
        "participants": list(draft.participants),
        "clients": [client_value(*client) for client in draft.clients],
        "reminders": list(draft.reminders),
        "validators": list(draft.validators),
        **_initial_times(draft.__dict__, zone),
    }


def initial_of_activity(activity: ActivityDetail, zone: ZoneInfo, validators: Sequence[int] = ()) -> dict[str, object]:
    """What the form of an existing activity starts with: of its elements, those that the actor may read."""
    fields = activity.fields
    values = {name: fields[name] for name in ("subject", "description", "direction", "priority", "place", "colour")}
    return {
        **values,
        "type": fields["type"] or str(fields["type_id"]),
        "is_incoming": fields["is_incoming"],
        "responsible": fields["responsible_id"],
        "version": fields["version"],
        "elements": [bound.id for bound in activity.bindings if bound.name is not None],
        "participants": [person["id"] for person in activity.participants],
        "clients": [client_value(client["id"], client["address"]) for client in activity.clients],
        "reminders": list(activity.reminders),
        "validators": list(validators),
        **_initial_times(fields, zone),
    }


def _initial_times(values: Mapping[str, Any], zone: ZoneInfo) -> dict[str, object]:
    initial: dict[str, object] = {"is_all_day": bool(values["start_on"])}
    for name in ("deadline", "start", "end"):
        day, at = _local(values[f"{name}_at"], values[f"{name}_on"], zone)
        initial |= {f"{name}_day": day, f"{name}_time": at}
    return initial


def _local(at: datetime | None, on: date | None, zone: ZoneInfo) -> tuple[date | None, time | None]:
    if at is None:
        return on, None
    local = at.astimezone(zone)
    return local.date(), local.time().replace(second=0, microsecond=0)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone)


def _rebinding(activity: ActivityDetail, wanted: list[int]) -> dict[str, Any]:
    shown = [bound.id for bound in activity.bindings if bound.name is not None]
    main = next((bound.id for bound in activity.bindings if bound.is_main), None)
    values: dict[str, Any] = {
        "bind": tuple(i for i in wanted if i not in shown),
        "unbind": tuple(i for i in shown if i not in wanted),
    }
    # A main element that the form could not show stays main, unless another was put first on purpose.
    if wanted and wanted[0] != main and (main in shown or wanted[0] not in shown[:1]):
        values["main"] = wanted[0]
    return values
