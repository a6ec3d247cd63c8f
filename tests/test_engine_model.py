"""The engine against its model: whatever happens to orders, points and time, both say the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, Engine

from connector import (
    awards,
    corrections,
    events,
    ledger,
    life,
    members,
    orders,
    programmes,
    standing,
    verify,
)
from connector.db import Database
from connector.errors import Refused
from connector.events import Happened
from connector.keys import Keys
from connector.ledger import Posting, Reason
from connector.port import Account, Line, Look, Order
from connector.shops import Shop
from connector.values import day_in, end_of_day
from tests import make
from tests.conftest import ROUNDS
from tests.engine_model import LINES, Bought, Person

RUNS, STEPS = 120 * ROUNDS, 50
"""More than 5,000 steps, and 170,000 in `make soak`."""
BEGIN = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
PEOPLE = range(3)
ZONE = "Europe/Berlin"
TITLE = {"de": "Wein", "en": "Wine"}
RULES = [
    {"id": "wine", "title": TITLE, "times": "2", "when": {"products": ["wine"]}},
    {"id": "book", "title": TITLE, "extra": 20, "priority": 1, "when": {"products": ["book"]}},
]
REVIEW = {"id": "review", "title": TITLE, "points": 30}

cents = st.integers(0, 9_999)
people = st.sampled_from(PEOPLE)


class Life(RuleBasedStateMachine):
    """One merchant in one transaction that is rolled back at the end."""

    opened: ClassVar[Engine]
    keys: ClassVar[Keys]
    steps: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        self.connection = self.opened.connect()
        self.root = self.connection.begin()
        self.tx: Connection = self.connection
        self.now, self.number, self.per_euro = BEGIN, 0, 5
        self.shop = self._shop()
        self.buyers = [f"customer:{n}" for n in PEOPLE]
        joined = members.join(self.tx, self.shop.merchant_id, self.shop.shop_id, self.buyers,
                              "account", BEGIN)  # fmt: skip
        self.ids = [joined[buyer] for buyer in self.buyers]
        self.model = [Person() for _ in PEOPLE]
        self.bought: dict[str, Bought] = {}
        self.holds: list[tuple[int, int, int]] = []
        self.spent: list[tuple[int, int, int]] = []

    def _shop(self) -> Shop:
        changes: dict[str, Any] = {"rules": RULES, "events": [REVIEW], "life": {"months": None}}
        return make.shop(self.tx, self.keys, BEGIN - timedelta(days=1), **changes)

    def teardown(self) -> None:
        if hasattr(self, "root"):
            assert verify.run(self.tx, full=True).findings == []
            self.root.rollback()
            self.connection.close()

    # ------------------------------------------------------------------ what happens

    @rule(who=people, wine=cents, cheese=cents, book=cents, paid=st.booleans())
    def place(self, who: int, wine: int, cheese: int, book: int, paid: bool) -> None:
        self._tick()
        one = Bought(who, self.now, self.per_euro, wine, cheese, book)
        one.paid = self.now if paid else None
        self.bought[str(self._next())] = one
        self._look(str(self.number))

    @precondition(lambda self: self.bought)
    @rule(data=st.data(), line=st.sampled_from(LINES), share=st.integers(0, 100))
    def refund(self, data: st.DataObject, line: str, share: int) -> None:
        id_, one = self._some(data)
        one.back[line] = max(one.back.get(line, 0), getattr(one, line) * share // 100)
        self._look(id_)

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def pay_or_take_the_payment_back(self, data: st.DataObject) -> None:
        id_, one = self._some(data)
        one.paid = None if one.paid else self.now
        self._look(id_)

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def cancel_or_revive(self, data: st.DataObject) -> None:
        id_, one = self._some(data)
        one.cancelled = not one.cancelled
        self._look(id_)

    @precondition(lambda self: self.bought)
    @rule(data=st.data())
    def look_again_at_nothing_new(self, data: st.DataObject) -> None:
        self._look(self._some(data)[0])

    @rule(weeks=st.integers(1, 8))
    def time_passes(self, weeks: int) -> None:
        self.now += timedelta(weeks=weeks)
        for merchant_id, subjects in make.due_awards(self.tx, self.now, 1000).items():
            life.release(self.tx, merchant_id, subjects, self.now)
        for person in self.model:
            person.pass_time(self.now)

    @rule(per_euro=st.sampled_from([1, 3, 5, 7]))
    def the_programme_changes(self, per_euro: int) -> None:
        """It never touches what was bought before."""
        self._tick()
        self.per_euro = per_euro
        last = programmes.documents(self.tx, self.shop.merchant_id)[-1]
        document = make.merged(last, {"earn": {"points": per_euro}})
        programmes.apply(self.tx, self.shop.merchant_id, document, "test", self.now)

    @rule(who=people, about=st.integers(1, 5))
    def review(self, who: int, about: int) -> None:
        happened = Happened(self.ids[who], "review", str(about), self.now)
        events.give(self.tx, self.shop.merchant_id, happened, self.now)
        if f"review/{about}" not in self.model[who].awards:
            self.model[who].look(f"review/{about}", 30, self.now, self.now)

    @rule(who=people, points=st.integers(-300, 300).filter(bool))
    def correct(self, who: int, points: int) -> None:
        """By hand: what is taken must be there."""
        person, key = self.model[who], str(self._next())
        if person.available + points < 0:
            with pytest.raises(Refused):
                self._correct(who, points, key)
            return
        self._correct(who, points, key)
        person.correct(points)

    def _correct(self, who: int, points: int, key: str) -> None:
        corrections.correct(
            self.tx, self.shop.merchant_id, self.ids[who], points, "goodwill", "otto", key, self.now
        )

    @rule(who=people, points=st.integers(1, 800))
    def hold(self, who: int, points: int) -> None:
        posted = self._post(who, Reason.HOLD, points, up_to=True)
        assert posted.points == self.model[who].hold(points)
        if posted.points:
            self.holds.append((who, posted.n, posted.points))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), redeem=st.booleans())
    def end_a_hold(self, data: st.DataObject, redeem: bool) -> None:
        who, n, points = hold = data.draw(st.sampled_from(self.holds))
        self.holds.remove(hold)
        if redeem:
            posted = self._post(who, Reason.REDEEM, points, undoes=n)
            self.model[who].redeem(points)
            self.spent.append((who, posted.n, points))
        else:
            self._post(who, Reason.RELEASE, points, undoes=n)
            self.model[who].release(points)

    @precondition(lambda self: self.spent)
    @rule(data=st.data(), share=st.integers(1, 100))
    def give_some_back(self, data: st.DataObject, share: int) -> None:
        who, n, points = spent = data.draw(st.sampled_from(self.spent))
        back = max(points * share // 100, 1)
        self.spent.remove(spent)
        if points > back:
            self.spent.append((who, n, points - back))
        self._post(who, Reason.GIVE_BACK, back, undoes=n)
        self.model[who].give_back(back)

    # ------------------------------------------------------------------ what must be so

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "model"):
            return
        type(self).steps += 1
        for person, id_ in zip(self.model, self.ids, strict=True):
            has = standing.of(self.tx, self.shop.merchant_id, id_, self.shop.zone)
            assert (has.available, has.pending, has.held, has.shortfall) == (
                person.available, person.pending, person.held, person.shortfall,
            )  # fmt: skip

    # ------------------------------------------------------------------ how it is done

    def _tick(self) -> None:
        self.now += timedelta(minutes=1)

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _some(self, data: st.DataObject) -> tuple[str, Bought]:
        self._tick()
        id_ = data.draw(st.sampled_from(sorted(self.bought)))
        return id_, self.bought[id_]

    def _look(self, id_: str) -> None:
        one = self.bought[id_]
        orders.apply(
            self.tx, self.shop, [Look(id_, self.now, _order(id_, one))], self.keys, self.now
        )
        due = one.paid and end_of_day(day_in(one.paid, ZONE) + timedelta(days=30), ZONE)
        self.model[one.who].look(f"order/demo/{id_}", one.points(), due, self.now)

    def _post(self, who: int, reason: Reason, points: int, **more: Any) -> ledger.Posted:
        key = f"model/{self._next()}"
        wanted = Posting(member_id=self.ids[who], reason=reason, points=points, subject="model",
                         key=key, occurred_at=self.now, **more)  # fmt: skip
        (posted,) = ledger.post(self.tx, self.shop.merchant_id, [wanted], self.now)
        if reason in ledger.RAISES_AVAILABLE:
            awards.settle(self.tx, self.shop.merchant_id, {self.ids[who]: key}, self.now)
        return posted


def _order(id_: str, one: Bought) -> Order:
    lines = (
        Line(name, name, 1, getattr(one, name), 0, refunded_net=one.back.get(name, 0))
        for name in LINES if getattr(one, name)
    )  # fmt: skip
    return make.order(
        id_, buyer=Account(str(one.who)), lines=tuple(lines), placed_at=one.placed,
        paid_at=one.paid, cancelled_at=one.placed if one.cancelled else None,
    )  # fmt: skip


def test_the_engine_and_its_model_never_differ(database: Database, keys: Keys) -> None:
    class Here(Life):
        opened = database.engine

    Here.keys = keys
    runs = RUNS if database.is_sqlite else RUNS // 10  # where databases differ has its own tests
    steps = settings(max_examples=runs, stateful_step_count=STEPS, deadline=None)
    run_state_machine_as_test(Here, settings=steps)

    assert Here.steps >= runs * 42
