"""Delimited files, row by row, each with its line number; what a file is not is said with the line where it shows."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from relance.imports.terms import Block, FileFormat, Join
from relance.kit.errors import Invalid

if TYPE_CHECKING:
    from _csv import Reader

LARGEST_CELL = 64 * 1024 * 1024
# Not more of a bad cell than this is repeated in a message.
SHOWN = 60
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

OnBytes = Callable[[int, int], None]


class Line(NamedTuple):
    """A row of a file: its cells by column, or the reason why it cannot be read. `number` is its first line."""

    number: int
    cells: Mapping[str, str]
    fault: str = ""


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files that were given, and those directly in the folders that were given, in order.

    Raises:
        Invalid: a path that is not there.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Invalid({str(path): _("There is no such file or folder.")})
        found += sorted(child for child in path.iterdir() if child.is_file()) if path.is_dir() else [path]
    return found


def matching(files: Sequence[Path], pattern: str, place: str) -> list[Path]:
    """The files whose name fits a pattern.

    Raises:
        Invalid: there is none.
    """
    found = [file for file in files if fnmatch(file.name, pattern)]
    if not found:
        raise Invalid({f"{place}.file": _("No file called “%(pattern)s” was given.") % {"pattern": pattern}})
    return found


def read_rows(file: Path, block: Block, joined: Mapping[str, Mapping[str, str]], on_bytes: OnBytes) -> Iterator[Line]:
    """The rows of a file with the joined columns added; tells how many bytes are read, of how many.

    Raises:
        Invalid: the file cannot be read as its format says, or a column of the mapping is not in it.
    """
    with file.open("rb") as raw:
        size = file.stat().st_size
        for line in _lines(file, raw, block.format, block.columns, block.place):
            cells = dict(line.cells)
            for join in block.joins:
                cells[join.name] = joined[join.name].get(cells.get(join.here, ""), "")
            yield Line(line.number, cells, line.fault)
            on_bytes(raw.tell(), size)


def read_join(files: Sequence[Path], join: Join, block: Block) -> dict[str, str]:
    """For each value of the column `there`, the first or the most frequent value of the column `take` beside it."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for file in matching(files, join.file, f"{block.place}.join"):
        with file.open("rb") as raw:
            for line in _lines(file, raw, block.format, {join.there, join.take}, f"{block.place}.join"):
                if not line.fault and line.cells[join.take]:
                    seen[line.cells[join.there]][line.cells[join.take]] += 1
    if join.pick == "most":
        return {key: counter.most_common(1)[0][0] for key, counter in seen.items()}
    return {key: next(iter(counter)) for key, counter in seen.items()}


def _lines(file: Path, raw: BinaryIO, format: FileFormat, needed: set[str], place: str) -> Iterator[Line]:
    reader = _reader(file, raw, format)
    try:
        header = next(reader, None)
        if header is None:
            raise _broken(file, 1, _("The file is empty: not even a line of headers."))
        header = [name.strip() for name in header]
        _check_header(file, header, needed, place)
        before = reader.line_num
        for cells in reader:
            number, before = before + 1, reader.line_num
            if cells:
                yield _line(file, number, header, cells, format)
    except csv.Error as error:
        raise _broken(file, reader.line_num, _("This is not a delimited file: %(why)s") % {"why": error}) from error
    except UnicodeError as error:
        message = _("This is not %(encoding)s text. Say the file’s encoding in the mapping.")
        raise _broken(file, reader.line_num + 1, message % {"encoding": format.encoding}) from error


def _reader(file: Path, raw: BinaryIO, format: FileFormat) -> Reader:
    start = raw.read(3)
    raw.seek(0)
    encoding = format.encoding
    for bom, written in _BOMS.items():
        if start.startswith(bom):
            plain = encoding.lower().replace("_", "-").removesuffix("-sig").removesuffix("-le").removesuffix("-be")
            if plain not in {written, written.replace("-", "")}:
                raise _broken(
                    file,
                    1,
                    _("The file is %(found)s, and the mapping says %(said)s.") % {"found": written, "said": encoding},
                )
            encoding = "utf-8-sig" if written == "utf-8" else "utf-16"
    csv.field_size_limit(LARGEST_CELL)
    text = io.TextIOWrapper(raw, encoding=encoding, errors="surrogateescape", newline="")
    return csv.reader(text, delimiter=format.delimiter, quotechar=format.quote, strict=True)


def _check_header(file: Path, header: Sequence[str], needed: set[str], place: str) -> None:
    _check_decoded(file, 1, header, "")
    doubled = [name for name, times in Counter(header).items() if times > 1 and name in needed]
    if doubled:
        raise _broken(file, 1, _("Two columns are called “%(name)s”.") % {"name": doubled[0]})
    for name in sorted(needed - set(header)):
        there = ", ".join(f"“{shorten(each)}”" for each in header[:20])
        message = _("No column “%(name)s”, which %(place)s names; there are %(there)s.")
        raise _broken(file, 1, message % {"name": name, "place": place, "there": there})


def _line(file: Path, number: int, header: Sequence[str], cells: Sequence[str], format: FileFormat) -> Line:
    _check_decoded(file, number, cells, format.encoding)
    if len(cells) != len(header):
        fault = _("The row has %(cells)d cells, the headers %(headers)d.")
        return Line(number, {}, fault % {"cells": len(cells), "headers": len(header)})
    for name, cell in zip(header, cells, strict=True):
        if "\x00" in cell:
            return Line(number, {}, _("Column “%(name)s” holds a NUL character.") % {"name": name})
    return Line(number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _check_decoded(file: Path, number: int, cells: Sequence[str], encoding: str) -> None:
    for place, cell in enumerate(cells, start=1):
        if not cell.isascii() and any("\udc80" <= c <= "\udcff" for c in cell):
            shown = shorten(cell).encode("ascii", "backslashreplace").decode("ascii").replace("\\udc", "\\x")
            message = _("Cell %(place)d is not %(encoding)s text: %(shown)s. Say the file’s encoding in the mapping.")
            raise _broken(file, number, message % {"place": place, "encoding": encoding or "readable", "shown": shown})


def _broken(file: Path, line: int, message: str) -> Invalid:
    return Invalid({_("%(file)s, line %(line)d") % {"file": file.name, "line": line}: message})


def shorten(text: str) -> str:
    """The beginning of a text, for a message."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
