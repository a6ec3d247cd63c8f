"""What members have is told to shops that keep it: once for each change, whatever changed it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from adapters.woocommerce.shop import WooCommerce
from connector import balances, comparing, corrections, jobs, lanes, members, rounds, shops, sync
from connector.errors import NotThere, TryLater
from connector.installation import Installation, utc_now
from connector.port import Balance, ListsMissing, PublishesBalance, Stream
from connector.tables import member
from connector.values import MemberId
from tests.connected import Connected, connected


class Telling(WooCommerce):
    """A shop that also keeps points, and lists no deletions: what only some platforms do."""

    told: list[Balance]
    busy = False
    lost: frozenset[str] = frozenset()
    asked: list[int]

    def publish_balances(self, given: Sequence[Balance]) -> None:
        if self.busy:
            raise TryLater("The shop is busy.")
        self.told += given

    def missing(self, stream: Stream, external_ids: Sequence[str]) -> Sequence[str]:
        self.asked.append(len(external_ids))
        return [each for each in external_ids if each in self.lost]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connected]:
    with connected(tmp_path / "data") as opened:
        settings = shops.StoredSettings(opened.inst.database, opened.inst.keys, opened.shop)
        platform = Telling(settings)
        platform.told, platform.asked = [], []
        monkeypatch.setattr(Installation, "platform", lambda _inst, _shop: platform)
        yield opened


def platform(shop: Connected) -> Any:
    return shop.inst.platform(shop.shop)


def publish(shop: Connected) -> list[Balance]:
    """What a round tells."""
    platform(shop).told.clear()
    balances.publish(shop.inst, shop.shop, lambda: False)
    return list(platform(shop).told)


def buys(shop: Connected, customer: str, gross: str = "100.00") -> None:
    past = (utc_now() - timedelta(days=60)).isoformat()
    line = {"product_id": shop.real.product("Kaffee"), "quantity": 1, "gross": gross}
    shop.real.order(customer_id=int(customer), at=past, paid_at=past, line_items=[line])
    sync.run(shop.inst, shop.shop)


def member_of(shop: Connected, customer: str) -> MemberId:
    key = f"{members.CUSTOMER}:{customer}"
    with shop.inst.database.read() as tx:
        found = members.find(tx, shop.shop.merchant_id, shop.shop.shop_id, [key])
    return found[key]


def test_only_platforms_that_can_are_told(tmp_path: Path) -> None:
    with connected(tmp_path / "data") as plain:
        found = plain.inst.platform(plain.shop)
        assert not isinstance(found, PublishesBalance | ListsMissing)
        assert balances.publish(plain.inst, plain.shop, lambda: False) == 0


def test_a_new_member_is_told_with_his_points(shop: Connected) -> None:
    mia = shop.real.customer("mia@example.com")
    buys(shop, mia)

    assert publish(shop) == [Balance(mia, 500)]


def test_what_was_told_is_not_told_again(shop: Connected) -> None:
    buys(shop, shop.real.customer("mia@example.com"))
    publish(shop)

    assert publish(shop) == []


def test_whatever_changes_the_points_is_told(shop: Connected) -> None:
    mia = shop.real.customer("mia@example.com")
    buys(shop, mia)
    publish(shop)

    give = partial(
        corrections.correct, merchant_id=shop.shop.merchant_id, member_id=member_of(shop, mia),
        points=40, reason_text="Kulanz", by="test", key="once", now=utc_now(),
    )  # fmt: skip
    shop.inst.database.write(give)

    assert publish(shop) == [Balance(mia, 540)]


def test_who_leaves_is_told_once_and_has_none(shop: Connected) -> None:
    mia = shop.real.customer("mia@example.com")
    buys(shop, mia)
    publish(shop)
    gone = update(member).where(member.c.member_id == member_of(shop, mia))
    shop.inst.database.write(lambda tx: tx.execute(gone.values(left_at=utc_now())))

    assert publish(shop) == [Balance(mia, None)]
    assert publish(shop) == []


def test_a_shop_that_is_busy_is_told_later_and_nothing_is_forgotten(shop: Connected) -> None:
    mia = shop.real.customer("mia@example.com")
    buys(shop, mia)
    platform(shop).busy = True
    with pytest.raises(TryLater):
        publish(shop)
    platform(shop).busy = False

    assert publish(shop) == [Balance(mia, 500)]


def test_more_than_a_page_is_told_whole(shop: Connected) -> None:
    everybody = [shop.real.customer(f"p{n}@example.com") for n in range(balances.AT_ONCE + 3)]
    sync.run(shop.inst, shop.shop)

    assert {one.external_id for one in publish(shop)} == set(everybody)


def test_the_round_that_catches_up_tells_too(shop: Connected) -> None:
    mia = shop.real.customer("mia@example.com")
    buys(shop, mia)

    rounds.ring(shop.inst, "sync")
    jobs.run_lane(shop.inst, lanes.walks_of(shop.shop))
    assert Balance(mia, 500) in platform(shop).told


# ------------------------------------------------------------------ what is gone


def test_what_the_shop_no_longer_lists_is_looked_at(shop: Connected) -> None:
    order = shop.real.order(customer_id=int(shop.real.customer("mia@example.com")), paid=True)
    sync.run(shop.inst, shop.shop)
    rung: list[tuple[Stream, list[str]]] = []
    platform(shop).lost = frozenset({order})

    found = comparing.compare(
        shop.inst, shop.shop, lambda stream, ids: rung.append((stream, ids)), lambda *_: None
    )
    assert found == 1
    assert (Stream.ORDERS, [order]) in rung


def test_a_wrong_list_takes_nothing_from_anybody(shop: Connected) -> None:
    """The list says that everything is gone; each look says otherwise."""
    mia = shop.real.customer("mia@example.com")
    buys(shop, mia)
    shop.real.order(customer_id=int(mia), paid=True)
    sync.run(shop.inst, shop.shop)
    platform(shop).lost = frozenset(map(str, range(1000)))
    points, before = shop.points(mia), shop.transfers()

    sync.reconcile(shop.inst, shop.shop)
    jobs.run_lane(shop.inst, lanes.of_shop(shop.shop))

    assert (shop.points(mia), shop.transfers()) == (points, before)
    assert publish(shop) == [Balance(mia, 500)]


def test_a_customer_who_is_gone_is_forgotten(
    shop: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    mia = shop.real.customer("mia@example.com")
    sync.run(shop.inst, shop.shop)
    platform(shop).lost = frozenset({mia})

    def gone(_external_id: str) -> None:
        raise NotThere("The shop has no such customer.")

    monkeypatch.setattr(platform(shop), "customer", gone)
    sync.reconcile(shop.inst, shop.shop)
    jobs.run_lane(shop.inst, lanes.of_shop(shop.shop))

    assert shop.has(mia) is None
    assert publish(shop) == []
