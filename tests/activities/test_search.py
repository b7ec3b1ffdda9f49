"""Searching activities: against a naive reading of the rows for every reader, and nothing told of what is hidden."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.activities import searching, selecting
from relance.activities.actions import complete_activities, edit_activities
from relance.activities.queries import count_matching, list_activities, list_activity_ids
from relance.activities.terms import ActivityChanges
from relance.kit.actor import Actor
from relance.kit.sql import Row, Sql, execute, fetch_all, fetch_value, sql
from relance.lists import finding, trying
from relance.lists.searching import Term, read_search, words_of
from relance.people.queries import build_actor
from tests.cast import Cast, delete_element, give_role, make_activity, make_element, make_role, make_user

SUBJECTS = (
    "Réunion de chantier",
    "Rappeler Ferrand",
    "Devis toiture",
    "toitures à refaire",
    "Relance 2024",
    "assurance",
)
NAMES = ("Toitures Ferrand", "Ferrand Paul", "Élan", "Assurances du Midi", "Réunion Air", "Zoé Dupont")
PHONES = ("33612345678", "33123456789", "33698765678")
SEARCHES = (
    *(
        "reunion",
        "RÉUNION",
        "toit",
        "ferrand",
        "Ferrand toit",
        "devis ferrand",
        "refaire paul",
        "elan",
        "2024",
        "midi assu",
    ),
    *(
        "06 12 34 56 78",
        "+33612345678",
        "0612345678",
        "5678",
        "ferrand 5678",
        "paul@exemple",
        "exemple",
        "zz",
        "paul exemple",
    ),
    *("ferand", "assurence", "raoul", "touiture", "frerand toit", "reunoin chantier", "dupond", "relanec 2024"),
)


@dataclass
class World:
    """Random activities and elements of many owners, as plain rows."""

    cast: Cast
    activities: list[Row]
    elements: dict[int, Row]

    def naive(self, search: str, readable: set[int]) -> set[int]:
        """The activities that some reading of the words finds: as written, or with a mistake where that finds nothing."""
        asked = read_search(search)
        for one in (asked, asked.forgiving()):
            found = {
                row["id"]
                for row in self.activities
                if any(element in readable for element in row["elements"])
                and all(self._has(row, term, readable) for term in one.terms)
            }
            if found:
                return found
        return set()

    def _has(self, row: Row, term: Term, readable: set[int]) -> bool:
        own = words_of(" ".join((row["subject"], row["description"], row["note"], row["place"])))
        seen = [self.elements[one] for one in (*row["elements"], *row["clients"]) if one in readable]
        return (
            _all(term, own)
            or any(_all(term, words_of(element["name"])) for element in seen)
            or any(_all(term, words_of(address)) for element in seen for address in element["emails"])
            or any(_reaches(term, phone) for element in seen for phone in element["phones"])
        )


def _all(term: Term, words: list[str]) -> bool:
    return all(any(_fits(wanted, term.is_forgiving, word) for word in words) for wanted in term.words)


@cache
def _fits(wanted: str, is_forgiving: bool, word: str) -> bool:
    return Term((wanted,), "", is_forgiving).matched(word)


def _reaches(term: Term, phone: str) -> bool:
    digits = term.number.lstrip("+")
    if not digits:
        return False
    national = f"0{phone[2:]}"
    return phone.startswith(digits) or national.startswith(digits) or phone.endswith(digits)


@pytest.fixture
def world(cast: Cast) -> World:
    rng = random.Random(11)
    people = [cast.alice, cast.bob, cast.charlie]
    elements = {}
    for number in range(24):
        kind = rng.choice(("deal", "contact", "company", "lead"))
        element = make_element(kind, rng.choice(people), rng.choice(NAMES), is_open_to_all=number % 9 == 0)
        phones = [rng.choice(PHONES)] if number % 2 else []
        emails = ["paul.ferrand@exemple.fr"] if number % 5 == 0 else []
        for point, value in [*(("phone", one) for one in phones), *(("email", one) for one in emails)]:
            execute(
                sql(
                    "INSERT INTO crm_contactpoint (element_id, kind, raw, normalised, rank) VALUES ({}, {}, {}, {}, 0)",
                    *(element, point, value, value),
                )
            )
        is_deleted = number % 11 == 10
        elements[element] = {"phones": phones, "emails": emails, "kind": kind, "is_deleted": is_deleted}
    live = [id for id, row in elements.items() if not row["is_deleted"]]
    clients = [id for id in live if elements[id]["kind"] in {"contact", "company"}]
    for number in range(60):
        bound = rng.sample(list(elements), rng.randint(1, 3))
        made = make_activity(
            rng.choice(people), *bound, subject=rng.choice(SUBJECTS), completed_at=DONE if number % 4 == 0 else None
        )
        execute(
            sql(
                "UPDATE activities_activity SET description = {}, place = {}, note = {} WHERE id = {}",
                rng.choice(("", "", "avec le **couvreur**", "Ferrand a raconté")),
                rng.choice(("", "", "Élancourt")),
                rng.choice(("", "Zoé rappelle")) if number % 4 == 0 else "",
                made,
            )
        )
        if number % 3 == 0:
            client = rng.choice(clients)
            execute(
                sql(
                    "INSERT INTO activities_client (activity_id, element_id, kind, address) VALUES ({}, {}, {}, '')",
                    *(made, client, elements[client]["kind"]),
                )
            )
    for id, row in elements.items():
        if row["is_deleted"]:
            delete_element(id)
    # What is bound to nothing else goes with its element.
    execute(
        Sql(
            """UPDATE activities_activity a SET deleted_at = now(), deleted_gesture = gen_random_uuid() WHERE NOT EXISTS (
            SELECT FROM activities_binding b WHERE b.activity_id = a.id AND NOT b.element_deleted)"""
        )
    )
    return World(cast, _activities(), {row["id"]: row | elements[row["id"]] for row in _elements()})


DONE = datetime(2026, 10, 1, 9, tzinfo=UTC)


def _activities() -> list[Row]:
    return fetch_all(
        sql(
            """
            SELECT a.*, ARRAY(SELECT element_id FROM activities_binding b WHERE b.activity_id = a.id) AS elements,
                ARRAY(SELECT element_id FROM activities_client c WHERE c.activity_id = a.id) AS clients
            FROM activities_activity a
            """
        )
    )


def _elements() -> list[Row]:
    return fetch_all(sql("SELECT id, name, responsible_id, is_open_to_all FROM crm_element"))


def readers(world: World) -> dict[str, tuple[Actor, set[int]]]:
    """Readers of every reach, each with the elements that plain reading gives him."""
    cast, live = world.cast, {id: row for id, row in world.elements.items() if not row["is_deleted"]}
    sharer = make_user("Omar", "Ouvert", role="")
    give_role(make_role({"read": "open_to_all"}), sharer)
    nobody = make_user("Nora", "Sans", role="")

    def of(*people: int) -> set[int]:
        return {id for id, row in live.items() if row["responsible_id"] in people}

    return {
        "root": (cast.actor("root"), set(live)),
        "alice": (cast.actor("alice"), of(cast.alice, cast.bob)),
        "bob": (cast.actor("bob"), of(cast.bob)),
        "charlie": (cast.actor("charlie"), of(cast.charlie)),
        "sharer": (build_actor(sharer), {id for id, row in live.items() if row["is_open_to_all"]}),
        "nobody": (build_actor(nobody), set()),
    }


@pytest.mark.parametrize(
    ("few", "rows", "tried", "ranked"),
    [(5_000, 10_000, 500, 500), (0, 10_000, 500, 500), (0, 0, 3, 500), (0, 10_000, 3, 2), (0, 0, 3, 2)],
    ids=["from the words", "from the rows", "from all words", "too many, from the rows", "too many, from the words"],
)
def test_each_reader_finds_what_plain_reading_finds(
    world: World, monkeypatch: pytest.MonkeyPatch, few: int, rows: int, tried: int, ranked: int
) -> None:
    """Whichever way the rows are looked for; the page, the ids and the total agree."""
    monkeypatch.setattr(finding, "FEW_CANDIDATES", few)
    monkeypatch.setattr(finding, "FEW_ROWS", rows)
    monkeypatch.setattr(trying, "TRIED", tried)
    monkeypatch.setattr(finding, "MOST_RANKED", ranked)
    found = 0
    for place, (name, (actor, readable)) in enumerate(readers(world).items()):
        for search in SEARCHES[place % 4 :: 4]:
            wanted = world.naive(search, readable)
            ids = list_activity_ids(actor, text="", search=search, limit=1000)
            shown = [
                row["id"] for row in list_activities(actor, text="", search=search, columns=("subject",), size=500).rows
            ]
            assert sorted(ids) == sorted(shown) == sorted(wanted), (name, search)
            assert count_matching(actor, text="", search=search).count == len(wanted)
            found += len(wanted)
    assert found > 200


def test_a_search_goes_with_every_filter_and_sort(world: World, cast: Cast) -> None:
    """Standard filters, custom ones, sorts: a search takes of each what it finds."""
    actor = cast.actor("root")
    every = set(list_activity_ids(actor, text="", search="ferrand", limit=1000))
    for filter, text in (
        ("open", None),
        ("completed", None),
        ("mine", None),
        ("incoming", None),
        ("open", "type:call is:open"),
    ):
        taken = set(list_activity_ids(actor, filter=filter, text=text, limit=1000))
        for sort in ("", "deadline", "-subject", "responsible"):
            page = list_activities(
                actor, filter=filter, text=text, search="ferrand", sort=sort, columns=("subject",), size=500
            )
            assert {row["id"] for row in page.rows} == every & taken
            keys = [row["subject"] for row in page.rows]
            assert sort != "-subject" or keys == sorted(keys, reverse=True)


@pytest.mark.parametrize("text", ["is:open subject~e", "is:completed -subject~zz", "subject~e"])
def test_a_common_word_goes_with_a_filter_that_no_index_serves(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """Too many to be ranked, looked for among the list's own rows: page, ids and total agree."""
    actor = cast.actor("root")
    wanted = set(list_activity_ids(actor, text=text, limit=1000)) & set(
        list_activity_ids(actor, text="", search="ferrand", limit=1000)
    )
    for name, value in (("FEW_CANDIDATES", 0), ("FEW_ROWS", 0), ("MOST_RANKED", 2)):
        monkeypatch.setattr(finding, name, value)
    monkeypatch.setattr(finding, "DENSE", 1_000)
    monkeypatch.setattr(selecting, "FEWEST_PLANNED", 0)
    monkeypatch.setattr(searching, "FEW_ROWS", 0)
    monkeypatch.setattr(searching, "common_words", lambda _table, _column: {"ferrand": 1_000_000.0})
    assert len(wanted) > 2
    assert set(list_activity_ids(actor, text=text, search="ferrand", limit=1000)) == wanted
    assert count_matching(actor, text=text, search="ferrand").count == len(wanted)
    shown = list_activities(actor, text=text, search="ferrand", columns=("subject",), size=500).rows
    assert {row["id"] for row in shown} == wanted


