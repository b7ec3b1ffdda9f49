"""Text as it is compared and sorted."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})


def fold(text: str) -> str:
    """The key by which a name sorts and matches: lower case, no accents, ligatures spelt out, single spaces.

    The database is built without ICU, whose "C" collation puts Éric after Zola: every name carries this beside it.
    """
    lowered = text.casefold().translate(_LIGATURES)
    bare = "".join(c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c))
    return " ".join(bare.split())


def digits(text: str) -> str:
    """A phone number as it is compared: digits only, the French trunk zero as the country's prefix."""
    bare = "".join(c for c in text if c.isdigit())
    if text.strip().startswith("+"):
        return bare
    return f"33{bare[1:]}" if len(bare) == 10 and bare.startswith("0") else bare
