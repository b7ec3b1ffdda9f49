"""Who works at the demo company: sixty people in twelve departments, three deep."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from relance.access.actions import assign_role
from relance.access.terms import ADMINISTRATOR, KINDS, READ_ONLY
from relance.config.demo_company.words import FIRST_NAMES, LAST_NAMES
from relance.journal.actions import new_gesture, record
from relance.kit.actor import Actor
from relance.kit.sql import execute, fetch_value, sql
from relance.kit.text import fold
from relance.people.actions import add_members, create_department, create_user, set_head

DOMAIN = "verdier-solaire.example"


class Place(NamedTuple):
    """A department: what it is called, below which, how many people, their position and its head's."""

    title: str
    above: str
    people: int
    position: str
    head: str


DEPARTMENTS = (
    Place("Direction générale", "", 2, "Assistance de direction", "Directrice générale"),
    Place("Direction commerciale", "Direction générale", 3, "Analyste des ventes", "Direction commerciale"),
    Place("Ventes Île-de-France", "Direction commerciale", 8, "Responsable de secteur", "Responsable des ventes"),
    Place("Ventes Sud-Est", "Direction commerciale", 7, "Responsable de secteur", "Responsable des ventes"),
    Place("Ventes Ouest", "Direction commerciale", 7, "Responsable de secteur", "Responsable des ventes"),
    Place("Grands comptes", "Direction commerciale", 6, "Responsable de comptes", "Responsable grands comptes"),
    Place("Marketing", "Direction générale", 3, "Spécialiste communication", "Responsable marketing"),
    Place("Prospection", "Marketing", 6, "Spécialiste prospection", "Responsable prospection"),
    Place("Service client", "Direction générale", 3, "Spécialiste clientèle", "Responsable du service client"),
    Place("Support technique", "Service client", 6, "Spécialiste support", "Responsable du support"),
    Place("Déploiement", "Service client", 5, "Pilote de chantier", "Responsable du déploiement"),
    Place("Administration et systèmes", "Direction générale", 4, "Comptable", "Administratrice des systèmes"),
)
SELLING = ("Ventes Île-de-France", "Ventes Sud-Est", "Ventes Ouest", "Grands comptes")
PROSPECTING = "Prospection"
SERVING = ("Service client", "Support technique", "Déploiement")

# The people whom one signs in as: department, whether the head, the place among its people, who it is.
CHARACTERS = (
    ("administrator", "Administration et systèmes", 0, "Administratrice"),
    ("director", "Direction générale", 0, "Directrice générale"),
    ("head", "Ventes Île-de-France", 0, "Responsable d’équipe, Ventes Île-de-France"),
    ("seller", "Ventes Île-de-France", 1, "Commerciale, Ventes Île-de-France"),
    ("reader", "Administration et systèmes", 1, "Contrôleuse de gestion, lecture seule"),
)
NAMES = {
    "administrator": ("Nadia", "Benali"),
    "director": ("Hélène", "Verdier"),
    "head": ("Marc", "Fontaine"),
    "seller": ("Léa", "Moreau"),
    "reader": ("Corinne", "Picard"),
}
POSITIONS = {"seller": "Commerciale", "reader": "Contrôleuse de gestion"}


class SignIn(NamedTuple):
    """How a demo person signs in."""

    email: str
    password: str
    who: str


@dataclass(eq=False)
class Person:
    """An employee; `heads` are those who head his department or one above, the nearest first, without himself."""

    id: int
    name: str
    place: Place
    is_head: bool = False
    heads: list[Person] = field(default_factory=list)


@dataclass
class Staff:
    """Everybody, and the five whom one signs in as, by what they are."""

    people: list[Person]
    characters: dict[str, Person]
    sign_ins: list[SignIn]

    def of(self, *titles: str) -> list[Person]:
        return [person for person in self.people if person.place.title in titles]


