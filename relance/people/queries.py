"""Who people are, and the Actor that each of them is for rights."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from relance.kit import clock
from relance.kit.actor import Actor, Grant
from relance.kit.errors import NotFound
from relance.kit.sql import Row, Sql, all_of, fetch_all, fetch_column, fetch_one, sql
from relance.kit.text import fold

TINTS = 7
# What an erased person is called, as everybody else who was: nobody is found by it.
ERASED = "[effacé]"

# One row for each user: his departments, all below them, those that he heads and all below, his roles and their grants.
_ACTORS = """
WITH RECURSIVE tree AS (
    SELECT id AS root, id AS node FROM people_department
    UNION ALL
    SELECT tree.root, d.id FROM people_department d JOIN tree ON d.parent_id = tree.node
)
SELECT u.id, u.first_name, u.last_name, u.language, u.time_zone, u.is_active,
    (SELECT count(*) FROM people_user) AS people_count,
    company.deletion_needs_delete, company.counts_by_element, company.due_soon_minutes,
    ARRAY(SELECT DISTINCT m.user_id FROM people_membership m WHERE m.department_id = ANY(mine.ids) ORDER BY 1) AS colleagues,
    ARRAY(SELECT DISTINCT m.user_id FROM people_membership m JOIN tree ON m.department_id = tree.node
        WHERE tree.root = ANY(mine.ids) ORDER BY 1) AS colleagues_below,
    ARRAY(SELECT DISTINCT m.user_id FROM people_membership m JOIN tree ON m.department_id = tree.node
        JOIN people_department d ON d.id = tree.root WHERE d.head_id = u.id AND m.user_id <> u.id ORDER BY 1) AS subordinates,
    roles.ids AS role_ids, roles.is_administrator, roles.manages_rights, roles.manages_settings,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(p.role_id, p.kind, p.verb, p.level, p.pipeline_id, p.stage_id)), '[]')
        FROM access_permission p WHERE p.role_id = ANY(roles.ids)) AS grants
FROM people_user u
CROSS JOIN access_companysettings company
CROSS JOIN LATERAL (SELECT ARRAY(SELECT department_id FROM people_membership WHERE user_id = u.id) AS ids) mine
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(DISTINCT r.id), '{}') AS ids, coalesce(bool_or(r.is_administrator), false) AS is_administrator,
        coalesce(bool_or(r.manages_rights), false) AS manages_rights,
        coalesce(bool_or(r.manages_settings), false) AS manages_settings
    FROM access_holder h JOIN access_role r ON r.id = h.role_id WHERE h.user_id = u.id
) roles
WHERE u.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A user as others see him."""

    id: int
    name: str
    initials: str
    tint: int
    position: str
    is_active: bool


def build_actor(user_id: int, *, via: str = "web", request_id: str = "") -> Actor:
    """The actor that a user is now, in one query.

    Raises:
        NotFound: there is no such user, or he is deactivated.
    """
    actors = build_actors([user_id], via=via, request_id=request_id)
    if user_id not in actors:
        raise NotFound
    return actors[user_id]


def build_actors(user_ids: Sequence[int], *, via: str = "web", request_id: str = "") -> dict[int, Actor]:
    """The actors of many active users, by user id, in one query."""
    rows = fetch_all(Sql(_ACTORS, (list(user_ids),)))
    return {row["id"]: _actor(row, via, request_id) for row in rows if row["is_active"]}


def system_actor(via: str) -> Actor:
    """The actor of the command line: nobody's, and allowed everything."""
    return Actor(
        user_id=0,
        name="",
        is_administrator=True,
        manages_rights=True,
        manages_settings=True,
        grants=(),
        colleagues=(),
        colleagues_below=(),
        subordinates=(),
        role_ids=(),
        language="fr",
        time_zone=ZoneInfo("Europe/Paris"),
        via=via,
    )


def list_people(actor: Actor, *, text: str = "", limit: int = 20) -> list[Person]:  # noqa: ARG001 - every person is known to all
    """Active users by name, those whose name holds each word of `text`; for pickers."""
    words = [sql("sort_key LIKE {}", f"%{_like(word)}%") for word in fold(text).split()]
    return _people(all_of([Sql("is_active"), *words]), limit)


def get_people(actor: Actor, *, ids: Sequence[int]) -> dict[int, Person]:  # noqa: ARG001 - every person is known to all
    """Users by id, the deactivated ones too."""
    people = _people(sql("id = ANY({})", list(ids)), len(ids)) if ids else []
    return {person.id: person for person in people}


def find_user_by_email(email: str) -> int | None:
    """The id of the user who signs in with an address, or None."""
    row = fetch_one(sql("SELECT id FROM people_user WHERE email = {}", email.strip().lower()))
    return row["id"] if row else None


