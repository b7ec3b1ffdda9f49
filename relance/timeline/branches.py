"""The ordered ways to an element's history: completed activities, comments, changes, its creation.

An entry's id on a page is its row's with the kind in the last three bits, so that entries of one moment have one order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from relance.activities import policy as activities
from relance.crm import policy as elements
from relance.crm.terms import ElementDetail, Kind
from relance.kit.actor import Actor
from relance.kit.sql import TRUE, Sql, all_of, bigints, sql
from relance.kit.text import fold
from relance.lists.terms import Branch
from relance.timeline.terms import EntryKind, HistoryFilter

CODES = {EntryKind.ACTIVITY: 0, EntryKind.COMMENT: 1, EntryKind.CHANGE: 2, EntryKind.CREATION: 3, EntryKind.FILE: 4}
CODE_SPACE = 8
_KINDS = {code: kind for kind, code in CODES.items()}
# The journal's nouns whose entries are changes of an element, beside its kind's own.
_NOUNS = ("element", "contact_points", "deal_contacts", "contact_companies")


# What `kit.text.fold` does to a letter, for text that is not kept folded.
_ACCENTED, _BARE = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ", "aaaaaaceeeeiiiinoooooouuuuyy"


def encoded(kind: EntryKind, row_id: int) -> int:
    """An entry's id on a page."""
    return row_id * CODE_SPACE + CODES[kind]


def decoded(entry_id: int) -> tuple[EntryKind, int]:
    """The kind and the row of an entry."""
    return _KINDS[entry_id % CODE_SPACE], entry_id // CODE_SPACE


def of_history(actor: Actor, element: ElementDetail, asked: HistoryFilter, related: Sequence[int]) -> list[Branch]:
    """The branches of what is asked; activities and comments also over the `related` elements."""
    ids = [element.id, *related]
    made = {
        EntryKind.ACTIVITY: lambda: _activities(actor, ids, asked),
        EntryKind.COMMENT: lambda: _comments(actor, ids, asked),
        EntryKind.FILE: lambda: _files(actor, element, asked),
        EntryKind.CHANGE: lambda: _changes(actor, element, asked),
        EntryKind.CREATION: lambda: _creation(actor, element, asked),
    }
    return [made[kind]() for kind in asked.kinds]


def related_to(element: ElementDetail) -> Sql:
    """The ids of a company's deals and contacts, of a contact's deals."""
    if element.kind == Kind.COMPANY:
        return sql(
            """
            SELECT d.element_id FROM crm_deal d WHERE d.company_id = {}
            UNION SELECT c.contact_id FROM crm_contactcompany c WHERE c.company_id = {}
            """,
            element.id,
            element.id,
        )
    return sql("SELECT d.deal_id FROM crm_dealcontact d WHERE d.contact_id = {}", element.id)


def _activities(actor: Actor, ids: Sequence[int], asked: HistoryFilter) -> Branch:
    of_activity = []
    if asked.person_id:
        of_activity.append(sql("coalesce(a.completed_by_id, a.responsible_id) = {}", asked.person_id))
    of_activity += _words(Sql("a.subject || ' ' || a.description || ' ' || a.note || ' ' || a.place"), asked.text)
    matching = sql("EXISTS (SELECT FROM activities_activity a WHERE a.id = b.activity_id AND {})", all_of(of_activity))
    return _over(
        ids,
        Branch(
            source=activities.BINDINGS,
            where=all_of([activities.DONE, *_days(actor, asked, Sql("b.completed_at"))]),
            key=Sql("b.completed_at"),
            id=Sql("b.activity_id * 8"),
            filter=all_of([activities.binding_readable(actor), matching if of_activity else TRUE]),
        ),
        Sql("b.element_id"),
    )


def _comments(actor: Actor, ids: Sequence[int], asked: HistoryFilter) -> Branch:
    conditions = [elements.readable(actor), *_words(Sql("c.text"), asked.text)]
    if asked.person_id:
        conditions.append(sql("c.author_id = {}", asked.person_id))
    return _over(
        ids,
        Branch(
            source=Sql("timeline_comment c JOIN crm_element e ON e.id = c.element_id"),
            where=all_of([Sql("c.deleted_at IS NULL"), *_days(actor, asked, Sql("c.created_at"))]),
            key=Sql("c.created_at"),
            id=Sql("(c.id * 8 + 1)"),
            filter=all_of(conditions),
        ),
        Sql("c.element_id"),
    )


