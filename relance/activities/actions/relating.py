"""What an activity is tied to: its bindings, participants and clients, each with its own journal entry."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from relance.activities.actions.asking import validators_of
from relance.activities.judging import elements_read_by, readable_elements
from relance.activities.terms import KEEP, MOST_BINDINGS, ActivityChanges
from relance.journal.actions import record
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid
from relance.kit.sql import Row, execute, fetch_all, sql
from relance.people.queries import build_actors

Clients = Sequence[tuple[int, str]]


def change_bindings(
    actor: Actor, gesture: UUID, activity_id: int, changes: ActivityChanges, readers: Sequence[Actor]
) -> bool:
    """Bind, unbind and choose the main element of one activity; whether anything changed.

    Bindings that the actor may not read are kept, whatever the form sent.

    Raises:
        Forbidden: binding without *read* on the element, making main or unbinding without *update* on it.
        Invalid: no binding would be left, or more than MOST_BINDINGS.
    """
    before = _bindings_of(activity_id)
    bound = {row["element_id"] for row in before}
    added = [element_id for element_id in dict.fromkeys(changes.bind) if element_id not in bound]
    removed = [element_id for element_id in dict.fromkeys(changes.unbind) if element_id in bound]
    mains = [row["element_id"] for row in before if row["is_main"]]
    left = [row["element_id"] for row in before if row["element_id"] not in removed] + added
    gone = {row["element_id"] for row in before if row["element_deleted"]}
    main = _main(changes.main, mains[0], left, gone)
    _check_bindings(actor, added, removed, changes.main if changes.main != mains[0] else None)
    losing = (
        [person for person in _people_who_stay(activity_id, changes) if elements_read_by(person, bound)]
        if removed
        else []
    )
    _check_readers([*readers, *losing], left)
    if not added and not removed and main == mains[0]:
        return False
    write_bindings(activity_id, added, removed, main)
    entry = (activity_id, {"elements": sorted(bound), "main": mains[0]}, {"elements": sorted(left), "main": main})
    record(actor, gesture, verb="bind", noun="binding", entries=[entry])
    return True


def write_bindings(activity_id: int, added: Sequence[int], removed: Sequence[int], main: int) -> None:
    """Write bindings as they are to be; the rights have been judged."""
    execute(sql("UPDATE activities_binding SET is_main = false WHERE activity_id = {} AND is_main", activity_id))
    execute(
        sql(
            "DELETE FROM activities_binding WHERE activity_id = {} AND element_id = ANY({})", activity_id, list(removed)
        )
    )
    insert_bindings([(activity_id, element_id, False) for element_id in added])
    execute(
        sql(
            "UPDATE activities_binding SET is_main = true WHERE activity_id = {} AND element_id = {}", activity_id, main
        )
    )


def insert_bindings(rows: Iterable[tuple[int, int, bool]]) -> None:
    """Insert (activity, element, is main), the elements in id order: the order in which their rows are locked."""
    items = sorted(rows, key=lambda row: (row[1], row[0]))
    if items:
        execute(
            sql(
                """
                INSERT INTO activities_binding (activity_id, element_id, is_main)
                SELECT * FROM unnest({}::bigint[], {}::bigint[], {}::boolean[])
                """,
                [row[0] for row in items],
                [row[1] for row in items],
                [row[2] for row in items],
            )
        )


def change_participants(actor: Actor, gesture: UUID, ids: Sequence[int], changes: ActivityChanges) -> set[int]:
    """Set, add or remove participants of many activities; the ids of those that this changed."""
    if changes.participants is KEEP and not changes.add_participants and not changes.remove_participants:
        return set()
    before = participants_of(ids)
    after = {}
    for activity_id, people in before.items():
        wanted = people if changes.participants is KEEP else set(changes.participants)
        after[activity_id] = (wanted | set(changes.add_participants)) - set(changes.remove_participants)
    changed = [activity_id for activity_id in before if before[activity_id] != after[activity_id]]
    write_participants({activity_id: after[activity_id] for activity_id in changed})
    entries = [(i, {"users": sorted(before[i])}, {"users": sorted(after[i])}) for i in changed]
    record(actor, gesture, verb="edit", noun="participant", entries=entries)
    return set(changed)


def participants_of(ids: Sequence[int]) -> dict[int, set[int]]:
    """The participants of each of many activities."""
    rows = fetch_all(
        sql("SELECT activity_id, user_id FROM activities_participant WHERE activity_id = ANY({})", list(ids))
    )
    people: dict[int, set[int]] = {activity_id: set() for activity_id in ids}
    for row in rows:
        people[row["activity_id"]].add(row["user_id"])
    return people


def write_participants(wanted: dict[int, set[int]]) -> None:
    """Replace the participants of activities."""
    if not wanted:
        return
    execute(sql("DELETE FROM activities_participant WHERE activity_id = ANY({})", list(wanted)))
    insert_participants(wanted)


def insert_participants(wanted: dict[int, set[int]]) -> None:
    """Give activities that have none their participants."""
    pairs = [(activity_id, user_id) for activity_id, users in wanted.items() for user_id in sorted(users)]
    if not pairs:
        return
    execute(
        sql(
            """
            INSERT INTO activities_participant (activity_id, user_id)
            SELECT * FROM unnest({}::bigint[], {}::bigint[])
            """,
            [pair[0] for pair in pairs],
            [pair[1] for pair in pairs],
        )
    )


def change_clients(actor: Actor, gesture: UUID, ids: Sequence[int], clients: Clients) -> set[int]:
    """Set the clients of activities, keeping those that the actor may not read; the ids of those that this changed.

    Raises:
        Invalid: a client that is unknown, hidden, or neither a contact nor a company.
    """
    before = clients_of(ids)
    everyone = {element_id for pairs in before.values() for element_id, _address in pairs}
    readable = readable_elements(actor, everyone | {element_id for element_id, _address in clients})
    check_clients(clients, readable)
    changed = {}
    for activity_id, pairs in before.items():
        hidden = [pair for pair in pairs if pair[0] not in readable]
        after = [*hidden, *clients]
        if after != pairs:
            changed[activity_id] = after
    write_clients(changed)
    entries = [(i, {"clients": before[i]}, {"clients": changed[i]}) for i in changed]
    record(actor, gesture, verb="edit", noun="client", entries=entries)
    return set(changed)


def check_clients(clients: Clients, readable: dict[int, Row]) -> None:
    """Clients are contacts and companies that the actor may read.

    Raises:
        Invalid: one is not.
    """
    for element_id, _address in clients:
        if element_id not in readable or readable[element_id]["kind"] not in {"contact", "company"}:
            raise Invalid({"clients": _("A client is a contact or a company that you may read.")})


def clients_of(ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """The clients (element, address) of each of many activities, in their order."""
    rows = fetch_all(
        sql(
            "SELECT activity_id, element_id, address FROM activities_client WHERE activity_id = ANY({}) ORDER BY id",
            list(ids),
        )
    )
    pairs: dict[int, list[tuple[int, str]]] = {activity_id: [] for activity_id in ids}
    for row in rows:
        pairs[row["activity_id"]].append((row["element_id"], row["address"]))
    return pairs


def write_clients(wanted: dict[int, list[tuple[int, str]]]) -> None:
    """Replace the clients of activities."""
    if not wanted:
        return
    execute(sql("DELETE FROM activities_client WHERE activity_id = ANY({})", list(wanted)))
    insert_clients(wanted)


def insert_clients(wanted: dict[int, list[tuple[int, str]]]) -> None:
    """Give activities that have none their clients."""
    rows = [(activity_id, *pair) for activity_id, pairs in wanted.items() for pair in pairs]
    if not rows:
        return
    execute(
        sql(
            """
            INSERT INTO activities_client (activity_id, element_id, kind, address)
            SELECT c.activity_id, c.element_id, e.kind, c.address
            FROM unnest({}::bigint[], {}::bigint[], {}::text[]) AS c (activity_id, element_id, address)
            JOIN crm_element e ON e.id = c.element_id
            """,
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
        )
    )


def _bindings_of(activity_id: int) -> list[Row]:
    return fetch_all(
        sql(
            "SELECT element_id, is_main, element_deleted FROM activities_binding WHERE activity_id = {} ORDER BY id",
            activity_id,
        )
    )


def _main(wanted: int | None, current: int, left: Sequence[int], gone: Collection[int]) -> int:
    """The main element of those left: the one wanted, else the present one, else the oldest binding to a live one.

    Raises:
        Invalid: no live element would be left (a deleted one shows the activity to nobody), or too many.
    """
    live = [element_id for element_id in left if element_id not in gone]
    if not live:
        raise Invalid({"elements": _("An activity is bound to at least one element.")})
    if len(left) > MOST_BINDINGS:
        raise Invalid({"elements": _("An activity is bound to at most %(most)d elements.") % {"most": MOST_BINDINGS}})
    if wanted is not None and wanted not in live:
        raise Invalid({"elements": _("The main element is one of those that the activity is bound to.")})
    if wanted is not None:
        return wanted
    return current if current in left else live[0]


def _check_bindings(actor: Actor, added: Sequence[int], removed: Sequence[int], new_main: int | None) -> None:
    readable = readable_elements(actor, {*added, *removed, *([new_main] if new_main else [])})
    if any(element_id not in readable for element_id in added):
        raise Invalid({"elements": _("This element does not exist.")})
    if any(element_id not in readable or not readable[element_id]["can_update"] for element_id in removed):
        raise Forbidden(_("You need the right to update an element in order to take its activity away from it."))
    if new_main and not (new_main in readable and readable[new_main]["can_update"]):
        raise Forbidden(_("You need the right to update an element in order to make it an activity's main one."))


def _people_who_stay(activity_id: int, changes: ActivityChanges) -> list[Actor]:
    """The responsible person and the participants of an activity whom the edit leaves to it, those who are active."""
    row = fetch_all(sql("SELECT responsible_id FROM activities_activity WHERE id = {}", activity_id))[0]
    responsible = {row["responsible_id"]} if changes.responsible_id is KEEP else set()
    taking_part = participants_of([activity_id])[activity_id] if changes.participants is KEEP else set()
    validators = {answer.user_id for answer in validators_of([activity_id])[activity_id]}
    asked = validators if changes.validators is KEEP else set()
    staying = (responsible | taking_part) - set(changes.remove_participants) | asked
    return list(build_actors(sorted(staying)).values())


def _check_readers(readers: Sequence[Actor], left: Sequence[int]) -> None:
    """Whoever is responsible or takes part reads one of the elements that are left (product.md section 3)."""
    for reader in readers:
        if not elements_read_by(reader, left):
            text = _("%(name)s may not read any of this activity's elements.") % {"name": reader.name}
            raise Invalid({"elements": text})
