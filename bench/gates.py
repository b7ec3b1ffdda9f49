"""What must hold (docs/bench.md): ratios and counts, since machines differ and are noisy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# A page that a bounded scan cannot fill asks whether it saw everything, and walks then: two queries more.
MOST_MORE_QUERIES = 2


@dataclass(frozen=True, slots=True)
class Gate:
    """A bound, the worst that was measured, and where."""

    name: str
    bound: float
    found: float
    where: str

    @property
    def holds(self) -> bool:
        """Whether the worst is within the bound."""
        return self.found <= self.bound


def gates_of(found: Mapping[str, Any], smaller: Mapping[str, Any] | None) -> list[Gate]:
    """All gates of a run; those of growth only beside a run on a tenth of the rows."""
    pages = found["pages"]
    full = [page for page in pages if page["rows"] == 50]
    gates = [
        _worst("shared buffers of a page, times the limit's", 2, pages, "limit_ratio"),
        _worst("fragment p50, times the null page's", 3, full, "null_ratio"),
        _queries(pages),
        Gate("hot tables read from end to end", 0, sum(len(page["scanned"]) for page in pages), ""),
        _exact(found["totals"]),
        _largest("queries of creating or completing one", 12, found["one"], "queries", "name"),
        _largest("bulk of 1,000 rows, times raw SQL", 2.5, found["bulk"], "ratio", "name"),
        Gate("others' list p95 meanwhile, times idle", 4, found["meanwhile"][1] / found["meanwhile"][0], ""),
        Gate("web worker memory, MB", 160, found["memory_mb"], ""),
    ]
    return gates + (_growth(found, smaller) if smaller else [])


def _place(page: Mapping[str, Any]) -> str:
    return f"{page['filter']}, {page['level']}, {page['where']}"


def _worst(name: str, bound: float, pages: Iterable[Mapping[str, Any]], key: str) -> Gate:
    worst = max((page for page in pages if page[key] is not None), key=lambda page: page[key])
    return Gate(name, bound, worst[key], _place(worst))


def _largest(name: str, bound: float, rows: Iterable[Mapping[str, Any]], key: str, label: str) -> Gate:
    worst = max(rows, key=lambda row: row[key])
    return Gate(name, bound, worst[key], worst[label])


def _queries(pages: list[Mapping[str, Any]]) -> Gate:
    usual = min(min(page["request_queries"]) for page in pages)
    worst = max(pages, key=lambda page: max(page["request_queries"]))
    more = max(worst["request_queries"]) - usual
    return Gate(f"queries of a page beyond the usual {usual}", MOST_MORE_QUERIES, more, _place(worst) if more else "")


def _exact(totals: Iterable[Mapping[str, Any]]) -> Gate:
    wrong = [
        f"{total['level']}, {code}"
        for total in totals
        for code, value in total["filters"].items()
        if value["counted"] != value["plain"]
    ]
    return Gate("totals that are not exact", 0, len(wrong), "; ".join(wrong))


def _growth(found: Mapping[str, Any], smaller: Mapping[str, Any]) -> list[Gate]:
    before = {_place(page): page for page in smaller["pages"] if page["rows"] == 50}
    pairs = [(page, before[_place(page)]) for page in found["pages"] if page["rows"] == 50 and _place(page) in before]
    if not pairs:
        return []
    times = f"times those at {smaller['rows']:,} rows"
    return [
        _grown(f"shared buffers of a page, {times}", pairs, "full_buffers"),
        # Over the null page's of the same run: two runs never meet the same load.
        _grown(f"fragment p50 over the null page's, {times}", pairs, "null_ratio"),
    ]


def _grown(name: str, pairs: list[tuple[Mapping[str, Any], Mapping[str, Any]]], key: str) -> Gate:
    both = [pair for pair in pairs if pair[0][key] and pair[1][key]]
    page, before = max(both, key=lambda pair: pair[0][key] / pair[1][key])
    return Gate(name, 1.5, page[key] / before[key], _place(page))
