"""Companies for the comparison: hypothesis draws sizes and a seed, the rest follows from the seed.

The weights are set so that every operation is granted and refused by every level often enough
(cells.py counts): sparse permissions, several roles a user, overrides lower and higher than the
kind's level, activities bound across responsibles, deleted rows, deactivated people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from hypothesis import strategies as st

from tests.oracle.model import (
    KINDS,
    VERBS,
    Activity,
    AssigneeKind,
    Assignment,
    Binding,
    Company,
    Department,
    Element,
    Group,
    Kind,
    Level,
    Permission,
    Pipeline,
    Role,
    Stage,
    User,
    Verb,
)

LEVELS = tuple(Level)
# Reading is granted more widely than the rest, else every other operation is refused for want of it.
READ_WEIGHTS = (2, 4, 4, 4, 4, 3)
OTHER_WEIGHTS = (3, 4, 4, 4, 4, 4)
# In half the companies nearly everything is the users' own, else the level own is always outdone by another role.
NARROW_READ_WEIGHTS = (1, 16, 3, 1, 0, 1)
NARROW_OTHER_WEIGHTS = (2, 16, 3, 1, 0, 1)
ASSIGNEES: tuple[AssigneeKind, ...] = (
    "user", "user", "user", "department", "department", "department_and_below", "group", "every_head", "everybody",
)  # fmt: skip
ADMINISTRATOR = 1
# The first elements have many activities each, as busy deals do.
BUSY_ELEMENTS = 4


@dataclass(frozen=True, slots=True)
class Shape:
    seed: int
    users: int
    departments: int
    roles: int
    elements: int
    activities: int


def shapes() -> st.SearchStrategy[Shape]:
    return st.builds(
        Shape,
        seed=st.integers(0, 2**48),
        users=st.integers(5, 7),
        departments=st.integers(3, 6),
        roles=st.integers(4, 6),
        elements=st.integers(38, 46),
        activities=st.integers(42, 52),
    )


def shape_of(seed: int) -> Shape:
    """A middling shape, for tests that walk seeds themselves."""
    return Shape(seed, users=6, departments=5, roles=5, elements=34, activities=36)


def company_of(shape: Shape) -> Company:
    """The company of that shape: always the same one."""
    random = Random(shape.seed)
    users = _users(random, shape.users)
    departments = _departments(random, shape.departments, users)
    groups = _groups(random, users)
    pipelines = tuple(Pipeline(key) for key in range(1, random.choice((2, 3)) + 1))
    stages = _stages(pipelines)
    roles = (Role(ADMINISTRATOR, (), is_administrator=True), *_roles(random, shape.roles, pipelines, stages))
    elements = _elements(random, shape.elements, users, stages)
    return Company(
        users=users,
        departments=departments,
        groups=groups,
        pipelines=pipelines,
        stages=stages,
        roles=roles,
        assignments=_assignments(random, roles, users, departments, groups),
        elements=elements,
        activities=_activities(random, shape.activities, users, elements),
        deletion_needs_delete=random.random() < 0.5,
    )


def earlier_company_of(company: Company, seed: int) -> Company:
    """The same company before some moves: other responsibles, stages, flags and completions.

    Loading this one and then writing the differences proves the copies on bindings as well.
    """
    random = Random(seed + 1)
    return replace(
        company,
        elements=tuple(_element_before(random, company, element) for element in company.elements),
        activities=tuple(_activity_before(random, company, activity) for activity in company.activities),
    )


# --- people -----------------------------------------------------------------------------------------


def _users(random: Random, count: int) -> tuple[User, ...]:
    return tuple(User(key, is_active=key == 1 or random.random() < 0.86) for key in range(1, count + 1))


def _some(random: Random, users: Sequence[User], chance: float) -> frozenset[int]:
    return frozenset(user.key for user in users if random.random() < chance)


def _departments(random: Random, count: int, users: Sequence[User]) -> tuple[Department, ...]:
    found = []
    for key in range(1, count + 1):
        parent = random.randint(1, key - 1) if key > 1 and random.random() < 0.85 else None
        members = _some(random, users, 0.22)
        head = random.choice(sorted(members)) if members and random.random() < 0.6 else None
        found.append(Department(key, parent, members, head))
    return tuple(found)


def _groups(random: Random, users: Sequence[User]) -> tuple[Group, ...]:
    return tuple(Group(key, _some(random, users, 0.3)) for key in (1, 2))


# --- rights -----------------------------------------------------------------------------------------


def _stages(pipelines: Sequence[Pipeline]) -> tuple[Stage, ...]:
    leads = [Stage(key, "lead", None) for key in (1, 2, 3)]
    deals = [Stage(pipeline.key * 10 + nth, "deal", pipeline.key) for pipeline in pipelines for nth in (1, 2, 3)]
    return (*leads, *deals)


def _level(random: Random, verb: Verb, *, is_narrow: bool) -> Level:
    if is_narrow:
        weights = NARROW_READ_WEIGHTS if verb == "read" else NARROW_OTHER_WEIGHTS
    else:
        weights = READ_WEIGHTS if verb == "read" else OTHER_WEIGHTS
    return random.choices(LEVELS, weights)[0]


def _permissions(
    random: Random, kind: Kind, pipelines: Sequence[Pipeline], stages: Sequence[Stage], *, is_narrow: bool
) -> list[Permission]:
    """The cells of one role for one kind: each of kind, pipelines and stages set or left out by chance."""
    cells = []
    for verb in VERBS:
        if random.random() < 0.6:
            cells.append(Permission(kind, verb, _level(random, verb, is_narrow=is_narrow)))
        for pipeline in pipelines:
            if kind == "deal" and random.random() < 0.3:
                level = _level(random, verb, is_narrow=is_narrow)
                cells.append(Permission(kind, verb, level, pipeline=pipeline.key))
        for stage in stages:
            if stage.kind == kind and random.random() < 0.2:
                level = _level(random, verb, is_narrow=is_narrow)
                cells.append(Permission(kind, verb, level, pipeline=stage.pipeline, stage=stage.key))
    return cells


def _roles(random: Random, count: int, pipelines: Sequence[Pipeline], stages: Sequence[Stage]) -> tuple[Role, ...]:
    is_narrow = random.random() < 0.5
    found = []
    for key in range(ADMINISTRATOR + 1, ADMINISTRATOR + 1 + count):
        cells: list[Permission] = []
        for kind in KINDS:
            cells.extend(_permissions(random, kind, pipelines, stages, is_narrow=is_narrow))
        found.append(Role(key, tuple(cells)))
    return tuple(found)


def _assignee(
    random: Random, users: Sequence[User], departments: Sequence[Department], groups: Sequence[Group]
) -> tuple[AssigneeKind, int | None]:
    to = random.choice(ASSIGNEES)
    if to == "user":
        return to, random.choice(users).key
    if to == "group":
        return to, random.choice(groups).key
    if to in {"department", "department_and_below"}:
        return to, random.choice(departments).key
    return to, None


def _assignments(
    random: Random,
    roles: Sequence[Role],
    users: Sequence[User],
    departments: Sequence[Department],
    groups: Sequence[Group],
) -> tuple[Assignment, ...]:
    """Some roles are given to nobody, most to one or two; a company in five has an administrator.

    A role is given once to a department: with those below, or without.
    """
    found: dict[tuple[object, ...], Assignment] = {}
    if random.random() < 0.2:
        found[()] = Assignment(ADMINISTRATOR, "user", random.choice(users).key)
    for role in roles:
        if not role.is_administrator:
            for _ in range(random.choice((0, 1, 1, 1, 2))):
                to, assignee = _assignee(random, users, departments, groups)
                found[role.key, to.removesuffix("_and_below"), assignee] = Assignment(role.key, to, assignee)
    return tuple(found.values())


# --- elements ---------------------------------------------------------------------------------------


def _place(random: Random, kind: Kind, stages: Sequence[Stage]) -> tuple[int | None, int | None]:
    """Pipeline and stage: deals have both, leads a stage, contacts and companies neither."""
    fitting = [stage for stage in stages if stage.kind == kind]
    if not fitting:
        return None, None
    stage = random.choice(fitting)
    return stage.pipeline, stage.key


def _elements(random: Random, count: int, users: Sequence[User], stages: Sequence[Stage]) -> tuple[Element, ...]:
    found = []
    for key in range(1, count + 1):
        kind = KINDS[key % len(KINDS)]
        pipeline, stage = _place(random, kind, stages)
        found.append(
            Element(
                key=key,
                kind=kind,
                number=1000 - key,
                responsible=random.choice(users).key,
                is_open_to_all=random.random() < 0.25,
                pipeline=pipeline,
                stage=stage,
                is_deleted=random.random() < 0.16,
            )
        )
    return tuple(found)


def _element_before(random: Random, company: Company, element: Element) -> Element:
    if random.random() < 0.5:
        return element
    pipeline, stage = _place(random, element.kind, company.stages)
    return replace(
        element,
        responsible=random.choice(company.users).key,
        is_open_to_all=random.random() < 0.5,
        is_deleted=random.random() < 0.5,
        pipeline=pipeline,
        stage=stage,
    )


# --- activities -------------------------------------------------------------------------------------


def _bindings(random: Random, elements: Sequence[Element]) -> tuple[Binding, ...]:
    """One to six elements; when the main element is deleted and others live, the oldest live is main."""
    count = random.choices((1, 2, 3, 6), (40, 30, 20, 10))[0]
    bound = random.sample(list(elements), count)
    busy = random.choice(elements[:BUSY_ELEMENTS])
    if busy not in bound and random.random() < 0.6:
        bound[random.randrange(count)] = busy
    main = random.randrange(count)
    alive = [place for place, element in enumerate(bound) if not element.is_deleted]
    if alive and bound[main].is_deleted:
        main = alive[0]
    return tuple(Binding(element.key, is_main=place == main) for place, element in enumerate(bound))


def _activities(random: Random, count: int, users: Sequence[User], elements: Sequence[Element]) -> tuple[Activity, ...]:
    alive = {element.key for element in elements if not element.is_deleted}
    found = []
    for key in range(1, count + 1):
        bindings = _bindings(random, elements)
        has_live_element = any(binding.element in alive for binding in bindings)
        found.append(
            Activity(
                key=key,
                responsible=random.choice(users).key,
                author=random.choice(users).key,
                participants=_some(random, users, 0.15),
                is_completed=random.random() < 0.4,
                is_deleted=not has_live_element or random.random() < 0.12,
                bindings=bindings,
            )
        )
    return tuple(found)


def _activity_before(random: Random, company: Company, activity: Activity) -> Activity:
    if random.random() < 0.5:
        return activity
    return replace(
        activity,
        responsible=random.choice(company.users).key,
        is_completed=random.random() < 0.5,
        is_deleted=random.random() < 0.5,
    )
