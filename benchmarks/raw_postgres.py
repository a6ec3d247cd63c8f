"""The floor on PostgreSQL: one statement a post, prepared by psycopg, committed by itself."""

from __future__ import annotations

import psycopg

from benchmarks import crowd
from benchmarks.crowd import Post, Step
from benchmarks.raw_sqlite import MERCHANT

TABLES = """
CREATE TABLE balance (
  merchant text, member text, available bigint NOT NULL CHECK (available >= 0),
  held bigint NOT NULL CHECK (held >= 0), PRIMARY KEY (merchant, member)
);
CREATE TABLE entry (
  id bigserial PRIMARY KEY, merchant text, member text, available bigint, held bigint,
  "after" bigint, key text, at timestamptz, UNIQUE (merchant, key)
);
"""
MOVE = """
WITH moved AS (
  UPDATE balance SET available = available + %(available)s, held = held + %(held)s
  WHERE merchant = %(merchant)s AND member = %(member)s
    AND available + %(available)s >= 0 AND held + %(held)s >= 0 RETURNING available
)
INSERT INTO entry (merchant, member, available, held, "after", key, at)
SELECT %(merchant)s, %(member)s, %(available)s, %(held)s, available, %(key)s, now() FROM moved
"""


def _connected(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def fund(url: str, members: int) -> None:
    with _connected(url) as db:
        db.execute(TABLES)
        with db.cursor().copy("COPY balance FROM STDIN") as rows:
            for name in crowd.names(members):
                rows.write_row((MERCHANT, name, crowd.FUNDS, 0))


def poster(url: str) -> Post:
    """Over a connection of its own: one client."""
    db = _connected(url)

    def post(step: Step, _last: int) -> int:
        available, held = (sign * step.points for sign in crowd.SIGNS[step.kind])
        row = {"merchant": MERCHANT, "member": step.member, "available": available, "held": held,
               "key": step.key}  # fmt: skip
        if db.execute(MOVE, row).rowcount != 1:
            raise ValueError("the points were not there")
        return 0

    return post
