"""The four errors that a query or an action may raise; each interface maps them in one file."""

from __future__ import annotations

from collections.abc import Mapping


class RelanceError(Exception):
    """Whatever the user can be told about."""


class NotFound(RelanceError):
    """The row does not exist, or the actor may not read it: the two answer alike."""


class Forbidden(RelanceError):
    """The actor may read the row and not do this to it. `reason` is a sentence in the actor's language."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Invalid(RelanceError):
    """The input cannot be taken. `messages` maps a field's name ("" for the whole) to a sentence."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {text}" if field else str(text) for field, text in messages.items()))
        self.messages = dict(messages)


class Conflict(RelanceError):
    """Somebody else changed the same fields since they were read. `fields` maps a field to (theirs, yours)."""

    def __init__(self, fields: Mapping[str, tuple[object, object]]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)
