"""What members have, told to shops that keep it beside their customers: a copy for their rules and mails.

What was told stands beside the identity, so that nothing is told twice and whatever changed it (an order, an employee, a
merge, the calendar) is noticed in the same way. The ledger stays ours: nothing is ever read back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, String, bindparam, case, cast, func, select, update

from connector import members
from connector.installation import Installation
from connector.port import Balance, PublishesBalance
from connector.shops import Shop
from connector.tables import identity, member

AT_ONCE = 50

_TOLD = case(
    (member.c.left_at.is_not(None), ""),
    else_=cast(member.c.available, String) + "/" + member.c.tier,
)
_HERE = (
    identity.c.merchant_id == bindparam("m"),
    identity.c.shop_id == bindparam("s"),
    identity.c.kind == members.CUSTOMER,
)
_UNTOLD = (
    select(identity.c.value, member.c.available, member.c.tier, _TOLD.label("told"))
    .join(
        member,
        (member.c.merchant_id == identity.c.merchant_id)
        & (member.c.member_id == identity.c.member_id),
    )
    .where(*_HERE, identity.c.until.is_(None), func.coalesce(identity.c.told, "-") != _TOLD)
    .order_by(identity.c.value)
    .limit(AT_ONCE)
)
_TELL = (
    update(identity)
    .where(*_HERE, identity.c.value == bindparam("id"))
    .values(told=bindparam("now_told"))
)


def publish(inst: Installation, shop: Shop, enough: Callable[[], bool]) -> int:
    """Tell the shop what changed since it was told; how many. Told twice after a crash, which is the same."""
    platform = inst.platform(shop)
    if not isinstance(platform, PublishesBalance):
        return 0
    done = 0
    while not enough():
        with inst.database.read() as tx:
            asked = {"m": shop.merchant_id, "s": shop.shop_id}
            rows = tx.execute(_UNTOLD, asked).all()
        if not rows:
            break
        platform.publish_balances(
            [Balance(row.value, row.available if row.told else None, row.tier) for row in rows]
        )
        inst.database.write(lambda tx: _keep(tx, shop, rows), batch=True)  # noqa: B023
        done += len(rows)
    return done


def _keep(tx: Connection, shop: Shop, rows: Sequence[Any]) -> None:
    here = {"m": shop.merchant_id, "s": shop.shop_id}
    tx.execute(_TELL, [{**here, "id": row.value, "now_told": row.told} for row in rows])
