"""Literal statements write and read what SQLAlchemy would, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, insert, select

from connector.db import Database
from connector.literal import Statement
from connector.tables import inbox, lot, shop
from tests.make import NOW, M, add_members

TOKYO = timezone(timedelta(hours=9))
PICKED = Statement("""
SELECT external_id, rung_at, lease_until FROM inbox
WHERE merchant_id = :merchant_id AND external_id IN :orders ORDER BY external_id
""")
RUNG = Statement("""
INSERT INTO inbox (merchant_id, shop_id, kind, external_id, rung_at, due_at, lease_until, tries, error)
VALUES (:merchant_id, 's', 'orders', :external_id, :rung_at, :rung_at, :lease_until, 0, '')
""")
LOTS = Statement("SELECT expires_on, remaining FROM lot WHERE merchant_id = :merchant_id")
MOVED = Statement("""
UPDATE lot SET expires_on = :expires_on WHERE merchant_id = :merchant_id AND remaining > 0
""")


@pytest.fixture(autouse=True)
def _a_shop(database: Database) -> None:
    def work(tx: Connection) -> None:
        add_members(tx, "erika", "otto")
        tx.execute(
            insert(shop).values(merchant_id=M, shop_id="s", slug="demo", platform="woocommerce")
        )

    database.write(work)


def rung(external_id: str, rung_at: datetime, lease_until: datetime | None) -> dict[str, object]:
    return {"merchant_id": M, "external_id": external_id, "rung_at": rung_at,
            "lease_until": lease_until}  # fmt: skip


def test_a_moment_is_the_same_moment_whoever_writes_or_reads_it(database: Database) -> None:
    fine = datetime(2026, 11, 22, 21, 0, 0, 7, tzinfo=TOKYO)

    def work(tx: Connection) -> None:
        RUNG.run(tx, rung("1", fine, NOW), rung("2", NOW, None))
        tx.execute(insert(inbox).values(merchant_id=M, shop_id="s", kind="orders", external_id="3",
                                        rung_at=fine, due_at=fine))  # fmt: skip

    database.write(work)
    with database.read() as tx:
        literal = {row.external_id: row.rung_at for row in
                   PICKED.rows(tx, {"merchant_id": M, "orders": ["1", "2", "3"]})}  # fmt: skip
        core = {row.external_id: row.rung_at for row in tx.execute(select(inbox))}

    assert literal == core == {"1": fine, "2": NOW, "3": fine}
    assert {moment.tzinfo for moment in literal.values()} == {UTC}


def test_nothing_stays_nothing(database: Database) -> None:
    database.write(lambda tx: RUNG.run(tx, rung("1", NOW, None)))

    with database.read() as tx:
        (row,) = PICKED.rows(tx, {"merchant_id": M, "orders": ["1"]})
    assert row.lease_until is None


def test_a_moment_without_its_zone_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 22)  # noqa: DTZ001

    with pytest.raises(ValueError, match="zone"):
        database.write(lambda tx: RUNG.run(tx, rung("1", naive, None)))


def test_a_list_finds_as_many_as_it_names(database: Database) -> None:
    database.write(lambda tx: RUNG.run(tx, *(rung(str(n), NOW, None) for n in range(7))))

    with database.read() as tx:
        found = [
            [row.external_id for row in PICKED.rows(tx, {"merchant_id": M, "orders": orders})]
            for orders in (["3"], ["1", "5", "9"], [str(n) for n in range(7)])
        ]
    assert found == [["3"], ["1", "5"], [str(n) for n in range(7)]]


@pytest.mark.broken_books
def test_it_says_how_many_rows_it_touched(database: Database) -> None:
    def work(tx: Connection) -> tuple[int, int]:
        day = date(2028, 12, 31)
        tx.execute(insert(lot), [{"merchant_id": M, "member_id": name, "remaining": 5,
                                  "expires_on": day, "due_on": day} for name in ("erika", "otto")])  # fmt: skip
        return MOVED.run(tx, {"merchant_id": M, "expires_on": date(2029, 12, 31)}), MOVED.run(tx)

    assert database.write(work) == (2, 0)
    with database.read() as tx:
        days = {row.expires_on for row in LOTS.rows(tx, {"merchant_id": M})}
    assert days == {date(2029, 12, 31)}
