"""Searching activities: by their own words, and by the elements that they are bound to and their clients.

An activity's row of words holds its own text only. Names, phones and e-mail addresses are matched in their own indexes,
and lead to the activity only through an element that the reader may read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from relance.activities import policy
from relance.activities.policy import Selection
from relance.crm.searching import WORDS as ELEMENT_WORDS
from relance.crm.searching import matches as element_matches
from relance.crm.searching import matching as matching_elements
from relance.kit.actor import Actor
from relance.kit.sql import FALSE, TRUE, Sql, all_of, any_of, bigints, fetch_column, join, sql
from relance.lists.finding import FEW_ROWS, Found, common_words, find
from relance.lists.queries import bounded_count
from relance.lists.searching import NAME, SUBJECT, TEXT, WHOLE, Search, Term
from relance.lists.trying import Tried

# Up to so many elements of a name are read once; of more, each row's own elements are asked.
MOST_NAMED = 5_000


@dataclass(frozen=True, slots=True)
class SearchedActivities:
    """The activities of some selections as they are searched by an actor; `first` tries the list's first rows."""

    actor: Actor
    selections: Sequence[Selection]
    first: Callable[[Sql, int], Tried]
    ease: int = 1
    _named: dict[Term, Sequence[int] | None] = field(default_factory=dict)
    _short: dict[int, bool] = field(default_factory=dict)

    def frequent(self) -> Mapping[str, float]:
        """The words of many activities' own texts."""
        return common_words("activities_activitytext", "words")

    def words(self) -> Sequence[Sql]:
        """Texts, and what elements have."""
        return (Sql("activities_activitytext s WHERE s.words @@ n.word::tsquery"), *ELEMENT_WORDS)

    def candidates(self, term: Term) -> Sql:
        """By the elements that the actor may read, bound or clients, then by text."""
        bound = (self._bound(term, one) for one in self.selections)
        return join(" UNION ALL ", [*bound, *self._others(term)])

    def among(self, term: Term, others: Sql) -> Sql:
        """What is bound in the list's own half needs no other question where its filter has none; the rest is asked for."""
        asked = any_of(policy.takes(self.actor, one, Sql("i.id")) for one in self.selections)
        parts = [(self._bound(term, one), TRUE if one.asked == TRUE else asked) for one in self.selections]
        parts += [(one, asked) for one in self._others(term)]
        return join(
            " UNION ALL ",
            (sql("SELECT i.id FROM ({}) i (id) WHERE {}", query, all_of([others, test])) for query, test in parts),
        )

    def _bound(self, term: Term, selection: Selection) -> Sql:
        return sql(
            "SELECT b.activity_id AS id FROM activities_binding b WHERE b.element_id = ANY(ARRAY({})) AND {}",
            self._named_by(term),
            all_of([selection.live, selection.of_whom, policy.binding_readable(self.actor), selection.condition]),
        )

    def _others(self, term: Term) -> list[Sql]:
        by_text = "SELECT s.activity_id AS id FROM activities_activitytext s WHERE s.words @@ (SELECT {}::tsquery)"
        if self._elements(term) == []:
            return [sql(by_text, term.query)]
        of_clients = sql(
            """
            SELECT c.activity_id AS id FROM activities_client c JOIN crm_element e ON e.id = c.element_id
            WHERE c.element_id = ANY(ARRAY({})) AND e.deleted_at IS NULL AND {}
            """,
            self._named_by(term),
            policy.element_readable(self.actor),
        )
        return [of_clients, sql(by_text, term.query)]

    def _named_by(self, term: Term) -> Sql:
        ids = self._elements(term)
        return matching_elements(term) if ids is None else sql("SELECT unnest({}) AS id", bigints(ids))

    def matches(self, term: Term, row_id: Sql) -> Sql:
        """By its text, or by one of its elements."""
        return sql(
            "(SELECT {} FROM activities_activitytext s WHERE s.activity_id = {})",
            any_of([sql("s.words @@ (SELECT {}::tsquery)", term.query), self._by_some_element(term)]),
            row_id,
        )

    def rank(self, search: Search) -> Sql:
        """How well the activity `a` fits: its subject before its elements' names, those before the rest of its text."""
        scores = join(" + ", (self._score(term) for term in search.terms))
        return sql("(SELECT {} FROM activities_activitytext s WHERE s.activity_id = a.id)::bigint", scores)

    def rows(self, condition: Sql) -> Sql:
        """The list's activities, as they come."""
        asked = sql("(SELECT {} FROM (SELECT a.id) r)", condition)
        halves = (
            sql(
                "SELECT a.id FROM activities_activity a WHERE {}",
                all_of([policy.half(one), policy.takes_row(self.actor, one), asked]),
            )
            for one in self.selections
        )
        if not self.is_short(FEW_ROWS):
            return join(" UNION ALL ", halves)
        mine = join(" UNION ALL ", (policy.ids_within(self.actor, one) for one in self.selections))
        return sql("SELECT r.id FROM ({}) r (id) WHERE {}", mine, condition)

    def fits(self, condition: Sql) -> Sql:
        """What of the filter has no index is asked of each."""
        asked = self.selections[0].asked
        if asked == TRUE:
            return condition
        return all_of([sql("(SELECT {} FROM activities_activity a WHERE a.id = p.id)", asked), condition])

    def tried(self, fits: Sql, count: int) -> Tried:
        """Those of the list's own order."""
        return self.first(fits, count)

    def is_short(self, most: int) -> bool:
        """Counted by bindings, once."""
        if most not in self._short:
            self._short[most] = self._is_short(most)
        return self._short[most]

    def _is_short(self, most: int) -> bool:
        rows = join(
            " UNION ALL ",
            (
                sql(
                    "SELECT FROM activities_binding b WHERE {}",
                    all_of([one.live, one.of_whom, policy.binding_readable(self.actor), one.condition]),
                )
                for one in self.selections
            ),
        )
        return bounded_count(rows, most) <= most

    def _elements(self, term: Term) -> Sequence[int] | None:
        """The elements with a term that the actor may read; None where there are too many to be read once."""
        if term not in self._named:
            ids = fetch_column(
                sql(
                    "SELECT e.id FROM crm_element e WHERE e.id = ANY(ARRAY({})) AND e.deleted_at IS NULL AND {} LIMIT {}",
                    matching_elements(term),
                    policy.element_readable(self.actor),
                    MOST_NAMED + 1,
                )
            )
            self._named[term] = ids if len(ids) <= MOST_NAMED else None
        return self._named[term]

    def _by_some_element(self, term: Term) -> Sql:
        """An element of the activity of the words `s` that the actor may read, bound or a client, has the term."""
        ids = self._elements(term)
        if ids == []:
            return FALSE
        if ids is not None:
            # They are the reader's own; as a subquery that is no join, they are hashed once.
            mine = sql("element_id IN (SELECT unnest({}))", bigints(ids))
            return sql(
                """(EXISTS (SELECT FROM activities_binding b WHERE b.activity_id = s.activity_id AND (b.{}) IS TRUE)
                    OR EXISTS (SELECT FROM activities_client c WHERE c.activity_id = s.activity_id AND (c.{}) IS TRUE))""",
                mine,
                mine,
            )
        return sql(
            """(EXISTS (SELECT FROM activities_binding b
                    WHERE b.activity_id = s.activity_id AND NOT b.element_deleted AND {} AND {})
                OR EXISTS (SELECT FROM activities_client c JOIN crm_element e ON e.id = c.element_id
                    WHERE c.activity_id = s.activity_id AND e.deleted_at IS NULL AND {} AND {}))""",
            policy.binding_readable(self.actor),
            element_matches(term, Sql("b.element_id")),
            policy.element_readable(self.actor),
            element_matches(term, Sql("e.id")),
        )

    def _score(self, term: Term) -> Sql:
        written = term.as_written
        return sql(
            """CASE WHEN s.words @@ (SELECT {}::tsquery) THEN {} WHEN s.words @@ (SELECT {}::tsquery) THEN {}
                WHEN {} THEN {}
                WHEN s.words @@ (SELECT {}::tsquery) THEN {} WHEN s.words @@ (SELECT {}::tsquery) THEN {} ELSE 1 END""",
            written.subject_exactly,
            SUBJECT + WHOLE,
            written.subject,
            SUBJECT,
            self._by_some_element(written),
            NAME,
            written.exactly,
            TEXT + WHOLE,
            written.query,
            TEXT,
        )


def search_activities(listing: SearchedActivities, text: str) -> Found | None:
    """What a text finds among the activities of some selections; None where it has no word."""
    return find(listing, text)
