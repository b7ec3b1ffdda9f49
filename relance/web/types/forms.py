"""The form of a type of activity, and the rows of its outcomes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from relance.activities.catalog import TypeView
from relance.activities.terms import REQUIRABLE, TYPE_BY_CODE, TYPE_ICONS, Hue, OutcomeSettings, Times, TypeSettings
from relance.web.activities.fields import is_id

MOST_OUTCOMES = 30
MINUTES_A_DAY = 60 * 24
# The reminders that a type can start with, in minutes before the deadline or start.
REMINDERS = (
    (0, _("When it is due")),
    (15, _("15 minutes before")),
    (60, _("1 hour before")),
    (MINUTES_A_DAY, _("1 day before")),
    (7 * MINUTES_A_DAY, _("1 week before")),
)


def _input() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input"})


def _number() -> forms.NumberInput:
    return forms.NumberInput(attrs={"class": "input"})


class TypeForm(forms.Form):
    """All that can be set of a type. What may be set is the action's to judge."""

    name_fr = forms.CharField(label=_("Name in French"), required=False, max_length=60, widget=_input())
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=60, widget=_input())
    icon = forms.ChoiceField(
        label=_("Icon"), choices=[(name, name) for name in TYPE_ICONS], widget=forms.RadioSelect, initial="custom"
    )
    hue = forms.ChoiceField(
        label=_("Colour"), choices=lambda: Hue.choices, widget=forms.RadioSelect, initial=Hue.BROWN.value
    )
    times = forms.ChoiceField(
        label=_("Times"), choices=lambda: Times.choices, widget=forms.RadioSelect, initial=Times.BOTH.value
    )
    is_incoming = forms.BooleanField(label=_("New ones are incoming: they wait, without a deadline"), required=False)
    default_deadline_days = forms.IntegerField(
        label=_("Usual deadline, in working days"), required=False, min_value=0, max_value=365, widget=_number(),
        help_text=_("Three, if nothing is said."),
    )  # fmt: skip
    default_duration_minutes = forms.IntegerField(
        label=_("Usual duration, in minutes"), required=False, min_value=1, widget=_number()
    )
    default_reminders = forms.TypedMultipleChoiceField(
        label=_("Usual reminders"), coerce=int, required=False, choices=lambda: REMINDERS,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    required_fields = forms.MultipleChoiceField(
        label=_("Required fields"), required=False, choices=lambda: list(REQUIRABLE.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, view: TypeView | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        self.view = view
        if view and view.is_built_in:
            for field in ("name_fr", "name_en"):
                self.fields[field].help_text = _("Left blank, it keeps the name that Relance gives it.")
                with translation.override(field[-2:]):
                    self.fields[field].widget.attrs["placeholder"] = str(TYPE_BY_CODE[view.code].name)

    def settings(self) -> TypeSettings:
        """What the form says, with the outcomes of its rows."""
        said = self.cleaned_data
        return TypeSettings(
            outcomes=tuple(OutcomeSettings(**row) for row in self.outcomes()),
            required_fields=tuple(said["required_fields"]),
            default_reminders=tuple(said["default_reminders"]),
            **{
                key: said[key]
                for key in ("name_fr", "name_en", "icon", "hue", "times", "is_incoming", "default_deadline_days",
                            "default_duration_minutes")
            },
        )  # fmt: skip

    def outcomes(self) -> list[dict[str, Any]]:
        """The rows of outcomes as they were sent, else as they stand; a new row without any name is none."""
        if not self.is_bound:
            view = self.view
            return [
                {"id": o.id, "name_fr": o.name_fr, "name_en": o.name_en, "is_active": o.is_active}
                for o in (view.outcomes if view else ())
            ]
        data: Any = self.data
        ids, french, english, active = (
            data.getlist(f"outcome-{key}")[:MOST_OUTCOMES] for key in ("id", "fr", "en", "active")
        )
        rows = [
            {"id": int(id) if is_id(id) else None, "name_fr": fr, "name_en": en, "is_active": is_active == "on"}
            for id, fr, en, is_active in zip(ids, french, english, active, strict=False)
        ]
        return [row for row in rows if row["id"] or row["name_fr"].strip() or row["name_en"].strip()]


def initial_of(view: TypeView) -> dict[str, object]:
    """What the form of a type starts with."""
    fields = [name for name in TypeForm.base_fields if name not in {"required_fields", "default_reminders"}]
    lists = {"required_fields": list(view.required_fields), "default_reminders": list(view.default_reminders)}
    return {**{name: getattr(view, name) for name in fields}, **lists}
