"""The form of an element, of the fields that its kind has; and what the gestures over elements ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.crm.queries import element_refs, find_elements, list_pipelines, list_stages
from relance.crm.terms import (
    FIELD_NAMES,
    FIELDS,
    LONGEST_NAME,
    LONGEST_TEXT,
    ElementChanges,
    ElementDetail,
    ElementDraft,
    Kind,
)
from relance.kit.actor import Actor
from relance.web.activities.fields import IdsField, PersonField, PickerWidget, is_id, offer_people
from relance.web.activities.forms import DayInput, TimeInput, type_choices

LINES = frozenset({"phones", "emails"})
_LINKS = {"contact_ids": Kind.CONTACT, "company_ids": Kind.COMPANY, "company_id": Kind.COMPANY}
_OFFERED_WITHOUT_SCRIPT = 100


class ElementField(forms.TypedChoiceField):
    """One element's id, or none."""

    def __init__(self, picker: str, **kwargs: Any) -> None:  # noqa: ANN401 - a field's own arguments
        super().__init__(
            coerce=int, empty_value=None, required=False, widget=PickerWidget(picker, is_single=True), **kwargs
        )

    def valid_value(self, value: Any) -> bool:  # noqa: ANN401 - Django's signature
        """Whether it looks like an id: the action says whether it is one."""
        return is_id(str(value))


def _field(key: str, kind: str) -> forms.Field:
    label = FIELD_NAMES[key]
    text = forms.TextInput(attrs={"class": "input"})
    number = forms.NumberInput(attrs={"class": "input", "step": "any"})
    makers: dict[str, Any] = {
        "responsible_id": lambda: PersonField(label=label),
        "is_open_to_all": lambda: forms.BooleanField(label=label, required=False),
        "stage_id": lambda: forms.TypedChoiceField(
            label=label, coerce=int, choices=_stage_choices(kind), widget=forms.Select(attrs={"class": "input"})
        ),
        "amount": lambda: forms.DecimalField(label=label, required=False, localize=False, widget=number),
        "revenue": lambda: forms.DecimalField(label=label, required=False, localize=False, widget=number),
        "currency": lambda: forms.CharField(label=label, max_length=3, widget=text),
        "closes_on": lambda: forms.DateField(label=label, required=False, widget=DayInput()),
        "employees": lambda: forms.IntegerField(label=label, required=False, min_value=0, widget=number),
        "company_id": lambda: ElementField("companies", label=label),
        "contact_ids": lambda: IdsField("contacts", label=label, required=False),
        "company_ids": lambda: IdsField("companies", label=label, required=False),
        "source": lambda: _text(label, rows=2),
        "phones": lambda: _text(label, rows=2, help_text=_("One to a line.")),
        "emails": lambda: _text(label, rows=2, help_text=_("One to a line.")),
        "name": lambda: forms.CharField(label=label, max_length=LONGEST_NAME, widget=text),
    }
    maker = makers.get(key)
    return cast(
        "forms.Field",
        maker() if maker else forms.CharField(label=label, required=False, max_length=LONGEST_NAME, widget=text),
    )


def _text(label: Any, *, rows: int, help_text: Any = "") -> forms.CharField:  # noqa: ANN401 - lazy texts
    widget = forms.Textarea(attrs={"class": "input", "rows": rows})
    return forms.CharField(label=label, required=False, max_length=LONGEST_TEXT, widget=widget, help_text=help_text)


def _stage_choices(kind: str) -> list[Any]:
    stages = list_stages(kind)
    pipelines = list_pipelines() if kind == Kind.DEAL else []
    if len(pipelines) < 2:
        return [(stage.id, stage.name) for stage in stages]
    return [(p.name, [(s.id, s.name) for s in stages if s.pipeline_id == p.id]) for p in pipelines]


class ElementForm(forms.Form):
    """All that a person can say about an element of a kind. What is allowed is the actions' to judge."""

    creation_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401
        kind: str,
        is_edit: bool = False,
        only: Sequence[str] = (),
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        """`only` are the fields of a form that has not all of its kind's."""
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.keys = tuple(only) or FIELDS[kind]
        for key in self.keys:
            field = _field(key, kind)
            # What counts as changed is told from what the form was filled with, not from what stands there by now.
            field.show_hidden_initial = is_edit
            self.fields[key] = field

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields to draw, in order."""
        return [self[key] for key in self.keys]

    def draft(self) -> ElementDraft:
        """The new element that the form describes."""
        values = {key: self.value(key) for key in self.keys}
        return ElementDraft(kind=self.kind, creation_key=self.cleaned_data["creation_key"], **values)

    def changes(self) -> ElementChanges:
        """What was changed since the form was filled."""
        changed = set(self.changed_data)
        return cast("ElementChanges", {key: self.value(key) for key in self.keys if key in changed})

    def value(self, key: str) -> Any:  # noqa: ANN401 - any field's value
        """A field's value as the actions take it."""
        value = self.cleaned_data[key]
        if key in LINES:
            return tuple(line.strip() for line in value.splitlines() if line.strip())
        return tuple(value) if isinstance(value, list) else value


