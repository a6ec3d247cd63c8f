"""Our own package in simulated shops of three versions: what becomes of the app there, and of the shop here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connector import connecting, moving, tasks
from tests.adapters.shopware import simulated
from tests.adapters.shopware.installed import Installed, installed

OLDER, NEWEST = ["6.5.6.1", "6.6.7.1"], "6.7.9.1"


@pytest.fixture(scope="module", params=[*OLDER, NEWEST])
def one(request: pytest.FixtureRequest) -> Iterator[Installed]:
    with simulated.running("--version", request.param) as shop, installed(shop) as opened:
        yield opened


def act(one: Installed, what: str, **wanted: Any) -> None:
    """Two seconds later, because a registration of the same second is a replay."""
    one.shop.control("PUT", "/clock", {"advance_seconds": 2})
    one.shop.control("POST", f"/apps/Stammkunde/{what}", wanted)


def kept(one: Installed) -> Any:
    return one.settings.load()[0]["credentials"]


def stopped(one: Installed) -> str:
    return one.inst.shop("demo").suspended


def asked(one: Installed) -> list[str]:
    with one.inst.database.read() as tx:
        return [task.kind for task in tasks.open_tasks(tx)]


def lets_us_in(one: Installed) -> bool:
    """The key that is stored opens the shop where it is stored to be."""
    return one.open().facts().currency == "EUR"


def test_an_app_that_is_switched_off_rests_and_goes_on(one: Installed) -> None:
    act(one, "deactivate")
    off = stopped(one)
    act(one, "activate")

    assert "switched off" in off
    assert stopped(one) == ""


def test_an_app_that_was_removed_comes_back_with_another_key(one: Installed) -> None:
    """Only 6.7 says that the data are to go as well, which they do after a month."""
    before, version = kept(one)["key"], one.open().facts().version
    act(one, "delete")
    gone, told = stopped(one), asked(one)
    act(one, "reinstall")

    assert "removed" in gone
    assert told == ["app_forgets" if version.startswith("6.7") else "app_gone"]
    assert (stopped(one), asked(one)) == ("", [])
    assert kept(one)["key"] != before
    assert lets_us_in(one)


def test_a_shop_that_moves_is_followed_where_it_proves_itself_or_somebody_says_so(
    one: Installed,
) -> None:
    before, version = kept(one)["url"], one.open().facts().version
    there = before.replace("127.0.0.1", "localhost")
    for address in (there, before):
        act(one, "move", url=address)
        assert asked(one) == ([] if version == NEWEST else ["moved"])
        if version != NEWEST:
            assert kept(one)["url"] != address
            moving.decide(one.inst, one.inst.shop("demo"), agreed=True)

        assert (kept(one)["url"], asked(one)) == (address, [])
        assert lets_us_in(one)


def test_a_newer_shop_changes_its_secret(one: Installed) -> None:
    if one.open().facts().version != NEWEST:
        with pytest.raises(Exception, match="400"):
            act(one, "rotate")
        return
    before = kept(one)["registration"]["live"]
    act(one, "rotate")
    after = kept(one)["registration"]

    assert after["live"]["secret"] != before["secret"]
    assert after["previous"] == before["secret"]
    assert lets_us_in(one)


def test_a_connector_that_was_restored_from_an_old_backup_is_let_in_by_a_new_package(
    one: Installed,
) -> None:
    """The secret that it remembers is none of the shop's any more."""
    value, version = one.settings.load()
    known = value["credentials"]["registration"]
    older = known | {
        "doubled": True,
        "live": known["live"] | {"secret": "of-the-backup-" + "a" * 82},
    }
    restored = value["credentials"] | {"registration": older}
    assert one.settings.swap(version, value | {"credentials": restored})
    with pytest.raises(Exception, match="400"):
        act(one, "reinstall")
    before = kept(one)["registration"]["live"]["secret"]
    parcel = connecting.package(one.inst, one.inst.shop("demo"))
    one.shop.control("PUT", "/clock", {"advance_seconds": 2})
    answer = requests.post(f"{one.shop.url}/_simulator/apps", data=parcel, timeout=60)

    assert before == older["live"]["secret"]
    assert answer.status_code == 201, answer.text
    assert kept(one)["registration"]["live"]["secret"] != before
    assert (stopped(one), lets_us_in(one)) == ("", True)
