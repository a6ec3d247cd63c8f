"""Nobody takes a shop over: whoever knows less than the shop itself changes nothing of what counts.

Each attempt goes over HTTP to the whole application, and the whole database is compared. Where the
attacker has the shop's own package, what he may change is a candidate that nobody believes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from adapters.shopware import signatures
from connector import connecting, health, tasks
from connector.port import JSON
from connector.tables import shop as shops_table
from connector.tables import task
from tests.adapters.shopware import standin
from tests.adapters.shopware.standin import EVIL, HOME, OPEN, Caller, Lab
from tests.attacks.evidence import bells, contents

ID = "01a200849390738985eebf03ba74df8e"
ORDER = [{"entity": "order", "operation": "update", "primaryKey": ID}]


def thief(real: Caller, **knows: Any) -> Caller:
    """Somebody at the address of another shop, with a key that opens only that."""
    mine = {"url": EVIL, "secret": "", "pair": ("SWIAEVIL", "evil-key"), "app_secret": "guessed"}
    OPEN.add((EVIL, "SWIAEVIL", "evil-key"))
    return replace(real, **(mine | knows))


def tried(lab: Lab, one: Caller, proof: str = "") -> list[int]:
    """Register, confirm with whatever came of it, then say that the app is there, and ring."""
    codes = [one.register(proof=proof).status_code]
    codes.append(one.confirm(one.secret or "guessed", before=proof).status_code)
    codes.append(one.says("app.activated").status_code)
    codes.append(one.ring("order.written", ORDER).status_code)
    return codes


def expect_nothing(lab: Lab, attempt: Callable[[], list[int]]) -> None:
    before = contents(lab.inst)

    codes = attempt()
    assert all(400 <= code < 500 for code in codes), codes
    assert contents(lab.inst) == before


# ------------------------------------------------------------------ without the package


def test_who_knows_the_shops_id_and_address_registers_nothing(lab: Lab) -> None:
    one = thief(lab.connected(), url=HOME)

    expect_nothing(lab, lambda: tried(lab, one))


def test_the_package_of_another_merchant_opens_nothing_here(lab: Lab) -> None:
    real = lab.connected()
    neighbour = lab.packaged("other", EVIL)
    one = thief(real, app_secret=neighbour.app_secret + "x", link=neighbour.link, url=EVIL)

    expect_nothing(lab, lambda: tried(lab, one))


def test_the_link_of_another_package_does_not_lead_to_this_shop(lab: Lab) -> None:
    real, neighbour = lab.connected(), lab.connected("other", EVIL)
    one = thief(real, link=neighbour.link, secret=neighbour.secret, url=EVIL)

    expect_nothing(lab, lambda: tried(lab, one))


def test_a_signature_by_the_shops_own_secret_does_not_replace_the_packages(lab: Lab) -> None:
    real = lab.connected()
    one = thief(real, app_secret=real.secret)

    expect_nothing(lab, lambda: tried(lab, one))


def test_an_invented_link_connects_nothing(lab: Lab) -> None:
    real = lab.connected()
    for link in ("invented", real.link[:-2], real.link[:40] + "A" * 40, "x" * 9000):
        one = thief(real, slug="new", link=link)
        expect_nothing(lab, lambda one=one: tried(lab, one))  # type: ignore[misc]


def test_a_confirmation_without_a_registration_changes_nothing(lab: Lab) -> None:
    real = lab.connected()
    one = replace(thief(real, url=HOME), told="")

    expect_nothing(
        lab, lambda: [one.confirm(each).status_code for each in ("", "x", real.app_secret)]
    )


def test_a_registration_that_was_seen_before_is_not_taken_again(lab: Lab) -> None:
    real = lab.connected()
    real.asked -= 1

    expect_nothing(lab, lambda: [real.register().status_code])


def test_a_registration_of_yesterday_or_tomorrow_is_not_taken(lab: Lab) -> None:
    real = lab.connected()
    moments = [str(int(time.time()) + hours * 3600) for hours in (-24, 24)]

    expect_nothing(lab, lambda: [real.register(timestamp=each).status_code for each in moments])


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "", "shop.example", "https://a:b@shop.example", "https://shop.example?x", "https://shop.example:x"]
)  # fmt: skip
def test_an_address_that_is_none_is_not_taken(lab: Lab, url: str) -> None:
    real = lab.connected()

    expect_nothing(lab, lambda: [real.register(**{"shop-url": url}).status_code])


def test_another_shops_id_does_not_replace_this_ones(lab: Lab) -> None:
    real = lab.connected()
    one = replace(real, shop_id="RLr7iEljBaMH5nS2")

    expect_nothing(
        lab, lambda: [one.register().status_code, one.register(proof=real.secret).status_code]
    )


def test_a_shop_that_proves_itself_always_must(lab: Lab) -> None:
    real = lab.connected()
    assert real.install(proof=real.secret).status_code == 204

    expect_nothing(lab, lambda: [real.register().status_code])
    expect_nothing(lab, lambda: [real.register(proof="guessed").status_code])


def test_the_secret_that_has_ended_proves_nothing(lab: Lab) -> None:
    real = lab.connected()
    old = real.secret
    assert real.install(proof=old).status_code == 204
    lab.change(rotated_at="2026-01-01T00:00:00+00:00")

    expect_nothing(lab, lambda: [real.register(proof=old).status_code])


def test_a_used_package_connects_no_second_shop(lab: Lab) -> None:
    real = lab.connected()
    one = replace(thief(real), slug="second", app_secret=real.app_secret, url=HOME)

    expect_nothing(lab, lambda: [one.register().status_code])


def test_a_shop_of_another_platform_has_no_door_here(lab: Lab) -> None:
    real = lab.connected()
    lab.inst.database.write(
        lambda tx: tx.execute(
            update(shops_table)
            .where(shops_table.c.slug == "demo", shops_table.c.merchant_id != "")
            .values(platform="woocommerce")
        )
    )
    before = contents(lab.inst)

    codes = [real.register().status_code, real.says("app.deleted").status_code,
             real.looks().status_code, real.presses([ID]).status_code]  # fmt: skip
    assert codes == [401, 404, 404, 404]
    assert contents(lab.inst) == before


def test_a_link_of_another_platform_connects_nothing(lab: Lab) -> None:
    real = lab.packaged()
    pending = {"platform": "woocommerce", "slug": "new", "draft": standin.draft(HOME), "programme": {},
               "until": time.time() + 3600}  # fmt: skip
    one = replace(real, slug="new", link=connecting.sealed(lab.inst.keys, pending))

    expect_nothing(lab, lambda: [one.register().status_code])


# ------------------------------------------------------------------ with the shop's own package


def what_counts(lab: Lab) -> tuple[dict[str, str], JSON]:
    """All tables but the sealed settings, and of those what a shop is asked and believed by."""
    tables = contents(lab.inst)
    del tables[shops_table.name], tables[task.name]
    kept = lab.credentials()
    live = {name: kept["registration"][name] for name in ("live", "previous", "shop_id", "doubled")}
    return tables, live | {name: kept[name] for name in ("url", "key", "key_secret", "app_secret")}


def stolen(lab: Lab, real: Caller, **knows: Any) -> list[int]:
    """He has the package: he registers, is given a secret of his own, and confirms it."""
    one = thief(real, app_secret=real.app_secret, **knows)
    answer = one.register()
    if answer.status_code == 200:
        one.secret = answer.get_json()["secret"]
        one.confirm(one.secret)
    return [
        one.ring("order.written", ORDER).status_code,
        one.says("app.activated").status_code,
        one.says("app.deleted").status_code,
        one.looks().status_code,
        one.presses([ID]).status_code,
        one.me(one.token(ID)).status_code,
    ]


@pytest.mark.parametrize("url", [HOME, EVIL])
def test_a_stolen_package_rings_shows_and_ends_nothing(lab: Lab, url: str) -> None:
    real = lab.connected()
    before = what_counts(lab)

    assert set(stolen(lab, real, url=url)) == {401}
    assert what_counts(lab) == before
    assert bells(lab.inst) == []
    assert real.ring("order.written", ORDER).status_code == 200


def test_a_key_of_the_thiefs_own_shop_does_not_open_this_one(lab: Lab) -> None:
    """The key is tried at the address that is known, never at one that he brought."""
    real = lab.connected()
    before = what_counts(lab)
    one = thief(real, app_secret=real.app_secret, url=HOME)
    one.confirm(one.register().get_json()["secret"], shopUrl=EVIL)

    assert what_counts(lab) == before


def test_a_thief_cannot_turn_the_shops_own_confirmation_into_his(lab: Lab) -> None:
    """What proved one registration proves no other."""
    real = lab.connected()
    old = real.secret
    secret = real.register(proof=old).get_json()["secret"]
    one = thief(real, app_secret=real.app_secret, asked=real.asked)
    his = one.register().status_code

    assert his == 200
    assert real.confirm(secret, before=old).status_code == 401
    assert lab.credentials()["registration"]["live"]["secret"] == old


def test_a_waiting_shop_is_not_let_in_by_another_mans_key(lab: Lab) -> None:
    real = lab.packaged()
    real.install()
    one = thief(real, app_secret=real.app_secret, link=real.link, url=HOME)
    OPEN.add((HOME, *real.pair))

    assert one.install().status_code == 204
    assert one.says("app.activated").status_code == 204
    assert one.ring("order.written", ORDER).status_code == 404
    real.told = ""
    assert real.install().status_code == 204
    assert lab.credentials()["key"] == real.pair[0]


def test_a_copy_of_the_shop_rings_for_nothing_and_is_told_once(lab: Lab) -> None:
    real = lab.connected()
    copy = replace(real, url="https://staging.example")
    for _ in range(3):
        assert copy.ring("order.written", ORDER).status_code == 200

    with lab.inst.database.read() as tx:
        (told,) = tasks.open_tasks(tx)
    assert bells(lab.inst) == []
    assert "https://staging.example" in told.sentence("de")


# ------------------------------------------------------------------ forged signatures, at every door


def doors(real: Caller) -> dict[str, Callable[[str], int]]:
    """Each address, called with this signature over what the shop itself would say."""

    def post(path: str, said: JSON) -> Callable[[str], int]:
        def call(signature: str) -> int:
            headers = {signatures.SHOP: signature} if signature else {}
            return real.client.post(path, json=said, headers=headers).status_code

        return call

    def register(signature: str) -> int:
        query = f"shop-id={real.shop_id}&shop-url={HOME}&timestamp={int(time.time())}"
        headers = {signatures.APP: signature} if signature else {}
        return real.client.get(f"{real.base}/register?{query}", headers=headers).status_code

    def panel(signature: str) -> int:
        query = real.query().rpartition("=")[0]
        return real.client.get(f"{real.base}/panel?{query}={signature}").status_code

    confirmed = {"apiKey": "SWIA", "secretKey": "k", "timestamp": str(int(time.time())),
                 "shopUrl": HOME, "shopId": real.shop_id}  # fmt: skip
    button = {"source": {"url": HOME, "shopId": real.shop_id}, "data": {"ids": [ID]},
              "meta": {"timestamp": int(time.time())}}  # fmt: skip
    return {
        "register": register,
        "confirm": post(f"{real.base}/confirm", confirmed),
        "life": post(f"{real.base}/life", real.message("app.deleted", [])),
        "panel": panel,
        "points": post(f"{real.base}/points", button),
        "hooks": post("/hooks/demo", real.message("order.written", ORDER)),
    }


def forged(real: Caller) -> dict[str, str]:
    right = signatures.sign(real.secret, b"something else")
    return {
        "none": "",
        "zeros": "0" * 64,
        "of another message": right,
        "in large letters": right.upper(),
        "cut short": right[:63],
        "one letter longer": right + "0",
        "the secret itself": real.secret,
        "a word": "true",
        "in base64": "c2lnbmF0dXJlIHRoYXQgaXMgbm9uZQ==",
        "two in one": f"{right},{right}",
        "of no secret": signatures.sign("", b"something else"),
        "of the package's secret": signatures.sign(real.app_secret, b"something else"),
    }


DOORS = ("register", "confirm", "life", "panel", "points", "hooks")
FORGERIES = ("none", "zeros", "of another message", "in large letters", "cut short", "one letter longer",
             "the secret itself", "a word", "in base64", "two in one", "of no secret",
             "of the package's secret")  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_a_forged_signature_opens_no_door(lab: Lab, door: str) -> None:
    """Six doors, twelve forgeries each."""
    real = lab.connected()
    before = contents(lab.inst)
    call = doors(real)[door]

    assert tuple(forged(real)) == FORGERIES
    for how, signature in forged(real).items():
        assert call(signature) == 401, how
    assert contents(lab.inst) == before


def test_the_secret_of_the_shop_next_door_opens_no_door(lab: Lab) -> None:
    real, other = lab.connected(), lab.connected("other", EVIL)
    one = replace(real, secret=other.secret)
    before = contents(lab.inst)

    codes = [one.ring("order.written", ORDER), one.says("app.deleted"), one.looks(), one.presses([ID]),
             one.me(one.token(ID))]  # fmt: skip
    assert [answer.status_code for answer in codes] == [401] * 5
    assert contents(lab.inst) == before


def test_a_late_delivery_with_the_old_secret_is_refused_and_caught_up_with(lab: Lab) -> None:
    real = lab.connected()
    old = real.secret
    assert real.install(proof=old).status_code == 204
    at_once = real.ring("order.written", ORDER, secret=old)
    lab.change(rotated_at="2026-01-01T00:00:00+00:00")
    late = real.ring("order.written", ORDER, secret=old)

    assert (at_once.status_code, late.status_code) == (200, 401)
    assert refused(lab) == 1


def refused(lab: Lab) -> int:
    with lab.inst.database.read() as tx:
        return health.of(tx, lab.inst.shop("demo")).refused
