"""What an order brings, for whoever has just placed it; told from our rows, or from the shop's own words.

Nothing is written here: what an order deserves is decided where looks are applied, and this only
says beforehand what that will be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector import campaigns, explain, members, orders, orders_rows, programmes
from connector.earning import RULE, Standing, promised
from connector.keys import Keys
from connector.port import Order, Product
from connector.programme import Programme, counts, in_force
from connector.rules import asked
from connector.shops import Shop
from connector.tables import award
from connector.values import MemberId, day_in

COMING, GIVEN, WAITING, NOTHING, LATER = "coming", "given", "waiting", "nothing", "later"
STATES = (COMING, GIVEN, WAITING, NOTHING, LATER)

_TEXTS = {
    "de": {
        "coming.on": "Diese Bestellung bringt dir {points}, deine ab {on}.",
        "coming": "Diese Bestellung bringt dir {points}, sobald sie bezahlt und ihre Rückgabefrist vorbei ist.",
        "given": "Diese Bestellung hat dir {points} gebracht.",
        "waiting.account": "Für diese Bestellung warten {points} auf dich. Mach mit, dann gehören sie dir.",
        "waiting.account.1": "Für diese Bestellung wartet {points} auf dich. Mach mit, dann gehört er dir.",
        "waiting.guest": "Für diese Bestellung warten {points} auf dich: Mit einem Kundenkonto unter derselben "
        "E-Mail-Adresse gehören sie dir.",
        "waiting.guest.1": "Für diese Bestellung wartet {points} auf dich: Mit einem Kundenkonto unter derselben "
        "E-Mail-Adresse gehört er dir.",
    },
    "en": {
        "coming.on": "This order brings you {points}, yours from {on}.",
        "coming": "This order brings you {points} once it is paid and its return window is over.",
        "given": "This order has brought you {points}.",
        "waiting.account": "{points} for this order are waiting for you. Join, and they are yours.",
        "waiting.account.1": "{points} for this order is waiting for you. Join, and it is yours.",
        "waiting.guest": "{points} for this order are waiting for you: with an account under the same e-mail "
        "address they are yours.",
        "waiting.guest.1": "{points} for this order is waiting for you: with an account under the same e-mail "
        "address it is yours.",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Brings:
    """`on` is the first day on which the points are the member's; None while nobody knows it."""

    state: str
    points: int = 0
    on: date | None = None
    account: bool = True
    """The buyer has an account in the shop."""

    def said(self, lang: str) -> dict[str, Any]:
        """The answer of `/v1/{shop}/order`."""
        return {
            "state": self.state,
            "points": self.points,
            "on": self.on,
            "sentence": self._text(lang),
        }

    def _text(self, lang: str) -> str:
        if self.state in (NOTHING, LATER):
            return ""
        key = self.state
        if key == COMING and self.on:
            key = "coming.on"
        if key == WAITING:
            key = f"waiting.{'account' if self.account else 'guest'}{'.1' * (self.points == 1)}"
        on = explain.day(self.on, lang) if self.on else ""
        return _TEXTS[lang][key].format(points=explain.points(self.points, lang), on=on)


def buyer(tx: Connection, shop: Shop, external_id: str) -> str:
    """Who placed an order that we have seen, as `members` knows him; "": we have not."""
    row = orders_rows.one(tx, shop, external_id)
    return "" if row is None else row.buyer


def known(tx: Connection, shop: Shop, external_id: str, now: datetime) -> Brings | None:
    """What an order that we have seen brings; None: never seen, so the shop must be asked."""
    row = orders_rows.one(tx, shop, external_id)
    if row is None:
        return None
    order = row.order
    if order is None:
        return Brings(NOTHING)
    which = {"m": shop.merchant_id, "s": orders.subject(shop, external_id)}
    given = tx.execute(_AWARD, which).first()
    if given is not None:
        return _given(shop, given)
    products = orders_rows.products(tx, shop, row.products)
    return _foreseen(tx, shop, order, row.buyer, row.member_id, products, now)


def seen(
    tx: Connection,
    shop: Shop,
    order: Order,
    products: Mapping[str, Product],
    keys: Keys,
    now: datetime,
) -> Brings:
    """The same of an order that only the shop has told us of."""
    buyer = members.buyer_key(order.buyer, keys)
    member_id = members.find(tx, shop.merchant_id, shop.shop_id, [buyer]).get(buyer)
    mine = orders_rows.products(tx, shop, {line.product for line in order.lines})
    return _foreseen(tx, shop, order, buyer, member_id, {**products, **mine}, now)


_AWARD = select(award).where(
    award.c.merchant_id == bindparam("m"), award.c.subject == bindparam("s"), award.c.rule == RULE
)


def _given(shop: Shop, row: Any) -> Brings:
    if row.given <= 0:
        return Brings(NOTHING)
    if not row.pending:
        return Brings(GIVEN, row.given)
    on = None if row.release_at is None else day_in(row.release_at, shop.zone)
    return Brings(COMING, row.given, on)


def _foreseen(
    tx: Connection,
    shop: Shop,
    order: Order,
    buyer: str,
    member_id: MemberId | None,
    products: Mapping[str, Product],
    now: datetime,
) -> Brings:
    versions = programmes.versions(tx, shop.merchant_id, shop.currency)
    rules = in_force(versions, order.placed_at)
    if rules is None or not counts(versions, order.placed_at):
        return Brings(NOTHING)
    if member_id and members.departed(tx, shop.merchant_id, [member_id]):
        return Brings(NOTHING)
    standing = _standing(tx, shop, rules, order, buyer, member_id, products)
    want = promised(order, rules, standing, now)
    if want is None or want.points <= 0:
        return Brings(NOTHING)
    takes_part = member_id or buyer.partition(":")[0] in orders.JOIN_BY_BUYING[rules.taking_part]
    if not takes_part:
        return Brings(WAITING, want.points, account=buyer.startswith(members.CUSTOMER))
    on = None if want.release_at is None else day_in(want.release_at, shop.zone)
    return Brings(COMING, want.points, on)


def _standing(
    tx: Connection,
    shop: Shop,
    rules: Programme,
    order: Order,
    buyer: str,
    member_id: MemberId | None,
    products: Mapping[str, Product],
) -> Standing:
    """As it will be when the order is decided, if nobody is faster."""
    group = orders_rows.group_of(tx, shop, buyer) if rules.asks_for_group else ""
    last = (
        orders_rows.last_order(tx, shop, member_id or MemberId(""), buyer, order.placed_at)
        if rules.asks_for_history
        else None
    )
    standing = Standing(
        zone=shop.zone, currency=shop.currency, gross=shop.gross, live_since=shop.live_since,
        products=products, group=group, last_order=last,
    )  # fmt: skip
    limited = [rule for rule in rules.rules if rule.limited]
    if not limited:
        return standing
    who, day = member_id or campaigns.EVERYBODY, day_in(order.placed_at, shop.zone)
    left = {
        rule.id: campaigns.at_a_look(tx, shop.merchant_id, rule.id, rule.limits, who, day)
        for rule in asked(limited, order, standing.buying(order))
    }
    return replace(standing, left=left)
