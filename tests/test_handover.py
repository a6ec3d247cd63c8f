"""From points to a working coupon in a real shop and back, over HTTP; whatever goes wrong between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from connector import handover, jobs, lanes, members, rounds, sync, vouchers
from connector.declined import Declined
from connector.installation import utc_now
from connector.outbox import Work
from connector.tables import customer, outbox, task, voucher
from connector.values import MemberId
from connector.vouchers import Asked, State, Voucher
from tests.connected import Connected, connected
from tests.purse import REWARDS

MORE = [
    {"id": "tenth", "title": {"en": "A tenth"}, "kind": "percent", "points": 100, "percent": 10,
     "cap": "20.00", "minimum": "30.00"},
    {"id": "mug-for-free", "title": {"en": "Mug"}, "kind": "free_product", "points": 900,
     "product": "4711"},
    {"id": "parcel", "title": {"en": "Parcel"}, "kind": "free_shipping", "points": 100},
]  # fmt: skip


class Erika:
    """A customer with 10,000 points in a shop of her own."""

    def __init__(self, shop: Connected, email: str) -> None:
        self.shop, self.email = shop, email
        self.id = shop.real.customer(email)
        past = (utc_now() - timedelta(days=60)).isoformat()
        line = {"product_id": shop.real.product("Kaffee"), "quantity": 1, "gross": "2000.00"}
        shop.real.order(customer_id=int(self.id), at=past, paid_at=past, line_items=[line])
        sync.run(shop.inst, shop.shop)
        key = f"{members.CUSTOMER}:{self.id}"
        with shop.inst.database.read() as tx:
            found = members.find(tx, shop.shop.merchant_id, shop.shop.shop_id, [key])
        self.member_id: MemberId = found[key]

    @property
    def available(self) -> int:
        has = self.shop.has(self.id)
        assert has
        return has.available

    def wish(self, reward: str = "five", key: str = "once") -> Voucher:
        inst = self.shop.inst
        work = partial(vouchers.redeem, shop=inst.shop("demo"), member_id=self.member_id,
                       asked=Asked(reward, key), keys=inst.keys, now=utc_now())  # fmt: skip
        return inst.database.write(work)

    def redeem(self, reward: str = "five", key: str = "once") -> Voucher:
        one = self.wish(reward, key)
        self.shop_works()
        return self.now(one)

    def take_back(self, one: Voucher) -> None:
        work = partial(vouchers.take_back, merchant_id=one.merchant_id, voucher_id=one.voucher_id,
                       now=utc_now())  # fmt: skip
        self.shop.inst.database.write(work)

    def shop_works(self) -> None:
        """What a worker does in the shop's lane, at once also what had to wait."""
        due = update(outbox).where(outbox.c.done_at.is_(None), outbox.c.kind.like("voucher%"))
        self.shop.inst.database.write(lambda tx: tx.execute(due.values(due_at=utc_now())))
        jobs.run_lane(self.shop.inst, lanes.of_shop(self.shop.shop))

    def now(self, one: Voucher) -> Voucher:
        with self.shop.inst.database.read() as tx:
            found = vouchers.get(tx, one.merchant_id, one.voucher_id)
        assert found
        return found

    def coupon(self, one: Voucher) -> Any:
        found = self.shop.real.rest("GET", f"/coupons?code={one.code}")
        return found[0] if found else None

    def buy(self, one: Voucher, gross: str = "40.00") -> str:
        line = {"product_id": self.shop.real.product("Tasse"), "quantity": 1, "gross": gross}
        return self.shop.real.order(
            customer_id=int(self.id), line_items=[line], coupon_lines=[{"code": one.code}],
            email=self.email,
        )  # fmt: skip

    def tasks(self) -> list[str]:
        with self.shop.inst.database.read() as tx:
            asked = select(task.c.kind).where(task.c.done_at.is_(None))
            return list(tx.execute(asked).scalars())


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    folder = tmp_path_factory.mktemp("handover")
    with connected(folder / "data", rewards=REWARDS + MORE) as opened:
        yield opened


