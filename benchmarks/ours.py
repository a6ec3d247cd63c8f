"""Our ledger as a contender: `ledger.post` through `Database.write`, on either database."""

from __future__ import annotations

from benchmarks import crowd
from benchmarks.crowd import Post, Step
from connector import keys, ledger, migrations
from connector.db import Database
from connector.ledger import Posting, Reason
from tests.make import NOW, YEAR_END, M, add_members

SECRET = "a-secret-that-is-long-enough-but-protects-nothing"
REASONS = {"earn": Reason.CREDIT, "hold": Reason.HOLD, "redeem": Reason.REDEEM,
           "refund": Reason.CLAW_BACK}  # fmt: skip
AT_ONCE = 500


def opened(url: str) -> Database:
    """A database at its newest revision, with the key that posts need."""
    database = Database(url)
    migrations.upgrade(database)
    database.arm(database.write(lambda tx: keys.load(tx, [SECRET], NOW)).chain)
    return database


def fund(database: Database, members: int) -> None:
    """Members with points to spend."""
    names = crowd.names(members)
    for start in range(0, members, AT_ONCE):
        some = names[start : start + AT_ONCE]
        postings = [_posting(Step(name, "earn", crowd.FUNDS, f"start/{name}"), 0) for name in some]
        database.write(lambda tx, some=some: add_members(tx, *some))  # type: ignore[misc]
        database.write(lambda tx, postings=postings: ledger.post(tx, M, postings, NOW))  # type: ignore[misc]


def poster(database: Database) -> Post:
    def post(step: Step, last: int) -> int:
        posting = _posting(step, last)
        return database.write(lambda tx: ledger.post(tx, M, [posting], NOW))[0].n

    return post


def _posting(step: Step, last: int) -> Posting:
    return Posting(
        member_id=step.member,  # type: ignore[arg-type]
        reason=REASONS[step.kind],
        points=step.points,
        subject="order/demo/1001",
        key=step.key,
        occurred_at=NOW,
        expires_on=YEAR_END if step.kind == "earn" else None,
        undoes=last if step.kind == "redeem" else None,
        basis={"order": "1001", "deserved": step.points},
    )
