"""Invitations: a link that is shown once, works once, and for a week."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from relance.access.actions.guarding import require_rights_manager
from relance.journal.actions import new_gesture, record
from relance.kit import clock
from relance.kit.actor import Actor
from relance.kit.errors import Forbidden, Invalid, NotFound
from relance.kit.sql import execute, fetch_one, sql
from relance.kit.text import fold
from relance.people.actions.guarding import require_account_within_own, within_own
from relance.people.actions.users import create_user
from relance.people.queries import build_actor, is_waiting, token_hash

LASTS = timedelta(days=7)


@transaction.atomic
def invite_user(
    actor: Actor,
    *,
    email: str,
    last_name: str,
    first_name: str = "",
    position: str = "",
    departments: Sequence[int] = (),
    language: str = "fr",
) -> tuple[int, str]:
    """Make a user who cannot sign in before he has chosen a password; his id, and the token of his link.

    Raises:
        Invalid: an address taken or malformed, no name, an unknown department.
        Forbidden: the actor does not manage rights, or the user would have more than he has.
    """
    with within_own(actor):
        user_id = create_user(
            actor,
            email=email,
            last_name=last_name,
            first_name=first_name,
            position=position,
            departments=departments,
            language=language,
        )
    return user_id, _new_link(actor, user_id)


@transaction.atomic
def renew_invitation(actor: Actor, *, user_id: int) -> str:
    """A new link for somebody who has not come yet; the ones before stop working.

    Raises:
        NotFound: there is no such user.
        Forbidden: the actor does not manage rights, or the user has a password already, has left, or has more rights.
    """
    require_rights_manager(actor)
    if not fetch_one(sql("SELECT 1 FROM people_user WHERE id = {} FOR UPDATE", user_id)):
        raise NotFound
    if not is_waiting(user_id):
        raise Forbidden(_("Only who has not chosen a password yet can be invited again."))
    require_account_within_own(actor, user_id)
    return _new_link(actor, user_id)


@transaction.atomic
def accept_invitation(token: str, *, first_name: str, last_name: str, password: str) -> int:
    """Use up a link: the user says his name and chooses his password. His id.

    Raises:
        NotFound: the link is unknown, used or too old, or its user has left.
        Invalid: no name.
    """
    row = fetch_one(
        sql(
            """
            UPDATE people_invitation i SET used_at = {} FROM people_user u
            WHERE i.token_hash = {} AND i.used_at IS NULL AND i.expires_at > {} AND u.id = i.user_id AND u.is_active
            RETURNING u.id, u.first_name, u.last_name
            """,
            clock.now(),
            token_hash(token),
            clock.now(),
        )
    )
    if row is None:
        raise NotFound
    named = {"first_name": first_name.strip(), "last_name": last_name.strip()}
    if not named["last_name"]:
        raise Invalid({"last_name": _("A name is needed.")})
    execute(
        sql(
            "UPDATE people_user SET first_name = {}, last_name = {}, sort_key = {}, password = {} WHERE id = {}",
            *named.values(),
            fold(f"{named['last_name']} {named['first_name']}"),
            make_password(password),
            row["id"],
        )
    )
    before = {key: row[key] for key in named}
    record(build_actor(row["id"]), new_gesture(), verb="join", noun="user", entries=[(row["id"], before, named)])
    return int(row["id"])


def _new_link(actor: Actor, user_id: int) -> str:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    execute(sql("UPDATE people_invitation SET expires_at = {} WHERE user_id = {} AND used_at IS NULL", now, user_id))
    execute(
        sql(
            """
            INSERT INTO people_invitation (user_id, token_hash, created_at, created_by_id, expires_at)
            VALUES ({}, {}, {}, {}, {})
            """,
            user_id,
            token_hash(token),
            now,
            actor.recorded_id,
            now + LASTS,
        )
    )
    record(actor, new_gesture(), verb="invite", noun="user", entries=[(user_id, {}, {})])
    return token
