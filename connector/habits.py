"""The guard against offers that have become a habit: who waits for the next one buys nothing before it.

More than a quarter of the last 90 days under a timed offer, or of the orders of these days with an
offer or a voucher code, is a task with the figure; it closes itself when the figure falls.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, String, bindparam, case, cast, func, select

from connector import merchants, programmes, tasks
from connector.earning import RULE
from connector.programme import Programme, in_force
from connector.tables import award, order, shop
from connector.values import MerchantId, day_in, end_of_day

DAYS = 90
TOO_MANY = 0.25
FEWEST_ORDERS = 20
"""Below that a share of orders says nothing."""

_ORDERS = (
    select(
        func.count(),
        func.sum(
            case(
                (cast(order.c.facts, String).contains('"codes"'), 1),
                (cast(award.c.terms, String).contains('"offer"'), 1),
                else_=0,
            )
        ),
    )
    .select_from(order)
    .join(shop, (shop.c.merchant_id == order.c.merchant_id) & (shop.c.shop_id == order.c.shop_id))
    .outerjoin(
        award,
        (award.c.merchant_id == order.c.merchant_id)
        & (award.c.subject == "order/" + shop.c.slug + "/" + order.c.external_id)
        & (award.c.rule == RULE),
    )
    .where(
        order.c.merchant_id == bindparam("m"),
        order.c.placed_at >= bindparam("since"),
        order.c.paid_at.is_not(None),
    )
)


def look(tx: Connection, merchant_id: MerchantId, now: datetime) -> tuple[float, float]:
    """(share of days, share of orders) under offers; opens or closes the merchant's task."""
    home = merchants.get(tx, merchant_id)
    versions = programmes.versions(tx, merchant_id, home.currency)
    today = day_in(now, home.zone)
    days = [today - timedelta(days=back) for back in range(DAYS)]
    on_offer = sum(_offers(versions, day, home.zone) for day in days) / DAYS
    since = end_of_day(days[-1] - timedelta(days=1), home.zone)
    count, under = tx.execute(_ORDERS, {"m": merchant_id, "since": since}).one()
    orders = (under or 0) / count if count >= FEWEST_ORDERS else 0.0
    about = f"merchant/{merchant_id}"
    if max(on_offer, orders) > TOO_MANY:
        facts = {"days": round(on_offer * 100), "orders": round(orders * 100)}
        tasks.open_task(tx, merchant_id, "habit", about, facts, now)
    else:
        tasks.settle_all(tx, merchant_id, [("habit", about)], now)
    return on_offer, orders


def _offers(versions: tuple[Programme, ...], day: date, zone: str) -> bool:
    """Whether a timed offer held at any moment of that day."""
    ends = end_of_day(day, zone)
    programme = in_force(versions, ends)
    if programme is None or programme.valid_from > ends:
        return False
    for rule in programme.rules:
        starts, until = rule.when.starts, rule.when.ends
        if not rule.when.timed:
            continue
        begun = starts is None or starts.date() <= day
        over = until is not None and (until - timedelta(microseconds=1)).date() < day
        if begun and not over and (not rule.when.weekdays or day.weekday() in rule.when.weekdays):
            return True
    return False
