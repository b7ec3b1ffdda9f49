"""Reading rights: roles, what they allow, who holds them through what, and what results for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from relance.access.levels import deciding, highest
from relance.access.terms import KINDS, NEEDS_READ, RANK, ROLE_NAMES, Level, LevelChange, Verb
from relance.kit.actor import Actor, Grant
from relance.kit.sql import Row, Sql, fetch_all, fetch_one, sql

Place = tuple[int | None, int | None]  # (pipeline, stage); (None, None) is the whole kind


@dataclass(frozen=True, slots=True)
class Source:
    """A role by which a level results, and the assignment through which it is held."""

    role_id: int
    level: str
    assignment_id: int


@dataclass(frozen=True, slots=True)
class EffectiveRight:
    """What results for a person in one place: the level, and all that gives it, the deciding ones first."""

    kind: str
    verb: str
    pipeline_id: int | None
    stage_id: int | None
    level: str
    sources: Sequence[Source]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes of levels would do: for each (role, kind, verb, place) the level before and after; and to whom."""

    changes: Sequence[tuple[LevelChange, str, str]]
    people: dict[int, int]  # role → how many hold it
    affected: int  # for how many people something results that was not so before


def list_roles() -> list[Row]:
    """Every role: id, code, names, switches, version, and how many assignments and people it has."""
    return fetch_all(
        Sql(
            """
            SELECT r.id, r.code, r.name_fr, r.name_en, r.is_administrator, r.manages_rights, r.manages_settings, r.version,
                (SELECT count(*) FROM access_roleassignment a WHERE a.role_id = r.id) AS assignments,
                (SELECT count(DISTINCT h.user_id) FROM access_holder h JOIN people_user u ON u.id = h.user_id
                    WHERE h.role_id = r.id AND u.is_active) AS people
            FROM access_role r ORDER BY r.id
            """
        )
    )


def role_name(row: Row, language: str) -> str:
    """A role's name in a language: a shipped one's is translated, a custom one's was given in both."""
    return str(ROLE_NAMES[row["code"]]) if row["code"] else str(row[f"name_{language}"])


def grants_of(role_ids: Sequence[int]) -> list[Grant]:
    """All that roles are set to."""
    rows = fetch_all(
        sql(
            """
            SELECT role_id, kind, verb, level, pipeline_id, stage_id FROM access_permission
            WHERE role_id = ANY({}::bigint[]) ORDER BY id
            """,
            list(role_ids),
        )
    )
    return [Grant(**row) for row in rows]


def applied(grants: Sequence[Grant], changes: Iterable[LevelChange]) -> list[Grant]:
    """The grants as they are after the changes."""
    cells = {(grant.role_id, grant.kind, grant.verb, grant.pipeline_id, grant.stage_id): grant for grant in grants}
    for one in changes:
        cell = (one.role_id, one.kind, one.verb, one.pipeline_id, one.stage_id)
        if one.level is None:
            cells.pop(cell, None)
        else:
            cells[cell] = Grant(one.role_id, one.kind, one.verb, one.level, one.pipeline_id, one.stage_id)
    return list(cells.values())


def preview(changes: Sequence[LevelChange]) -> Effect:
    """What the changes would do, and for how many active people something would really differ."""
    holders = _holders()
    concerned = {one.role_id for one in changes}
    grants = grants_of(sorted(concerned.union(*holders.values())))
    after = applied(grants, changes)
    administrators = {role["id"] for role in list_roles() if role["is_administrator"]}
    affected = sum(
        any(_level(grants, roles, one) != _level(after, roles, one) for one in changes)
        for roles in holders.values()
        if roles & concerned and not roles & administrators
    )
    said = [(one, _level(grants, {one.role_id}, one), _level(after, {one.role_id}, one)) for one in changes]
    return Effect(
        changes=[(one, old, new) for one, old, new in said if old != new],
        people={role_id: sum(role_id in roles for roles in holders.values()) for role_id in sorted(concerned)},
        affected=affected,
    )


def list_assignments() -> list[Row]:
    """To whom roles are given: id, role_id, and one of user, department (with_below), group, every_head, everybody."""
    return fetch_all(
        Sql(
            """
            SELECT a.id, a.role_id, a.user_id, trim(u.first_name || ' ' || u.last_name) AS user_name,
                a.department_id, d.name AS department_name, a.with_below, a.group_id, g.name AS group_name,
                a.every_head, a.everybody
            FROM access_roleassignment a LEFT JOIN people_user u ON u.id = a.user_id
            LEFT JOIN people_department d ON d.id = a.department_id LEFT JOIN access_group g ON g.id = a.group_id
            ORDER BY a.everybody DESC, a.every_head DESC, d.sort_key, g.name, u.sort_key, a.id
            """
        )
    )


