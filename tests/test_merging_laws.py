"""Random lives of two customers who become one and two: nobody gains, nobody loses, the books prove."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from connector import ledger, life, members, orders, verify
from connector.corrections import correct
from connector.errors import Refused
from connector.ledger import Reason
from connector.merging import merge, unmerge
from connector.port import Account
from connector.tables import award, identity, member, transfer
from connector.values import MemberId
from tests.make import NOW, Book, due_awards, line, look, order, posting

PEOPLE = ("1", "2")

steps = st.one_of(
    st.tuples(
        st.just("order"), st.sampled_from(PEOPLE), st.sampled_from("abcd"),
        st.sampled_from([0, 0, 3333, 10000]),
    ),
    st.tuples(st.just("release")),
    st.tuples(st.just("spend"), st.sampled_from(PEOPLE), st.integers(1, 400)),
    st.tuples(st.just("correct"), st.sampled_from(PEOPLE), st.sampled_from([-300, -7, 40, 500])),
    st.tuples(st.just("merge")),
    st.tuples(st.just("unmerge")),
)  # fmt: skip


class Undone(Exception):
    """Ends a life, so that the next one starts from nothing."""


class Life:
    """Two customers, and what happens to them."""

    def __init__(self, tx: Connection, book: Book) -> None:
        self.tx, self.book, self.m = tx, book, book.shop.merchant_id
        self.now, self.count = NOW, 0
        buyers = [f"{members.CUSTOMER}:{one}" for one in PEOPLE]
        joined = members.join(tx, self.m, book.shop.shop_id, buyers, "account", NOW)
        self.first = [joined[buyer] for buyer in buyers]

    def id_of(self, who: str) -> MemberId:
        mine = select(identity.c.member_id).where(identity.c.value == who)
        return MemberId(self.tx.execute(mine).scalar_one())

    def step(self, name: str, *given: Any) -> None:
        self.count += 1
        self.now += timedelta(minutes=1)
        getattr(self, name)(*given)

    def order(self, who: str, id_: str, refunded: int) -> None:
        goods = line(net=10000, tax=0, refunded_net=refunded, refunded_tax=0)
        one = order(who + id_, buyer=Account(who), lines=(goods,))
        orders.apply(self.tx, self.book.shop, [look(one, self.now)], self.book.keys, self.now)

    def release(self) -> None:
        self.now += timedelta(days=60)
        for m, subjects in due_awards(self.tx, self.now).items():
            life.release(self.tx, m, subjects, self.now)

    def spend(self, who: str, points: int) -> None:
        key = f"s{self.count}"
        hold = posting(self.id_of(who), Reason.HOLD, points, key + "h", up_to=True)
        (held,) = ledger.post(self.tx, self.m, [hold], self.now)
        if held.points:
            redeem = posting(self.id_of(who), Reason.REDEEM, held.points, key, undoes=held.n)
            ledger.post(self.tx, self.m, [redeem], self.now)

    def correct(self, who: str, points: int) -> None:
        correct(self.tx, self.m, self.id_of(who), points, "Kulanz", "anna", f"k{self.count}",
                self.now, shortfall=True)  # fmt: skip

    def merge(self) -> None:
        merge(self.tx, self.m, self.first[0], self.first[1], "anna", self.now)

    def unmerge(self) -> None:
        try:
            unmerge(self.tx, self.m, self.first[0], "anna", self.now)
        except Refused:
            return

    def balanced(self) -> None:
        """Held, spent and owed together are what both deserve together; each has what is his."""
        rows = {row.member_id: row for row in self.tx.execute(select(member))}
        awards = self.tx.execute(select(award)).all()
        has = sum(row.available + row.pending + row.held for row in rows.values())
        spent = sum(
            self.tx.execute(
                select(transfer.c.points).where(transfer.c.to_pot == "redeemed")
            ).scalars()
        )
        over = sum(max(one.given - one.deserved - one.waived, 0) for one in awards)
        assert has + spent - over == sum(one.deserved for one in awards)
        for id_, row in rows.items():
            assert row.pending == sum(one.pending for one in awards if one.member_id == id_)
            if row.merged_into:
                assert (row.available, row.pending, row.held) == (0, 0, 0)
        assert verify.run(self.tx, full=True).findings == []


@given(history=st.lists(steps, max_size=14))
def test_whatever_happens_between_nothing_is_made_and_nothing_lost(
    demo: Book, history: list[Any]
) -> None:
    def work(tx: Connection) -> None:
        lived = Life(tx, demo)
        for event in history:
            lived.step(*event)
        lived.balanced()
        raise Undone

    with pytest.raises(Undone):
        demo.database.write(work)
