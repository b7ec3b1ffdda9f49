"""`python -m bench.summary FILE.json > docs/bench.md`: a kept run, short enough to be read."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.report import gates_table, table, worker_text, writing_text

HEAD = """# The benchmark

`make bench N=1000000` seeds a company of N activities into a database of its own (`var/bench-N`, kept and used again),
drives the real server with it, and prints what it measured; it fails when a gate fails. The numbers and the whole report
stay in `bench/results/`; a run on a tenth of the rows before it adds the gates of growth. Below is one real run.

**The company** (`bench/company.py`): 1,000 people in 60 departments three deep, elements a tenth of the activities, 40 % of
the activities bound to one element, 40 % to two, 20 % to three, half of those across responsibles, one to a hundred; a sixth
open, a tail of overdue ones, incoming ones, elements with long histories, all levels, some roles with pipelines and stages
set apart. Twenty people of each level can be measured, the heads of 200 among them.

**The limit** (`bench/limits/*.sql`): hand-written SQL for the very same rows, which are known beforehand. It judges no rights
on the rows, reads its index from the page's first row to its last, and the cheapest of several ways counts; that it gives the
same rows is checked. **The null page** (`bench/null_urls.py`): the same middleware, view and template on the same server,
with fifty rows that are found, read and painted already. Pages are asked for in turn with it, over HTTP, signed in.

Ratios and counts are the gates, since machines differ and are noisy; milliseconds tell of this machine at that moment.
Limits and growth are those of people whose roles set no pipeline or stage apart: a role that reads *all* of one stage and
*own* of the rest has no index of its own and reads on in everybody's until its page is full.
"""


def summary(found: Mapping[str, Any]) -> str:
    """The page of documentation of a run."""
    run = f"{found['machine']}. {found['people']} people of each level, {found['rounds']} rounds."
    pages = "Fifty rows of eight columns; of the first, the middle, the deep (99 %) and the last page the dearest."
    totals = "Exact, of a head of 200 people whose role reads at this level; milliseconds in the database."
    parts = [
        HEAD.rstrip(),
        f"## {found['rows']:,} activities\n\n{run}",
        gates_table(found["gates"]),
        f"### Pages\n\n{pages}\n\n{_pages(found['pages'])}",
        f"### Totals\n\n{totals}\n\n{_totals(found['totals'])}",
        f"### Writing\n\n{writing_text(found)}",
        f"### The web worker\n\n{worker_text(found)}",
    ]
    return "\n\n".join(parts)


def _pages(pages: Sequence[Mapping[str, Any]]) -> str:
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for page in pages:
        groups.setdefault((page["filter"], page["level"]), []).append(page)
    heads = ("filter", "level", "buffers", "× limit", "queries", "p50 ms", "p95 ms", "× null page")
    return table(heads, [(*key, *_dearest(group)) for key, group in groups.items()])


def _dearest(group: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    ratios = [page["limit_ratio"] for page in group if page["limit_ratio"] is not None]
    queries = sorted({number for page in group for number in page["request_queries"]})
    return (
        f"{max(page['most_buffers'] for page in group):,}",
        f"{max(ratios):.2f}" if ratios else "",
        "–".join(map(str, queries)),
        f"{max(page['p50_ms'] for page in group):.1f}",
        f"{max(page['p95_ms'] for page in group):.1f}",
        f"{max(page['null_ratio'] for page in group):.2f}",
    )


def _totals(totals: Sequence[Mapping[str, Any]]) -> str:
    codes = list(totals[0]["filters"])
    rows = [
        (code, *(f"{total['filters'][code]['counted']:,} in {total['filters'][code]['ms']:.0f} ms" for total in totals))
        for code in codes
    ]
    return table(("filter", *(total["level"] for total in totals)), rows)


def main() -> None:
    """Print the page of the run whose file is named."""
    found = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    print(summary(found))


if __name__ == "__main__":
    main()
