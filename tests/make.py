"""Values for tests; say only what matters to the test, the rest is a believable default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select

from connector import (
    lanes,
    ledger,
    life,
    members,
    orders,
    programmes,
    rulebook,
    shops,
    standing,
)
from connector.db import Database
from connector.earning import RULE
from connector.keys import Keys
from connector.ledger import Posting, Reason
from connector.port import Account, Buyer, Line, Look, Order, ShopFacts
from connector.shops import Shop
from connector.tables import award, member, merchant, transfer
from connector.values import MemberId, MerchantId

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PAID = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
YEAR_END = date(2029, 12, 31)
M = MerchantId("00000000-0000-4000-8000-00000000000a")


def posting(member_id: str, reason: Reason, points: int, key: str, **more: Any) -> Posting:
    if reason in (Reason.CREDIT, Reason.CONFIRM):
        more.setdefault("expires_on", YEAR_END)
    more.setdefault("subject", "order/demo/1001")
    return Posting(
        member_id=MemberId(member_id),
        reason=reason,
        points=points,
        key=key,
        occurred_at=NOW,
        **more,
    )


def add_members(tx: Connection, *names: str) -> None:
    """A merchant with bare members, for the ledger's own tests."""
    if tx.execute(select(merchant).where(merchant.c.merchant_id == M)).first() is None:
        tx.execute(
            insert(merchant).values(
                merchant_id=M,
                name="Kaffeerad",
                currency="EUR",
                zone="Europe/Berlin",
                live_since=NOW,
            )
        )
    tx.execute(insert(member), [{"merchant_id": M, "member_id": name} for name in names])


def due_awards(tx: Connection, now: datetime, most: int = 100) -> dict[MerchantId, list[str]]:
    """Subjects whose pending points are due, by merchant."""
    found = {MerchantId(id_): lanes.ripe(tx, MerchantId(id_), now, most) for id_ in _merchants(tx)}
    return {id_: subjects for id_, subjects in found.items() if subjects}


def due_lots(
    tx: Connection, now: datetime, most: int = 50
) -> list[tuple[MerchantId, MemberId, date]]:
    """Lots whose day is over."""
    return [
        (MerchantId(id_), *each)
        for id_ in _merchants(tx) for each in lanes.over(tx, MerchantId(id_), now, most)
    ]  # fmt: skip


def _merchants(tx: Connection) -> list[str]:
    return list(
        tx.execute(select(merchant.c.merchant_id).order_by(merchant.c.merchant_id)).scalars()
    )


def line(net: int = 2353, tax: int = 447, id_: str = "1", product: str = "10", **more: Any) -> Line:
    """One position; 28.00 EUR with 19 % tax unless the test says otherwise."""
    return Line(id=id_, product=product, quantity=1, net=net, tax=tax, **more)


def order(external_id: str = "1001", **more: Any) -> Order:
    """A paid order of 28.00 EUR by the holder of account 7."""
    more.setdefault("lines", (line(),))
    more.setdefault("paid_at", PAID)
    more.setdefault("buyer", Account("7"))
    more.setdefault("currency", "EUR")
    more.setdefault("placed_at", PAID)
    more.setdefault("number", external_id)
    return Order(external_id=external_id, **more)


def look(seen: Order | str, at: datetime = NOW) -> Look:
    """A look at an order; a bare id means that the shop no longer has it."""
    return Look(seen, at, None) if isinstance(seen, str) else Look(seen.external_id, at, seen)


FACTS = ShopFacts(
    name="Kaffeerad", url="https://kaffeerad.example", zone="Europe/Berlin", currency="EUR",
    gross=True, origins=("https://kaffeerad.example",), clock=NOW,
)  # fmt: skip


