"""From a tree to SQL, by the fields that a listing declares. Every value becomes a parameter; no text is ever pasted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from relance.kit.actor import Actor
from relance.kit.sql import FALSE, TRUE, Sql, all_of, any_of, bigints, sql
from relance.kit.text import fold
from relance.lists.grammar.days import read_period, read_span, start_of
from relance.lists.grammar.tree import (
    DENIED,
    All,
    Between,
    Condition,
    Either,
    FilterError,
    Not,
    Tree,
    Value,
    Word,
    all_parts,
    conjuncts,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FieldType = Literal["text", "number", "day", "moment", "span", "choice", "people", "state"]
EMPTY = "empty"
COMPARING = ("<", "<=", ">", ">=")
OPERATORS: dict[FieldType, tuple[str, ...]] = {
    "text": (":", "!=", "~", "!~", "^"),
    "number": (":", "!=", *COMPARING),
    "day": (":", "!=", *COMPARING),
    "moment": (":", "!=", *COMPARING),
    "span": (":", "!=", *COMPARING),
    "choice": (":", "!="),
    "people": (":", "!="),
    "state": (":", "!="),
}
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?")
_WILD = re.compile(r"[\\%_]")
_ID = re.compile(r"#(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Context:
    """For whom and when a filter is read. `find_people` gives the ids that a word for persons means, or None."""

    actor: Actor
    now: datetime
    today: date
    find_people: Callable[[str, str], Sequence[int] | None]
    # What was looked up already, so that a filter that says a word fifty times asks once.
    seen: dict[tuple[str, ...], Any] = field(default_factory=dict, compare=False)

    def once(self, key: tuple[str, ...], look_up: Callable[[], Any]) -> Any:  # noqa: ANN401 - the type is the caller's
        """What `look_up` gives, asked for once in a filter's life."""
        if key not in self.seen:
            self.seen[key] = look_up()
        return self.seen[key]


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field that filters can ask for, declared once by its listing.

    `sql` is its expression over the listing's row. With `each` it has many values, and `each` wraps a condition on one
    of them, as the actor may read it, into one on the row. `around` wraps the whole condition into one on another row.
    `choices` gives the words of a choice and what each stands for; `states` the words of a state and their conditions;
    `people` more words for persons. A text whose expression is folded says by `fold` how its values are.
    """

    key: str
    label: StrPromise
    type: FieldType
    sql: Sql | Callable[[Context], Sql] = TRUE
    each: Callable[[Actor, Sql], Sql] | None = None
    around: Callable[[Actor, Sql], Sql] | None = None
    choices: Callable[[], Mapping[str, Sequence[object]]] | None = None
    states: Callable[[Context], Mapping[str, Sql]] | None = None
    people: Callable[[Context], Mapping[str, Sql]] | None = None
    fold: Callable[[str], str] | None = None

    def expression(self, context: Context) -> Sql:
        """What is compared, for this reader at this moment."""
        return self.sql if isinstance(self.sql, Sql) else self.sql(context)


Fields = Mapping[str, FilterField]


def compiled(tree: Tree, fields: Fields, context: Context) -> Sql:
    """The condition of a tree on the listing's row.

    Raises:
        FilterError: it asks for an unknown field, or for what a field does not know.
    """
    match tree:
        case Condition():
            return _condition(tree, fields, context)
        case Not(part):
            return _not(compiled(part, fields, context))
        case All(parts):
            return all_of([compiled(part, fields, context) for part in parts])
        case Either(parts):
            return any_of([compiled(part, fields, context) for part in parts])


def field_of(condition: Condition, fields: Fields) -> FilterField:
    """The field that a condition asks for.

    Raises:
        FilterError: there is none, or its type has no such operator.
    """
    found = fields.get(condition.field)
    if found is None:
        message = _("There is no field “%(field)s”. Known are: %(fields)s.")
        names = ", ".join(key for key in fields if "." not in key)
        raise FilterError(message % {"field": condition.field, "fields": names}, condition.place)
    allowed = OPERATORS[found.type]
    if condition.operator not in allowed:
        message = _("“%(field)s” takes the operators %(operators)s, not “%(operator)s”.")
        values = {"field": found.key, "operators": " ".join(allowed), "operator": condition.operator}
        raise FilterError(message % values, condition.place)
    return found


def people_at_top(tree: Tree, fields: Fields, context: Context) -> tuple[Sequence[int] | None, Tree]:
    """The persons whom the tree's top asks for as responsible, and the rest of the tree; None where it asks for nobody.

    Lists have an index for each person: what stands there chooses the way to the page, and need not be tested again.
    """
    parts = conjuncts(tree)
    for part in parts:
        if isinstance(part, Condition) and part.field == "responsible" and part.operator == ":":
            field_of(part, fields)
            special = fields[part.field].people
            words = {EMPTY, *(special(context) if special else ())}
            plain = [value for value in part.values if isinstance(value, Word)]
            if len(plain) < len(part.values) or any(_is_special(word, words) for word in plain):
                continue
            people = sorted({person for word in plain for person in people_of(word, context)})
            return people, all_parts(other for other in parts if other is not part)
    return None, tree


def _is_special(word: Word, words: set[str]) -> bool:
    return not word.is_quoted and not word.prefix and word.text.lower() in words


def _not(condition: Sql) -> Sql:
    """What is unknown does not hold, so its denial does."""
    if condition == TRUE:
        return FALSE
    if condition == FALSE:
        return TRUE
    return sql("(({}) IS NOT TRUE)", condition)


def _condition(condition: Condition, fields: Fields, context: Context) -> Sql:
    asked = field_of(condition, fields)
    operator = DENIED.get(condition.operator, condition.operator)
    matches = any_of([_one(asked, operator, value, context) for value in condition.values])
    return _not(matches) if condition.operator in DENIED else matches


def _one(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:
    if isinstance(value, Word) and value.text.lower() == EMPTY and not value.is_quoted and asked.type != "state":
        if operator != ":":
            raise FilterError(_("“empty” goes with “:” or “!=”."), value.place)
        return _around(asked, _is_empty(asked, context), context)
    found = _READERS[asked.type](asked, operator, value, context)
    return _around(asked, asked.each(context.actor, found) if asked.each else found, context)


def _around(asked: FilterField, condition: Sql, context: Context) -> Sql:
    return asked.around(context.actor, condition) if asked.around else condition


def _is_empty(asked: FilterField, context: Context) -> Sql:
    if asked.each:
        return _not(asked.each(context.actor, TRUE))
    if asked.type in {"text", "choice"}:
        return sql("(coalesce({}::text, '') = '')", asked.expression(context))
    return sql("({} IS NULL)", asked.expression(context))


def _word(asked: FilterField, value: Value) -> Word:
    if isinstance(value, Between):
        raise FilterError(_("“%(field)s” has no ranges.") % {"field": asked.key}, value.place)
    return value


def _plain(asked: FilterField, value: Value) -> Word:
    word = _word(asked, value)
    if word.prefix:
        raise FilterError(_("“in:” and “below:” are for persons."), word.place)
    return word


def _text(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:
    word, expression = _plain(asked, value), asked.expression(context)
    text = asked.fold(word.text) if asked.fold else word.text
    if not text:
        raise FilterError(_("A text is missing here. What has none is “empty”."), word.place)
    left = expression if asked.fold else sql("lower({})", expression)
    right = sql("{}::text", text) if asked.fold else sql("lower({}::text)", text)
    if operator == ":":
        return sql("({} = {})", left, right)
    if operator == "^":
        return sql("({} ^@ {})", left, right)
    # LIKE, not strpos(): PostgreSQL then knows that few texts have it, and how few names.
    pattern = "%" + _WILD.sub(r"\\\g<0>", text) + "%"
    return sql("({} LIKE {})", left, sql("{}::text", pattern) if asked.fold else sql("lower({}::text)", pattern))


def _ends(value: Value) -> tuple[Word, Word]:
    ends = (value.first, value.last) if isinstance(value, Between) else (value, value)
    for word in ends:
        if word.prefix:
            raise FilterError(_("“in:” and “below:” are for persons."), word.place)
    return ends


def _number(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:
    first, last = (_decimal(word) for word in _ends(value))
    return _compared(asked.expression(context), operator, sql("{}::numeric", first), sql("{}::numeric", last))


def _decimal(word: Word) -> Decimal:
    if not word.text.isascii() or not _NUMBER.fullmatch(word.text):
        message = _("“%(text)s” is no number. Write 10000 or 99.90.")
        raise FilterError(message % {"text": word.text[:40]}, word.place)
    return Decimal(word.text)


def spans_of(value: Value) -> tuple[int, int]:
    """The fewest and the most days that a span means."""
    first, last = (_days(word) for word in _ends(value))
    return first, last


def _span(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:
    first, last = spans_of(value)
    return _compared(asked.expression(context), operator, sql("{}::int", first), sql("{}::int", last))


def _days(word: Word) -> int:
    days = read_span(word.text)
    if days is None:
        message = _("“%(text)s” is no number of days. Write 3d or 2w.")
        raise FilterError(message % {"text": word.text[:40]}, word.place)
    return days


def period_of(value: Value, context: Context) -> tuple[date, date]:
    """The first and the last day that a value means."""
    periods = []
    for word in _ends(value):
        period = read_period(word.text, context.today)
        if period is None:
            message = _("“%(text)s” is no day. Write 2026-11-30, today-3d, this-week or next-2w.")
            raise FilterError(message % {"text": word.text[:40]}, word.place)
        periods.append(period)
    return periods[0].first, periods[1].last


def _day(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:
    first, last = period_of(value, context)
    return _compared(asked.expression(context), operator, sql("{}::date", first), sql("{}::date", last))


def _moment(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:
    """A whole day of the viewer's, be it 23, 24 or 25 hours long."""
    first, last = period_of(value, context)
    zone = context.actor.time_zone
    start = sql("{}::timestamptz", start_of(first, zone))
    end = sql("{}::timestamptz", start_of(last + timedelta(days=1), zone))
    match operator:
        case ":":
            return sql("({} >= {} AND {} < {})", asked.expression(context), start, asked.expression(context), end)
        case "<" | ">=":
            return sql("({} {} {})", asked.expression(context), Sql(operator), start)
        case _:
            return sql("({} {} {})", asked.expression(context), Sql("<" if operator == "<=" else ">="), end)


