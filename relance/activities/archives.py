"""Archives, judged by their directory alone: nothing is ever unpacked here."""

from __future__ import annotations

import os
import struct
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _

from relance.activities.filenames import FileType, refusal

MOST_ENTRIES = 10_000
MOST_DIRECTORY_BYTES = 8 * 2**20
MOST_UNPACKED_BYTES = 2 * 2**30
MOST_RATIO = 100
# Small ones are packed as tightly as they like: a sheet full of zeros is no bomb.
SMALL_UNPACKED_BYTES = 64 * 2**20

_END, _END_BYTES = b"PK\x05\x06", 22
_LOCATOR, _LOCATOR_BYTES = b"PK\x06\x07", 20
_END64, _END64_BYTES = b"PK\x06\x06", 56
_LONGEST_COMMENT = 65_535


def check_archive(name: str, kind: FileType, file: BinaryIO) -> None:
    """An archive that can be read, holds what its extension says, and does not unpack to something monstrous.

    Raises:
        Invalid: naming the file.
    """
    entries, directory_bytes = _announced(name, file)
    # Before the directory is read into memory.
    if entries > MOST_ENTRIES or directory_bytes > MOST_DIRECTORY_BYTES:
        raise refusal(name, _("this archive holds more than %(most)d files.") % {"most": MOST_ENTRIES})
    try:
        with zipfile.ZipFile(file) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, RuntimeError) as error:
        raise refusal(name, _("this archive is damaged.")) from error
    packed, unpacked = file.seek(0, os.SEEK_END), sum(entry.file_size for entry in found)
    if len(found) > MOST_ENTRIES:
        raise refusal(name, _("this archive holds more than %(most)d files.") % {"most": MOST_ENTRIES})
    if unpacked > MOST_UNPACKED_BYTES or (unpacked > SMALL_UNPACKED_BYTES and unpacked > packed * MOST_RATIO):
        raise refusal(name, _("this archive would unpack to far more than it weighs."))
    inside = {"ooxml": "[Content_Types].xml", "odf": "mimetype"}.get(kind.looks)
    if inside and inside not in {entry.filename for entry in found}:
        raise refusal(name, _("its content is not what its extension says."))


def _announced(name: str, file: BinaryIO) -> tuple[int, int]:
    """How many entries, and how large a directory, the end of the archive announces: what a reader will go by."""
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _LONGEST_COMMENT - _END_BYTES - _LOCATOR_BYTES - _END64_BYTES)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise refusal(name, _("this archive is damaged."))
    entries, directory_bytes = struct.unpack("<10xHL", tail[at : at + 16])
    before = tail[max(0, at - _LOCATOR_BYTES - _END64_BYTES) : at]
    if before[-_LOCATOR_BYTES:].startswith(_LOCATOR):
        if len(before) < _LOCATOR_BYTES + _END64_BYTES or not before.startswith(_END64):
            raise refusal(name, _("this archive is damaged."))
        entries, directory_bytes = struct.unpack("<32xQQ", before[:48])
    return entries, directory_bytes
