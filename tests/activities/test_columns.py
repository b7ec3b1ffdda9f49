"""The columns of a bound element: what it says of itself, and nothing of what its reader may not read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relance.activities.listing import COLUMNS, OF_ELEMENT
from relance.activities.queries import get_rows, list_activities
from relance.crm.actions import edit_elements
from relance.crm.bound import BOUND_COLUMNS
from relance.crm.queries import list_columns, list_elements
from relance.kit.sql import Row
from relance.web.activities.cells import Painter
from relance.web.activities.dates import viewer_of
from tests.cast import Cast, make_activity, make_element

# The columns that say how an element is called, in the rows' own names.
SAID = [f"element_{key}" for key in ("kind", "number", "stage", "amount", "responsible_name", "phones", "company")]


def row_of(cast: Cast, name: str, activity: int, *columns: str) -> Row:
    (row,) = get_rows(cast.actor(name), ids=[activity], columns=columns or tuple(COLUMNS))
    return row


def rich_deal(cast: Cast, owner: int) -> tuple[int, dict[str, Any]]:
    company = make_element("company", owner, "Verdier Solaire")
    deal = make_element("deal", owner, "Toiture")
    changes: dict[str, Any] = {"amount": Decimal("1200.50"), "phones": ("01 02 03 04 05",), "company_id": company}
    edit_elements(cast.actor("root"), ids=[deal], changes=changes)  # type: ignore[arg-type]  # a test's plain dict
    return deal, {"company": company}


def test_an_element_that_may_be_read_says_all_of_itself(cast: Cast) -> None:
    deal, _related = rich_deal(cast, cast.bob)
    row = row_of(cast, "bob", make_activity(cast.bob, deal))
    assert (row["element_kind"], row["element_name"]) == ("deal", "Toiture")
    assert str(row["element_amount"]) == "1200.50"
    assert row["element_currency"] == "EUR"
    assert row["element_phones"] == ["01 02 03 04 05"]
    assert row["element_company"] == ["Verdier Solaire"]
    assert row["element_responsible_name"] == "Bob Petit"
    assert row["element_department"] == "Ventes"
    assert row["element_stage"][0] == "qualification"


def test_a_hidden_element_says_nothing_in_any_column(cast: Cast) -> None:
    deal, _related = rich_deal(cast, cast.charlie)
    row = row_of(cast, "bob", make_activity(cast.bob, deal, make_element("deal", cast.bob)))
    told = {key: value for key, value in row.items() if key.startswith("element_") and value not in (None, [], "")}
    assert told == {}


def test_a_company_that_may_not_be_read_is_not_named_by_the_deal_that_may(cast: Cast) -> None:
    deal = make_element("deal", cast.bob)
    secret = make_element("company", cast.charlie, "Secrète")
    edit_elements(cast.actor("root"), ids=[deal], changes={"company_id": secret})
    activity = make_activity(cast.bob, deal)
    assert row_of(cast, "bob", activity)["element_company"] == []
    assert row_of(cast, "root", activity)["element_company"] == ["Secrète"]


def test_sorting_by_an_element_takes_a_hidden_one_for_none(cast: Cast) -> None:
    own = make_element("deal", cast.bob, "Mienne")
    for name in ("Aaa", "Zzz"):
        make_activity(cast.bob, make_element("deal", cast.charlie, name), own, subject=name)
    make_activity(cast.bob, make_element("deal", cast.bob, "Bbb"), subject="Bbb")
    columns = ("subject", "element")
    ordered = [row["subject"] for row in list_activities(cast.actor("bob"), sort="element", columns=columns).rows]
    assert ordered == ["Aaa", "Zzz", "Bbb"]  # the hidden ones first, by id: their names order nothing
    by_name = list_activities(cast.actor("root"), filter="open", sort="-element", columns=columns).rows
    assert [row["subject"] for row in by_name] == ["Zzz", "Bbb", "Aaa"]


@pytest.mark.parametrize("sort", [key for key, column in BOUND_COLUMNS.items() if column.order])
def test_every_sort_by_an_element_pages_without_loss(cast: Cast, sort: str) -> None:
    for kind in ("lead", "deal", "contact", "company"):
        for owner in (cast.bob, cast.charlie):
            make_activity(cast.bob, make_element(kind, owner), make_element("deal", cast.bob))
    actor, cursor, seen = cast.actor("bob"), "", []
    for _page in range(5):
        page = list_activities(actor, sort=sort, cursor=cursor, size=3)
        seen += [row["id"] for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert len(seen) == len(set(seen)) == 8


def test_all_columns_are_read_in_as_many_queries_as_one(cast: Cast) -> None:
    deal, _related = rich_deal(cast, cast.bob)
    for _number in range(3):
        make_activity(cast.bob, deal)
    actor = cast.actor("bob")
    for columns in (("subject",), tuple(COLUMNS)):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            list_activities(actor, columns=columns)
        assert len(captured) == 1
    with CaptureQueriesContext(connection) as captured:
        list_activities(actor, columns=("subject", "deadline"))
    assert "crm_element" not in captured[0]["sql"]


def test_every_column_is_painted_with_and_without_its_element(cast: Cast) -> None:
    deal, _related = rich_deal(cast, cast.bob)
    hidden, _more = rich_deal(cast, cast.charlie)
    viewer = viewer_of(cast.actor("bob"))
    for activity in (make_activity(cast.bob, deal), make_activity(cast.bob, hidden, deal)):
        html = Painter(tuple(COLUMNS), viewer).rows([row_of(cast, "bob", activity)])
        # Its deadline's heading on a phone, the box to tick, the menu.
        assert html.count("<td") + html.count("<th") == len(COLUMNS) + 3
    assert set(COLUMNS) >= OF_ELEMENT


@pytest.mark.parametrize("kind", ["lead", "deal", "contact", "company"])
def test_every_column_of_elements_is_read(cast: Cast, kind: str) -> None:
    make_element(kind, cast.bob)
    columns = tuple(list_columns(kind))
    page = list_elements(cast.actor("bob"), kind=kind, columns=columns)
    assert page.columns == columns
    assert len(page.rows) == 1
