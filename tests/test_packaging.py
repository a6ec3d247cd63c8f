"""The wheel holds everything the connector reads, and works where there is no checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.faults.run import ROOT, copy_of_tree

TIMEOUT = 60


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git tracks, so that nothing else can get in or help."""
    tree = copy_of_tree(tmp_path_factory.mktemp("tree"))
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out)]
    built = subprocess.run(build, cwd=tree, capture_output=True, text=True, timeout=TIMEOUT)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the wheel's content and nothing else of ours."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True, timeout=TIMEOUT)
    return target


def away(installed: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(installed)}


def run(installed: Path, arguments: Sequence[str]) -> str:
    """What Python prints, started away from the checkout."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=installed, env=away(installed), capture_output=True, text=True, timeout=TIMEOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def belongs_into_the_wheel(name: str) -> bool:
    if name.startswith("widgets/"):
        return name == "widgets/__init__.py" or name.startswith("widgets/built/")
    return name.startswith(("connector/", "adapters/")) and not name.endswith("README.md")


def test_the_wheel_holds_every_file_of_the_product_and_no_other(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")

    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert held == {name for name in tracked if belongs_into_the_wheel(name)}


def test_the_licence_and_the_command_come_with_the_wheel(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        about = {name.rpartition("/")[2]: name for name in archive.namelist() if "-info/" in name}
        commands = archive.read(about["entry_points.txt"]).decode()

    assert "LICENSE" in about
    assert "stammkunde = connector.cli:main" in commands


def test_the_command_line_starts_where_there_is_no_checkout(installed: Path) -> None:
    assert "--once" in run(installed, ["-m", "connector", "demo", "--help"])


READ_EVERYTHING = """
import json, sys
from sqlalchemy import inspect
import connector, widgets
from connector import faqs, migrations, rulebook
from connector.db import Database

database = Database("sqlite:///" + sys.argv[1])
migrations.upgrade(database)
print(json.dumps({
    "from": connector.__file__,
    "tables": len(inspect(database.engine).get_table_names()),
    "presets": [rulebook.preset(name)["name"] for name in ("dach", "open")],
    "questions": {lang: len(faqs._starters(lang)) for lang in ("de", "en")},
    "widgets": {name: len(widgets.read(name)) for name in widgets.names()},
    "script": len(widgets.loader("null")),
}))
"""


def test_presets_questions_widgets_and_migrations_are_found(
    installed: Path, tmp_path: Path
) -> None:
    told = json.loads(run(installed, ["-c", READ_EVERYTHING, str(tmp_path / "new.sqlite3")]))

    assert Path(told["from"]).is_relative_to(installed)
    assert told["tables"] > 20
    assert all(told["presets"])
    assert min(told["questions"].values()) > 3
    assert told["script"] > 1000
    assert min(told["widgets"].values()) > 100


def test_the_demo_shop_opens_where_there_is_no_checkout(installed: Path) -> None:
    command = [sys.executable, "-m", "adapters.woocommerce.simulator", "--port", "0",
               "--data", "small", "--until-stdin-closes"]  # fmt: skip
    with subprocess.Popen(
        command, cwd=installed, env=away(installed), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as shop:  # fmt: skip
        assert shop.stdout is not None
        url = json.loads(shop.stdout.readline())["url"]
        home = urllib.request.urlopen(url, timeout=TIMEOUT).read().decode()
        style = urllib.request.urlopen(f"{url}/static/shop.css", timeout=TIMEOUT).read()
        shop.communicate()

    assert "</html>" in home
    assert style
    assert shop.returncode == 0
