"""Deadlines in words, French and English: "demain 9h", "mardi 10h", "+3j", "in two weeks", "le 3 décembre à 14h30".

A small grammar of our own. What it does not know whole is refused, never guessed; so is what two people could read in two
ways. Its choices, where a phrase could mean more than one thing:

- a weekday alone, or with "prochain", is the first one after today, never today; English "next Friday" only where this
  week's Friday cannot be meant;
- "la semaine prochaine" is its Monday, "fin de semaine" this week's Friday, "fin de mois" the month's last calendar day;
- "matin" is 9:00, "midi" 12:00, "après-midi" 14:00, "soir" and the end of the day the end of the working day; "minuit" is
  refused (which of the two?), "dans 8 jours" and "dans 15 jours" too (a week and two, or as counted?);
- "12/01" is day/month in French; in English refused, unless only one reading is a date;
- a date without a year is the next one; what has passed is refused;
- an hour that the clocks skip is refused; of one that comes twice, the first is meant.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from relance.kit.text import fold

LONGEST = 100
MOST_DAYS = 3_660
END_OF_WORKING_DAY = time(18)
_MORNING, _AFTERNOON = time(9), time(14)


class Reason(Enum):
    """Why a phrase was refused."""

    UNKNOWN = "unknown"
    AMBIGUOUS = "ambiguous"
    NO_SUCH_DAY = "no-such-day"
    NO_SUCH_TIME = "no-such-time"
    PAST = "past"
    TOO_FAR = "too-far"


class NotUnderstood(Exception):
    """The phrase means nothing, or more than one thing."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Moment:
    """A calendar day, and the instant (UTC) if a time of day was said."""

    day: date
    at: datetime | None = None


_WEEKDAYS = [
    "lundi|lun|monday|mon", "mardi|mar|tuesday|tues|tue", "mercredi|mer|wednesday|wed", "jeudi|jeu|thursday|thurs|thu",
    "vendredi|ven|friday|fri", "samedi|sam|saturday|sat", "dimanche|dim|sunday|sun",
]  # fmt: skip
_MONTHS = [
    "janvier|janv|january|jan", "fevrier|fevr|fev|february|feb", "mars|march|mar", "avril|avr|april|apr", "mai|may",
    "juin|june|jun", "juillet|juil|july|jul", "aout|august|aug", "septembre|september|sept|sep", "octobre|october|oct",
    "novembre|november|nov", "decembre|december|dec",
]  # fmt: skip
_NUMBERS = [
    "un|une|a|an|one", "deux|two", "trois|three", "quatre|four", "cinq|five", "six", "sept|seven", "huit|eight",
    "neuf|nine", "dix|ten", "onze|eleven", "douze|twelve",
]  # fmt: skip


def _numbered(words: list[str]) -> dict[str, int]:
    return {word: place for place, group in enumerate(words) for word in group.split("|")}


_WEEKDAY, _MONTH = _numbered(_WEEKDAYS), _numbered(_MONTHS)
_NUMBER = {word: place + 1 for word, place in _numbered(_NUMBERS).items()} | {"quinze": 15}
_D, _M, _N = "|".join(_WEEKDAY), "|".join(_MONTH), rf"\d{{1,4}}|{'|'.join(_NUMBER)}"

_CLOCK = re.compile(
    r"(?:(?P<pre>a|at|@|vers) ?)?(?P<h>\d{1,2}) ?(?:(?:h|heures?|:) ?(?P<m>\d{2})?)? ?(?P<half>[ap]\.?m\.?)?", re.ASCII
)
_CLOCK_ALONE = re.compile(rf"(?P<clock>{_CLOCK.pattern})(?P<rest>)", re.ASCII)
_CLOCK_AT_END = re.compile(rf"(?:(?P<rest>.*?) )?(?P<clock>{_CLOCK.pattern})", re.ASCII)
_CLOCK_AT_START = re.compile(rf"(?P<clock>{_CLOCK.pattern})(?: (?P<rest>.*))?", re.ASCII)
_PARTS = re.compile(
    r"(?P<rest>.*?) ?\b(?:(?:a|at|in the|le) )?"
    r"(?P<part>matin|morning|apres midi|afternoon|soir|evening|midi|noon|minuit|midnight"
    r"|fin de journee|end of (?:the )?day|eod)",
    re.ASCII,
)


