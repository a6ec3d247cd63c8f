"""The ledger's laws, one a test, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError

from connector import ledger, seals
from connector.db import Database
from connector.errors import InsufficientPoints, KeyReused, LedgerBroken, Moved, Refused
from connector.ledger import Posted, Posting, Reason
from connector.tables import lot, member, transfer
from tests.make import NOW, YEAR_END, M, add_members, posting

pytestmark = pytest.mark.bare_ledger


@pytest.fixture(autouse=True)
def two_members(database: Database) -> None:
    database.write(lambda tx: add_members(tx, "erika", "jonas"))


def post(database: Database, *postings: Posting) -> list[Posted]:
    return database.write(lambda tx: ledger.post(tx, M, postings, NOW))


def pots(database: Database, name: str = "erika") -> tuple[int, int, int]:
    with database.read() as tx:
        row = tx.execute(select(member).where(member.c.member_id == name)).one()
    return row.pending, row.available, row.held


def lots(database: Database, name: str = "erika") -> dict[date, int]:
    with database.read() as tx:
        rows = tx.execute(select(lot).where(lot.c.member_id == name, lot.c.remaining > 0))
        return {row.expires_on: row.remaining for row in rows}


def test_points_move_from_pot_to_pot(database: Database) -> None:
    post(database, posting("erika", Reason.EARN, 142, "a"))
    assert pots(database) == (142, 0, 0)

    post(database, posting("erika", Reason.CONFIRM, 142, "b"))
    assert pots(database) == (0, 142, 0)


def test_the_same_key_moves_points_once(database: Database) -> None:
    first = post(database, posting("erika", Reason.CREDIT, 50, "a"))
    second = post(database, posting("erika", Reason.CREDIT, 50, "a"))

    assert first == [Posted(50, 1)]
    assert second == [Posted(50, 1, again=True)]
    assert pots(database) == (0, 50, 0)


def test_the_same_key_twice_in_one_post_moves_points_once(database: Database) -> None:
    credit = posting("erika", Reason.CREDIT, 50, "a")

    assert post(database, credit, credit) == [Posted(50, 1), Posted(50, 1, again=True)]
    assert pots(database) == (0, 50, 0)


def test_nothing_to_post_is_no_movement(database: Database) -> None:
    assert post(database) == []


def test_a_key_means_one_thing(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 50, "a"))

    with pytest.raises(KeyReused, match="The key a was written before, for something else"):
        post(database, posting("erika", Reason.CREDIT, 51, "a"))


def test_nobody_spends_what_he_does_not_have(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 50, "a"))

    with pytest.raises(InsufficientPoints, match="51 points are asked for, 50 are available"):
        post(database, posting("erika", Reason.HOLD, 51, "b"))
    assert pots(database) == (0, 50, 0)


def test_no_more_pending_points_go_than_are_there(database: Database) -> None:
    post(database, posting("erika", Reason.EARN, 50, "a"))

    with pytest.raises(InsufficientPoints):
        post(database, posting("erika", Reason.UNEARN, 51, "b"))


def test_a_refusal_leaves_nothing_of_the_whole_post_behind(database: Database) -> None:
    with pytest.raises(InsufficientPoints):
        post(
            database, posting("jonas", Reason.CREDIT, 5, "a"), posting("erika", Reason.HOLD, 1, "b")
        )
    assert pots(database, "jonas") == (0, 0, 0)


def test_a_swallowed_refusal_leaves_nothing_behind(database: Database) -> None:
    def work(tx: Connection) -> None:
        with pytest.raises(InsufficientPoints):
            ledger.post(
                tx,
                M,
                [posting("erika", Reason.CREDIT, 5, "a"), posting("erika", Reason.HOLD, 9, "b")],
                NOW,
            )

    database.write(work)

    assert pots(database) == (0, 0, 0)


def test_up_to_takes_what_is_there(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 30, "a"))

    taken = post(database, posting("erika", Reason.CLAW_BACK, 50, "b", up_to=True))
    nothing = post(database, posting("erika", Reason.CLAW_BACK, 20, "c", up_to=True))

    assert taken == [Posted(30, 2)]
    assert nothing == [Posted(0, 0)]


def test_what_expires_soonest_is_spent_first(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 10, "a", expires_on=date(2028, 12, 31)))
    post(database, posting("erika", Reason.CREDIT, 10, "b", expires_on=date(2027, 12, 31)))

    post(database, posting("erika", Reason.HOLD, 15, "c"))

    assert lots(database) == {date(2028, 12, 31): 5}


def test_a_hold_takes_what_expires_soonest_whatever_it_names(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 10, "a", expires_on=date(2027, 12, 31)))
    post(database, posting("erika", Reason.CREDIT, 10, "b", expires_on=date(2028, 12, 31)))

    post(database, posting("erika", Reason.HOLD, 10, "c", expires_on=date(2028, 12, 31)))

    assert lots(database) == {date(2028, 12, 31): 10}


def test_a_claw_back_takes_its_own_date_first(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 10, "a", expires_on=date(2027, 12, 31)))
    post(database, posting("erika", Reason.CREDIT, 10, "b", expires_on=date(2028, 12, 31)))

    post(database, posting("erika", Reason.CLAW_BACK, 10, "c", expires_on=date(2028, 12, 31)))

    assert lots(database) == {date(2027, 12, 31): 10}


def test_released_points_keep_their_date(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 10, "a"), posting("erika", Reason.HOLD, 10, "b"))
    post(database, posting("erika", Reason.RELEASE, 10, "c", undoes=2))

    assert lots(database) == {YEAR_END: 10}


def test_points_that_come_back_live_at_least_thirty_days(database: Database) -> None:
    soon = NOW.date() + timedelta(days=3)
    post(database, posting("erika", Reason.CREDIT, 10, "a", expires_on=soon))
    post(
        database,
        posting("erika", Reason.HOLD, 10, "b"),
        posting("erika", Reason.REDEEM, 10, "c", undoes=2),
    )
    post(database, posting("erika", Reason.GIVE_BACK, 10, "d", undoes=3))

    assert lots(database) == {NOW.date() + timedelta(days=30): 10}


def test_released_points_live_at_least_thirty_days_too(database: Database) -> None:
    soon = NOW.date() + timedelta(days=3)
    post(database, posting("erika", Reason.CREDIT, 10, "a", expires_on=soon))
    post(database, posting("erika", Reason.HOLD, 10, "b"))
    post(database, posting("erika", Reason.RELEASE, 10, "c", undoes=2))

    assert lots(database) == {NOW.date() + timedelta(days=30): 10}


def test_spent_points_are_recorded_with_the_day_they_had(database: Database) -> None:
    soon = NOW.date() + timedelta(days=3)
    post(database, posting("erika", Reason.CREDIT, 10, "a", expires_on=soon))
    post(database, posting("erika", Reason.HOLD, 10, "b"))
    post(database, posting("erika", Reason.REDEEM, 10, "c", undoes=2))

    with database.read() as tx:
        spent = tx.execute(select(transfer.c.lots).where(transfer.c.n == 3)).scalar_one()
    assert spent == [[soon.isoformat(), 10]]


def test_no_more_comes_back_than_was_taken(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 30, "a"))
    post(database, posting("erika", Reason.HOLD, 10, "b"), posting("erika", Reason.HOLD, 10, "c"))
    post(database, posting("erika", Reason.RELEASE, 6, "d", undoes=2))

    with pytest.raises(InsufficientPoints, match="5 points are asked for, 4 are held"):
        post(database, posting("erika", Reason.RELEASE, 5, "e", undoes=2))
    up_to = posting("erika", Reason.RELEASE, 5, "f", undoes=2, up_to=True)
    assert post(database, up_to) == [Posted(4, 5)]


def test_giving_back_names_a_redemption(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 30, "a"), posting("erika", Reason.HOLD, 10, "b"))

    with pytest.raises(InsufficientPoints, match="There is no redeem 2"):
        post(database, posting("erika", Reason.GIVE_BACK, 10, "c", undoes=2))


@pytest.mark.parametrize("reason", ledger.UNDOES)
def test_what_ends_something_must_name_it(database: Database, reason: Reason) -> None:
    post(database, posting("erika", Reason.CREDIT, 30, "a"), posting("erika", Reason.HOLD, 10, "b"))

    with pytest.raises(InsufficientPoints, match=f"There is no {ledger.UNDOES[reason]} None"):
        post(database, posting("erika", reason, 10, "c"))


def test_a_stranger_gets_no_points(database: Database) -> None:
    with pytest.raises(Refused, match="no member"):
        post(database, posting("nobody", Reason.CREDIT, 10, "a"))


@pytest.mark.parametrize("statement", ["UPDATE transfer SET points = 9", "DELETE FROM transfer"])
def test_a_transfer_never_changes(database: Database, statement: str) -> None:
    post(database, posting("erika", Reason.CREDIT, 50, "a"))

    with pytest.raises(DBAPIError, match=r"only grows|permission denied"):
        database.write(lambda tx: tx.exec_driver_sql(statement))


def test_the_database_itself_refuses_a_balance_below_zero(database: Database) -> None:
    with pytest.raises(DBAPIError):
        database.write(lambda tx: tx.exec_driver_sql("UPDATE member SET available = -1"))


def test_points_are_positive(database: Database) -> None:
    with pytest.raises(ValueError, match="no number of points"):
        post(database, posting("erika", Reason.CREDIT, 0, "a"))


def test_points_that_become_available_say_until_when(database: Database) -> None:
    with pytest.raises(ValueError, match="a credit names the day on which its points expire"):
        post(database, posting("erika", Reason.CREDIT, 5, "a", expires_on=None))


@dataclass
class Meddler(Mapping[str, Any]):
    """A basis that changes its member in the middle of the post that reads it."""

    tx: Connection

    def __iter__(self) -> Iterator[str]:
        self.tx.exec_driver_sql("UPDATE member SET n = n + 1")
        return iter(())

    def __getitem__(self, name: str) -> Any:
        raise KeyError(name)

    def __len__(self) -> int:
        return 0


def test_a_member_who_changes_under_the_ledgers_hands_stops_it(database: Database) -> None:
    def work(tx: Connection) -> None:
        ledger.post(tx, M, [posting("erika", Reason.CREDIT, 5, "a", basis=Meddler(tx))], NOW)

    with pytest.raises(LedgerBroken, match=r"^A member changed while a post held him locked\.$"):
        database.write(work)
    assert pots(database) == (0, 0, 0)


def test_nothing_is_recorded_before_the_last_seal_whatever_the_clock_says(
    database: Database,
) -> None:
    tomorrow = NOW + timedelta(days=1)
    post(database, posting("erika", Reason.CREDIT, 5, "a"))
    database.write(lambda tx: seals.take(tx, M, tomorrow))
    post(database, posting("erika", Reason.CREDIT, 5, "b"))

    with database.read() as tx:
        recorded = tx.execute(select(transfer.c.recorded_at).order_by(transfer.c.n)).scalars().all()
    assert recorded == [NOW, tomorrow + timedelta(microseconds=1)]


def test_what_is_recorded_names_no_person(database: Database) -> None:
    post(database, posting("erika", Reason.CREDIT, 50, "a", basis={"order": "1001"}))

    with database.read() as tx:
        row = tx.execute(select(transfer)).mappings().one()
    assert row["basis"] == {"order": "1001"}
    assert row["lots"] == [[YEAR_END.isoformat(), 50]]


def test_nothing_is_posted_to_a_member_who_was_merged_and_what_was_posted_stays_known(
    database: Database,
) -> None:
    earned = posting("erika", Reason.EARN, 5, "a")
    post(database, earned)
    gone = update(member).where(member.c.member_id == "erika").values(merged_into="jonas")
    database.write(lambda tx: tx.execute(gone))

    assert post(database, earned) == [Posted(5, 1, again=True)]
    said = "^This customer was merged into another while we looked; look again.$"
    with pytest.raises(Moved, match=said):
        post(database, posting("erika", Reason.EARN, 5, "b"))
    assert pots(database) == (5, 0, 0)
    database.write(lambda tx: tx.execute(update(member).values(merged_into=None)))
