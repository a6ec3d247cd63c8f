"""What a shop's own programs prove themselves with: random, shown once, kept only as a digest."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import Connection, bindparam, insert, select, update

from connector.errors import BadDelivery, Refused
from connector.shops import Shop
from connector.tables import token
from connector.values import MerchantId

PREFIX = "stk_"
EVENTS = "events"
"""The one scope there is: report what customers did."""


@dataclass(frozen=True, slots=True)
class Token:
    id: str
    name: str
    made_at: datetime
    ended_at: datetime | None


def make(tx: Connection, shop: Shop, name: str, now: datetime) -> str:
    """A new token for this shop; nobody can read it a second time."""
    text = PREFIX + secrets.token_urlsafe(32)
    tx.execute(
        insert(token).values(
            merchant_id=shop.merchant_id, id=str(uuid4()), shop_id=shop.shop_id, name=name,
            digest=_digest(text), scope=EVENTS, made_at=now,
        )
    )  # fmt: skip
    return text


def prove(tx: Connection, shop: Shop, text: str) -> Token:
    """The token, if it is this shop's and still good. Raises BadDelivery."""
    asked = {"m": shop.merchant_id, "s": shop.shop_id, "d": _digest(text)}
    row = tx.execute(_PROVE, asked).first()
    if row is None:
        raise BadDelivery("This token is unknown here or was ended.")
    return Token(row.id, row.name, row.made_at, row.ended_at)


_PROVE = select(token).where(
    token.c.merchant_id == bindparam("m"),
    token.c.shop_id == bindparam("s"),
    token.c.digest == bindparam("d"),
    token.c.ended_at.is_(None),
)


def known(tx: Connection, shop: Shop) -> list[Token]:
    """The shop's tokens, the newest first."""
    asked = (
        select(token)
        .where(token.c.merchant_id == shop.merchant_id, token.c.shop_id == shop.shop_id)
        .order_by(token.c.made_at.desc(), token.c.id)
    )
    return [Token(row.id, row.name, row.made_at, row.ended_at) for row in tx.execute(asked)]


def end(tx: Connection, merchant_id: MerchantId, token_id: str, now: datetime) -> None:
    """The token is good no longer. Raises Refused for one that is unknown or ended already."""
    changed = tx.execute(
        update(token)
        .where(token.c.merchant_id == merchant_id, token.c.id == token_id,
               token.c.ended_at.is_(None))
        .values(ended_at=now)
    )  # fmt: skip
    if changed.rowcount == 0:
        raise Refused(f"There is no token {token_id} that is still good.")


def _digest(text: str) -> str:
    """Random as a key, so one plain hash is enough: there is nothing to guess."""
    return sha256(text.encode()).hexdigest()
