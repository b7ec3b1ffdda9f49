"""Comments, histories, files and mentions asked by each user of a company, against the oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from relance.activities.files import get_file
from relance.crm.queries import get_element
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, NotFound
from relance.kit.outcome import Outcome
from relance.kit.sql import execute, sql
from relance.people.queries import build_actors
from relance.timeline.actions import create_comment, delete_comments, edit_comment, pin_entry
from relance.timeline.mentions import readers_among
from relance.timeline.queries import find_comment, history
from relance.timeline.terms import CommentDraft
from tests.oracle import load, timelines
from tests.oracle.asking import Difference, check_constraints, undone
from tests.oracle.companies import Shape, company_of
from tests.oracle.model import Activity, Company, Element, User
from tests.oracle.timelines import Said, Timelines

COMMENT, FILE = 8_500_000, 8_700_000
SAMPLED = 6
Tally = Counter[tuple[str, bool]]


def compare_timelines(shape: Shape) -> Tally:
    """Load a company with comments and files, ask everything, take it back; how often each was granted and refused.

    Raises:
        Difference: the product and the oracle disagree.
    """
    tally: Tally = Counter()
    with undone():
        company = company_of(shape)
        made = timelines.timelines_of(company, shape.seed)
        load.load(company)
        _load(made)
        check_constraints()
        actors = build_actors([load.user_id(user.key) for user in company.users])
        for user in company.users:
            actor = actors.get(load.user_id(user.key))
            if actor:
                _Asker(company, made, user, actor, tally, Random(shape.seed + user.key)).ask()
        _ask_mentions(company, tally, Random(shape.seed))
    return tally


class _Asker:
    """One user's questions. Of rows asked one by one each user has his share: all are asked for, not by everybody."""

    def __init__(
        self, company: Company, made: Timelines, user: User, actor: Actor, tally: Tally, random: Random
    ) -> None:
        self.company, self.made, self.user, self.actor = company, made, user, actor
        self.tally, self.random = tally, random

    def ask(self) -> None:
        """Everything, in one order."""
        self._histories()
        self._comments()
        self._files()
        self._writing()
        self._pins()

    def expect(self, what: str, wanted: object, answered: object) -> None:
        """Compare two answers."""
        if isinstance(wanted, bool):
            self.tally[what.partition(" ")[0], wanted] += 1
        if wanted != answered:
            raise Difference(f"user {self.user.key}, {what}: wanted {wanted}, answered {answered}")

    def _histories(self) -> None:
        for element in self.company.elements[self.user.key % 2 :: 2]:
            wanted = timelines.history_of(self.company, self.made, self.user, element)
            found = self._history(element, size=4 if element.key % 5 == 0 else 100)
            self.expect(f"history of {element.key}, there", wanted is not None, found is not None)
            self.expect(f"entries of {element.key}", wanted, found)

    def _history(self, element: Element, size: int) -> set[tuple[str, int]] | None:
        try:
            detail = get_element(self.actor, kind=element.kind, number=element.number)
        except NotFound:
            return None
        found: list[tuple[str, int]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = history(self.actor, detail, cursor=cursor, size=size)
            for entry in page.entries:
                if entry.kind == "file":
                    found += [("file", file["id"] - FILE) for file in entry.row["files"]]
                elif entry.kind != "change":
                    base = {"activity": load.ACTIVITY, "comment": COMMENT, "creation": load.ELEMENT}[entry.kind]
                    found.append((entry.kind.value, entry.id - base))
            cursor = page.next
        self.expect(f"doubles in {element.key}", len(set(found)), len(found))
        return set(found)

    def _comments(self) -> None:
        for comment in self.made.comments[self.user.key % 3 :: 3]:
            row = find_comment(self.actor, id=COMMENT + comment.key)
            may_read = timelines.may_read_comment(self.company, self.user, comment)
            self.expect(f"comment {comment.key}", may_read, row is not None)
            if row:
                may_edit = timelines.may_edit_comment(self.company, self.user, comment)
                self.expect(f"edit {comment.key}, flag", may_edit, row["can_edit"])
                may_delete = timelines.may_delete_comment(self.company, self.user, comment)
                self.expect(f"delete {comment.key}, flag", may_delete, row["can_delete"])
                self.expect(f"files of {comment.key}", bool(comment.file), bool(row["files"]))

    def _files(self) -> None:
        for file in self.made.files[self.user.key % 3 :: 3]:
            may = timelines.may_read_file(self.company, self.user, file)
            found = _answers(lambda id=FILE + file.key: get_file(self.actor, id=id))  # type: ignore[misc]
            self.expect(f"download {file.key}", may, found)

    def _writing(self) -> None:
        ids = [COMMENT + comment.key for comment in self.made.comments]
        with undone():
            self._outcome("delete", delete_comments(self.actor, ids=ids), timelines.may_delete_comment)
        for comment in self.random.sample(self.made.comments, SAMPLED):
            with undone():
                outcome = edit_comment(self.actor, id=COMMENT + comment.key, text="Autrement")
                may = timelines.may_edit_comment(self.company, self.user, comment)
                self.expect(f"edit {comment.key}", may, bool(outcome.done))
            with undone():
                may = timelines.may_read_place(self.company, self.user, comment.place)
                self.expect(f"write on {comment.key}", may, _answers(lambda c=comment: self._write(c)))  # type: ignore[misc]

    def _write(self, comment: Said) -> None:
        element_id, activity_id = _owner(comment.place)
        create_comment(self.actor, draft=CommentDraft(text="Vu", element_id=element_id, activity_id=activity_id))

    def _outcome(self, what: str, outcome: Outcome, may: Callable[[Company, User, Said], bool]) -> None:
        hidden = {refusal.id for refusal in outcome.refused if refusal.is_hidden}
        for comment in self.made.comments:
            comment_id = COMMENT + comment.key
            self.expect(f"{what} {comment.key}", may(self.company, self.user, comment), comment_id in outcome.done)
            is_seen = timelines.may_read_comment(self.company, self.user, comment)
            self.expect(f"{what} {comment.key} hidden", not is_seen, comment_id in hidden)

    def _pins(self) -> None:
        on_elements = [c for c in self.made.comments if isinstance(c.place, Element) and not c.is_deleted]
        for comment in self.random.sample(on_elements, min(2 * SAMPLED, len(on_elements))):
            may = timelines.may_update_place(self.company, self.user, comment.place)
            where = {"element_id": load.element_id(comment.place.key), "comment_id": COMMENT + comment.key}
            with undone():
                self.expect(f"pin {comment.key}", may, _answers(lambda w=where: pin_entry(self.actor, **w)))  # type: ignore[misc]


def _ask_mentions(company: Company, tally: Tally, random: Random) -> None:
    """Of all users, those who are active and may read a place can be mentioned on it."""
    places: list[Element | Activity] = [*company.elements, *company.activities]
    for place in random.sample(places, SAMPLED * 2):
        key = {"element_id": None, "activity_id": None} | _place(place)
        found = readers_among([load.user_id(user.key) for user in company.users], **key)
        for user in company.users:
            may = user.is_active and timelines.may_read_place(company, user, place)
            tally["mention", may] += 1
            if may != (load.user_id(user.key) in found):
                raise Difference(f"mention of user {user.key} on {place.key}: wanted {may}")


def _answers(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (NotFound, Forbidden):
        return False
    return True


def _place(place: Element | Activity) -> dict[str, int]:
    if isinstance(place, Element):
        return {"element_id": load.element_id(place.key)}
    return {"activity_id": load.activity_id(place.key)}


def _owner(place: Element | Activity) -> tuple[int | None, int | None]:
    key = _place(place)
    return key.get("element_id"), key.get("activity_id")


def _load(made: Timelines) -> None:
    comments = [
        (COMMENT + one.key, *_owner(one.place), load.user_id(one.author), one.is_deleted) for one in made.comments
    ]
    execute(
        sql(
            """
            INSERT INTO timeline_comment (id, element_id, activity_id, author_id, text, mentions, created_at, deleted_at,
                deleted_gesture)
            SELECT c.id, c.element_id, c.activity_id, c.author_id, 'Vu', ARRAY[]::bigint[], {}::timestamptz,
                CASE WHEN c.gone THEN now() END, CASE WHEN c.gone THEN gen_random_uuid() END
            FROM unnest({}::bigint[], {}::bigint[], {}::bigint[], {}::bigint[], {}::boolean[])
                AS c (id, element_id, activity_id, author_id, gone)
            """,
            load.NOW,
            *map(list, zip(*comments, strict=True)),
        )
    )
    files = [(FILE + one.key, *_owner(one.place), one.is_removed) for one in made.files]
    execute(
        sql(
            """
            INSERT INTO activities_attachment (id, name, size, media_type, digest, key, uploaded_by_id, uploaded_at, element_id,
                activity_id, deleted_at, deleted_gesture)
            SELECT f.id, f.id || '.pdf', 1, 'application/pdf', '', 'oracle' || f.id, {}, now(), f.element_id, f.activity_id,
                CASE WHEN f.gone THEN now() END, CASE WHEN f.gone THEN gen_random_uuid() END
            FROM unnest({}::bigint[], {}::bigint[], {}::bigint[], {}::boolean[]) AS f (id, element_id, activity_id, gone)
            """,
            comments[0][3],
            *map(list, zip(*files, strict=True)),
        )
    )
    carried = [(COMMENT + one.key, FILE + one.file) for one in made.comments if one.file]
    execute(
        sql(
            "INSERT INTO timeline_commentfile (comment_id, file_id) SELECT * FROM unnest({}::bigint[], {}::bigint[])",
            *map(list, zip(*carried, strict=True)),
        )
    )
    _load_entries()


def _load_entries() -> None:
    """What attaching the files has written into the journal, for each live element that each is told to."""
    execute(
        sql(
            """
            INSERT INTO journal_auditentry (gesture, actor_id, via, verb, noun, noun_id, change)
            SELECT gen_random_uuid(), f.uploaded_by_id, 'web', 'attach', 'element_file', o.element_id, jsonb_build_object(
                'before', NULL, 'after', jsonb_build_object('files', ARRAY[f.id], 'activity_id', f.activity_id))
            FROM activities_attachment f CROSS JOIN LATERAL (
                SELECT f.element_id WHERE f.element_id IS NOT NULL UNION ALL SELECT b.element_id FROM activities_binding b
                WHERE b.activity_id = f.activity_id AND NOT b.element_deleted) o
            WHERE f.id NOT IN (SELECT x.file_id FROM timeline_commentfile x)
            """
        )
    )
