"""What a person chooses for himself."""

from __future__ import annotations

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relance.notifications.terms import NotificationKind


def time_zones() -> list[tuple[str, str]]:
    """The places of the time zone database, without its relics ("Etc/GMT+5", "EST")."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if _is_place(name)]


def _is_place(name: str) -> bool:
    return name == "UTC" or ("/" in name and not name.startswith(("Etc/", "SystemV/", "posix/", "right/")))


def kinds_of_mail() -> list[tuple[str, object]]:
    """The kinds of notifications that can come by e-mail."""
    return [(kind.value, kind.label) for kind in NotificationKind]


class ProfileForm(forms.Form):
    """Language, time zone, and whether single letters are keys."""

    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, widget=forms.Select(attrs={"class": "input"})
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zones,
        widget=forms.Select(attrs={"class": "input"}),
        help_text=_("Deadlines, “today” and “overdue” follow it."),
    )
    has_keys = forms.BooleanField(
        label=_("Single letters are keyboard shortcuts"),
        required=False,
        help_text=_("C creates, J and K move, Space completes… Switch them off if you dictate to your computer."),
    )
    mail = forms.MultipleChoiceField(
        label=_("Notifications that also come by e-mail"),
        choices=kinds_of_mail,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