def parse(
    text: str,
    *,
    now: datetime,
    zone: ZoneInfo,
    language: str,
    is_working_day: Callable[[date], bool],
    working_day_end: time = END_OF_WORKING_DAY,
) -> Moment:
    """What a phrase means to somebody in `zone` at the aware instant `now`; `language` decides what 12/01 is.

    Raises:
        NotUnderstood: with the reason; nothing else, whatever the text.
    """
    words = _normalised(text) if len(text) <= LONGEST else ""
    if not words:
        raise NotUnderstood(Reason.UNKNOWN)
    try:
        return _Reader(now.astimezone(zone), zone, language, is_working_day, working_day_end).read(words)
    except OverflowError as error:
        raise NotUnderstood(Reason.TOO_FAR) from error


def _normalised(text: str) -> str:
    words = fold(text).replace("’", "'").replace(",", " ")
    words = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", words)
    words = re.sub(r"(?<=[a-z])\.(?= |$)(?<!m\.)", "", words)
    words = re.sub(r"^(?:pour|for|on) ", "", " ".join(words.split()))
    aliases = {"tonight": "today evening", "ce soir": "today evening", "ce matin": "today morning",
               "this morning": "today morning", "cet apres midi": "today afternoon",
               "this afternoon": "today afternoon", "this evening": "today evening"}  # fmt: skip
    for phrase, plainly in aliases.items():
        words = re.sub(rf"^{phrase}\b", plainly, words)
    return words


