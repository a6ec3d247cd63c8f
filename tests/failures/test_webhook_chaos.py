"""Webhooks doubled, lost, late and out of order, stale answers: after one reconcile the books are those
of the shop in which each bell rang once, at once.

The shop is a table of lives; inbox, looking, sync, orders, time and the database are the real ones.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
import time_machine
from sqlalchemy import Connection, select
from sqlalchemy import event as sql_event

from connector import clockwork, digest, inbox, jobs, keys, looking, sync, tasks, verify
from connector.config import Config
from connector.db import Database
from connector.inbox import Bell
from connector.installation import Installation, utc_now
from connector.port import Guest, ShopPlatform, Stream
from connector.tables import campaign, campaign_use, member, transfer
from tests.conftest import ROUNDS, SECRET
from tests.failures.lives import (
    END,
    LATEST,
    START,
    Event,
    FakeShop,
    Life,
    change,
    chaotic,
    fresh,
    lives,
    orderly,
    worth,
)  # fmt: skip
from tests.make import book, line, order

SEEDS = 200 * min(ROUNDS, 5)
Rung = list[tuple[datetime, Event]]


def size(seed: int) -> int:
    """Orders of a shop: a thousand in the first, 200 in every hundredth, else a dozen, so that many fit."""
    if seed == 0:
        return 1000
    return 200 if ROUNDS > 1 or seed % 100 == 0 else 12


@pytest.fixture(scope="session")
def templates(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A shop without orders, per way of taking part, to copy: the same keys name the same people."""
    folder = tmp_path_factory.mktemp("chaos")
    made = {}
    kinds: dict[str, dict[str, Any]] = {
        "account": {"taking_part": "account"},
        "everyone": {"taking_part": "everyone"},
        "ruled": {"rules": OF_ONE_ORDER},
        "limited": {"rules": OF_MANY_ORDERS},
    }
    for kind, changes in kinds.items():
        made[kind] = folder / f"{kind}.sqlite3"
        shutil.copy(empty_sqlite, made[kind])
        database = Database(f"sqlite:///{made[kind]}")
        loaded = database.write(lambda tx: keys.load(tx, [SECRET], START))
        book(database, loaded, live=START - timedelta(days=1), **changes)
        database.close()
    return made


TITLE = {"de": "Aktion", "en": "Offer"}
OF_ONE_ORDER = [
    {
        "id": "rate",
        "title": TITLE,
        "points": 7,
        "per": "2.00",
        "when": {"weekdays": ["tue", "fri"]},
    },
    {"id": "triple", "title": TITLE, "times": "3", "when": {"weekdays": ["mon", "sat"]}},
    {"id": "each", "title": TITLE, "extra": 11, "combines": True, "when": {"products": ["10"]}},
    {"id": "large", "title": TITLE, "extra": 50, "when": {"minimum": "90.00"}},
]
"""Rules that look at nothing but the order itself, also after refunds and edits."""
OF_MANY_ORDERS = [
    {"id": "first", "title": TITLE, "extra": 100, "when": {"first_order": True}},
    {"id": "double", "title": TITLE, "times": "2",
     "limits": {"budget": 3000, "per_day": 400, "per_member": 900}},
]  # fmt: skip


class Run:
    """An installation beside a shop of lives, with the clock in our hands."""

    def __init__(self, inst: Installation, shop: FakeShop, clock: Any) -> None:
        self.inst, self.fake, self.clock = inst, shop, clock
        self.shop = inst.shop("demo")

    def ring(self, events: list[Event]) -> None:
        changes = [change(one) for one in events]
        ids = self.shop.merchant_id, self.shop.shop_id
        self.inst.database.write(lambda tx: inbox.ring(tx, *ids, changes, utc_now()))

    def answer(self) -> None:
        """What the runner does, with the looks of a step applied as one page."""
        with self.inst.database.read() as tx:
            due = inbox.due(tx, self.shop.merchant_id, self.shop.shop_id, utc_now(), 500)
        bells = self.inst.database.write(
            lambda tx: [bell for bell in due if inbox.claim(tx, bell, utc_now())]
        )
        if not bells:
            return
        looks = [looking.order_look(self.inst, self.shop, b.external_id)
                 for b in bells if b.stream is Stream.ORDERS]  # fmt: skip
        looking.apply_looks(self.inst, self.shop, looks)
        for bell in bells:
            if bell.stream is not Stream.ORDERS:
                looking.look(self.inst, self.shop, bell.stream, bell.external_id)
        self.inst.database.write(partial(_done, bells=bells))

    def pass_time(self) -> None:
        while any(clockwork.release_some(self.inst, self.shop.merchant_id)):
            pass

    def end(self) -> tuple[str, int]:
        """One reconcile when all is quiet; the digest, and the points that members hold."""
        self.clock.move_to(END + LATEST)
        self.fake.stale = fresh
        sync.reconcile(self.inst, self.shop, sleep=lambda _: None)
        self.answer()
        self.pass_time()
        with self.inst.database.read() as tx:
            assert verify.run(tx, full=True).findings == []
            rows = tx.execute(select(member.c.available + member.c.pending)).scalars()
            return digest.of(tx), sum(rows)


