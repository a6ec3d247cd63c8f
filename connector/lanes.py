"""What is due, by lane. A lane does one thing at a time; it belongs to one merchant, and however much
waits in it, no other lane is behind it.

Finding out is a plain SELECT over all merchants: the only question here that names none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    String,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    select,
)

from connector import merchants
from connector.shops import Shop
from connector.tables import award, inbox, lot, merchant, outbox, shop
from connector.values import MemberId, MerchantId, ShopId, day_in

FURTHEST = "Pacific/Kiritimati"
"""Where a day begins first: what is due nowhere there is due nowhere."""

POINTS = "points"
"""The lane in which a merchant's points become available and expire."""
BOOKS = "books"
"""The lane in which a merchant's books are sealed and proven."""


@dataclass(frozen=True, slots=True, order=True)
class Lane:
    """`shop/<id>/api` (bells and what a shop is asked), `shop/<id>/walk`, `points`, `books`, …"""

    merchant_id: MerchantId
    name: str

    @property
    def rings(self) -> ShopId | None:
        """The shop whose bells are answered in this lane."""
        kind, _, rest = self.name.partition("/")
        shop_id, _, part = rest.partition("/")
        return ShopId(shop_id) if (kind, part) == ("shop", "api") else None

    @property
    def is_long(self) -> bool:
        """Whether one thing in it may take minutes, so that it must not sit on a bell's place."""
        return self.name == BOOKS or self.name.endswith("/walk")


def of_shop(one: Shop) -> Lane:
    return Lane(one.merchant_id, f"shop/{one.shop_id}/api")


def walks_of(one: Shop) -> Lane:
    return Lane(one.merchant_id, f"shop/{one.shop_id}/walk")


_NOW: BindParameter[datetime] = bindparam("now")
_NONE: ColumnElement[int] = literal_column("0")
"""Written out: the indexes hold only what is pending or remains, and a plan that is kept must know it."""
_RINGING = select(shop.c.merchant_id, shop.c.shop_id).where(
    shop.c.suspended == "",
    exists().where(
        inbox.c.merchant_id == shop.c.merchant_id,
        inbox.c.shop_id == shop.c.shop_id,
        inbox.c.due_at <= _NOW,
        inbox.c.lease_until.is_(None) | (inbox.c.lease_until < _NOW),
    ),
)
_TO_DO = (
    select(outbox.c.merchant_id, outbox.c.lane)
    .where(
        outbox.c.done_at.is_(None),
        outbox.c.due_at <= _NOW,
        outbox.c.lease_until.is_(None) | (outbox.c.lease_until < _NOW),
    )
    .distinct()
)
_RIPE = select(merchant.c.merchant_id).where(
    exists().where(
        award.c.merchant_id == merchant.c.merchant_id,
        award.c.pending > _NONE,
        award.c.release_at <= _NOW,
    )
)
_OLDEST_LOT = select(
    merchant.c.merchant_id,
    merchant.c.zone,
    select(func.min(lot.c.due_on))
    .where(lot.c.merchant_id == merchant.c.merchant_id, lot.c.remaining > _NONE)
    .scalar_subquery()
    .label("due_on"),
)


def due(tx: Connection, now: datetime) -> list[Lane]:
    """Every lane in which something is due, each once."""
    found = {Lane(MerchantId(m), f"shop/{s}/api") for m, s in tx.execute(_RINGING, {"now": now})}
    found |= {Lane(MerchantId(m), name) for m, name in tx.execute(_TO_DO, {"now": now})}
    found |= {Lane(MerchantId(m), POINTS) for (m,) in tx.execute(_RIPE, {"now": now})}
    for row in tx.execute(_OLDEST_LOT):
        if row.due_on is not None and row.due_on < day_in(now, row.zone):
            found.add(Lane(MerchantId(row.merchant_id), POINTS))
    return sorted(found)


def _is_not_put_aside(key: ColumnElement[str]) -> ColumnElement[bool]:
    """What failed alone has a row of its own, which says when it is tried again."""
    mine = outbox.c.merchant_id == bindparam("m")
    return ~exists().where(mine, outbox.c.key == key, outbox.c.done_at.is_(None))


_SUBJECTS = (
    select(award.c.subject)
    .where(
        award.c.merchant_id == bindparam("m"),
        award.c.pending > _NONE,
        award.c.release_at <= _NOW,
        _is_not_put_aside("release/" + award.c.subject),
    )
    .order_by(award.c.release_at, award.c.subject)
    .limit(bindparam("most"))
)
_LOTS = (
    select(lot.c.member_id, lot.c.expires_on)
    .where(
        lot.c.merchant_id == bindparam("m"),
        lot.c.remaining > _NONE,
        lot.c.due_on < bindparam("today"),
        _is_not_put_aside("expire/" + lot.c.member_id + "/" + cast(lot.c.expires_on, String(10))),
    )
    .order_by(lot.c.due_on, lot.c.member_id)
    .limit(bindparam("most"))
)


def ripe(tx: Connection, merchant_id: MerchantId, now: datetime, most: int) -> list[str]:
    """A merchant's subjects whose pending points are due."""
    asked = {"m": merchant_id, "now": now, "most": most}
    return list(dict.fromkeys(tx.execute(_SUBJECTS, asked).scalars()))


def over(
    tx: Connection, merchant_id: MerchantId, now: datetime, most: int
) -> list[tuple[MemberId, date]]:
    """A merchant's lots whose day is over."""
    asked = {
        "m": merchant_id,
        "today": day_in(now, merchants.get(tx, merchant_id).zone),
        "most": most,
    }
    return [(MemberId(row.member_id), row.expires_on) for row in tx.execute(_LOTS, asked)]
