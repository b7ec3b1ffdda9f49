"""A small company in plain Python: what the rights of product.md speak about, and nothing else.

Nothing of the product is imported here: these are the words of product.md, sections 2, 3 and 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, get_args

Kind = Literal["lead", "deal", "contact", "company"]
Verb = Literal["read", "add", "update", "delete", "export", "import"]

KINDS: tuple[Kind, ...] = get_args(Kind)
VERBS: tuple[Verb, ...] = get_args(Verb)


class Level(IntEnum):
    """Each level includes the ones above it in product.md's table, that is the lower numbers here."""

    NONE = 0
    OWN = 1
    DEPARTMENT = 2
    SUBDEPARTMENTS = 3
    OPEN_TO_ALL = 4
    ALL = 5


@dataclass(frozen=True, slots=True)
class User:
    key: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Department:
    key: int
    parent: int | None
    members: frozenset[int]
    head: int | None


@dataclass(frozen=True, slots=True)
class Group:
    key: int
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline of deals; leads have stages and no pipelines."""

    key: int


@dataclass(frozen=True, slots=True)
class Stage:
    key: int
    kind: Kind
    pipeline: int | None


@dataclass(frozen=True, slots=True)
class Permission:
    """One cell of the rights page. Without pipeline and stage it speaks of the whole kind."""

    kind: Kind
    verb: Verb
    level: Level
    pipeline: int | None = None
    stage: int | None = None


@dataclass(frozen=True, slots=True)
class Role:
    key: int
    permissions: tuple[Permission, ...]
    is_administrator: bool = False


AssigneeKind = Literal["user", "department", "department_and_below", "group", "every_head", "everybody"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role given to somebody; `assignee` is the key of the user, department or group, else None."""

    role: int
    to: AssigneeKind
    assignee: int | None = None


@dataclass(frozen=True, slots=True)
class Element:
    key: int
    kind: Kind
    number: int
    responsible: int
    is_open_to_all: bool
    pipeline: int | None
    stage: int | None
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Binding:
    element: int
    is_main: bool


@dataclass(frozen=True, slots=True)
class Activity:
    """`bindings` are in the order in which they were made, the oldest first."""

    key: int
    responsible: int
    author: int
    participants: frozenset[int]
    is_completed: bool
    is_deleted: bool
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, eq=False)
class Company:
    """Compared by identity: two companies are never the same one."""

    users: tuple[User, ...]
    departments: tuple[Department, ...]
    groups: tuple[Group, ...]
    pipelines: tuple[Pipeline, ...]
    stages: tuple[Stage, ...]
    roles: tuple[Role, ...]
    assignments: tuple[Assignment, ...]
    elements: tuple[Element, ...]
    activities: tuple[Activity, ...]
    deletion_needs_delete: bool
