"""The product against the oracle: histories, comments, files and mentions, for every user of many companies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from relance.activities import policy as activities
from relance.crm import policy as crm
from relance.kit.sql import TRUE
from relance.timeline import mentions, policy
from tests.oracle.ask_timelines import Tally, compare_timelines
from tests.oracle.asking import Difference
from tests.oracle.companies import shape_of

pytestmark = pytest.mark.django_db
COMPANIES, FAULTY_COMPANIES = 8, 6
# Of each, so many granted and so many refused.
FEWEST = 20
ASKED = ("history", "comment", "edit", "delete", "download", "write", "pin", "mention")
Plant = Callable[[pytest.MonkeyPatch], None]


def test_histories_comments_files_and_mentions_are_as_the_oracle_says() -> None:
    tally = _compare_all(COMPANIES)
    asked = {(what, granted): tally[what, granted] for what in ASKED for granted in (True, False)}
    assert {cell: count for cell, count in asked.items() if count < FEWEST} == {}


FAULTS: dict[str, Plant] = {
    "whatever a comment stands on, it is read": lambda patch: patch.setattr(policy, "readable", lambda _actor: TRUE),
    "who may update edits others' comments": lambda patch: patch.setattr(policy, "editable", policy.updatable),
    "who may read deletes others' comments": lambda patch: patch.setattr(policy, "deletable", policy.readable),
    "every file can be saved": lambda patch: patch.setattr(activities, "file_readable", lambda _actor: TRUE),
    "a file tells of any activity": lambda patch: patch.setattr(activities, "readable", lambda _actor, _id: TRUE),
    "who may read pins": lambda patch: patch.setattr(crm, "updatable", crm.readable),
    "whoever is active may be mentioned": lambda patch: patch.setattr(
        mentions, "elements", type("Wide", (), {"readable": staticmethod(lambda _actor: TRUE)})
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    with pytest.raises(Difference):
        _compare_all(FAULTY_COMPANIES)


def _compare_all(companies: int) -> Tally:
    tally: Tally = Counter()
    for seed in range(companies):
        tally += compare_timelines(shape_of(seed))
    return tally
