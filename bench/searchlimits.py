"""What a page of a search costs the plain way: one query over words, names and rights, that PostgreSQL may plan as it likes.

It sorts by the list's own key and ranks nothing; that mistakes are to be forgiven it is told beforehand.
"""

from __future__ import annotations

from django.db import OperationalError, transaction

from bench import reading
from bench.limits import FOLDER, without_comments
from bench.totals import reach
from relance.access.terms import Level
from relance.activities.filtering import FILTER_FIELDS
from relance.crm.filtering import filter_context
from relance.crm.searching import matching
from relance.kit.actor import Actor
from relance.kit.sql import Sql, all_of, any_of, execute, sql
from relance.lists.grammar.compiling import compiled
from relance.lists.grammar.parsing import parse
from relance.lists.searching import Search, Term
from relance.lists.terms import PAGE_SIZE

# A way that takes longer is none.
LONGEST_MS = 3_000
# About what drawing a page takes: of less, nothing is said.
FLOOR = 2_000


def limit_of(actor: Actor, level: Level, text: str, search: Search) -> int | None:
    """Buffers of the cheapest plain way to a page of activities of a filter in which a search finds something, FLOOR at
    least; None where each takes longer than LONGEST_MS.
    """
    frame = without_comments(FOLDER / "rows.sql").replace(
        "WHERE %(day)s::date IS NULL OR a.deadline_day = %(day)s::date", ""
    )
    before, after = frame.split("/*page*/")
    is_completed = "is:completed" in text
    bound = sql("b.activity_id = a.id AND e.deleted_at IS NULL AND {}", reach(actor, level))
    condition = all_of(
        [
            Sql("a.deleted_at IS NULL"),
            compiled(parse(text), FILTER_FIELDS, filter_context(actor)),
            sql("EXISTS (SELECT FROM activities_binding b JOIN crm_element e ON e.id = b.element_id WHERE {})", bound),
        ]
    )
    found = []
    for way in (_from_words, _from_rows):
        having = all_of(way(actor, level, term) for term in search.terms)
        page = sql(
            "SELECT {} AS k, a.id FROM activities_activity a WHERE {} AND {} ORDER BY 1 {}, 2 {} LIMIT {}",
            Sql("a.completed_at" if is_completed else "a.due_at"),
            condition,
            having,
            Sql("DESC" if is_completed else "ASC"),
            Sql("DESC" if is_completed else "ASC"),
            PAGE_SIZE + 1,
        )
        found.append(_buffers(sql("{}{}{}", Sql(before), page, Sql(after))))
    counted = [buffers for buffers in found if buffers is not None]
    return max(FLOOR, min(counted)) if counted else None


def _from_words(actor: Actor, level: Level, term: Term) -> Sql:
    """The activity is one of those that have the term."""
    return sql(
        """a.id IN (SELECT s.activity_id FROM activities_activitytext s WHERE s.words @@ {}::tsquery
            UNION ALL SELECT b.activity_id FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
                WHERE e.id IN ({}) AND e.deleted_at IS NULL AND {}
            UNION ALL SELECT c.activity_id FROM activities_client c JOIN crm_element e ON e.id = c.element_id
                WHERE e.id IN ({}) AND e.deleted_at IS NULL AND {})""",
        term.query,
        matching(term),
        reach(actor, level),
        matching(term),
        reach(actor, level),
    )


def _from_rows(actor: Actor, level: Level, term: Term) -> Sql:
    """The activity has the term, asked of it alone."""
    return any_of(
        [
            sql(
                "EXISTS (SELECT FROM activities_activitytext s WHERE s.activity_id = a.id AND s.words @@ {}::tsquery)",
                term.query,
            ),
            *(
                sql(
                    """EXISTS (SELECT FROM {} b JOIN crm_element e ON e.id = b.element_id
                    WHERE b.activity_id = a.id AND e.deleted_at IS NULL AND {} AND e.id IN ({}))""",
                    Sql(name),
                    reach(actor, level),
                    matching(term),
                )
                for name in ("activities_binding", "activities_client")
            ),
        ]
    )


def _buffers(statement: Sql) -> int | None:
    try:
        with transaction.atomic():
            execute(sql("SELECT set_config('statement_timeout', {}, true)", str(LONGEST_MS)))
            return reading.plan_buffers(reading.explained(reading.Statement(statement.text, statement.params)))
    except OperationalError:
        return None
