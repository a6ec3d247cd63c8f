"""Which of an order's payments counts: each try to pay is a transaction of its own, and old ones stay.

A later try that fails must not hide one that was paid (seen in several payment plugins), so a paid one wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.shopware import fields
from connector.port import JSON

DEAD = ("cancelled", "failed")
REFUNDED, REFUNDED_IN_PART, CHARGED_BACK = "refunded", "refunded_partially", "chargeback"
ONCE_PAID = (REFUNDED, REFUNDED_IN_PART, CHARGED_BACK)
"""What can only happen to money that came."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Payment:
    """One transaction. `changed_at` is when its state changed last, as far as Shopware keeps it."""

    state: str
    created_at: datetime
    changed_at: datetime
    chosen: bool
    """The shop itself says that this is the one (6.7)."""
    payload: JSON


def every(payload: JSON, where: str) -> list[Payment]:
    """All transactions, oldest first."""
    primary = payload.get("primaryOrderTransactionId")
    found = []
    for n, each in enumerate(fields.list_of(payload, "transactions", where)):
        here = f"{where}, transactions[{n}]"
        created = fields.moment(each, "createdAt", here) or _LONG_AGO
        changed = fields.moment(each, "updatedAt", here) or created
        chosen = primary is not None and each.get("id") == primary
        found.append(Payment(fields.state(each, here), created, changed, chosen, each))
    return sorted(found, key=lambda one: one.created_at)


def counting(payments: Sequence[Payment], paid: Sequence[str]) -> Payment | None:
    """The payment that says whether the order is paid; None: no try is alive."""
    came = [one for one in payments if one.state in paid or one.state in ONCE_PAID]
    alive = [one for one in payments if one.state not in DEAD]
    for some in (came, alive):
        if some:
            return next((one for one in some if one.chosen), some[-1])
    return None


def paid_at(payment: Payment | None, paid: Sequence[str]) -> datetime | None:
    """When the money came. Shopware keeps only the last change of a payment: while it is paid, that is
    the payment; once something went back, the beginning of the payment is what is left to know."""
    if payment is None:
        return None
    if payment.state in paid:
        return payment.changed_at
    return payment.created_at if payment.state in ONCE_PAID else None
