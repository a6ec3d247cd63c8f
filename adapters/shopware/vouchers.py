"""Our codes in the shop: made, freed after a cancelled order, taken back, and cleaned up when they are long over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from adapters.shopware import about, fields, promotions
from adapters.shopware.answers import Twice
from adapters.shopware.client import Client
from connector.errors import CannotBind, NotThere, Refused, TryLater
from connector.port import JSON, Voucher

KEPT_FOR = timedelta(days=30)
"""After its last day a promotion of ours is left for the merchant to look at, then deleted: tens of
thousands of codes made carts and the administration slow before 6.6.9."""
CLEANED_AT_ONCE = 25
OVER = ("cancelled",)


def ensure(client: Client, voucher: Voucher, document: JSON) -> None:
    """The code works as described, however often this is called.

    Raises Refused where another promotion has the code, and CannotBind where nobody has the address.
    """
    owners = _owners(client, voucher.email) if voucher.email else []
    channels = _channels(client, document)
    plan = promotions.plan(voucher, about.currency(client), document["zone"], channels, owners)
    kept = _found(client, voucher.code)
    if kept is None:
        client.upsert(rules=("rule", plan.rules), promotion=("promotion", [plan.promotion]))
        try:
            client.upsert(code=("promotion_individual_code", [plan.code]))
            return
        except Twice:  # we were here a moment ago, or somebody else has it
            kept = _found(client, voucher.code)
    if kept is None:
        raise TryLater("The shop holds a code for taken that it does not show.")
    if kept.get("id") != plan.code["id"]:
        raise Refused(
            f"Another promotion of the shop has the code {voucher.code}, so it was not made again."
        )
    # Whoever has an account since, or another zone, has another promotion: his code moves there.
    client.upsert(
        rules=("rule", plan.rules),
        promotion=("promotion", [plan.promotion]),
        code=("promotion_individual_code", [plan.code]),
    )
    if kept.get("payload") is not None:
        _free(client, kept)


def revoke(client: Client, code: str) -> None:
    """The code is gone. Quiet where it never was."""
    kept = _found(client, code)
    if kept is None:
        return
    try:
        client.delete(f"/promotion-individual-code/{_id(kept)}")
    except NotThere:
        return


def clean_up(client: Client, now: datetime) -> None:
    """Delete some of our promotions that ended long ago, with their codes."""
    ended = (now - KEPT_FOR).astimezone(UTC).isoformat(timespec="milliseconds")
    found = client.search(
        "promotion",
        {
            "filter": [
                {"type": "contains", "field": "name", "value": f"({promotions.NAME} "},
                {"type": "range", "field": "validUntil", "parameters": {"lt": ended}},
            ],
            "limit": CLEANED_AT_ONCE,
            "includes": {"promotion": ["id"]},
        },
    )
    for each in found.items:
        try:
            client.delete(f"/promotion/{_id(each)}")
        except NotThere:
            continue


def _free(client: Client, kept: JSON) -> None:
    """A code stays redeemed when its order is cancelled (seen). If that order is over, it may be used
    again; if it stands, the code has been used and nothing is to be done."""
    payload = fields.section(kept, "payload", "a code")
    order = fields.as_id(payload.get("orderId"))
    if order is not None and not _is_over(client, order):
        return
    client.patch(f"/promotion-individual-code/{_id(kept)}", {"payload": None})


def _is_over(client: Client, order: str) -> bool:
    """Cancelled, or no longer there."""
    found = client.search(
        "order",
        {
            "ids": [order],
            "associations": {"stateMachineState": {}},
            "includes": {"order": ["stateMachineState"], "state_machine_state": ["technicalName"]},
        },
    ).items
    return not found or fields.state(found[0], f"order {order}") in OVER


def _found(client: Client, code: str) -> JSON | None:
    """The code as it is in the shop; letters of either case are the same there."""
    found = client.search(
        "promotion-individual-code",
        {
            "filter": [{"type": "equals", "field": "code", "value": code}],
            "limit": 2,
            "includes": {"promotion_individual_code": ["id", "promotionId", "code", "payload"]},
        },
    ).items
    return found[0] if found else None


def _owners(client: Client, email: str) -> Sequence[str]:
    """The accounts with this address: more than one where shops of one Shopware keep theirs apart."""
    found = client.search(
        "customer",
        {
            "filter": [
                {"type": "equals", "field": "email", "value": email},
                {"type": "equals", "field": "guest", "value": False},
            ],
            "limit": 20,
            "includes": {"customer": ["id"]},
        },
    ).items
    if not found:
        raise CannotBind(
            "Nobody has an account with this e-mail address in the shop. Give a voucher bound to nobody."
        )
    return sorted(_id(each) for each in found)


def _channels(client: Client, document: JSON) -> Sequence[str]:
    """Where the code works: without a sales channel it works nowhere (seen)."""
    wanted = set(document["channels"])
    found = [
        _id(one)
        for one in about.channels(client)
        if not wanted or wanted & {one.get("id"), fields.named(one, "name", "a sales channel")}
    ]
    if not found:
        raise Refused("The shop has no active sales channel with a storefront where a code works.")
    return found


def _id(thing: JSON) -> str:
    return fields.external_id(thing, "id", "the shop's answer")
