"""Which of many activities an actor may write: locked, in id order, and judged by the policy before anything changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from relance.activities import policy
from relance.activities.queries import reasons
from relance.kit.actor import Actor
from relance.kit.errors import Invalid
from relance.kit.outcome import Refusal
from relance.kit.sql import Row, Sql, all_of, distinct_ids, fetch_all, join, sql
from relance.people.queries import build_actors


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows that may be written, and the refusals of the others."""

    rows: Sequence[Row]
    refused: Sequence[Refusal]

    @property
    def ids(self) -> list[int]:
        return [row["id"] for row in self.rows]

    def splitting(self, refused: Iterable[Refusal]) -> Judged:
        """The same with more refusals: their rows are taken out."""
        more = list(refused)
        gone = {refusal.id for refusal in more}
        return Judged([row for row in self.rows if row["id"] not in gone], [*self.refused, *more])


def judge(
    actor: Actor, ids: Sequence[int], operation: str, *, readers: Sequence[Actor] = (), deleted: bool = False
) -> Judged:
    """Lock the activities and sort out those on which the actor may do the operation.

    Each row also says, as `reader_N`, whether the N-th of `readers` may read it. `deleted`: the ones in the bin.
    """
    wanted = distinct_ids(ids)
    rows = {row["id"]: row for row in _locked(actor, wanted, readers, deleted=deleted)}
    allowed, refused = [], []
    for row_id in wanted:
        row = rows.get(row_id)
        if row is None or not row["can_read"]:
            refused.append(Refusal(row_id, _("This activity does not exist."), is_hidden=True))
        elif operation in (why := reasons(row)):
            refused.append(Refusal(row_id, why[operation]))
        else:
            allowed.append(row)
    return Judged(allowed, refused)


def _locked(actor: Actor, ids: Sequence[int], readers: Sequence[Actor], *, deleted: bool) -> list[Row]:
    of_readers = [
        sql("coalesce(bool_or({}), false) AS {}", policy.binding_readable(reader), Sql(f"reader_{index}"))
        for index, reader in enumerate(readers)
    ]
    flags = [
        sql("coalesce(bool_or({}), false) AS can_read", policy.binding_readable(actor)),
        sql("coalesce(bool_or({}), false) AS can_edit", policy.binding_updatable(actor)),
        sql("coalesce(bool_or({}), false) AS can_delete", policy.binding_deletable(actor)),
        sql("coalesce(bool_or(b.is_main AND {}), false) AS can_copy", policy.binding_updatable(actor)),
        *of_readers,
    ]
    # NO KEY UPDATE: new bindings, which lock their activity FOR SHARE, wait; foreign keys do not.
    return fetch_all(
        sql(
            """
            SELECT a.id, a.type_id, a.subject, a.is_completed, a.is_incoming, a.responsible_id, a.version, a.deadline_at,
                a.deadline_on, a.start_at, a.start_on, {} AS awaits_answers,
                (SELECT t.required_fields && '{outcome,note}' FROM activities_activitytype t
                    WHERE t.id = a.type_id) AS asks_at_end, m.*
            FROM activities_activity a
            CROSS JOIN LATERAL (
                SELECT {} FROM activities_binding b WHERE b.activity_id = a.id AND NOT b.element_deleted
            ) m
            WHERE a.id = ANY({}) AND {} ORDER BY a.id FOR NO KEY UPDATE OF a
            """,
            policy.AWAITS_ANSWERS,
            join(", ", flags),
            list(ids),
            Sql("a.deleted_at IS NOT NULL") if deleted else Sql("a.deleted_at IS NULL"),
        )
    )


def active_people(ids: Iterable[int], field: str) -> dict[int, Actor]:
    """The actors of people who are to become responsible or take part.

    Raises:
        Invalid: one of them is unknown or deactivated.
    """
    wanted = set(ids)
    people = build_actors(sorted(wanted)) if wanted else {}
    if set(people) != wanted:
        raise Invalid({field: _("This person is unknown or has left.")})
    return people


def unable_to_read(judged: Judged, readers: Sequence[Actor]) -> list[Refusal]:
    """The refusals of rows that one of the readers given to `judge` may not read."""
    refused = []
    for row in judged.rows:
        blind = [reader.name for index, reader in enumerate(readers) if not row[f"reader_{index}"]]
        if blind:
            text = _("%(name)s may not read any of this activity's elements.") % {"name": ", ".join(blind)}
            refused.append(Refusal(row["id"], text))
    return refused


def readable_elements(actor: Actor, ids: Iterable[int]) -> dict[int, Row]:
    """The live elements among the ids that the actor may read: id, kind, name, responsible_id, can_update."""
    rows = fetch_all(
        sql(
            """
            SELECT e.id, e.kind, e.name, e.responsible_id, {} AS can_update FROM crm_element e
            WHERE e.id = ANY({}) AND e.deleted_at IS NULL AND {} ORDER BY e.id
            """,
            policy.element_updatable(actor),
            distinct_ids(list(ids)),
            policy.element_readable(actor),
        )
    )
    return {row["id"]: row for row in rows}


def elements_read_by(reader: Actor, ids: Iterable[int]) -> set[int]:
    """Which of these live elements a person may read."""
    where = all_of([Sql("e.deleted_at IS NULL"), policy.element_readable(reader)])
    rows = fetch_all(sql("SELECT e.id FROM crm_element e WHERE e.id = ANY({}) AND {}", distinct_ids(list(ids)), where))
    return {row["id"] for row in rows}
