"""`relance demo`: try Relance with demo people and data, on this machine only."""

from __future__ import annotations

import os
from pathlib import Path

from django.db import transaction

from relance.config.cli.serve import Port, Workers, supervised
from relance.config.cli.session import DEFAULT_DATA, Data, screen
from relance.config.demo import SignIn, seed
from relance.people.queries import list_users

LOOPBACK = "127.0.0.1"


def demo(data: Data = DEFAULT_DATA, port: Port = 8000, workers: Workers = None) -> None:
    """Run Relance on loopback with demo people and data, and print their sign-ins."""
    sign_ins = data.absolute() / "demo-sign-ins.txt"

    def say() -> None:
        screen.print(f"\nRelance: http://{LOOPBACK}:{port}\n")
        if sign_ins.exists():
            screen.print(sign_ins.read_text("utf-8"), markup=False)

    supervised(data, host=LOOPBACK, port=port, workers=workers, prepare=lambda: _seed_once(sign_ins), on_ready=say)


def _seed_once(file: Path) -> None:
    """Seed a company without users. The sign-ins are on disk before the users are in the database."""
    if list_users():
        return
    screen.print("Making the demo company…")
    with transaction.atomic():
        people = seed()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(_table(people))


def _table(people: list[SignIn]) -> str:
    width = max(len(person.email) for person in people)
    return "".join(f"{person.email:<{width}}  {person.password}  {person.who}\n" for person in people)
