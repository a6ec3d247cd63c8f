"""From looks at orders to points: compute what each deserves now and post the difference, as sets.

Payment, edit, refund, cancellation, repeats, late and stale looks are one path; there is no
`on_refund`. Two looks are ordered by our own clock, because Shopware's mark of change stands still on
payment and WooCommerce's when a refund is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from connector import awards, campaigns, members, orders_rows, programmes, tasks, vouchers
from connector.awards import Award
from connector.earning import (
    RULE,
    Deserved,
    Standing,
    convertible,
    decide,
    deserved,
    grants,
    unknown_refund,
    with_lines,
)
from connector.keys import Keys
from connector.ledger import Posting, Reason
from connector.port import Look, Order, Product
from connector.programme import Programme, TakingPart, counts, in_force
from connector.rules import asked
from connector.shops import Shop
from connector.values import MemberId, day_in


@dataclass(slots=True)
class Applied:
    """What a page of looks did."""

    changed: int = 0
    transfers: int = 0
    people: list[str] = field(default_factory=list)
    """External ids of customers to look at: new members, and those the shop may have erased."""


@dataclass(slots=True)
class _Page:
    """What all orders of one page share."""

    tx: Connection
    shop: Shop
    now: datetime
    programmes: tuple[Programme, ...]
    products: Mapping[str, Product]
    awards: dict[tuple[str, str], Award]
    own_lots: dict[tuple[str, str], Any]
    start_used: dict[MemberId, int]
    departed: set[MemberId]
    """They left the programme: what they were given follows its orders, nothing new is given."""
    wanted: list[tuple[Award, Posting]] = field(default_factory=list)
    quiet: list[Award] = field(default_factory=list)
    tasks: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    settled: list[tuple[str, str]] = field(default_factory=list)


JOIN_BY_BUYING: Mapping[TakingPart, tuple[str, ...]] = {
    TakingPart.ASK: (),
    TakingPart.ACCOUNT: (members.CUSTOMER,),
    TakingPart.EVERYONE: (members.CUSTOMER, members.GUEST),
}
"""Which kinds of buyers take part by buying."""


def subject(shop: Shop, external_id: str) -> str:
    return f"order/{shop.slug}/{external_id}"


def apply(tx: Connection, shop: Shop, looks: Sequence[Look], keys: Keys, now: datetime) -> Applied:
    """Bring awards and points to what these orders deserve; at most ORDERS_AT_ONCE looks a call."""
    newest = {look.external_id: look for look in sorted(looks, key=lambda look: look.at)}
    known = members.owned_now(tx, shop.merchant_id, orders_rows.load(tx, shop, newest))
    fresh = {
        id_: look
        for id_, look in newest.items()
        if (id_ not in known and look.order is not None)
        or (id_ in known and look.at > known[id_].looked_at)
    }
    versions = programmes.versions(tx, shop.merchant_id, shop.currency)
    applied = Applied()
    buyers = {
        id_: (members.buyer_key(look.order.buyer, keys) if look.order else "")
        or (known[id_].buyer if id_ in known else "")
        for id_, look in fresh.items()
    }
    whose = _members(tx, shop, set(buyers.values()) - {""}, versions, applied, now)
    _erase(tx, shop, fresh, known, applied, now)
    rows = orders_rows.rows(fresh, known, buyers, whose)
    won = orders_rows.write(tx, shop, rows, known)
    applied.changed = len(won)
    page = _page(tx, shop, versions, {id_: rows[id_] for id_ in won}, now)
    for id_, revision in won.items():
        _one(page, rows[id_], fresh[id_], known.get(id_), revision)
    vouchers.seen(tx, shop, vouchers.uses(fresh, won, known), now)
    applied.transfers = _finish(tx, page)
    return applied


def _members(
    tx: Connection,
    shop: Shop,
    buyers: set[str],
    versions: tuple[Programme, ...],
    applied: Applied,
    now: datetime,
) -> dict[str, MemberId]:
    """The members behind the orders' buyers; whoever takes part by buying becomes one here."""
    taking = versions[-1].taking_part if versions else TakingPart.ASK
    kinds = JOIN_BY_BUYING[taking]
    known = members.find(tx, shop.merchant_id, shop.shop_id, buyers)
    joining = {key for key in buyers - known.keys() if key.partition(":")[0] in kinds}
    guests = {key.partition(":")[2] for key in joining if key.startswith(members.GUEST)}
    erased = members.suppressed(tx, shop.merchant_id, "erased", guests)
    joining -= {f"{members.GUEST}:{digest}" for digest in erased}
    applied.people += [
        value
        for kind, _, value in (key.partition(":") for key in sorted(joining))
        if kind == members.CUSTOMER
    ]
    new = members.join(tx, shop.merchant_id, shop.shop_id, sorted(joining), taking.value, now)
    return known | new


