"""The quick selects of an elements' list: they show what a filter's text says, and write into it.

So the address, the builder's chips, a kept filter and the command line know what they choose; nothing stands beside the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from relance.crm.filtering import FILTER_FIELDS, IDLE
from relance.crm.queries import list_stages
from relance.crm.terms import Outcome
from relance.kit.text import fold
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import Condition, FilterError, Tree, Word, all_parts, conjuncts, write
from relance.web.activities.fields import is_id

# What a select shows of a condition that it has no option for, and sends to leave it as it is.
KEEP = "-"
PEOPLE = ("me", "colleagues", "colleagues-below", "subordinates")
KEYS = ("stage", "pipeline", "responsible", "person", "idle")
# The form's own mark: the text whose conditions its selects showed.
WAS = "was"
_OLD_WORDS = {"below": "colleagues-below"}
_ID = re.compile(r"#(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Quick:
    """What the selects show: a stage's id or an outcome; a pipeline's id; a word for persons, or somebody's id; "1" or
    nothing. KEEP where the text says more than they can.
    """

    stage: str = ""
    pipeline: str = ""
    responsible: str = ""
    person: str = ""
    idle: str = ""


def shown(kind: str, text: str) -> Quick:
    """What the selects show of a filter's text; nothing of one that cannot be read."""
    try:
        parts = conjuncts(parse(text))
    except FilterError:
        return Quick()
    said = {key: [part for part in parts if _ABOUT[key](part)] for key in ("stage", "pipeline", "responsible", "idle")}
    person = _single(said["responsible"], _person_of)
    return Quick(
        stage=_single(said["stage"], lambda one: _stage_of(kind, one)),
        pipeline=_single(said["pipeline"], lambda one: _choice(kind, one)),
        responsible=_single(said["responsible"], _people_of),
        person="" if person == KEEP else person,
        idle="1" if said["idle"] else "",
    )


def written(kind: str, given: Mapping[str, str]) -> Callable[[str], str]:
    """From a filter's text to the one that the selects of an address make of it.

    A form sends all of its selects, and with WAS the text that they showed: those that were moved since are meant, so that
    they never put back what was typed into the text. An address without it means what it names.
    """
    asked = {
        key: _OLD_WORDS.get(given[key], given[key]) for key in KEYS if given.get(key) or (WAS in given and key in given)
    }
    if WAS in given:
        asked.setdefault("idle", "")  # a box that is not ticked is not sent

    def rewritten(text: str) -> str:
        if not asked:
            return text
        before = shown(kind, given.get(WAS, text))
        for key, value in asked.items():
            if value != getattr(before, key) and _is_known(key, value):
                text = _with(text, key, value)
        return text

    return rewritten


def _with(text: str, key: str, value: str) -> str:
    """The text with what one select chooses, in the place of what it showed."""
    try:
        parts = list(conjuncts(parse(text)))
    except FilterError:
        return text  # the page says what is wrong with it
    about = _ABOUT["responsible" if key == "person" else key]
    place = next((number for number, part in enumerate(parts) if about(part)), len(parts))
    rest: list[Tree] = [part for part in parts if not about(part)]
    if value:
        rest.insert(place, _condition(key, value))
    return write(all_parts(rest))


def _condition(key: str, value: str) -> Condition:
    match key:
        case "idle":
            return Condition("is", ":", (Word(IDLE),))
        case "stage" if value in Outcome.values:
            return Condition("is", ":", (Word(value),))
        case "stage" | "pipeline":
            return Condition(key, ":", (Word(f"#{value}"),))
        case _:
            return Condition("responsible", ":", (Word(f"#{value}" if is_id(value) else value),))


def _is_known(key: str, value: str) -> bool:
    if not value:
        return True
    return {
        "stage": value in Outcome.values or is_id(value),
        "pipeline": is_id(value),
        "responsible": value in PEOPLE,
        "person": is_id(value),
        "idle": True,
    }[key]


def _is_about_stage(part: Tree) -> bool:
    match part:
        case Condition("stage"):
            return True
        case Condition("is", ":", values):
            return all(isinstance(one, Word) and one.text.lower() in Outcome.values for one in values)
    return False


_ABOUT: dict[str, Callable[[Tree], bool]] = {
    "stage": _is_about_stage,
    "pipeline": lambda part: isinstance(part, Condition) and part.field == "pipeline",
    "responsible": lambda part: isinstance(part, Condition) and part.field == "responsible",
    "idle": lambda part: isinstance(part, Condition) and part.field == "is" and _word(part) == IDLE,
}


def _word(part: Tree) -> str:
    """The one plain word that a condition asks for, "" where it asks for anything else."""
    match part:
        case Condition(_, ":", (Word(text=text, prefix=""),)):
            return text.lower()
    return ""


def _single(parts: list[Tree], read: Callable[[Tree], str]) -> str:
    if not parts:
        return ""
    return (read(parts[0]) if len(parts) == 1 else "") or KEEP


def _people_of(part: Tree) -> str:
    return _word(part) if _word(part) in PEOPLE else ""


def _person_of(part: Tree) -> str:
    found = _ID.fullmatch(_word(part))
    return found[1] if found and is_id(found[1]) else ""


def _choice(kind: str, part: Tree) -> str:
    """The id of the one stage or pipeline that a condition's word stands for among those of this kind."""
    known = FILTER_FIELDS[kind].get(part.field) if isinstance(part, Condition) else None
    found = known.choices().get(fold(_word(part)), ()) if known and known.choices else ()
    return str(found[0]) if len(found) == 1 else ""


def _stage_of(kind: str, part: Tree) -> str:
    word = _word(part)
    if isinstance(part, Condition) and part.field == "is":
        return word
    known = FILTER_FIELDS[kind].get("stage")
    ids = known.choices().get(fold(word), ()) if word and known and known.choices else ()
    own = [one.id for one in list_stages(kind) if one.id in ids] if ids else []
    return str(own[0]) if len(own) == 1 else ""
