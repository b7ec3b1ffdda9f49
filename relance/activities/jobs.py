"""What files need done in the background."""

from __future__ import annotations

from itertools import islice

from relance.activities import blobs
from relance.kit.sql import Sql, fetch_column, sql

DAY_S = 24 * 3600
AT_ONCE = 1_000


def sweep_files() -> None:
    """Erase what was uploaded a day ago and never attached, and bytes that no row knows (an upload that was killed)."""
    keys = fetch_column(
        Sql(
            """
            DELETE FROM activities_attachment f
            WHERE f.activity_id IS NULL AND f.element_id IS NULL AND f.uploaded_at < now() - interval '1 day'
                AND NOT EXISTS (SELECT FROM journal_auditentry j WHERE j.noun = 'attachment' AND j.noun_id = f.id)
            RETURNING f.key
            """
        )
    )
    for key in keys:
        blobs.remove(key)
    written = blobs.list_keys(older_than_s=DAY_S)
    while some := list(islice(written, AT_ONCE)):
        known = set(fetch_column(sql("SELECT key FROM activities_attachment WHERE key = ANY({})", some)))
        for key in some:
            if key not in known:
                blobs.remove(key)
