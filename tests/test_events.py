"""Points for what is not an order: once for each thing that happened, and never for what did before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from connector import (
    birthdays,
    events,
    habits,
    joining,
    leaving,
    looking,
    members,
    rulebook,
    standing,
    tasks,
)
from connector.errors import BadInput, Refused
from connector.events import Happened
from connector.port import Account, Customer, Visitor, VisitorKind
from connector.tables import member as member_table
from connector.tables import transfer
from connector.values import MemberId
from tests.make import NOW, PAID, Book, line, order
from tests.test_orders_races import at_once

TITLE = {"de": "deine Bewertung", "en": "your review"}


def event(id_: str = "review", points: int = 100, **more: Any) -> dict[str, Any]:
    return {"id": id_, "title": TITLE, "points": points, **more}


def under(demo: Book, *those: dict[str, Any], **changes: Any) -> MemberId:
    """A programme with these events; the id of a member who has bought nothing yet."""
    demo.programme(PAID - timedelta(days=200), events=list(those), **changes)
    return joined(demo, "7")


def joined(demo: Book, account: str, **more: Any) -> MemberId:
    shop, buyer = demo.shop, f"customer:{account}"
    one = Customer(account, f"{account}@example.com", **more)

    def work(tx: Connection) -> MemberId:
        members.keep_customers(tx, shop.merchant_id, shop.shop_id, [one], demo.keys, NOW)
        return members.join(tx, shop.merchant_id, shop.shop_id, [buyer], "account", NOW)[buyer]

    return demo.database.write(work)


def give(demo: Book, who: MemberId, name: str = "review", about: str = "1", at: datetime = NOW,
         now: datetime = NOW) -> int:  # fmt: skip
    return demo.database.write(
        lambda tx: events.give(tx, demo.shop.merchant_id, Happened(who, name, about, at), now)
    )


def said(demo: Book, who: MemberId, lang: str = "de") -> list[str]:
    with demo.database.read() as tx:
        rows = standing.movements(tx, demo.shop.merchant_id, who)
    return [row["text"][lang] for row in rows]


def test_what_is_reported_twice_brings_points_once(demo: Book) -> None:
    who = under(demo, event())

    assert [give(demo, who), give(demo, who), give(demo, who, about="2")] == [100, 0, 100]
    assert demo.balance() == (200, 0)
    assert said(demo, who) == ["100 Punkte für deine Bewertung."] * 2


def test_two_who_report_at_the_same_time_bring_points_once(demo: Book) -> None:
    who = under(demo, event(limits={"per_member": 150}))

    at_once(*[lambda: give(demo, who)] * 8)

    assert demo.balance() == (100, 0)


def test_what_happens_once_does_so_whatever_it_refers_to(demo: Book) -> None:
    who = under(demo, event("newsletter", once=True))

    assert [give(demo, who, "newsletter", about) for about in ("a", "b")] == [100, 0]


def test_limits_hold_for_events_as_for_campaigns(demo: Book) -> None:
    who = under(demo, event(limits={"budget": 250, "uses_per_member": 5}))

    assert [give(demo, who, about=str(n)) for n in range(4)] == [100, 100, 50, 0]


def test_points_wait_their_days(demo: Book) -> None:
    who = under(demo, event(hold_days=14))
    give(demo, who)
    assert demo.balance() == (0, 100)
    assert said(demo, who) == ["100 Punkte für deine Bewertung, deine ab 7. Dezember 2026."]

    demo.pass_time(NOW + timedelta(days=16))

    assert demo.balance() == (100, 0)
    assert said(demo, who)[0] == "100 Punkte für deine Bewertung gehören jetzt dir."


def test_points_for_joining_wait_for_an_order_that_is_kept(demo: Book) -> None:
    """Else accounts would be opened for the points alone."""
    who = under(demo, event("signup", after_first_order=True))
    give(demo, who, "signup")
    demo.see(order())
    demo.pass_time(NOW + timedelta(days=5))
    assert demo.balance() == (0, 100 + 140)
    assert "nach deiner ersten Bestellung" in said(demo, who)[-1]

    demo.pass_time(PAID + timedelta(days=60))
    demo.pass_time(PAID + timedelta(days=60))

    assert demo.balance() == (240, 0)


def test_an_order_that_is_returned_opens_nothing(demo: Book) -> None:
    who = under(demo, event("signup", after_first_order=True))
    give(demo, who, "signup")
    demo.see(order())
    demo.see(order(cancelled_at=NOW), at=NOW + timedelta(hours=1))

    demo.pass_time(PAID + timedelta(days=60))

    assert demo.balance() == (0, 100)


def test_what_happened_before_the_start_is_no_reason(demo: Book) -> None:
    who = under(demo, event())

    assert give(demo, who, at=demo.shop.live_since - timedelta(days=1)) == 0


def test_an_event_nobody_knows_is_refused_with_those_there_are(demo: Book) -> None:
    who = under(demo, event(), event("survey"))

    with pytest.raises(Refused, match=r"knows no 'dance'\. It knows: review, survey"):
        give(demo, who, "dance")


def test_whoever_left_collects_nothing(demo: Book) -> None:
    who = under(demo, event())
    demo.database.write(lambda tx: tx.execute(update(member_table).values(left_at=NOW)))

    with pytest.raises(Refused, match="has left the programme"):
        give(demo, who)


def test_a_new_account_is_welcomed_and_an_old_one_is_not(demo: Book) -> None:
    under(demo, event("signup"))
    live = demo.shop.live_since
    people = [
        Customer("new", "new@example.com", registered_at=live + timedelta(days=300)),
        Customer("old", "old@example.com", registered_at=live - timedelta(days=1)),
        Customer("dim", "dim@example.com"),
    ]
    inst: Any = type("Inst", (), {"keys": demo.keys})

    for _ in range(2):
        demo.database.write(lambda tx: looking.take_customers(inst, tx, demo.shop, people))

    assert [demo.balance(Account(one.external_id))[0] for one in people] == [100, 0, 0]


@pytest.mark.parametrize("name", ["order", "points-earned", "redeem", "voucher-used"])
def test_an_event_that_would_loop_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="points for it would bring points again"):
        rulebook.checked(rulebook.preset("dach") | {"events": [event(name)]})


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (event(points=-5), r"events\.0\.points: -5 cannot be used"),
        (event(hold_days=3, after_first_order=True), "not for both"),
        (event("Review"), "Use small letters"),
    ],
)
def test_an_event_that_cannot_be_meant_is_refused(wrong: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInput, match=place):
        rulebook.checked(rulebook.preset("dach") | {"events": [wrong]})


# ------------------------------------------------------------------ birthdays

BORN = (12, 24)
DAY = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)


def celebrate(demo: Book, now: datetime) -> None:
    def work(tx: Connection) -> None:
        for day in birthdays.recent(tx, demo.shop.merchant_id, now):
            birthdays.give(tx, demo.shop.merchant_id, day, "", now)

    demo.database.write(work)


def test_a_birthday_is_celebrated_once_a_year(demo: Book) -> None:
    under(demo, event("birthday", 200))
    joined(demo, "8", birthday=BORN)

    for now in (DAY, DAY + timedelta(hours=1), DAY + timedelta(days=1), DAY + timedelta(days=365)):
        celebrate(demo, now)

    assert demo.balance(Account("8")) == (400, 0)
    assert demo.balance() == (0, 0)


def test_a_birthday_that_was_missed_is_made_up_for(demo: Book) -> None:
    under(demo, event("birthday", 200))
    joined(demo, "8", birthday=BORN)

    celebrate(demo, DAY + timedelta(days=6))
    assert demo.balance(Account("8")) == (200, 0)


def test_a_day_that_is_entered_shortly_before_counts_from_next_year(demo: Book) -> None:
    under(demo, event("birthday", 200))
    soon = (NOW + timedelta(days=10)).date()
    joined(demo, "8", birthday=(soon.month, soon.day))

    celebrate(demo, NOW + timedelta(days=10))
    assert demo.balance(Account("8")) == (0, 0)
    celebrate(demo, NOW + timedelta(days=375))
    assert demo.balance(Account("8")) == (200, 0)


def test_another_birthday_brings_no_second_present(demo: Book) -> None:
    under(demo, event("birthday", 200))
    joined(demo, "8", birthday=(1, 20))
    celebrate(demo, datetime(2027, 1, 20, 12, tzinfo=UTC))
    joined(demo, "8", birthday=(9, 20))

    celebrate(demo, datetime(2027, 9, 20, 12, tzinfo=UTC))

    assert demo.balance(Account("8")) == (200, 0)


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29)])
def test_whoever_was_born_on_a_leap_day_has_a_birthday_every_year(
    demo: Book, year: int, day: int
) -> None:
    under(demo, event("birthday", 200))
    joined(demo, "8", birthday=(2, 29))

    celebrate(demo, datetime(year, 2, day, 12, tzinfo=UTC))

    assert demo.balance(Account("8")) == (200, 0)


def test_days_from_before_the_present_was_promised_are_not_made_up_for(demo: Book) -> None:
    demo.programme(DAY, events=[event("birthday", 200)])
    joined(demo, "8", birthday=(12, 23))

    celebrate(demo, DAY + timedelta(days=1))

    assert demo.balance(Account("8")) == (0, 0)


# ------------------------------------------------------------------ habits


def shares(demo: Book, now: datetime = NOW) -> tuple[int, int, list[str]]:
    days, orders = demo.database.write(lambda tx: habits.look(tx, demo.shop.merchant_id, now))
    with demo.database.read() as tx:
        open_ = [one.sentence() for one in tasks.open_tasks(tx)]
    return round(days * 90), round(orders * 100), open_


def offer(first: str, last: str) -> dict[str, Any]:
    return {"id": "sale", "title": TITLE, "times": "2", "when": {"from": first, "until": last}}


def test_a_quarter_of_all_days_on_offer_is_no_habit_yet(demo: Book) -> None:
    under(demo, rules=[offer("2026-11-01", "2026-11-22")])

    assert shares(demo) == (22, 0, [])


def test_offers_on_more_than_a_quarter_of_the_days_are_a_task_with_the_figure(demo: Book) -> None:
    under(demo, rules=[offer("2026-10-20", "2026-11-30")])

    days, _, open_ = shares(demo)

    assert days == 34
    assert open_[0].startswith("Your customers learn to wait: on 38 % of the last 90 days")
    assert shares(demo, NOW + timedelta(days=120)) == (0, 0, [])


def test_orders_with_an_offer_or_a_code_are_counted_too(demo: Book) -> None:
    under(demo, rules=[offer("2026-11-01", "2026-11-02")])
    cheap = [order(str(n), placed_at=PAID, lines=(line(),)) for n in range(4)]
    coded = [order(str(n), placed_at=PAID + timedelta(days=5), voucher_codes=("a",))
             for n in range(4, 7)]  # fmt: skip
    plain = [order(str(n), placed_at=PAID + timedelta(days=5)) for n in range(7, 20)]
    demo.see(*cheap, *coded, *plain)

    assert shares(demo)[:2] == (2, 35)


def test_a_present_changes_no_books(demo: Book) -> None:
    who = under(demo, event())
    give(demo, who)

    with demo.database.read() as tx:
        row = tx.execute(select(transfer)).one()
    assert (row.rule, row.subject) == ("event", f"member/{who}/review/1")


# ------------------------------------------------------------------ leaving

BACK_SOON, BACK_LATE = NOW + timedelta(days=10), NOW + timedelta(days=40)


def leave(demo: Book, who: MemberId) -> None:
    demo.database.write(lambda tx: leaving.leave(tx, demo.shop.merchant_id, who, "customer", NOW))


def comes_back(demo: Book, now: datetime) -> None:
    someone = Visitor(VisitorKind.CUSTOMER, "7")
    demo.database.write(
        lambda tx: joining.join(tx, demo.shop, someone, "asked", "test", demo.keys, now)
    )


def test_points_that_wait_for_an_order_are_lost_by_leaving_and_back_with_thinking_again(
    demo: Book,
) -> None:
    who = under(demo, event("signup", after_first_order=True), event(hold_days=14))
    give(demo, who, "signup")
    give(demo, who)
    assert demo.balance() == (0, 200)

    leave(demo, who)
    demo.pass_time(NOW + timedelta(days=5))
    assert demo.balance() == (0, 0)

    comes_back(demo, BACK_SOON)
    assert demo.balance() == (0, 200)
    demo.pass_time(NOW + timedelta(days=30))
    assert demo.balance() == (100, 100)


def test_whoever_joins_anew_is_not_welcomed_again_and_buys_nothing_for_the_first_time(
    demo: Book,
) -> None:
    first = {"id": "first", "title": TITLE, "extra": 70, "when": {"first_order": True}}
    who = under(demo, event("signup"), rules=[first])
    demo.see(order("1"))
    leave(demo, who)
    comes_back(demo, BACK_LATE)
    inst: Any = type("Inst", (), {"keys": demo.keys})
    account = Customer("7", "7@example.com", registered_at=demo.shop.live_since)

    demo.database.write(lambda tx: looking.take_customers(inst, tx, demo.shop, [account]))
    demo.see(order("2", placed_at=BACK_LATE, paid_at=BACK_LATE), at=BACK_LATE)

    assert demo.balance() == (0, 140)
