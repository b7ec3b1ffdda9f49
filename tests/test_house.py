"""The rules of the house: names, sizes, words about what crosses floors, settings that are written down, journals."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("relance", "tests", "tools", "bench")
BANNED = {"utils", "helpers", "common", "manager", "service", "data", "info", "process", "handle"}
MOST_LINES, MOST_LINES_OF_CLASS, MOST_LINES_OF_FUNCTION, MEDIAN_OF_FUNCTIONS = 400, 200, 60, 10
MOST_LINES_OF_PAGE, MOST_LINES_OF_FRAGMENT, MOST_LINES_OF_SCRIPT, MOST_LINES_OF_SCRIPTS = 120, 60, 150, 2_200

# What writes the journal; every public action reaches one of these, but for those that change nothing that people own.
JOURNAL = {"change", "record", "record_created", "restore"}
WRITES_NOTHING = {
    "default_deadline": "computes a moment",
    "is_working_day": "looks at the calendar",
    "draft_of_copy": "reads what a copy starts with",
    "draft_of_next": "reads what a following activity starts with",
    "mark_read": "only what its reader has looked at",
    "lock_elements": "locks for the actions of the floor above",
    "new_gesture": "makes an identity",
    "require_an_administrator": "only refuses",
    "upload_file": "what waits to be attached is in nobody's history yet",
    "run": "runs one of the actions of its table, each of which is judged here",
}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[Path, ast.Module]:
    """Every Python file of ours, read once."""
    files = sorted(file for folder in SOURCES for file in (ROOT / folder).rglob("*.py"))
    return {file.relative_to(ROOT): ast.parse(file.read_text("utf-8")) for file in files}


def product() -> dict[Path, ast.Module]:
    """The product's own, without migrations, which are written for the database."""
    return {
        file: tree for file, tree in modules().items() if file.parts[0] == "relance" and "migrations" not in file.parts
    }


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    """Every function, inner ones and methods included."""
    yield from (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def length(node: FunctionNode | ast.ClassDef) -> int:
    """How many lines it takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def lines(file: Path) -> int:
    """How many lines a file has."""
    return len(file.read_text("utf-8").splitlines())


def test_nothing_has_a_name_that_says_nothing() -> None:
    files = [file for file in modules() if file.stem in BANNED or BANNED & set(file.parts[:-1])]
    named = [
        f"{file}: {node.name}"
        for file, tree in product().items()
        for node in ast.walk(tree)
        if isinstance(node, FunctionNode | ast.ClassDef) and node.name.lower() in BANNED
    ]
    assert [*map(str, files), *named] == []


def test_files_classes_and_functions_are_short() -> None:
    long = [f"{file}: {lines(ROOT / file)} lines" for file in product() if lines(ROOT / file) > MOST_LINES]
    for file, tree in product().items():
        nodes = (node for node in ast.walk(tree) if isinstance(node, FunctionNode | ast.ClassDef))
        for node in nodes:
            most = MOST_LINES_OF_CLASS if isinstance(node, ast.ClassDef) else MOST_LINES_OF_FUNCTION
            if length(node) > most:
                long.append(f"{file}: {node.name} {length(node)} lines")
    assert long == []
    assert median(length(node) for tree in product().values() for node in functions(tree)) <= MEDIAN_OF_FUNCTIONS


def test_templates_and_scripts_are_short() -> None:
    web = ROOT / "relance" / "web"
    long = []
    for template in sorted((web / "templates").rglob("*.html")):
        most = MOST_LINES_OF_FRAGMENT if template.name.startswith("_") else MOST_LINES_OF_PAGE
        if lines(template) > most:
            long.append(str(template.relative_to(ROOT)))
    scripts = sorted((web / "static" / "js").rglob("*.js"))
    long += [str(script.relative_to(ROOT)) for script in scripts if lines(script) > MOST_LINES_OF_SCRIPT]
    assert long == []
    assert sum(map(lines, scripts)) <= MOST_LINES_OF_SCRIPTS


def test_what_crosses_floors_says_what_it_is() -> None:
    silent = []
    for file, tree in product().items():
        if file.name in {"apps.py"}:
            continue
        if tree.body and not ast.get_docstring(tree):
            silent.append(str(file))
        silent += [
            f"{file}: {node.name}"
            for node in tree.body
            if isinstance(node, FunctionNode | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert silent == []


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"(?:#|//|/\*|<!--|\{#).*\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b|NotImplemented" + r"Error")
    code = [
        file
        for folder in SOURCES
        for kind in ("*.py", "*.html", "*.js", "*.css")
        for file in (ROOT / folder).rglob(kind)
    ]
    left = [
        str(file.relative_to(ROOT))
        for file in code
        if "vendor" not in file.parts and words.search(file.read_text("utf-8"))
    ]
    assert left == []


def test_no_test_is_skipped() -> None:
    skipping = {"skip", "skipif", "xfail", "importorskip"}
    skipped = [
        f"{file}:{node.lineno}"
        for file, tree in modules().items()
        if file.parts[0] == "tests"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in skipping
    ]
    assert skipped == []


def test_every_setting_is_written_down() -> None:
    name = re.compile(r"^(RELANCE|DATABASE)_[A-Z_]+$")
    read = {
        node.value
        for tree in product().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and name.match(node.value)
    }
    written = set(re.findall(r"`((?:RELANCE|DATABASE)_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text("utf-8")))
    assert read == written


Place = tuple[str, str]


def module_name(file: Path) -> str:
    """How a file is imported."""
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def calls() -> dict[Place, set[Place]]:
    """For each function, and each name that a module brings in: the functions that it calls or stands for."""
    found: dict[Place, set[Place]] = {}
    for file, tree in product().items():
        module = module_name(file)
        own = {node.name: (module, node.name) for node in tree.body if isinstance(node, FunctionNode)}
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module:
                brought = {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
                found |= {(module, name): {place} for name, place in brought.items()}
                own |= brought
        for node in tree.body:
            if isinstance(node, FunctionNode):
                names = {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
                found[module, node.name] = {own[name] for name in names & own.keys()}
    return found


def actions() -> list[Place]:
    """The public functions of the actions' modules; of a package, what its first file brings out."""
    found = []
    for file, tree in product().items():
        if file.parts[-2:] == ("actions", "__init__.py"):
            brought = (alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names)
            found += [(module_name(file), name) for name in brought if name.islower() and name != "annotations"]
        elif file.name == "actions.py":
            named = (node.name for node in tree.body if isinstance(node, FunctionNode))
            found += [(module_name(file), name) for name in named if not name.startswith("_")]
    return sorted(found)


def reaches_the_journal(action: Place) -> bool:
    """Whether a function, or one that it calls, writes to the journal."""
    seen: set[Place] = set()
    waiting = [action]
    while waiting:
        place = waiting.pop()
        if place[0] == "relance.journal.actions" and place[1] in JOURNAL:
            return True
        if place not in seen:
            seen.add(place)
            waiting += calls().get(place, ())
    return False


@pytest.mark.parametrize("action", actions(), ids=".".join)
def test_every_action_leaves_an_entry_in_the_journal(action: Place) -> None:
    assert reaches_the_journal(action) != (action[1] in WRITES_NOTHING)
