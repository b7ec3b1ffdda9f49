"""Who acts: built once at each edge by `people.queries.build_actor`, and passed by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo


class Grant(NamedTuple):
    """One permission of one of the actor's roles; a pipeline or stage makes it more specific than its kind."""

    role_id: int
    kind: str
    verb: str
    level: str
    pipeline_id: int | None = None
    stage_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The user on whose behalf a query or an action runs, with all that rights need to become SQL.

    `colleagues` are the members of all his departments, `colleagues_below` those of these departments and all
    below them (both hold himself), `subordinates` the members of the departments that he heads and of all below,
    never himself.
    """

    user_id: int
    name: str
    is_administrator: bool
    manages_rights: bool
    manages_settings: bool
    grants: tuple[Grant, ...]
    colleagues: tuple[int, ...]
    colleagues_below: tuple[int, ...]
    subordinates: tuple[int, ...]
    role_ids: tuple[int, ...]
    language: str
    time_zone: ZoneInfo
    deletion_needs_delete: bool = False
    counts_by_element: bool = False
    due_soon_minutes: int = 15
    people_count: int = 0
    via: str = "web"
    request_id: str = ""
    avatar_tint: int = 1
    # What rights have made of all this so far. An actor lives for one request and never changes; a changed copy begins anew.
    worked_out: dict[tuple[object, ...], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def recorded_id(self) -> int | None:
        """The user that rows and the journal name; nobody for the command line."""
        return self.user_id or None
