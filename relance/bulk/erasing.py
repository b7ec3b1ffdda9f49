"""A person's data, given out and made unknown (GDPR, articles 15 and 17): rows, bin and journal, users and contacts.

Both look at every table that there is, so that one added later is not forgotten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from relance.access.actions.guarding import require_rights_manager
from relance.activities import blobs
from relance.bulk.leaving import deactivate_person
from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import Row, Sql, execute, fetch_all, fetch_column, fetch_one, fetch_value, join, name, sql
from relance.kit.text import fold
from relance.people.actions.guarding import require_account_within_own
from relance.people.queries import ERASED

MARK = ERASED
# Shorter ones are in half of all texts.
SHORTEST_NAME, SHORTEST_ADDRESS = 3, 6
# What says who somebody is, wherever the journal has it.
PERSONAL = {"first_name", "last_name", "name", "email", "sort_key", "position", "phones", "emails", "origin_id"}
# Not anybody's: what Django and the job queue keep for themselves. Sessions are encoded, and deleted.
NOBODYS = ("django_", "auth_", "procrastinate_")
SECRETS = {"password", "token_hash"}
BEFORE, AFTER = r"(?<![[:alnum:]])", r"(?![[:alnum:]])"


@dataclass(frozen=True, slots=True)
class Person:
    """A user or a contact, and all by which texts may name him.

    `wholes` are whole names and addresses, in any case; `surnames` stand alone, as written, and only where nobody else
    bears them; `folded` are surnames as keys of sorting have them.
    """

    noun: str
    id: int
    wholes: tuple[str, ...]
    surnames: tuple[str, ...]
    folded: tuple[str, ...]

    @property
    def table(self) -> str:
        """Where his row is."""
        return "people_user" if self.noun == "user" else "crm_element"


def find_user(user_id: int) -> Person:
    """A user, active or not.

    Raises:
        NotFound: there is none.
    """
    row = fetch_one(sql("SELECT first_name, last_name, email FROM people_user WHERE id = {}", user_id))
    if row is None:
        raise NotFound
    return _person("user", user_id, [row], [row["email"]])


def find_contact(number: int) -> Person:
    """A contact by its number, in the bin or not.

    Raises:
        NotFound: there is none.
    """
    query = sql(
        """
        SELECT e.id, e.name, c.first_name, c.last_name FROM crm_element e JOIN crm_contact c ON c.element_id = e.id
        WHERE e.kind = 'contact' AND e.number = {}
        """,
        number,
    )
    row = fetch_one(query)
    if row is None:
        raise NotFound
    points = fetch_all(sql("SELECT raw, normalised FROM crm_contactpoint WHERE element_id = {}", row["id"]))
    used = fetch_column(sql("SELECT address FROM activities_client WHERE element_id = {}", row["id"]))
    return _person(
        "contact", row["id"], [row], [row["name"], *(text for one in points for text in one.values()), *used]
    )


def export_person(actor: Actor, person: Person) -> dict[str, list[Row]]:
    """All that is held of a person, by table: what refers to him, and what names him. Secrets are left out.

    Raises:
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    held = {}
    for table in _tables():
        rows = fetch_column(sql("SELECT to_jsonb(t)::text FROM {} t WHERE {}", name(table), _concerns(person, table)))
        if rows:
            held[table] = [_without_secrets(json.loads(row)) for row in rows]
    return held


@transaction.atomic
def erase_person(actor: Actor, person: Person) -> dict[str, int]:
    """Make a person unknown: his names and addresses, and texts that name him, become a mark. His rows stay, for what
    refers to them. How many rows were changed, by table; the journal says that it was done, by ids only.

    Raises:
        Forbidden: the actor does not manage rights, a user has more rights than he or is the last administrator.
    """
    require_rights_manager(actor)
    if person.noun == "user":
        require_account_within_own(actor, person.id)
        deactivate_person(actor, user_id=person.id)
    execute(Sql("SET LOCAL relance.erasing = 'on'"))
    _clear_journal_of(person)
    _clear_user(person.id) if person.noun == "user" else _clear_contact(person.id)
    done = {table: count for table in _tables() if (count := _clear_texts(person, table))}
    execute(Sql("SET LOCAL relance.erasing = 'off'"))
    record(actor, new_gesture(), verb="erase", noun=person.noun, entries=[(person.id, {}, {})])
    return done