def _done(tx: Connection, bells: list[Bell]) -> None:
    for bell in bells:
        inbox.done(tx, bell)


@contextmanager
def running(template: Path, folder: Path, shop: FakeShop) -> Iterator[Run]:
    file = folder / f"{id(shop)}.sqlite3"
    shutil.copy(template, file)
    database = Database(f"sqlite:///{file}")
    sql_event.listen(database.engine, "connect", _without_waiting_for_the_disk)
    with time_machine.travel(START, tick=True) as clock:
        loaded = database.write(lambda tx: keys.load(tx, [SECRET], START))
        database.arm(loaded.chain)
        inst = Installation(Config.from_env({"STAMMKUNDE_DATA": str(folder)}), database, loaded)
        demo = inst.shop("demo")
        inst._platforms[demo.shop_id] = demo.settings_version, cast(ShopPlatform, shop)
        yield Run(inst, shop, clock)
        inst.close()
    file.unlink()


def _without_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def live(run: Run, rung: Rung, chance: random.Random, *, syncs: bool, real: bool = False) -> None:
    """By days and a half: what rang is looked at, what is due is released, at times pages are read."""
    waiting = list(rung)
    now = START
    while now < END + LATEST:
        now += timedelta(hours=36)
        run.clock.move_to(now)
        heard = [event for at, event in waiting if at <= now]
        waiting = waiting[len(heard) :]
        chance.shuffle(heard)
        run.ring(heard)
        jobs.run_due(run.inst) if real else run.answer()
        run.pass_time()
        if syncs and chance.random() < 0.2:
            sync.run(run.inst, run.shop, sleep=lambda _: None)


def staleness(chance: random.Random) -> Callable[[], timedelta]:
    """Every fourth answer is from up to a day ago."""
    return lambda: timedelta(days=1) * chance.random() if chance.random() < 0.25 else timedelta()


def brought(all_lives: dict[str, Life]) -> int:
    return sum(worth(life[-1].order) for life in all_lives.values())


@pytest.mark.parametrize("seed", range(SEEDS))
def test_after_one_reconcile_the_books_are_those_of_the_orderly_shop(
    templates: dict[str, Path], tmp_path: Path, seed: int
) -> None:
    chance = random.Random(f"chaos {seed}")
    taking_part = ("account", "everyone")[seed % 2]
    past = lives(chance, size(seed), guests=taking_part == "everyone")
    template = templates[taking_part]
    with running(template, tmp_path, FakeShop(past)) as run:
        live(run, orderly(past), chance, syncs=False)
        expected = run.end()
    with running(template, tmp_path, FakeShop(past, staleness(chance))) as run:
        live(run, chaotic(past, chance), chance, syncs=True, real=seed % 40 == 7)
        in_chaos = run.end()
    with running(template, tmp_path, FakeShop(past)) as run:
        unheard = run.end()

    assert expected[1] == brought(past)
    assert in_chaos == expected
    assert unheard == expected


@pytest.mark.parametrize("seed", range(12 * min(ROUNDS, 5)))
def test_rules_that_see_only_their_order_end_at_the_same_books(
    templates: dict[str, Path], tmp_path: Path, seed: int
) -> None:
    chance = random.Random(f"ruled {seed}")
    past = lives(chance, 12, guests=False)
    ends = []
    for rung, how in (
        (orderly(past), fresh),
        (chaotic(past, chance), staleness(chance)),
        ([], fresh),
    ):
        with running(templates["ruled"], tmp_path, FakeShop(past, how)) as run:
            if rung:
                live(run, rung, chance, syncs=how is not fresh)
            ends.append(run.end())

    assert ends[1] == ends[0]
    assert ends[2] == ends[0]
    assert ends[0][1] != brought(past) or brought(past) == 0


