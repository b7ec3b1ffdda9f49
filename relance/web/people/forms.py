"""The forms of people and departments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from relance.access.queries import list_departments, list_groups

LONGEST_NAME = 100


def _text(label: Any, *, required: bool = True) -> forms.CharField:  # noqa: ANN401 - lazy texts
    return forms.CharField(
        label=label, max_length=LONGEST_NAME, required=required, widget=forms.TextInput(attrs={"class": "input"})
    )


def _one(label: Any, *, required: bool = False) -> forms.TypedChoiceField:  # noqa: ANN401 - lazy texts
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, required=required, widget=forms.Select(attrs={"class": "input"})
    )


def _several(label: Any, help_text: Any = "") -> forms.TypedMultipleChoiceField:  # noqa: ANN401 - lazy texts
    return forms.TypedMultipleChoiceField(
        label=label,
        coerce=int,
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def _email() -> forms.EmailField:
    return forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"class": "input"}))


def tree_choices(*, without: int | None = None) -> list[tuple[int, str]]:
    """All departments, each further in than the one above it; without one of them and those below it."""
    choices, hidden_below = [], None
    for row in list_departments():
        if hidden_below is not None and row["depth"] > hidden_below:
            continue
        hidden_below = row["depth"] if row["id"] == without else None
        if row["id"] != without:
            choices.append((row["id"], "\u2003" * row["depth"] + row["name"]))
    return choices


class DepartmentForm(forms.Form):
    """A department's name, and the one above it."""

    name = _text(_("Name"))
    parent_id = _one(_("Below"))

    def __init__(self, *args: Any, department_id: int | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        top = ("", _("None: it stands at the top"))
        self.fields["parent_id"].choices = [top, *tree_choices(without=department_id)]  # type: ignore[attr-defined]


class HeadForm(forms.Form):
    """Which of its members heads a department."""

    head_id = _one(_("Head of department"))

    def __init__(self, *args: Any, members: list[tuple[int, str]], **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        self.fields["head_id"].choices = [("", _("Nobody")), *members]  # type: ignore[attr-defined]


class DeleteForm(forms.Form):
    """Where the people of a department go."""

    to_id = _one(_("Its people go to"))

    def __init__(self, *args: Any, department_id: int, has_people: bool, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        if not has_people:
            del self.fields["to_id"]
            return
        others = [(row["id"], "\u2003" * row["depth"] + row["name"]) for row in list_departments()]
        self.fields["to_id"].choices = [("", "—"), *(one for one in others if one[0] != department_id)]  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    """Who is invited, and where he belongs."""

    email = _email()
    first_name = _text(_("First name"), required=False)
    last_name = _text(_("Last name"))
    position = _text(_("Position"), required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(attrs={"class": "input"})
    )
    departments = _several(_("Departments"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        choices = tree_choices()
        self.fields["departments"].choices = choices  # type: ignore[attr-defined]
        self.fields["departments"].required = bool(choices)


class AccountForm(forms.Form):
    """What others see of a user, how he signs in, and where he belongs."""

    first_name = _text(_("First name"), required=False)
    last_name = _text(_("Last name"))
    email = _email()
    position = _text(_("Position"), required=False)
    departments = _several(_("Departments"), _("Where he heads a department that he leaves, it has no head any more."))
    groups = _several(_("Groups"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        self.fields["departments"].choices = tree_choices()  # type: ignore[attr-defined]
        groups = [(group["id"], group["name"]) for group in list_groups()]
        if groups:
            self.fields["groups"].choices = groups  # type: ignore[attr-defined]
        else:
            del self.fields["groups"]


class JoinForm(forms.Form):
    """The name and the password of somebody who was invited."""

    first_name = _text(_("First name"), required=False)
    last_name = _text(_("Last name"))
    password1 = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"})
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:  # noqa: ANN401 - a form's own
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """The password is good enough, and twice the same."""
        said = self.cleaned_data
        password = said.get("password1")
        if not password:
            return said
        if password != said.get("password2"):
            self.add_error("password2", _("The two passwords differ."))
        user = get_user_model()(
            email=self.email, first_name=said.get("first_name", ""), last_name=said.get("last_name", "")
        )
        try:
            validate_password(password, user)
        except ValidationError as error:
            self.add_error("password1", error)
        return said
