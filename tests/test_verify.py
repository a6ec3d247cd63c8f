"""Whoever changes the books by hand is found and named, whatever he changes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from connector import (
    chain,
    corrections,
    digest,
    ledger,
    life,
    members,
    merging,
    orders,
    seals,
    verify,
)
from connector.db import Database, chain_key
from connector.keys import Keys
from connector.ledger import Reason
from connector.port import Account
from connector.tables import note
from tests.conftest import ROUNDS
from tests.make import NOW, PAID, Book, book, line, order, posting
from tests.make import look as look_at

EDITS = 300 * ROUNDS
RELEASED = PAID + timedelta(days=60)


@pytest.fixture
def lived(sqlite_database: Database) -> Book:
    """A book with everything in it: releases, refunds, a hold, a redemption, a note, corrections, a
    merge, two seals."""
    from connector import keys as keys_module
    from tests.conftest import SECRET

    keys: Keys = sqlite_database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    opened = book(sqlite_database, keys)
    for customer in "1", "2", "3":
        buyer = Account(customer)
        opened.see(order(f"{customer}01", buyer=buyer), order(f"{customer}02", buyer=buyer))
    opened.pass_time(RELEASED)
    opened.see(
        order("101", buyer=Account("1"), lines=(line(refunded_net=1000, refunded_tax=190),)),
        at=RELEASED,
    )
    sqlite_database.write(lambda tx: seals.take(tx, opened.shop.merchant_id, RELEASED))
    member = opened.member(Account("2")).member_id
    wanted = [
        posting(member, Reason.HOLD, 50, "h", subject="voucher/1"),
        posting(member, Reason.REDEEM, 50, "r", undoes=5, subject="voucher/1"),
    ]
    at = RELEASED + timedelta(days=1)
    sqlite_database.write(lambda tx: ledger.post(tx, opened.shop.merchant_id, wanted, at))
    sqlite_database.write(lambda tx: _with_note(tx, opened, member, at))
    sqlite_database.write(lambda tx: _by_hand(tx, opened, at))
    sqlite_database.write(lambda tx: seals.take(tx, opened.shop.merchant_id, at))
    return opened


def _by_hand(tx: Connection, opened: Book, at: Any) -> None:
    """A correction, one that found too little, and a fourth customer who became the third."""
    m = opened.shop.merchant_id
    buyer = Account("4")
    orders.apply(tx, opened.shop, [look_at(order("401", buyer=buyer), at)], opened.keys, at)
    keys = [f"customer:{id_}" for id_ in "134"]
    ids = members.find(tx, m, opened.shop.shop_id, keys)
    first, third, fourth = (ids[key] for key in keys)
    corrections.correct(tx, m, first, 30, "Kulanz", "anna", "k", at)
    corrections.correct(tx, m, fourth, -500, "Betrug", "anna", "k", at, shortfall=True)
    merging.merge(tx, m, fourth, third, "anna", at)


def _with_note(tx: Connection, opened: Book, member: str, at: Any) -> None:
    basis = {"note": chain.note_digest(chain_key(tx), "Kulanz")}
    wanted = posting(member, Reason.HOLD, 10, "n", subject="voucher/2", basis=basis)
    (posted,) = ledger.post(tx, opened.shop.merchant_id, [wanted], at)
    tx.execute(
        insert(note).values(
            merchant_id=opened.shop.merchant_id, member_id=member, n=posted.n, text="Kulanz"
        )
    )


@pytest.fixture
def hands(lived: Book) -> Iterator[Connection]:
    """A connection of somebody who has the file and no scruples."""
    database = Database(lived.database.url.render_as_string())
    database.arm(lived.keys.chain)

    @event.listens_for(database.engine, "connect")
    def _unscrupulous(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA ignore_check_constraints=ON")

    with database.engine.connect() as tx:
        for trigger in (
            tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            .scalars()
            .all()
        ):
            tx.exec_driver_sql(f"DROP TRIGGER {trigger}")
        yield tx
        tx.rollback()
    database.close()


Edit = Callable[[Connection, random.Random], set[str]]
"""Breaks something and says which names a finding may carry for it."""


def _row(tx: Connection, table: str, chance: random.Random) -> dict[str, Any]:
    rows = tx.execute(text(f'SELECT rowid AS id, * FROM "{table}"')).mappings().all()
    return dict(chance.choice(rows))


def _other(value: Any, chance: random.Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + chance.choice([-7, -1, 1, 100])
    if value is None:
        return chance.choice([1, 2])
    if value[:4].isdigit() and "-" in value:
        return ("2" if value[0] != "2" else "1") + value[1:]
    spot = chance.randrange(len(value)) if value else 0
    return value[:spot] + ("0" if value[spot : spot + 1] != "0" else "1") + value[spot + 1 :]


def _named(row: dict[str, Any]) -> set[str]:
    return {str(row[key]) for key in ("member_id", "subject") if row.get(key)}


def edit_a_transfer(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "transfer", chance)
    column = chance.choice([c for c in row if c not in ("id", "merchant_id", "basis", "lots")])
    new = row["n"] + 1000 if column == "n" else _other(row[column], chance)
    tx.execute(
        text(f'UPDATE transfer SET "{column}" = :new WHERE rowid = :id'),
        {"new": new, "id": row["id"]},
    )
    return _named(row) | {str(new)}


def edit_the_reason_given(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "transfer", chance)
    tx.execute(
        text("UPDATE transfer SET basis = :b WHERE rowid = :id"),
        {"b": '{"order": "9"}', "id": row["id"]},
    )
    return _named(row)


def edit_a_recorded_lot(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "transfer", chance)
    tx.execute(
        text("UPDATE transfer SET lots = :b WHERE rowid = :id"),
        {"b": '[["2031-12-31", 1]]', "id": row["id"]},
    )
    return _named(row)


def delete_a_transfer(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "transfer", chance)
    tx.execute(text("DELETE FROM transfer WHERE rowid = :id"), {"id": row["id"]})
    return _named(row)


def insert_a_transfer(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "transfer", chance)
    new = {k: v for k, v in row.items() if k != "id"} | {
        "n": row["n"] + 100,
        "key": f"invented/{chance.random()}",
    }
    names = ", ".join(f'"{name}"' for name in new)
    tx.execute(
        text(f"INSERT INTO transfer ({names}) VALUES ({', '.join(':' + n for n in new)})"), new
    )
    return _named(row)


def cut_a_tail(tx: Connection, chance: random.Random) -> set[str]:
    """The careful one: also puts the member's row and lots back to how they were before the tail."""
    row = _row(tx, "member", chance)
    keep = chance.randrange(row["n"]) if row["n"] else 0
    last = tx.execute(
        text("SELECT hash FROM transfer WHERE member_id = :m AND n = :n"),
        {"m": row["member_id"], "n": keep},
    ).scalar()
    tx.execute(
        text("DELETE FROM transfer WHERE member_id = :m AND n > :n"),
        {"m": row["member_id"], "n": keep},
    )
    pots = {}
    for pot in ("pending", "available", "held"):
        pots[pot] = tx.execute(
            text("SELECT COALESCE(SUM(CASE WHEN to_pot = :p THEN points ELSE 0 END), 0)"
                 " - COALESCE(SUM(CASE WHEN from_pot = :p THEN points ELSE 0 END), 0)"
                 " FROM transfer WHERE member_id = :m"), {"p": pot, "m": row["member_id"]},
        ).scalar()  # fmt: skip
    tx.execute(
        text(
            "UPDATE member SET n = :n, head = :h, pending = :pending, available = :available, held = :held WHERE rowid = :id"
        ),
        pots | {"n": keep, "h": last or "", "id": row["id"]},
    )
    return {row["member_id"], "1", "2"}  # the member, or the seals that counted the tail


