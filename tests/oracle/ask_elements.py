"""What one user is told of elements: lists, totals, single ones, flags, links and what he may add."""

from __future__ import annotations

from dataclasses import replace

from relance.access.terms import Verb
from relance.crm import policy, queries
from relance.kit.errors import NotFound
from relance.kit.sql import Sql, all_of, fetch_column, sql
from tests.oracle import load
from tests.oracle.asking import UNKNOWN_ID, Asking, Difference
from tests.oracle.model import KINDS, Element, Kind

EVERYTHING = 500
SHORT_PAGE = 4


def ask_elements(asking: Asking) -> None:
    """Raises Difference where a list, total, flag, reference or single element is not the oracle's."""
    for place, kind in enumerate(KINDS):
        _ask_list(asking, kind)
        if (asking.turn + place) % len(KINDS) == 0:
            _ask_total(asking, kind)
    _ask_references(asking)
    _ask_single(asking)
    _ask_predicates(asking)
    asking.count("read", "add", "import", "update", "delete", "export", "name", "name_of_deleted")


def _of_kind(asking: Asking, kind: Kind) -> set[int]:
    return {load.element_id(one.key) for one in asking.company.elements if one.kind == kind}


def _ask_list(asking: Asking, kind: Kind) -> None:
    rows = queries.list_elements(asking.actor, kind=kind, columns=("name",), size=EVERYTHING).rows
    asking.expect(f"list of {kind}", asking.granted("read") & _of_kind(asking, kind), [row["id"] for row in rows])
    for row in rows:
        asking.expect(f"can_update of {row['id']}", row["id"] in asking.granted("update"), row["can_update"])
        asking.expect(f"can_delete of {row['id']}", row["id"] in asking.granted("delete"), row["can_delete"])


def _ask_total(asking: Asking, kind: Kind) -> None:
    wanted = asking.granted("read") & _of_kind(asking, kind)
    asking.expect(f"total of {kind}", len(wanted), queries.count_elements(asking.actor, kind=kind))
    ids = queries.list_element_ids(asking.actor, kind=kind, limit=EVERYTHING)
    asking.expect(f"all results of {kind}", wanted, ids)
    asking.expect(f"short pages of {kind}", wanted, _page_by_page(asking, kind))


def _page_by_page(asking: Asking, kind: Kind) -> list[int]:
    found: list[int] = []
    cursor = ""
    while True:
        page = queries.list_elements(
            asking.actor, kind=kind, sort="name", cursor=cursor, columns=("name",), size=SHORT_PAGE
        )
        found += [row["id"] for row in page.rows]
        if page.next is None:
            return found
        asking.expect(f"rows on a page of {kind}", SHORT_PAGE, len(page.rows))
        cursor = page.next


def _ask_references(asking: Asking) -> None:
    """Names exist only where the element may be read: in links, and in what a picker finds."""
    every = [load.element_id(element.key) for element in asking.company.elements]
    references = queries.element_refs(asking.actor, [*every, UNKNOWN_ID])
    asking.expect("references", asking.granted("name", "name_of_deleted"), set(references))
    found = queries.find_elements(asking.actor, text="nom", limit=EVERYTHING)
    asking.expect("found by name", asking.granted("name"), [reference.id for reference in found])


def _ask_single(asking: Asking) -> None:
    element = asking.company.elements[asking.turn % len(asking.company.elements)]
    element_id = load.element_id(element.key)
    if element_id not in asking.granted("read"):
        _check_hidden(asking, element.kind, element.number)
        _check_hidden(asking, element.kind, UNKNOWN_ID)
    else:
        _check_detail(asking, element)


def _check_detail(asking: Asking, element: Element) -> None:
    detail = queries.get_element(asking.actor, kind=element.kind, number=element.number)
    asking.expect("single element", load.element_id(element.key), detail.id)
    asking.expect(f"can_update of {detail.id} alone", detail.id in asking.granted("update"), detail.can_update)
    asking.expect(f"can_delete of {detail.id} alone", detail.id in asking.granted("delete"), detail.can_delete)
    asking.expect(f"reasons of {detail.id}", detail.can_update, "update" not in detail.reasons)


def _check_hidden(asking: Asking, kind: Kind, number: int) -> None:
    """A hidden element reads the same as one that does not exist."""
    try:
        queries.get_element(asking.actor, kind=kind, number=number)
    except NotFound as error:
        asking.expect(f"words about {kind} {number}", "", str(error))
    else:
        raise Difference(f"user {asking.user.key}: {kind} {number} was shown")


def _ask_predicates(asking: Asking) -> None:
    """The verbs over all rows at once."""
    exportable = all_of([policy.within_scope(asking.actor, Verb.EXPORT), policy.LIVE])
    addable = all_of([policy.addable(asking.actor), policy.LIVE])
    importable = all_of([policy.addable(replace(asking.actor, via="import")), policy.LIVE])
    conditions = {
        "read": policy.readable(asking.actor),
        "update": policy.updatable(asking.actor),
        "delete": policy.deletable(asking.actor),
        "export": exportable,
        "add": addable,
        "import": importable,
    }
    for verb, condition in conditions.items():
        asking.expect(f"{verb} on elements", asking.granted(verb), _matching(condition))


def _matching(condition: Sql) -> list[int]:
    return fetch_column(sql("SELECT e.id FROM crm_element e WHERE {}", condition))