@dataclass(frozen=True, slots=True)
class _Days:
    """Phrases that mean a day."""

    now: datetime
    zone: ZoneInfo
    language: str
    is_working_day: Callable[[date], bool]

    @property
    def today(self) -> date:
        return self.now.date()

    def _day(self, words: str) -> date | None:
        for read in (self._named, self._counted, self._weekday, self._date, self._figures):
            day = read(words)
            if day:
                return day
        return None

    def _named(self, words: str) -> date | None:
        today, monday = self.today, self.today - timedelta(days=self.today.weekday())
        near = {"aujourd'hui": 0, "aujourdhui": 0, "auj": 0, "today": 0, "demain": 1, "tomorrow": 1, "apres demain": 2,
                "day after tomorrow": 2, "the day after tomorrow": 2, "hier": -1, "yesterday": -1}  # fmt: skip
        if words in near:
            return today + timedelta(days=near[words])
        if words in {"semaine prochaine", "la semaine prochaine", "next week"}:
            return monday + timedelta(days=7)
        if words in {"fin de semaine", "fin de la semaine", "end of week", "end of the week", "eow"}:
            return monday + timedelta(days=4)
        if words in {"fin de mois", "fin du mois", "end of month", "end of the month", "eom"}:
            return _last_of_month(today)
        if words in {"fin du mois prochain", "end of next month"}:
            return _last_of_month(_last_of_month(today) + timedelta(days=1))
        if words in {"debut du mois prochain", "beginning of next month", "start of next month"}:
            return _last_of_month(today) + timedelta(days=1)
        if words in {"fin d'annee", "fin de l'annee", "end of year", "end of the year"}:
            return date(today.year, 12, 31)
        return None

    def _counted(self, words: str) -> date | None:
        pattern = (
            rf"(?P<pre>dans|in|\+) ?(?P<n>{_N}) ?(?:"
            r"(?P<working>jours? ouvres?|jo|(?:working|business) days?)|(?P<days>jours?|j|days?|d)"
            r"|(?P<weeks>semaines?|sem|weeks?|w)|(?P<months>mois|months?)|(?P<years>ans?|annees?|years?)|(?P<vague>m))"
        )
        found = re.fullmatch(pattern, words, re.ASCII)
        if not found:
            return None
        count = _number(found["n"])
        if found["vague"] or (found["pre"] == "dans" and found["days"] and count in {8, 15}):
            raise NotUnderstood(Reason.AMBIGUOUS)
        if count > MOST_DAYS:
            raise NotUnderstood(Reason.TOO_FAR)
        if found["working"]:
            return self._working_day(count)
        if found["months"] or found["years"]:
            return self._months_on(count * (12 if found["years"] else 1))
        return self.today + timedelta(days=count * (7 if found["weeks"] else 1))

    def _working_day(self, count: int) -> date:
        day = self.today
        for _step in range(count):
            day += timedelta(days=1)
            passed = 0
            while not self.is_working_day(day):
                day, passed = day + timedelta(days=1), passed + 1
                if passed > MOST_DAYS:
                    raise NotUnderstood(Reason.TOO_FAR)
        return day

    def _months_on(self, count: int) -> date:
        """The same day of a later month; its last where it has none such."""
        year, month = divmod(self.today.year * 12 + self.today.month - 1 + count, 12)
        if year > date.max.year:
            raise NotUnderstood(Reason.TOO_FAR)
        return date(year, month + 1, min(self.today.day, calendar.monthrange(year, month + 1)[1]))

    def _weekday(self, words: str) -> date | None:
        pattern = (
            rf"(?P<pre>ce |this |next |(?:la )?semaine prochaine |next week )?(?P<day>{_D})"
            r"(?P<post> prochain| en huit| week| next week| (?:de la )?semaine prochaine)?"
        )
        found = re.fullmatch(pattern, words, re.ASCII)
        if not found:
            return None
        pre, post, wanted = (found["pre"] or "").strip(), (found["post"] or "").strip(), _WEEKDAY[found["day"]]
        if pre and post:
            raise NotUnderstood(Reason.AMBIGUOUS)
        monday = self.today - timedelta(days=self.today.weekday())
        if pre in {"ce", "this"}:
            return monday + timedelta(days=wanted)
        if pre.endswith("prochaine") or pre == "next week" or post.endswith(("prochaine", "next week")):
            return monday + timedelta(days=7 + wanted)
        coming = self.today + timedelta(days=(wanted - self.today.weekday() - 1) % 7 + 1)
        if pre == "next" and coming < monday + timedelta(days=7):
            raise NotUnderstood(Reason.AMBIGUOUS)
        return coming + timedelta(days=7 if post in {"en huit", "week"} else 0)

    def _date(self, words: str) -> date | None:
        start = rf"(?:(?P<weekday>{_D}) )?(?:(?:le|the) )?"
        ordinal = r"(?P<d>\d{1,2})(?:er|st|nd|rd|th)?"
        for pattern in (
            rf"{start}{ordinal} (?:of )?(?P<month>{_M})(?: (?P<year>\d{{4}}))?",
            rf"{start}(?P<month>{_M}) {ordinal}(?: (?P<year>\d{{4}}))?",
        ):
            found = re.fullmatch(pattern, words, re.ASCII)
            if found:
                day = self._dated(int(found["d"]), _MONTH[found["month"]] + 1, int(found["year"] or 0))
                if found["weekday"] and _WEEKDAY[found["weekday"]] != day.weekday():
                    raise NotUnderstood(Reason.NO_SUCH_DAY)
                return day
        found = re.fullmatch(r"(?:le (?P<le>\d{1,2})(?:er)?|the (?P<the>\d{1,2})(?:st|nd|rd|th))", words, re.ASCII)
        return self._day_of_month(int(found["le"] or found["the"])) if found else None

    def _day_of_month(self, number: int) -> date:
        if not 1 <= number <= 31:
            raise NotUnderstood(Reason.NO_SUCH_DAY)
        first = self.today.replace(day=1) if number >= self.today.day else _last_of_month(self.today) + timedelta(1)
        return _real(first.year, first.month, number)

    def _figures(self, words: str) -> date | None:
        found = re.fullmatch(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})", words, re.ASCII)
        if found:
            return _real(int(found["y"]), int(found["m"]), int(found["d"]))
        pattern = r"(?:le )?(?P<a>\d{1,2})(?P<by>[/.])(?P<b>\d{1,2})(?:(?P=by)(?P<y>\d{4}|\d{2}))?"
        found = re.fullmatch(pattern, words, re.ASCII)
        if not found:
            return None
        one, two, year = int(found["a"]), int(found["b"]), int(found["y"] or 0)
        year += 2000 if found["y"] and year < 100 else 0
        if self.language.startswith("fr") or one == two or found["by"] == ".":
            return self._dated(one, two, year)
        if one <= 12 and two <= 12:
            raise NotUnderstood(Reason.AMBIGUOUS)
        return self._dated(one, two, year) if one > 12 else self._dated(two, one, year)

    def _dated(self, day: int, month: int, year: int) -> date:
        """The day of that year; without one, the next such day."""
        if year:
            return _real(year, month, day)
        _real(2000, month, day)
        for ahead in range(9):
            try:
                found = _real(self.today.year + ahead, month, day)
            except NotUnderstood:
                continue
            if found >= self.today:
                return found
        raise NotUnderstood(Reason.NO_SUCH_DAY)


