"""What one operation costs with 2,500 orders behind it and with 1,000,000: it must not grow with them.

The small history is applied as orders are; the large one is the same, copied 399 times by SQL with ids
of its own (its chain would not verify, which nobody asks here). 1,000 awards and lots are due in both,
and one member has a twentieth of all transfers. Every run is rolled back, so that all start alike.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Table, func, insert, select, text, update

from benchmarks import ours
from benchmarks.measure import Contest, Done, Run, contest
from connector import awards, keys, lanes, ledger, life, orders, orders_rows, standing
from connector.ledger import Reason
from connector.port import Account, Look
from connector.tables import award, customer, identity, lot, member, order, transfer
from connector.values import MemberId
from tests.make import NOW, PAID, YEAR_END, Book, book, due_awards, due_lots, line, look, posting
from tests.make import order as an_order

BUYERS, COPIES, ROUNDS, EACH = 1_250, 400, 5, 300
DUE = 1_000
HEAVY = 20
"""One member has a 20th of all transfers."""
SMALL, LARGE = f"{BUYERS * 2:,} orders", f"{BUYERS * 2 * COPIES:,} orders"
LATER = NOW + timedelta(days=30)
OTHER = {"member_id": "member_id", "value": "value", "external_id": "external_id", "key": "key",
         "subject": "subject"}  # fmt: skip
"""Columns that name a thing: a copy's name ends with the copy's number."""

Operation = Callable[[Connection, Book, "People"], int]
"""Does it some times and says how often that was."""


class People:
    """Members to serve: the one with the longest history, and others picked at random, always the same."""

    def __init__(self, tx: Connection, shop: Book) -> None:
        names = select(member.c.member_id).where(member.c.merchant_id == shop.shop.merchant_id)
        base = names.where(~member.c.member_id.contains("+")).order_by(member.c.member_id)
        self.base: Sequence[MemberId] = [MemberId(name) for name in tx.execute(base).scalars()]
        self.heavy = self.base[0]
        self.numbers = itertools.count()

    def some(self) -> list[MemberId]:
        picks = random.Random(7)
        return [
            self.base[picks.randrange(1, len(self.base))] if n % 5 else self.heavy
            for n in range(EACH)
        ]


def contests(folder: Path) -> list[Contest]:
    shops = {
        SMALL: _shop(folder / "small.sqlite3", 1),
        LARGE: _shop(folder / "large.sqlite3", COPIES),
    }
    try:
        return [
            contest(what, "operations", ROUNDS, SMALL,
                    {name: _runs(shop, operation) for name, shop in shops.items()})
            for what, operation in OPERATIONS.items()
        ]  # fmt: skip
    finally:
        for shop in shops.values():
            shop.database.close()


def _runs(shop: Book, operation: Operation) -> Callable[[int], Run]:
    def prepare(_number: int) -> Run:
        with shop.database.read() as tx:
            people = People(tx, shop)

        def run() -> Done:
            with shop.database.engine.connect() as tx, tx.begin() as whole:
                done = Done(operation(tx, shop, people))
                whole.rollback()
            return done

        return run

    return prepare


# ------------------------------------------------------------------ operations


def _balance(tx: Connection, shop: Book, people: People) -> int:
    for name in people.some():
        standing.of(tx, shop.shop.merchant_id, name, shop.shop.zone)
    return EACH


def _history(tx: Connection, shop: Book, people: People) -> int:
    for name in people.some():
        standing.movements(tx, shop.shop.merchant_id, name, most=20)
    return EACH


def _post(tx: Connection, shop: Book, people: People) -> int:
    for name in people.some():
        earn = posting(name, Reason.CREDIT, 5, f"post/{next(people.numbers)}")
        ledger.post(tx, shop.shop.merchant_id, [earn], LATER)
    return EACH


def _redeem(tx: Connection, shop: Book, people: People) -> int:
    for name in people.some():
        number = next(people.numbers)
        hold = posting(name, Reason.HOLD, 1, f"hold/{number}")
        (held,) = ledger.post(tx, shop.shop.merchant_id, [hold], LATER)
        redeem = posting(name, Reason.REDEEM, 1, f"redeem/{number}", undoes=held.n)
        ledger.post(tx, shop.shop.merchant_id, [redeem], LATER)
    return EACH


def _next_to_expire(tx: Connection, shop: Book, _people: People) -> int:
    for _ in range(EACH):
        lanes.over(tx, shop.shop.merchant_id, LATER, 50)
    return EACH


def _what_is_due(tx: Connection, _shop: Book, _people: People) -> int:
    for _ in range(EACH):
        lanes.due(tx, LATER)
    return EACH


def _order(tx: Connection, shop: Book, _people: People) -> int:
    picks = random.Random(8)
    for _ in range(EACH):
        number = str(picks.randrange(BUYERS * 2))
        orders_rows.load(tx, shop.shop, [number])
        awards.load(tx, shop.shop.merchant_id, [f"order/{shop.shop.slug}/{number}"])
    return EACH


def _new_orders(tx: Connection, shop: Book, _people: People) -> int:
    for page in _pages("new", 6):
        orders.apply(tx, shop.shop, page, shop.keys, LATER)
    return 6 * orders_rows.ORDERS_AT_ONCE


def _refunded_orders(tx: Connection, shop: Book, _people: People) -> int:
    size = orders_rows.ORDERS_AT_ONCE
    for page in range(6):
        refunded = [
            look(an_order(str(number), buyer=Account(str(number)), placed_at=PAID, paid_at=PAID,
                          lines=(line(net=1000, refunded_net=100),)), at=LATER)
            for number in range(page * size, page * size + size)
        ]  # fmt: skip
        orders.apply(tx, shop.shop, refunded, shop.keys, LATER)
    return 6 * size


def _release(tx: Connection, shop: Book, _people: People) -> int:
    released = 0
    while released < DUE:
        due = due_awards(tx, LATER, 50)
        for merchant_id, subjects in due.items():
            released += life.release(tx, merchant_id, subjects, LATER)
    return released


def _expire(tx: Connection, shop: Book, _people: People) -> int:
    expired = 0
    while expired < DUE:
        for merchant_id, name, day in due_lots(tx, LATER, 50):
            expired += life.expire(tx, merchant_id, name, day, LATER)
    return expired


OPERATIONS: dict[str, Operation] = {
    "a member's balance": _balance,
    "a member's last 20 movements": _history,
    "a post": _post,
    "a reward held and redeemed": _redeem,
    "what expires next": _next_to_expire,
    "what the scheduler asks each second": _what_is_due,
    "an order looked up with its award": _order,
    "a new order": _new_orders,
    "an order refunded in part": _refunded_orders,
    f"a release, {DUE:,} due": _release,
    f"an expiry, {DUE:,} due": _expire,
}


# ------------------------------------------------------------------ histories


def _pages(prefix: str, count: int) -> list[list[Look]]:
    def one(number: int) -> Look:
        old = number < BUYERS
        at = PAID - timedelta(days=90 if old else 0, minutes=number)
        seen = an_order(
            f"{prefix}{number}" if prefix else str(number),
            buyer=Account(str(number % BUYERS)), lines=(line(net=1000 + number % 7000),),
            placed_at=at, paid_at=at,
        )  # fmt: skip
        return look(seen)

    size = orders_rows.ORDERS_AT_ONCE
    return [[one(page * size + place) for place in range(size)] for page in range(count)]


def _shop(file: Path, copies: int) -> Book:
    """Half of its orders are released, the other half's awards are due `LATER`, as are 1,000 lots."""
    database = ours.opened(f"sqlite:///{file}")
    shop = book(database, database.write(lambda tx: keys.load(tx, [ours.SECRET], NOW)))
    for page in _pages("", BUYERS * 2 // orders_rows.ORDERS_AT_ONCE):
        shop.apply(*page)
    database.write(_make_lots_due)
    with database.engine.connect() as tx, tx.begin():
        if copies > 1:
            _copy(tx, copies)
        _lengthen(tx, BUYERS * 2 * copies // HEAVY)
    return shop


def _make_lots_due(tx: Connection) -> None:
    past = YEAR_END.replace(year=2025)
    tx.execute(update(lot).values(due_on=past, warned_at=PAID))


def _copy(tx: Connection, copies: int) -> None:
    """The copies' awards and lots are due long from now, so that as much is due as before."""
    long_from_now = {"release_at": "'2099-01-01 00:00:00.000000'", "due_on": "'2099-12-31'"}
    for table in (member, identity, customer, order, award, transfer, lot):
        _copy_table(tx, table, copies, long_from_now)


def _copy_table(tx: Connection, table: Table, copies: int, fixed: dict[str, str]) -> None:
    names = [column.name for column in table.columns]
    values = [
        f"{OTHER[name]} || '+' || copy.i" if name in OTHER else fixed.get(name, f'"{name}"')
        for name in names
    ]
    listed = ", ".join(f'"{name}"' for name in names)
    tx.execute(
        text(
            "WITH RECURSIVE copy(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM copy WHERE i < :n) "
            f'INSERT INTO "{table.name}" ({listed}) '
            f'SELECT {", ".join(values)} FROM "{table.name}", copy'
        ),
        {"n": copies - 1},
    )


def _lengthen(tx: Connection, transfers: int) -> None:
    """Give the first member a long history: each of his transfers again and again."""
    heavy = tx.execute(select(func.min(member.c.member_id))).scalar_one()
    row = dict(
        tx.execute(select(transfer).where(transfer.c.member_id == heavy)).mappings().first() or {}
    )
    (last,) = tx.execute(select(member.c.n).where(member.c.member_id == heavy)).one()
    for start in range(0, transfers, 5_000):
        numbers = range(last + 1 + start, last + 1 + min(start + 5_000, transfers))
        tx.execute(
            insert(transfer),
            [row | {"n": n, "key": f"long/{n}", "subject": f"long/{n}"} for n in numbers],
        )
    tx.execute(update(member).where(member.c.member_id == heavy).values(n=last + transfers))
