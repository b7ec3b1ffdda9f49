"""`.ci/run` passes only where every test was run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def ci(folder: Path, *, says: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run it with a `make` that prints these words and ends with this status."""
    program = folder / "make"
    program.write_text(f'#!/bin/bash\n[ "$*" = check ] || exit 9\ncat <<"END"\n{says}\nEND\nexit {status}\n')
    program.chmod(0o755)
    surroundings = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", str(ROOT / ".ci" / "run")]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)


def test_it_passes_and_ends_with_the_counts(tmp_path: Path) -> None:
    counts = "============ 812 passed, 3 warnings in 100.20s (0:01:40) ============"
    done = ci(tmp_path, says=f"All checks passed!\n{counts}")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == counts


@pytest.mark.parametrize(
    "says",
    [
        "=== 811 passed, 1 skipped in 100.20s ===",
        "=== 811 passed, 1 deselected in 100.20s ===",
        "=== 811 passed, 1 xfailed in 100.20s ===",
        "=== no tests ran in 0.20s ===",
        "",
    ],
)
def test_left_out_tests_fail_it(tmp_path: Path, says: str) -> None:
    assert ci(tmp_path, says=says).returncode == 1


def test_a_failed_check_fails_it_with_its_status(tmp_path: Path) -> None:
    assert ci(tmp_path, says="=== 1 failed, 811 passed in 100.20s ===", status=2).returncode == 2
