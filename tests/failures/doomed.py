"""What children do until they are killed. An acknowledgement is a line in a file, written after `write`.

A line that was written survives the process, as a byte in a pipe does.
"""

from __future__ import annotations

import os
import random
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import time_machine
from sqlalchemy import Connection

from adapters.shopware.shop import Shopware
from adapters.woocommerce.shop import WooCommerce
from connector import jobs, keys, lanes, ledger, members, migrations, outbox, sync, vouchers
from connector.db import Database
from connector.installation import open_installation, utc_now
from connector.ledger import Posting, Reason
from connector.outbox import Work
from connector.port import Voucher
from connector.values import Money
from connector.vouchers import Asked
from tests.adapters.woocommerce.simulated import Kept
from tests.connected import config
from tests.failures.death import come
from tests.make import NOW, M
from tests.make import posting as wanted

SECRET = os.environ.setdefault("STAMMKUNDE_OF_TESTS", secrets.token_urlsafe(48))
"""Made by the first process; its children find it in their surroundings."""
MEMBERS = tuple(f"member{n}" for n in range(8))
THREADS = 3
LANES = tuple(f"lane{n}" for n in range(5))


def opened(url: str) -> Database:
    database = Database(url)
    database.arm(database.write(lambda tx: keys.load(tx, [SECRET], NOW)).chain)
    return database


class Notes:
    """A file of lines that outlives whoever writes it."""

    def __init__(self, file: str | Path) -> None:
        self._to = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def write(self, *words: object) -> None:
        os.write(self._to, (" ".join(map(str, words)) + "\n").encode())


def read_notes(file: str | Path) -> list[list[str]]:
    path = Path(file)
    return [line.split(" ") for line in path.read_text().splitlines()] if path.exists() else []


# ------------------------------------------------------------------ posting


def posting(key: str, member: str, points: int) -> Posting:
    """Two of three bring points, the third holds what is there."""
    if points % 3:
        return wanted(member, Reason.CREDIT, points, key)
    return wanted(member, Reason.HOLD, points, key, up_to=True)


def unfinished(notes: list[list[str]]) -> list[tuple[str, str, int]]:
    """What was wanted and never acknowledged: whoever comes after does it again."""
    done = {words[1] for words in notes if words[0] == "done"}
    return [(w[1], w[2], int(w[3])) for w in notes if w[0] == "want" and w[1] not in done]


def _intentions(seed: str, most: int, *, holds: bool = True) -> Iterator[tuple[str, str, int]]:
    """Key, member and points; without `holds` each of them surely moves points."""
    chance = random.Random(seed)
    for number in range(most):
        points = chance.randint(1, 60)
        yield f"{seed}/{number}", chance.choice(MEMBERS), points if holds else 3 * points + 1


