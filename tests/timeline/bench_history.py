"""The page of an element with 20,000 entries in its history: `make bench-timeline`. Fails above its gate.

Run by pytest, in the tests' own database: completed activities, comments and journaled changes in equal parts. It times whole
answers (session, actor, rights, template) through Django's client, without the HTTP server, for somebody who reads his own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import quantiles

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.kit.sql import Sql, execute, fetch_value, sql
from tests.cast import Cast, make_element
from tests.matrix.walking import browser

ENTRIES, REPEATS, WARM, GATE_MS = 20_000, 60, 5, 60.0

ACTIVITIES = """
WITH made AS (
    INSERT INTO activities_activity (type_id, subject, note, responsible_id, author_id, created_at, updated_at, deadline_at,
        is_completed, completed_at, completed_by_id)
    SELECT t.id, 'Rappeler ' || n, 'Joint, à revoir', u.id, u.id, now(), now(), now() - n * interval '26 minutes',
        true, now() - n * interval '25 minutes', u.id
    FROM generate_series(1, %s) n, activities_activitytype t, people_user u WHERE t.code = 'call' AND u.id = %s RETURNING id)
INSERT INTO activities_binding (activity_id, element_id, is_main) SELECT id, %s, true FROM made
"""
COMMENTS = """
INSERT INTO timeline_comment (text, mentions, created_at, author_id, element_id)
SELECT 'Vu avec le **client** ' || n, '{}', now() - n * interval '25 minutes', u.id, e.id
FROM generate_series(1, %s) n, people_user u, crm_element e WHERE u.id = %s AND e.id = %s
"""
CHANGES = """
INSERT INTO journal_auditentry (at, gesture, actor_id, via, verb, noun, noun_id, change)
SELECT now() - n * interval '25 minutes', gen_random_uuid(), u.id, 'web', 'edit', 'element', e.id,
    jsonb_build_object('before', jsonb_build_object('name', 'A' || n), 'after', jsonb_build_object('name', 'B' || n))
FROM generate_series(1, %s) n, people_user u, crm_element e WHERE u.id = %s AND e.id = %s
"""


def timed(ask: Callable[[], object]) -> tuple[float, float, int]:
    """The median and the 95th percentile in milliseconds, and the number of queries."""
    for _ in range(WARM):
        ask()
    spans = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ask()
        spans.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as captured:
        ask()
    cuts = quantiles(spans, n=20)
    return cuts[9], cuts[18], len(captured)


@pytest.mark.django_db
def test_the_first_page_of_a_long_history(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    deal = make_element("deal", cast.bob, "Toiture")
    for query in (ACTIVITIES, COMMENTS, CHANGES):
        execute(Sql(query, (ENTRIES // 3, cast.bob, deal)))
    for table in ("activities_activity", "activities_binding", "timeline_comment", "journal_auditentry"):
        execute(Sql(f"ANALYZE {table}"))
    path = f"/crm/deals/{fetch_value(sql('SELECT number FROM crm_element WHERE id = {}', deal))}/"
    client = browser(cast.bob)
    asked = {
        "whole page": path,
        "history, first page": f"{path}history/",
        "history, comments only": f"{path}history/?show=comment",
        "history, a text that is nowhere": f"{path}history/?q=introuvable",
    }
    found = {name: timed(lambda address=address: client.get(address)) for name, address in asked.items()}  # type: ignore[misc]
    with capsys.disabled():
        sys.stdout.write("\n")
        for name, (p50, p95, queries) in found.items():
            sys.stdout.write(f"{name:34} p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  {queries} queries\n")
    assert found["history, first page"][1] <= GATE_MS