def _erase(
    tx: Connection,
    shop: Shop,
    fresh: Mapping[str, Look],
    known: Mapping[str, orders_rows.Row],
    applied: Applied,
    now: datetime,
) -> None:
    """An order whose buyer the shop has erased: forget a guest, look at an account holder again."""
    for id_, look in fresh.items():
        if look.order is None or not look.order.erased or id_ not in known:
            continue
        kind, _, value = known[id_].buyer.partition(":")
        if kind == members.GUEST:
            members.erase_guest(tx, shop.merchant_id, shop.shop_id, value, now)
        elif kind == members.CUSTOMER:
            applied.people.append(value)


def _page(
    tx: Connection,
    shop: Shop,
    versions: tuple[Programme, ...],
    rows: Mapping[str, orders_rows.Row],
    now: datetime,
) -> _Page:
    subjects = [subject(shop, id_) for id_ in rows]
    loaded = awards.load(tx, shop.merchant_id, subjects)
    lines = {product for row in rows.values() for product in row.products}
    whose = {row.member_id for row in rows.values()}
    return _Page(
        tx=tx,
        shop=shop,
        now=now,
        programmes=versions,
        products=orders_rows.products(tx, shop, lines),
        awards=loaded,
        own_lots=awards.own_lots(tx, shop.merchant_id, {key[0] for key in loaded}),
        start_used=_start_used(tx, shop, versions, rows.values()),
        departed=members.departed(tx, shop.merchant_id, filter(None, whose)),
    )


def _start_used(
    tx: Connection,
    shop: Shop,
    versions: tuple[Programme, ...],
    rows: Iterable[orders_rows.Row],
) -> dict[MemberId, int]:
    """Points already promised to members for orders from before the start, where that is limited."""
    if not versions or versions[0].start.at_most is None:
        return {}
    asking = {r.member_id for r in rows if not r.gone_at and r.placed_at < shop.live_since}
    return orders_rows.start_used(tx, shop, sorted(member for member in asking if member))


def _one(
    page: _Page,
    row: orders_rows.Row,
    look: Look,
    before: orders_rows.Row | None,
    revision: int,
) -> None:
    """Decide or recompute one order and note the postings it needs."""
    about = subject(page.shop, look.external_id)
    award = page.awards.get((about, RULE))
    order = look.order
    if order is None:
        if award is not None:
            _gone(page, award, row, look, revision)
        return
    page.settled += [("order_gone", about)] if before is not None and before.gone_at else []
    if unknown_refund(order):
        page.tasks.append(("refund_unknown", about, {"number": order.number}))
        if award is not None:
            award.release_at = None  # what it is worth is not known, so nothing is released
            page.quiet.append(award)
        return
    page.settled.append(("refund_unknown", about))
    award = _termed(page, award, order, row, about)
    if award is not None:
        want = deserved(order, award.terms)
        _move(page, award, want, look, f"{about}/{RULE}/{revision}")


def _termed(
    page: _Page, award: Award | None, order: Order, row: orders_rows.Row, about: str
) -> Award | None:
    """The order's award with terms for every line; None while it deserves nothing."""
    member_id = row.member_id
    if award is not None:
        programme = page.programmes[award.terms["programme"] - 1]
        award.terms = with_lines(award.terms, order, programme, page.products)
        return award
    programme_now = in_force(page.programmes, order.placed_at)
    if member_id is None or member_id in page.departed:
        return None
    if programme_now is None or not counts(page.programmes, order.placed_at):
        return None
    if not convertible(order, page.shop.currency):
        facts = {"number": order.number, "currency": order.currency,
                 "programme_currency": page.shop.currency}  # fmt: skip
        if order.paid_at and not order.cancelled_at:
            page.tasks.append(("currency", about, facts))
        return None
    standing = _standing(page, programme_now, order, row)
    terms = decide(order, programme_now, standing)
    if terms is None:
        return None
    page.start_used[member_id] = page.start_used.get(member_id, 0) + (terms["limit"] or 0)
    for rule_id, points in grants(terms).items():
        day = day_in(order.placed_at, page.shop.zone)
        campaigns.take(page.tx, page.shop.merchant_id, rule_id, member_id, day, points)
    return Award(about, RULE, member_id, terms)


