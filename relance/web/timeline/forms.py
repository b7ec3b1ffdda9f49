"""The form of a comment."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from relance.kit.errors import Invalid
from relance.timeline.terms import LONGEST_COMMENT
from relance.web.activities.fields import is_id

MOST_CHOSEN = 50


class CommentForm(forms.Form):
    """What somebody writes, whom he chose after an `@`, and the mark by which a form sent twice makes one comment."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=LONGEST_COMMENT,
        strip=False,
        error_messages={"required": _("Write something first.")},
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )
    creation_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def mentions(self) -> tuple[int, ...]:
        """The people chosen."""
        return self._ids("mentions")

    @property
    def carried(self) -> tuple[int, ...]:
        """The uploaded files that it carries."""
        return self._ids("files")

    def _ids(self, name: str) -> tuple[int, ...]:
        given: list[str] = self.data.getlist(name) if hasattr(self.data, "getlist") else []
        return tuple(int(text) for text in dict.fromkeys(given[:MOST_CHOSEN]) if is_id(text))

    def complain(self, error: Invalid) -> None:
        """Say what the action refused."""
        for field, text in error.messages.items():
            self.add_error(field if field in self.fields else None, text)


def blank_form() -> dict[str, Any]:
    """A new comment's form, ready to be filled in."""
    return {"comment_form": CommentForm(initial={"creation_key": uuid4()})}


def key_of(form: CommentForm) -> UUID | None:
    """The mark that the form carries."""
    key: UUID | None = form.cleaned_data["creation_key"]
    return key
