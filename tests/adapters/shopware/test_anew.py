"""A connected shop that has lost what proved it gets in again by a new package, and nobody else does.

The connector was away while the app was removed, or a change of secrets was cut in half: then the shop cannot
prove itself, and it would stay outside for ever. That somebody made a package for it says it may begin anew.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector import connecting, moving
from tests.adapters.shopware.standin import ACCOUNTS, EVIL, HOME, MOVED, OPEN, SHOP_ID, Caller, Lab
from tests.adapters.shopware.test_takeover import ID, ORDER, stolen, what_counts
from tests.attacks.evidence import bells, contents

OTHER_ID = "RLr7iEljBaMH5nS2"


def lost(lab: Lab) -> Caller:
    """A shop that has proven itself once, and has a new key and no old secret now."""
    shop = lab.connected()
    assert shop.install(proof=shop.secret).status_code == 204
    shop.pair = ("SWIAANEW", "new-key")
    OPEN.add((HOME, *shop.pair))
    return shop


def packed_again(lab: Lab) -> None:
    connecting.package(lab.inst, lab.inst.shop("demo"))


def test_a_shop_that_lost_its_secret_gets_in_by_a_new_package(lab: Lab) -> None:
    shop = lost(lab)
    before = shop.install().status_code
    packed_again(lab)
    after = shop.install().status_code

    assert (before, after) == (401, 204)
    assert lab.credentials()["key"] == "SWIAANEW"
    assert shop.ring("order.written", ORDER).status_code == 200


def test_a_shop_that_kept_a_wrong_secret_gets_in_too(lab: Lab) -> None:
    """What it signs with may be a secret that we never took."""
    shop = lost(lab)
    packed_again(lab)

    assert shop.register(proof="a secret of a change that was cut in half").status_code == 200
    shop.secret = shop.register(proof="and once more").get_json()["secret"]
    assert shop.confirm(shop.secret).status_code == 204
    assert lab.credentials()["key"] == "SWIAANEW"


def test_a_shop_with_a_new_id_is_the_same_shop(lab: Lab) -> None:
    """A shop whose apps were reinstalled after a move has another id; its customers are the same."""
    shop = replace(lost(lab), shop_id=OTHER_ID)
    ACCOUNTS.add(ID)
    before = shop.register().status_code
    packed_again(lab)
    assert shop.install().status_code == 204

    assert before == 401
    assert lab.credentials()["registration"]["shop_id"] == OTHER_ID
    assert shop.ring("order.written", ORDER).status_code == 200
    assert shop.me(shop.token(ID)).status_code == 200


def test_a_new_id_whose_key_opens_nothing_yet_waits_until_the_app_is_on(lab: Lab) -> None:
    shop = replace(lost(lab), shop_id=OTHER_ID, pair=("SWIALATER", "later-key"))
    packed_again(lab)
    assert shop.install().status_code == 204
    waiting = lab.credentials()["key"]
    OPEN.add((HOME, "SWIALATER", "later-key"))
    assert shop.says("app.activated").status_code == 204

    assert waiting != "SWIALATER"
    assert lab.credentials()["key"] == "SWIALATER"


def test_from_another_address_the_merchant_is_asked_all_the_same(lab: Lab) -> None:
    shop = replace(lost(lab), shop_id=OTHER_ID, url=MOVED)
    OPEN.add((MOVED, *shop.pair))
    packed_again(lab)
    assert shop.install().status_code == 204
    waiting = lab.credentials()["url"]
    moving.decide(lab.inst, lab.inst.shop("demo"), agreed=True)

    assert (waiting, lab.credentials()["url"]) == (HOME, MOVED)
    assert shop.ring("order.written", ORDER).status_code == 200


def test_the_window_is_shut_after_a_week(lab: Lab) -> None:
    shop = lost(lab)
    packed_again(lab)
    lab.change(expected="2026-01-01T00:00:00+00:00")
    before = contents(lab.inst)

    assert shop.register().status_code == 401
    assert replace(shop, shop_id=OTHER_ID).register().status_code == 401
    assert contents(lab.inst) == before


def test_the_window_is_shut_once_the_shop_is_in(lab: Lab) -> None:
    shop = lost(lab)
    packed_again(lab)
    assert shop.install().status_code == 204

    assert replace(shop, shop_id=OTHER_ID).register().status_code == 401


def test_the_window_is_shut_once_the_merchant_said_no(lab: Lab) -> None:
    shop = lost(lab)
    packed_again(lab)
    assert replace(shop, url=MOVED).install().status_code == 204
    moving.decide(lab.inst, lab.inst.shop("demo"), agreed=False)
    shop.asked += 9

    assert shop.register().status_code == 401


def test_a_shop_that_proves_itself_in_the_window_always_must_afterwards(lab: Lab) -> None:
    shop = lost(lab)
    packed_again(lab)
    assert shop.install(proof=shop.secret).status_code == 204

    assert shop.register().status_code == 401


@pytest.mark.parametrize("shop_id", [SHOP_ID, OTHER_ID])
@pytest.mark.parametrize("url", [HOME, EVIL])
def test_the_window_lets_no_thief_in(lab: Lab, url: str, shop_id: str) -> None:
    """Even with the package in his hands: his key does not open this shop."""
    real = lost(lab)
    packed_again(lab)
    before = what_counts(lab)

    assert set(stolen(lab, real, url=url, shop_id=shop_id)) == {401}
    assert what_counts(lab) == before
    assert bells(lab.inst) == []
    assert real.ring("order.written", ORDER).status_code == 200
