"""Deadlines in words: each phrase means one thing, or is refused with its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relance.kit.moments import Moment, NotUnderstood, Reason, parse

PARIS = "Europe/Paris"
# A Tuesday, 8:20 in Paris.
TUESDAY = datetime(2026, 11, 24, 7, 20, tzinfo=UTC)


def working(day: date) -> bool:
    """Monday to Friday, but for Christmas."""
    return day.weekday() < 5 and (day.month, day.day) != (12, 25)


def read(text: str, *, now: datetime = TUESDAY, zone: str = PARIS, language: str = "fr") -> str:
    """What was understood, in the zone's own time; else the reason."""
    try:
        moment = parse(text, now=now, zone=ZoneInfo(zone), language=language, is_working_day=working)
    except NotUnderstood as error:
        return error.reason.value
    if moment.at is None:
        return moment.day.isoformat()
    local = moment.at.astimezone(ZoneInfo(zone))
    assert local.date() == moment.day
    return f"{local:%Y-%m-%d %H:%M}"


FRENCH = """
demain 9h = 2026-11-25 09:00 | demain à 9h30 = 2026-11-25 09:30 | 15h = 2026-11-24 15:00
à 15 h = 2026-11-24 15:00
mardi 10h = 2026-12-01 10:00 | mercredi = 2026-11-25 | lundi prochain = 2026-11-30
vendredi prochain 14h = 2026-11-27 14:00
lundi en huit = 2026-12-07 | ce vendredi = 2026-11-27 | ce lundi = past
vendredi de la semaine prochaine = 2026-12-04
fin de mois = 2026-11-30 | fin du mois prochain = 2026-12-31 | fin de semaine = 2026-11-27
fin d'année = 2026-12-31
dans 3 jours ouvrés = 2026-11-27 | dans 4 jours ouvrés = 2026-11-30 | dans 3 jours = 2026-11-27 | +3j = 2026-11-27
+3 j = 2026-11-27 | +2 sem = 2026-12-08 | +3j 9h = 2026-11-27 09:00 | dans une semaine = 2026-12-01
dans deux semaines à 11h = 2026-12-08 11:00 | dans 1 mois = 2026-12-24 | dans un an = 2027-11-24
dans 8 jours = ambiguous
dans quinze jours = ambiguous | +15j = 2026-12-09 | ce soir = 2026-11-24 18:00 | ce soir 20h = 2026-11-24 20:00
ce soir 9h = ambiguous | demain matin = 2026-11-25 09:00 | demain matin 8h = 2026-11-25 08:00
cet après-midi = 2026-11-24 14:00
après-demain midi = 2026-11-26 12:00 | après-demain = 2026-11-26 | demain après-midi = 2026-11-25 14:00
demain minuit = ambiguous
le 3 décembre à 14h30 = 2026-12-03 14:30 | 3 déc. = 2026-12-03 | 1er janvier = 2027-01-01
jeudi 3 décembre = 2026-12-03
mardi 3 décembre = no-such-day | 31 novembre = no-such-day | 29 février = 2028-02-29 | 12/01 = 2027-01-12
12/01/2027 8h = 2027-01-12 08:00
12/01/26 = past | 31/12 = 2026-12-31 | 12.01 = 2027-01-12 | 31/13 = no-such-day | 2026-12-03 = 2026-12-03
le 15 = 2026-12-15 | le 30 = 2026-11-30
dans 2 h = 2026-11-24 10:20 | dans 1h30 = 2026-11-24 09:50 | dans 30 min = 2026-11-24 08:50
dans une demi-heure = 2026-11-24 08:50
+2h = 2026-11-24 10:20 | +2m = ambiguous | la semaine prochaine = 2026-11-30 | aujourd'hui 17h = 2026-11-24 17:00
aujourd’hui = 2026-11-24 | hier = past | 8h = past | demain 25h = no-such-time | demain 9h75 = no-such-time
10h mardi = 2026-12-01 10:00
mar. 10h = 2026-12-01 10:00 | DEMAIN  9H = 2026-11-25 09:00 | demain fin de journée = 2026-11-25 18:00
demain à 3 = ambiguous
un de ces jours = unknown | bientôt = unknown | 15 = unknown | demain peut-être = unknown
mardi mercredi = unknown | dans 3 jours ouvrables = unknown
"""
ENGLISH = """
tomorrow at 9 = 2026-11-25 09:00 | tomorrow 9am = 2026-11-25 09:00 | 3pm = 2026-11-24 15:00 | at 3 = ambiguous
tomorrow at 14:30 = 2026-11-25 14:30
Friday = 2026-11-27 | next Monday 2:30pm = 2026-11-30 14:30 | next Friday 2:30pm = ambiguous
this Friday = 2026-11-27
friday week = 2026-12-04 | friday next week = 2026-12-04 | in two weeks = 2026-12-08 | in 3 days = 2026-11-27
in a week = 2026-12-01
in 3 working days = 2026-11-27 | in 5 business days at 10am = 2026-12-01 10:00 | in 2 hours = 2026-11-24 10:20
in half an hour = 2026-11-24 08:50
tonight = 2026-11-24 18:00 | this afternoon = 2026-11-24 14:00 | tomorrow morning = 2026-11-25 09:00
tomorrow noon = 2026-11-25 12:00
day after tomorrow = 2026-11-26 | next week = 2026-11-30 | end of month = 2026-11-30 | end of the week = 2026-11-27
december 3 = 2026-12-03
Dec 3rd at 4pm = 2026-12-03 16:00 | 3rd of December = 2026-12-03 | 12/01 = ambiguous | 12/31 = 2026-12-31
31/12 = 2026-12-31 | 11/11 = 2027-11-11
the 15th = 2026-12-15 | tomorrow 13pm = no-such-time | tomorrow 12am = 2026-11-25 00:00
tomorrow 12pm = 2026-11-25 12:00 | midnight = ambiguous
today 7am = past | in 3 months = 2027-02-24 | soon = unknown | in 9999 days = too-far | eod = 2026-11-24 18:00
wed 9:15 = 2026-11-25 09:15
"""


