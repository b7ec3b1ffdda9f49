"""What changed levels give and take in rows, in sentences: beside the bar, so that choosing never waits for counting."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from relance.access.actions import save_levels
from relance.activities.effects import PersonEffect, Shift, foretell
from relance.crm.terms import KIND_PLURALS, Kind
from relance.kit.actor import Actor
from relance.kit.errors import Conflict, Forbidden, Invalid
from relance.web import marks
from relance.web.rights.grid import Sent

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said of one right: of those who gain, and of those who lose."""

    shift: Callable[[PersonEffect], Shift | None]
    gained: StrPromise
    lost: StrPromise


SENTENCES = (
    Sentence(
        lambda one: one.elements_read,
        ngettext_lazy(
            "%(people)s person will read up to %(rows)s more (%(elements)s).",
            "%(people)s people will read up to %(rows)s more each (%(elements)s).",
            "count",
        ),
        ngettext_lazy(
            "%(people)s person will read up to %(rows)s fewer (%(elements)s).",
            "%(people)s people will read up to %(rows)s fewer each (%(elements)s).",
            "count",
        ),
    ),
    Sentence(
        lambda one: one.elements_updated,
        ngettext_lazy(
            "%(people)s person will update up to %(rows)s more (%(elements)s).",
            "%(people)s people will update up to %(rows)s more each (%(elements)s).",
            "count",
        ),
        ngettext_lazy(
            "%(people)s person will update up to %(rows)s fewer (%(elements)s).",
            "%(people)s people will update up to %(rows)s fewer each (%(elements)s).",
            "count",
        ),
    ),
    Sentence(
        lambda one: one.activities_read,
        ngettext_lazy(
            "%(people)s person will see more activities: up to %(rows)s.",
            "%(people)s people will see more activities: up to %(rows)s each.",
            "count",
        ),
        ngettext_lazy(
            "%(people)s person will see fewer activities: up to %(rows)s.",
            "%(people)s people will see fewer activities: up to %(rows)s each.",
            "count",
        ),
    ),
    Sentence(
        lambda one: one.activities_edited,
        ngettext_lazy(
            "%(people)s person will edit more activities: up to %(rows)s.",
            "%(people)s people will edit more activities: up to %(rows)s each.",
            "count",
        ),
        ngettext_lazy(
            "%(people)s person will edit fewer activities: up to %(rows)s.",
            "%(people)s people will edit fewer activities: up to %(rows)s each.",
            "count",
        ),
    ),
)


def reach_lines(actor: Actor, sent: Sent) -> list[str]:
    """What the chosen levels would give and take, tried and taken back; why not, where saving would be refused."""
    try:
        effect = foretell(lambda: save_levels(actor, changes=sent.changes, versions=sent.versions))
    except Conflict:
        return [_("Somebody else has changed these roles meanwhile.")]
    except Forbidden as refusal:
        return [refusal.reason]
    except Invalid as refusal:
        return list(refusal.messages.values())
    kinds = {one.kind for one in sent.changes}
    # Changes of deals give and take deals only.
    elements = str(KIND_PLURALS[Kind(kinds.pop())]) if len(kinds) == 1 else _("CRM elements")
    lines = [line for one in SENTENCES for line in _said(one, effect.people, elements.lower())]
    skipped = effect.uncounted + sum(_is_unknown(one) for one in effect.people)
    if skipped:
        more = ngettext(
            "It may concern %(count)s more person, for whom it is not counted here.",
            "It may concern %(count)s more people, for whom it is not counted here.",
            skipped,
        )
        lines.append(more % {"count": skipped})
    return lines or [_("No element or activity comes into reach or goes out of it.")]


def _said(sentence: Sentence, people: Iterable[PersonEffect], elements: str) -> list[str]:
    shifts = [shift for shift in map(sentence.shift, people) if shift]
    lines = []
    sides = ((sentence.gained, [s.gained for s in shifts]), (sentence.lost, [s.lost for s in shifts]))
    for text, counts in sides:
        some = [count for count in counts if count]
        if some:
            words = {"count": len(some), "people": marks.number(len(some)), "rows": marks.number(max(some))}
            lines.append(text % (words | {"elements": elements}))
    return lines


def _is_unknown(one: PersonEffect) -> bool:
    return None in (one.elements_read, one.elements_updated, one.activities_read, one.activities_edited)
