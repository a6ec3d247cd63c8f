"""A member with points to spend, and the verbs of redeeming; the shop's part is played by the test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from connector import members, vouchers
from connector.port import Account, Order
from connector.tables import outbox, task, transfer
from connector.values import MemberId
from connector.vouchers import Asked, Voucher
from tests.make import NOW, Book, line, order

LONG_AGO = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
REWARDS = [
    {"id": "discount", "title": {"de": "Rabatt", "en": "Money off"}, "kind": "slider", "share": 50},
    {"id": "five", "title": {"de": "Fünf Euro", "en": "Five off"}, "kind": "amount",
     "points": 500, "amount": "5.00"},
    {"id": "mug", "title": {"de": "Tasse", "en": "Mug"}, "kind": "by_hand", "points": 300},
]  # fmt: skip


@dataclass
class Purse:
    """What belongs to the holder of account 7."""

    book: Book
    member_id: MemberId

    def write(self, work: Callable[[Connection], Any]) -> Any:
        return self.book.database.write(work)

    @property
    def available(self) -> int:
        return self.book.balance()[0]

    @property
    def held(self) -> int:
        return int(self.book.member().held)

    def redeem(self, reward: str = "five", key: str = "once", points: int | None = None) -> Voucher:
        asked = Asked(reward, key, points)
        return self.write(  # type: ignore[no-any-return]
            lambda tx: vouchers.redeem(
                tx, self.book.shop, self.member_id, asked, self.book.keys, NOW
            )
        )

    def made(self, one: Voucher) -> bool:
        """The shop has made the code."""
        return bool(self.write(lambda tx: vouchers.made(tx, one.merchant_id, one.voucher_id, NOW)))

    def ready(self, key: str = "once", reward: str = "five") -> Voucher:
        one = self.redeem(reward, key)
        self.made(one)
        return self.now(one)

    def failed(self, one: Voucher, why: str = "The shop refuses.") -> None:
        self.write(lambda tx: vouchers.failed(tx, one.merchant_id, one.voucher_id, why, NOW))

    def take_back(self, one: Voucher, **who: Any) -> Voucher:
        return self.write(  # type: ignore[no-any-return]
            lambda tx: vouchers.take_back(tx, one.merchant_id, one.voucher_id, NOW, **who)
        )

    def gave_back(self, one: Voucher) -> bool:
        """The code is gone, and a look found no order with it."""
        return bool(
            self.write(lambda tx: vouchers.gave_back(tx, one.merchant_id, one.voucher_id, NOW))
        )

    def back(self, one: Voucher) -> None:
        self.take_back(one)
        self.gave_back(one)

    def now(self, one: Voucher) -> Voucher:
        with self.book.database.read() as tx:
            found = vouchers.get(tx, one.merchant_id, one.voucher_id)
        assert found is not None
        return found

    def all(self) -> list[Voucher]:
        with self.book.database.read() as tx:
            return vouchers.of_member(tx, self.book.shop.merchant_id, self.member_id)

    def tasks(self) -> list[str]:
        with self.book.database.read() as tx:
            return list(tx.execute(select(task.c.kind).where(task.c.done_at.is_(None))).scalars())

    def works(self) -> list[str]:
        """What the shop is still to do."""
        with self.book.database.read() as tx:
            asked = select(outbox.c.kind).where(outbox.c.done_at.is_(None)).order_by(outbox.c.kind)
            return list(tx.execute(asked).scalars())

    def transfers(self) -> int:
        with self.book.database.read() as tx:
            return int(tx.execute(select(func.count()).select_from(transfer)).scalar_one())


def using(one: Voucher, id_: str = "2001", **more: Any) -> Order:
    """An order of account 7 with the voucher, as a shop says it: in small letters. It earns nothing."""
    return order(id_, voucher_codes=(one.code.lower(),), lines=(line(0, 0),), **more)


def purse(book: Book, points: int = 1000) -> Purse:
    """Account 7 has so many points, and the programme has a slider, a fixed reward and one by hand."""
    book.programme(LONG_AGO, rewards=REWARDS)
    goods = line(net=points * 20, tax=0)  # 5 points for 1.00
    book.see(order("900", placed_at=LONG_AGO, paid_at=LONG_AGO, lines=(goods,)))
    key = members.buyer_key(Account("7"), book.keys)
    with book.database.read() as tx:
        found = members.find(tx, book.shop.merchant_id, book.shop.shop_id, [key])
    return Purse(book, found[key])


def lots_of(mine: Purse) -> dict[date, int]:
    from connector.tables import lot

    with mine.book.database.read() as tx:
        rows = tx.execute(select(lot.c.expires_on, lot.c.remaining).where(lot.c.remaining > 0))
        return {row.expires_on: row.remaining for row in rows}
