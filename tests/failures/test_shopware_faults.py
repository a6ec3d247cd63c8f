"""Whatever a Shopware shop answers instead of an answer: the twin of `test_platform_faults`.

Every case is a whole sync, and a look that a webhook asked for, through a server that spoils answers.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.shopware import streams
from adapters.shopware.shop import Shopware
from adapters.shopware.tokens import Tokens
from adapters.wire import Limits
from connector import jobs, sync
from connector.installation import Installation, open_installation
from connector.tables import order
from tests.adapters.shopware import simulated
from tests.adapters.shopware.connection import DOCUMENT, connect
from tests.adapters.woocommerce.simulated import Kept
from tests.connected import config
from tests.failures import faulty, proof
from tests.failures.conftest import nothing_to_do
from tests.failures.faults_of_shops import Fault
from tests.failures.faults_of_shopware import FAULTS, ORDERS, PAGES, dated
from tests.failures.under_faults import (
    LIMITS,
    PATIENT,
    attempt,
    awards,
    recover,
    ring,
    sentences,
)  # fmt: skip

HOW_MANY = 12
MOST_REQUESTS = 60
"""Of a disturbed sync with its look; an undisturbed one needs a dozen, twice that where each needs a token."""


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few orders are many pages."""
    monkeypatch.setattr(streams, "PER_PAGE", PAGES)


class Past:
    """A shop with a dozen orders, and the folder of an installation that never read them."""

    def __init__(self, real: simulated.Shop, folder: Path) -> None:
        self.real, self.folder, self.newest = real, folder, ""

    def credentials(self, url: str) -> Kept:
        kept = self.real.settings(**DOCUMENT)
        kept.value["credentials"]["url"] = url
        return kept


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    with simulated.running() as real:
        one = Past(real, tmp_path_factory.mktemp("shopware") / "data")
        erika, product = real.customer("erika@example.com"), real.product("Kaffee")
        lines = [{"product_id": product, "quantity": 2, "gross": "39.98"}]
        for number in range(HOW_MANY):
            one.newest = real.order(customer_id=erika, paid=True, line_items=lines)
            if number % 4 == 1:
                real.act(one.newest, "refund_partially", line=0, quantity=1)
        inst = open_installation(config(one.folder))
        connect(inst, real)
        nothing_to_do(inst)
        inst.close()
        yield one


@contextmanager
def reading(past: Past, folder: Path, through: str) -> Iterator[Installation]:
    """An installation that reaches the shop at another address."""
    inst = open_installation(config(folder))
    reach(inst, past, through, PATIENT)
    yield inst
    inst.close()


def reach(inst: Installation, past: Past, through: str, limits: Limits) -> None:
    """With a new memory for tokens: what was refused or locked before is long ago."""
    shop = inst.shop("demo")
    platform = Shopware(past.credentials(through), limits=limits, tokens=Tokens())
    inst._platforms[shop.shop_id] = shop.settings_version, platform


@pytest.fixture(scope="module")
def expected(past: Past, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, int]]:
    """The digest and the awards of an undisturbed sync."""
    folder = shutil.copytree(past.folder, tmp_path_factory.mktemp("expected") / "data")
    with reading(past, folder, past.real.url) as inst:
        sync.run(inst, inst.shop("demo"))
        jobs.run_due(inst)
        return proof.digest_of(inst), awards(inst)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_passes_and_leaves_nothing_wrong(
    past: Past, expected: tuple[str, dict[str, int]], copy: Callable[[Path], Path], fault: Fault
) -> None:
    waits: list[float] = []
    with (
        faulty.before(past.real.url) as server,
        reading(past, copy(past.folder), server.url) as inst,
    ):
        server.spoil, server.where = fault.spoil, fault.where
        reach(inst, past, server.url, LIMITS if fault.says == "in time" else PATIENT)
        said = attempt(inst, waits)
        ring(inst, past.newest)
        jobs.run_due(inst)
        asked, seen, written = server.requests, awards(inst), sentences(inst)
        assert proof.findings(inst.database) == []
        server.spoil = None
        reach(inst, past, server.url, PATIENT)
        recover(inst, nightly=fault.lies)
        after = proof.digest_of(inst)
        assert proof.findings(inst.database) == []

    assert bool(re.search(fault.says, said)) if fault.says else said == ""
    assert asked <= MOST_REQUESTS
    assert all(0 < seconds <= 300 for seconds in waits)
    assert fault.lies or seen.items() <= expected[1].items()
    private = ("Traceback", past.real.client_secret, past.real.client_id, "SWIAREPEATED", "<")
    assert not [text for text in [said, *written] if any(word in text for word in private)]
    assert after == expected[0]


def test_an_order_that_is_placed_while_the_shops_clock_is_ahead_is_found(
    past: Past, copy: Callable[[Path], Path]
) -> None:
    """Without a webhook, and without the night's look, which knows only what was read once."""
    with (
        faulty.before(past.real.url) as server,
        reading(past, copy(past.folder), server.url) as inst,
    ):
        server.spoil, server.where = dated("Fri, 31 Dec 9999 23:59:59 GMT"), ORDERS
        attempt(inst, [])
        late = past.real.order(email="spaet@example.com")
        reach(inst, past, past.real.url, PATIENT)
        past.real.control("PUT", "/clock", {"advance_seconds": 7200})
        for _ in range(2):
            sync.run(inst, inst.shop("demo"))
        with inst.database.read() as tx:
            known = set(tx.execute(select(order.c.external_id)).scalars())
    past.real.control("PUT", "/clock", {"now": None})
    past.real.act(late, "delete")

    assert late in known


def test_there_are_more_than_a_hundred_faults_and_each_has_its_name() -> None:
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names) > 100
