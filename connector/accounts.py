"""Whose proof is an account's: on some platforms a guest of the checkout shows the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector import db
from connector.tables import customer
from connector.values import MerchantId, ShopId


def none(tx: Connection, merchant_id: MerchantId, shop_id: ShopId, external_id: str) -> None:
    """The shop knows no account of this id: who shows it is a guest, until the shop says otherwise."""
    blank: dict[str, Any] = dict.fromkeys(("email", "first_name", "country", "group"), "")
    row = {"merchant_id": merchant_id, "shop_id": shop_id, "external_id": external_id}
    noted = db.insert_or(tx, customer).values(**row, **blank, verified=False, guest=True)
    tx.execute(noted.on_conflict_do_update(index_elements=list(row), set_={"guest": True}))


def there(tx: Connection, merchant_id: MerchantId, shop_id: ShopId, external_id: str) -> bool:
    """The shop itself has told us of this account."""
    asked = {"m": merchant_id, "s": shop_id, "id": external_id}
    return tx.execute(_ACCOUNT, asked).first() is not None


_ACCOUNT = select(customer.c.external_id).where(
    customer.c.merchant_id == bindparam("m"),
    customer.c.shop_id == bindparam("s"),
    customer.c.external_id == bindparam("id"),
    customer.c.guest.is_(False),
    customer.c.erased_at.is_(None),
)
