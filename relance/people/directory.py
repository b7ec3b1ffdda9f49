"""Who is where: the tree of departments and the people in it, for who administers them."""

from __future__ import annotations

from relance.access.actions.guarding import require_rights_manager
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import TRUE, Row, Sql, all_of, fetch_all, fetch_one, fetch_value, sql
from relance.kit.text import fold

MOST_SHOWN = 200

_DEPARTMENTS = """
SELECT d.id, d.name, d.parent_id, d.head_id, trim(h.first_name || ' ' || h.last_name) AS head_name,
    (SELECT count(*) FROM people_membership m WHERE m.department_id = d.id) AS members,
    (SELECT count(*) FROM access_roleassignment a WHERE a.department_id = d.id) AS roles
FROM people_department d LEFT JOIN people_user h ON h.id = d.head_id
"""
_USERS = """
SELECT u.id, trim(u.first_name || ' ' || u.last_name) AS name, u.first_name, u.last_name, u.email, u.position, u.is_active,
    left(u.password, 1) = '!' AS is_waiting,
    ARRAY(SELECT d.name FROM people_membership m JOIN people_department d ON d.id = m.department_id
        WHERE m.user_id = u.id ORDER BY d.sort_key) AS departments,
    ARRAY(SELECT m.department_id FROM people_membership m WHERE m.user_id = u.id ORDER BY 1) AS department_ids,
    ARRAY(SELECT g.group_id FROM access_group_members g WHERE g.user_id = u.id ORDER BY 1) AS group_ids,
    ARRAY(SELECT DISTINCT h.role_id FROM access_holder h WHERE h.user_id = u.id ORDER BY 1) AS role_ids,
    ARRAY(SELECT d.name FROM people_department d WHERE d.head_id = u.id ORDER BY d.sort_key) AS heads
FROM people_user u
"""


def list_tree(actor: Actor) -> list[Row]:
    """All departments by name: id, name, parent_id, head_id, head_name, members and roles (how many).

    Raises:
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    return fetch_all(Sql(f"{_DEPARTMENTS} ORDER BY d.sort_key, d.id"))


def get_department(actor: Actor, *, department_id: int) -> Row:
    """One department, as in `list_tree`.

    Raises:
        NotFound: there is none.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    row = fetch_one(sql("{} WHERE d.id = {}", Sql(_DEPARTMENTS), department_id))
    if row is None:
        raise NotFound
    return row


def list_accounts(
    actor: Actor, *, department_id: int | None = None, text: str = "", have_left: bool = False
) -> list[Row]:
    """Users by name, the first of them: of a department, whose name or address holds each word, active or not.

    Raises:
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    return fetch_all(
        sql(
            "{} WHERE {} ORDER BY u.sort_key, u.id LIMIT {}",
            Sql(_USERS),
            _accounts(department_id, text, have_left=have_left),
            MOST_SHOWN,
        )
    )


def count_accounts(actor: Actor, *, department_id: int | None = None, text: str = "", have_left: bool = False) -> int:
    """How many users `list_accounts` would give without its limit.

    Raises:
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    where = _accounts(department_id, text, have_left=have_left)
    return int(fetch_value(sql("SELECT count(*) FROM people_user u WHERE {}", where)))


def list_members(actor: Actor, *, department_id: int) -> list[tuple[int, str]]:
    """The active members of a department, by name: id and name.

    Raises:
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    rows = fetch_all(
        sql(
            "SELECT u.id, trim(u.first_name || ' ' || u.last_name) AS name FROM people_user u WHERE {} ORDER BY u.sort_key, u.id",
            _accounts(department_id, "", have_left=False),
        )
    )
    return [(row["id"], row["name"]) for row in rows]


def get_account(actor: Actor, *, user_id: int) -> Row:
    """One user, active or not, as in `list_accounts`.

    Raises:
        NotFound: there is none.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    row = fetch_one(sql("{} WHERE u.id = {}", Sql(_USERS), user_id))
    if row is None:
        raise NotFound
    return row


def _accounts(department_id: int | None, text: str, *, have_left: bool) -> Sql:
    words = [sql("strpos(u.sort_key || ' ' || u.email, {}) > 0", word) for word in fold(text).split()]
    member = sql(
        "EXISTS (SELECT FROM people_membership m WHERE m.user_id = u.id AND m.department_id = {})", department_id
    )
    state = Sql("NOT u.is_active") if have_left else Sql("u.is_active")
    return all_of([state, member if department_id else TRUE, *words])