def _table(text: str) -> list[tuple[str, str]]:
    pairs = [pair.partition(" = ") for line in text.strip().splitlines() for pair in line.split(" | ")]
    return [(phrase, meaning) for phrase, _sign, meaning in pairs]


def test_the_tables_hold_enough() -> None:
    assert len(_table(FRENCH)) + len(_table(ENGLISH)) >= 80


@pytest.mark.parametrize(("phrase", "meaning"), _table(FRENCH))
def test_french(phrase: str, meaning: str) -> None:
    assert read(phrase) == meaning


@pytest.mark.parametrize(("phrase", "meaning"), _table(ENGLISH))
def test_english(phrase: str, meaning: str) -> None:
    assert read(phrase, language="en") == meaning


@pytest.mark.parametrize(
    ("phrase", "now", "zone", "meaning"),
    [
        # The clocks go from 2:00 to 3:00 on 28 March 2027, and from 3:00 to 2:00 on 31 October.
        ("demain 2h30", datetime(2027, 3, 27, 12, tzinfo=UTC), PARIS, "no-such-time"),
        ("demain 3h", datetime(2027, 3, 27, 12, tzinfo=UTC), PARIS, "2027-03-28 03:00"),
        ("demain 9h", datetime(2027, 3, 27, 12, tzinfo=UTC), PARIS, "2027-03-28 09:00"),
        ("dans 2 h", datetime(2027, 3, 28, 0, 30, tzinfo=UTC), PARIS, "2027-03-28 04:30"),
        ("demain 9h", datetime(2027, 10, 30, 12, tzinfo=UTC), PARIS, "2027-10-31 09:00"),
        ("dans 2 h", datetime(2027, 10, 31, 0, 15, tzinfo=UTC), PARIS, "2027-10-31 03:15"),
        ("demain 2h30", datetime(2027, 3, 13, 12, tzinfo=UTC), "America/New_York", "no-such-time"),
        # Already tomorrow in Auckland, still yesterday in Los Angeles.
        ("demain 9h", datetime(2026, 11, 24, 12, tzinfo=UTC), "Pacific/Auckland", "2026-11-26 09:00"),
        ("demain 9h", datetime(2026, 11, 25, 5, tzinfo=UTC), "America/Los_Angeles", "2026-11-25 09:00"),
        ("+3j", datetime(2026, 12, 30, 12, tzinfo=UTC), "Asia/Kathmandu", "2027-01-02"),
        ("dans 1 mois", datetime(2027, 1, 31, 12, tzinfo=UTC), PARIS, "2027-02-28"),
        ("le 31", datetime(2027, 2, 10, 12, tzinfo=UTC), PARIS, "no-such-day"),
        ("fin de semaine", datetime(2026, 11, 28, 12, tzinfo=UTC), PARIS, "past"),
        ("dans 1 jour ouvré", datetime(2026, 12, 24, 12, tzinfo=UTC), PARIS, "2026-12-28"),
    ],
)
def test_zones_and_changes_of_the_clock(phrase: str, now: datetime, zone: str, meaning: str) -> None:
    assert read(phrase, now=now, zone=zone) == meaning


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    now = datetime(2027, 10, 30, 12, tzinfo=UTC)
    found = parse("demain 2h30", now=now, zone=ZoneInfo(PARIS), language="fr", is_working_day=working)
    assert found.at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("phrase", ["", " ", "x" * 101, "\x00", "demain\n; DROP", "９h", "²h", "+99999j", "dans 0 min"])
def test_what_is_no_phrase_is_refused_or_read(phrase: str) -> None:
    assert read(phrase) in {reason.value for reason in Reason} | {"2026-11-24 09:00"}


WORDS = [
    *("demain", "mardi", "next", "prochain", "le", "3", "15", "12/01", "31", "décembre", "mar", "à", "at", "h", "9h"),
    *("2:30", "pm", "dans", "in", "+", "jours", "ouvrés", "weeks", "mois", "fin de", "soir", "midi", "9999", "an", "·"),
]
PHRASES = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join))
MINUTES = st.integers(0, 60 * 24 * 365 * 90).map(lambda m: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=m))


@settings(max_examples=500, deadline=None)
@given(PHRASES, MINUTES, st.sampled_from(["fr", "en"]))
def test_any_text_is_a_moment_to_come_or_is_refused(text: str, now: datetime, language: str) -> None:
    zone = ZoneInfo(PARIS)
    try:
        found = parse(text, now=now, zone=zone, language=language, is_working_day=working)
    except NotUnderstood:
        return
    assert isinstance(found, Moment)
    assert found.day >= now.astimezone(zone).date()
    assert found.at is None or found.at > now