def _standing(page: _Page, programme: Programme, order: Order, row: orders_rows.Row) -> Standing:
    """What the terms need to know; who buys, and what campaigns have left, only where rules ask."""
    shop, member_id = page.shop, row.member_id
    standing = Standing(
        zone=shop.zone, currency=shop.currency, gross=shop.gross, live_since=shop.live_since,
        products=page.products,
        start_used=page.start_used.get(member_id, 0) if member_id else 0,
    )  # fmt: skip
    if member_id is None:
        return standing
    if programme.asks_for_group:
        standing = replace(standing, group=orders_rows.group_of(page.tx, shop, row.buyer))
    if programme.asks_for_history:
        last = orders_rows.last_order(page.tx, shop, member_id, row.buyer, order.placed_at)
        standing = replace(standing, last_order=last)
    limited = [rule for rule in programme.rules if rule.limited]
    if not limited:
        return standing
    day = day_in(order.placed_at, shop.zone)
    left = {
        rule.id: campaigns.open_to(page.tx, shop.merchant_id, rule.id, rule.limits, member_id, day)
        for rule in asked(limited, order, standing.buying(order))
    }
    return replace(standing, left=left)


def _gone(page: _Page, award: Award, row: orders_rows.Row, look: Look, revision: int) -> None:
    """The shop lost the order: what is pending is taken back, what was released needs a person.

    What had been given too much before stays a shortfall: a cancelled order is often deleted later.
    """
    left = min(award.given - award.pending - award.waived, award.deserved)
    if left > 0:
        facts = {"number": row.number, "points": left}
        page.tasks.append(("order_gone", award.subject, facts))
        award.waived += left
    nothing = Deserved(0, None, {"order": row.number, "state": "gone", "deserved": 0})
    _move(page, award, nothing, look, f"{award.subject}/{RULE}/{revision}")


def _move(page: _Page, award: Award, want: Deserved, look: Look, key: str) -> None:
    moves = awards.movements(award, want, page.now)
    programme = page.programmes[award.terms["programme"] - 1]
    for reason, points in moves:
        expires_on = page.own_lots.get((award.subject, RULE))
        if reason in (Reason.CONFIRM, Reason.CREDIT) and want.release_at is not None:
            expires_on = awards.expiry(
                award.terms, programme.life, want.release_at, page.shop.live_since, page.now
            )
        posting = Posting(
            member_id=award.member_id, reason=reason, points=points, subject=award.subject,
            rule=RULE, key=f"{key}/{reason.value}", occurred_at=_occurred(reason, want, look),
            expires_on=expires_on, up_to=reason is Reason.CLAW_BACK, basis=want.basis,
            programme=programme.n,
        )  # fmt: skip
        page.wanted.append((award, posting))
    awards.converge(award, want)
    if not moves:
        page.quiet.append(award)


def _occurred(reason: Reason, want: Deserved, look: Look) -> datetime:
    if reason is Reason.CONFIRM and want.release_at is not None:
        return want.release_at
    order = look.order
    if reason in (Reason.EARN, Reason.CREDIT) and order is not None:
        return order.paid_at or order.placed_at
    return look.at


def _finish(tx: Connection, page: _Page) -> int:
    for kind, about, facts in page.tasks:
        tasks.open_task(tx, page.shop.merchant_id, kind, about, facts, page.now)
    tasks.settle_all(tx, page.shop.merchant_id, page.settled, page.now)
    awards.write(tx, page.shop.merchant_id, page.quiet)
    return awards.post(tx, page.shop.merchant_id, page.wanted, page.now)


_HARDLY_LATER = timedelta(microseconds=1)
"""What is stored is as old as the look it came from; one that is under way now is newer."""


def reapply(tx: Connection, shop: Shop, buyer: str, keys: Keys, now: datetime) -> Applied:
    """Compute a buyer's stored orders again without asking the shop, after he joined."""
    total = Applied()
    ids = orders_rows.of_buyer(tx, shop, buyer)
    for start in range(0, len(ids), orders_rows.ORDERS_AT_ONCE):
        known = orders_rows.load(tx, shop, ids[start : start + orders_rows.ORDERS_AT_ONCE])
        looks = [
            Look(id_, row.looked_at + _HARDLY_LATER, row.order)
            for id_, row in known.items() if row.order is not None
        ]  # fmt: skip
        applied = apply(tx, shop, looks, keys, now)
        total.changed += applied.changed
        total.transfers += applied.transfers
    return total
