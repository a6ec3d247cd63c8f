"""REST v3: orders, their refunds, the list of statuses, and the refunds of all orders."""

from __future__ import annotations

from adapters.woocommerce.simulator import lists, order_ends, orders, params, refunds
from adapters.woocommerce.simulator.orders import STATUSES
from adapters.woocommerce.simulator.rest import (
    Answer,
    Call,
    Handler,
    Route,
    batch,
    created,
    editable,
)
from adapters.woocommerce.simulator.shop import JSON

HIDDEN = {"trash", "checkout-draft", "auto-draft"}
LISTED = ("any", "trash", "auto-draft", *STATUSES)
SETTABLE = ("auto-draft", *STATUSES)
SORTED_BY = {
    "date": "date_created_gmt",
    "modified": "date_modified_gmt",
    "id": "id",
    "include": "id",
    "title": "number",
    "slug": "number",
}
LIST_CHECKS = params.PAGING | {
    "status": params.list_of(*LISTED),
    "after": params.moment,
    "before": params.moment,
    "modified_after": params.moment,
    "modified_before": params.moment,
    "dates_are_gmt": params.boolean,
    "orderby": params.one_of(*SORTED_BY),
    "customer": params.integer,
    "product": params.integer,
    "dp": params.integer,
}
WRITE_CHECKS = {
    "status": params.one_of(*SETTABLE),
    "billing": params.address,
    "customer_id": params.integer,
    "set_paid": params.boolean,
    "line_items": params.objects,
    "shipping_lines": params.objects,
    "fee_lines": params.objects,
    "coupon_lines": params.objects,
    "meta_data": params.objects,
}


def list_orders(call: Call) -> Answer:
    """Default and `any` hide trash and drafts, also `any,trash` (seen on 11.0.1)."""
    wanted, shop = call.params, call.shop
    statuses = wanted.get("status") or ["any"]
    if "any" in statuses:
        found = [o for o in shop.orders.values() if o["status"] not in HIDDEN]
    else:
        found = [o for o in shop.orders.values() if o["status"] in statuses]
    if wanted.get("customer") is not None:
        found = [o for o in found if o["customer_id"] == wanted["customer"]]
    if wanted.get("product"):
        found = [o for o in found if _holds(o, wanted["product"])]
    if wanted.get("search"):
        found = [o for o in found if _mentions(o, str(wanted["search"]).lower())]
    found = lists.by_ids(lists.by_dates(shop, found, wanted), wanted)
    lists.sort(found, wanted, SORTED_BY)
    defaults = [("status[0]", "any"), ("dp", "2"), ("context", "view")]
    return lists.page(call, found, defaults, forgets_total=True)


def _holds(order: JSON, product: int) -> bool:
    return any(line["product_id"] == product for line in order["line_items"])


def _mentions(order: JSON, text: str) -> bool:
    parts = [order["number"], *order["billing"].values()]
    return any(text in str(part).lower() for part in parts)


def get_order(call: Call) -> Answer:
    return Answer(orders.find(call.shop, call.ids["id"]))


def create_order(call: Call) -> Answer:
    wanted = {k: v for k, v in call.params.items() if k != "line_items"}
    # `gross` is the simulator's own word, for its control route only.
    wanted["line_items"] = [
        {k: v for k, v in line.items() if k != "gross"}
        for line in call.params.get("line_items") or []
    ]
    return created(call, orders.place(call.shop, wanted))


def update_order(call: Call) -> Answer:
    return Answer(orders.update(call.shop, call.ids["id"], call.params))


def delete_order(call: Call) -> Answer:
    return Answer(order_ends.delete(call.shop, call.ids["id"], call.force))


def list_refunds(call: Call) -> Answer:
    order = orders.find(call.shop, call.ids["order_id"])
    return lists.page(call, refunds.of(call.shop, order), [("dp", "2")])


def create_refund(call: Call) -> Answer:
    order = orders.find(call.shop, call.ids["order_id"])
    body = refunds.create(call.shop, order, call.params)
    # Seen on 11.0.1 and 8.2: the Location holds the unfilled pattern of the route.
    location = call.shop.rest(rf"orders/(?P<order_id>[\d]+)/refunds/{body['id']}")
    return Answer(body, 201, {"Location": location})


def get_refund(call: Call) -> Answer:
    order = orders.find(call.shop, call.ids["order_id"])
    return Answer(refunds.find(call.shop, order, call.ids["id"]))


def delete_refund(call: Call) -> Answer:
    order = orders.find(call.shop, call.ids["order_id"])
    return Answer(refunds.delete(call.shop, order, call.ids["id"]))


def all_refunds(call: Call) -> Answer:
    """A refund has no date_modified in its body; it is never changed, so its creation counts."""
    shop = call.shop
    found = [
        {"id": rid, "parent_id": shop.refund_parent[rid]}
        | {"date_modified_gmt": body["date_created_gmt"]}
        | body
        for rid, body in shop.refunds.items()
    ]
    kept = lists.by_ids(lists.by_dates(shop, found, call.params), call.params)
    lists.sort(kept, call.params, SORTED_BY)
    for body in kept:
        del body["date_modified_gmt"]
    return lists.page(call, kept, [("dp", "2")], forgets_total=True)


def statuses(call: Call) -> Answer:
    return Answer([{"slug": slug, "name": name} for slug, name in STATUSES.items()])


_CREATE = Handler(create_order, WRITE_CHECKS)
_UPDATE = Handler(update_order, WRITE_CHECKS)
_DELETE = Handler(delete_order)
ROUTES = [
    Route("wc/v3/orders", {"GET": Handler(list_orders, LIST_CHECKS), "POST": _CREATE}),
    Route("wc/v3/orders/statuses", {"GET": Handler(statuses)}, modern=True),
    Route("wc/v3/orders/batch", editable(batch(_CREATE, _UPDATE, _DELETE))),
    Route(
        r"wc/v3/orders/(?P<id>\d+)",
        {"GET": Handler(get_order, {"dp": params.integer}), **editable(_UPDATE), "DELETE": _DELETE},
    ),
    Route(
        r"wc/v3/orders/(?P<order_id>\d+)/refunds",
        {
            "GET": Handler(list_refunds, params.PAGING),
            "POST": Handler(create_refund, {"line_items": params.objects}),
        },
    ),
    Route(
        r"wc/v3/orders/(?P<order_id>\d+)/refunds/(?P<id>\d+)",
        {"GET": Handler(get_refund), "DELETE": Handler(delete_refund)},
    ),
    Route("wc/v3/refunds", {"GET": Handler(all_refunds, LIST_CHECKS)}, modern=True),
]
