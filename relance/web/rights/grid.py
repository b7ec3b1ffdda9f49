"""The table of levels: each cell a select, drawn by a function; and what was changed in it, read back from the form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from relance.access.terms import KINDS, RANK, Level, LevelChange, Verb
from relance.crm.queries import list_pipelines, list_stages
from relance.crm.terms import Kind
from relance.kit.actor import Grant
from relance.kit.errors import Invalid
from relance.web import marks
from relance.web.activities.fields import is_id
from relance.web.rights.words import LEVELS

PREFIX = "level."
INHERITED = ""


class Key(NamedTuple):
    """What a cell is for. Pipeline and stage are 0 where it is for the whole kind."""

    role_id: int
    kind: str
    verb: str
    pipeline_id: int = 0
    stage_id: int = 0

    @property
    def name(self) -> str:
        """The name of its select."""
        return PREFIX + ".".join(map(str, self))

    @property
    def place(self) -> tuple[int | None, int | None]:
        """Pipeline and stage as grants have them."""
        return self.pipeline_id or None, self.stage_id or None


@dataclass(frozen=True, slots=True)
class Place:
    """A pipeline or a stage for which levels can be set apart."""

    kind: str
    pipeline_id: int
    stage_id: int
    name: str

    @property
    def value(self) -> str:
        """How an address says it."""
        return f"{self.pipeline_id}.{self.stage_id}"


def list_places(kind: str) -> list[Place]:
    """All that levels can be set apart for: the stages of leads, the pipelines of deals and their stages."""
    if kind == Kind.LEAD:
        return [Place(kind, 0, stage.id, stage.name) for stage in list_stages(kind)]
    if kind != Kind.DEAL:
        return []
    places, stages = [], list_stages(kind)
    for pipeline in list_pipelines():
        places.append(Place(kind, pipeline.id, 0, pipeline.name))
        places += [
            Place(kind, pipeline.id, stage.id, f"{pipeline.name} · {stage.name}")
            for stage in stages
            if stage.pipeline_id == pipeline.id
        ]
    return places


@dataclass
class Cells:
    """The cells of a table: what is set, and what somebody has chosen instead and not saved yet."""

    grants: Sequence[Grant]
    chosen: Mapping[str, str]
    was: dict[str, str]

    @classmethod
    def of(cls, grants: Sequence[Grant], chosen: Mapping[str, str] | None = None) -> Cells:
        """The cells of roles with these grants."""
        return cls(grants, chosen or {}, {})

    @property
    def was_json(self) -> str:
        """What the drawn cells are set to, as the form sends it back."""
        return json.dumps(self.was)

    def draw(self, key: Key, label: str) -> SafeString:
        """The select of a cell, its gauge, and what it was where it has been changed."""
        was = self._set(key)
        value = self.chosen.get(key.name, was)
        self.was[key.name] = was
        inherited = self._inherited(key)
        words = {INHERITED: _("%(level)s (as elsewhere)") % {"level": LEVELS[inherited]}} | LEVELS
        offered = [code for code in words if code or key.place != (None, None)]
        options = format_html_join(
            "",
            '<option value="{}" data-rank="{}"{}>{}</option>',
            (
                (code, RANK[code or inherited], SafeString(" selected") if code == value else "", words[code])
                for code in offered
            ),
        )
        return format_html(
            '<div class="cell{}" data-was="{}"><span class="pick"><select class="level" name="{}" id="{}" aria-label="{}"'
            ' autocomplete="off">{}</select>{}</span>{}<small{}>{}</small></div>',
            "" if value == was else " changed",
            was,
            key.name,
            key.name,
            label,
            options,
            marks.icon("down"),
            marks.gauge(RANK[value or inherited]),
            SafeString(" hidden") if value == was else "",
            _("was %(level)s") % {"level": words[was]},
        )

    def exceptions(self, role_id: int, kind: str, verb: str) -> int:
        """For how many pipelines and stages a role sets a verb apart."""
        return sum(
            (grant.role_id, grant.kind, grant.verb) == (role_id, kind, verb)
            and bool(grant.pipeline_id or grant.stage_id)
            for grant in self.grants
        )

    def _set(self, key: Key) -> str:
        wanted = (key.role_id, key.kind, key.verb, *key.place)
        found = (g.level for g in self.grants if (g.role_id, g.kind, g.verb, g.pipeline_id, g.stage_id) == wanted)
        return next(found, INHERITED if any(key.place) else Level.NONE.value)

    def _inherited(self, key: Key) -> str:
        """The level that counts in a place for which nothing is set apart."""
        wider = (key.pipeline_id or None, None) if key.stage_id else (None, None)
        return _level_in([g for g in self.grants if g[:3] == key[:3]], wider)


def _level_in(grants: Sequence[Grant], place: tuple[int | None, int | None]) -> str:
    exact = [g.level for g in grants if (g.pipeline_id, g.stage_id) == place]
    whole = [g.level for g in grants if (g.pipeline_id, g.stage_id) == (None, None)]
    return (exact or whole or [Level.NONE.value])[0]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form of levels says: the changed cells, the roles' versions as they were read, all that is chosen."""

    changes: Sequence[LevelChange]
    versions: Mapping[int, int]
    chosen: Mapping[str, str]


def read_sent(data: Any) -> Sent:  # noqa: ANN401 - a QueryDict
    """The changes that a form of levels asks for.

    Raises:
        Invalid: something in it is none of our cells or levels.
    """
    was = _read_was(data.get("was", ""))
    chosen = {name: value for name, value in data.items() if name.startswith(PREFIX)}
    known = {(place.kind, place.pipeline_id, place.stage_id) for kind in KINDS for place in list_places(kind)}
    changes = []
    for name, level in chosen.items():
        key = _read_key(name)
        place = (key.kind, key.pipeline_id, key.stage_id) if any(key.place) else None
        may_inherit = place is not None and level == INHERITED
        if (place and place not in known) or not (level in Level.values or may_inherit):
            raise _no_such_level()
        if level != was.get(name):
            pipeline_id, stage_id = key.place
            changes.append(LevelChange(*key[:3], level or None, pipeline_id, stage_id))
    versions = {
        int(name.removeprefix("version.")): int(value)
        for name, value in data.items()
        if name.startswith("version.") and is_id(name.removeprefix("version.")) and is_id(value)
    }
    return Sent(changes, versions, chosen)


def _read_was(text: str) -> dict[str, str]:
    try:
        was = json.loads(text)
    except ValueError as error:
        raise _no_such_level() from error
    if not isinstance(was, dict):
        raise _no_such_level()
    return was


def _read_key(name: str) -> Key:
    role_id, kind, verb, pipeline_id, stage_id = [*name.removeprefix(PREFIX).split("."), *[""] * 5][:5]
    if not (all(map(is_id, (role_id, pipeline_id, stage_id))) and kind in KINDS and verb in Verb.values):
        raise _no_such_level()
    return Key(int(role_id), kind, verb, int(pipeline_id), int(stage_id))


def _no_such_level() -> Invalid:
    return Invalid({"levels": _("This right or level does not exist.")})
