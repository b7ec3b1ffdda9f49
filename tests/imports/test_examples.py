"""The mappings in docs/examples load what they are for; one company's spreadsheets need nothing but another mapping."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from relance.imports.actions import run_import
from relance.imports.mapping import read_mapping
from relance.imports.terms import Report, Tally
from relance.kit.sql import Row, fetch_all, fetch_one, fetch_value, sql
from relance.people.queries import build_actor, find_user_by_email
from tests.cast import Cast, journal_size
from tests.imports.files import IMPORTER, told

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
# The published data, where somebody has put it beside the checkout; else a few rows of the same form.
PUBLISHED = ROOT.parent / "shared" / "data" / "sales-pipeline"
SAMPLE = {
    "accounts.csv": ["Account,Revenue,Employees", "Sunnamplex,4592.96,13938.0", "Silis,5339.57,18053.0"],
    "sales-teams.csv": [
        "Sales_Agent,Manager,Regional_Office",
        "Donn Cantrell,Rocco Neubert,Central",
        "James Ascencio,Summer Sewald,West",
        "Vicki Laflamme,Celia Rouche,West",
    ],
    "sales-pipeline.csv": [
        "Account,Opportunity_ID,Sales_Agent,Deal_Stage,Product,Close_Date,Close_Value,Created_On",
        "Sunnamplex,67HY0MW7,Donn Cantrell,Won,GTXBasic,2017-05-06,500.0,2017-04-24",
        ",MA82HVCI,James Ascencio,In_Progress,GTXPro,,,2017-06-15",
        "Silis,BRL1KVVH,Vicki Laflamme,Lost,GTXBasic,2017-08-03,0.0,2017-05-19",
        "Silis,R22O68FF,Vicki Laflamme,Won,GTXBasic,2017-06-27,,2017-03-21",
    ],
}
STAGES = {"Won": "won", "Lost": "lost", "In_Progress": "negotiation"}


def run(example: str, *paths: Path) -> Report:
    """Load files by one of the examples."""
    return run_import(IMPORTER, read_mapping((EXAMPLES / example).read_text("utf-8")), paths)


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    """The folder of the sales pipeline."""
    if PUBLISHED.exists():
        return PUBLISHED
    for name, lines in SAMPLE.items():
        (tmp_path / name).write_text("\n".join([*lines, ""]), "utf-8")
    return tmp_path


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a file, read without any of the import's code."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def deals() -> list[Row]:
    """The deals, in the order of their keys."""
    return fetch_all(
        sql(
            """
            SELECT e.origin_id, e.name, s.code, d.amount, d.closes_on, e.created_at::date AS created_on, u.first_name,
                u.last_name, c.name AS company FROM crm_element e
            JOIN crm_deal d ON d.element_id = e.id JOIN crm_stage s ON s.id = e.stage_id
            JOIN people_user u ON u.id = e.responsible_id LEFT JOIN crm_element c ON c.id = d.company_id
            ORDER BY e.origin_id
            """
        )
    )


def test_the_sales_pipeline_is_loaded_whole_and_once(pipeline: Path) -> None:
    teams, accounts, opportunities = (
        read(pipeline, name) for name in ("sales-teams.csv", "accounts.csv", "sales-pipeline.csv")
    )
    offices = {team["Regional_Office"] for team in teams}
    managers = {team["Manager"] for team in teams}
    expected = {
        "department": len(offices) + len(managers),
        "user": len(teams) + len(managers),
        "company": len(accounts),
        "deal": len(opportunities),
    }
    report = run("sales-pipeline.toml", pipeline)
    assert report.tallies == {noun: Tally(created=count) for noun, count in expected.items()}
    _check_people(teams)
    _check_deals(opportunities)
    before = journal_size()
    again = run("sales-pipeline.toml", pipeline)
    assert again.tallies == {noun: Tally(unchanged=count) for noun, count in expected.items()}
    assert journal_size() == before


def _check_people(teams: list[dict[str, str]]) -> None:
    manager = teams[0]["Manager"]
    team = {row["Sales_Agent"] for row in teams if row["Manager"] == manager}
    actor = build_actor(find_user_by_email(f"{manager.lower().replace(' ', '.')}@sales-pipeline.example") or 0)
    assert len(actor.subordinates) == len(team)
    assert {grant.level for grant in actor.grants if grant.verb == "read"} == {"own", "subdepartments"}
    above = fetch_value(
        sql(
            "SELECT p.name FROM people_department d JOIN people_department p ON p.id = d.parent_id WHERE d.head_id = {}",
            actor.user_id,
        )
    )
    assert above == teams[0]["Regional_Office"]


def _check_deals(opportunities: list[dict[str, str]]) -> None:
    there = {deal["origin_id"]: deal for deal in deals()}
    stages = Counter(deal["code"] for deal in there.values())
    assert stages == Counter(STAGES[row["Deal_Stage"]] for row in opportunities)
    for source in opportunities:
        deal = there[source["Opportunity_ID"]]
        assert deal["name"] == f"{source['Product']} · {source['Opportunity_ID']}"
        assert deal["code"] == STAGES[source["Deal_Stage"]]
        assert f"{deal['first_name']} {deal['last_name']}" == source["Sales_Agent"]
        assert (deal["company"] or "") == source["Account"]
        assert str(deal["closes_on"] or "") == source["Close_Date"]
        assert str(deal["created_on"]) == source["Created_On"]
        assert deal["amount"] == (float(source["Close_Value"]) if source["Close_Value"] else None)


FRENCH = {
    "clients 2024.csv": [
        "N° client;Raison sociale;Activité;Ville;Effectif;Chiffre d'affaires;Téléphones;Courriel;Partagé;Commercial;Créé le",
        (
            "C-1;Menuiserie Lefèvre;Bâtiment;Saint-Étienne;12;1 234 567,89 €;04 65 71 00 01 / 06 39 98 00 01;"
            "contact@lefevre.example;oui;Bob Petit;17/05/2024"
        ),
        "C-2;Cœur de Bœuf;Agroalimentaire;Nantes;;;;;;bob petit;01/02/2024 08:30",
    ],
    "interlocuteurs.csv": [
        "N° interlocuteur;Prénom;Nom;Fonction;Portable;Courriel;N° client;Commercial",
        "I-1;Zoé;D'Artagnan;Gérante;06 39 98 00 02;zoe@lefevre.example;C-1;Alice Martin",
    ],
    "pistes.csv": [
        "N° piste;Objet;Société;Provenance;Montant estimé;État;Commercial",
        "P-1;Rénovation;Hôtel du Port;Salon;12 000,50;À contacter;Bob Petit",
    ],
    "affaires.csv": [
        "N° affaire;Objet;Montant HT;Signature prévue;Raison sociale;N° interlocuteur;État;Commercial",
        "A-1;Fenêtres;45 000,00;31/12/2026;menuiserie lefevre;I-1;Devis;Bob Petit",
        "A-2;Portes;;;;;Perdue;Bob Petit",
    ],
    "actions.csv": [
        (
            "N° action;Nature;Intitulé;Commentaire;Échéance;Début;Fin;Faite le;Urgent;N° affaire;N° client;"
            "N° interlocuteur;Commercial"
        ),
        "T-1;Appel;Relancer;Devis envoyé;24/12/2026;;;;oui;A-1;C-1;I-1;Bob Petit",
        "T-2;RDV;Visite;;;02/12/2026 14:00;02/12/2026 15:30;;non;;C-1;;Bob Petit",
        "T-3;Courriel;Plaquette;;01/03/2024 09:00;;;01/03/2024 11:15;;A-2;;;Bob Petit",
    ],
}


@pytest.fixture
def spreadsheets(tmp_path: Path) -> Path:
    """A French company's files, as a French spreadsheet program saves them."""
    for name, lines in FRENCH.items():
        (tmp_path / name).write_bytes("\r\n".join([*lines, ""]).encode("windows-1252"))
    return tmp_path