@dataclass
class Book:
    """A shop with a programme, and the verbs a test needs."""

    database: Database
    keys: Keys
    shop: Shop

    def apply(self, *looks: Look, now: datetime = NOW) -> orders.Applied:
        return self.database.write(lambda tx: orders.apply(tx, self.shop, looks, self.keys, now))

    def see(self, *seen: Order | str, at: datetime = NOW) -> orders.Applied:
        """Look at these now; each later call of a test says a later `at`."""
        return self.apply(*(look(one, at) for one in seen), now=at)

    def pass_time(self, until: datetime) -> None:
        """Do what the clock does: release what is due by then."""
        with self.database.read() as tx:
            due = due_awards(tx, until)
        for merchant_id, subjects in due.items():
            self.database.write(
                partial(life.release, merchant_id=merchant_id, subjects=subjects, now=until)
            )

    def member(self, buyer: Buyer = Account("7")) -> Any:  # noqa: B008
        key = members.buyer_key(buyer, self.keys)
        with self.database.read() as tx:
            id_ = members.find(tx, self.shop.merchant_id, self.shop.shop_id, [key]).get(key)
            return tx.execute(select(member).where(member.c.member_id == id_)).first()

    def balance(self, buyer: Buyer = Account("7")) -> tuple[int, int]:  # noqa: B008
        """(available, pending)"""
        row = self.member(buyer)
        return (row.available, row.pending) if row else (0, 0)

    def spend(self, points: int, buyer: Buyer = Account("7")) -> None:  # noqa: B008
        """Hold and redeem so many points."""
        id_ = MemberId(self.member(buyer).member_id)

        def work(tx: Connection) -> None:
            hold = posting(id_, Reason.HOLD, points, f"spend/{points}")
            (held,) = ledger.post(tx, self.shop.merchant_id, [hold], NOW)
            redeem = posting(id_, Reason.REDEEM, points, f"spent/{points}", undoes=held.n)
            ledger.post(tx, self.shop.merchant_id, [redeem], NOW)

        self.database.write(work)

    def shortfall(self, buyer: Buyer = Account("7")) -> int:  # noqa: B008
        id_ = MemberId(self.member(buyer).member_id)
        with self.database.read() as tx:
            return standing.of(tx, self.shop.merchant_id, id_, self.shop.zone).shortfall

    def award(self, external_id: str = "1001") -> Any:
        subject = orders.subject(self.shop, external_id)
        with self.database.read() as tx:
            asked = select(award).where(award.c.subject == subject, award.c.rule == RULE)
            return tx.execute(asked).first()

    def reasons(self) -> list[str]:
        with self.database.read() as tx:
            asked = select(transfer.c.reason).order_by(transfer.c.member_id, transfer.c.n)
            return list(tx.execute(asked).scalars())

    def another_shop(self, slug: str) -> Book:
        """A second shop of the same merchant."""
        add = partial(
            shops.add, keys=self.keys, slug=slug, platform="woocommerce", settings={},
            facts=FACTS, now=NOW, merchant_id=self.shop.merchant_id,
        )  # fmt: skip
        return Book(self.database, self.keys, self.database.write(add))

    def programme(self, now: datetime, **changes: Any) -> int:
        """Put a changed programme in force."""

        def work(tx: Connection) -> int:
            document = programmes.documents(tx, self.shop.merchant_id)[-1]
            return programmes.apply(
                tx, self.shop.merchant_id, merged(document, changes), "test", now
            )

        return self.database.write(work)


def merged(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return document | {
        key: merged(document[key], value) if isinstance(value, dict) else value
        for key, value in changes.items()
    }


def book(
    database: Database, keys: Keys, live: datetime = PAID - timedelta(days=365), **changes: Any
) -> Book:
    """A shop that has been live for a year, under the `dach` preset with these changes."""
    return Book(database, keys, database.write(lambda tx: shop(tx, keys, live, **changes)))


def shop(tx: Connection, keys: Keys, live: datetime, **changes: Any) -> Shop:
    """A new shop that went live then, under the `dach` preset with these changes."""
    one = shops.add(
        tx, keys, slug="demo", platform="woocommerce", settings={}, facts=FACTS, now=live
    )
    document = merged(rulebook.preset("dach"), changes)
    programmes.apply(tx, one.merchant_id, document, "test", live)
    return one