def assignment_words(row: Row) -> str:
    """To whom a role is given, of a row of `list_assignments`, in the reader's language."""
    if row["everybody"]:
        return _("everybody")
    if row["every_head"]:
        return _("every head of department")
    if row["department_id"]:
        name = str(row["department_name"])
        return _("%(department)s and below") % {"department": name} if row["with_below"] else name
    if row["group_id"]:
        return _("group %(group)s") % {"group": row["group_name"]}
    return str(row["user_name"])


def assignments_of(user_id: int) -> list[Row]:
    """Through which assignments a user holds which roles: assignment_id, role_id."""
    return fetch_all(
        sql("SELECT DISTINCT assignment_id, role_id FROM access_holder WHERE user_id = {} ORDER BY 1", user_id)
    )


def list_departments() -> list[Row]:
    """All departments, each below its parent: id, name, depth (0 at the top)."""
    return fetch_all(
        Sql(
            """
            WITH RECURSIVE tree AS (
                SELECT id, name, 0 AS depth, ARRAY[sort_key || id] AS place FROM people_department WHERE parent_id IS NULL
                UNION ALL
                SELECT d.id, d.name, t.depth + 1, t.place || (d.sort_key || d.id)
                FROM people_department d JOIN tree t ON d.parent_id = t.id
            )
            SELECT id, name, depth FROM tree ORDER BY place
            """
        )
    )


def list_groups() -> list[Row]:
    """All groups, each with the ids of its members."""
    return fetch_all(
        Sql(
            """
            SELECT g.id, g.name, ARRAY(SELECT m.user_id FROM access_group_members m WHERE m.group_id = g.id ORDER BY 1) AS members
            FROM access_group g ORDER BY lower(g.name), g.id
            """
        )
    )


def get_settings() -> Row:
    """The company's choices: default_role_id, deletion_needs_delete, open_to_all_by_default, counts_by_element,
    due_soon_minutes.
    """
    row = fetch_one(
        Sql(
            """
            SELECT default_role_id, deletion_needs_delete, open_to_all_by_default, counts_by_element, due_soon_minutes
            FROM access_companysettings
            """
        )
    )
    return row or {}


def effective_rights(actor: Actor) -> list[EffectiveRight]:
    """What results for a person: each kind and verb, then each pipeline and stage that some role of his sets apart."""
    held = assignments_of(actor.user_id)
    rights = []
    for kind in KINDS:
        of_kind = [grant for grant in actor.grants if grant.kind == kind]
        places = sorted({(grant.pipeline_id, grant.stage_id) for grant in of_kind} | {(None, None)}, key=_place_order)
        rights += [_effective(actor, of_kind, kind, verb, place, held) for place in places for verb in Verb.values]
    return rights


def _effective(
    actor: Actor, grants: Sequence[Grant], kind: str, verb: str, place: Place, held: Sequence[Row]
) -> EffectiveRight:
    sources = []
    for row in held:
        of_role = [grant for grant in grants if grant.role_id == row["role_id"] and grant.verb == verb]
        decision = deciding(of_role, *place)
        if decision:
            sources.append(Source(row["role_id"], decision.level, row["assignment_id"]))
    sources.sort(key=lambda source: -RANK[source.level])
    level = Level.ALL.value if actor.is_administrator else limited(grants, verb, place)
    return EffectiveRight(kind, verb, *place, level=level, sources=sources)


def limited(grants: Sequence[Grant], verb: str, place: Place) -> str:
    """The level that results from grants of one kind in a place: no further than *read* for what needs it."""
    level = highest(grants, verb, *place)
    if verb not in NEEDS_READ:
        return level
    return min(level, highest(grants, Verb.READ, *place), key=RANK.__getitem__)


def _level(grants: Sequence[Grant], roles: set[int], one: LevelChange) -> str:
    of_roles = [grant for grant in grants if grant.role_id in roles and grant.kind == one.kind]
    return limited(of_roles, one.verb, (one.pipeline_id, one.stage_id))


def _holders() -> dict[int, set[int]]:
    rows = fetch_all(
        Sql(
            """
            SELECT h.user_id, array_agg(DISTINCT h.role_id) AS roles FROM access_holder h
            JOIN people_user u ON u.id = h.user_id WHERE u.is_active GROUP BY h.user_id
            """
        )
    )
    return {row["user_id"]: set(row["roles"]) for row in rows}


def _place_order(place: Place) -> tuple[int, int]:
    return (place[0] or 0, place[1] or 0)
