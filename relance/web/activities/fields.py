"""Form fields for what is picked: people, elements, clients. Whether it may be picked is the action's to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from relance.crm.queries import element_refs, find_elements
from relance.kit.actor import Actor
from relance.people.queries import get_people, list_people

MOST_DIGITS = 18


def is_id(text: str) -> bool:
    """Whether a text is a whole number that a bigint can hold."""
    return text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS


class PickerWidget(forms.SelectMultiple):
    """A select that a script turns into a picker which searches while one types; each choice says its kind."""

    def __init__(self, picker: str, *, is_single: bool = False) -> None:
        super().__init__(attrs={"data-picker": picker, "class": "input"})
        self.allow_multiple_selected = not is_single
        self.kinds: Mapping[str, str] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ANN401 - Django's signature
        """The picked values, or the one."""
        value = super().value_from_datadict(data, files, name)
        if self.allow_multiple_selected or not isinstance(value, list):
            return value
        return value[-1] if value else ""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's
        """The option with the kind of element, which the picker shows as an icon."""
        option = super().create_option(name, value, *args, **kwargs)
        kind = self.kinds.get(str(value))
        if kind:
            option["attrs"]["data-kind"] = kind
        return option


class IdsField(forms.TypedMultipleChoiceField):
    """Ids in the order in which they were picked."""

    def __init__(self, picker: str, **kwargs: Any) -> None:  # noqa: ANN401 - a field's own arguments
        super().__init__(coerce=int, widget=PickerWidget(picker), empty_value=[], **kwargs)

    def valid_value(self, value: Any) -> bool:  # noqa: ANN401 - Django's signature
        """Whether it looks like an id: the action says whether it is one."""
        return is_id(str(value))

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ANN401 - Django's signature
        """Order counts: the first element is the main one."""
        return [str(value) for value in initial or ()] != [str(value) for value in data or ()]


class PersonField(forms.TypedChoiceField):
    """One person's id."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - a field's own arguments
        super().__init__(coerce=int, empty_value=None, widget=PickerWidget("people", is_single=True), **kwargs)

    def valid_value(self, value: Any) -> bool:  # noqa: ANN401 - Django's signature
        """Whether it looks like an id: the action says whether it is one."""
        return is_id(str(value))


class ClientsField(forms.TypedMultipleChoiceField):
    """Clients, each with the phone or address used: `12` or `12:04 78 55 01 42`."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 - a field's own arguments
        super().__init__(coerce=client_of, widget=PickerWidget("clients"), empty_value=[], **kwargs)

    def valid_value(self, value: Any) -> bool:  # noqa: ANN401 - Django's signature
        """An id, alone or with an address."""
        return is_id(str(value).partition(":")[0])


def client_of(value: str) -> tuple[int, str]:
    """The element and the address that a picked client stands for."""
    element_id, _colon, address = value.partition(":")
    return int(element_id), address


def client_value(element_id: int, address: str) -> str:
    """What stands for a client in a form."""
    return f"{element_id}:{address}" if address else str(element_id)


def offer_people(actor: Actor, form: forms.Form, names: Sequence[str], *, everybody: bool) -> None:
    """Give the pickers of people the names of those picked; without a script, of the first others too."""
    picked = {value for name in names for value in _values(form, name)}
    people = get_people(actor, ids=[int(value) for value in picked])
    others = list_people(actor, limit=100) if everybody else []
    choices = {str(person.id): person.name for person in [*people.values(), *others]}
    for name in names:
        _offer(form, name, choices)


def offer_elements(actor: Actor, form: forms.Form, name: str, *, others: bool) -> None:
    """Give a picker of elements the names of those picked, as far as the actor may read them."""
    refs = element_refs(actor, [int(value) for value in _values(form, name)])
    shown = [*refs.values(), *(find_elements(actor, text="", limit=100) if others else [])]
    _offer(form, name, {str(ref.id): ref.name for ref in shown})
    _widget(form, name).kinds = {str(ref.id): ref.kind for ref in shown}


def offer_clients(actor: Actor, form: forms.Form, name: str) -> None:
    """Give a picker of clients their names and addresses."""
    picked = [(value, *client_of(value)) for value in _values(form, name, with_address=True)]
    refs = element_refs(actor, [element_id for _value, element_id, _address in picked])
    known = [(value, refs[element_id], address) for value, element_id, address in picked if element_id in refs]
    _offer(form, name, {value: f"{ref.name} · {address}" if address else ref.name for value, ref, address in known})
    _widget(form, name).kinds = {value: ref.kind for value, ref, _address in known}


def offer_more(form: forms.Form, name: str, labels: Mapping[str, str], kind: str) -> None:
    """Let a picker of elements know others by name, all of one kind, that a script may choose later."""
    field, widget = form.fields[name], _widget(form, name)
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(name)
    known: dict[Any, Any] = dict(widget.choices)
    field.choices = [*known.items(), *((value, label) for value, label in labels.items() if value not in known)]
    widget.kinds = {**widget.kinds, **dict.fromkeys(labels, kind)}


def _values(form: forms.Form, name: str, *, with_address: bool = False) -> list[str]:
    value = form[name].value()
    items: Iterable[Any] = value if isinstance(value, list | tuple) else [value]
    texts = [str(item) for item in items if item not in (None, "")]
    return [text for text in texts if is_id(text.partition(":")[0]) and (with_address or is_id(text))]


def _offer(form: forms.Form, name: str, labels: Mapping[str, str]) -> None:
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(name)
    picked = [value for value in _values(form, name, with_address=True) if value in labels]
    rest = [value for value in labels if value not in picked]
    choices = [(value, labels[value]) for value in [*picked, *rest]]
    # Without an empty choice a browser would pick the first person by itself.
    blank = [("", "")] if isinstance(field, PersonField) and not picked else []
    field.choices = [*blank, *choices]


def _widget(form: forms.Form, name: str) -> PickerWidget:
    widget = form.fields[name].widget
    if not isinstance(widget, PickerWidget):
        raise TypeError(name)
    return widget
