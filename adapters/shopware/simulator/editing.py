"""What the administration does to an order: changes its lines, gives money back, opens, deletes it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from adapters.shopware.simulator import events, lines, money, orders, states
from adapters.shopware.simulator.clock import stamp
from adapters.shopware.simulator.kinds import JSON, LIVE
from adapters.shopware.simulator.lines import Line
from adapters.shopware.simulator.shop import Shop

MERGED = ["updatedAt", "id", "versionId", "price", "amountTotal", "amountNet", "positionPrice"]


def _at(shop: Shop, wanted: JSON) -> datetime:
    """As on the control door: ISO 8601, the shop's time where no offset is given."""
    if not wanted.get("at"):
        return shop.now()
    parsed = datetime.fromisoformat(str(wanted["at"]))
    return parsed.astimezone(UTC) if parsed.tzinfo else shop.clock.from_local(parsed)


def open_in_admin(shop: Shop, order: JSON, wanted: JSON) -> None:
    """Seen: just looking makes a draft, written and deleted again under the order's own id."""
    draft = shop.new_id()
    for operation in ("insert", "delete"):
        fields = events.INSERTED["order"]
        events.written(shop, "order", operation, order["id"], fields, version=draft)


def edit(shop: Shop, order: JSON, wanted: JSON) -> None:
    """`{"line": 0, "quantity": 3}`, or `{"credit": "20.00"}` (given back); the amounts follow, the payment's does not."""
    at = _at(shop, wanted)
    draft = shop.new_id()
    events.written(shop, "order", "insert", order["id"], events.INSERTED["order"], version=draft)
    if "credit" in wanted:
        _credit(shop, order, Decimal(str(wanted["credit"])), at)
    else:
        _quantity(shop, order, int(wanted.get("line", 0)), int(wanted["quantity"]), at)
    recalculate(shop, order, at)
    events.written(shop, "order", "update", order["id"], MERGED)
    events.written(shop, "order", "delete", order["id"], (), version=draft)


def _credit(shop: Shop, order: JSON, amount: Decimal, at: datetime) -> None:
    whole = money.added(_parts(line) for line in _top(shop, order))
    parts = money.share(-amount, whole, order["taxStatus"])
    lines.write(shop, order, Line("credit", "Kulanz", 1, parts), len(_top(shop, order)) + 1, at)


def _quantity(shop: Shop, order: JSON, number: int, quantity: int, at: datetime) -> None:
    line = _top(shop, order)[number]
    if quantity == 0:
        if line["type"] == "promotion":
            _free(shop, order, line)
        shop.store.remove("order_line_item", line["id"])
        return
    status = order["taxStatus"]
    scaled = {}
    for rate, part in _parts(line).items():
        shown = money.rounded(part.price * quantity / line["quantity"])
        scaled[rate] = money.Part(shown, money.rounded(part.tax * quantity / line["quantity"]))
    price = money.price(scaled, quantity, status)
    values = {"quantity": quantity, "price": price, "updatedAt": stamp(at)}
    values |= {"unitPrice": price["unitPrice"], "totalPrice": price["totalPrice"]}
    shop.store.change("order_line_item", line["id"], **values)


def _free(shop: Shop, order: JSON, line: JSON) -> None:
    """Read in source: since 6.6.7.0 a code whose line is taken out of the order may be used again."""
    if shop.version.startswith("6.5"):
        return
    for code in shop.store.holders("promotion_individual_code", "code", line["referencedId"]):
        if (code.get("payload") or {}).get("orderId") == order["id"]:
            values = {"payload": None, "updatedAt": shop.stamp()}
            shop.store.change("promotion_individual_code", code["id"], **values)


def recalculate(shop: Shop, order: JSON, at: datetime) -> None:
    """Every line is written anew (seen: each has a new updatedAt), and so is the order."""
    goods = []
    for line in _top(shop, order):
        shop.store.change("order_line_item", line["id"], updatedAt=stamp(at))
        goods.append(_parts(line))
    sent = [_costs(row) for row in shop.store.related("order", order, "deliveries")]
    sums = orders.sums(money.added(goods), money.added(sent), order["taxStatus"])
    shop.store.change("order", order["id"], **sums, updatedAt=stamp(at))


