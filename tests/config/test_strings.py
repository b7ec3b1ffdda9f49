"""The gate of the translations."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import strings

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'


def test_texts_are_found_in_python_and_in_templates(tmp_path: Path) -> None:
    (tmp_path / "terms.py").write_text(
        'a = _("Lead")\nb = ngettext("%(n)s row", "%(n)s rows", n)\nc = pgettext_lazy("verb", "Open")\n'
    )
    page = tmp_path / "templates" / "page.html"
    page.parent.mkdir()
    page.write_text(
        '<p>{% translate "Save" context "button" %}</p>\n  <p title="{% translate \'Deadline\' %}">'
        "{% blocktranslate count n=n %}{{ n }} activity{% plural %}{{ n }} activities{% endblocktranslate %}</p>\n"
        "    {# a comment (with an open bracket #}\n{{ x|default:_('Nobody') }}"
    )
    found = {(text.context, text.singular, text.plural) for text in strings.source_texts(tmp_path)}
    assert found == {
        (None, "Lead", None),
        (None, "%(n)s row", "%(n)s rows"),
        ("verb", "Open", None),
        ("button", "Save", None),
        (None, "Deadline", None),
        (None, "%(n)s activity", "%(n)s activities"),
        (None, "Nobody", None),
    }


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Other"\nmsgstr "Autre"\n\nmsgid "Row %(n)s"\nmsgstr "Ligne %(n)s"', "no longer used"),
        ('msgid "Row %(n)s"\nmsgstr ""', "not translated"),
        ("", "not translated"),
        ('#, fuzzy\nmsgid "Row %(n)s"\nmsgstr "Ligne %(n)s"', "fuzzy"),
        ('msgid "Row %(n)s"\nmsgstr "Row %(n)s"', "the same in French"),
        ('msgid "Row %(n)s"\nmsgstr "Ligne %(m)s"', "placeholders"),
        ('msgid "Row %(n)s"\nmsgstr "Ligne %(n)s"\n\n#~ msgid "Gone"\n#~ msgstr "Parti"', "obsolete"),
    ],
)
def test_each_fault_of_a_catalogue_is_found(tmp_path: Path, entry: str, fault: str) -> None:
    file = tmp_path / "django.po"
    file.write_text(HEAD + entry + "\n")
    faults = strings.check(file, [strings.Text(None, "Row %(n)s", None, "a.py")])
    assert len(faults) == 1
    assert fault in faults[0]


def test_a_whole_catalogue_passes(tmp_path: Path) -> None:
    file = tmp_path / "django.po"
    file.write_text(HEAD + 'msgid "Row %(n)s"\nmsgstr "Ligne %(n)s"\n')
    assert strings.check(file, [strings.Text(None, "Row %(n)s", None, "a.py")]) == []
