"""The plugin's ZIP: WordPress finds the plugin in it, and the plugin finds its connector."""

from __future__ import annotations

import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.woocommerce.parcel import package

CONNECTION = {"connector": "https://connector.example", "shop": "demo", "link": ""}


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    folder = tmp_path / "plugin"
    (folder / "includes").mkdir(parents=True)
    (folder / "stammkunde.php").write_text("<?php // Plugin Name: Stammkunde")
    (folder / "includes" / "rest.php").write_text("<?php")
    return folder


def opened(packed: bytes) -> ZipFile:
    return ZipFile(io.BytesIO(packed))


def test_everything_lies_in_one_folder_of_the_plugins_name(plugin: Path) -> None:
    assert opened(package(CONNECTION, {}, plugin)).namelist() == [
        "stammkunde/connection.json", "stammkunde/includes/rest.php", "stammkunde/stammkunde.php",
    ]  # fmt: skip


def test_the_plugin_reads_where_its_connector_is(plugin: Path) -> None:
    packed = opened(package(CONNECTION, {}, plugin))

    assert json.loads(packed.read("stammkunde/connection.json")) == CONNECTION


def test_the_same_plugin_is_the_same_file(plugin: Path) -> None:
    first = package(CONNECTION, {}, plugin)
    for path in plugin.rglob("*.php"):
        path.touch()

    assert package(CONNECTION, {}, plugin) == first


def test_whoever_unpacks_it_can_read_it(plugin: Path) -> None:
    modes = {
        entry.external_attr >> 16 for entry in opened(package(CONNECTION, {}, plugin)).infolist()
    }

    assert modes == {0o644}


def test_the_button_of_a_shop_that_is_not_connected_leads_to_us(plugin: Path) -> None:
    waiting = CONNECTION | {"link": "state-8f2c"}
    packed = opened(package(waiting, {"url": "https://shop.example"}, plugin))

    said = json.loads(packed.read("stammkunde/connection.json"))
    assert said["link"] == "https://connector.example/connect/woocommerce/state-8f2c"