@pytest.fixture
def erika(shop: Connected, request: pytest.FixtureRequest) -> Iterator[Erika]:
    name = request.node.name.translate(str.maketrans("[]", "--"))
    yield Erika(shop, f"{name[-40:].strip('-_')}@example.com")
    shop.real.habits()
    shop.real.good_again()


# ------------------------------------------------------------------ making it


def test_points_become_a_coupon_that_is_personal_and_good_once(erika: Erika) -> None:
    one = erika.redeem()
    coupon = erika.coupon(one)

    assert (one.state, erika.available) == (State.READY, 9500)
    assert (coupon["code"], coupon["amount"]) == (one.code.lower(), "5.00")
    assert (coupon["minimum_amount"], coupon["usage_limit"]) == ("0.00", 1)
    assert coupon["individual_use"] is True
    assert coupon["email_restrictions"] == [erika.email]
    assert coupon["date_expires"] == f"{one.expires_on}T23:59:59"


def test_at_most_half_of_the_basket_is_a_smallest_basket(erika: Erika) -> None:
    assert erika.coupon(erika.redeem("discount"))["minimum_amount"] == "10.00"


def test_a_capped_percentage_works_for_baskets_that_stay_below_the_cap(erika: Erika) -> None:
    one = erika.redeem("tenth")
    coupon = erika.coupon(one)

    assert (coupon["discount_type"], coupon["amount"]) == ("percent", "10.00")
    assert (coupon["minimum_amount"], coupon["maximum_amount"]) == ("30.00", "200.00")
    with pytest.raises(requests.HTTPError):
        erika.buy(erika.now(one), "200.01")
    with pytest.raises(requests.HTTPError):
        erika.buy(erika.now(one), "29.99")
    assert erika.buy(erika.now(one), "200.00")


def test_a_free_product_is_all_of_one_piece_and_nothing_else(erika: Erika) -> None:
    coupon = erika.coupon(erika.redeem("mug-for-free"))

    assert (coupon["discount_type"], coupon["amount"]) == ("percent", "100.00")
    assert (coupon["product_ids"], coupon["limit_usage_to_x_items"]) == ([4711], 1)

    mug = erika.shop.real.product("Mug")
    erika.shop.real.rest("PUT", f"/coupons/{coupon['id']}", {"product_ids": [mug]})
    lines = [{"product_id": erika.shop.real.product("Plate"), "quantity": 1},
             {"product_id": mug, "quantity": 3}]  # fmt: skip
    order = erika.shop.real.order(customer_id=int(erika.id), email=erika.email, line_items=lines,
                                  coupon_lines=[{"code": coupon["code"]}])  # fmt: skip
    shown = erika.shop.real.rest("GET", f"/orders/{order}")
    assert float(shown["discount_total"]) + float(shown["discount_tax"]) == pytest.approx(19.99)


def test_free_shipping_is_a_coupon_too(erika: Erika) -> None:
    assert erika.coupon(erika.redeem("parcel"))["free_shipping"] is True


def test_an_address_that_woocommerce_mangles_gets_a_code_bound_to_nobody(shop: Connected) -> None:
    erika = Erika(shop, "kase@example.com")
    mine = update(customer).where(customer.c.external_id == erika.id)
    shop.inst.database.write(lambda tx: tx.execute(mine.values(email="käse@example.com")))

    one = erika.redeem()

    assert (one.state, erika.coupon(one)["email_restrictions"]) == (State.READY, [])


def test_a_shop_that_is_busy_is_asked_again_and_the_points_wait(erika: Erika) -> None:
    erika.shop.real.habits(busy={"times": 50, "status": 503})
    one = erika.redeem()
    assert (one.state, erika.available) == (State.WANTED, 9500)

    erika.shop.real.good_again()
    erika.shop_works()

    assert erika.now(one).state is State.READY


