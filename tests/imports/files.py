"""Small files and mappings, and runs of them."""

from __future__ import annotations

from pathlib import Path

from relance.imports.actions import run_import
from relance.imports.mapping import read_mapping
from relance.imports.terms import Report
from relance.kit.actor import Actor
from relance.kit.sql import Row, fetch_all, fetch_one, sql
from relance.people.queries import system_actor

IMPORTER = system_actor("import")

# Companies of Bob's with all that a company has; `{format}` is for what a test says of its file.
COMPANIES = """
origin = "old"
[format]
{format}
[[rows]]
noun = "company"
file = "companies.csv"
key = "{{Id}}"
[rows.fields]
name = "{{Name}}"
city = "{{City}}"
employees = "{{Employees}}"
revenue = "{{Revenue}}"
created_at = "{{Created}}"
responsible = {{ value = "{{Owner}}", by = "email" }}
"""
HEADER = "Id,Name,City,Employees,Revenue,Created,Owner"
OWNER = "bob@cast.example"


def row(key: str = "c1", name: str = "Dupont", revenue: str = "10.5", created: str = "2024-05-17") -> str:
    """A row of companies.csv that can be taken."""
    return f"{key},{name},Lyon,12,{revenue},{created},{OWNER}"


def write(folder: Path, *rows: str, name: str = "companies.csv", header: str = HEADER, encoding: str = "utf-8") -> Path:
    """Write a file of these rows."""
    file = folder / name
    file.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return file


def load(*paths: Path, mapping: str = "", format: str = "", actor: Actor = IMPORTER, is_trial: bool = False) -> Report:
    """Run an import, of companies unless the mapping says otherwise."""
    plan = read_mapping(mapping or COMPANIES.format(format=format))
    return run_import(actor, plan, paths, is_trial=is_trial)


def told(report: Report) -> list[tuple[str, int, str, str]]:
    """What was refused: file, line, field, reason."""
    return [(refused.file, refused.line, refused.field, refused.reason) for refused in report.refused]


def companies() -> list[Row]:
    """The companies that are there, in the order of their keys."""
    return fetch_all(
        sql(
            """
            SELECT e.origin_id AS key, e.name, c.city, c.employees, c.revenue, e.id, e.version FROM crm_element e
            JOIN crm_company c ON c.element_id = e.id WHERE e.deleted_at IS NULL ORDER BY e.origin_id
            """
        )
    )


def element(key: str) -> Row:
    """The row of the element with a key."""
    found = fetch_one(sql("SELECT * FROM crm_element WHERE origin_id = {}", key))
    assert found
    return found
