"""`python -m bench --rows 1000000 [--json FILE]`; `make bench N=1000000` runs it."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results"


def main() -> int:
    """Measure, print, keep; 1 when a gate fails."""
    given = _arguments()
    data = (given.data or ROOT / "var" / f"bench-{given.rows}").absolute()
    os.environ["RELANCE_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.null_settings"
    os.environ.pop("DATABASE_URL", None)
    # The rest reads the data folder's settings as it is loaded.
    django.setup()
    if given.what == "search":
        return int(importlib.import_module("bench.searching").run(data, given.rounds))
    if given.what == "changes":
        return int(importlib.import_module("bench.changes").run(data, given.rows))
    if given.what == "counters":
        return int(importlib.import_module("bench.counters").run(data, given.rows))
    if given.what == "filters":
        return int(importlib.import_module("bench.filters").run(data, given.rows, rounds=given.rounds))
    if given.what == "uploads":
        return int(importlib.import_module("bench.uploads").run(data, given.megabytes))
    return int(importlib.import_module("bench.command").run_all(given, data, _smaller(given)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Relance on a company of so many activities.")
    what = ("all", "changes", "counters", "filters", "uploads", "search")
    parser.add_argument("what", nargs="?", choices=what, default="all")
    parser.add_argument("--rows", type=int, default=100_000, help="activities; elements are a tenth of them")
    parser.add_argument("--megabytes", type=int, default=200, help="uploads: how large each file is")
    parser.add_argument("--people", type=int, default=5, help="measured people of each level, at most 20")
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is asked for")
    parser.add_argument("--json", type=Path, help="where to keep the numbers; beside them the report in Markdown")
    parser.add_argument("--data", type=Path, help="the bench's own data folder")
    return parser.parse_args()


def _smaller(given: argparse.Namespace) -> dict[str, object] | None:
    """The kept numbers of a tenth of the rows, to compare growth with."""
    file = RESULTS / f"bench-{given.rows // 10}.json"
    found: dict[str, object] | None = json.loads(file.read_text("utf-8")) if file.exists() else None
    return found


if __name__ == "__main__":
    sys.exit(main())
