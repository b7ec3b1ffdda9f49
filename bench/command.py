"""One run with its database, and where its results go."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
from django.db import connections

from bench.gates import gates_of
from bench.report import markdown
from bench.run import run as measured_run
from relance.config import database
from relance.kit.sql import Sql, fetch_value

RESULTS = Path(__file__).resolve().parent / "results"


def run(given: argparse.Namespace, data: Path, smaller: Mapping[str, Any] | None) -> int:
    """Measure, print, keep; the exit status."""
    server = database.ensure(data)
    try:
        found = measured_run(data, given.rows, people=given.people, rounds=given.rounds) | {"machine": machine()}
    finally:
        connections.close_all()
        if server:
            server.release()
    gates = gates_of(found, smaller)
    found["gates"] = [
        {"name": g.name, "bound": g.bound, "found": g.found, "where": g.where, "holds": g.holds} for g in gates
    ]
    text = markdown(found)
    print(text)
    keep(given.json or RESULTS / f"bench-{given.rows}.json", found, text)
    return 0 if all(gate.holds for gate in gates) else 1


def keep(file: Path, found: Mapping[str, Any], text: str) -> None:
    """Write the numbers, and the report beside them."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1), "utf-8")
    file.with_suffix(".md").write_text(text, "utf-8")


def machine() -> str:
    """The machine in a line."""
    memory = psutil.virtual_memory().total / 1_000_000_000
    version = fetch_value(Sql("SELECT current_setting('server_version')"))
    return f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}, PostgreSQL {version}"
