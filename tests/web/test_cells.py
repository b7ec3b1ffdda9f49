"""The cells of the list: everything that people wrote is escaped, and a hidden element has no name."""

from __future__ import annotations

from relance.activities.listing import COLUMNS
from relance.activities.queries import get_rows
from relance.kit.sql import execute, sql
from relance.web.activities.cells import Painter, description
from relance.web.activities.dates import viewer_of
from tests.cast import Cast, give_role, make_activity, make_element, make_role

EVIL = "<script>alert(1)</script>\"'&"


def painted(cast: Cast, name: str, activity_id: int, *columns: str) -> str:
    actor = cast.actor(name)
    rows = get_rows(actor, ids=[activity_id], columns=columns)
    return Painter(columns, viewer_of(actor)).rows(rows)


def test_escapes_what_people_wrote(cast: Cast) -> None:
    deal = make_element("deal", cast.bob, EVIL)
    activity = make_activity(cast.bob, deal, subject=EVIL)
    execute(sql("UPDATE activities_activity SET description = {}, place = {} WHERE id = {}", EVIL, EVIL, activity))
    html = painted(cast, "bob", activity, "subject", "element", "description", "place", "responsible")
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 4


def test_names_the_element_where_it_may_be_read(cast: Cast) -> None:
    activity = make_activity(cast.bob, make_element("deal", cast.bob, "Toiture"))
    html = painted(cast, "bob", activity, "subject", "element")
    assert "Toiture" in html
    assert "/crm/deals/" in html


def test_hides_the_name_of_an_element_that_may_not_be_read(cast: Cast) -> None:
    secret, own = make_element("deal", cast.charlie, "Secret"), make_element("deal", cast.bob, "À moi")
    html = painted(cast, "bob", make_activity(cast.bob, secret, own), "subject", "element", "elements")
    assert "Secret" not in html
    assert "ref closed" in html


def test_who_may_only_read_gets_a_round_box_that_says_no(cast: Cast) -> None:
    give_role(make_role({"read": "all"}), cast.charlie)
    activity = make_activity(cast.bob, make_element("deal", cast.bob))
    assert 'aria-disabled="true"' in painted(cast, "charlie", activity, "subject")
    assert 'aria-disabled="true"' not in painted(cast, "bob", activity, "subject")


def test_every_column_can_be_painted(cast: Cast) -> None:
    html = painted(cast, "bob", make_activity(cast.bob, make_element("deal", cast.bob)), *COLUMNS)
    assert html.count("<td") + html.count("<th") == len(COLUMNS) + 3  # the box, the tools, the heading of cards


def test_folds_a_long_description_only() -> None:
    assert "data-unfold" not in description("Court")
    assert "data-unfold" in description("Long " * 30)
    assert "data-unfold" in description("a\nb\nc\nd")
