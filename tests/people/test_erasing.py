"""What is held of a person is given out whole, and erased from the whole database."""

from __future__ import annotations

import json

import pytest

from relance.activities import blobs
from relance.activities.actions import delete_activities, edit_activities
from relance.activities.files import get_file
from relance.activities.terms import ActivityChanges
from relance.bulk.erasing import MARK, erase_person, export_person, find_contact, find_user
from relance.crm.actions import create_element, edit_elements
from relance.crm.terms import ElementDraft
from relance.kit.errors import Forbidden, NotFound
from relance.kit.sql import Sql, execute, fetch_all, fetch_column, fetch_value, sql
from relance.people.actions import edit_user
from relance.people.queries import build_actor
from relance.timeline.actions import create_comment, edit_comment
from relance.timeline.queries import find_comment
from relance.timeline.terms import CommentDraft
from tests.cast import SYSTEM, Cast, make_activity, make_element, make_file, make_user
from tests.web.signing import sign_in


def places_of(*words: str) -> list[str]:
    """The tables in which a word is, whatever the column."""
    tables = fetch_column(
        Sql(
            """
            SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition
                AND relnamespace = 'public'::regnamespace
            """
        )
    )
    found = []
    for table in tables:
        for row in fetch_all(Sql(f"SELECT to_jsonb(t)::text AS text FROM {table} t")):
            found += [f"{table}: {row['text']}" for word in words if word.lower() in row["text"].lower()]
    return found


@pytest.fixture
def contact(cast: Cast) -> int:
    """Nadia Quervalle, with everything that a company comes to hold of a person; her number."""
    root = cast.actor("root")
    draft = ElementDraft(
        kind="contact",
        responsible_id=cast.bob,
        first_name="Nadia",
        last_name="Quervel",
        position="Achats",
        emails=("n.quervel@client.example",),
        phones=("04 78 55 01 42",),
    )
    element = create_element(root, draft=draft)
    edit_elements(root, ids=[element], changes={"last_name": "Quervalle", "emails": ("nadia@quervalle.example",)})
    deal = make_element("deal", cast.bob, "Toiture Quervalle")
    edit_elements(root, ids=[deal], changes={"contact_ids": (element,), "name": "Toiture QUERVALLE et fils"})
    told = make_activity(cast.bob, deal, element, subject="Rappeler Nadia Quervalle au 04 78 55 01 42")
    make_file(cast.bob, "Devis_Nadia Quervalle.pdf", activity=told)
    told_of = ActivityChanges(
        description="Mme Quervalle (nadia@quervalle.example) attend.",
        place="chez quervalle nadia",
        clients=((element, "04 78 55 01 42"),),
    )
    edit_activities(root, ids=[told], changes=told_of)
    binned = make_activity(cast.bob, deal, subject="Devis de Quervalle Nadia")
    delete_activities(root, ids=[binned])
    number: int = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", element))
    return number


WORDS = ("quervalle", "quervel", "04 78 55 01 42", "478550142", "nadia")


def test_a_contact_is_exported_with_all_that_names_her(cast: Cast, contact: int) -> None:
    held = export_person(SYSTEM, find_contact(contact))
    text = json.dumps(held, ensure_ascii=False)
    assert {"crm_contact", "crm_contactpoint", "crm_element", "activities_activity", "journal_auditentry"} <= set(held)
    assert "Devis de Quervalle Nadia" in text, "the bin too"
    assert "Quervel" in text, "the journal too"
    assert "Charlie" not in text


def test_a_contact_is_erased_everywhere(cast: Cast, contact: int) -> None:
    other = make_element("contact", cast.bob, "Nicolas Querval")
    entries = fetch_value(Sql("SELECT count(*) FROM journal_auditentry"))
    assert places_of(*WORDS)
    erase_person(SYSTEM, find_contact(contact))
    assert places_of(*WORDS) == []
    assert fetch_value(Sql("SELECT count(*) FROM journal_auditentry")) == entries + 1, (
        "entries stay, and one more says it"
    )
    assert fetch_value(sql("SELECT name FROM crm_element WHERE id = {}", other)) == "Nicolas Querval"
    subjects = fetch_column(Sql("SELECT subject FROM activities_activity ORDER BY id"))
    assert subjects == [f"Rappeler {MARK} au {MARK}", f"Devis de {MARK}"]
    last = "SELECT verb || ' ' || noun || ' ' || change::text FROM journal_auditentry ORDER BY id DESC LIMIT 1"
    assert fetch_value(Sql(last)) == 'erase contact {"after": {}, "before": {}}'


def test_a_surname_that_others_bear_is_erased_with_the_first_name_only(cast: Cast, contact: int) -> None:
    make_user("Hugo", "Quervalle", cast.support)
    erase_person(SYSTEM, find_contact(contact))
    assert places_of("nadia quervalle", "quervalle nadia", "04 78 55 01 42") == []
    assert fetch_value(Sql("SELECT last_name FROM people_user WHERE first_name = 'Hugo'")) == "Quervalle"


