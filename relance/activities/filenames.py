"""What a file may be called, and what its name and first bytes say that it is.

A short list of what companies send each other, rather than a longer one of what is dangerous: what is not on it is
refused. The browser's own word for the type is never asked.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from relance.kit.errors import Invalid

LONGEST_NAME = 200
HEAD_BYTES = 4_096
# What Windows keeps for devices, whatever follows the first dot.
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
# Marks that turn the direction of writing: "exe.fdp" would read "pdf.exe" backwards, or the other way round.
TURNING = {"\u061c", "\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
FORBIDDEN = set('/\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class FileType:
    """What an extension stands for: its media type, the beginnings of which such a file has one, and how it is looked at.

    `looks`: "" (the beginning says it), "text", "zip" (any archive), "ooxml" or "odf" (an archive with a mark inside).
    """

    media_type: str
    heads: tuple[tuple[int, bytes], ...] = ()
    looks: str = ""
    is_shown: bool = False  # may be shown in the browser's own window


ZIP = ((0, b"PK\x03\x04"), (0, b"PK\x05\x06"))
OLE = ((0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),)
MP4 = ((4, b"ftyp"),)
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
TYPES: dict[str, FileType] = {
    "pdf": FileType("application/pdf", ((0, b"%PDF-"),)),
    "png": FileType("image/png", ((0, b"\x89PNG\r\n\x1a\n"),), is_shown=True),
    "jpg": FileType("image/jpeg", ((0, b"\xff\xd8\xff"),), is_shown=True),
    "jpeg": FileType("image/jpeg", ((0, b"\xff\xd8\xff"),), is_shown=True),
    "gif": FileType("image/gif", ((0, b"GIF87a"), (0, b"GIF89a")), is_shown=True),
    "webp": FileType("image/webp", ((8, b"WEBP"),), is_shown=True),
    "heic": FileType("image/heic", MP4),
    "tif": FileType("image/tiff", ((0, b"II*\x00"), (0, b"MM\x00*"))),
    "tiff": FileType("image/tiff", ((0, b"II*\x00"), (0, b"MM\x00*"))),
    # Active where a browser opens it: only ever given to be saved.
    "svg": FileType("image/svg+xml", looks="text"),
    "html": FileType("text/html", looks="text"),
    "htm": FileType("text/html", looks="text"),
    "xml": FileType("application/xml", looks="text"),
    "txt": FileType("text/plain", looks="text"),
    "md": FileType("text/markdown", looks="text"),
    "csv": FileType("text/csv", looks="text"),
    "tsv": FileType("text/tab-separated-values", looks="text"),
    "json": FileType("application/json", looks="text"),
    "ics": FileType("text/calendar", looks="text"),
    "vcf": FileType("text/vcard", looks="text"),
    "eml": FileType("message/rfc822", looks="text"),
    "rtf": FileType("application/rtf", ((0, b"{\\rtf"),)),
    "doc": FileType("application/msword", OLE),
    "xls": FileType("application/vnd.ms-excel", OLE),
    "ppt": FileType("application/vnd.ms-powerpoint", OLE),
    "msg": FileType("application/vnd.ms-outlook", OLE),
    "docx": FileType(OFFICE + "wordprocessingml.document", ZIP, "ooxml"),
    "xlsx": FileType(OFFICE + "spreadsheetml.sheet", ZIP, "ooxml"),
    "pptx": FileType(OFFICE + "presentationml.presentation", ZIP, "ooxml"),
    "odt": FileType(OPEN + "text", ZIP, "odf"),
    "ods": FileType(OPEN + "spreadsheet", ZIP, "odf"),
    "odp": FileType(OPEN + "presentation", ZIP, "odf"),
    "zip": FileType("application/zip", ZIP, "zip"),
    "mp3": FileType("audio/mpeg", ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2"))),
    "wav": FileType("audio/wav", ((8, b"WAVE"),)),
    "m4a": FileType("audio/mp4", MP4),
    "ogg": FileType("audio/ogg", ((0, b"OggS"),)),
    "mp4": FileType("video/mp4", MP4),
    "mov": FileType("video/quicktime", MP4),
    "webm": FileType("video/webm", ((0, b"\x1aE\xdf\xa3"),)),
}
ARCHIVES = {"zip", "ooxml", "odf"}
SHOWN = {kind.media_type for kind in TYPES.values() if kind.is_shown}


def checked_name(name: str) -> str:
    """The name, composed (NFC) and without blanks around it.

    Raises:
        Invalid: by `files`, naming the file as far as it can be written down.
    """
    name = unicodedata.normalize("NFC", name.strip())
    if reason := _fault(name):
        raise refusal(name, reason)
    return name


def type_of(name: str) -> FileType:
    """What a name's extension stands for.

    Raises:
        Invalid: it is none of those that are accepted.
    """
    extension = name.rpartition(".")[2].lower()
    if extension not in TYPES:
        text = _("files of this kind (“.%(extension)s”) are not accepted.")
        raise refusal(name, text % {"extension": printable(extension)} if "." in name else _("it has no extension."))
    return TYPES[extension]


def check_head(name: str, kind: FileType, head: bytes) -> None:
    """The first bytes are those of such a file.

    Raises:
        Invalid: the file is empty, or something else than its name says.
    """
    if not head:
        raise refusal(name, _("this file is empty."))
    fits = any(head[at : at + len(mark)] == mark for at, mark in kind.heads) if kind.heads else _is_text(head)
    if not fits:
        raise refusal(name, _("its content is not what its extension says."))


def refusal(name: str, reason: str) -> Invalid:
    """The error of a file, which names it."""
    return Invalid({"files": _("“%(name)s”: %(reason)s") % {"name": printable(name)[:LONGEST_NAME], "reason": reason}})


def printable(text: str) -> str:
    """The text with a mark for each character that cannot be shown or would turn the line around."""
    return "".join("�" if char in TURNING or unicodedata.category(char) in {"Cc", "Cs"} else char for char in text)


def _fault(name: str) -> str:
    stem = name.partition(".")[0].strip().lower()
    checks = (
        (not name, _("a file has a name.")),
        (len(name) > LONGEST_NAME or len(name.encode("utf-8", "replace")) > 255, _("this name is too long.")),
        (any(unicodedata.category(c) in {"Cc", "Cs"} for c in name), _("this name holds control characters.")),
        (bool(TURNING & set(name)), _("this name holds marks that turn its direction.")),
        (bool(FORBIDDEN & set(name)), _('a name holds none of / \\ : * ? " < > |.')),
        (name.startswith(".") or name.endswith("."), _("a name neither begins nor ends with a dot.")),
        (stem in RESERVED, _("this name is reserved by Windows.")),
    )  # fmt: skip
    return next((reason for is_wrong, reason in checks if is_wrong), "")


def _is_text(head: bytes) -> bool:
    """Text in UTF-8 or UTF-16 with its mark, or in one byte for each character; without control characters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return not any(byte < 32 and byte not in b"\t\n\x0b\x0c\r\x1b" for byte in head)
