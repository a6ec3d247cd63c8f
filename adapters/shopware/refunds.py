"""What was given back. Shopware's core keeps a state and no amount: what no plugin says is unknown and never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.shopware import fields, payments
from adapters.shopware.payments import Payment
from connector.port import JSON, Line

DONE = ("completed",)
"""State of a refund that a payment plugin has carried out."""
RETURN_DONE = ("done", "completed")
"""State of a commercial return that is settled."""


@dataclass(frozen=True, slots=True)
class Refunded:
    """The goods with what was given back of each, and what was given back of the rest."""

    lines: tuple[Line, ...]
    other: int = 0
    loose: int | None = 0


@dataclass(slots=True)
class _Back:
    """What was said, in minor units with tax."""

    lines: dict[str, int]
    loose: int = 0
    known: bool = False

    def position(self, line: str, amount: int, known_lines: Sequence[str]) -> None:
        self.known = True
        if line in known_lines:
            self.lines[line] = self.lines.get(line, 0) + amount
        else:
            self.loose += amount


def given_back(
    payload: JSON,
    lines: tuple[Line, ...],
    other: int,
    every: Sequence[Payment],
    counting: Payment | None,
    document: JSON,
    currency: str,
    where: str,
) -> Refunded:
    """What payment plugins, commercial returns or a custom field say; else what the state alone says."""
    if counting is not None and counting.state == payments.REFUNDED:
        whole = tuple(replace(line, refunded_net=line.net, refunded_tax=line.tax) for line in lines)
        return Refunded(whole, max(other, 0))
    back = _Back({})
    ids = [line.id for line in lines]
    for payment in every:
        _from_captures(payment, back, ids, currency, where)
    if document["commercial_returns"]:
        _from_returns(payload, back, ids, currency, where)
    if text := fields.custom(payload, document["fields"]["refunded"]):
        back.loose, back.known = _typed(text, currency, where), True
        back.lines.clear()
    if not back.known and any(one.state == payments.REFUNDED_IN_PART for one in every):
        return Refunded(lines, loose=None)
    return _taken(lines, back)


def _from_captures(
    payment: Payment, back: _Back, ids: Sequence[str], currency: str, where: str
) -> None:
    """Refunds that the payment plugin wrote down; what its positions do not explain is loose."""
    for capture in fields.list_of(payment.payload, "captures", where):
        for refund in fields.list_of(capture, "refunds", where):
            if fields.state(refund, where) not in DONE:
                continue
            whole = fields.amount(
                fields.section(refund, "amount", where), "totalPrice", currency, where
            )
            explained = 0
            for position in fields.list_of(refund, "positions", where):
                amount = fields.section(position, "amount", where)
                part = fields.amount(amount, "totalPrice", currency, where)
                back.position(str(position.get("orderLineItemId")), part, ids)
                explained += part
            back.loose += max(whole - explained, 0)
            back.known = True


def _from_returns(
    payload: JSON, back: _Back, ids: Sequence[str], currency: str, where: str
) -> None:
    for each in fields.list_of(payload, "returns", where):
        state = fields.section(each, "state", where)
        if fields.text(state, "technicalName", where) not in RETURN_DONE:
            continue
        for item in fields.list_of(each, "lineItems", where):
            amount = fields.amount(item, "refundAmount", currency, where)
            back.position(str(item.get("orderLineItemId")), amount, ids)


def _typed(text: str, currency: str, where: str) -> int:
    return max(fields.money(text, currency, where, "customFields, the refunded amount"), 0)


def _taken(lines: tuple[Line, ...], back: _Back) -> Refunded:
    """Each amount off its line, its tax in proportion; what is more than the line cost is loose."""
    loose, found = back.loose, []
    for line in lines:
        cost, amount = line.net + line.tax, back.lines.get(line.id, 0)
        kept = min(amount, max(cost, 0))
        loose += amount - kept
        tax = line.tax * kept // cost if cost > 0 else 0
        found.append(replace(line, refunded_net=kept - tax, refunded_tax=tax))
    return Refunded(tuple(found), loose=loose)
