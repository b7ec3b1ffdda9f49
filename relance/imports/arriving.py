"""From lines of a file to rows on their way in: keys, values and references, or a refusal with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from relance.crm.terms import LONGEST_NAME
from relance.imports.reading import Line, shorten
from relance.imports.references import NoSuchRow, Pointer, References
from relance.imports.terms import DEPARTMENT, FIELDS, USER, Arrival, Block, FieldRule, Report, Shape
from relance.imports.values import NotThat, to_value

# Blank cells of these leave the field as it is; others' blank the field.
KEPT_WHEN_BLANK = frozenset(
    (
        "responsible",
        "stage",
        "currency",
        "number",
        "priority",
        "type",
        "created_at",
        "language",
        "time_zone",
        "is_open_to_all",
        "is_incoming",
    )
)


@dataclass
class Arrivals:
    """The rows of one block, over all its files: a key comes once."""

    block: Block
    references: References
    report: Report
    seen: dict[str, tuple[str, int]] = field(default_factory=dict)

    def take(self, file: str, lines: Iterable[Line]) -> list[Arrival]:
        """The rows of these lines that can be judged further; the others go into the report."""
        begun = [pair for line in lines if (pair := self._begin(file, line))]
        pending = [self._read(arrival, line) for arrival, line in begun]
        self.references.look_up(pointer for _arrival, _faults, values in pending for pointer in _pointers(values))
        taken = []
        for arrival, faults, values in pending:
            self._resolve(values, faults)
            if faults:
                self.report.refuse(arrival, self.block.noun, said(faults), ", ".join(faults))
            else:
                taken.append(Arrival(arrival.file, arrival.line, arrival.key, values))
        return taken

    def _begin(self, file: str, line: Line) -> tuple[Arrival, Line] | None:
        if line.fault:
            self.report.refuse(Arrival(file, line.number, "", {}), self.block.noun, line.fault)
            return None
        arrival = Arrival(file, line.number, self.block.key.fill(line.cells), {})
        reason = self._reason_of_key(arrival)
        if reason and not self.block.is_distinct:
            self.report.refuse(arrival, self.block.noun, reason, "key")
        if reason:
            return None
        self.seen[arrival.key] = (file, line.number)
        return arrival, line

    def _reason_of_key(self, arrival: Arrival) -> str:
        if not arrival.key:
            return _("The row has no key.")
        if len(arrival.key) > LONGEST_NAME:
            return _("The key is longer than %(most)d characters.") % {"most": LONGEST_NAME}
        if arrival.key in self.seen:
            file, line = self.seen[arrival.key]
            told = {"key": shorten(arrival.key), "file": file, "line": line}
            return _("The key “%(key)s” is already that of %(file)s, line %(line)d.") % told
        return ""

    def _read(self, arrival: Arrival, line: Line) -> tuple[Arrival, dict[str, str], dict[str, Any]]:
        faults: dict[str, str] = {}
        values: dict[str, Any] = {}
        for name, rules in self.block.fields.items():
            try:
                value = self._value(name, rules, line)
            except NotThat as error:
                faults[name] = str(error)
                continue
            if value is not None or name not in KEPT_WHEN_BLANK:
                values[name] = value
        return arrival, faults, values

    def _value(self, name: str, rules: tuple[FieldRule, ...], line: Line) -> object:
        shape = FIELDS[self.block.noun][name].shape
        texts = [(rule, text) for rule in rules for text in _texts(rule, line)]
        if shape == Shape.TEXTS:
            return tuple(text for _rule, text in texts)
        if shape == Shape.INTEGERS:
            return tuple(to_value(Shape.INTEGER, text, self.block.format) for _rule, text in texts)
        if shape == Shape.REFERENCES:
            return tuple(Pointer(rule.noun, rule.by, text) for rule, text in texts)
        if not texts:
            return "" if shape == Shape.TEXT and name not in KEPT_WHEN_BLANK else None
        rule, text = texts[0]
        if shape == Shape.REFERENCE:
            return Pointer(rule.noun, rule.by, text)
        if self.block.noun in {USER, DEPARTMENT} and len(text) > LONGEST_NAME:
            raise NotThat(_("At most %(most)d characters.") % {"most": LONGEST_NAME})
        return to_value(shape, text, self.block.format)

    def _resolve(self, values: dict[str, Any], faults: dict[str, str]) -> None:
        for name, value in values.items():
            try:
                if isinstance(value, Pointer):
                    values[name] = self.references.id_of(value)
                elif FIELDS[self.block.noun][name].shape == Shape.REFERENCES:
                    values[name] = tuple(dict.fromkeys(self.references.id_of(pointer) for pointer in value))
            except NoSuchRow as error:
                faults[name] = str(error)


def said(faults: dict[str, str]) -> str:
    """The faults of a row in one sentence, each after its field."""
    return "; ".join(f"{name}: {reason}" if name else reason for name, reason in faults.items())


def _texts(rule: FieldRule, line: Line) -> Iterator[str]:
    """The texts, none of them blank, that a rule makes of a row."""
    whole = rule.value.fill(line.cells)
    for text in whole.split(rule.split) if rule.split else [whole]:
        bare = text.strip()
        if bare and rule.translate is not None:
            if bare not in rule.translate:
                raise NotThat(_("“%(text)s” is not among those that the mapping translates.") % {"text": shorten(bare)})
            bare = rule.translate[bare]
        if bare or rule.default:
            yield bare or rule.default


def _pointers(values: dict[str, Any]) -> Iterator[Pointer]:
    for value in values.values():
        if isinstance(value, Pointer):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Pointer))