def test_a_voucher_that_does_not_get_on_is_a_task_until_it_does(erika: Erika) -> None:
    erika.shop.real.habits(busy={"times": 500, "status": 503})
    one = erika.wish()
    for _ in range(jobs.PATIENCE):
        erika.shop_works()
    assert "stuck" not in erika.tasks()
    erika.shop_works()
    assert "stuck" in erika.tasks()

    erika.shop.real.good_again()
    erika.shop_works()

    assert (erika.now(one).state, erika.tasks().count("stuck")) == (State.READY, 0)


def test_what_the_shop_refuses_is_released_and_says_why(erika: Erika) -> None:
    one = erika.wish()
    body = {"code": one.code, "amount": "1.00", "discount_type": "fixed_cart"}
    erika.shop.real.rest("POST", "/coupons", body)  # the merchant's own, by some accident
    erika.shop_works()

    assert erika.now(one).state is State.ENDED
    assert "another coupon with this code" in erika.now(one).error
    assert erika.available == 10_000
    assert erika.coupon(one)["amount"] == "1.00"


def test_done_twice_there_is_one_coupon_and_one_redemption(erika: Erika) -> None:
    one = erika.redeem()
    again = update(voucher).where(voucher.c.voucher_id == one.voucher_id)
    erika.shop.inst.database.write(lambda tx: tx.execute(again.values(state="wanted")))
    undone = update(outbox).where(outbox.c.args["voucher_id"].as_string() == one.voucher_id)
    erika.shop.inst.database.write(lambda tx: tx.execute(undone.values(done_at=None)))
    erika.shop_works()

    assert (erika.now(one).state, erika.available) == (State.READY, 9500)
    assert len(erika.shop.real.rest("GET", f"/coupons?code={one.code}")) == 1


class Hasty:
    """The shop, in front of which the customer changes her mind while it makes the code."""

    def __init__(self, real: Any, meanwhile: Callable[[], None]) -> None:
        self._real, self._meanwhile = real, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def ensure_voucher(self, wanted: Any) -> None:
        self._real.ensure_voucher(wanted)
        self._meanwhile()


def test_a_code_taken_back_while_it_is_made_is_taken_away_again(erika: Erika) -> None:
    one, inst = erika.wish(), erika.shop.inst
    real = inst.platform(erika.shop.shop)
    hasty: Any = Hasty(real, lambda: erika.take_back(one))
    inst._platforms[one.shop_id] = (erika.shop.shop.settings_version, hasty)
    work = Work(one.merchant_id, "", "", "voucher",
                {"shop_id": one.shop_id, "voucher_id": one.voucher_id}, 0)  # fmt: skip
    handover.make(inst, work)
    inst.forget(erika.shop.shop)

    assert (erika.now(one).state, erika.coupon(one)) == (State.REVOKING, None)
    erika.shop_works()
    assert (erika.now(one).state, erika.available) == (State.ENDED, 10_000)


# ------------------------------------------------------------------ and back


def test_an_unused_code_leaves_the_shop_and_its_points_come_back(erika: Erika) -> None:
    one = erika.redeem()
    erika.take_back(one)
    erika.shop_works()

    assert (erika.now(one).state, erika.available) == (State.ENDED, 10_000)
    assert erika.coupon(one) is None


def test_a_use_that_rang_no_bell_is_found_before_points_come_back(erika: Erika) -> None:
    one = erika.redeem()
    order = erika.buy(one)
    erika.take_back(one)
    erika.shop_works()

    assert (erika.now(one).state, erika.now(one).used_in) == (State.USED, order)
    assert erika.available == 9500


def test_points_wait_while_the_shop_cannot_say_whether_the_code_was_used(erika: Erika) -> None:
    one = erika.redeem()
    erika.take_back(one)
    erika.shop.real.habits(busy={"times": 50, "status": 503})
    erika.shop_works()
    assert (erika.now(one).state, erika.available) == (State.REVOKING, 9500)

    erika.shop.real.good_again()
    erika.shop_works()

    assert (erika.now(one).state, erika.available) == (State.ENDED, 10_000)


