"""Who may do what with a comment `c`: it follows the element or activity that it stands on (product.md section 6)."""

from __future__ import annotations

from relance.activities import policy as activities
from relance.crm import policy as elements
from relance.kit.actor import Actor
from relance.kit.sql import Sql, sql

LIVE = Sql("c.deleted_at IS NULL")


def readable(actor: Actor) -> Sql:
    """The actor may read what the comment stands on, which is there: he may read the comment, and write one beside it."""
    return sql(
        """
        (EXISTS (SELECT FROM crm_element e WHERE e.id = c.element_id AND {}) OR
        EXISTS (SELECT FROM activities_activity a WHERE a.id = c.activity_id AND a.deleted_at IS NULL AND {}))
        """,
        elements.readable(actor),
        activities.readable(actor, Sql("a.id")),
    )


def updatable(actor: Actor) -> Sql:
    """The actor may update what the comment stands on: he may delete others' comments there."""
    return sql(
        """
        (EXISTS (SELECT FROM crm_element e WHERE e.id = c.element_id AND {}) OR
        EXISTS (SELECT FROM activities_binding b WHERE b.activity_id = c.activity_id AND NOT b.element_deleted
            AND NOT b.activity_deleted AND {}))
        """,
        elements.updatable(actor),
        activities.binding_updatable(actor),
    )


def editable(actor: Actor) -> Sql:
    """The comment is the actor's own."""
    return sql("(c.author_id = {})", actor.user_id)


def deletable(actor: Actor) -> Sql:
    """The comment is the actor's own, or he may update what it stands on."""
    return editable(actor) | updatable(actor)
