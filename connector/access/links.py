"""Links that are handed over by hand: to set a password once, and to take up a role.

A password's link proves itself and ends with the password it was made for; an invitation is a row
that ends when it is used.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from connector.access import users
from connector.access.roles import Role
from connector.access.sessions import digest, fresh_token
from connector.access.users import User
from connector.keys import Keys
from connector.tables import invitation as table
from connector.values import MerchantId

LIVES = timedelta(days=3)


def password_link(tx: Connection, keys: Keys, email: str, now: datetime) -> str:
    """The secret end of a link with which this user sets a password; Refused where there is none."""
    users.require(tx, email)
    found = users.find(tx, email)
    assert found is not None  # noqa: S101
    until = str(int((now + LIVES).timestamp()))
    return f"{found[0].user_id}.{until}.{_proof(keys, found[0], found[1], until)}"


def _proof(keys: Keys, user: User, kept: str, until: str) -> str:
    said = f"password/{user.user_id}/{kept}/{until}"
    return hmac.new(keys.sessions, said.encode(), hashlib.sha256).hexdigest()


def of_password(tx: Connection, keys: Keys, secret: str, now: datetime) -> User | None:
    """Whose link it is, while it lives and nobody has set a password since."""
    user_id, _, rest = secret.partition(".")
    until, _, proof = rest.partition(".")
    user = users.get(tx, user_id)
    found = users.find(tx, user.email) if user else None
    if found is None or not until.isascii() or not until.isdigit() or int(until) < now.timestamp():
        return None
    right = hmac.compare_digest(_proof(keys, found[0], found[1], until).encode(), proof.encode())
    return found[0] if right else None


def invite(tx: Connection, merchant_id: MerchantId, role: Role, now: datetime) -> str:
    """The secret of an invitation to work for a merchant in this role."""
    secret = fresh_token()
    tx.execute(delete(table).where(table.c.merchant_id == merchant_id, table.c.until < now))
    row = {"merchant_id": merchant_id, "digest": digest(secret), "role": role.value}
    tx.execute(insert(table).values(row | {"until": now + LIVES}))
    return secret


def invitation(tx: Connection, merchant_id: str, secret: str, now: datetime) -> Role | None:
    """The role an invitation gives, while it lives and was not used."""
    asked = select(table.c.role).where(*_is(merchant_id, secret), table.c.until >= now)
    role = tx.execute(asked).scalar()
    return Role(role) if role else None


def use(tx: Connection, merchant_id: str, secret: str, now: datetime) -> Role | None:
    """Take an invitation up; of two at once one gets it."""
    gone = delete(table).where(*_is(merchant_id, secret), table.c.until >= now)
    role = tx.execute(gone.returning(table.c.role)).scalar()
    return Role(role) if role else None


def _is(merchant_id: str, secret: str) -> tuple[ColumnElement[bool], ...]:
    return table.c.merchant_id == merchant_id, table.c.digest == digest(secret)
