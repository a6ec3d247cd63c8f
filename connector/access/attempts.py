"""Failed logins: counted by digests of the address and of the network, whether anybody has the address
or not; each further failure makes the next try wait longer."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import Connection, delete, select, update

from connector import db
from connector.keys import Keys
from connector.tables import attempt as table

FORGOTTEN = timedelta(hours=24)
_FIRST = timedelta(seconds=15)
_LONGEST = timedelta(minutes=15)
FREE = {"address": 5, "network": 30}
"""Tries that cost no wait: a person mistypes; an office shares one network."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one try is counted under."""

    address: str
    network: str


def tried(keys: Keys, email: str, remote: str) -> Tried:
    return Tried(
        _digest(keys, "address", email.strip().lower()), _digest(keys, "network", net(remote))
    )


def net(remote: str) -> str:
    """An IPv4 address, or the /64 that one household or server has of IPv6."""
    try:
        found = ip_address(remote)
    except ValueError:
        return "unknown"
    return remote if found.version == 4 else str(ip_network(f"{remote}/64", strict=False))


def _digest(keys: Keys, kind: str, value: str) -> str:
    return hmac.new(keys.pepper, f"login/{kind}/{value}".encode(), hashlib.sha256).hexdigest()


def count(tx: Connection, one: Tried, now: datetime) -> timedelta:
    """Count a try before its password is looked at, so that a hundred at once are a hundred tries.

    Gives how long it has to wait; then it was not counted and must not be looked at.
    """
    tx.execute(delete(table).where(table.c.until < now - FORGOTTEN))
    asked = select(table.c.until).where(table.c.digest.in_([one.address, one.network]))
    db.alone(tx, f"login/{one.address}")
    until = max(tx.execute(asked).scalars(), default=now)
    if until > now:
        return until - now
    for kind, digest in (("address", one.address), ("network", one.network)):
        row = {"digest": digest, "failed": 1, "until": now}
        counted = db.insert_or(tx, table).values(row)
        failed = tx.execute(
            counted.on_conflict_do_update(
                index_elements=["digest"], set_={"failed": table.c.failed + 1}
            ).returning(table.c.failed)
        ).scalar_one()
        wait = _wait(failed - FREE[kind])
        tx.execute(update(table).where(table.c.digest == digest).values(until=now + wait))
    return timedelta(0)


def _wait(too_many: int) -> timedelta:
    """Nothing at first, then 15 s, 30 s, 1 min … a quarter of an hour."""
    return timedelta(0) if too_many < 0 else min(_FIRST * 2 ** min(too_many, 10), _LONGEST)


def forgive(tx: Connection, one: Tried, now: datetime) -> None:
    """The password was right: the address starts anew, the network gets this try back.

    Not more: whoever has one login must not use it to clear the count of his other guesses.
    """
    tx.execute(delete(table).where(table.c.digest == one.address))
    tx.execute(
        update(table)
        .where(table.c.digest == one.network, table.c.failed > 0)
        .values(failed=table.c.failed - 1, until=now)
    )