def find_people_ids(prefix: str, text: str) -> list[int] | None:
    """The users that a filter's word means, or None for nobody known.

    Without prefix by e-mail address or full name; `in` and `below` take a department's name or #id, `below` with the
    departments under it. Departments of the same name count together.
    """
    if not prefix:
        name = fold(text)
        if name == fold(ERASED):
            return None
        where = sql("email = {} OR sort_key = {}", text.strip().lower(), name)
        words = sql("lower(trim(first_name || ' ' || last_name)) = lower({}::text)", text.strip())
        return fetch_column(sql("SELECT id FROM people_user WHERE {} OR {} ORDER BY id", where, words)) or None
    number = text[1:] if text.startswith("#") and text[1:].isascii() and text[1:].isdecimal() else ""
    by_id = sql("id = {}", int(number)) if number and len(number) < 19 else sql("sort_key = {}", fold(text))
    found = fetch_column(sql("SELECT id FROM people_department WHERE {}", by_id))
    if not found:
        return None
    below = Sql("UNION SELECT d.id FROM people_department d JOIN tree ON d.parent_id = tree.id")
    return fetch_column(
        sql(
            """
            WITH RECURSIVE tree AS (SELECT id FROM people_department WHERE id = ANY({}) {})
            SELECT DISTINCT m.user_id FROM people_membership m JOIN tree ON tree.id = m.department_id ORDER BY 1
            """,
            found,
            below if prefix == "below" else Sql(""),
        )
    )


def list_users() -> list[Row]:
    """Every user with his departments and role names' codes, for the command line."""
    return fetch_all(
        Sql(
            """
            SELECT u.id, u.email, u.first_name, u.last_name, u.is_active,
                ARRAY(SELECT d.name FROM people_department d JOIN people_membership m ON m.department_id = d.id
                    WHERE m.user_id = u.id ORDER BY d.sort_key) AS departments,
                ARRAY(SELECT coalesce(r.code, r.name_fr) FROM access_role r JOIN access_roleassignment a ON a.role_id = r.id
                    WHERE a.user_id = u.id ORDER BY r.id) AS roles
            FROM people_user u ORDER BY u.sort_key, u.id
            """
        )
    )


def token_hash(token: str) -> str:
    """What is kept of the secret part of an invitation's link."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invited(token: str) -> Row | None:
    """Who is invited by a link that still works: id, email, first_name, last_name, language; or None."""
    return fetch_one(
        sql(
            """
            SELECT u.id, u.email, u.first_name, u.last_name, u.language FROM people_invitation i
            JOIN people_user u ON u.id = i.user_id
            WHERE i.token_hash = {} AND i.used_at IS NULL AND i.expires_at > {} AND u.is_active
            """,
            token_hash(token),
            clock.now(),
        )
    )


def is_waiting(user_id: int) -> bool:
    """Whether a user was invited, is active, and has not come yet."""
    query = sql(
        """
        SELECT 1 FROM people_user u WHERE u.id = {} AND u.is_active AND left(u.password, 1) = '!'
            AND NOT EXISTS (SELECT FROM people_invitation i WHERE i.user_id = u.id AND i.used_at IS NOT NULL)
        """,
        user_id,
    )
    return fetch_one(query) is not None


def initials(name: str) -> str:
    """The two letters that stand for a person."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def tint(user_id: int) -> int:
    """Which of the avatar colours is a user's, 1 to TINTS."""
    return user_id % TINTS + 1


def _people(where: Sql, limit: int) -> list[Person]:
    rows = fetch_all(
        sql(
            """
            SELECT id, trim(first_name || ' ' || last_name) AS name, position, is_active
            FROM people_user WHERE {} ORDER BY sort_key, id LIMIT {}
            """,
            where,
            limit,
        )
    )
    return [Person(**row, initials=initials(row["name"]), tint=tint(row["id"])) for row in rows]


def _like(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _actor(row: Row, via: str, request_id: str) -> Actor:
    return Actor(
        user_id=row["id"],
        name=f"{row['first_name']} {row['last_name']}".strip(),
        is_administrator=row["is_administrator"],
        manages_rights=row["manages_rights"],
        manages_settings=row["manages_settings"],
        grants=tuple(Grant(*grant) for grant in json.loads(row["grants"])),
        colleagues=tuple(row["colleagues"]),
        colleagues_below=tuple(row["colleagues_below"]),
        subordinates=tuple(row["subordinates"]),
        role_ids=tuple(row["role_ids"]),
        language=row["language"],
        time_zone=ZoneInfo(row["time_zone"]),
        deletion_needs_delete=row["deletion_needs_delete"],
        counts_by_element=row["counts_by_element"],
        due_soon_minutes=row["due_soon_minutes"],
        people_count=row["people_count"],
        via=via,
        request_id=request_id,
        avatar_tint=tint(row["id"]),
    )