def edit_a_balance(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "member", chance)
    column = chance.choice(["pending", "available", "held", "n", "head"])
    tx.execute(
        text(f"UPDATE member SET {column} = :v WHERE rowid = :id"),
        {"v": _other(row[column], chance), "id": row["id"]},
    )
    return {row["member_id"]}


def delete_a_member(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "member", chance)
    tx.execute(text("DELETE FROM member WHERE rowid = :id"), {"id": row["id"]})
    return {row["member_id"]}


def delete_a_member_whole(tx: Connection, chance: random.Random) -> set[str]:
    """With everything that names him: only the seal remembers."""
    row = _row(tx, "member", chance)
    for table in ("transfer", "lot", "award", "note", "identity", "order", "member"):
        tx.execute(text(f'DELETE FROM "{table}" WHERE member_id = :m'), {"m": row["member_id"]})
    return {"1", "2"}


def edit_a_lot(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "lot", chance)
    tx.execute(
        text("UPDATE lot SET remaining = :v WHERE rowid = :id"),
        {"v": row["remaining"] + 5, "id": row["id"]},
    )
    return {row["member_id"]}


def move_a_lot(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "lot", chance)
    tx.execute(
        text("UPDATE lot SET expires_on = '2040-12-31' WHERE rowid = :id"), {"id": row["id"]}
    )
    return {row["member_id"]}


def delete_a_lot(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "lot", chance)
    tx.execute(text("DELETE FROM lot WHERE rowid = :id"), {"id": row["id"]})
    return {row["member_id"]}


def edit_an_award(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "award", chance)
    column = chance.choice(["deserved", "given", "pending", "waived", "member_id", "release_at"])
    tx.execute(
        text(f"UPDATE award SET {column} = :v WHERE rowid = :id"),
        {"v": _more(row[column], chance), "id": row["id"]},
    )
    return _named(row)


def _more(value: Any, chance: random.Random) -> Any:
    return value + 1000 if isinstance(value, int) else _other(value, chance)


def edit_the_terms(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "award", chance)
    terms = re.sub(r'"points":(-?\d+),', r'"points":\g<1>0,', row["terms"], count=1)
    assert terms != row["terms"]
    tx.execute(text("UPDATE award SET terms = :v WHERE rowid = :id"), {"v": terms, "id": row["id"]})
    return _named(row)


