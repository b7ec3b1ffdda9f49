"""The filter builder: what it shows of a text, what its buttons do, and that nothing is lost between text and form."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relance.activities.filtering import FILTER_FIELDS
from relance.activities.listings import get_listing
from relance.lists.grammar.parsing import parse
from relance.lists.grammar.tree import (
    All,
    Between,
    Condition,
    Either,
    Not,
    Tree,
    Word,
    all_parts,
    denied,
    either_part,
    write,
)
from relance.lists.saving import create_filter
from relance.lists.terms import FilterChanges
from relance.web.filters.sentence import chips
from tests.cast import Cast
from tests.web.formreading import fields_of
from tests.web.signing import HTMX, sign_in

BUILD = "/filters/activities/build/"
QUOTABLE = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)
TEXTS = QUOTABLE.filter(bool).map(lambda text: Word(text, True))
NUMBERS = st.integers(-999, 10**9).map(lambda number: Word(str(number)))
SPANS = st.builds(lambda count, unit: Word(f"{count}{unit}"), st.integers(0, 999), st.sampled_from("dw"))
DAY_TEXTS = ["today", "tomorrow", "this-week", "last-quarter", "next-year", "2026-11-30", "2026-11", "tomorrow+2w"]
DAYS = st.sampled_from(DAY_TEXTS).map(Word) | st.builds(
    lambda start, count, unit: Word(f"{start}{count}{unit}"),
    st.sampled_from(["last-", "next-", "today-", "today+"]),
    st.integers(1, 99),
    st.sampled_from("dwmqy"),
)
PEOPLE = st.sampled_from(
    [
        Word("me"),
        Word("colleagues"),
        Word("colleagues-below"),
        Word("subordinates"),
        Word("#1"),
        Word("bob@cast.example"),
    ]
)
VALUES: dict[str, tuple[st.SearchStrategy[Any], tuple[str, ...]]] = {
    "text": (TEXTS | st.just(Word("empty")), (":", "!=", "~", "!~", "^")),
    "number": (NUMBERS, (":", "!=", "<", "<=", ">", ">=")),
    "span": (SPANS, (":", "!=", "<", "<=", ">", ">=")),
    "day": (DAYS, (":", "!=", "<", "<=", ">", ">=")),
    "moment": (DAYS, (":", "!=", "<", "<=", ">", ">=")),
    "people": (PEOPLE | st.just(Word("empty")), (":", "!=")),
    "state": (st.sampled_from([Word("open"), Word("completed"), Word("overdue")]), (":", "!=")),
}
CHOICES = {"type": "call", "priority": "high", "direction": "incoming", "colour": "red", "element.kind": "deal"}


@st.composite
def leaves(draw: st.DrawFn) -> Tree:
    """A condition that activities know."""
    field = FILTER_FIELDS[draw(st.sampled_from([key for key in FILTER_FIELDS if not key.endswith(".is")]))]
    if field.type == "choice":
        value = st.just(Word(CHOICES.get(field.key, "empty")))
        operators: tuple[str, ...] = (":", "!=")
    else:
        value, operators = VALUES[field.type]
    operator = draw(st.sampled_from(operators))
    if operator in {"<", "<=", ">", ">=", "~", "!~", "^"}:
        value = value.filter(lambda one: one.is_quoted or one.text != "empty")
    most = 1 if operator in {"<", "<=", ">", ">="} else 3
    if field.type in {"number", "day", "span"} and operator in {":", "!="} and draw(st.booleans()):
        return Condition(field.key, operator, (Between(draw(value), draw(value)),))  # type: ignore[arg-type]
    values = draw(st.lists(value, min_size=1, max_size=most, unique=True))
    return Condition(field.key, operator, tuple(values))  # type: ignore[arg-type]


def groups(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Conditions joined, or denied."""
    parts = st.lists(inner, min_size=2, max_size=3)
    return parts.map(all_parts) | parts.map(either_part) | inner.map(denied)


TREES = st.recursive(leaves(), groups, max_leaves=6)


def plain(tree: Tree) -> object:
    """A tree without what says the same: quotation marks, the order of values."""
    match tree:
        case Condition(field, operator, values):
            return field, operator, sorted(str(_plain(value)) for value in values)
        case Not(part):
            return "not", plain(part)
        case All(parts) | Either(parts):
            return type(tree).__name__, [plain(part) for part in parts]


