"""What filters are called in the reader's language: fields, choices, people, days. Only what he may read has a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from relance.access.queries import list_departments
from relance.activities.catalog import list_types
from relance.activities.terms import Direction, Hue, Priority
from relance.crm.queries import list_pipelines, list_stages
from relance.crm.terms import Kind, Outcome
from relance.kit.actor import Actor
from relance.kit.sql import Row
from relance.kit.text import fold
from relance.lists.grammar.compiling import EMPTY, FilterField
from relance.lists.terms import Listing
from relance.people.queries import Person, get_people
from relance.web.activities.dates import day_inside, viewer_of
from relance.web.filters import editors

_ID = re.compile(r"#(\d{1,18})")
_DEPARTMENT = re.compile(r"(?i)(in|below):#(\d{1,18})")
_NAMED_DEPARTMENT = re.compile(r"(?i)(in|below):(.+)")
Options = list[tuple[str, str]]


class Naming:
    """The names that one page needs: looked up once each, whatever the number of conditions."""

    def __init__(self, actor: Actor, listing: Listing, values: Iterable[str] = ()) -> None:
        """`values` are all that filters on the page hold: the people among them are looked up together."""
        self.actor, self.listing = actor, listing
        self._ids = [int(found[1]) for value in values if (found := _ID.fullmatch(value))]
        self._options: dict[str, Options] = {}

    def field(self, key: str) -> str:
        """A field's label; one of a bound element with the element's kind before it."""
        known: FilterField | None = self.listing.fields.get(key)
        if known is None:
            return key
        kind, _dot, rest = key.partition(".")
        if not rest:
            return str(known.label)
        return _("%(kind)s: %(field)s") % {"kind": self.kind(kind), "field": str(known.label).lower()}

    def subject(self, key: str) -> str:
        """What a condition speaks of: the field, and of a bound element whose field it is."""
        known: FilterField | None = self.listing.fields.get(key)
        kind, _dot, rest = key.partition(".")
        if known is None or not rest:
            return self.field(key)
        whose = {
            "lead": _("%(field)s of the lead"),
            "deal": _("%(field)s of the deal"),
            "contact": _("%(field)s of the contact"),
            "company": _("%(field)s of the company"),
        }.get(kind, _("%(field)s of the element"))
        return whose % {"field": str(known.label)}

    def kind(self, kind: str) -> str:
        """What elements of a kind, or of any, are called."""
        return _("Element") if kind == "element" else str(Kind(kind).label)

    def groups(self) -> list[tuple[str, Options]]:
        """The fields as a select offers them: the listing's own, then those of each kind of element."""
        found: dict[str, Options] = {}
        for key, known in self.listing.fields.items():
            kind, _dot, rest = key.partition(".")
            found.setdefault(kind if rest else "", []).append((key, str(known.label) if not rest else self.field(key)))
        return [(self.kind(kind) if kind else _("This list"), options) for kind, options in found.items()]

    def op(self, type_: str, op: str) -> str:
        """What an operator is called."""
        return str(dict(editors.OPERATORS[type_]).get(op, op))

    def verb(self, type_: str, op: str) -> str:
        """What an operator is called in a sentence; empty where the value says all: "Deadline this week"."""
        if type_ in {"day", "moment"} and op == ":":
            return ""
        return str(editors.OF_SPANS.get(op, self.op(type_, op))) if type_ == "span" else self.op(type_, op)

    def options(self, key: str) -> Options:
        """The values that a choice, a state or a field of people offers: as written, and as named."""
        known: FilterField | None = self.listing.fields.get(key)
        if known is None:
            return []
        if key not in self._options:
            self._options[key] = self._offered(key, known)
        return self._options[key]

    def value(self, key: str, type_: str, value: str) -> str:
        """What a written value says."""
        if ".." in value and not value.startswith('"') and type_ not in {"choice", "people", "state"}:
            first, _dots, last = value.partition("..")
            ends = {"first": self.value(key, type_, first), "last": self.value(key, type_, last)}
            return _("%(first)s and %(last)s") % ends
        if value.lower() == EMPTY:
            return pgettext("filter", "empty")
        if type_ in {"choice", "people", "state"}:
            return self._named(key, type_, value)
        if type_ in {"day", "moment"}:
            return self._day(value)
        if type_ == "span" and (found := re.fullmatch(r"(\d{1,5})([dw])", value.lower())):
            return _span(int(found[1]), found[2])
        plain = editors.plain(value)
        if type_ == "number":
            return _grouped(plain)
        return _("“%(text)s”") % {"text": plain} if type_ == "text" else plain

    def counted(self, op: str, value: str) -> str:
        """A day so far from today with a comparison, as people say it; empty where it is said as any other."""
        found = re.fullmatch(r"today([-+])(\d{1,4})([dwmqy])", value.lower())
        words = {
            ("+", ">"): _("in more than %(span)s"),
            ("+", ">="): _("in at least %(span)s"),
            ("+", "<"): _("in less than %(span)s, the past included"),
            ("+", "<="): _("in at most %(span)s, the past included"),
            ("-", "<"): _("more than %(span)s ago"),
            ("-", "<="): _("at least %(span)s ago"),
            ("-", ">"): _("less than %(span)s ago, or to come"),
            ("-", ">="): _("at most %(span)s ago, or to come"),
        }
        text = words.get((found[1], op), "") if found else ""
        return text % {"span": _span(int(found[2]), found[3])} if found and text else ""

    @cached_property
    def people(self) -> dict[int, Person]:
        """The people whom the values name by id."""
        return get_people(self.actor, ids=sorted(set(self._ids)))

    @cached_property
    def departments(self) -> list[Row]:
        """All departments: id, name, depth."""
        return list_departments()

    def _named(self, key: str, type_: str, value: str) -> str:
        if type_ == "people":
            if (found := _ID.fullmatch(value)) and int(found[1]) in self.people:
                return self.people[int(found[1])].name
            if found := _NAMED_DEPARTMENT.fullmatch(value):
                return self._department(value, found)
            words: dict[str, str] = dict(self.options(key))
            return words.get(value.lower(), editors.plain(value))
        return dict(self.options(key)).get(value.lower()) or self._meant(key, editors.plain(value))

    def _meant(self, key: str, word: str) -> str:
        return dict(self.options(key)).get(self.option_of(key, word), word)

    def option_of(self, key: str, word: str) -> str:
        """The offered value that a choice's word stands for, where it is written by a code or name and offered by its id."""
        known: FilterField | None = self.listing.fields.get(key)
        ids = known.choices().get(fold(word), ()) if known and known.choices else ()
        codes = dict(self.options(key))
        return f"#{ids[0]}" if len(ids) == 1 and f"#{ids[0]}" in codes else ""

    def _department(self, value: str, found: re.Match[str]) -> str:
        by_id = _DEPARTMENT.fullmatch(value)
        names = {row["id"]: row["name"] for row in self.departments} if by_id else {}
        name = names.get(int(by_id[2]), f"#{by_id[2]}") if by_id else editors.plain(found[2])
        return _("%(department)s and below") % {"department": name} if found[1].lower() == "below" else str(name)

    def _day(self, value: str) -> str:
        word = value.lower()
        if word in editors.DAY_WORDS:
            return str(editors.DAY_WORDS[word])
        if found := re.fullmatch(r"(last-|next-|today-|today\+)(\d{1,4})([dwmqy])", word):
            span = {"span": _span(int(found[2]), found[3])}
            return {
                "last-": _("the last %(span)s"),
                "next-": _("the next %(span)s"),
                "today-": _("%(span)s ago"),
                "today+": _("in %(span)s"),
            }[found[1]] % span
        try:
            return day_inside(date.fromisoformat(value), viewer_of(self.actor))
        except ValueError:
            return editors.plain(value)

    def _offered(self, key: str, known: FilterField) -> Options:
        kind, _dot, last = key.rpartition(".")
        if known.type == "people":
            more = [("element", _("the element’s responsible"))] if known.people else []
            return [*((word, str(label)) for word, label in editors.PEOPLE.items()), *more]
        if known.type == "state":
            return _states(is_of_element=bool(kind) or self.listing.key != "activities")
        makers: Mapping[str, Callable[[], Options]] = {
            "type": lambda: [(view.code or f"#{view.id}", view.name) for view in list_types()],
            "stage": lambda: self._stages(kind),
            "pipeline": lambda: [(f"#{one.id}", one.name) for one in list_pipelines()],
            "department": lambda: [(f"#{row['id']}", row["name"]) for row in self.departments],
            "kind": lambda: [(str(one.value), str(one.label)) for one in Kind],
            "priority": lambda: [(one.name.lower(), str(one.label)) for one in Priority],
            "direction": lambda: [(str(one.value), str(one.label)) for one in Direction],
            "colour": lambda: [(str(one.value), str(one.label)) for one in Hue],
        }
        return makers[last]() if last in makers else []

    def _stages(self, kind: str) -> Options:
        own = {"leads": "lead", "deals": "deal"}.get(self.listing.key, "")
        kinds = [kind] if kind in {"lead", "deal"} else [own] if own else ["lead", "deal"]
        return [
            (f"#{stage.id}", stage.name if len(kinds) == 1 else f"{Kind(one).label} · {stage.name}")
            for one in kinds
            for stage in list_stages(one)
        ]


