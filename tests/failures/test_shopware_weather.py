"""One kind of weather at a time over a Shopware shop's bells: what each alone loses, and who finds it again.

One shop lives through all of them, in any order; each begins on a calm day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connector import jobs, lanes, tasks
from connector.installation import Installation
from connector.tables import inbox
from tests.failures.conftest import nothing_to_do
from tests.failures.storms import STEP, Storm, figure, settled, storm


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storm]:
    """On the version that can change its secret."""
    with storm(tmp_path_factory.mktemp("weather"), "weather", "6.7.9.1") as shared:
        shared.customer = shared.shop.customer("erika@example.com")
        yield shared


@pytest.fixture
def one(year: Storm) -> Storm:
    year.calm()
    year.mend()
    year.move_to(year.now + STEP)
    for inst in (year.there.inst, year.told, year.deaf):
        settled(inst)
    nothing_to_do(
        year.there.inst
    )  # who was refused for an old secret reads the shop by himself from then on
    while not year.there.rung.empty():
        year.there.rung.get()
    return year


def bought(storm: Storm, **more: object) -> str:
    """An order of 46.23 EUR with tax, paid at once, and told to who is told."""
    order = storm.shop.order(customer_id=storm.customer, paid=True, **more)
    storm.tell(order)
    return order


def lost(storm: Storm) -> None:
    storm.shop.habits(webhooks={"drop": 1.0})


def down(storm: Storm) -> None:
    """Within the checkout it is tried once, and the customer waits for it."""
    storm.down = True


def of_an_old_secret(storm: Storm) -> None:
    """Longer after the rotation than the old secret is good for."""
    storm.rotate()
    storm.shop.habits(old_secret={"times": 100})
    storm.move_to(storm.now + STEP)


def late(storm: Storm) -> None:
    """Signed, and a day and a half under way."""
    storm.shop.habits(webhooks={"delay_seconds": 0.5})


@pytest.mark.parametrize("weather", [lost, down, of_an_old_secret, late])
def test_what_rang_in_vain_is_found_by_one_reconcile(
    one: Storm, weather: Callable[[Storm], None]
) -> None:
    """The control of the storm: in each of these alone an order goes unheard."""
    weather(one)
    bought(one)
    one.move_to(one.now + STEP)
    one.calm()
    heard = one.there.rung.qsize()
    if weather is not of_an_old_secret:  # its bells are answered, and nobody goes round meanwhile
        jobs.run_lane(one.there.inst, lanes.of_shop(one.there.inst.shop("demo")))
    before, orderly = figure(one.there.inst), settled(one.told)

    assert before != orderly
    assert settled(one.there.inst) == orderly
    assert bool(heard) == (weather in (of_an_old_secret, late))


def test_bells_that_the_shop_has_switched_off_ring_again_once_somebody_looks(one: Storm) -> None:
    """Ten failures in a row, and a webhook is off for good; nobody is told."""
    one.shop.habits(webhooks={"worker": True})
    one.down = True
    for _ in range(10):
        bought(one)
    assert one.shop.control("GET", "/deliveries?wait=60")["quiet"]
    one.calm()
    assert [hook["eventName"] for hook in off(one) if "placed" in hook["eventName"]]

    bought(one)
    unheard = bells(one.there.inst)
    one.mend()
    heard = bought(one)

    assert (unheard, bells(one.there.inst), off(one)) == (set(), {heard}, [])
    orderly = settled(one.told)
    assert settled(one.there.inst) == orderly


def off(storm: Storm) -> list[dict[str, str]]:
    hooks = storm.shop.api("POST", "/search/webhook", {"limit": 100})["data"]
    return [hook for hook in hooks if not hook["active"]]


def bells(inst: Installation) -> set[str]:
    """Which orders rang."""
    with inst.database.read() as tx:
        return {row.external_id for row in tx.execute(inbox.select()) if row.kind == "orders"}


def test_looking_and_writing_ourselves_rings_nothing(one: Storm) -> None:
    """Drafts of an order that is opened in the administration, and our own words about a customer."""
    order = bought(one)
    jobs.run_due(one.there.inst)
    settled(one.there.inst)
    assert bells(one.there.inst) == set()

    one.shop.act(order, "open_in_admin")
    one.shop.api("PATCH", f"/customer/{one.customer}", {"customFields": {"stammkunde_points": 5}})

    with one.there.inst.database.read() as tx:
        assert tx.execute(inbox.select()).all() == []


def test_a_part_that_came_back_without_an_amount_is_left_to_a_person_in_every_weather(
    one: Storm,
) -> None:
    """Shopware's core keeps no amount, and nothing is guessed: who saw the order before keeps what it gave,
    unreleased; who did not gives nothing. A person's figure ends both."""
    order = bought(one)
    one.shop.act(order, "refund_partially")
    one.tell(order)
    for inst in (one.told, one.deaf):
        settled(inst)
        with inst.database.read() as tx:
            assert [task.kind for task in tasks.open_tasks(tx)] == ["refund_unknown"]

    one.shop.act(order, "refund")
    one.tell(order)
    assert settled(one.deaf) == settled(one.told)