def _plain(value: Word | Between) -> object:
    if isinstance(value, Between):
        return value.first.text, value.last.text
    return value.prefix, value.text, value.is_quoted and value.text.lower() == "empty"


def built(client: Client, text: str, listing: str = "activities") -> dict[str, list[str]]:
    """The form of a text."""
    answer = client.get(f"/filters/{listing}/build/", {"q": text})
    assert answer.status_code in {200, 422}
    return fields_of(answer.content.decode(), "builder-form")


def applied(client: Client, form: dict[str, list[str]], listing: str = "activities") -> str:
    """The text with which the list is shown when a form is applied."""
    answer = client.post(f"/filters/{listing}/build/", {**form, "do": "apply"})
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return parse_qs(urlsplit(answer.headers["Location"]).query).get("q", [""])[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_a_tree_goes_through_the_form_unchanged(cast: Cast, tree: Tree) -> None:
    client = sign_in(cast.bob)
    text = write(tree)
    form = built(client, text)
    answer = client.post(BUILD, {**form, "do": ""})
    shown = fields_of(answer.content.decode(), "builder-form")
    shown.pop("csrfmiddlewaretoken")
    form.pop("csrfmiddlewaretoken")
    assert shown == form
    # Whatever the list makes of it (nobody may be called so), the form asks for the same.
    result = client.post(BUILD, {**form, "do": "apply"})
    if result.status_code == 302:
        again = parse_qs(urlsplit(result.headers["Location"]).query)["q"][0]
        assert plain(parse(again)) == plain(tree)
    else:
        assert result.status_code == 422
        assert 'role="alert"' in result.content.decode()


def test_buttons_add_nest_and_remove(cast: Cast) -> None:
    client = sign_in(cast.bob)
    form = built(client, "is:open type:call")
    page = client.post(BUILD, {**form, "do": "group:0"}).content.decode()
    assert 'data-focus="field-0-2-0"' in page
    form = fields_of(page, "builder-form") | {"field-0-2-0": ["type"]}
    form = fields_of(client.post(BUILD, form).content.decode(), "builder-form") | {"c-0-2-0": ["email"]}
    page = client.post(BUILD, {**form, "do": "add:0-2"}).content.decode()
    form = fields_of(page, "builder-form") | {"c-0-2-1": ["overdue"]}
    assert applied(client, form) == "is:open type:call (type:email or is:overdue)"
    page = client.post(BUILD, {**form, "do": "remove:0-0"}).content.decode()
    assert applied(client, fields_of(page, "builder-form")) == "type:call (type:email or is:overdue)"
    form = built(client, "is:open") | {"not-0": ["1"]}
    assert applied(client, form) == "-is:open"


def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(cast: Cast) -> None:
    client = sign_in(cast.bob)
    form = built(client, "deal.amount>10 subject~devis")
    form["v-0-0"] = ["beaucoup"]
    answer = client.post(BUILD, {**form, "do": "apply"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="problem-0-0"' in page
    assert 'id="problem-0-1"' not in page
    assert 'value="beaucoup"' in page or "“beaucoup”" in page
    assert 'value="devis"' in page
    form = built(client, "subject~devis") | {"v-0-0": [""]}
    assert client.post(BUILD, {**form, "do": "apply"}).status_code == 422


def test_a_text_is_read_or_told_where_it_is_wrong(cast: Cast) -> None:
    client = sign_in(cast.bob)
    form = built(client, "is:open")
    page = client.post(BUILD, {**form, "do": "read", "q": "is:open (type:call"}).content.decode()
    assert "<mark>(</mark>" in page
    assert 'value="is:open (type:call"' in page
    assert fields_of(page, "builder-form")["c-0-0"] == ["open"]
    page = client.post(BUILD, {**form, "do": "read", "q": "type:unknown is:open"}).content.decode()
    assert 'id="problem-0-0"' in page
    page = client.post(BUILD, {**form, "do": "read", "q": "type:email"}).content.decode()
    assert fields_of(page, "builder-form")["c-0-0"] == ["email"]


@pytest.mark.parametrize("listing", ["leads", "deals", "contacts", "companies"])
def test_elements_have_the_same_builder(cast: Cast, listing: str) -> None:
    client = sign_in(cast.bob)
    text = "name~devis responsible:me department:Ventes created:last-30d"
    assert applied(client, built(client, text, listing), listing) == text


def test_numbers_are_taken_as_people_type_them(cast: Cast) -> None:
    client = sign_in(cast.bob)
    form = built(client, "deal.amount:1..2") | {"v-0-0": ["10 000", "20\u202f000,50"]}
    assert applied(client, form) == "deal.amount:10000..20000.50"


def test_a_kept_filter_is_changed_and_stays_itself(cast: Cast) -> None:
    draft = FilterChanges(name="Appels", text="type:call")
    kept = create_filter(cast.actor("bob"), listing=get_listing("activities"), draft=draft).done[0]
    client = sign_in(cast.bob)
    form = fields_of(client.get(BUILD, {"q": "type:call", "filter": f"f{kept}"}).content.decode(), "builder-form")
    location = client.post(BUILD, {**form, "do": "apply"}).headers["Location"]
    assert parse_qs(urlsplit(location).query) == {"filter": [f"f{kept}"]}
    form["c-0-0"] = ["email"]
    location = client.post(BUILD, {**form, "do": "apply"}).headers["Location"]
    assert parse_qs(urlsplit(location).query) == {"filter": [f"f{kept}"], "q": ["type:email"]}
    assert sign_in(cast.charlie).get(BUILD, {"filter": f"f{kept}"}).status_code == 404


def test_chips_read_as_a_sentence_and_are_taken_away(cast: Cast) -> None:
    client = sign_in(cast.bob)
    text = f"responsible:me,#{cast.alice} deadline<today (type:call or type:meeting)"
    page = client.get("/activities/", {"q": text}).content.decode()
    for words in ("Responsable", "Alice Martin", "Appel"):
        assert words in page
    assert "q=deadline%3Ctoday+%28type%3Acall+or+type%3Ameeting%29" in page
    assert f"#{10**9}" in client.get("/activities/", {"q": f"responsible:#{10**9}"}).content.decode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("is:open", "En cours"),
        ("type:call or type:meeting or is:overdue", "Type : Appel ou Réunion ou En retard"),
        ("-(type:call or deadline:today)", "sauf (Type : Appel ou Échéance aujourd’hui)"),
        ("-type:call", "sauf Type : Appel"),
        ("type!=call", "Type n’est pas Appel"),
        ("participants:me,subordinates", "Participants : moi ou mes subordonnés"),
        ("deal.amount>10000.5", "Montant de la transaction est supérieur à 10 000,5"),
        ("company.city~lyon", "Ville de l’entreprise contient « lyon »"),
        ("overdue>3d", "En retard de plus de 3 jours"),
        ("deadline>today+7d", "Échéance dans plus de 7 jours"),
        ("deadline<today-1w", "Échéance il y a plus de 1 semaine"),
        ("deadline<today+2w", "Échéance dans moins de 2 semaines, passé compris"),
        ("deadline<=next-month", "Échéance au plus tard le mois prochain"),
        ("created<2026-11-02", "Création avant lundi 2 novembre 2026"),
        ("deadline:empty", "Échéance est vide"),
    ],
)
def test_a_condition_reads_as_french_is_spoken(cast: Cast, text: str, sentence: str) -> None:
    shown = chips(cast.actor("bob"), get_listing("activities"), text)
    assert [chip.words.replace("\xa0", " ").replace("\u202f", " ") for chip in shown] == [sentence]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"kind-0": "rule"},
        {"kind-0": "group", "kind-0-0": "rule", "field-0-0": "password", "was-0-0": "password", "v-0-0": "x"},
        {"kind-0": "group", "kind-0-0": "rule", "field-0-0": "type", "was-0-0": "type", "c-0-0": "call or is:open"},
        {
            "kind-0": "group",
            "kind-0-0": "rule",
            "field-0-0": "a\0b c",
            "was-0-0": "a\0b c",
            "op-0-0": "\0",
            "c-0-0": "\0",
        },
        {"kind-0": "group", "do": "remove:0"},
        {"kind-0": "group", "do": "add:9-9-9"},
        {"kind-0": "group", "do": "add:0-x"},
        {"kind-0": "group", **{"-".join(["kind-0", *["0"] * depth]): "group" for depth in range(60)}},
    ],
)
def test_forged_forms_are_answered(cast: Cast, form: dict[str, str]) -> None:
    client = sign_in(cast.bob)
    for gesture in ("apply", "", "read"):
        assert client.post(BUILD, {"do": gesture, "q": "(" * 50, **form}).status_code in {200, 302, 422}