def _states(*, is_of_element: bool) -> Options:
    if is_of_element:
        return [
            *((str(one.value), str(one.label)) for one in Outcome),
            ("idle", _("No activity")),
            ("shared", _("Available to everyone")),
        ]
    return [
        ("open", pgettext("filter sentence", "open")),
        ("completed", pgettext("filter sentence", "completed")),
        ("overdue", pgettext("filter sentence", "overdue")),
        ("due", pgettext("filter sentence", "overdue or due soon")),
        ("incoming", pgettext("filter sentence", "incoming")),
        ("waiting", pgettext("filter sentence", "incoming and waiting")),
    ]


def _grouped(number: str) -> str:
    """A number with its digits in groups, as the reader's language writes it; anything else as it is."""
    return number_format(number, force_grouping=True) if re.fullmatch(r"-?\d+(\.\d+)?", number) else number


def _span(count: int, unit: str) -> str:
    text = {
        "d": ngettext("%(count)s day", "%(count)s days", count),
        "w": ngettext("%(count)s week", "%(count)s weeks", count),
        "m": ngettext("%(count)s month", "%(count)s months", count),
        "q": ngettext("%(count)s quarter", "%(count)s quarters", count),
        "y": ngettext("%(count)s year", "%(count)s years", count),
    }[unit]
    return text % {"count": count}
