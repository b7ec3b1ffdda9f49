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
# What `make bench` measures: the gates of design.md section 6.
ALL = ("pages", "filters", "search", "counters")
MODULES = {"pages": "command", "search": "searching"}


def main() -> int:
    """Measure, print, keep; 1 when a gate fails."""
    given = _arguments()
    data = (given.data or ROOT / "var" / f"bench-{given.rows}").absolute()
    os.environ["RELANCE_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.null_settings"
    os.environ.pop("DATABASE_URL", None)
    # The rest reads the data folder's settings as it is loaded.
    django.setup()
    parts = ALL if given.what == "all" else (given.what,)
    # Each part is measured though one before it fails.
    return max([_measured(part, given, data) for part in parts])


def _measured(part: str, given: argparse.Namespace, data: Path) -> int:
    print(f"\n== {part}", flush=True)
    run = importlib.import_module(f"bench.{MODULES.get(part, part)}").run
    match part:
        case "pages":
            return int(run(given, data, _smaller(given)))
        case "search":
            return int(run(data, given.rows, given.rounds))
        case "filters":
            return int(run(data, given.rows, rounds=given.rounds))
        case "uploads":
            return int(run(data, given.megabytes))
    return int(run(data, given.rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measure Relance on a company of so many activities.")
    what = ("all", *ALL, "changes", "uploads")
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
