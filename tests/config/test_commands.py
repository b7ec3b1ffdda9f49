"""The developers' commands."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tools import setup

ROOT = Path(__file__).parents[2]
TARGETS = sorted(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def make(*arguments: str) -> str:
    # As from a shell of its own, not as a part of the `make test` that may be running this.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=ROOT, env=outside, capture_output=True, text=True, check=True).stdout


def test_help_names_every_command() -> None:
    assert [line.split()[1] for line in sorted(make("help").splitlines())] == TARGETS
    needed = {"setup", "run", "test", "check", "lint", "types", "floors", "strings", "bench", "clean", "pins"}
    assert needed <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_command_can_be_planned(target: str) -> None:
    assert make("--dry-run", target)


def test_clean_never_touches_data() -> None:
    removed = re.findall(r"[^\s'\"]+", make("--dry-run", "clean"))
    assert [word for word in removed if word.startswith(("var", "./var"))] == []


def test_the_lock_files_hold_no_addresses() -> None:
    for file in [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]:
        content = file.read_text("utf-8")
        assert '"resolved"' not in content
        assert "index-url" not in content


def test_the_shipped_browser_parts_point_at_no_source_map() -> None:
    files = [file for file in setup.VENDOR.rglob("*") if file.suffix in {".js", ".css"}]
    assert {str(file.relative_to(setup.VENDOR)) for file in files} == {
        target for _, target in setup.SHIPPED if target.endswith((".js", ".css"))
    }
    assert [file for file in files if "sourceMappingURL" in file.read_text("utf-8")] == []


def test_a_step_of_the_set_up_is_passed_over_only_while_its_sources_are_the_same(tmp_path: Path) -> None:
    source, mark = tmp_path / "requirements.txt", tmp_path / "stamp"
    source.write_text("one")
    assert setup.stale(mark, setup.digest(source))
    setup.stamp(mark, setup.digest(source))
    assert not setup.stale(mark, setup.digest(source))
    source.write_text("two")
    assert setup.stale(mark, setup.digest(source))
