"""The people's tools of the command line, beside a real shop: what they do, say, and refuse."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.adapters.woocommerce import simulated
from tests.test_cli import Terminal

SHOP = ("--shop", "demo")


@pytest.fixture(scope="module")
def real() -> Iterator[simulated.Shop]:
    with simulated.running() as running:
        for name in ("anna", "bea", "cem", "dora"):
            customer = running.customer(f"{name}@example.com")
            running.order(customer_id=int(customer), paid=True)
        yield running


@pytest.fixture(scope="module")
def living(real: simulated.Shop, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    terminal = Terminal(tmp_path_factory.mktemp("tools"))
    assert terminal.add(real).returncode == 0
    assert terminal.run("sync", "demo").returncode == 0
    return terminal


def has(living: Terminal, name: str) -> Any:
    return living.json("customer", "show", f"{name}@example.com", *SHOP)


def test_points_are_corrected_once_with_a_reason_that_is_shown(living: Terminal) -> None:
    give = ("customer", "correct", "anna@example.com", *SHOP, "--give", "50", "--reason", "Kulanz",
            "--key", "ticket-1", "--by", "chefin")  # fmt: skip
    before = has(living, "anna")["available"]

    assert living.json(*give)["again"] is False
    assert living.json(*give)["again"] is True
    shown = has(living, "anna")
    assert shown["available"] == before + 50
    assert shown["movements"][0]["note"] == "Kulanz"
    assert "Kulanz" in living.run("customer", "show", "anna@example.com", *SHOP).stdout


def test_more_than_there_is_is_refused_unless_it_may_be_owed(living: Terminal) -> None:
    take = (
        "customer",
        "correct",
        "bea@example.com",
        *SHOP,
        "--take",
        "99999",
        "--reason",
        "Betrug",
    )
    done = living.run(*take)

    assert done.returncode == 1
    assert "99999 points are to be taken" in done.stderr
    assert living.json(*take, "--shortfall")["shortfall"] > 0
    wrong = living.run(*take, "--give", "1")
    assert (wrong.returncode, "either --give N or --take N" in wrong.stderr) == (2, True)


def test_two_customers_become_one_and_two(living: Terminal) -> None:
    ways = "cem@example.com", "dora@example.com"
    mine = {name: has(living, name)["pending"] for name in ("cem", "dora")}

    merged = living.json("customer", "merge", *ways, *SHOP)
    assert merged["pending"] == mine["cem"] > 0
    assert has(living, "cem")["pending"] == has(living, "dora")["pending"] == sum(mine.values())
    undone = living.json("customer", "unmerge", ways[0], *SHOP)
    assert (undone["pending"], undone["spent"]) == (mine["cem"], 0)
    assert {name: has(living, name)["pending"] for name in mine} == mine
    again = living.run("customer", "unmerge", ways[0], *SHOP)
    assert (again.returncode, "was not merged" in again.stderr) == (1, True)


def test_leaving_is_shown_before_it_is_done(living: Terminal) -> None:
    preview = living.json("customer", "leave", "dora@example.com", *SHOP)
    assert preview["left"] is False
    assert has(living, "dora")["pending"] == preview["pending"] > 0

    assert living.json("customer", "leave", "dora@example.com", *SHOP, "--yes")["left"] is True
    assert has(living, "dora")["pending"] == 0
    assert living.run("customer", "join", "dora@example.com", *SHOP).returncode == 0
    assert has(living, "dora")["pending"] == preview["pending"]


def test_a_persons_data_goes_to_files_and_nowhere_else(living: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "anna"
    done = living.run("customer", "export", "anna@example.com", *SHOP, "--out", str(out))

    assert done.returncode == 0
    assert "anna@example.com" not in done.stdout + done.stderr
    assert sorted(file.name for file in out.iterdir()) == [
        "movements.csv",
        "person.html",
        "person.json",
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in out.iterdir()} == {0o600}
    assert (
        json.loads((out / "person.json").read_text())["customers"][0]["email"] == "anna@example.com"
    )
    again = living.run("customer", "export", "anna@example.com", *SHOP, "--out", str(out))
    assert (again.returncode, "nothing is overwritten" in again.stderr) == (2, True)
    nobody = living.run(
        "customer", "export", "no@example.com", *SHOP, "--out", str(tmp_path / "no")
    )
    assert (nobody.returncode, (tmp_path / "no").exists()) == (1, False)


def test_all_books_go_into_one_file(living: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "books.zip"

    assert living.json("export", "demo", "--out", str(out))["rows"]["members.csv"] >= 4
    assert "ledger.csv" in ZipFile(out).namelist()
    assert living.run("export", "demo", "--out", str(out)).returncode == 2
    nowhere = living.run("export", "demo", "--out", str(tmp_path / "no" / "books.zip"))
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (2, True)


def test_an_import_is_previewed_and_then_applied_as_it_was_seen(living: Terminal) -> None:
    file, left_out = living.folder / "old.csv", living.folder / "left-out.csv"
    file.write_text("Mail;Stand\nanna@example.com;1.000\n=nobody@example.com;5\nbroken;5\n")
    words = ("import", "preview", str(file), *SHOP, "--map", "email=Mail", "--map", "points=Stand")
    before = has(living, "anna")["available"]
    seen = living.json(*words, "--report", str(left_out))

    assert (seen["rows"], seen["points"], seen["nobody"]) == (1, 1000, [3])
    assert seen["bad"] == [{"line": 4, "column": "email", "why": "is no e-mail address"}]
    assert "'=nobody@example.com" in left_out.read_text()
    assert has(living, "anna")["available"] == before
    said = living.run(*words).stdout
    assert "line 4: email is no e-mail address." in said
    assert "nobody@" not in said

    apply = ("import", "apply", *words[2:])
    refused = living.run(*apply, "--digest", "0" * 64)
    assert (refused.returncode, "look at a new preview" in refused.stderr) == (1, True)
    assert living.json(*apply, "--digest", seen["digest"])["written"] == 1
    assert has(living, "anna")["available"] == before + 1000
    nothing = living.json(*words)
    assert (nothing["rows"], nothing["before"]) == (0, 1)
    bad = living.run("import", "preview", str(file), *SHOP, "--map", "points")
    assert (bad.returncode, "write points=Balance" in bad.stderr) == (2, True)


def test_a_programme_is_wound_down_in_time_and_goes_on_again(living: Terminal) -> None:
    soon = living.run("programme", "wind-down", "demo", "--last-day", "2027-01-01")
    assert (soon.returncode, "is too soon" in soon.stderr) == (2, True)
    assert living.run("programme", "wind-down", "demo").returncode == 2
    assert living.run("programme", "wind-down", "demo", "--last-day", "later").returncode == 2

    assert (
        living.json("programme", "wind-down", "demo", "--last-day", "2039-12-31")["ends_on"]
        == "2039-12-31"
    )
    assert "31 December 2039" in living.run("programme", "terms", "demo", "--lang", "en").stdout
    assert living.json("programme", "wind-down", "demo", "--undo")["ends_on"] is None
    assert living.run("programme", "wind-down", "demo", "--undo").returncode == 1


def test_the_terms_can_be_read_in_every_version(living: Terminal) -> None:
    assert "Teilnahmebedingungen" in living.run("programme", "terms", "demo").stdout
    assert living.json("programme", "terms", "demo", "--version", "1")["version"] == 1
    done = living.run("programme", "terms", "demo", "--version", "99")
    assert (done.returncode, "there is no version 99" in done.stderr) == (2, True)
    assert living.json("verify", "--full")["ok"] is True