def initial_of_element(element: ElementDetail) -> dict[str, object]:
    """What the form of an existing element starts with: of the linked ones, those that the actor may read."""
    companies = [ref.id for ref in element.companies if ref]
    return {
        "name": element.name,
        **element.fields,
        "responsible_id": element.responsible_id,
        "is_open_to_all": element.is_open_to_all,
        "stage_id": element.stage_id,
        "company_id": companies[0] if companies else None,
        "company_ids": companies,
        "contact_ids": [ref.id for ref in element.contacts if ref],
        "phones": "\n".join(element.phones),
        "emails": "\n".join(element.emails),
        "version": element.version,
    }


def offer(actor: Actor, form: ElementForm) -> None:
    """Give the pickers the names of what is picked, and of the first others for who has no script."""
    if "responsible_id" in form.fields:
        offer_people(actor, form, ["responsible_id"], everybody=True)
    for key, kind in _LINKS.items():
        if key in form.fields:
            _offer_elements(actor, form, key, kind)


def _offer_elements(actor: Actor, form: forms.Form, key: str, kind: str) -> None:
    value = form[key].value()
    picked = [str(item) for item in (value if isinstance(value, list | tuple) else [value]) if is_id(str(item))]
    refs = element_refs(actor, map(int, picked))
    others = find_elements(actor, text="", kinds=[kind], limit=_OFFERED_WITHOUT_SCRIPT)
    shown = {str(ref.id): ref for ref in [*(refs[int(p)] for p in picked if int(p) in refs), *others]}
    field = cast("forms.ChoiceField", form.fields[key])
    blank = [("", {"company_id": _("No company")}.get(key, ""))] if key in {"company_id", "add"} else []
    field.choices = [*blank, *((value, ref.name) for value, ref in shown.items())]
    cast("PickerWidget", field.widget).kinds = {value: ref.kind for value, ref in shown.items()}


def offer_linked(actor: Actor, form: forms.Form, name: str, role: str) -> None:
    """Give the picker of an element to link (`companies`, `contacts`, `deals`) what is picked, and the first others."""
    kind = {"companies": Kind.COMPANY, "contacts": Kind.CONTACT, "deals": Kind.DEAL}[role]
    _offer_elements(actor, form, name, kind)


class AssignElementsForm(forms.Form):
    """To whom; and that it is meant, where that is out of one's own reach."""

    to = PersonField(label=_("Responsible"))
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)


class PlanForm(forms.Form):
    """The activity to plan for each deal."""

    type = forms.ChoiceField(
        label=_("Type"), choices=type_choices, widget=forms.Select(attrs={"class": "input"}), initial="call"
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=LONGEST_NAME,
        initial=_("Follow up with {company}"),
        widget=forms.TextInput(attrs={"class": "input"}),
        help_text=_(
            "{company} becomes each deal's company, or its own name where there is none to see; {deal} its name."
        ),
    )
    creation_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    deadline_day = forms.DateField(label=_("Deadline"), required=False, widget=DayInput())
    deadline_time = forms.TimeField(label=_("Time"), required=False, widget=TimeInput())

    def clean(self) -> dict[str, Any]:
        """A time of day needs its day."""
        said = self.cleaned_data
        if said.get("deadline_time") and not said.get("deadline_day"):
            self.add_error("deadline_day", _("Say the day too."))
        return said

    def parameters(self, zone: ZoneInfo) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        day, at = said["deadline_day"], said["deadline_time"]
        moment = datetime.combine(day, at, tzinfo=zone) if day and at else None
        return {
            "type": said["type"],
            "subject": said["subject"],
            "deadline_at": moment,
            "deadline_on": None if moment else day,
            "creation_key": said["creation_key"],
        }


def initial_of_plan(deadline: datetime, zone: ZoneInfo) -> dict[str, object]:
    """A plan's usual deadline, and what makes it one plan however often it is sent."""
    local = deadline.astimezone(zone)
    return {"deadline_day": local.date(), "deadline_time": local.time(), "creation_key": uuid4()}


def complain(form: forms.Form, messages: Sequence[tuple[str, str]]) -> forms.Form:
    """Put what an action says about fields where the form shows them."""
    for key, text in messages:
        form.add_error(key if key in form.fields else None, text)
    return form
