"""A company with two words that must not be heard: one of what is Charlie's alone, one of what is in the bin."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from relance.activities.actions import delete_activities, delete_elements, edit_activities, postpone_activities
from relance.activities.actions.filing import record_files
from relance.activities.listing import COLUMNS, LISTING
from relance.activities.terms import ActivityChanges
from relance.crm.actions import create_element, edit_elements
from relance.crm.listing import LISTINGS
from relance.crm.queries import list_columns
from relance.crm.terms import FIELDS, ElementDraft, Kind
from relance.journal.actions import new_gesture
from relance.kit import clock
from relance.kit.sql import execute, fetch_all, fetch_column, sql
from relance.lists.actions import save_columns
from relance.timeline.actions import create_comment, delete_comments
from relance.timeline.terms import CommentDraft
from tests.cast import Cast, make_activity, make_cast, make_file, make_user

HIDDEN, GONE = "xyzzyque", "quuxgone"
TEXTS = ("name", "first_name", "last_name", "company_name", "source", "position", "industry", "city")
KINDS = ("lead", "deal", "contact", "company")
# More than a page holds.
ROWS = 55


@dataclass
class Secrets:
    """Who may not hear which word, and everything there is to ask for."""

    cast: Cast
    people: dict[str, int]
    elements: dict[str, list[int]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    activities: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    gestures: list[UUID] = field(default_factory=list)
    bobs_deal: int = 0
    charlies_company: int = 0
    comments: list[int] = field(default_factory=list)

    def element(self, kind: str, responsible: int, name: str, **more: object) -> int:
        """Make an element with the name in each of its texts."""
        texts = {key: name for key in TEXTS if key in FIELDS[kind]}
        emails = (f"{name.partition(' ')[0]}@secret.example",)
        draft = ElementDraft(kind=kind, responsible_id=responsible, emails=emails, **{**texts, **more})  # type: ignore[arg-type]
        element_id = create_element(self.cast.actor("root"), draft=draft)
        self.elements[kind].append(element_id)
        return element_id

    def activity(self, responsible: int, *elements: int, subject: str, is_done: bool = False) -> int:
        """Make an activity with the subject in each of its texts."""
        now = clock.now()
        activity_id = make_activity(
            responsible,
            *elements,
            subject=subject,
            deadline_at=now - timedelta(minutes=1),
            completed_at=now if is_done else None,
        )
        texts = sql("UPDATE activities_activity SET description = subject, place = subject WHERE id = {}", activity_id)
        execute(texts)
        self.activities.append(activity_id)
        return activity_id


def make_secrets() -> Secrets:
    """Bob and Alice may hear neither word, Rita and root the first alone, Nora and strangers nothing at all."""
    cast = make_cast()
    people = {name: getattr(cast, name) for name in ("bob", "alice", "charlie", "root")}
    people["nora"] = make_user("Nora", "Nulle", cast.sales, role="")
    people["rita"] = make_user("Rita", "Lectrice", cast.support, role="read_only")
    made = Secrets(cast, people)
    _make_hidden(made)
    _make_gone(made)
    _make_files(made)
    _comment(made)
    _notify(made)
    _show_all_columns(made)
    return made


def _make_hidden(made: Secrets) -> None:
    bob, charlie, root = made.cast.bob, made.cast.charlie, made.cast.actor("root")
    theirs = {kind: made.element(kind, charlie, f"{HIDDEN} {kind}") for kind in KINDS}
    made.charlies_company = theirs["company"]
    made.bobs_deal = made.element(
        "deal", bob, "Toiture", company_id=theirs["company"], contact_ids=(theirs["contact"],)
    )
    made.element("contact", bob, "Zoé", company_ids=(theirs["company"],))
    for is_done in (False, True):
        made.activity(charlie, theirs["deal"], subject=f"{HIDDEN} rappel", is_done=is_done)
        made.activity(bob, theirs["deal"], subject=f"{HIDDEN} confiée", is_done=is_done)
        # Bob may see these, but neither their main element nor their client.
        shared = made.activity(bob, theirs["company"], made.bobs_deal, subject="Partagée", is_done=is_done)
        clients = ((theirs["contact"], f"{HIDDEN}@secret.example"), (theirs["company"], ""))
        changed = edit_activities(root, ids=[shared], changes=ActivityChanges(clients=clients, bind=(theirs["lead"],)))
        assert changed.gesture
        made.gestures.append(changed.gesture)
    renamed = edit_elements(root, ids=[theirs["lead"]], changes={"name": f"{HIDDEN} lead bis"}).gesture
    postponed = postpone_activities(
        root, ids=made.activities, to_day=clock.today(root.time_zone) + timedelta(days=1)
    ).gesture
    assert renamed
    assert postponed
    made.gestures += [renamed, postponed]
    for number in range(ROWS):
        made.activity(bob, made.bobs_deal, subject=f"Visite {number}")


def _make_gone(made: Secrets) -> None:
    bob, root = made.cast.bob, made.cast.actor("root")
    company = made.element("company", bob, f"{GONE} company")
    deal = made.element("deal", bob, f"{GONE} deal", company_id=company)
    edit_elements(
        root, ids=[made.bobs_deal], changes={"contact_ids": (made.element("contact", bob, f"{GONE} contact"),)}
    )
    for is_done in (False, True):
        made.activity(bob, company, made.bobs_deal, subject="Restée", is_done=is_done)
        made.activity(bob, deal, subject=f"{GONE} partie", is_done=is_done)
        binned = made.activity(bob, made.bobs_deal, subject=f"{GONE} jetée", is_done=is_done)
        delete_activities(root, ids=[binned])
    contact = made.elements["contact"][-1]
    gesture = delete_elements(root, ids=[company, deal, contact]).gesture
    assert gesture
    made.gestures.append(gesture)


def _make_files(made: Secrets) -> None:
    """A file of each activity and element, named after it; and one of Bob's own deal that was removed."""
    charlie = made.cast.charlie
    subjects = fetch_all(
        sql("SELECT id, subject FROM activities_activity WHERE id = ANY({}) ORDER BY id", made.activities[:16])
    )
    gone = fetch_all(sql("SELECT id, subject FROM activities_activity WHERE subject LIKE {}", f"{GONE}%"))
    for row in [*subjects, *gone]:
        made.files.append(make_file(charlie, f"{row['subject']}.pdf", activity=row["id"]))
    every = [element_id for ids in made.elements.values() for element_id in ids]
    for row in fetch_all(sql("SELECT id, name FROM crm_element WHERE id = ANY({}) ORDER BY id", every)):
        made.files.append(make_file(charlie, f"{row['name']}.pdf", element=row["id"]))
    told = fetch_all(
        sql("SELECT id, activity_id, element_id FROM activities_attachment WHERE id = ANY({})", made.files)
    )
    record_files(made.cast.actor("charlie"), new_gesture(), verb="attach", rows=told)
    made.files.append(make_file(charlie, f"{GONE}.pdf", element=made.bobs_deal, is_removed=True))
    made.files.append(make_file(charlie, f"{HIDDEN}.pdf"))