def _person(noun: str, row_id: int, rows: Sequence[Row], addresses: Sequence[str]) -> Person:
    named = [(row["first_name"], row["last_name"]) for row in [*rows, *_former_names(noun, row_id)]]
    addresses = [*addresses, *_former_addresses(noun, row_id)]
    wholes = {
        f"{one} {other}" for first, last in named for one, other in ((first, last), (last, first)) if one and other
    }
    wholes |= {fold(whole) for whole in wholes}
    wholes |= {address.strip() for address in addresses if len(address.strip()) >= SHORTEST_ADDRESS}
    own = {last for _first, last in named if len(last) >= SHORTEST_NAME and not _is_borne_by_others(noun, row_id, last)}
    surnames = own | {last.upper() for last in own}
    return Person(
        noun,
        row_id,
        wholes=tuple(sorted(wholes, key=len, reverse=True)),
        surnames=tuple(sorted(surnames, key=len, reverse=True)),
        folded=tuple(sorted({fold(last) for last in own})),
    )


def _nouns(noun: str) -> list[str]:
    return ["user"] if noun == "user" else ["element", "contact", "contact_points"]


def _entries(noun: str, row_id: int) -> list[Row]:
    query = sql(
        "SELECT id, at, change::text AS change FROM journal_auditentry WHERE noun = ANY({}) AND noun_id = {}",
        _nouns(noun),
        row_id,
    )
    return [row | {"change": json.loads(row["change"])} for row in fetch_all(query)]


def _sides(noun: str, row_id: int) -> Iterator[dict[str, Any]]:
    for entry in _entries(noun, row_id):
        yield from (side for side in entry["change"].values() if side)


def _former_names(noun: str, row_id: int) -> list[Row]:
    sides = [side for side in _sides(noun, row_id) if side.get("last_name")]
    return [{"first_name": side.get("first_name") or "", "last_name": side["last_name"]} for side in sides]


def _former_addresses(noun: str, row_id: int) -> list[str]:
    found: list[str] = []
    for side in _sides(noun, row_id):
        for key in ("email", "emails", "phones"):
            value = side.get(key) or []
            found += [value] if isinstance(value, str) else value
        if noun == "contact" and isinstance(side.get("name"), str):
            found.append(side["name"])
    return found


def _is_borne_by_others(noun: str, row_id: int, last_name: str) -> bool:
    others = sql(
        """
        SELECT EXISTS (SELECT FROM people_user u WHERE lower(u.last_name) = lower({}) AND NOT ({} AND u.id = {}))
            OR EXISTS (SELECT FROM crm_contact c WHERE lower(c.last_name) = lower({}) AND NOT ({} AND c.element_id = {}))
        """,
        last_name,
        noun == "user",
        row_id,
        last_name,
        noun == "contact",
        row_id,
    )
    return bool(fetch_value(others))


def _tables() -> list[str]:
    tables = fetch_column(
        Sql(
            """
            SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
                AND relnamespace = 'public'::regnamespace ORDER BY 1
            """
        )
    )
    return [table for table in tables if not table.startswith(NOBODYS)]


def _columns(table: str, types: Sequence[str]) -> list[Row]:
    query = sql(
        """
        SELECT column_name::text AS name, data_type::text AS type FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = {} AND data_type = ANY({})
        """,
        table,
        list(types),
    )
    return [row for row in fetch_all(query) if row["name"] not in SECRETS]


def _references(person: Person, table: str) -> list[str]:
    """The columns of a table that refer to the person's row."""
    return fetch_column(
        sql(
            """
            SELECT a.attname::text FROM pg_constraint c
            JOIN LATERAL unnest(c.conkey, c.confkey) AS k (own, other) ON true
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.own
            JOIN pg_attribute o ON o.attrelid = c.confrelid AND o.attnum = k.other AND o.attname = 'id'
            WHERE c.contype = 'f' AND c.conrelid = {}::regclass AND c.confrelid = {}::regclass
            """,
            table,
            person.table,
        )
    )


def _concerns(person: Person, table: str) -> Sql:
    """The rows `t` of a table that are his, refer to him or name him."""
    conditions = [sql("{} = {}", name(f"t.{column}"), person.id) for column in set(_references(person, table))]
    if table == person.table:
        conditions.append(sql("t.id = {}", person.id))
    if table == "journal_auditentry":
        conditions.append(sql("(t.noun = ANY({}) AND t.noun_id = {})", _nouns(person.noun), person.id))
        conditions += [sql("t.actor_id = {}", person.id)] if person.noun == "user" else []
    if table == "timeline_comment" and person.noun == "user":
        conditions.append(sql("t.mentions @> ARRAY[{}::bigint]", person.id))
    if table == "activities_activity" and person.noun == "contact":
        tied = "t.id IN (SELECT activity_id FROM activities_binding WHERE element_id = {})"
        conditions.append(sql(tied, person.id))
    conditions += [sql("to_jsonb(t)::text ~* {}", _any(person.wholes))] if person.wholes else []
    conditions += [sql("to_jsonb(t)::text ~ {}", _any(person.surnames))] if person.surnames else []
    return join(" OR ", conditions) if conditions else Sql("FALSE")


