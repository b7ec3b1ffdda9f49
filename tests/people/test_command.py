"""`relance person`, run as its users run it, on a data folder of its own."""

from __future__ import annotations

import json
from pathlib import Path

from relance.config.embedded import EmbeddedServer
from tests.config.test_cli import relance


def test_a_user_is_given_out_and_erased_by_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    server = EmbeddedServer(folder, for_tests=True)
    server.ensure()
    relance(folder, "user", "add", "root@relance.example", "--last-name", "Racine", "--role", "administrator")
    relance(folder, "user", "add", "y.kermadec@relance.example", "--last-name", "Kermadec")
    held = relance(folder, "person", "export", "user", "y.kermadec@relance.example")
    assert json.loads(held.stdout)["people_user"][0]["last_name"] == "Kermadec"
    assert relance(folder, "person", "erase", "user", "y.kermadec@relance.example").returncode == 1, "it asks"
    done = relance(folder, "person", "erase", "--yes", "user", "y.kermadec@relance.example")
    assert done.returncode == 0, done.stderr
    assert "kermadec" not in relance(folder, "user", "list", "--json").stdout.lower()
    for wrong in (("user", "nobody@relance.example"), ("contact", "x"), ("contact", "7"), ("deal", "1")):
        said = relance(folder, "person", "export", *wrong)
        assert said.returncode == 1
        assert "Traceback" not in said.stderr
    server.release()