def _top(shop: Shop, order: JSON) -> list[JSON]:
    """The lines that are nobody's child, in their order."""
    found = [x for x in shop.store.related("order", order, "lineItems") if not x.get("parentId")]
    return sorted(found, key=lambda line: line["position"])


def _parts(line: JSON) -> dict[int, money.Part]:
    return _read(line["price"])


def _costs(delivery: JSON) -> dict[int, money.Part]:
    return _read(delivery["shippingCosts"])


def _read(price: JSON) -> dict[int, money.Part]:
    taxed = {
        int(tax["taxRate"]): money.Part(Decimal(str(tax["price"])), Decimal(str(tax["tax"])))
        for tax in price["calculatedTaxes"]
    }
    if taxed or not price["totalPrice"]:
        return taxed
    rate = int(price["taxRules"][0]["taxRate"])
    return {rate: money.Part(Decimal(str(price["totalPrice"])), money.ZERO)}


def refund(shop: Shop, order: JSON, wanted: JSON) -> None:
    _give_back(shop, order, wanted, "refund")


def refund_partially(shop: Shop, order: JSON, wanted: JSON) -> None:
    """Seen: the state carries no amount; `{"amount": "5.00"}` is a payment plugin that writes one, and
    `{"line": 0, "quantity": 1}` one that says for which line as well."""
    _give_back(shop, order, wanted, "refund_partially")


def _give_back(shop: Shop, order: JSON, wanted: JSON, action: str) -> None:
    at = _at(shop, wanted)
    payment = orders.newest(shop, order)
    states.go(shop, "order_transaction", payment, action, at)
    line, quantity = _line(shop, order, wanted)
    if line is not None:
        share = Decimal(str(line["totalPrice"])) * quantity / int(line["quantity"])
        made = _record(shop, payment, share, at)
        shop.add(
            "order_transaction_capture_refund_position", at, refundId=made["id"], refundVersionId=LIVE,
            orderLineItemId=line["id"], orderLineItemVersionId=LIVE, quantity=quantity,
            amount=made["amount"],
        )  # fmt: skip
    elif wanted.get("amount") is not None:
        _record(shop, payment, Decimal(str(wanted["amount"])), at)


def _line(shop: Shop, order: JSON, wanted: JSON) -> tuple[JSON | None, int]:
    if wanted.get("line") is None:
        return None, 0
    lines = shop.store.related("order", order, "lineItems")
    return lines[int(wanted["line"])], int(wanted.get("quantity", 1))


def _record(shop: Shop, payment: JSON, amount: Decimal, at: datetime) -> JSON:
    """Capture and refund, as payment plugins write them; the core never does (read in source)."""
    known = shop.store.related("order_transaction", payment, "captures")
    done = shop.base["state.order_transaction_capture.completed"]
    capture = (
        known[0]
        if known
        else shop.add(
            "order_transaction_capture",
            at,
            orderTransactionId=payment["id"],
            orderTransactionVersionId=LIVE,
            stateId=done,
            amount=payment["amount"],
        )
    )
    back = money.price({19: money.shown(amount, 19, money.GROSS)}, 1, money.GROSS)
    values: JSON = {"captureId": capture["id"], "captureVersionId": LIVE, "amount": back}
    values |= {"stateId": shop.base["state.order_transaction_capture_refund.completed"]}
    made = shop.add("order_transaction_capture_refund", at, **values)
    events.state_entered(shop, "order_transaction_capture_refund", made, "completed")
    return made


def delete(shop: Shop, order: JSON, wanted: JSON) -> None:
    """For good; nothing of it is left."""
    shop.store.remove("order", order["id"])
    events.written(shop, "order", "delete", order["id"], ())