def test_a_cancelled_order_frees_the_code_in_the_shop_and_here(erika: Erika) -> None:
    one = erika.redeem()
    order = erika.buy(one)
    sync.run(erika.shop.inst, erika.shop.shop)
    assert erika.now(one).state is State.USED
    with pytest.raises(Declined):
        erika.take_back(one)

    erika.shop.real.control("POST", f"/orders/{order}/cancel")
    sync.run(erika.shop.inst, erika.shop.shop)

    assert (erika.now(one).state, erika.available) == (State.READY, 9500)
    assert erika.coupon(one)["usage_count"] == 0
    erika.take_back(one)
    erika.shop_works()
    assert erika.available == 10_000


def test_a_code_that_the_shop_let_two_orders_have_needs_a_person(erika: Erika) -> None:
    one = erika.redeem()
    coupon = erika.coupon(one)
    erika.buy(one)
    erika.shop.real.rest("PUT", f"/coupons/{coupon['id']}", {"usage_limit": 2})  # the race
    erika.buy(one)
    sync.run(erika.shop.inst, erika.shop.shop)

    assert "voucher_twice" in erika.tasks()


def test_a_code_whose_time_is_over_is_taken_back_by_itself(erika: Erika) -> None:
    one = erika.redeem()
    past = update(voucher).where(voucher.c.voucher_id == one.voucher_id)
    erika.shop.inst.database.write(
        lambda tx: tx.execute(past.values(expires_on=(utc_now() - timedelta(days=2)).date()))
    )
    rounds.ring(erika.shop.inst, "vouchers")
    jobs.run_lane(erika.shop.inst, lanes.walks_of(erika.shop.shop))
    erika.shop_works()

    assert (erika.now(one).state, erika.available) == (State.ENDED, 10_000)
    assert erika.coupon(one) is None


def test_a_shop_that_refuses_us_costs_nobody_his_points(tmp_path: Path) -> None:
    with connected(tmp_path / "data", rewards=REWARDS) as shop:
        erika = Erika(shop, "erika@example.com")
        shop.real.habits(lost_access=True)
        one = erika.redeem()
        assert (one.state, erika.available) == (State.WANTED, 9500)
        assert erika.tasks() == ["access_lost"]
        with pytest.raises(Declined) as no:
            erika.wish(key="another")
        assert no.value.why == "closed"

        shop.real.good_again()
        erika.shop_works()

        assert erika.now(one).state is State.READY


def test_a_code_that_is_good_again_is_made_sure_of_in_the_shop(erika: Erika) -> None:
    """Some platforms keep a code used when its order is cancelled; here an employee deleted it."""
    one = erika.redeem()
    order = erika.buy(one)
    sync.run(erika.shop.inst, erika.shop.shop)
    assert erika.now(one).state is State.USED
    erika.shop.real.rest("DELETE", f"/coupons/{erika.coupon(one)['id']}?force=true")

    erika.shop.real.control("POST", f"/orders/{order}/cancel")
    sync.run(erika.shop.inst, erika.shop.shop)
    erika.shop_works()

    assert erika.now(one).state is State.READY
    assert erika.coupon(one)["code"] == one.code.lower()


def test_a_code_that_cannot_be_made_good_again_is_a_task_and_takes_no_points(erika: Erika) -> None:
    one = erika.redeem()
    order = erika.buy(one)
    sync.run(erika.shop.inst, erika.shop.shop)
    before = erika.available
    erika.shop.real.rest("DELETE", f"/coupons/{erika.coupon(one)['id']}?force=true")
    erika.shop.real.rest(
        "POST", "/coupons", {"code": one.code, "amount": "1.00"}
    )  # somebody else's
    erika.shop.real.control("POST", f"/orders/{order}/cancel")
    sync.run(erika.shop.inst, erika.shop.shop)

    for _ in range(jobs.PATIENCE + 1):
        erika.shop_works()

    assert erika.now(one).state is State.READY
    assert erika.available == before
    assert "stuck" in erika.tasks()

    erika.shop.real.rest("DELETE", f"/coupons/{erika.coupon(one)['id']}?force=true")
    erika.shop_works()
    assert "stuck" not in erika.tasks()