@pytest.mark.parametrize("few", [5_000, 0])
def test_pages_of_a_search_follow_one_another(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """The best first, then the newest; each row once, forwards and back."""
    monkeypatch.setattr(finding, "FEW_CANDIDATES", few)
    actor, seen, cursor = cast.actor("root"), [], ""
    while True:
        page = list_activities(actor, text="", search="ferrand", columns=("subject",), size=4, cursor=cursor)
        seen += [(int(row["page_key"]), row["id"]) for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert len(seen) > 12
    assert seen == sorted(set(seen), reverse=True)
    back = list_activities(actor, text="", search="ferrand", columns=("subject",), size=4, cursor=page.previous or "")
    assert [row["id"] for row in back.rows] == [id for _, id in seen][-len(page.rows) - 4 : -len(page.rows)]


def test_subjects_come_before_names_and_names_before_the_rest(cast: Cast) -> None:
    """And a whole word before the beginning of one."""
    actor, deal = cast.actor("root"), make_element("deal", cast.bob, "Affaire")
    client = make_element("company", cast.bob, "Maison Verrier")
    told = make_activity(cast.bob, deal, subject="Autre chose")
    execute(sql("UPDATE activities_activity SET description = 'un verrier' WHERE id = {}", told))
    of_client = make_activity(cast.bob, client, subject="Autre chose")
    longer = make_activity(cast.bob, deal, subject="Verrières à poser")
    whole = make_activity(cast.bob, deal, subject="Rappeler le verrier")
    page = list_activities(actor, filter="open", search="verrier", columns=("subject",))
    assert [row["id"] for row in page.rows] == [whole, longer, of_client, told]


def test_what_cannot_be_ranked_comes_in_the_lists_order_and_says_so(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above so many rows nothing is ranked; a sort that was asked for is given all the same."""
    monkeypatch.setattr(finding, "MOST_RANKED", 2)
    monkeypatch.setattr(finding, "FEW_CANDIDATES", 2)
    actor = cast.actor("root")
    page = list_activities(actor, filter="open", search="ferrand", columns=("subject", "deadline"))
    assert (page.refused_sort, page.sort) == ("-rank", "deadline")
    assert len(page.rows) == count_matching(actor, filter="open", search="ferrand").count > 2
    assert list_activities(actor, filter="open", search="ferrand", sort="-subject").refused_sort == ""


def test_a_hidden_name_finds_nothing_and_reads_like_an_unknown_word(cast: Cast) -> None:
    """Bound twice, an activity that Bob may read is not found by the name, phone or address of the deal that he may not."""
    secret = make_element("contact", cast.charlie, "Quetzalcoatl")
    execute(
        sql(
            """INSERT INTO crm_contactpoint (element_id, kind, raw, normalised, rank)
            VALUES ({}, 'phone', '0711223344', '33711223344', 0), ({}, 'email', 'x@quetzal.example', 'x@quetzal.example', 1)""",
            secret,
            secret,
        )
    )
    shared = make_activity(cast.bob, make_element("deal", cast.bob, "Affaire"), secret, subject="Rappeler")
    execute(
        sql(
            "INSERT INTO activities_client (activity_id, element_id, kind, address) VALUES ({}, {}, 'contact', '')",
            shared,
            secret,
        )
    )
    bob, charlie = cast.actor("bob"), cast.actor("charlie")
    unknown = list_activities(bob, filter="open", search="xyzzyplugh")
    for search in ("quetzalcoatl", "quetz", "quetzalcoatk", "07 11 22 33 44", "3344", "quetzal", "x@quetzal.example"):
        page = list_activities(bob, filter="open", search=search)
        assert (page.rows, page.sort, page.next, page.refused_sort) == ([], unknown.sort, None, "")
        assert count_matching(bob, filter="open", search=search).count == 0
        assert list_activity_ids(bob, filter="open", search=search, limit=9) == []
        assert list_activity_ids(charlie, filter="open", search=search, limit=9) == [shared]


def test_a_mistake_is_forgiven_whatever_others_have(cast: Cast) -> None:
    """That the very word stands in an activity that Bob may not read changes nothing of what he finds."""
    mine = make_activity(cast.bob, make_element("deal", cast.bob, "Affaire"), subject="Rappeler Ferrand")
    make_activity(cast.charlie, make_element("deal", cast.charlie, "Autre"), subject="Rappeler Ferand")
    page = list_activities(cast.actor("bob"), filter="open", search="ferand")
    assert [row["id"] for row in page.rows] == [mine]
    assert page.search is not None
    assert page.search.terms[0].is_forgiving


def test_a_state_never_touches_the_words(cast: Cast) -> None:
    """Completing, postponing and handing over leave the row of words as it is; editing the text does not."""
    made = make_activity(cast.bob, make_element("deal", cast.bob, "Affaire"), subject="Rappeler Ferrand")
    where = sql("SELECT ctid::text || xmin::text FROM activities_activitytext WHERE activity_id = {}", made)
    before = fetch_value(where)
    complete_activities(cast.actor("bob"), ids=[made])
    execute(
        sql("UPDATE activities_activity SET responsible_id = {}, deadline_on = now() WHERE id = {}", cast.alice, made)
    )
    assert fetch_value(where) == before
    execute(sql("UPDATE activities_activity SET responsible_id = {} WHERE id = {}", cast.bob, made))
    edit_activities(cast.actor("bob"), ids=[made], changes=ActivityChanges(subject="Rappeler Zébulon"))
    assert fetch_value(where) != before
    found = list_activities(cast.actor("bob"), filter="completed", search="zebulon").rows
    assert [row["id"] for row in found] == [made]
    assert list_activities(cast.actor("bob"), filter="completed", search="ferrand").rows == []


def test_a_page_of_a_search_costs_a_constant_number_of_queries(world: World, cast: Cast) -> None:
    """Whatever is found, and however many words there are."""
    actor, counts = cast.actor("root"), set()
    for search in ("ferrand", "ferrand toit devis", "reunion", "ferand"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            list_activities(actor, filter="open", search=search, columns=("subject",))
        counts.add(len([query for query in captured if "SAVEPOINT" not in query["sql"]]))
    assert max(counts) <= 10


def test_a_search_without_a_word_is_none(world: World, cast: Cast) -> None:
    """Blanks and signs alone leave the list as it is."""
    actor = cast.actor("root")
    every = list_activity_ids(actor, filter="open", limit=1000)
    for search in ("", "   ", "?!…", "'"):
        assert sorted(list_activity_ids(actor, filter="open", search=search, limit=1000)) == sorted(every)
