"""Writing users, and each one's own preferences."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypedDict
from zoneinfo import available_timezones

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from relance.access.actions.guarding import require_rights_manager
from relance.journal.actions import change, new_gesture, record
from relance.kit.actor import Actor
from relance.kit.errors import Invalid, NotFound
from relance.kit.sql import Sql, execute, fetch_one, fetch_value, sql
from relance.kit.text import fold
from relance.people.actions.guarding import require_account_within_own

LANGUAGES = ("fr", "en")


class UserChanges(TypedDict, total=False):
    """What an edit of a user sets; what is not in it stays."""

    email: str
    first_name: str
    last_name: str
    position: str
    time_zone: str
    language: str


@transaction.atomic
def create_user(
    actor: Actor,
    *,
    email: str,
    last_name: str,
    first_name: str = "",
    password: str | None = None,
    position: str = "",
    time_zone: str = "Europe/Paris",
    language: str = "fr",
    departments: Sequence[int] = (),
    role_codes: Sequence[str] | None = None,
    origin: str = "",
    origin_id: str = "",
) -> int:
    """Make a user, with the default role unless `role_codes` says others. Without a password he cannot sign in yet.

    Raises:
        Invalid: an address taken or malformed, an unknown zone, language or role.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    email = _free_address(email)
    _check_preferences(language, time_zone)
    if not last_name.strip():
        raise Invalid({"last_name": _("A name is needed.")})
    user_id: int = fetch_value(
        sql(
            """
            INSERT INTO people_user (email, password, first_name, last_name, sort_key, position, time_zone, language,
                is_active, created_at, origin, origin_id)
            VALUES ({}, {}, {}, {}, {}, {}, {}, {}, true, now(), {}, {}) RETURNING id
            """,
            email,
            make_password(password),
            first_name.strip(),
            last_name.strip(),
            fold(f"{last_name} {first_name}"),
            position,
            time_zone,
            language,
            origin,
            origin_id,
        )
    )
    _add_to_departments(user_id, departments)
    _give_roles(user_id, role_codes)
    after = {"email": email, "first_name": first_name, "last_name": last_name, "departments": list(departments)}
    record(actor, new_gesture(), verb="create", noun="user", entries=[(user_id, None, after)])
    return user_id


def set_password(actor: Actor, *, user_id: int, password: str) -> None:
    """Give a user a new password; his sessions elsewhere end with the old one.

    Raises:
        Forbidden: the user is another one, and the actor does not manage rights.
    """
    if actor.user_id != user_id:
        require_rights_manager(actor)
        require_account_within_own(actor, user_id)
    with transaction.atomic():
        if not execute(sql("UPDATE people_user SET password = {} WHERE id = {}", make_password(password), user_id)):
            raise NotFound
        record(actor, new_gesture(), verb="password", noun="user", entries=[(user_id, {}, {})])


@transaction.atomic
def update_profile(actor: Actor, *, language: str, time_zone: str) -> None:
    """Change the actor's own language and zone; deadlines by date move to the new zone's midnight.

    Raises:
        Invalid: an unknown language or zone.
    """
    _check_preferences(language, time_zone)
    change(
        actor,
        new_gesture(),
        verb="edit",
        noun="user",
        table="people_user",
        ids=[actor.user_id],
        values={"language": language, "time_zone": time_zone},
        stamped=False,
    )


@transaction.atomic
def edit_user(actor: Actor, *, user_id: int, changes: UserChanges) -> bool:
    """Change what others see of a user, or how he signs in; whether that changed anything.

    Raises:
        Invalid: an address taken or malformed, no name, an unknown zone or language.
        Forbidden: the actor does not manage rights.
    """
    require_rights_manager(actor)
    values: dict[str, object] = {key: str(value).strip() for key, value in changes.items()}
    _check_preferences(changes.get("language", "fr"), changes.get("time_zone", "Europe/Paris"))
    if "email" in changes:
        values["email"] = _free_address(changes["email"], user_id)
        _check_new_address(actor, user_id, str(values["email"]))
    if "last_name" in changes and not values["last_name"]:
        raise Invalid({"last_name": _("A name is needed.")})
    if {"first_name", "last_name"} & changes.keys():
        old = fetch_one(sql("SELECT first_name, last_name FROM people_user WHERE id = {}", user_id)) or {}
        named = {**old, **values}
        values["sort_key"] = fold(f"{named['last_name']} {named['first_name']}")
    return bool(
        change(
            actor,
            new_gesture(),
            verb="edit",
            noun="user",
            table="people_user",
            ids=[user_id],
            values=values,
            stamped=False,
        )
    )


def _check_preferences(language: str, time_zone: str) -> None:
    if language not in LANGUAGES:
        raise Invalid({"language": _("This language is not known.")})
    if time_zone not in _known_zones():
        raise Invalid({"time_zone": _("This time zone is not known.")})


def _free_address(email: str, user_id: int = 0) -> str:
    """The address as it is kept, if it is one and no other user's."""
    email = email.strip().lower()
    if "@" not in email or email != "".join(email.split()):
        raise Invalid({"email": _("This is not an e-mail address.")})
    if fetch_one(sql("SELECT 1 FROM people_user WHERE email = {} AND id <> {}", email, user_id)):
        raise Invalid({"email": _("Another user has this address.")})
    return email


def _check_new_address(actor: Actor, user_id: int, email: str) -> None:
    """Whoever changes an address can have a new password sent to it."""
    if not fetch_one(sql("SELECT 1 FROM people_user WHERE id = {} AND email = {}", user_id, email)):
        require_account_within_own(actor, user_id)


@cache
def _known_zones() -> frozenset[str]:
    """Looked up once: it reads the whole zone database."""
    return frozenset(available_timezones())


def _add_to_departments(user_id: int, departments: Sequence[int]) -> None:
    try:
        with transaction.atomic():
            for department_id in departments:
                execute(
                    sql(
                        "INSERT INTO people_membership (department_id, user_id) VALUES ({}, {})", department_id, user_id
                    )
                )
    except IntegrityError as error:
        raise Invalid({"departments": _("This department does not exist.")}) from error


def _give_roles(user_id: int, role_codes: Sequence[str] | None) -> None:
    source = (
        Sql("SELECT default_role_id AS role_id FROM access_companysettings")
        if role_codes is None
        else sql("SELECT id AS role_id FROM access_role WHERE code = ANY({})", list(role_codes))
    )
    given = execute(
        sql(
            """
            INSERT INTO access_roleassignment (role_id, user_id, with_below, every_head, everybody)
            SELECT role_id, {}, false, false, false FROM ({}) r
            """,
            user_id,
            source,
        )
    )
    if role_codes is not None and given != len(set(role_codes)):
        raise Invalid({"role": _("This role does not exist.")})