def _any(words: Sequence[str]) -> str:
    return f"{BEFORE}({'|'.join(re.escape(word) for word in words)}){AFTER}"


def _clear_texts(person: Person, table: str) -> int:
    """Put the mark where a table's texts name the person; in how many rows."""
    settings, conditions = [], []
    for column in _columns(table, ("text", "character varying", "jsonb", "json")):
        old = sql("{}::text", name(column["name"]))
        new = _cleared(person, old, is_key=column["name"] == "sort_key", is_json="json" in column["type"])
        settings.append(sql("{} = ({})::{}", name(column["name"]), new, Sql(column["type"])))
        conditions.append(sql("{} IS DISTINCT FROM {}", new, old))
    if not settings:
        return 0
    return execute(sql("UPDATE {} SET {} WHERE {}", name(table), join(", ", settings), join(" OR ", conditions)))


def _cleared(person: Person, text: Sql, *, is_key: bool, is_json: bool) -> Sql:
    for words, flags in ((person.wholes, "gi"), (person.surnames, "g"), (person.folded if is_key else (), "g")):
        if words:
            text = sql("regexp_replace({}, {}, {}, {})", text, _any(words), MARK, flags)
    for word in person.folded if is_json else ():
        pattern = rf'("sort_key": "[^"]*){BEFORE}{re.escape(word)}{AFTER}'
        text = sql("regexp_replace({}, {}, {}, 'g')", text, pattern, rf"\1{MARK}")
    return text


def _clear_journal_of(person: Person) -> None:
    for entry in _entries(person.noun, person.id):
        change = {side: _masked(values) for side, values in entry["change"].items()}
        if change != entry["change"]:
            execute(
                sql(
                    "UPDATE journal_auditentry SET change = {}::jsonb WHERE id = {} AND at = {}",
                    json.dumps(change),
                    entry["id"],
                    entry["at"],
                )
            )


def _masked(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {key: (MARK if key in PERSONAL and value else value) for key, value in values.items()}


# What signing in keeps of a user: addresses, invitations, sessions, second factors, the accounts of the provider.
SIGNING_IN = (
    "account_emailaddress",
    "people_invitation",
    "usersessions_usersession",
    "mfa_authenticator",
    "socialaccount_socialaccount",
)


def _clear_user(user_id: int) -> None:
    address = f"erased-{user_id}@erased.invalid"
    for table in SIGNING_IN:
        execute(sql("DELETE FROM {} WHERE user_id = {}", name(table), user_id))
    execute(
        sql(
            """
            UPDATE people_user SET email = {}, first_name = '', last_name = {}, sort_key = {}, position = '', password = '!',
                last_login = NULL, origin = '', origin_id = '' WHERE id = {}
            """,
            address,
            MARK,
            fold(MARK),
            user_id,
        )
    )


def _clear_contact(element_id: int) -> None:
    _erase_files_of(element_id)
    execute(sql("DELETE FROM crm_contactpoint WHERE element_id = {}", element_id))
    execute(sql("UPDATE activities_client SET address = '' WHERE element_id = {}", element_id))
    execute(
        sql(
            "UPDATE crm_contact SET first_name = '', last_name = {}, position = '' WHERE element_id = {}",
            MARK,
            element_id,
        )
    )
    execute(
        sql(
            "UPDATE crm_element SET name = {}, sort_key = {}, origin = '', origin_id = '', version = version + 1 WHERE id = {}",
            MARK,
            fold(MARK),
            element_id,
        )
    )


def _erase_files_of(element_id: int) -> None:
    """Erase the bytes of a contact's own files, for good; their rows stay, for what refers to them."""
    query = sql(
        """
        UPDATE activities_attachment f SET deleted_at = coalesce(f.deleted_at, now()),
            deleted_gesture = coalesce(f.deleted_gesture, {}) WHERE f.element_id = {} RETURNING f.key
        """,
        new_gesture(),
        element_id,
    )
    for key in fetch_column(query):
        transaction.on_commit(partial(blobs.remove, key))


def _without_secrets(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in SECRETS}
