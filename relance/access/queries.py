"""What roles there are."""

from __future__ import annotations

from relance.access.terms import ROLE_NAMES
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, fetch_all


def list_roles() -> list[Row]:
    """Every role: id, code, names, and how many assignments it has."""
    return fetch_all(
        Sql(
            """
            SELECT r.id, r.code, r.name_fr, r.name_en, r.is_administrator,
                (SELECT count(*) FROM access_roleassignment a WHERE a.role_id = r.id) AS assignments
            FROM access_role r ORDER BY r.id
            """
        )
    )


def role_name(row: Row, language: str) -> str:
    """A role's name in a language: a shipped one's is translated, a custom one's was given in both."""
    return str(ROLE_NAMES[row["code"]]) if row["code"] else str(row[f"name_{language}"])


def has_role(actor: Actor) -> bool:
    """Whether the actor has any role at all; without one, there is nothing that he may do."""
    return actor.is_administrator or bool(actor.role_ids)
