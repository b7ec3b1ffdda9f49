"""Deadlines that people say in words, read for who says them: his zone, his language, the company's working days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.activities.actions import is_working_day
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.moments import LONGEST, Moment, NotUnderstood, Reason, parse

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

WHY: dict[Reason, StrPromise] = {
    Reason.UNKNOWN: _("This is not understood. Try “tomorrow 9:00”, “monday”, “in 3 working days”."),
    Reason.AMBIGUOUS: _("This can be understood in two ways. Say the day and the hour."),
    Reason.NO_SUCH_DAY: _("This day does not exist."),
    Reason.NO_SUCH_TIME: _("This time does not exist on that day."),
    Reason.PAST: _("This has passed already."),
    Reason.TOO_FAR: _("This is more than ten years away."),
}


def moment_in_words(actor: Actor, text: str, *, field: str) -> Moment:
    """What the words mean to the actor now.

    Raises:
        Invalid: by `field`, why they were refused.
    """
    try:
        return parse(
            text,
            now=clock.now(),
            zone=actor.time_zone,
            language=actor.language,
            is_working_day=is_working_day,
        )
    except NotUnderstood as error:
        raise Invalid({field: str(WHY[error.reason])}) from error


class WordsField(forms.CharField):
    """A deadline in words; drawn by `activities/_words.html`, which says while one types what is understood."""

    def __init__(self) -> None:
        super().__init__(
            label=_("In words"),
            required=False,
            max_length=LONGEST,
            widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
            help_text=_("For example “tomorrow 9:00”, “monday”, “+3d”, “in two weeks”. Goes before the fields below."),
        )