def _files(actor: Actor, element: ElementDetail, asked: HistoryFilter) -> Branch:
    """What was attached to the element and to its activities, or removed: of an activity, where the actor may read it."""
    owner = Sql("(j.change->'after'->>'activity_id')::bigint")
    conditions = [
        sql("EXISTS (SELECT FROM crm_element e WHERE e.id = {} AND {})", element.id, elements.readable(actor)),
        sql(
            "({} IS NULL OR EXISTS (SELECT FROM activities_activity a WHERE a.id = {} AND a.deleted_at IS NULL AND {}))",
            owner,
            owner,
            activities.readable(actor, Sql("a.id")),
        ),
    ]
    if asked.person_id:
        conditions.append(sql("j.actor_id = {}", asked.person_id))
    if words := _words(Sql("f.name"), asked.text):
        told = Sql(
            "jsonb_array_elements_text(j.change->'after'->'files') x JOIN activities_attachment f ON f.id = x::bigint"
        )
        conditions.append(sql("EXISTS (SELECT FROM {} WHERE {})", told, all_of(words)))
    return Branch(
        source=Sql("journal_auditentry j"),
        where=all_of(
            [sql("j.noun = 'element_file' AND j.noun_id = {}", element.id), *_days(actor, asked, Sql("j.at"))]
        ),
        key=Sql("j.at"),
        id=Sql("(j.id * 8 + 4)"),
        filter=all_of(conditions),
    )


def _changes(actor: Actor, element: ElementDetail, asked: HistoryFilter) -> Branch:
    """The journal of the element, noun by noun: each has its entries in order in one index."""
    conditions = [
        Sql("((j.change->'after') - 'version') <> '{}'::jsonb"),
        sql("EXISTS (SELECT FROM crm_element e WHERE e.id = {} AND {})", element.id, elements.readable(actor)),
    ]
    if asked.person_id:
        conditions.append(sql("j.actor_id = {}", asked.person_id))
    nouns = [*_NOUNS, element.kind]
    return Branch(
        source=Sql("journal_auditentry j"),
        where=all_of(
            [
                sql("j.noun = w.noun AND j.noun_id = {} AND j.verb <> 'create'", element.id),
                *_days(actor, asked, Sql("j.at")),
            ]
        ),
        key=Sql("j.at"),
        id=Sql("(j.id * 8 + 2)"),
        keys=sql("unnest({}::text[]) AS w (noun)", nouns),
        keys_count=len(nouns),
        filter=all_of(conditions),
    )


def _creation(actor: Actor, element: ElementDetail, asked: HistoryFilter) -> Branch:
    whose = sql("e.created_by_id = {}", asked.person_id) if asked.person_id else TRUE
    return Branch(
        source=Sql("crm_element e"),
        where=all_of([sql("e.id = {}", element.id), *_days(actor, asked, Sql("e.created_at"))]),
        key=Sql("e.created_at"),
        id=Sql("(e.id * 8 + 3)"),
        filter=all_of([elements.readable(actor), whose]),
    )


def _over(ids: Sequence[int], branch: Branch, column: Sql) -> Branch:
    """The branch for one element, or walked over many."""
    one = len(ids) == 1
    of_element = sql("{} = {}", column, ids[0] if one else Sql("w.element_id"))
    return Branch(
        source=branch.source,
        where=all_of([of_element, branch.where]),
        key=branch.key,
        id=branch.id,
        keys=None if one else sql("unnest({}) AS w (element_id)", bigints(ids)),
        keys_count=len(ids),
        filter=branch.filter,
    )


def _days(actor: Actor, asked: HistoryFilter, key: Sql) -> list[Sql]:
    """The bounds of the days asked for, as instants in the reader's zone."""
    conditions = []
    if asked.from_on:
        conditions.append(sql("{} >= {}", key, _begins(actor, asked.from_on)))
    if asked.to_on and asked.to_on < date.max:
        conditions.append(sql("{} < {}", key, _begins(actor, asked.to_on + timedelta(days=1))))
    return conditions


def _begins(actor: Actor, day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=actor.time_zone)


def _words(text: Sql, asked: str) -> list[Sql]:
    folded = sql("replace(replace(translate(lower({}), {}, {}), 'œ', 'oe'), 'æ', 'ae')", text, _ACCENTED, _BARE)
    return [sql("strpos({}, {}) > 0", folded, word) for word in fold(asked).split()]
