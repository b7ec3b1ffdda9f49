"""The forms beside the table of levels: a role's names and switches, whom it is given to, groups, the company's choices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.access.queries import get_settings, list_departments, list_groups, list_roles, role_name
from relance.access.terms import LONGEST_DUE_SOON_MINUTES
from relance.kit.actor import Actor
from relance.web.activities.fields import IdsField, PersonField

LONGEST_NAME = 100


def _name(label: Any) -> forms.CharField:  # noqa: ANN401 - lazy texts
    return forms.CharField(label=label, max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"class": "input"}))


def _select(label: Any, *, required: bool = True) -> forms.TypedChoiceField:  # noqa: ANN401 - lazy texts
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=required, widget=forms.Select(attrs={"class": "input"})
    )


class NewRoleForm(forms.Form):
    """A role's names, and the role whose levels it starts with."""

    name_fr = _name(_("Name in French"))
    name_en = _name(_("Name in English"))
    clone_of = _select(_("With the levels of"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        self.fields["clone_of"].choices = [("", _("No role: nothing is allowed yet")), *role_choices(actor)]  # type: ignore[attr-defined]


class EditRoleForm(forms.Form):
    """A role's names, where it is of one's own making, and its two switches."""

    name_fr = _name(_("Name in French"))
    name_en = _name(_("Name in English"))
    manages_rights = forms.BooleanField(
        label=_("Manages rights"), required=False, help_text=_("Roles, whom they are given to, groups.")
    )
    manages_settings = forms.BooleanField(
        label=_("Manages CRM settings"),
        required=False,
        help_text=_("The company's own choices, columns for everybody."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_shipped: bool, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        if is_shipped:
            del self.fields["name_fr"], self.fields["name_en"]


ASSIGNEES = (
    ("user", _("A person")),
    ("department", _("A department")),
    ("group", _("A group")),
    ("every_head", _("Every head of department")),
    ("everybody", _("Everybody")),
)


class GiveForm(forms.Form):
    """Whom a role is given to."""

    choice = "assignee"
    conditions = {"user": "user", "department": "department", "with_below": "department", "group": "group"}

    assignee = forms.ChoiceField(label=_("To"), choices=ASSIGNEES, widget=forms.Select(attrs={"class": "input"}))
    user = PersonField(label=_("Person"), required=False)
    department = _select(_("Department"), required=False)
    with_below = forms.BooleanField(label=_("With all departments below"), required=False)
    group = _select(_("Group"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        departments = [(row["id"], "\u2003" * row["depth"] + row["name"]) for row in list_departments()]
        groups = [(row["id"], row["name"]) for row in list_groups()]
        for name, choices in (("department", departments), ("group", groups)):
            self.fields[name].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whom is needed, where somebody is to be chosen."""
        said = self.cleaned_data
        chosen = said.get("assignee", "")
        if chosen in {"user", "department", "group"} and not said.get(chosen) and chosen not in self.errors:
            self.add_error(chosen, _("Choose one."))
        return said

    def parameters(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        chosen = said["assignee"]
        if chosen in {"every_head", "everybody"}:
            return {chosen: True}
        below = {"with_below": said["with_below"]} if chosen == "department" else {}
        return {f"{chosen}_id": said[chosen], **below}


class GroupForm(forms.Form):
    """A group's name and members."""

    name = _name(_("Name"))
    members = IdsField("people", label=_("Members"), required=False)


class CompanyForm(forms.Form):
    """The company's own choices about rights."""

    default_role_id = _select(_("Role that new users get"))
    deletion_needs_delete = forms.BooleanField(
        label=_("Deleting an activity takes the right to delete its element"),
        required=False,
        help_text=_("Otherwise the right to update it is enough."),
    )
    open_to_all_by_default = forms.BooleanField(
        label=_("New elements are available to everyone"),
        required=False,
        help_text=_("To all whose level is “Open” or more; whoever creates an element can say otherwise."),
    )

    counts_by_element = forms.TypedChoiceField(
        label=_("Counters go by"),
        choices=[("False", _("the activity’s responsible")), ("True", _("the element’s responsible"))],
        coerce=lambda value: value == "True",
        required=False,
        empty_value=None,
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_("Whose counters an open activity raises: in the menu, on lists of elements and on their pages."),
    )
    due_soon_minutes = forms.IntegerField(
        label=_("Red from so many minutes before the deadline"),
        min_value=0,
        max_value=LONGEST_DUE_SOON_MINUTES,
        required=False,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **{"initial": get_settings(), **kwargs})
        self.fields["default_role_id"].choices = role_choices(actor, with_administrator=False)  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    """Whose rights are to be shown."""

    user = PersonField(label=_("Person"))


def role_choices(actor: Actor, *, with_administrator: bool = True) -> list[tuple[int, str]]:
    """All roles, by name in the reader's language."""
    roles = [role for role in list_roles() if with_administrator or not role["is_administrator"]]
    return [(role["id"], role_name(role, actor.language)) for role in roles]