def delete_an_award(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "award", chance)
    tx.execute(text("DELETE FROM award WHERE rowid = :id"), {"id": row["id"]})
    return _named(row)


def edit_a_seal(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "seal", chance)
    column = chance.choice(["members", "transfers", "digest", "previous"])
    tx.execute(
        text(f"UPDATE seal SET {column} = :v WHERE rowid = :id"),
        {"v": _other(row[column], chance), "id": row["id"]},
    )
    return {str(row["n"]), "2"}


def delete_the_first_seal(tx: Connection, _chance: random.Random) -> set[str]:
    tx.execute(text("DELETE FROM seal WHERE n = 1"))
    return {"1", "2"}


def edit_a_note(tx: Connection, chance: random.Random) -> set[str]:
    row = _row(tx, "note", chance)
    tx.execute(text("UPDATE note SET text = 'Storno' WHERE rowid = :id"), {"id": row["id"]})
    return {row["member_id"]}


EDITS_BY_HAND: list[Edit] = [
    edit_a_transfer, edit_a_transfer, edit_a_transfer, edit_the_reason_given, edit_a_recorded_lot,
    delete_a_transfer, insert_a_transfer, cut_a_tail, cut_a_tail, edit_a_balance, delete_a_member,
    delete_a_member_whole, edit_a_lot, move_a_lot, delete_a_lot, edit_an_award, edit_the_terms,
    delete_an_award, edit_a_seal, delete_the_first_seal, edit_a_note,
]  # fmt: skip


@pytest.mark.parametrize("share", range(4))
def test_every_edit_by_hand_is_found_and_named(hands: Connection, share: int) -> None:
    chance = random.Random(share)
    for number in range(EDITS // 4):
        edit = EDITS_BY_HAND[number % len(EDITS_BY_HAND)]
        save = hands.begin_nested()
        names = edit(hands, chance)
        found = [one for one in verify.run(hands, full=True).findings if one.what != "guard"]
        save.rollback()
        named = any(name in one.where for one in found for name in names)
        assert named, (edit.__name__, number, names, found)


def test_untouched_books_have_no_finding(lived: Book) -> None:
    with lived.database.read() as tx:
        assert verify.run(tx, full=True).findings == []


def test_a_guard_that_is_missing_is_reported(hands: Connection) -> None:
    found = verify.run(hands).findings

    assert {one.what for one in found} == {"guard"}


def test_a_later_verify_reads_only_what_is_new(lived: Book) -> None:
    def proven(tx: Connection) -> verify.Report:
        report = verify.run(tx)
        verify.checkpoint(tx, report.proven)
        return report

    first = lived.database.write(proven)
    lived.see(order("109", buyer=Account("1")), at=RELEASED + timedelta(days=2))
    second = lived.database.write(proven)

    assert (first.members, second.members) == (4, 1)


def test_a_seal_holds_after_the_clock_was_set_back(lived: Book) -> None:
    lived.see(order("110", buyer=Account("1")), at=RELEASED + timedelta(days=3))
    lived.database.write(lambda tx: seals.take(tx, lived.shop.merchant_id, NOW))
    lived.see(order("111", buyer=Account("2")), at=NOW)

    with lived.database.read() as tx:
        assert verify.run(tx, full=True).findings == []


def test_the_digest_is_the_same_for_the_same_facts_in_another_order(
    sqlite_database: Database, tmp_path: Any
) -> None:
    from connector import keys as keys_module
    from tests.conftest import SECRET

    keys: Keys = sqlite_database.write(lambda tx: keys_module.load(tx, [SECRET], NOW))
    opened = book(sqlite_database, keys)
    facts = [order(str(n), buyer=Account(str(n % 3))) for n in range(9)]
    refunded = order("4", buyer=Account("1"), lines=(line(refunded_net=2353, refunded_tax=447),))
    looks = [(one, NOW) for one in facts] + [(refunded, RELEASED)]
    digests = set()
    for seed in range(5):
        random.Random(seed).shuffle(looks)
        save = _played(opened, looks)
        digests.add(save)

    assert len(digests) == 1


def _played(opened: Book, looks: list[Any]) -> str:
    result: list[str] = []

    def work(tx: Connection) -> None:
        for one, at in looks:
            orders.apply(tx, opened.shop, [look_at(one, at)], opened.keys, RELEASED)
        result.append(digest.of(tx))
        raise Undone

    with pytest.raises(Undone):
        opened.database.write(work)
    return result[0]


class Undone(Exception):
    """Ends a history, so that the next one starts from nothing."""


def test_expired_points_are_counted_by_the_digest(lived: Book) -> None:
    with lived.database.read() as tx:
        before = digest.of(tx)
    member = lived.member(Account("3")).member_id
    far = RELEASED + timedelta(days=365 * 6)
    lived.database.write(
        lambda tx: tx.exec_driver_sql("UPDATE lot SET warned_at = '2029-12-01 00:00:00'")
    )
    lived.database.write(
        lambda tx: life.expire(tx, lived.shop.merchant_id, member, date(2029, 12, 31), far)
    )

    with lived.database.read() as tx:
        assert digest.of(tx) == before