def test_french_spreadsheets_load_by_another_mapping_alone(cast: Cast, spreadsheets: Path) -> None:
    report = run("clients-francais.toml", spreadsheets)
    assert told(report) == []
    assert {noun: tally.created for noun, tally in report.tallies.items()} == {
        "company": 2, "contact": 1, "lead": 1, "deal": 2, "activity": 3,
    }  # fmt: skip
    again = run("clients-francais.toml", spreadsheets)
    assert (told(again), sum(t.created + t.updated for t in again.tallies.values())) == ([], 0)


def test_french_companies_have_their_numbers_and_phones(cast: Cast, spreadsheets: Path) -> None:
    run("clients-francais.toml", spreadsheets)
    company = fetch_one(
        sql(
            """
            SELECT e.*, c.*, ARRAY(SELECT raw FROM crm_contactpoint p WHERE p.element_id = e.id ORDER BY p.id) AS points
            FROM crm_element e JOIN crm_company c ON c.element_id = e.id WHERE origin_id = 'C-1'
            """
        )
    )
    assert company
    assert (company["name"], company["city"], str(company["revenue"]), company["employees"]) == (
        "Menuiserie Lefèvre", "Saint-Étienne", "1234567.89", 12,
    )  # fmt: skip
    assert company["points"] == ["04 65 71 00 01", "06 39 98 00 01", "contact@lefevre.example"]
    assert company["is_open_to_all"] is True
    assert company["responsible_id"] == cast.bob


def test_french_deals_find_their_company_by_its_name(cast: Cast, spreadsheets: Path) -> None:
    run("clients-francais.toml", spreadsheets)
    first, second = deals()
    assert (first["company"], first["code"], str(first["amount"]), str(first["closes_on"])) == (
        "Menuiserie Lefèvre", "quote", "45000.00", "2026-12-31",
    )  # fmt: skip
    assert (second["company"], second["code"], second["amount"]) == (None, "lost", None)
    assert fetch_value(sql("SELECT count(*) FROM crm_dealcontact")) == 1


def test_french_activities_are_bound_and_timed(cast: Cast, spreadsheets: Path) -> None:
    run("clients-francais.toml", spreadsheets)
    call, visit, mail = fetch_all(
        sql(
            """
            SELECT a.*, ARRAY(SELECT e.origin_id FROM activities_binding b JOIN crm_element e ON e.id = b.element_id
                WHERE b.activity_id = a.id ORDER BY b.is_main DESC, b.id) AS bound
            FROM activities_activity a ORDER BY a.origin_id
            """
        )
    )
    assert (call["bound"], str(call["deadline_on"]), call["priority"]) == (["A-1", "C-1"], "2026-12-24", 3)
    assert visit["bound"] == ["C-1"]
    assert visit["start_at"].isoformat() == "2026-12-02T13:00:00+00:00"
    assert (mail["is_completed"], mail["completed_at"].isoformat()) == (True, "2024-03-01T10:15:00+00:00")
    assert fetch_value(sql("SELECT count(*) FROM activities_client")) == 1
