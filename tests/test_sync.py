"""Reading a shop over real HTTP: nothing is lost, repeats are free, a kill costs at most one page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector import jobs, sync, tasks, verify
from connector.errors import AccessLost, TryLater
from connector.installation import open_installation
from connector.port import Stream
from tests.connected import Connected, config, connect, connected


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Connected]:
    with connected(tmp_path / "data") as opened:
        yield opened
        assert _findings(opened) == []


def _findings(opened: Connected) -> list[verify.Finding]:
    with opened.inst.database.read() as tx:
        return verify.run(tx, full=True).findings


def read(opened: Connected, *, full: bool = False) -> sync.Synced:
    return sync.run(opened.inst, opened.shop, full=full, sleep=lambda _: None)


@contextmanager
def long_ago(opened: Connected) -> Iterator[None]:
    """What happens in here happened ten days ago, outside of every overlap."""
    then = datetime.now(UTC) - timedelta(days=10)
    opened.real.control("PUT", "/clock", {"now": then.isoformat()})
    yield
    opened.real.control("PUT", "/clock", {"now": None})


def test_an_order_becomes_points(shop: Connected) -> None:
    erika = shop.real.customer("erika@example.com")
    shop.real.order(customer_id=int(erika), paid=True)
    synced = read(shop)

    assert (synced.orders_changed, synced.transfers) == (1, 1)
    assert shop.points(erika) == 199  # 5 x 39.98 EUR of goods, shipping earns nothing


def test_reading_again_changes_nothing(shop: Connected) -> None:
    erika = shop.real.customer("erika@example.com")
    shop.real.order(customer_id=int(erika), paid=True)
    read(shop)
    again, full = read(shop), read(shop, full=True)

    assert (again.orders_changed, again.transfers) == (0, 0)
    assert (full.orders_changed, full.transfers) == (0, 0)


def test_what_happens_later_is_found_without_a_webhook(shop: Connected) -> None:
    erika = shop.real.customer("erika@example.com")
    id_ = shop.real.order(customer_id=int(erika), paid=True)
    read(shop)
    shop.real.control("POST", f"/orders/{id_}/refund", {"line": 0, "quantity": 1})
    read(shop)
    assert shop.points(erika) == 99

    shop.real.control("POST", f"/orders/{id_}/cancel")
    read(shop)

    assert shop.points(erika) == 0


def test_an_order_in_the_trash_loses_its_points(shop: Connected) -> None:
    erika = shop.real.customer("erika@example.com")
    id_ = shop.real.order(customer_id=int(erika), paid=True)
    read(shop)
    shop.real.control("POST", f"/orders/{id_}/trash")
    read(shop)
    jobs.run_due(shop.inst)

    assert shop.points(erika) == 0


def test_a_deleted_refund_is_found_by_the_nightly_look(shop: Connected) -> None:
    erika = shop.real.customer("erika@example.com")
    with long_ago(shop):
        id_ = shop.real.order(customer_id=int(erika), paid=True)
        shop.real.control("POST", f"/orders/{id_}/refund", {"line": 0, "quantity": 1})
    shop.real.order(email="gast@example.com", paid=True)
    read(shop)
    assert shop.points(erika) == 99
    refund = shop.real.rest("GET", f"/orders/{id_}/refunds")[0]["id"]
    shop.real.rest("DELETE", f"/orders/{id_}/refunds/{refund}?force=true")
    read(shop)

    found = sync.reconcile(shop.inst, shop.shop, sleep=lambda _: None)

    assert (found.drift_found, found.drift_repaired) == (1, 1)
    assert shop.points(erika) == 199


def test_an_order_deleted_for_good_is_found_by_the_nightly_look(shop: Connected) -> None:
    erika = shop.real.customer("erika@example.com")
    id_ = shop.real.order(customer_id=int(erika), paid=True)
    read(shop)
    shop.real.control("POST", f"/orders/{id_}/trash", {"force": True})

    sync.reconcile(shop.inst, shop.shop, sleep=lambda _: None)

    assert shop.points(erika) == 0


def test_a_busy_shop_is_asked_again(shop: Connected) -> None:
    waited: list[float] = []
    shop.real.order(email="gast@example.com", paid=True)
    shop.real.habits(busy={"status": 429, "retry_after": 7, "times": 2})
    sync.run(shop.inst, shop.shop, sleep=waited.append)

    assert shop.orders() == 1
    assert waited == [7, 7]


def test_a_shop_that_stays_busy_is_left_and_goes_on_later(shop: Connected) -> None:
    shop.real.order(email="gast@example.com", paid=True)
    shop.real.habits(busy={"status": 503, "times": 1000})
    with pytest.raises(TryLater):
        read(shop)
    shop.real.good_again()
    read(shop)

    assert shop.orders() == 1


def test_a_shop_that_refuses_us_is_suspended_and_becomes_a_task(shop: Connected) -> None:
    shop.real.habits(lost_access=True)
    with pytest.raises(AccessLost):
        read(shop)
    jobs.sync_all(shop.inst)

    assert shop.inst.shop("demo").suspended
    with shop.inst.database.read() as tx:
        assert [task.kind for task in tasks.open_tasks(tx)] == ["access_lost"]


def test_the_bar_knows_how_far_it_is(shop: Connected) -> None:
    for _ in range(3):
        shop.real.order(email="gast@example.com", paid=True)
    seen: list[tuple[Stream, int, int | None]] = []
    sync.run(shop.inst, shop.shop, progress=lambda *step: seen.append(step))

    assert (Stream.ORDERS, 3, 3) in seen


def test_an_erased_customer_is_forgotten_and_stays_forgotten(shop: Connected) -> None:
    from sqlalchemy import select

    from connector import inbox
    from connector.installation import utc_now
    from connector.port import Change
    from connector.tables import customer

    erika = shop.real.customer("erika@example.com")
    shop.real.order(customer_id=int(erika), paid=True)
    read(shop)
    shop.real.rest("DELETE", f"/customers/{erika}?force=true")
    bell = [Change(Stream.CUSTOMERS, erika)]
    shop.inst.database.write(
        lambda tx: inbox.ring(tx, shop.shop.merchant_id, shop.shop.shop_id, bell, utc_now())
    )
    jobs.run_due(shop.inst)

    with shop.inst.database.read() as tx:
        row = tx.execute(select(customer)).one()
    assert (row.email, row.first_name) == ("", "")
    assert row.erased_at is not None
    assert shop.has(erika) is None


def test_one_unreadable_order_does_not_hold_up_the_walk(shop: Connected) -> None:
    erika = shop.real.customer("erika@example.com")
    shop.real.order(customer_id=int(erika), paid=True)
    bad = shop.real.order(customer_id=int(erika), paid=True, meta_data=[SOON])
    shop.real.order(customer_id=int(erika), paid=True)
    read(shop)
    jobs.run_due(shop.inst)

    assert shop.points(erika) == 2 * 199
    with shop.inst.database.read() as tx:
        (task,) = tasks.open_tasks(tx)
    assert bad in task.sentence()


SOON = {"key": "_delivered_at", "value": "soon"}


def everything(opened: Connected) -> set[int]:
    """The ids of all orders of the shop, asked by another programme."""
    found: set[int] = set()
    for page in range(1, 10):
        orders = opened.real.rest("GET", f"/orders?per_page=100&page={page}&_fields=id")
        found |= {order["id"] for order in orders}
    return found


RECENT = 20
"""Orders of the small shop so new that the overlap of the incremental walk reads them once more."""

SYNC_AND_DIE = """
import os, signal, sys
from connector import orders, sync
from connector.config import Config
from connector.installation import open_installation
inst = open_installation(Config.from_env(os.environ))
left = int(sys.argv[2])
def die(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def dying(*arguments):
    die()
    return apply(*arguments)
apply = orders.apply
if sys.argv[1] == "inside":
    orders.apply = dying
sync.run(inst, inst.shop("demo"), progress=die if sys.argv[1] == "between" else lambda *_: None)
"""


@pytest.mark.parametrize(
    ("where", "step"), [("between", 1), ("between", 9), ("inside", 2), ("inside", 5)]
)
def test_a_killed_sync_goes_on_from_its_last_page(tmp_path: Path, where: str, step: int) -> None:
    """Killed between two pages, or inside a transaction between rows and cursor."""
    folder = tmp_path / "data"
    with connected(folder, "--data", "small") as opened:
        with long_ago(opened):
            for _ in range(250):
                opened.real.order(email="gast@example.com", paid=True)
        env = os.environ | {"STAMMKUNDE_DATA": str(folder)}
        killed = subprocess.run(
            [sys.executable, "-c", SYNC_AND_DIE, where, str(step)], env=env, check=False
        )
        before = opened.orders()
        synced = read(opened)
        expected = len(everything(opened))

        assert killed.returncode == -signal.SIGKILL
        assert opened.orders() == expected
        assert synced.orders_seen <= opened.orders() - before + 100 + RECENT
        assert _findings(opened) == []


def resident_megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_memory_does_not_grow_with_the_shop(tmp_path: Path) -> None:
    """The whole of a large shop is read in pages; what is held is a page."""
    with connected(tmp_path / "data", "--data", "cdnow") as opened:
        held: list[float] = []

        def hold(stream: Stream, _seen: int, _total: int | None) -> None:
            if stream is Stream.ORDERS:
                held.append(resident_megabytes())

        sync.run(opened.inst, opened.shop, progress=hold)

        assert opened.orders() == 6919
        assert held[-1] - held[10] < 15


def test_two_merchants_do_not_see_each_other(tmp_path: Path) -> None:
    with connected(tmp_path / "data") as opened:
        erika = opened.real.customer("erika@example.com")
        opened.real.order(customer_id=int(erika), paid=True)
        other = Connected(opened.inst, connect(opened.inst, opened.real, slug="other"), opened.real)
        read(opened)

        assert opened.points(erika) == 199
        assert other.points(erika) == 0


def test_an_installation_opens_again_as_it_was(tmp_path: Path) -> None:
    with connected(tmp_path / "data") as opened:
        erika = opened.real.customer("erika@example.com")
        opened.real.order(customer_id=int(erika), paid=True)
        read(opened)
        opened.inst.close()
        opened.inst = open_installation(config(tmp_path / "data"))

        assert opened.points(erika) == 199