def _compared(expression: Sql, operator: str, first: Sql, last: Sql) -> Sql:
    match operator:
        case ":":
            return sql("({} BETWEEN {} AND {})", expression, first, last)
        case "<" | ">=":
            return sql("({} {} {})", expression, Sql(operator), first)
        case _:
            return sql("({} {} {})", expression, Sql(operator), last)


def _choice(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:  # noqa: ARG001 - one signature
    word = _plain(asked, value)
    choices: Mapping[str, Sequence[object]] = context.once((asked.key,), asked.choices or dict)
    found = choices.get(fold(word.text))
    if found is None:
        raise _unknown(asked, word, choices)
    if all(isinstance(one, int) for one in found):
        return sql("({} = ANY({}))", asked.expression(context), bigints(one for one in found if isinstance(one, int)))
    return sql("({} = ANY({}::text[]))", asked.expression(context), [str(one) for one in found])


def _state(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:  # noqa: ARG001 - one signature
    word = _plain(asked, value)
    states = asked.states(context) if asked.states else {}
    found = states.get(word.text.lower())
    if found is None:
        raise _unknown(asked, word, states)
    return found


def _people(asked: FilterField, operator: str, value: Value, context: Context) -> Sql:  # noqa: ARG001 - one signature
    word = _word(asked, value)
    special = asked.people(context) if asked.people and not word.is_quoted and not word.prefix else {}
    if word.text.lower() in special:
        return special[word.text.lower()]
    return sql("({} = ANY({}))", asked.expression(context), bigints(people_of(word, context)))


def people_of(word: Word, context: Context) -> Sequence[int]:
    """The ids that a word for persons means: me, colleagues, subordinates, #12, an e-mail address, in: a department.

    Raises:
        FilterError: nobody is called so.
    """
    actor, text = context.actor, word.text
    groups: dict[str, Sequence[int]] = {
        "me": (actor.user_id,),
        "colleagues": actor.colleagues,
        "colleagues-below": actor.colleagues_below,
        "subordinates": actor.subordinates,
    }
    if not word.prefix and not word.is_quoted and text.lower() in groups:
        return groups[text.lower()]
    if not word.prefix and (match := _ID.fullmatch(text)) and text.isascii():
        return (int(match[1]),)
    found: Sequence[int] | None = context.once(
        ("people", word.prefix, text), lambda: context.find_people(word.prefix, text)
    )
    if found is not None:
        return found
    if word.prefix:
        raise FilterError(_("There is no department “%(text)s”.") % {"text": text[:40]}, word.place)
    message = _(
        "“%(text)s” is nobody. Write me, colleagues, subordinates, in:department, an e-mail address or #number."
    )
    raise FilterError(message % {"text": text[:40]}, word.place)


def _unknown(asked: FilterField, word: Word, known: Mapping[str, object]) -> FilterError:
    message = _("“%(field)s” does not know “%(text)s”. It knows: %(words)s.")
    words = ", ".join(list(known)[:20])
    return FilterError(message % {"field": asked.key, "text": word.text[:40], "words": words}, word.place)


_READERS: dict[FieldType, Callable[[FilterField, str, Value, Context], Sql]] = {
    "text": _text,
    "number": _number,
    "day": _day,
    "moment": _moment,
    "span": _span,
    "choice": _choice,
    "people": _people,
    "state": _state,
}
