"""What an element is linked to, as its page shows it."""

from __future__ import annotations

from relance.crm import policy
from relance.crm.terms import MOST_LINKS, ElementRef, Kind
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, fetch_all, join, name, sql

# kind → what it links to, the table and its two columns, and whether the link is the element's own.
_LINKS: dict[str, tuple[tuple[str, str, str, str, bool], ...]] = {
    Kind.LEAD: (),
    Kind.DEAL: (
        ("contacts", "crm_dealcontact", "deal_id", "contact_id", True),
        ("companies", "crm_deal", "element_id", "company_id", True),
    ),
    Kind.CONTACT: (
        ("companies", "crm_contactcompany", "contact_id", "company_id", True),
        ("deals", "crm_dealcontact", "contact_id", "deal_id", False),
    ),
    Kind.COMPANY: (
        ("contacts", "crm_contactcompany", "company_id", "contact_id", False),
        ("deals", "crm_deal", "company_id", "element_id", False),
    ),
}


def links_of(actor: Actor, kind: str, element_id: int) -> dict[str, list[ElementRef | None]]:
    """The elements that one is linked to, by role, those that the actor may not read as None where the link is its own."""
    found: dict[str, list[ElementRef | None]] = {"contacts": [], "companies": [], "deals": []}
    parts = [_link(actor, element_id, *link) for link in _LINKS[kind]]
    for row in fetch_all(join(" UNION ALL ", parts)) if parts else []:
        ref = (
            ElementRef(row["id"], row["kind"], row["number"], row["name"], row["can_update"])
            if row["is_readable"]
            else None
        )
        found[row["role"]].append(ref)
    return found


def _link(actor: Actor, element_id: int, role: str, table: str, mine: str, other: str, is_own: bool) -> Sql:
    readable = policy.readable(actor)
    return sql(
        """
        (SELECT {} AS role, ({}) AS is_readable, ({}) AS can_update, e.id, e.kind, e.number, e.name
        FROM {} c JOIN crm_element e ON e.id = {} AND {} WHERE {} = {} AND {} ORDER BY {} LIMIT {})
        """,
        role,
        readable,
        policy.updatable(actor),
        name(table),
        name(f"c.{other}"),
        policy.LIVE,
        name(f"c.{mine}"),
        element_id,
        TRUE if is_own else readable,
        Sql("e.id") if is_own else Sql("e.sort_key, e.id"),
        MOST_LINKS,
    )
