"""The demo company."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from relance.people.actions import add_members, create_department, create_user, set_head
from relance.people.queries import system_actor


class SignIn(NamedTuple):
    """How a demo person signs in."""

    email: str
    password: str
    who: str


def seed() -> list[SignIn]:
    """Fill an empty database with the demo company; random passwords. Called inside a transaction.

    Returns how its people sign in, the administrator first.
    """
    actor = system_actor("cli")
    sales = create_department(actor, title="Ventes")
    support = create_department(actor, title="Support")
    people = [
        ("root", "Racine", "", (), ("administrator",), "Administrateur"),
        ("alice", "Martin", "Alice", (sales,), None, "Responsable du service Ventes"),
        ("bob", "Petit", "Bob", (sales,), None, "Ventes"),
        ("charlie", "Roux", "Charlie", (support,), None, "Support"),
    ]
    sign_ins = []
    for login, last_name, first_name, departments, roles, who in people:
        sign_in = SignIn(f"{login}@demo.example", secrets.token_urlsafe(9), who)
        user_id = create_user(
            actor, email=sign_in.email, last_name=last_name, first_name=first_name, password=sign_in.password,
            departments=departments, role_codes=roles,
        )  # fmt: skip
        sign_ins.append(sign_in)
        if login == "alice":
            add_members(actor, department_id=sales, user_ids=[user_id])
            set_head(actor, department_id=sales, user_id=user_id)
    return sign_ins
