"""What is shipped is what the sources say: small, reproducible, typed, and hashed."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from base64 import b64encode
from pathlib import Path

import pytest

import widgets
from tests.widgets.build import HOME, build, ready, run

BUDGET = 10 * 1024
REDEEM_BUDGET = 4 * 1024
MEMBERSHIP_BUDGET = 3 * 1024
SMALL_BUDGET = 2 * 1024
EVERYTHING = 25 * 1024
LARGEST = 10_000
"""Bytes of a file as it travels: what Shopify takes of an app block's script."""
SMALL = {"earn", "order", "ask", "launcher"}


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with their tools, so that no test touches what is shipped."""
    copy = tmp_path_factory.mktemp("widgets")
    shutil.copytree(HOME / "src", copy / "src")
    for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "build.mjs"):
        shutil.copy(HOME / name, copy / name)
    if ready(HOME):
        (copy / "node_modules").symlink_to(HOME / "node_modules")
    build(copy)
    return copy


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_fresh_build_is_what_is_shipped(workshop: Path) -> None:
    assert contents(workshop / "built") == contents(HOME / "built")


def test_types_hold(workshop: Path) -> None:
    run("node", "node_modules/typescript/bin/tsc", "--noEmit", where=workshop)


def kind(name: str) -> str:
    return name.partition("-")[0]


def weights() -> dict[str, int]:
    files = {name: widgets.read(name) for name in widgets.names()}
    files["loader.js"] = widgets.loader("null")
    return {name: len(gzip.compress(file, 9)) for name, file in files.items()}


def test_loader_and_the_widgets_of_an_account_weigh_at_most_ten_kilobytes() -> None:
    core = {
        name: weight for name, weight in weights().items() if kind(name) in ("loader.js", "core")
    }

    assert len(core) == 2
    assert sum(core.values()) <= BUDGET, core


def test_everything_together_weighs_at_most_twenty_five_kilobytes() -> None:
    assert sum(weights().values()) <= EVERYTHING
    assert max(weights().values()) <= LARGEST


def test_what_a_single_page_uses_weighs_at_most_two_kilobytes_each() -> None:
    small = {name: weight for name, weight in weights().items() if kind(name) in SMALL}

    assert len(small) == len(SMALL)
    assert max(small.values()) <= SMALL_BUDGET, small


def test_redeeming_is_loaded_where_it_is_used_and_weighs_at_most_four_kilobytes() -> None:
    (weight,) = (weight for name, weight in weights().items() if name.startswith("redeem"))

    assert weight <= REDEEM_BUDGET


def test_joining_leaving_and_warnings_come_later_and_weigh_at_most_three_kilobytes() -> None:
    (weight,) = (weight for name, weight in weights().items() if name.startswith("membership"))

    assert weight <= MEMBERSHIP_BUDGET


def test_names_and_hashes_are_those_of_the_content() -> None:
    for name in widgets.names():
        digest = b64encode(hashlib.sha256(widgets.read(name)).digest()).decode()

        assert widgets.integrity(name) == f"sha256-{digest}"
        assert name == f"{kind(name)}-{re.sub('[^0-9A-Za-z]', '0', digest[:10])}.js"


def test_the_loader_knows_exactly_the_shipped_files_by_their_hashes() -> None:
    loader = widgets.loader("null").decode()
    hashes = {f"sha256-{hash_}=" for hash_ in re.findall(r'"([0-9A-Za-z+/]{43})"', loader)}

    assert hashes == {widgets.integrity(name) for name in widgets.names()}


def test_the_loader_has_one_place_for_what_the_connector_says() -> None:
    loader = widgets.loader('{"lang":"de","say":"CONFIG"}').decode()

    assert loader.count("CONFIG") == 1
    assert '={"lang":"de","say":"CONFIG"}' in loader


@pytest.mark.parametrize("name", ["manifest.json", "../__init__.py", "", "loader.js/..", "x.js"])
def test_only_named_files_can_be_read(name: str) -> None:
    with pytest.raises(LookupError, match="there is no widget file"):
        widgets.read(name)


def test_sources_use_nothing_that_runs_text_or_stores_anything() -> None:
    # Whether the shop's own cookie is there may be looked at; nothing is written or read out of any.
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML|\beval\b|"
        r"new Function|localStorage|sessionStorage|indexedDB|\.cookie\b(?!\.includes\()|\.style\b|\bimport\("
    )
    for source in (HOME / "src").rglob("*.ts"):
        code = re.sub(r"//.*|/\*.*?\*/", "", source.read_text(encoding="utf-8"))

        assert not re.search(forbidden, code), source.name


def test_the_lock_file_pins_everything_and_names_no_registry() -> None:
    lock = json.loads((HOME / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert packages
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    wanted = json.loads((HOME / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_every_text_exists_in_german_and_english() -> None:
    for source in (HOME / "src").rglob("*.texts.ts"):
        text = source.read_text(encoding="utf-8")
        german, english = re.split(r"\n  en: \{", text)
        keys = [re.findall(r"^    (\w+): ", part, re.MULTILINE) for part in (german, english)]

        assert keys[0] == keys[1] != []
        places = [sorted(re.findall(r"\{\w+\}", part)) for part in (german, english)]
        assert places[0] == places[1]
