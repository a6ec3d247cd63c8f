"""How much of each line was given back, and how much without saying for what.

`order.total` never changes after a refund; what was given back is only in the refunds (seen on
8.2 and 11.0). Their line totals are negative, their `amount` is positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from adapters.woocommerce import fields
from connector.port import JSON


@dataclass(frozen=True, slots=True)
class Share:
    """What one refund says about one line."""

    line: str
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """All refunds of an order together, in minor units."""

    net: Mapping[str, int]
    tax: Mapping[str, int]
    other: int
    loose: int


def given_back(refunds: Iterable[JSON], currency: str) -> GivenBack:
    """Add up what the refunds say."""
    net: dict[str, int] = {}
    tax: dict[str, int] = {}
    other = loose = 0
    for refund in refunds:
        shares, rest, unsaid = _one(refund, currency)
        for share in shares:
            net[share.line] = net.get(share.line, 0) + share.net
            tax[share.line] = tax.get(share.line, 0) + share.tax
        other += rest
        loose += unsaid
    return GivenBack(net, tax, other, loose)


def _one(refund: JSON, currency: str) -> tuple[Sequence[Share], int, int]:
    """Shares per line, part of shipping and fees, and what is left of the amount.

    A refund by amount only has no lines at all (seen on 11.0). The amount is the money that went
    back: a refund whose lines claim more than its amount is taken as an amount without lines. A
    difference of one unit per line is the shop's rounding.
    """
    where = f"refund {fields.external_id(refund, 'id', 'a refund')}"
    total = fields.amount(refund, "amount", currency, where)
    lines = fields.items(refund, "line_items", where)
    shares = [_share(line, currency, where) for line in lines]
    rest = -sum(
        _with_tax(entry, currency, where)
        for name in ("shipping_lines", "fee_lines")
        for entry in fields.items(refund, name, where)
    )
    unsaid = total - rest - sum(share.net + share.tax for share in shares)
    if unsaid < -len(shares) - 1:
        return [], 0, total
    return shares, rest, max(unsaid, 0)


def _share(line: JSON, currency: str, where: str) -> Share:
    return Share(
        fields.meta(line, "_refunded_item_id"),
        -fields.amount(line, "total", currency, where),
        -fields.amount(line, "total_tax", currency, where),
    )


def _with_tax(entry: JSON, currency: str, where: str) -> int:
    return fields.amount(entry, "total", currency, where) + fields.amount(
        entry, "total_tax", currency, where
    )
