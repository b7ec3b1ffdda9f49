"""The forms around kept filters: their names, and whom they are shared with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.access.queries import list_departments, list_groups, list_roles, role_name
from relance.kit.actor import Actor
from relance.lists.terms import LONGEST_DESCRIPTION, LONGEST_FILTER_NAME, ShareWith
from relance.web.activities.fields import PersonField

_INPUT = {"class": "input"}


class NameForm(forms.Form):
    """What a filter is called, and what it is for."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_FILTER_NAME, widget=forms.TextInput(attrs={**_INPUT, "autofocus": True})
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={**_INPUT, "rows": 2}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NewFilterForm(NameForm):
    """A new filter: its name, and whether it stands in the tabs. What it filters is what the list shows."""

    pin = forms.BooleanField(label=_("Pin it to the tabs, with its live count"), required=False, initial=True)
    q = forms.CharField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)
    columns = forms.CharField(required=False, widget=forms.HiddenInput)


ASSIGNEES = (
    ("user", _("A person")),
    ("department", _("A department")),
    ("group", _("A group")),
    ("role", _("A role")),
    ("everybody", _("Everybody")),
)


def _select(label: Any) -> forms.TypedChoiceField:  # noqa: ANN401 - lazy texts
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=False, widget=forms.Select(attrs=_INPUT)
    )


class ShareForm(forms.Form):
    """Whom a filter is shared with, to use it or to edit it too."""

    choice = "assignee"
    conditions = {
        "user": "user",
        "department": "department",
        "with_below": "department",
        "group": "group",
        "role": "role",
    }

    assignee = forms.ChoiceField(label=_("With"), choices=ASSIGNEES, widget=forms.Select(attrs=_INPUT))
    user = PersonField(label=_("Person"), required=False)
    department = _select(_("Department"))
    with_below = forms.BooleanField(label=_("With all departments below"), required=False)
    group = _select(_("Group"))
    role = _select(_("Role"))
    can_edit = forms.BooleanField(label=_("They may edit it too"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        departments = [(row["id"], "\u2003" * row["depth"] + row["name"]) for row in list_departments()]
        groups = [(row["id"], row["name"]) for row in list_groups()]
        roles = [(row["id"], role_name(row, actor.language)) for row in list_roles()]
        for name, choices in (("department", departments), ("group", groups), ("role", roles)):
            self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whom is needed, where somebody is to be chosen."""
        said = self.cleaned_data
        chosen = said.get("assignee", "")
        if chosen in {"user", "department", "group", "role"} and not said.get(chosen) and chosen not in self.errors:
            self.add_error(chosen, _("Choose one."))
        return said

    def share(self) -> ShareWith:
        """What the action takes."""
        said = self.cleaned_data
        chosen = said["assignee"]
        if chosen == "everybody":
            return ShareWith(everybody=True)
        below = said["with_below"] if chosen == "department" else False
        return ShareWith(**{f"{chosen}_id": said[chosen]}, with_below=below)