def hire(actor: Actor, random: Random) -> Staff:
    """Make the departments, their people and heads, and the role by which the service sees what is open to all."""
    ids: dict[str, int] = {}
    for place in DEPARTMENTS:
        ids[place.title] = create_department(actor, title=place.title, parent_id=ids.get(place.above))
    staff = Staff([], {}, [])
    names = _names(random)
    for place in DEPARTMENTS:
        for rank in range(place.people):
            staff.people.append(_hire_one(actor, staff, place, rank, ids[place.title], names))
    for person in staff.people:
        person.heads = _heads_above(person, staff.people)
    # Two people work for two departments.
    add_members(actor, department_id=ids["Déploiement"], user_ids=[staff.of("Support technique")[2].id])
    add_members(actor, department_id=ids["Prospection"], user_ids=[staff.of("Ventes Ouest")[3].id])
    _let_service_read_what_is_open(actor, ids["Service client"])
    order = [NAMES[code] for code, *_rest in CHARACTERS]
    staff.sign_ins.sort(key=lambda s: [address(*n) for n in order].index(s.email))
    return staff


def address(first: str, last: str) -> str:
    """The e-mail address of an employee."""
    return f"{fold(first)}.{fold(last)}@{DOMAIN}".replace(" ", "-")


def _names(random: Random) -> list[tuple[str, str]]:
    firsts, lasts = list(FIRST_NAMES), list(LAST_NAMES)
    random.shuffle(firsts)
    random.shuffle(lasts)
    taken_first, taken_last = zip(*NAMES.values(), strict=True)
    return list(
        zip([f for f in firsts if f not in taken_first], [n for n in lasts if n not in taken_last], strict=False)
    )


def _hire_one(
    actor: Actor, staff: Staff, place: Place, rank: int, department_id: int, names: list[tuple[str, str]]
) -> Person:
    found = next((c for c in CHARACTERS if (c[1], c[2]) == (place.title, rank)), None)
    code = found[0] if found else ""
    first, last = NAMES[code] if code else names.pop()
    sign_in = SignIn(address(first, last), secrets.token_urlsafe(9), found[3] if found else "")
    user_id = create_user(
        actor,
        email=sign_in.email,
        first_name=first,
        last_name=last,
        password=sign_in.password if found else None,
        position=POSITIONS.get(code) or (place.head if rank == 0 else place.position),
        departments=[department_id],
        role_codes={"administrator": [ADMINISTRATOR], "reader": [READ_ONLY]}.get(code),
    )
    person = Person(user_id, f"{first} {last}", place, is_head=rank == 0)
    if rank == 0:
        set_head(actor, department_id=department_id, user_id=user_id)
    if found:
        staff.characters[code] = person
        staff.sign_ins.append(sign_in)
    return person


def _heads_above(person: Person, people: Sequence[Person]) -> list[Person]:
    by_title = {place.title: place for place in DEPARTMENTS}
    heads: list[Person] = []
    place: Place | None = person.place
    while place:
        heads += [other for other in people if other.is_head and other.place == place and other is not person]
        place = by_title.get(place.above)
    return heads


def _let_service_read_what_is_open(actor: Actor, department_id: int) -> None:
    role_id: int = fetch_value(
        sql(
            """
            INSERT INTO access_role (name_fr, name_en, is_administrator, manages_rights, manages_settings)
            VALUES ('Service client', 'Customer service', false, false, false) RETURNING id
            """
        )
    )
    execute(
        sql(
            """
            INSERT INTO access_permission (role_id, kind, verb, level)
            SELECT {}, k, v.verb, v.level FROM unnest({}::text[]) k
            CROSS JOIN (VALUES ('read', 'open_to_all'), ('update', 'department')) AS v (verb, level)
            """,
            role_id,
            list(KINDS),
        )
    )
    after = {"name_fr": "Service client", "read": "open_to_all", "update": "department"}
    record(actor, new_gesture(), verb="create", noun="role", entries=[(role_id, None, after)])
    assign_role(actor, role=str(role_id), department_id=department_id, with_below=True)
