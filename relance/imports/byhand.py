"""Which fields people have changed since an import brought them: those stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from relance.kit.sql import fetch_all, sql

_CREATION = ""


@dataclass(frozen=True, slots=True)
class History:
    """Through what each field of some rows was last written; under "", through what the row was created."""

    last: dict[tuple[int, str], str]

    def is_by_hand(self, row_id: int, field: str) -> bool:
        """Whether somebody set the field otherwise than by an import."""
        creation = self.last.get((row_id, _CREATION), "")
        return self.last.get((row_id, field), creation) != "import"


def read_history(nouns: Sequence[str], ids: Sequence[int]) -> History:
    """The journal's word on these rows. `nouns` are the journal's: the row's own and those of its other tables.

    An entry counts for the fields that it changed: a form writes others along with them, as they were.
    """
    if not ids:
        return History({})
    rows = fetch_all(
        sql(
            """
            SELECT DISTINCT ON (j.noun_id, f.field) j.noun_id, f.field, j.via
            FROM journal_auditentry j
            CROSS JOIN LATERAL (
                SELECT k AS field FROM jsonb_object_keys(j.change->'after') k
                WHERE jsonb_typeof(j.change->'before') <> 'object' OR j.change->'before'->k IS DISTINCT FROM j.change->'after'->k
                UNION ALL SELECT {} WHERE j.verb = 'create'
            ) f
            WHERE j.noun = ANY({}) AND j.noun_id = ANY({}) AND jsonb_typeof(j.change->'after') = 'object'
            ORDER BY j.noun_id, f.field, j.at DESC, j.id DESC
            """,
            _CREATION,
            list(nouns),
            list(ids),
        )
    )
    return History({(row["noun_id"], row["field"]): row["via"] for row in rows})
