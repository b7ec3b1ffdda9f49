"""How the matrix is written down: a line for each address and method, a status for each role and row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix.world import ROLES, World

Grid = Mapping[str, str]
Arguments = Callable[[World, str], Mapping[str, Any]]
# A form is filled in for a row by a role.
Form = Callable[[World, str, str], Mapping[str, Any]]

# Of an address that is for no row.
NO_ROW = "-"


def nothing(*_asked: object) -> dict[str, Any]:
    """No argument, or an empty form."""
    return {}


@dataclass(frozen=True)
class Line:
    """An address and a method: what each role gets for each row. `ok` in a grid is this line's own success.

    An allowed POST leaves an entry in the journal, unless `exempt` says why it does not.
    """

    name: str
    method: str
    grid: Grid
    ok: int = 200
    arguments: Arguments = nothing
    form: Form = nothing
    exempt: str = ""
    note: str = ""
    # With these, the form is the body itself, as bytes.
    headers: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.note)))

    @property
    def is_open(self) -> bool:
        """Whether one need not be signed in."""
        return self.name.startswith(("account_", "language"))

    def address(self, world: World, row: str) -> str:
        """The address for a row."""
        return reverse(self.name, kwargs=dict(self.arguments(world, row)))

    def cells(self) -> Iterator[tuple[str, str, int]]:
        """Each row and role, with the status that it gets."""
        for row, statuses in self.grid.items():
            words = statuses.split()
            assert len(words) == len(ROLES), (self.name, row)
            for role, word in zip(ROLES, words, strict=True):
                yield row, role, self.ok if word == "ok" else int(word)


def flat(statuses: str) -> Grid:
    """The grid of an address that is for no row."""
    return {NO_ROW: statuses}


def patterns() -> dict[str, str]:
    """Every address that the project mounts, by name, with its pattern."""
    found: dict[str, str] = {}
    for name, pattern in _walk(get_resolver(), ""):
        assert name, f"{pattern} has no name"
        assert name not in found, f"{pattern} and {found[name]} share a name"
        found[name] = pattern
    return found


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield entry.name or "", pattern