@dataclass(frozen=True, slots=True)
class _Reader(_Days):
    """Phrases that mean a day, an hour of it, or both."""

    end: time

    def read(self, words: str) -> Moment:
        instant = self._span_of_hours(words)
        if instant:
            return Moment(instant.date(), instant.astimezone(UTC))
        day = self._day(words)
        if day:
            return self._moment(day, None)
        for pattern in (_CLOCK_ALONE, _CLOCK_AT_END, _CLOCK_AT_START):
            found = pattern.fullmatch(words)
            if found and self._is_clock(found):
                day, part = self._day_and_part(found["rest"] or "")
                at = _clock(found)
                if part and not _fits(at, part):
                    raise NotUnderstood(Reason.AMBIGUOUS)
                return self._moment(day, at)
        day, part = self._day_and_part(words)
        return self._moment(day, self._time_of(part))

    def _is_clock(self, found: re.Match[str]) -> bool:
        return bool(found["pre"] or found["half"] or re.search(r"[h:]", found["clock"]))

    def _day_and_part(self, rest: str) -> tuple[date, str]:
        if not rest:
            return self.today, ""
        day = self._day(rest)
        if day:
            return day, ""
        found = _PARTS.fullmatch(rest)
        if not found:
            raise NotUnderstood(Reason.UNKNOWN)
        day = self._day(found["rest"]) if found["rest"] else self.today
        if day is None:
            raise NotUnderstood(Reason.UNKNOWN)
        return day, found["part"]

    def _time_of(self, part: str) -> time:
        if part in {"minuit", "midnight"}:
            raise NotUnderstood(Reason.AMBIGUOUS)
        times = {"matin": _MORNING, "morning": _MORNING, "midi": time(12), "noon": time(12)}
        times |= {"apres midi": _AFTERNOON, "afternoon": _AFTERNOON}
        return times.get(part, self.end)

    def _moment(self, day: date, at: time | None) -> Moment:
        if day < self.today:
            raise NotUnderstood(Reason.PAST)
        if (day - self.today).days > MOST_DAYS:
            raise NotUnderstood(Reason.TOO_FAR)
        if at is None:
            return Moment(day)
        instant = datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) != datetime.combine(day, at):
            raise NotUnderstood(Reason.NO_SUCH_TIME)
        if instant <= self.now:
            raise NotUnderstood(Reason.PAST)
        return Moment(day, instant)

    def _span_of_hours(self, words: str) -> datetime | None:
        """Hours and minutes from now, as they pass, whatever the clocks do; up to the full minute."""
        if words in {"dans une demi heure", "in half an hour"}:
            minutes = 30
        elif found := re.fullmatch(rf"(?:dans|in|\+) ?(?P<n>{_N}) ?(?:min|mins|mn|minutes?)", words, re.ASCII):
            minutes = _number(found["n"])
        elif found := re.fullmatch(
            rf"(?:dans|in|\+) ?(?P<n>{_N}) ?(?:h|heures?|hours?|hrs?)(?: ?(?P<m>[0-5]\d))?", words, re.ASCII
        ):
            minutes = 60 * _number(found["n"]) + int(found["m"] or 0)
        else:
            return None
        if minutes == 0 or minutes > MOST_DAYS * 1440:
            raise NotUnderstood(Reason.UNKNOWN)
        whole = self.now.astimezone(UTC) + timedelta(minutes=minutes, seconds=59)
        return whole.replace(second=0, microsecond=0).astimezone(self.zone)


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotUnderstood(Reason.NO_SUCH_DAY) from error


def _last_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _number(word: str) -> int:
    return _NUMBER[word] if word in _NUMBER else int(word)


def _clock(found: re.Match[str]) -> time:
    hour, minute, half = int(found["h"]), int(found["m"] or 0), found["half"] or ""
    is_bare = not half and not re.search(r"[h:]", found["clock"])
    # "at 3" is three in the afternoon to most and three in the night to some; "9h" and "15:00" are on 24 hours.
    if is_bare and 1 <= hour <= 6:
        raise NotUnderstood(Reason.AMBIGUOUS)
    if half:
        if not 1 <= hour <= 12:
            raise NotUnderstood(Reason.NO_SUCH_TIME)
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise NotUnderstood(Reason.NO_SUCH_TIME)
    return time(hour, minute)


def _fits(at: time, part: str) -> bool:
    """Whether an hour lies in the part of the day beside which it was said."""
    first, last = {"matin": (0, 11), "morning": (0, 11), "apres midi": (12, 18), "afternoon": (12, 18),
                   "soir": (17, 23), "evening": (17, 23)}.get(part, (24, 24))  # fmt: skip
    return first <= at.hour <= last