def _comment(made: Secrets) -> None:
    """Charlie says the first word on what is his, Bob the second in comments that are gone, or stand on what is gone."""
    charlie, bob = made.cast.actor("charlie"), made.cast.actor("bob")
    hidden = [CommentDraft(text=f"{HIDDEN} @Root Racine", element_id=made.elements[kind][0]) for kind in KINDS]
    hidden.append(CommentDraft(text=f"{HIDDEN} noté", activity_id=made.activities[0]))
    carried = [make_file(made.cast.charlie, f"{HIDDEN} joint.pdf") for _ in hidden]
    hidden = [replace(draft, files=(file,)) for draft, file in zip(hidden, carried, strict=True)]
    made.files += carried
    written = [create_comment(charlie, draft=draft) for draft in hidden]
    gone = [create_comment(bob, draft=CommentDraft(text=f"{GONE} dit", element_id=made.bobs_deal)) for _ in range(2)]
    deleted = delete_comments(bob, ids=[outcome.done[0] for outcome in gone])
    made.comments = [outcome.done[0] for outcome in (*written, *gone)]
    made.gestures += [outcome.gesture for outcome in (*written, deleted) if outcome.gesture]


def _notify(made: Secrets) -> None:
    """Bob has a notification of everything there is."""
    execute(
        sql(
            """
            INSERT INTO notifications_notification (user_id, kind, at, moment, by_id, activity_id)
            SELECT {}, 'assigned', now(), gen_random_uuid(), {}, id FROM activities_activity ORDER BY id
            """,
            made.cast.bob,
            made.cast.charlie,
        )
    )
    execute(
        sql(
            """
            INSERT INTO notifications_notification (user_id, kind, at, moment, by_id, element_id)
            SELECT {}, 'mention', now(), gen_random_uuid(), {}, id FROM crm_element ORDER BY id
            """,
            made.cast.bob,
            made.cast.charlie,
        )
    )


def _show_all_columns(made: Secrets) -> None:
    root = made.cast.actor("root")
    save_columns(root, listing=LISTING, columns=list(COLUMNS), known=COLUMNS, for_all=True)
    for kind in KINDS:
        known = list_columns(kind)
        save_columns(root, listing=LISTINGS[Kind(kind)], columns=list(known), known=known, for_all=True)


def numbers(kind: str) -> list[int]:
    """The numbers of all elements of a kind, those in the bin included."""
    return fetch_column(sql("SELECT number FROM crm_element WHERE kind = {} ORDER BY number", kind))
