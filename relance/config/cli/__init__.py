"""The command `relance`: one file per command."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django

from relance.config import env


def data_argument(arguments: Sequence[str]) -> str | None:
    """The value of `--data`, before anything is loaded: the settings are read from the folder that it names."""
    for index, argument in enumerate(arguments):
        if argument == "--data" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--data="):
            return argument.removeprefix("--data=")
        if argument == "--":
            return None
    return None


def main() -> None:
    """Choose the data folder, load Django, run the command."""
    chosen = data_argument(sys.argv[1:]) or os.environ.get("RELANCE_DATA") or "var"
    os.environ["RELANCE_DATA"] = str(Path(chosen).absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relance.config.settings")
    if sys.argv[1:2] == ["serve"]:
        os.environ.setdefault("RELANCE_LOG", "json")
    try:
        django.setup()
        importlib.import_module("relance.config.cli.commands").application()
    except env.EnvironmentVariableError as error:
        sys.exit(f"relance: {error}")
