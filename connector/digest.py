"""One figure for what all orders deserve and all members hold, which arrival order cannot change."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, func, select

from connector.ledger import Pot
from connector.tables import award, identity, member, shop, transfer


def of(tx: Connection) -> str:
    """What all orders deserve and all members hold, as one figure that arrival order cannot change.

    Members are named by their identities, because our own ids are random.
    """
    lines: list[str] = []
    owner = _owners(tx)
    awarded: dict[str, int] = {}
    root = _roots(tx)
    for row in tx.execute(select(award)):
        who = owner.get(root[row.member_id], "")
        if row.deserved:  # whether we ever saw it deserve something is no fact of the shop's
            lines.append(f"award {who} {row.subject} {row.rule} {row.deserved}")
        over = max(row.given - row.deserved - row.waived, 0)
        awarded[root[row.member_id]] = awarded.get(root[row.member_id], 0) + over
    gone, back = _moved(tx, transfer.c.to_pot), _moved(tx, transfer.c.from_pot)
    has_had: dict[str, int] = {}
    for row in tx.execute(select(member)):
        id_ = row.member_id
        held = row.pending + row.available + row.held + gone.get(id_, 0) - back.get(id_, 0)
        has_had[root[id_]] = has_had.get(root[id_], 0) + held
    for id_, held in has_had.items():
        if has := held - awarded.get(id_, 0):  # nor whether we ever saw somebody who has nothing
            lines.append(f"member {owner.get(id_, '')} {has}")
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _roots(tx: Connection) -> dict[str, str]:
    """Whom everybody was merged into, himself if nobody: what he spent before then counts there."""
    into = {row.member_id: row.merged_into for row in tx.execute(select(member))}

    def root(id_: str) -> str:
        return root(further) if (further := into.get(id_)) else id_

    return {id_: root(id_) for id_ in into}


def _moved(tx: Connection, pot: ColumnElement[str]) -> dict[str, int]:
    """Per member, the points that ever entered or left the merchant's spent and expired pots."""
    asked = (
        select(transfer.c.member_id, func.sum(transfer.c.points))
        .where(pot.in_([Pot.REDEEMED.value, Pot.EXPIRED.value]))
        .group_by(transfer.c.member_id)
    )
    return {row[0]: int(row[1]) for row in tx.execute(asked)}


def _owners(tx: Connection) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    joined = select(identity, shop.c.slug).join(
        shop,
        (shop.c.merchant_id == identity.c.merchant_id) & (shop.c.shop_id == identity.c.shop_id),
    )
    for row in tx.execute(joined):
        names.setdefault(row.member_id, []).append(f"{row.slug}/{row.kind}/{row.value}")
    return {member_id: "+".join(sorted(those)) for member_id, those in names.items()}
