"""Whatever is killed in the middle of a bulk action: it is done whole or not at all, and all goes on by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from relance.config.processes import is_alive
from tests.config.test_supervisor import wait_until
from tests.resilience.company import ROWS, STRAYED, Company

PATIENCE_S = 180
PIECES = """
SELECT count(*) FROM (
    SELECT FROM journal_auditentry WHERE noun = 'activity' GROUP BY gesture
    HAVING count(*) <> {rows} OR count(DISTINCT noun_id) <> {rows} OR count(DISTINCT verb) <> 1
) AS in_pieces
"""
GESTURES = "SELECT count(DISTINCT gesture) FROM journal_auditentry WHERE noun = 'activity' AND verb = '{verb}'"
COMPLETED = "SELECT count(*) FROM activities_activity WHERE is_completed"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One data folder for all tests of this file."""
    company = Company(tmp_path_factory.mktemp("killed") / "data")
    yield company
    company.served.end()


@pytest.fixture
def company(installation: Company) -> Company:
    """The installation with every activity open."""
    installation.settle()
    if installation.number(COMPLETED):
        assert installation.gesture("reopen") == 200
    return installation


def completed(company: Company) -> bool:
    """Whether the gesture was done. Half of it, a row without its journal, a copy that strayed would be a fault."""
    company.settle()
    rows = company.number(COMPLETED)
    assert rows in {0, ROWS}
    assert company.number(PIECES.format(rows=ROWS)) == 0
    completions, reopenings = (company.number(GESTURES.format(verb=verb)) for verb in ("complete", "reopen"))
    assert completions - reopenings == (1 if rows else 0)
    assert company.number(STRAYED) == 0
    return rows == ROWS


def goes_on(company: Company) -> None:
    """The same person, still signed in, sees his page and can do what was cut off."""
    assert company.visitor.get("/activities/") == 200
    assert company.gesture("complete") == 200
    assert completed(company)


def test_a_kill_of_the_web_worker_leaves_nothing_half_done(company: Company) -> None:
    with company.caught_in_the_middle("complete"):
        company.web_worker().kill()
    assert not completed(company)
    goes_on(company)


def test_a_kill_of_the_database_leaves_nothing_half_done(company: Company) -> None:
    with company.caught_in_the_middle("complete"):
        before = company.served.postmaster()
        before.kill()
        wait_until(lambda: not is_alive(before) and company.served.is_ready())
    assert not completed(company)
    goes_on(company)


def test_a_kill_of_the_supervisor_leaves_nothing_half_done(company: Company) -> None:
    with company.caught_in_the_middle("complete"):
        company.served.process.kill()
        company.served.process.wait(PATIENCE_S)
        left = company.served.children("granian")
        company.served.process = company.served.start()
        wait_until(lambda: not any(map(is_alive, left)))
    assert not completed(company)
    goes_on(company)


@pytest.mark.parametrize("after_s", [0.05, 0.2])
def test_a_kill_at_any_moment_leaves_all_or_nothing(company: Company, after_s: float) -> None:
    sent = company.start("complete")
    time.sleep(after_s)
    company.web_worker().kill()
    sent.join(PATIENCE_S)
    completed(company)
    goes_on(company)
