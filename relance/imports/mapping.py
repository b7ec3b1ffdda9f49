"""A mapping's TOML text, read and checked: whatever is wrong is said with the name of its key."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from relance.imports.templates import Template, TemplateError, parse_template
from relance.imports.terms import FIELDS, NEEDED, NOUNS, WAYS, Block, FieldRule, FileFormat, Join, Plan, Shape
from relance.kit.errors import Invalid

_BLOCK_KEYS = {"noun", "file", "key", "distinct", "format", "fields", "join"}
_RULE_KEYS = {"value", "translate", "default", "split", "noun", "by"}


def read_mapping(text: str) -> Plan:
    """The plan that a mapping describes.

    Raises:
        Invalid: what is wrong, under the key where it stands.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong("", _("This is not TOML: %(why)s") % {"why": error}) from error
    _only(told, {"origin", "format", "rows"}, "")
    shared = _format(told.get("format", {}), FileFormat(), "format")
    rows = _table_list(told.get("rows"), "rows")
    if not rows:
        raise _wrong("rows", _("At least one [[rows]] is needed."))
    return Plan(
        origin=_text(told.get("origin"), "origin"),
        blocks=tuple(_block(block, f"rows {place}", shared) for place, block in enumerate(rows, start=1)),
    )


def _block(told: Mapping[str, Any], where: str, shared: FileFormat) -> Block:
    _only(told, _BLOCK_KEYS, where)
    noun = _text(told.get("noun"), f"{where}.noun")
    _one_of(noun, NOUNS, f"{where}.noun")
    where = f"{where} ({noun})"
    given = told.get("fields")
    if not isinstance(given, dict):
        raise _wrong(f"{where}.fields", _("A table of fields is needed."))
    for name in given:
        _one_of(name, FIELDS[noun], f"{where}.fields")
    for name in NEEDED[noun]:
        if name not in given:
            raise _wrong(f"{where}.fields.{name}", _("This field is needed."))
    return Block(
        place=where,
        noun=noun,
        file=_text(told.get("file"), f"{where}.file"),
        key=_template(told.get("key"), f"{where}.key"),
        fields={name: _rules(noun, name, rule, f"{where}.fields.{name}") for name, rule in given.items()},
        format=_format(told.get("format", {}), shared, f"{where}.format"),
        is_distinct=_boolean(told.get("distinct", False), f"{where}.distinct"),
        joins=tuple(_join(join, f"{where}.join") for join in _table_list(told.get("join", []), f"{where}.join")),
    )


def _rules(noun: str, name: str, told: object, where: str) -> tuple[FieldRule, ...]:
    shape = FIELDS[noun][name].shape
    if isinstance(told, list):
        if shape not in {Shape.REFERENCES, Shape.TEXTS, Shape.INTEGERS}:
            raise _wrong(where, _("This field takes one value, not a list."))
        return tuple(_rule(noun, name, each, f"{where} {place}") for place, each in enumerate(told, start=1))
    return (_rule(noun, name, told, where),)


def _rule(noun: str, name: str, told: object, where: str) -> FieldRule:
    table = told if isinstance(told, dict) else {"value": told}
    _only(table, _RULE_KEYS, where)
    rule = FieldRule(
        value=_template(table.get("value"), f"{where}.value" if isinstance(told, dict) else where),
        translate=_translations(table["translate"], f"{where}.translate") if "translate" in table else None,
        default=_scalar(table.get("default", ""), f"{where}.default"),
        split=_text(table["split"], f"{where}.split") if "split" in table else "",
    )
    kind = FIELDS[noun][name]
    if kind.shape not in {Shape.REFERENCE, Shape.REFERENCES}:
        _only(table, _RULE_KEYS - {"noun", "by"}, where)
        return rule
    target = kind.noun or _text(table.get("noun"), f"{where}.noun")
    _one_of(target, [kind.noun] if kind.noun else _bindable(name), f"{where}.noun")
    by = _text(table.get("by", "key"), f"{where}.by")
    _one_of(by, WAYS[target], f"{where}.by")
    return replace(rule, noun=target, by=by)


def _bindable(name: str) -> tuple[str, ...]:
    return ("contact", "company") if name == "clients" else ("lead", "deal", "contact", "company")


def _join(told: Mapping[str, Any], where: str) -> Join:
    keys = [each.name for each in fields(Join)]
    _only(told, set(keys), where)
    join = Join(**{key: _text(told.get(key, "first" if key == "pick" else None), f"{where}.{key}") for key in keys})
    _one_of(join.pick, ("first", "most"), f"{where}.pick")
    return join


def _format(told: object, base: FileFormat, where: str) -> FileFormat:
    if not isinstance(told, dict):
        raise _wrong(where, _("A table is needed."))
    _only(told, {each.name for each in fields(FileFormat)}, where)
    given: dict[str, Any] = {}
    for key, value in told.items():
        place = f"{where}.{key}"
        if key in {"dates", "times"}:
            given[key] = tuple(_text(each, place) for each in ([value] if isinstance(value, str) else value))
        elif key == "zone":
            given[key] = _zone(value, place)
        elif key == "thousands":
            given[key] = str(value)
        else:
            given[key] = _text(value, place)
    for key in ("delimiter", "quote", "decimal"):
        if len(given.get(key, "x")) != 1:
            raise _wrong(f"{where}.{key}", _("One character is needed."))
    _check_encoding(given.get("encoding", "utf-8"), f"{where}.encoding")
    return replace(base, **given)


def _check_encoding(name: str, where: str) -> None:
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise _wrong(where, _("No encoding is called “%(name)s”.") % {"name": name}) from error


def _zone(value: object, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(_text(value, where))
    except (ValueError, OSError, LookupError) as error:
        raise _wrong(where, _("No time zone is called “%(name)s”.") % {"name": value}) from error


def _template(value: object, where: str) -> Template:
    try:
        return parse_template(_scalar(value, where))
    except TemplateError as error:
        raise _wrong(where, str(error)) from error


def _translations(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _wrong(where, _("A table is needed."))
    return {key: _scalar(text, f"{where}.{key}") for key, text in value.items()}


def _scalar(value: object, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int):
        raise _wrong(where, _("A text is needed."))
    return str(value)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(where, _("A text is needed."))
    return value


def _boolean(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, _("Say true or false."))
    return value


def _table_list(value: object, where: str) -> Sequence[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _wrong(where, _("A list of tables is needed, written [[…]]."))
    return value


def _one_of(value: str, known: Sequence[str] | Mapping[str, object], where: str) -> None:
    if value not in known:
        raise _wrong(where, _("No “%(name)s”; there are %(known)s.") % {"name": value, "known": ", ".join(known)})


def _only(told: Mapping[str, object], known: set[str], where: str) -> None:
    for key in told:
        if key not in known:
            message = _("No “%(name)s”; there are %(known)s.") % {"name": key, "known": ", ".join(sorted(known))}
            raise _wrong(f"{where}.{key}" if where else key, message)


def _wrong(where: str, message: str) -> Invalid:
    return Invalid({where: message})
