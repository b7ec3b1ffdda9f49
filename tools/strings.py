"""The translations, without gettext's programs: `check`, `update` and `compile` of every language's django.po.

Texts are found in the Python files and the templates; scripts have none of their own, they take theirs from data
attributes of the page.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SAME = Path(__file__).with_name("same-in-french.txt")
FRENCH = ROOT / "relance" / "locale" / "fr" / "LC_MESSAGES" / "django.po"

# Which arguments of which functions are texts: (1) singular, (1, 2) singular and plural, "c" marks the context.
SIMPLE = dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], (1,))
PLURAL = dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2))
IN_CONTEXT = dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2))
PLURAL_IN_CONTEXT = dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3))
KEYWORDS = {**SIMPLE, **PLURAL, **IN_CONTEXT, **PLURAL_IN_CONTEXT}

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
HEADER = """msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""


class Text(NamedTuple):
    """One translatable text of the source: what catalogues know it by, and the file that holds it."""

    context: str | None
    singular: str
    plural: str | None
    file: str


def main(command: str) -> int:
    """Run one of the three commands; the number of faults is the exit status."""
    if command == "compile":
        return compile_all()
    settings.configure(USE_I18N=True)
    if command == "update":
        return update()
    faults = check()
    print("\n".join(faults) if faults else "Every text is translated.")
    return min(len(faults), 1)


def source_texts(root: Path = ROOT / "relance") -> list[Text]:
    """All texts of the source, in the order of the files."""
    found: list[Text] = []
    for file in sorted(root.rglob("*")):
        if file.suffix in {".html", ".txt"} and "templates" in file.parts:
            found += texts_of(templatized(file), file)
        elif file.suffix == ".py" and "migrations" not in file.parts:
            found += texts_of(file.read_text("utf-8"), file)
    return found


def templatized(file: Path) -> str:
    """A template as Python in which only its texts are left. Indentation means nothing there, so it goes."""
    return "\n".join(line.lstrip() for line in templatize(file.read_text("utf-8"), origin=str(file)).splitlines())


def texts_of(python: str, file: Path) -> Iterator[Text]:
    """The texts in Python source."""
    name = str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else file.name
    for _, function, given, _ in extract_python(io.BytesIO(python.encode()), KEYWORDS, [], {}):
        arguments = list(given) if isinstance(given, (tuple, list)) else [given]
        context = arguments.pop(0) if function in {**IN_CONTEXT, **PLURAL_IN_CONTEXT} else None
        plural = arguments[1] if function in {**PLURAL, **PLURAL_IN_CONTEXT} else None
        if arguments[0]:
            yield Text(context, arguments[0], plural, name)


def read(file: Path) -> Catalog:
    """A catalogue; an absent one is empty."""
    if not file.exists():
        return Catalog(locale="fr")
    with file.open("rb") as content:
        return read_po(content, locale="fr")


def check(file: Path = FRENCH, texts: list[Text] | None = None) -> list[str]:
    """What is wrong with the French catalogue, one sentence per fault."""
    catalogue = read(file)
    texts = source_texts() if texts is None else texts
    allowed = {line for line in SAME.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    faults: list[str] = []
    for key, text in {(text.context, text.singular): text for text in texts}.items():
        message = catalogue.get(key[1], key[0])
        faults += [f"{text.file}: {fault}: {text.singular!r}" for fault in faults_of(message, text, allowed)]
    known = {(text.context, text.singular) for text in texts}
    obsolete = [message for message in catalogue if message.id and (message.context, singular(message)) not in known]
    faults += [f"{file.name}: no longer used: {singular(message)!r}" for message in obsolete]
    faults += [
        f"{file.name}: obsolete entry, remove it: {singular(message)!r}" for message in catalogue.obsolete.values()
    ]
    return faults


def faults_of(message: Message | None, text: Text, allowed: set[str]) -> Iterator[str]:
    """What is wrong with the translation of one text."""
    translations = forms(message) if message else []
    if message is None or not translations or not all(translations):
        yield "not translated"
        return
    if message.fuzzy:
        yield "fuzzy"
    if text.plural and len(translations) != 2:
        yield "needs a singular and a plural"
    if text.singular in translations and text.singular not in allowed:
        yield "the same in French as in English (if rightly so, list it in tools/same-in-french.txt)"
    wanted = set(PLACEHOLDER.findall(text.plural or text.singular))
    if set(PLACEHOLDER.findall(translations[-1])) != wanted:
        yield f"other placeholders than {sorted(wanted)}"


def singular(message: Message) -> str:
    """The text that a message is known by."""
    return str(message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


def forms(message: Message) -> list[str]:
    """A message's translations: one, or one per plural form."""
    return (
        [str(message.string)] if isinstance(message.string, str) else [str(form or "") for form in message.string or ()]
    )


def update() -> int:
    """Write the French catalogue anew: translations are kept, new texts are empty, unused ones are gone."""
    old, new = read(FRENCH), Catalog(locale="fr")
    for text in source_texts():
        known = old.get(text.singular, text.context)
        identity = (text.singular, text.plural) if text.plural else text.singular
        kept = known.string if known and isinstance(known.id, (list, tuple)) == bool(text.plural) else None
        new.add(identity, kept or (("", "") if text.plural else ""), context=text.context, locations=[(text.file, 0)])
    FRENCH.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, new, omit_header=True, include_lineno=False, width=118)
    FRENCH.write_text(HEADER + body.getvalue().decode(), "utf-8")
    empty = sum(1 for message in new if message.id and not all(forms(message)))
    print(f"{FRENCH.relative_to(ROOT)}: {len(new)} texts, {empty} of them to translate")
    return 0


def compile_all() -> int:
    """Make each catalogue's .mo where it is missing or older than its .po."""
    for file in (ROOT / "relance" / "locale").glob("*/LC_MESSAGES/*.po"):
        target = file.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < file.stat().st_mtime:
            with target.open("wb") as output:
                write_mo(output, read(file))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
