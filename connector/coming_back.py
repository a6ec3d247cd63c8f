"""Undoing that somebody left: soon after it, everything is as it would have been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select

from connector import awards, events, leaving, ledger, merchants, programmes
from connector.awards import EVENT, Award
from connector.earning import Deserved, deserved, unknown_refund
from connector.ledger import Posting, Reason
from connector.orders_rows import row_of
from connector.programme import Programme
from connector.tables import order, shop, transfer
from connector.values import MemberId, MerchantId

_LEAVES = select(transfer.c.n, transfer.c.points).where(
    transfer.c.merchant_id == bindparam("m"),
    transfer.c.member_id == bindparam("id"),
    transfer.c.reason == Reason.LEAVE,
    transfer.c.occurred_at >= bindparam("since"),
)
_ORDERS = (
    select(order, shop.c.slug)
    .join(shop, (shop.c.merchant_id == order.c.merchant_id) & (shop.c.shop_id == order.c.shop_id))
    .where(order.c.merchant_id == bindparam("m"), order.c.member_id == bindparam("id"))
)


def possible(tx: Connection, merchant_id: MerchantId, member_id: MemberId, now: datetime) -> bool:
    """Whether somebody who left can still have everything as it was."""
    left_at = leaving.locked(tx, merchant_id, member_id).left_at
    return left_at is not None and now - left_at <= timedelta(days=leaving.DAYS_TO_COME_BACK)


def come_back(tx: Connection, merchant_id: MerchantId, member_id: MemberId, now: datetime) -> int:
    """Give back what leaving took, and let orders deserve again what they do; transfers written."""
    awarded = leaving.earned(tx, merchant_id, member_id)
    row = leaving.locked(tx, merchant_id, member_id)
    if row.left_at is None:
        return 0
    leaving.set_left(tx, merchant_id, member_id, None)
    asked = leaving.of(merchant_id, member_id) | {"since": row.left_at}
    postings = [
        Posting(member_id=member_id, reason=Reason.COME_BACK, points=one.points, undoes=one.n,
                subject=f"member/{member_id}/leave", occurred_at=now,
                key=f"member/{member_id}/come back/{one.n}")
        for one in tx.execute(_LEAVES, asked)
    ]  # fmt: skip
    back = ledger.post(tx, merchant_id, postings, now)
    ended = [one for one in awarded if "before_leaving" in one.terms]
    wanted = list(_again(tx, merchant_id, ended, row, now))
    awards.write(tx, merchant_id, ended)
    written = awards.post(tx, merchant_id, wanted, now) + len(back)
    key = f"member/{member_id}/come back/{row.n}"
    return written + awards.settle(tx, merchant_id, {member_id: key}, now)


def _again(
    tx: Connection, merchant_id: MerchantId, ended: list[Award], row: Any, now: datetime
) -> Iterator[tuple[Award, Posting]]:
    """Their old terms, and what their orders deserve under them today."""
    one = merchants.get(tx, merchant_id)
    versions = programmes.versions(tx, merchant_id, one.currency)
    rows = tx.execute(_ORDERS, leaving.of(merchant_id, row.member_id))
    seen = {f"order/{found.slug}/{found.external_id}": found for found in rows}
    want: Deserved | None
    for award in ended:
        terms = dict(award.terms)
        before = terms.pop("before_leaving")
        award.terms = terms | {"limit": before["limit"]}
        if award.rule == EVENT:
            want = Deserved(before["deserved"], award.release_at, events.basis(award))
        else:
            want = _want(seen.get(award.subject), award)
        if want is not None:
            rules = versions[terms["programme"] - 1]
            yield from _moves(award, want, rules, one.live_since, row.n, now)


def _want(found: Any, award: Award) -> Deserved | None:
    """None where nothing is known that could be deserved."""
    if found is None:
        return None
    seen = row_of(found).order
    return None if seen is None or unknown_refund(seen) else deserved(seen, award.terms)


def _moves(
    award: Award, want: Deserved, rules: Programme, live_since: datetime, n: int, now: datetime
) -> Iterator[tuple[Award, Posting]]:
    moves = awards.movements(award, want, now)
    awards.converge(award, want)
    for reason, points in moves:
        until = None
        if reason in (Reason.CONFIRM, Reason.CREDIT) and want.release_at is not None:
            until = awards.expiry(award.terms, rules.life, want.release_at, live_since, now)
        yield award, Posting(
            member_id=award.member_id, reason=reason, points=points, subject=award.subject,
            rule=award.rule, key=f"{award.subject}/{award.rule}/come back/{n}/{reason.value}",
            occurred_at=now, expires_on=until, up_to=reason is Reason.CLAW_BACK, basis=want.basis,
            programme=rules.n,
        )  # fmt: skip