def post(url: str, file: str, seed: str, most: int) -> None:
    """Finish what others left, then post for ever from several threads."""
    database, notes = opened(url), Notes(file)
    for key, member, points in unfinished(read_notes(file)):
        _post(database, notes, key, member, points)

    def go_on(part: int) -> None:
        for key, member, points in _intentions(f"{seed}/{part}", most):
            notes.write("want", key, member, points)
            _post(database, notes, key, member, points)

    threads = [threading.Thread(target=go_on, args=[part]) for part in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()


def _post(database: Database, notes: Notes, key: str, member: str, points: int) -> None:
    want = [posting(key, member, points)]
    (posted,) = database.write(lambda tx: ledger.post(tx, M, want, NOW))
    come("ack")
    notes.write("done", key, posted.points)


def post_hastily(url: str, file: str, seed: str, most: int) -> None:
    """The control that loses: it acknowledges inside the transaction."""
    database, notes = opened(url), Notes(file)
    for key, member, points in _intentions(seed, most, holds=False):

        def work(tx: Connection, want: Posting, key: str) -> None:
            (posted,) = ledger.post(tx, M, [want], NOW)
            notes.write("done", key, posted.points)

        notes.write("want", key, member, points)
        database.write(partial(work, want=posting(key, member, points), key=key))


def post_forgetfully(url: str, file: str, seed: str, most: int) -> None:
    """The control that doubles: each try makes a key of its own."""
    database, notes = opened(url), Notes(file)
    again = unfinished(read_notes(file))
    for key, member, points in [*again, *_intentions(seed, most, holds=False)]:
        if (key, member, points) not in again:
            notes.write("want", key, member, points)
        _post(database, Notes(os.devnull), f"{key} {uuid4()}", member, points)
        notes.write("done", key, points)


# ------------------------------------------------------------------ an installation


def read_shop(folder: str) -> None:
    inst = open_installation(config(Path(folder)))
    sync.run(inst, inst.shop("demo"), sleep=lambda _: None)
    inst.close()


def pass_time(folder: str) -> None:
    """What the scheduler does each second, until nothing is due."""
    inst = open_installation(config(Path(folder)))
    jobs.run_due(inst)
    inst.close()


def work_outside(folder: str, file: str, later: float) -> None:
    """Do what the outbox holds; the effect is a line. `later`: minutes since the first child."""
    notes = Notes(file)

    def effect(_inst: Any, work: Work) -> None:
        notes.write("effect", work.args["number"])
        come("ack")

    jobs.KINDS["note"] = effect
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=later), tick=True):
        inst = open_installation(config(Path(folder)))
        jobs.run_due(inst)
        inst.close()


def work_hastily(folder: str, file: str) -> None:
    """The control that loses: what is to be done is marked as done first."""
    inst, notes = open_installation(config(Path(folder))), Notes(file)
    merchant_id = inst.shop("demo").merchant_id
    with inst.database.read() as tx:
        works = [
            work for lane in LANES for work in outbox.due(tx, merchant_id, lane, utc_now(), 50)
        ]
    for work in works:

        def mark(tx: Connection, work: Work = work) -> None:
            outbox.claim(tx, work, utc_now())
            outbox.done(tx, work, utc_now())

        inst.database.write(mark)
        come("ack")
        notes.write("effect", work.args["number"])
    inst.close()


def make_voucher(settings: dict[str, Any], code: str) -> None:
    platform = WooCommerce(Kept(settings))
    platform.ensure_voucher(Voucher(code=code, expires_on=date(2027, 1, 31), percent=7))


def make_code(settings: dict[str, Any], code: str, gone: bool = False) -> None:
    """In a Shopware shop; with `gone` it is taken back."""
    platform = Shopware(Kept(settings))
    wanted = Voucher(
        code=code, expires_on=date(2027, 1, 31), percent=7, minimum=Money(2_500, "EUR")
    )
    platform.revoke_voucher(code) if gone else platform.ensure_voucher(wanted)


def redeem(folder: str, customer: str, back: bool, later: float) -> None:
    """One wish, and with `back` the other way, too; what an earlier life has done of it is done."""
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=later), tick=True):
        inst = open_installation(config(Path(folder)))
        shop, key = inst.shop("demo"), f"{members.CUSTOMER}:{customer}"

        def wish(tx: Connection) -> vouchers.Voucher:
            member_id = members.find(tx, shop.merchant_id, shop.shop_id, [key])[key]
            asked = Asked("discount", "the only wish")
            return vouchers.redeem(tx, shop, member_id, asked, inst.keys, utc_now())

        one = inst.database.write(wish)
        jobs.run_lane(inst, lanes.of_shop(shop))
        if back:
            inst.database.write(lambda tx: vouchers.take_back(
                tx, shop.merchant_id, one.voucher_id, utc_now()))  # fmt: skip
            jobs.run_lane(inst, lanes.of_shop(shop))
        inst.close()


def upgrade(url: str) -> None:
    database = Database(url)
    migrations.upgrade(database)
    database.close()
