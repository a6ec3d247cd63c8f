"""The app's ZIP: Shopware finds the app in it, the app finds its connector, and nothing else of ours is in it."""

from __future__ import annotations

import struct
import zlib
from xml.etree import ElementTree as Xml

import pytest

from adapters.shopware.parcel import APP, package
from connector.errors import BadInput
from tests.adapters.shopware.app.pages import CONNECTION, CREDENTIALS, SECRET, opened


def text(**connection: str) -> str:
    """Everything in the ZIP that is text."""
    packed = opened(**connection)
    return "\n".join(packed.read(name).decode("latin-1") for name in packed.namelist())


def test_everything_lies_in_one_folder_of_the_apps_name() -> None:
    names = opened().namelist()

    assert {name.partition("/")[0] for name in names} == {"Stammkunde"}
    assert sorted(names) == names
    kept = {f"Stammkunde/{file.relative_to(APP)}" for file in APP.rglob("*") if file.is_file()}
    assert set(names) == kept | {"Stammkunde/icon.png"}


def test_the_same_app_is_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    first = package(CONNECTION, CREDENTIALS)
    monkeypatch.setattr("time.time", lambda: 0.0)

    assert package(CONNECTION, CREDENTIALS) == first


def test_whoever_unpacks_it_can_read_it() -> None:
    assert {entry.external_attr >> 16 for entry in opened().infolist()} == {0o644}


def test_no_key_to_the_shop_is_in_it() -> None:
    everything = text()

    assert SECRET in everything
    for secret in ("SWIAKEYKEY", "OPENS-THE-SHOP", "SIGNS-FOR-THE-SHOP", "shop.example"):
        assert secret in str(CREDENTIALS)
        assert secret not in everything


def test_the_app_secret_stands_in_the_manifest_and_nowhere_else() -> None:
    packed = opened()
    holding = [name for name in packed.namelist() if SECRET.encode() in packed.read(name)]

    assert holding == ["Stammkunde/manifest.xml"]


def test_nothing_is_loaded_from_anywhere_but_the_connector() -> None:
    addresses = {part.split("/")[0] for part in text().split("https://")[1:]}

    assert addresses == {"connector.example"}
    assert "http://" not in text()


@pytest.mark.parametrize(
    "connector", ["https://points.example/loyalty", "http://127.0.0.1:8710", "http://[::1]:8710"]
)
def test_the_connector_may_be_under_a_path_or_on_this_machine(connector: str) -> None:
    assert f'source="{connector}/connect/shopware/demo/panel"' in text(connector=connector)


@pytest.mark.parametrize(
    "connection",
    [
        {"connector": "http://connector.example"},
        {"connector": "https://connector.example/"},
        {"connector": "https://connector.example?x=1"},
        {"connector": 'https://connector.example"><script>'},
        {"connector": "https://{{ context.customer.email }}"},
        {"connector": "ftp://connector.example"},
        {"shop": "a/b"},
        {"shop": "{{ 7 }}"},
        {"link": "../../elsewhere"},
    ],
)
def test_what_would_become_markup_or_travel_in_the_open_is_refused(
    connection: dict[str, str],
) -> None:
    with pytest.raises(BadInput) as refused:
        opened(**connection)

    assert SECRET not in str(refused.value)


def test_a_secret_with_signs_of_xml_stays_a_secret() -> None:
    manifest = opened(secret="<&\"'>" * 12).read("Stammkunde/manifest.xml")

    assert Xml.fromstring(manifest).findtext("setup/secret") == "<&\"'>" * 12


def test_the_icon_is_a_small_picture_that_can_be_read() -> None:
    picture = opened().read("Stammkunde/icon.png")
    width, height = struct.unpack(">II", picture[16:24])
    start = picture.index(b"IDAT")
    length = struct.unpack(">I", picture[start - 4 : start])[0]
    rows = zlib.decompress(picture[start + 4 : start + 4 + length])

    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert (width, height) == (128, 128)
    assert len(rows) == 128 * (1 + 4 * 128)
    assert rows[1:5] == bytes(4)  # its corners are round
    assert rows[64 * 513 + 1 + 4 * 64 :][:4] == b"\xff\xff\xff\xff"  # the point in the middle
    assert len(picture) < 10_000