def test_a_user_is_erased_and_what_was_his_stays(cast: Cast) -> None:
    user = make_user("Ysolde", "Kermadec", cast.sales)
    edit_user(SYSTEM, user_id=user, changes={"email": "y.kermadec@cast.example", "position": "Commerciale"})
    client = sign_in(user)
    deal = make_element("deal", user, "Dossier Kermadec")
    activity = make_activity(user, deal, subject="Confiée par Ysolde Kermadec")
    held = json.dumps(export_person(SYSTEM, find_user(user)))
    assert "y.kermadec@cast.example" in held
    assert '"password"' not in held
    erase_person(SYSTEM, find_user(user))
    assert places_of("kermadec", "ysolde") == []
    assert client.get("/activities/").status_code == 302
    assert fetch_value(sql("SELECT responsible_id FROM activities_activity WHERE id = {}", activity)) == user
    assert fetch_value(sql("SELECT last_name FROM people_user WHERE id = {}", user)) == MARK


def test_comments_files_and_mentions_of_a_user_are_given_out_and_erased(cast: Cast) -> None:
    user, deal = make_user("Ysolde", "Kermadec", cast.sales, role="read_only"), make_element("deal", cast.bob)
    create_comment(build_actor(user), draft=CommentDraft(text="De ma part", element_id=deal))
    file = make_file(cast.bob, "CV de Ysolde Kermadec.pdf")
    said = CommentDraft(text="@Ysolde Kermadec, à vous ?", element_id=deal, files=(file,))
    comment = create_comment(cast.actor("bob"), draft=said).done[0]
    edit_comment(cast.actor("bob"), id=comment, text="@Ysolde Kermadec, à toi")
    held = export_person(SYSTEM, find_user(user))
    assert {row["text"] for row in held["timeline_comment"]} == {"De ma part", "@Ysolde Kermadec, à toi"}
    assert [row["name"] for row in held["activities_attachment"]] == ["CV de Ysolde Kermadec.pdf"]
    erase_person(SYSTEM, find_user(user))
    assert places_of("kermadec", "ysolde") == []
    row = find_comment(cast.actor("bob"), id=comment)
    assert row
    assert (row["text"], [one["name"] for one in row["files"]]) == (f"@{MARK}, à toi", [f"CV de {MARK}.pdf"])


def test_a_mention_is_given_out_also_where_the_name_has_changed_since(cast: Cast) -> None:
    user, deal = make_user("Ysolde", "Kermadec", cast.sales, role="read_only"), make_element("deal", cast.bob)
    comment = create_comment(cast.actor("bob"), draft=CommentDraft(text="@Ysolde Kermadec", element_id=deal)).done[0]
    execute(sql("UPDATE timeline_comment SET text = 'à toi' WHERE id = {}", comment))
    assert [row["id"] for row in export_person(SYSTEM, find_user(user))["timeline_comment"]] == [comment]


@pytest.mark.django_db(transaction=True)
def test_the_files_of_an_erased_contact_are_gone_with_their_bytes(committed: Cast) -> None:
    contact = make_element("contact", committed.bob, "Quervalle")
    file = make_file(committed.bob, "carte.pdf", element=contact)
    kept = make_file(committed.bob, "plan.pdf", element=make_element("deal", committed.bob))
    keys = dict.fromkeys((file, kept))
    for row in fetch_all(sql("SELECT id, key FROM activities_attachment WHERE id = ANY({})", [file, kept])):
        keys[row["id"]] = row["key"]
    number = fetch_value(sql("SELECT number FROM crm_element WHERE id = {}", contact))
    erase_person(SYSTEM, find_contact(number))
    assert [blobs.path_of(str(keys[one])).exists() for one in (file, kept)] == [False, True]
    with pytest.raises(NotFound):
        get_file(committed.actor("root"), id=file)


def test_only_who_manages_rights_and_never_the_last_administrator(cast: Cast, contact: int) -> None:
    for attempt in (erase_person, export_person):
        with pytest.raises(Forbidden):
            attempt(cast.actor("alice"), find_contact(contact))
    with pytest.raises(Forbidden):
        erase_person(SYSTEM, find_user(cast.root))
    assert fetch_value(sql("SELECT last_name FROM people_user WHERE id = {}", cast.root)) == "Racine"
    for missing in (find_user, find_contact):
        with pytest.raises(NotFound):
            missing(999_999)


def test_the_journal_is_append_only_again(cast: Cast, contact: int) -> None:
    erase_person(SYSTEM, find_contact(contact))
    with pytest.raises(Exception, match="append-only"):
        execute(Sql("UPDATE journal_auditentry SET verb = 'x'"))
