"""How an order ends: the trash and back, gone for good, or without the person who bought."""

from __future__ import annotations

from adapters.woocommerce.simulator import coupons, customers
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.order_form import refresh, touch
from adapters.woocommerce.simulator.orders import find
from adapters.woocommerce.simulator.shop import JSON, Shop


def delete(shop: Shop, oid: int, force: bool) -> JSON:
    """Trash announces order.deleted; deleting for good sends nothing at all (seen on 11.0.1)."""
    order = find(shop, oid)
    if force:
        gone = dict(order)
        del shop.orders[oid]
        for entry in order["refunds"]:
            shop.refunds.pop(entry["id"], None)
        return gone
    if order["status"] == "trash":
        raise RestError(
            "woocommerce_rest_already_trashed", "The order has already been deleted.", 410
        )
    shop.trashed[oid] = order["status"]
    touch(shop, order, shop.now())
    # Seen on 11.0.1: the answer still shows the status from before, with the new date.
    shown = dict(order)
    order["status"] = "trash"
    coupons.count_use(shop, order)
    refresh(order)
    shop.ring("order.deleted", oid)
    return shown


def untrash(shop: Shop, oid: int) -> JSON:
    """What the restore button in wp-admin does (seen under HPOS: it sends order.restored)."""
    order = find(shop, oid)
    order["status"] = shop.trashed.pop(oid, "pending")
    touch(shop, order, shop.now())
    coupons.count_use(shop, order)
    refresh(order)
    shop.ring("order.restored", oid)
    return order


def erase(shop: Shop, oid: int) -> JSON:
    """WordPress' eraser: totals stay, the person goes, and a poll sees it (seen on 11.0.1)."""
    order = find(shop, oid)
    gone = "[deleted]"
    for part in ("billing", "shipping"):
        filled = {k for k, v in order[part].items() if v}
        order[part] = dict.fromkeys(order[part], "")
        for name in ("first_name", "last_name", "address_1", "city", "postcode"):
            if name in filled:
                order[part][name] = gone
    order["billing"]["email"] = "deleted@site.invalid"
    order["customer_id"] = 0
    order["customer_ip_address"] = order["customer_user_agent"] = ""
    order["_links"].pop("customer", None)
    customers.put_meta(shop, order["meta_data"], {"key": "_anonymized", "value": "yes"})
    touch(shop, order, shop.now())
    shop.ring("order.updated", oid)
    return order
