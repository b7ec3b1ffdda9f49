"""A run in Markdown, which reads well in a terminal too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def markdown(found: Mapping[str, Any]) -> str:
    """The whole report."""
    head = (
        f"# {found['rows']:,} activities\n\n{found['machine']}. {found['people']} people of each level, "
        f"{found['rounds']} rounds; a fragment has 50 rows of 8 columns. Milliseconds are those of a shared machine; the "
        "gates are ratios and counts."
    )
    parts = [
        head,
        "## Gates\n\n" + gates_table(found["gates"]),
        "## Pages\n\n" + _pages(found["pages"]),
        "## Totals of the standard filters\n\n" + _totals(found["totals"]),
        "## Writing\n\n" + writing_text(found),
        "## The web worker\n\n" + worker_text(found),
    ]
    return "\n\n".join(parts) + "\n"


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table, its columns aligned."""
    lines = [list(heads), *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    return "\n".join([texts[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *texts[1:]])


def gates_table(gates: Sequence[Mapping[str, Any]]) -> str:
    """What must hold, and the worst that was found."""
    rows = [
        (
            "pass" if gate["holds"] else "FAIL",
            gate["name"],
            f"≤ {gate['bound']:g}",
            _number(gate["found"]),
            gate["where"],
        )
        for gate in gates
    ]
    return table(("", "what must hold", "bound", "worst", "where"), rows)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _pages(pages: Sequence[Mapping[str, Any]]) -> str:
    heads = (
        "filter",
        "level",
        "page",
        "rows",
        "buffers",
        "limit",
        "ratio",
        "queries",
        "p50 ms",
        "p95 ms",
        "× null page",
    )
    rows = [
        (
            page["filter"], page["level"], page["where"], page["rows"], f"{page['buffers']:.0f}",
            "" if page["limit_buffers"] is None else f"{page['limit_buffers']:.0f}",
            "" if page["limit_ratio"] is None else f"{page['limit_ratio']:.2f}",
            "–".join(map(str, page["request_queries"])), f"{page['p50_ms']:.1f}", f"{page['p95_ms']:.1f}",
            f"{page['null_ratio']:.2f}",
        )
        for page in pages
    ]  # fmt: skip
    return table(heads, rows)


def _totals(totals: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            total["level"],
            total["subordinates"],
            code,
            f"{value['counted']:,}",
            f"{value['plain']:,}",
            f"{value['ms']:.1f}",
        )
        for total in totals
        for code, value in total["filters"].items()
    ]
    whole = "; ".join(f"{total['level']} {total['fragment_ms']:.0f} ms" for total in totals)
    heads = ("level", "subordinates", "filter", "total", "counted plainly", "ms")
    return f"All eight over HTTP: {whole}.\n\n" + table(heads, rows)


def writing_text(found: Mapping[str, Any]) -> str:
    """Creating, completing, many at once, and reading meanwhile."""
    one = table(
        ("one", "queries", "p50 ms", "p95 ms"),
        [(row["name"], row["queries"], f"{row['p50_ms']:.1f}", f"{row['p95_ms']:.1f}") for row in found["one"]],
    )
    many = table(
        ("many", "rows", "queries", "ms", "raw SQL ms", "ratio"),
        [
            (
                row["name"],
                row["rows"],
                row["queries"],
                f"{row['ms']:.0f}",
                f"{row['raw_ms']:.0f}",
                f"{row['ratio']:.2f}",
            )
            for row in found["bulk"]
        ],
    )
    idle, busy = found["meanwhile"]
    meanwhile = (
        f"A reader's list, p95: {idle:.1f} ms idle, {busy:.1f} ms while another completes 1,000 rows over and over."
    )
    return f"{one}\n\n{many}\n\n{meanwhile}"


def worker_text(found: Mapping[str, Any]) -> str:
    """The web worker's memory and processor time."""
    cpu = found["cpu_ms"]
    return (
        f"{found['memory_mb']:.0f} MB after all of this; processor time of a fragment {cpu['fragment']:.1f} ms, "
        f"of the null page {cpu['null']:.1f} ms."
    )
