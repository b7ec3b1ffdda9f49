"""What is wrong with a mapping is said with the name of its key."""

from __future__ import annotations

import pytest

from relance.imports.mapping import read_mapping
from relance.imports.templates import TemplateError, parse_template
from relance.kit.errors import Invalid

GOOD = """
origin = "old"
[[rows]]
noun = "deal"
file = "deals.csv"
key = "{Id}"
[rows.fields]
name = "{Product} · {Id}"
responsible = { value = "{Owner}", by = "email" }
"""


def test_a_good_mapping_is_read() -> None:
    plan = read_mapping(GOOD)
    assert (plan.origin, plan.blocks[0].noun) == ("old", "deal")
    assert plan.blocks[0].columns == {"Id", "Product", "Owner"}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('origin = "old"', "origin = 3", "origin"),
        ('origin = "old"', "", "origin"),
        ('origin = "old"', 'origin = "old"\nmistake = 1', "mistake"),
        ('origin = "old"', 'origin = "old"\n[format]\nencoding = "klingon"', "format.encoding"),
        ('origin = "old"', 'origin = "old"\n[format]\ndelimiter = ";;"', "format.delimiter"),
        ('origin = "old"', 'origin = "old"\n[format]\nzone = "Mars/Olympus"', "format.zone"),
        ('noun = "deal"', 'noun = "boat"', "rows 1.noun"),
        ('key = "{Id}"', "", "rows 1 (deal).key"),
        ('key = "{Id}"', 'key = "{Id"', "rows 1 (deal).key"),
        ('key = "{Id}"', 'key = "{Id|shout}"', "rows 1 (deal).key"),
        ('key = "{Id}"', 'key = "{Id}"\ndistinct = "yes"', "rows 1 (deal).distinct"),
        ('by = "email"', 'by = "shoe size"', "rows 1 (deal).fields.responsible.by"),
        ('by = "email"', 'translate = "x"', "rows 1 (deal).fields.responsible.translate"),
        ('name = "{Product} · {Id}"', "", "rows 1 (deal).fields.name"),
        ('name = "{Product} · {Id}"', 'name = ["{Id}", "{Product}"]', "rows 1 (deal).fields.name"),
        ('name = "{Product} · {Id}"', 'name = "{Id}"\nshoe_size = "{Id}"', "rows 1 (deal).fields"),
        ('name = "{Product} · {Id}"', 'name = { value = "{Id}", by = "key" }', "rows 1 (deal).fields.name.by"),
    ],
)
def test_a_fault_is_named_by_its_key(old: str, new: str, key: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_mapping(GOOD.replace(old, new))
    assert list(caught.value.messages) == [key]


@pytest.mark.parametrize("text", ["not = [toml", "", 'origin = "old"', 'origin = "old"\nrows = "x"'])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_mapping(text)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{Product} · {Id}", "GTX Pro · 42"),
        ("{Name|slug}@x.example", "eric.de.la.cote@x.example"),
        ("{Name|first_word}/{Name|other_words}/{Name|last_word|upper}", "Éric/de la Côte/CÔTE"),
        ("{{{Id}}}", "{42}"),
        ("fixed", "fixed"),
        ("{Blank}@x.example", ""),
    ],
)
def test_templates_compose_texts(template: str, text: str) -> None:
    cells = {"Product": "GTX Pro", "Id": "42", "Name": "Éric de la Côte", "Blank": ""}
    assert parse_template(template).fill(cells) == text


def test_a_lone_brace_is_no_template() -> None:
    with pytest.raises(TemplateError):
        parse_template("{Id} }")
