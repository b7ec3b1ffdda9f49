"""Reading files: those of an activity or an element, as far as its reader may read that; pending ones by their uploader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from relance.activities import blobs, policy
from relance.activities.filenames import SHOWN, TYPES
from relance.kit.actor import Actor
from relance.kit.errors import NotFound
from relance.kit.sql import Row, Sql, fetch_all, fetch_one, sql

# At the page's end in a picker's `accept`.
EXTENSIONS = tuple(TYPES)
_FILES = Sql(
    """
    SELECT f.id, f.name, f.size, f.media_type, f.digest, f.key, f.uploaded_at, f.uploaded_by_id, f.activity_id, f.element_id,
        trim(u.first_name || ' ' || u.last_name) AS uploaded_by_name
    FROM activities_attachment f JOIN people_user u ON u.id = f.uploaded_by_id
    """
)


@dataclass(frozen=True, slots=True)
class FileView:
    """A file as its reader sees it; `size` is in bytes, `digest` its SHA-256. Neither owner while it is pending."""

    id: int
    name: str
    size: int
    media_type: str
    digest: str
    key: str
    uploaded_at: datetime
    uploaded_by_id: int
    uploaded_by_name: str
    activity_id: int | None
    element_id: int | None

    @property
    def may_be_shown(self) -> bool:
        """Whether a browser may show it in its own window: pictures that can hold no script."""
        return self.media_type in SHOWN


def get_file(actor: Actor, *, id: int) -> FileView:
    """One file.

    Raises:
        NotFound: it does not exist, was removed, or belongs to what the actor may not read.
    """
    row = fetch_one(sql("{} WHERE f.id = {} AND {}", _FILES, id, policy.file_readable(actor)))
    if row is None:
        raise NotFound
    return _view(row)


def open_file(file: FileView) -> BinaryIO:
    """The bytes of a file that its reader was given.

    Raises:
        NotFound: they are gone from the disk.
    """
    try:
        return blobs.open_blob(file.key)
    except FileNotFoundError as error:
        raise NotFound from error


def list_pending(actor: Actor, *, ids: Sequence[int]) -> list[FileView]:
    """Which of these the actor has uploaded and not attached yet, in the order of their coming."""
    where = sql("f.id = ANY({}) AND f.deleted_at IS NULL AND {}", list(ids), policy.file_pending(actor))
    return [_view(row) for row in fetch_all(sql("{} WHERE {} ORDER BY f.id", _FILES, where))]


def list_element_files(actor: Actor, *, element_id: int) -> list[FileView]:
    """The files of an element that the actor may read, the newest first."""
    where = sql("f.element_id = {} AND {}", element_id, policy.file_readable(actor))
    return [_view(row) for row in fetch_all(sql("{} WHERE {} ORDER BY f.uploaded_at DESC, f.id DESC", _FILES, where))]


def _view(row: Row) -> FileView:
    return FileView(**row)
