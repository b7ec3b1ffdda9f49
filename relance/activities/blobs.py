"""The bytes of files, in the data folder: written once, whole or not at all, and named by nobody's words."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

KEY = re.compile(r"[0-9a-f]{48}\Z")
_UNFINISHED = ".new-"


class TooLargeError(Exception):
    """More bytes came than are taken."""


@dataclass(frozen=True, slots=True)
class Blob:
    """What was written: its key, its size in bytes and its SHA-256."""

    key: str
    size: int
    digest: str


def write(chunks: Iterable[bytes], *, most: int) -> Blob:
    """Write chunks as they come, at most `most` bytes, and make them last.

    Raises:
        TooLargeError: there were more; nothing is left of them.
    """
    key = secrets.token_hex(24)
    place = path_of(key)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = place.with_name(_UNFINISHED + key)
    size, digest = 0, hashlib.sha256()
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0) as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLargeError
                digest.update(chunk)
                _write_all(file.fileno(), chunk)
            os.fsync(file.fileno())
        unfinished.rename(place)
        _sync_folder(place.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return Blob(key, size, digest.hexdigest())


def open_blob(key: str) -> BinaryIO:
    """The bytes, to be read.

    Raises:
        FileNotFoundError: they are not there.
    """
    return path_of(key).open("rb")


def remove(key: str) -> None:
    """Remove the bytes, if they are there."""
    path_of(key).unlink(missing_ok=True)


def path_of(key: str) -> Path:
    """Where the bytes of a key are; only what `write` gives out is a key."""
    if not KEY.match(key):
        raise ValueError(key)
    return Path(settings.FILES_ROOT) / key[:2] / key


def list_keys(*, older_than_s: float) -> Iterator[str]:
    """The keys of all bytes written longer ago than that; on the way, what was never finished is removed."""
    latest = time.time() - older_than_s
    for file in Path(settings.FILES_ROOT).glob("??/*"):
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_mtime > latest:
                continue
            if file.name.startswith(_UNFINISHED):
                file.unlink()
            elif KEY.match(file.name):
                yield file.name


def _write_all(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
