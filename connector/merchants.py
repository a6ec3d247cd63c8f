"""The merchant, in whose currency and on whose days everything is counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector.tables import merchant

_ONE = select(merchant).where(merchant.c.merchant_id == bindparam("m"))


def get(tx: Connection, merchant_id: str) -> Any:
    """His row: `name`, `currency` (three letters), `zone` (as in Europe/Berlin), `live_since` or None.

    Raises NoResultFound where there is none: an id comes from our own rows, never from outside.
    """
    return tx.execute(_ONE, {"m": merchant_id}).one()
