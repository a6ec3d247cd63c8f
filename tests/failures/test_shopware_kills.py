"""Killed while a code was being made in a Shopware shop, or taken back: there is one, and it is the one that was
meant, or there is none; and points and codes agree once it was done again.

The twin of the vouchers in `test_kill_outside`. A code of Shopware's is a rule, a promotion and a code, so there are
more moments at which half of it could be left.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.installation import open_installation
from tests.adapters.shopware import simulated
from tests.adapters.shopware.connection import connect
from tests.connected import config
from tests.failures import doomed, proof
from tests.failures.conftest import nothing_to_do
from tests.failures.death import Death, somewhere
from tests.failures.forge import Forge
from tests.failures.rounds import seeds
from tests.failures.test_kill_outside import standing_of

MAKING = ("shopware/vouchers.py", "shopware/promotions.py", "shopware/client.py", "shopware/tokens.py",
          "shopware/answers.py", "adapters/wire.py")  # fmt: skip
LINES = 800
REDEEMING = ("connector/vouchers.py", "connector/voucher_rows.py", "connector/handover.py",
             "connector/jobs.py", "connector/db.py", "shopware/vouchers.py")  # fmt: skip
PER_CENT = ("cart", "percentage", 7.0)


@pytest.fixture(scope="module")
def shop() -> Iterator[simulated.Shop]:
    with simulated.running() as real:
        yield real


@pytest.fixture(scope="module")
def folder(shop: simulated.Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of an installation that is connected to the shop and has read nothing."""
    made = tmp_path_factory.mktemp("kills") / "data"
    inst = open_installation(config(made))
    connect(inst, shop)
    nothing_to_do(inst)
    inst.close()
    return made


def found(shop: simulated.Shop, entity: str, **criteria: Any) -> list[Any]:
    return list(shop.api("POST", f"/search/{entity}", {"limit": 500, **criteria})["data"])


def codes(shop: simulated.Shop, code: str) -> list[tuple[Any, ...]]:
    """What each code of this name is worth, whether it works, and from which basket on."""
    named = [{"type": "equals", "field": "code", "value": code}]
    meant = []
    for each in found(shop, "promotion-individual-code", filter=named):
        full: dict[str, Any] = {
            "discounts": {},
            "cartRules": {"associations": {"conditions": {}}},
            "salesChannels": {},
        }
        (one,) = found(shop, "promotion", ids=[each["promotionId"]], associations=full)
        worth = [(d["scope"], d["type"], d["value"]) for d in one["discounts"]]
        least = [c["value"]["amount"] for rule in one["cartRules"] for c in rule["conditions"]
                 if c["type"] == "cartCartAmount"]  # fmt: skip
        meant.append((*worth, one["active"], bool(one["salesChannels"]), *least))
    return meant


def death(chance: random.Random) -> Death:
    if chance.random() < 0.5:
        return Death("moment", chance.uniform(0.003, 0.08))
    return Death("line", chance.randint(1, LINES), MAKING)


@seeds(12)
def test_after_a_kill_there_is_one_code_and_it_is_the_one_that_was_meant(
    forge: Forge, shop: simulated.Shop, seed: int
) -> None:
    chance, code = random.Random(f"code {seed}"), f"SK-KILL-{seed}"
    settings = shop.settings().value
    for _ in range(chance.randint(1, 3)):
        forge.run("make_code", death(chance), settings=settings, code=code)
        assert codes(shop, code) in ([], [(PER_CENT, True, True, 25.0)])
    forge.run("make_code", settings=settings, code=code)

    assert codes(shop, code) == [(PER_CENT, True, True, 25.0)]


@seeds(6)
def test_a_code_whose_end_was_killed_is_there_as_it_was_or_gone(
    forge: Forge, shop: simulated.Shop, seed: int
) -> None:
    chance, code = random.Random(f"revoke {seed}"), f"SK-GONE-{seed}"
    settings = shop.settings().value
    forge.run("make_code", settings=settings, code=code)
    for _ in range(chance.randint(1, 3)):
        forge.run("make_code", death(chance), settings=settings, code=code, gone=True)
        assert codes(shop, code) in ([], [(PER_CENT, True, True, 25.0)])
    forge.run("make_code", settings=settings, code=code, gone=True)

    assert codes(shop, code) == []


@pytest.mark.parametrize("back", [False, True])
@seeds(2)
def test_a_wish_that_is_killed_again_and_again_ends_as_one_that_is_not(
    forge: Forge,
    shop: simulated.Shop,
    folder: Path,
    copy: Callable[[Path], Path],
    seed: int,
    back: bool,
) -> None:
    chance, here = random.Random(f"redeem {seed} {back}"), copy(folder)
    customer = shop.customer(f"redeems{seed}{back}@example.com")
    bought = (datetime.now(UTC) - timedelta(days=60)).isoformat()
    line = {"product_id": shop.product("Kaffee"), "quantity": 1, "gross": "2000.00"}
    shop.order(customer_id=customer, at=bought, paid=True, line_items=[line], shipping="0")
    doomed.read_shop(str(here))
    before, kills = ids(shop), 0
    for life in range(5):
        end = somewhere(chance, seconds=0.25, statements=90, files=REDEEMING, lines=900)
        if life == 0:
            end = Death("statement", 5)  # early, so that none comes too late to be one
        kills += not forge.run("redeem", end, folder=str(here), customer=customer, back=back,
                               later=3 * life)  # fmt: skip
    forge.run("redeem", folder=str(here), customer=customer, back=back, later=60)

    has = proof.closing(here, lambda inst: standing_of(inst, customer))
    assert kills
    assert (len(ids(shop) - before), has.available, has.held) == (
        (0, HELD, 0) if back else (1, HELD - 500, 0)
    )
    assert proof.closing(here, proof.reasons).get("redeem", 0) <= 1


HELD = 10_000
"""For goods of 2000 EUR with tax, five for each."""


def ids(shop: simulated.Shop) -> set[str]:
    return {each["id"] for each in found(shop, "promotion-individual-code")}