@pytest.mark.parametrize("seed", range(6 * min(ROUNDS, 5)))
def test_rules_that_see_other_orders_keep_their_limits_in_chaos(
    templates: dict[str, Path], tmp_path: Path, seed: int
) -> None:
    """Which order gets what depends on which is seen first; how much all get does not exceed its limits."""
    chance = random.Random(f"limited {seed}")
    past = lives(chance, 40, guests=False)
    with running(templates["limited"], tmp_path, FakeShop(past, staleness(chance))) as run:
        live(run, chaotic(past, chance), chance, syncs=True)
        run.end()
        with run.inst.database.read() as tx:
            granted = dict(tx.execute(select(campaign.c.campaign_id, campaign.c.granted)).all())
            uses = tx.execute(select(campaign_use)).all()
            bases = list(
                tx.execute(select(transfer.c.basis).where(transfer.c.reason == "earn")).scalars()
            )

    assert 0 < granted["double"] <= 3000
    assert all(one.points <= 400 for one in uses if one.period.startswith("day/") and
               one.campaign_id == "double")  # fmt: skip
    assert all(one.points <= 900 for one in uses if one.member_id and one.campaign_id == "double")
    assert all(one.uses == 1 for one in uses if one.member_id and one.campaign_id == "first")
    assert all("added" in basis for basis in bases if Fraction(basis["exact"]) > basis["base"] / 20)


def counted(past: dict[str, Life], rung: Rung) -> int:
    """What somebody has who adds with each webhook what changed, instead of looking."""
    before = {
        (event.id, event.at): worth(life[n - 1].order) if n else 0
        for life in past.values()
        for n, event in enumerate(life)
    }
    return sum(worth(event.order) - before[event.id, event.at] for _, event in rung)


@pytest.mark.parametrize("seed", range(20))
def test_who_counts_webhooks_is_wrong_as_soon_as_one_is_lost(seed: int) -> None:
    """The control of the test above."""
    chance = random.Random(f"chaos {seed}")
    past = lives(chance, 200, guests=False)

    assert counted(past, orderly(past)) == brought(past)
    assert counted(past, chaotic(past, chance)) != brought(past)


def test_an_order_that_went_unheard_before_its_release_is_left_to_a_person(
    templates: dict[str, Path], tmp_path: Path
) -> None:
    """The one history that facts alone do not tell: points that were released before anybody knew that
    their order was gone stay with the customer, and the difference is the task's figure."""
    paid = order("1", paid_at=START, placed_at=START, lines=(line(net=10_000, tax=0),))
    past = {"1": [Event("1", "paid", START, paid, START),
                  Event("1", "deleted", START + timedelta(days=5), None, START)]}  # fmt: skip
    with running(templates["account"], tmp_path, FakeShop(past)) as run:
        live(run, orderly(past), random.Random(1), syncs=False)
        _, heard = run.end()
    with running(templates["account"], tmp_path, FakeShop(past)) as run:
        live(run, orderly(past)[:1], random.Random(1), syncs=False)
        _, unheard = run.end()
        with run.inst.database.read() as tx:
            (task,) = tasks.open_tasks(tx)

    assert (heard, unheard) == (0, 500)
    assert (task.kind, task.facts["points"]) == ("order_gone", 500)


def test_an_order_that_comes_back_without_a_mark_is_found_by_one_reconcile(
    templates: dict[str, Path], tmp_path: Path
) -> None:
    paid = order("1", paid_at=START, placed_at=START, lines=(line(net=10_000, tax=0),))
    gone = Event("1", "deleted", START + timedelta(days=2), None, START)
    back = Event("1", "restored", START + timedelta(days=4), paid, START)
    past = {"1": [Event("1", "paid", START, paid, START), gone, back]}
    with running(templates["account"], tmp_path, FakeShop(past)) as run:
        run.clock.move_to(START + timedelta(hours=1))
        sync.run(run.inst, run.shop)
        live(run, orderly(past)[:2], random.Random(1), syncs=False)

        assert run.end()[1] == 500


def test_a_guest_nobody_ever_saw_is_the_same_as_one_who_has_nothing(
    templates: dict[str, Path], tmp_path: Path
) -> None:
    bought = order("1", paid_at=START, placed_at=START, buyer=Guest("gast@example.com"))
    past = {"1": [Event("1", "paid", START, bought, START),
                  Event("1", "deleted", START + timedelta(days=2), None, START)]}  # fmt: skip
    digests = []
    for heard in (orderly(past), []):
        with running(templates["everyone"], tmp_path, FakeShop(past)) as run:
            live(run, heard, random.Random(1), syncs=False)
            digests.append(run.end())

    assert digests[0] == digests[1]
