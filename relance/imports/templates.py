"""Texts composed of columns: "{Product} · {Opportunity_ID}", with filters as in "{Name|first_word}"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from relance.kit.text import fold

_PART = re.compile(r"\{\{|\}\}|\{([^{}|]+)((?:\|[a-z_]+)*)\}|[{}]")


def _slug(text: str) -> str:
    return ".".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


FILTERS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "slug": _slug,
    "first_word": lambda text: text.split(maxsplit=1)[0] if text.split() else "",
    "other_words": lambda text: " ".join(text.split()[1:]),
    "last_word": lambda text: text.split()[-1] if text.split() else "",
}


class TemplateError(ValueError):
    """A template that cannot be read; its text says why."""


@dataclass(frozen=True)
class Template:
    """Literal texts, and columns with their filters (a literal has no filters and no column)."""

    parts: tuple[tuple[str, tuple[str, ...] | None], ...]

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(text for text, filters in self.parts if filters is not None)

    def fill(self, cells: Mapping[str, str]) -> str:
        """The text for a row; blank when it has columns and all of them are."""
        filled, is_blank = [], True
        for text, filters in self.parts:
            if filters is None:
                filled.append(text)
                continue
            value = cells[text]
            for filter in filters:
                value = FILTERS[filter](value)
            is_blank = is_blank and not value
            filled.append(value)
        return "" if is_blank and self.columns else "".join(filled).strip()


def parse_template(text: str) -> Template:
    """Read a template.

    Raises:
        TemplateError: a brace without its other, or an unknown filter.
    """
    parts: list[tuple[str, tuple[str, ...] | None]] = []
    position = 0
    for match in _PART.finditer(text):
        parts.append((text[position : match.start()], None))
        position = match.end()
        if match.group() in {"{", "}"}:
            message = f"a lone {match.group()} (write it twice for the sign itself)"
            raise TemplateError(message)
        if match.group(1) is None:
            parts.append((match.group()[0], None))
            continue
        filters = tuple(match.group(2).split("|")[1:])
        unknown = [filter for filter in filters if filter not in FILTERS]
        if unknown:
            message = f"no filter {unknown[0]!r}; there are {', '.join(sorted(FILTERS))}"
            raise TemplateError(message)
        parts.append((match.group(1).strip(), filters))
    parts.append((text[position:], None))
    return Template(tuple(part for part in parts if part != ("", None)))
