"""What is whose: a member's identities, orders and awards, found, locked and handed to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from connector.ledger import Reason
from connector.tables import award, identity, order, shop, transfer
from connector.values import MemberId, MerchantId


@dataclass(frozen=True, slots=True)
class Belongings:
    """Rows by their keys without the merchant: (shop, kind, value), (shop, order), (subject, rule)."""

    identities: Sequence[Sequence[str]]
    orders: Sequence[Sequence[str]]
    awards: Sequence[Sequence[str]]

    def as_facts(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            name: [list(key) for key in getattr(self, name)]
            for name in ("identities", "orders", "awards")
        }


_KEYS: Mapping[str, tuple[Table, tuple[str, ...]]] = {
    "identities": (identity, ("shop_id", "kind", "value")),
    "orders": (order, ("shop_id", "external_id")),
    "awards": (award, ("subject", "rule")),
}


def lock(tx: Connection, merchant_id: MerchantId, members: Iterable[MemberId]) -> None:
    """Orders first, then awards, as looks at orders do; members are locked after them."""
    for name in ("orders", "awards"):
        table, keys = _KEYS[name]
        rows = (
            select(*(table.c[key] for key in keys))
            .where(table.c.merchant_id == merchant_id, table.c.member_id.in_(sorted(set(members))))
            .order_by(*(table.c[key] for key in keys))
        )
        tx.execute(rows.with_for_update(key_share=True)).all()


def of_member(tx: Connection, merchant_id: MerchantId, member_id: MemberId) -> Belongings:
    found = {
        name: [
            tuple(row)
            for row in tx.execute(
                select(*(table.c[key] for key in keys))
                .where(table.c.merchant_id == merchant_id, table.c.member_id == member_id)
                .order_by(*(table.c[key] for key in keys))
            )
        ]
        for name, (table, keys) in _KEYS.items()
    }
    return Belongings(**found)


def hand_over(
    tx: Connection, merchant_id: MerchantId, his: Belongings, giver: MemberId, taker: MemberId
) -> None:
    """Re-point what still is the giver's."""
    for name, (_, keys) in _KEYS.items():
        rows = [
            {"m": merchant_id, "giver": giver, "taker": taker} | dict(zip(_bound(keys), key, strict=True))
            for key in getattr(his, name)
        ]  # fmt: skip
        if rows:
            tx.execute(_REPOINT[name], rows)


def _bound(keys: Iterable[str]) -> list[str]:
    return [f"k_{key}" for key in keys]


_REPOINT = {
    name: update(table)
    .where(
        table.c.merchant_id == bindparam("m"),
        table.c.member_id == bindparam("giver"),
        *(table.c[key] == bindparam(f"k_{key}") for key in keys),
    )
    .values(member_id=bindparam("taker"))
    for name, (table, keys) in _KEYS.items()
}


def returning(
    tx: Connection,
    merchant_id: MerchantId,
    member_id: MemberId,
    survivor: MemberId,
    facts: Mapping[str, Any],
) -> Belongings:
    """What was his when they became one, and what his identities brought since then."""
    mine = {(shop_id, f"{kind}:{value}") for shop_id, kind, value in facts["identities"]}
    orders = {(shop_id, id_) for shop_id, id_ in facts["orders"]}
    subjects: set[str] = set()
    for row in tx.execute(_ORDERS, {"m": merchant_id, "id": survivor}):
        if (row.shop_id, row.external_id) in orders or (row.shop_id, row.buyer) in mine:
            orders.add((row.shop_id, row.external_id))
            subjects.add(f"order/{row.slug}/{row.external_id}")
    known = {(subject, rule) for subject, rule in facts["awards"]}
    given = [
        (row.subject, row.rule)
        for row in tx.execute(_AWARDS, {"m": merchant_id, "id": survivor})
        if (row.subject, row.rule) in known
        or row.subject in subjects
        or row.subject.startswith(f"member/{member_id}/")
    ]
    return Belongings(facts["identities"], sorted(orders), sorted(given))


_ORDERS = (
    select(order.c.shop_id, order.c.external_id, order.c.buyer, shop.c.slug)
    .join(shop, (shop.c.merchant_id == order.c.merchant_id) & (shop.c.shop_id == order.c.shop_id))
    .where(order.c.merchant_id == bindparam("m"), order.c.member_id == bindparam("id"))
)
_AWARDS = select(award.c.subject, award.c.rule, award.c.pending).where(
    award.c.merchant_id == bindparam("m"), award.c.member_id == bindparam("id")
)
_PENDING = select(award.c.subject, award.c.rule, award.c.pending).where(
    award.c.merchant_id == bindparam("m"),
    award.c.subject.in_(bindparam("subjects", expanding=True)),
)
_TRANSFERS = select(transfer.c.subject, transfer.c.rule, transfer.c.reason, transfer.c.lots).where(
    transfer.c.merchant_id == bindparam("m"),
    transfer.c.member_id == bindparam("id"),
    transfer.c.subject.in_(bindparam("subjects", expanding=True)),
    transfer.c.n > bindparam("after"),
    transfer.c.reason.in_([Reason.CONFIRM, Reason.CREDIT, Reason.CLAW_BACK]),
)


def pending(tx: Connection, merchant_id: MerchantId, his: Belongings) -> int:
    """Points of these awards that are not released yet."""
    return sum(row.pending for row in _about(tx, _PENDING, {"m": merchant_id}, his))


def made_available(
    tx: Connection, merchant_id: MerchantId, member_id: MemberId, after: int, his: Belongings
) -> Iterator[tuple[date, int]]:
    """What these awards brought into this member's lots after his transfer `after`, less what they took."""
    for row in _about(tx, _TRANSFERS, {"m": merchant_id, "id": member_id, "after": after}, his):
        sign = -1 if row.reason == Reason.CLAW_BACK else 1
        for day, points in row.lots:
            yield date.fromisoformat(day), sign * points


def _about(tx: Connection, asked: Any, given: dict[str, Any], his: Belongings) -> Iterator[Any]:
    """Rows about these awards; by hundreds, a statement takes only so many parameters."""
    wanted = {(subject, rule) for subject, rule in his.awards}
    subjects = sorted({subject for subject, _ in wanted})
    for start in range(0, len(subjects), 500):
        for row in tx.execute(asked, given | {"subjects": subjects[start : start + 500]}):
            if (row.subject, row.rule) in wanted:
                yield row
