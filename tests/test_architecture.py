"""The house rules that a machine can read: arrows are import-linter's, sizes and tenancy are here."""

from __future__ import annotations

import ast
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector import statements as hot
from connector.literal import Statement
from connector.tables import WITHOUT_MERCHANT, metadata
from tests.faults.run import PATCHES, ROOT, named_test

OURS = [ROOT / "connector", ROOT / "adapters", ROOT / "widgets"]
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def python_files() -> list[Path]:
    found = [file for folder in OURS for file in sorted(folder.rglob("*.py"))]
    return [f for f in found if "node_modules" not in f.parts and "versions" not in f.parts]


def statements(tree: ast.AST, source: list[str]) -> int:
    """Lines that do something: not blank, no comment, no docstring."""
    documented: set[int] = set()
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            documented |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    first, last = getattr(tree, "lineno", 1), getattr(tree, "end_lineno", len(source))
    return sum(
        1
        for number in range(first, last + 1)
        if number not in documented
        and (line := source[number - 1].strip())
        and not line.startswith("#")
    )


@pytest.mark.parametrize("file", python_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_files_and_functions_stay_small(file: Path) -> None:
    text = file.read_text("utf-8")
    source, tree = text.splitlines(), ast.parse(text)

    long = [
        f"{node.name} has {statements(node, source)} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and statements(node, source) > LONGEST_FUNCTION
    ]

    assert statements(tree, source) <= LONGEST_FILE
    assert long == []


@pytest.mark.parametrize("file", python_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text("utf-8")))


def test_no_module_is_called_after_nothing() -> None:
    names = {file.stem for file in python_files()}

    assert not names & {
        "utils",
        "util",
        "helpers",
        "helper",
        "manager",
        "service",
        "misc",
        "common_utils",
    }


def test_the_merchant_leads_every_key() -> None:
    for table in metadata.tables.values():
        if table.name not in WITHOUT_MERCHANT:
            assert next(iter(table.primary_key.columns)).name == "merchant_id", table.name


def test_every_foreign_key_carries_the_merchant() -> None:
    for table in metadata.tables.values():
        for key in table.foreign_key_constraints:
            if key.referred_table.name in WITHOUT_MERCHANT:
                continue  # a person who works for several merchants
            assert "merchant_id" in key.column_keys, f"{table.name}: {key.name}"


def test_every_unique_constraint_carries_the_merchant() -> None:
    for table in metadata.tables.values():
        for index in table.indexes:
            if index.unique:
                assert "merchant_id" in index.columns, index.name


def literals() -> Iterator[tuple[str, str]]:
    for name, value in vars(hot).items():
        if isinstance(value, Statement):
            yield name, value.sql


@pytest.mark.parametrize(("name", "sql"), list(literals()))
def test_every_hot_statement_names_the_merchant(name: str, sql: str) -> None:
    assert "merchant_id" in sql


@pytest.mark.parametrize(("name", "sql"), list(literals()))
def test_every_hot_statement_goes_straight_to_its_rows(
    name: str, sql: str, empty_sqlite: Path
) -> None:
    """It names what it looks for by more than the merchant: a merchant's history has no end."""
    with sqlite3.connect(empty_sqlite) as db:
        asked = re.sub(r"IN :(\w+)", "IN (?, ?, ?)", sql)
        asked = re.sub(r"(?<!:):[a-z_]+", "?", asked)
        plan = db.execute(f"EXPLAIN QUERY PLAN {asked}", [None] * asked.count("?"))
        steps = [row[3] for row in plan if row[3].startswith(("SEARCH", "SCAN"))]

    wide = [step for step in steps if step.startswith("SCAN") or step.endswith("(merchant_id=?)")]
    assert wide == [] or (name == "LAST_SEAL" and "LIMIT 1" in sql)


def test_the_clock_is_read_in_the_shell_only() -> None:
    shell = {"installation.py", "shops.py"}  # shops: the lease an adapter asks for
    readers = {
        file.name
        for file in python_files()
        if file.is_relative_to(ROOT / "connector") and "datetime.now(" in file.read_text("utf-8")
    }

    assert readers <= shell


@pytest.mark.parametrize("patch", sorted(PATCHES.glob("*.patch")), ids=lambda patch: patch.stem)
def test_every_planted_fault_applies_and_names_a_test_that_exists(patch: Path) -> None:
    file, _, test = named_test(patch).partition("::")
    function = test.split("::")[-1].split("[")[0]

    inherited = (ROOT / "tests" / "adapters").glob("contract*.py")
    sources = [ROOT / file, *inherited]
    assert any(f"def {function}(" in source.read_text("utf-8") for source in sources)
    subprocess.run(["git", "apply", "--check", str(patch)], cwd=ROOT, check=True)
