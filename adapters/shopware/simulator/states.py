"""The state machines of orders, payments and deliveries: what may follow what.

Read in the core's migrations; the ways into and out of failed, in_progress, unconfirmed, returned and the capture's
states are known and not checked.
"""

from __future__ import annotations

from datetime import datetime

from adapters.shopware.simulator import errors, events
from adapters.shopware.simulator.clock import stamp
from adapters.shopware.simulator.kinds import JSON
from adapters.shopware.simulator.shop import Shop

AGAIN = {"reopen": "open"}
CANCEL, FAIL, AUTHORIZE = {"cancel": "cancelled"}, {"fail": "failed"}, {"authorize": "authorized"}
PAID = {"paid": "paid", "paid_partially": "paid_partially"}
CHARGEBACK = {"chargeback": "chargeback"}
BACK = {"refund": "refunded", "refund_partially": "refunded_partially"}
RETURNS = {"retour": "returned", "retour_partially": "returned_partially"}

MACHINES: dict[str, dict[str, dict[str, str]]] = {
    "order": {
        "open": {"process": "in_progress", "cancel": "cancelled"},
        "in_progress": {"complete": "completed", "cancel": "cancelled"},
        "completed": AGAIN,
        "cancelled": AGAIN,
    },
    "order_transaction": {
        "open": PAID
        | CANCEL
        | FAIL
        | AUTHORIZE
        | {"remind": "reminded", "process": "in_progress", "process_unconfirmed": "unconfirmed"},
        "unconfirmed": PAID | CANCEL | FAIL | AUTHORIZE,
        "in_progress": PAID | CANCEL | FAIL | AUTHORIZE,
        "authorized": PAID | CANCEL | FAIL,
        "reminded": PAID | CANCEL | AUTHORIZE,
        "paid_partially": BACK | CANCEL | CHARGEBACK | {"paid": "paid", "remind": "reminded"},
        "paid": BACK | CANCEL | CHARGEBACK,
        "refunded_partially": CANCEL | {"refund": "refunded"},
        "refunded": {},
        "chargeback": PAID | CANCEL,
        "cancelled": AGAIN | BACK,
        "failed": AGAIN | PAID | {"process": "in_progress"},
    },
    "order_delivery": {
        "open": {"ship": "shipped", "ship_partially": "shipped_partially", "cancel": "cancelled"},
        "shipped": RETURNS | CANCEL,
        "shipped_partially": RETURNS | CANCEL | {"ship": "shipped"},
        "returned_partially": {"retour": "returned"},
        "returned": {},
        "cancelled": AGAIN,
    },
    "order_transaction_capture": {
        "pending": {"complete": "completed", "fail": "failed"},
        "completed": {},
        "failed": {},
    },
    "order_transaction_capture_refund": {
        "open": {"process": "in_progress", "cancel": "cancelled", "complete": "completed"},
        "in_progress": {"complete": "completed", "cancel": "cancelled", "fail": "failed"},
        "completed": {},
        "cancelled": AGAIN,
        "failed": AGAIN,
    },
}
FIRST = {name: next(iter(machine)) for name, machine in MACHINES.items()}
NAMES = {
    "completed": "Done",
    "in_progress": "In progress",
    "refunded_partially": "Refunded (partially)",
    "paid_partially": "Paid (partially)",
    "shipped_partially": "Shipped (partially)",
    "returned_partially": "Returned (partially)",
}


def name(state: str) -> str:
    return NAMES.get(state, state.replace("_", " ").capitalize())


def of(shop: Shop, row: JSON) -> str:
    """The technical name of the state a row is in."""
    found = shop.store.rows["state_machine_state"][row["stateId"]]
    return str(found["technicalName"])


def possible(shop: Shop, kind: str, row: JSON) -> dict[str, str]:
    return MACHINES[kind][of(shop, row)]


def go(
    shop: Shop, kind: str, row: JSON, action: str, at: datetime | None = None, quietly: bool = False
) -> JSON:
    """One transition. Raises the shop's refusal when it leads nowhere from here."""
    ways = possible(shop, kind, row)
    if action not in ways:
        raise _illegal(row["stateId"], action, list(ways))
    enter(shop, kind, row, ways[action], at or shop.now())
    if not quietly:
        events.state_entered(shop, kind, row, ways[action])
    return row


def enter(shop: Shop, kind: str, row: JSON, state: str, at: datetime) -> None:
    """Seen: a payment's or a delivery's new state moves its own updatedAt and not the order's."""
    known = shop.base[f"state.{kind}.{state}"]
    shop.store.change(kind, row["id"], stateId=known, updatedAt=stamp(at))


def _illegal(state: str, action: str, ways: list[str]) -> errors.ApiError:
    listed = ", ".join(ways)
    return errors.refuse(
        400,
        "SYSTEM__ILLEGAL_STATE_TRANSITION",
        f'Illegal transition "{action}" from state "{state}". Possible transitions are: {listed}',
        transition=action,
        currentState=state,
        possibleTransitionsString=listed,
        possibleTransitions=ways,
    )


def transitions(shop: Shop, kind: str, row: JSON) -> JSON:
    """What GET /api/_action/state-machine/... says (seen)."""
    here = of(shop, row)
    path = f"/api/_action/state-machine/{kind.replace('_', '-')}/{row['id']}/state/"
    listed = [
        {
            "name": name(there),
            "technicalName": there,
            "actionName": action,
            "fromStateName": here,
            "toStateName": there,
            "url": path + action,
        }
        for action, there in possible(shop, kind, row).items()
    ]
    return {"transitions": listed}
