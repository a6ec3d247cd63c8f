"""Points given and taken by hand: once per key, with a text and an author, and never below nothing."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text, update

from connector import corrections, verify
from connector.corrections import Corrected, correct
from connector.errors import BadInput, KeyReused, Refused
from connector.explain import LANGUAGES, sentence
from connector.tables import award, note, transfer
from tests.make import NOW, PAID, Book, order
from tests.test_orders_races import at_once

RELEASED = PAID + timedelta(days=60)


def have(demo: Book, points: int = 140) -> None:
    """The holder of account 7 has points of an order (140) that are his already."""
    demo.see(order())
    demo.pass_time(RELEASED)
    assert demo.balance()[0] == points


def give(demo: Book, points: int, key: str = "k", why: str = "Kulanz", **more: Any) -> Corrected:
    one = demo.member().member_id
    return demo.database.write(
        lambda tx: correct(tx, demo.shop.merchant_id, one, points, why, "anna", key, RELEASED, **more)
    )  # fmt: skip


def rows(demo: Book, table: Any) -> list[Any]:
    with demo.database.read() as tx:
        return list(tx.execute(select(table)))


def test_points_are_given_with_a_text_and_an_author(demo: Book) -> None:
    have(demo)

    assert give(demo, 50) == Corrected(50, 0)

    last = rows(demo, transfer)[-1]
    assert (last.reason, last.points, last.by) == ("credit", 50, "anna")
    assert [one.text for one in rows(demo, note)] == ["Kulanz"]
    assert "Kulanz" not in str(last)
    assert demo.balance() == (190, 0)


def test_points_are_taken(demo: Book) -> None:
    have(demo)

    assert give(demo, -50) == Corrected(-50, 0)
    assert demo.balance() == (90, 0)


def test_the_same_correction_twice_is_one(demo: Book) -> None:
    have(demo)
    give(demo, 50)

    assert give(demo, 50) == Corrected(50, 0, again=True)
    assert demo.balance() == (190, 0)


@pytest.mark.parametrize("other", [{"points": 51}, {"points": 50, "why": "Irrtum"}])
def test_a_key_that_meant_something_else_is_refused(demo: Book, other: dict[str, Any]) -> None:
    have(demo)
    give(demo, 50)

    with pytest.raises(KeyReused, match="take a new one"):
        give(demo, **other)
    assert demo.balance() == (190, 0)


def test_more_than_there_is_is_refused_in_a_sentence(demo: Book) -> None:
    have(demo)

    with pytest.raises(Refused, match="150 points are to be taken, 140 are there"):
        give(demo, -150)
    assert demo.balance() == (140, 0)
    assert rows(demo, note) == []


def test_more_than_there_is_may_stay_owed_and_the_next_points_settle_it(demo: Book) -> None:
    have(demo)

    assert give(demo, -150, shortfall=True) == Corrected(-140, 10)
    give(demo, 30, key="later")

    assert demo.balance() == (20, 0)
    settled = rows(demo, transfer)[-1]
    assert sentence(settled._mapping, "de") == "10 Punkte verrechnet: Vorher gab es zu viel."


def test_a_correction_that_finds_nothing_keeps_its_text_and_is_proven(demo: Book) -> None:
    have(demo)
    give(demo, -140, key="all")

    assert give(demo, -20, key="more", why="Betrug", shortfall=True) == Corrected(0, 20)
    assert sorted(one.text for one in rows(demo, note)) == ["Betrug", "Kulanz"]


def test_points_by_hand_live_as_long_as_any(demo: Book) -> None:
    have(demo)
    give(demo, 50)

    assert rows(demo, transfer)[-1].lots == [["2029-12-31", 50]]


@pytest.mark.parametrize(
    ("points", "why", "key", "said"),
    [
        (0, "Kulanz", "k", "points: 0 cannot be used"),
        (10**9, "Kulanz", "k", "points: 1000000000 cannot be used"),
        (5, "  ", "k", "reason: say why"),
        (5, "x" * 501, "k", "at most 500 characters"),
        (5, "Kulanz", "erika@example.com", "key: 'erika@example.com' cannot be used"),
        (5, "Kulanz", "", "key: '' cannot be used"),
    ],
)
def test_what_cannot_be_used_is_named(
    demo: Book, points: int, why: str, key: str, said: str
) -> None:
    have(demo)

    with pytest.raises(BadInput, match=said):
        give(demo, points, key, why)


def test_nobody_decides_nothing(demo: Book) -> None:
    have(demo)
    one = demo.member().member_id

    with pytest.raises(BadInput, match="by: say who"):
        demo.database.write(
            lambda tx: correct(tx, demo.shop.merchant_id, one, 5, "Kulanz", " ", "k", NOW)
        )


@pytest.mark.broken_books
@pytest.mark.parametrize(
    "by_hand",
    [
        {"deserved": -1000},
        {"terms": {"points": 1000}, "deserved": 1000},
    ],
)
def test_a_correction_changed_by_hand_is_found(demo: Book, by_hand: dict[str, Any]) -> None:
    have(demo)
    give(demo, 50)
    mine = award.c.rule == corrections.RULE
    (one,) = [row for row in rows(demo, award) if row.rule == corrections.RULE]
    changed = by_hand | {"terms": one.terms | by_hand.get("terms", {})}
    demo.database.write(lambda tx: tx.execute(update(award).where(mine).values(**changed)))

    with demo.database.read() as tx:
        found = verify.run(tx, full=True).findings
    assert ("correction", one.subject) in {(each.what, each.where) for each in found}


@pytest.mark.broken_books
def test_a_text_that_was_exchanged_is_found_also_where_nothing_moved(demo: Book) -> None:
    have(demo)
    give(demo, -140, key="all")
    give(demo, -20, key="more", shortfall=True)
    demo.database.write(lambda tx: tx.execute(text("UPDATE note SET text = 'x' WHERE n < 0")))

    with demo.database.read() as tx:
        assert {one.what for one in verify.run(tx, full=True).findings} == {"note"}


def test_an_erased_text_is_no_contradiction(demo: Book) -> None:
    have(demo)
    give(demo, 50)

    demo.database.write(lambda tx: tx.execute(update(note).values(text="")))


def test_a_correction_explains_itself(demo: Book) -> None:
    have(demo)
    give(demo, 1, key="a")
    give(demo, -2, key="b")

    said = [sentence(row._mapping, lang) for row in rows(demo, transfer)[-2:] for lang in LANGUAGES]
    assert said == [
        "1 Punkt dazu: eine Korrektur des Shops.", "1 point added: a correction by the shop.",
        "2 Punkte weniger: eine Korrektur des Shops.", "2 points taken: a correction by the shop.",
    ]  # fmt: skip


def test_one_correction_from_many_sides_is_one(demo: Book) -> None:
    have(demo)

    done = at_once(*[lambda: give(demo, 50)] * 6)

    assert sorted(one.again for one in done) == [False] + [True] * 5
    assert demo.balance() == (190, 0)


def test_many_who_take_the_last_points_take_them_once(demo: Book) -> None:
    have(demo)

    def take(number: int) -> bool:
        try:
            give(demo, -100, key=f"k{number}")
        except Refused:
            return False
        return True

    done = at_once(*(partial(take, number) for number in range(6)))
    assert sum(done) == 1
    assert demo.balance() == (40, 0)
