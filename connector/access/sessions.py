"""Sessions: a random token in a cookie, its digest here; each ends by idleness, by age, or by a person."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from connector.keys import Keys
from connector.tables import session as table

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly we remember when a session was used: not every page is worth a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """`id`: the digest of the token, which is all we have of it."""

    id: str
    user_id: str
    made_at: datetime
    seen_at: datetime
    until: datetime
    agent: str


def digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def fresh_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def begin(tx: Connection, token: str, user_id: str, agent: str, now: datetime) -> None:
    """Begin a session under this token; those that are over are forgotten on the way."""
    over = (table.c.until < now) | (table.c.seen_at < now - IDLE)
    tx.execute(delete(table).where(table.c.user_id == user_id, over))
    tx.execute(
        insert(table).values(
            digest=digest(token), user_id=user_id, made_at=now, seen_at=now, until=now + LONGEST,
            agent=agent[:200],
        )
    )  # fmt: skip


def find(tx: Connection, token: str, now: datetime) -> Session | None:
    """The session behind a token while it lasts."""
    asked = select(table).where(
        table.c.digest == digest(token), table.c.until >= now, table.c.seen_at >= now - IDLE
    )
    row = tx.execute(asked).mappings().first()
    return None if row is None else _session(dict(row))


def _session(row: dict[str, object]) -> Session:
    return Session(id=row.pop("digest"), **row)  # type: ignore[arg-type]


def seen(tx: Connection, one: Session, now: datetime) -> None:
    tx.execute(update(table).where(table.c.digest == one.id).values(seen_at=now))


def end(tx: Connection, session_id: str, user_id: str) -> bool:
    """End one session of this user."""
    mine = (table.c.digest == session_id, table.c.user_id == user_id)
    return tx.execute(delete(table).where(*mine)).rowcount == 1


def end_all(tx: Connection, user_id: str, but: str = "") -> int:
    """End every session of a user, but the one that asks."""
    mine = (table.c.user_id == user_id, table.c.digest != but)
    return tx.execute(delete(table).where(*mine)).rowcount


def of_user(tx: Connection, user_id: str, now: datetime) -> list[Session]:
    """The sessions that last, the one used last first."""
    asked = (
        select(table)
        .where(table.c.user_id == user_id, table.c.until >= now, table.c.seen_at >= now - IDLE)
        .order_by(table.c.seen_at.desc())
    )
    return [_session(dict(row)) for row in tx.execute(asked).mappings()]


def csrf(keys: Keys, token: str) -> str:
    """What a form must bring to prove that it came from a page of this very session."""
    return hmac.new(keys.sessions, f"csrf/{token}".encode(), hashlib.sha256).hexdigest()
