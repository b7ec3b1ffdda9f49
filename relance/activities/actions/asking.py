"""Who is asked to validate a document, and what each answered; with its own journal entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from relance.journal.actions import record
from relance.kit.actor import Actor
from relance.kit.sql import Sql, execute, fetch_all, sql

# The first of an activity's validators who has not answered and has not been deactivated: he is its responsible.
NEXT_VALIDATOR = Sql(
    """(SELECT v.user_id FROM activities_validator v JOIN people_user x ON x.id = v.user_id AND x.is_active
    WHERE v.activity_id = t.id AND v.decision = '' ORDER BY v.rank, v.id LIMIT 1)"""
)

# The same where there is one; an activity without validators keeps whom it has.
RESPONSIBLE_VALIDATOR = Sql(f"coalesce({NEXT_VALIDATOR.text}, t.responsible_id)")


@dataclass(frozen=True, slots=True)
class Answer:
    """A validator and what he answered: nothing yet, until he decides. `decided_at` is ISO text, as in the journal."""

    user_id: int
    decision: str = ""
    reason: str = ""
    decided_at: str | None = None

    def plain(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return asdict(self)


Asked = Mapping[int, Sequence[Answer]]


def asked(users: Sequence[int]) -> list[Answer]:
    """Users who are asked, and have not answered."""
    return [Answer(user_id) for user_id in dict.fromkeys(users)]


def validators_of(ids: Sequence[int]) -> dict[int, list[Answer]]:
    """The validators of each of many activities, in the order in which they are asked."""
    rows = fetch_all(
        sql(
            """
            SELECT activity_id, user_id, decision, reason, decided_at
            FROM activities_validator WHERE activity_id = ANY({}) ORDER BY activity_id, rank, id
            """,
            list(ids),
        )
    )
    found: dict[int, list[Answer]] = {activity_id: [] for activity_id in ids}
    for row in rows:
        at = row.pop("decided_at")
        found[row.pop("activity_id")].append(Answer(**row, decided_at=at and at.astimezone(UTC).isoformat()))
    return found


def change_validators(actor: Actor, gesture: UUID, ids: Sequence[int], users: Sequence[int]) -> set[int]:
    """Set who is asked on many activities; whoever stays keeps his answer. The ids of those that this changed."""
    before = validators_of(ids)
    given = {i: {answer.user_id: answer for answer in answers} for i, answers in before.items()}
    after = {i: [given[i].get(new.user_id, new) for new in asked(users)] for i in before}
    return replace_validators(actor, gesture, verb="edit", before=before, after=after)


def replace_validators(actor: Actor, gesture: UUID, *, verb: str, before: Asked, after: Asked) -> set[int]:
    """Write the validators of activities where they differ from before, with their journal; the ids changed."""
    changed = [activity_id for activity_id in after if list(before[activity_id]) != list(after[activity_id])]
    write_validators({activity_id: after[activity_id] for activity_id in changed})
    entries = [(i, _plain(before[i]), _plain(after[i])) for i in changed]
    record(actor, gesture, verb=verb, noun="validator", entries=entries)
    return set(changed)


def write_validators(wanted: Asked) -> None:
    """Replace the validators of activities; rights and journal are the caller's."""
    if not wanted:
        return
    execute(sql("DELETE FROM activities_validator WHERE activity_id = ANY({})", list(wanted)))
    insert_validators(wanted)


def insert_validators(wanted: Asked) -> None:
    """Give activities that have none their validators."""
    rows = [(i, place, answer) for i, answers in wanted.items() for place, answer in enumerate(answers)]
    if not rows:
        return
    execute(
        sql(
            """
            INSERT INTO activities_validator (activity_id, rank, user_id, decision, reason, decided_at)
            SELECT * FROM unnest({}::bigint[], {}::integer[], {}::bigint[], {}::text[], {}::text[], {}::timestamptz[])
            """,
            [activity_id for activity_id, _place, _answer in rows],
            [place for _id, place, _answer in rows],
            [answer.user_id for _id, _place, answer in rows],
            [answer.decision for _id, _place, answer in rows],
            [answer.reason for _id, _place, answer in rows],
            [answer.decided_at for _id, _place, answer in rows],
        )
    )


def _plain(answers: Sequence[Answer]) -> dict[str, object]:
    return {"validators": [answer.plain() for answer in answers]}
