"""REST v3: customers, coupons and webhooks."""

from __future__ import annotations

from adapters.woocommerce.simulator import coupons, customers, lists, params, webhooks
from adapters.woocommerce.simulator.errors import RestError
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

CUSTOMERS_BY = {
    "id": "id",
    "include": "id",
    "name": "last_name",
    "registered_date": "date_created_gmt",
}
COUPONS_BY = {"date": "date_created_gmt", "modified": "date_modified_gmt", "id": "id"}
COUPONS_BY |= {"include": "id", "title": "code", "slug": "code"}
ROLES = ["all", "administrator", "editor", "author", "contributor", "subscriber", "customer"]


def list_customers(call: Call) -> Answer:
    """No modified filter exists: unknown parameters are ignored without a word (seen)."""
    wanted = dict(call.params)
    role = wanted.get("role") or "customer"
    found = [c for c in call.shop.customers.values() if role in ("all", c["role"])]
    if wanted.get("email"):
        email = str(wanted["email"]).lower()
        found = [c for c in found if c["email"].lower() == email]
    if wanted.get("search"):
        text = str(wanted["search"]).lower()
        found = [c for c in found if text in f"{c['email']} {c['username']}".lower()]
    found = lists.by_ids(found, wanted)
    wanted.setdefault("order", "asc")
    if wanted.get("orderby") in (None, "name"):
        found.sort(key=_display_name, reverse=wanted["order"] == "desc")
    else:
        lists.sort(found, wanted, CUSTOMERS_BY)
    return lists.page(call, found, [("role", "customer")])


def _display_name(body: JSON) -> tuple[str, int]:
    shown = f"{body['first_name']} {body['last_name']}".strip() or body["username"]
    return shown.lower(), body["id"]


def get_customer(call: Call) -> Answer:
    return Answer(customers.find(call.shop, call.ids["id"]))


def create_customer(call: Call) -> Answer:
    return created(call, customers.create(call.shop, call.params))


def update_customer(call: Call) -> Answer:
    return Answer(customers.update(call.shop, call.ids["id"], call.params))


def delete_customer(call: Call) -> Answer:
    if not call.force:
        raise RestError(
            "woocommerce_rest_trash_not_supported", "Customers do not support trashing.", 501
        )
    return Answer(customers.delete(call.shop, call.ids["id"]))


def list_coupons(call: Call) -> Answer:
    found = [c for c in call.shop.coupons.values() if c["status"] != "trash"]
    if call.params.get("code"):
        found = coupons.by_code(call.shop, call.params["code"])
    found = lists.by_ids(lists.by_dates(call.shop, found, call.params), call.params)
    lists.sort(found, call.params, COUPONS_BY)
    return lists.page(call, found, [])


def get_coupon(call: Call) -> Answer:
    return Answer(coupons.find(call.shop, call.ids["id"]))


def create_coupon(call: Call) -> Answer:
    return created(call, coupons.create(call.shop, call.params))


def update_coupon(call: Call) -> Answer:
    return Answer(coupons.update(call.shop, call.ids["id"], call.params))


def delete_coupon(call: Call) -> Answer:
    return Answer(coupons.delete(call.shop, call.ids["id"], call.force))


def list_webhooks(call: Call) -> Answer:
    found = [hook.body for hook in call.shop.hooks.values()]
    status = call.params.get("status") or "all"
    found = [b for b in found if status in ("all", b["status"])]
    found = lists.by_ids(lists.by_dates(call.shop, found, call.params), call.params)
    lists.sort(found, call.params, {"date": "date_created_gmt", "id": "id", "title": "name"})
    return lists.page(call, found, [("status", "all")])


def get_webhook(call: Call) -> Answer:
    return Answer(webhooks.find(call.shop, call.ids["id"]).body)


def create_webhook(call: Call) -> Answer:
    return created(call, webhooks.create(call.shop, call.params))


def update_webhook(call: Call) -> Answer:
    return Answer(webhooks.update(call.shop, call.ids["id"], call.params))


def delete_webhook(call: Call) -> Answer:
    return Answer(webhooks.delete(call.shop, call.ids["id"], call.force))


_COUPON_CHECKS = {
    "discount_type": params.one_of("percent", "fixed_cart", "fixed_product"),
    "individual_use": params.boolean,
    "free_shipping": params.boolean,
    "exclude_sale_items": params.boolean,
    "usage_limit": params.integer,
    "usage_limit_per_user": params.integer,
    "date_expires": params.moment,
    "email_restrictions": params.texts,
    "meta_data": params.objects,
}
_WEBHOOK_CHECKS = {"status": params.one_of("active", "paused", "disabled")}
_DATED = {"after": params.moment, "before": params.moment, "dates_are_gmt": params.boolean}
_NEW_CUSTOMER = Handler(create_customer, {"billing": params.address}, ("email",))
_CUSTOMER = Handler(update_customer, {"billing": params.address})
_NO_CUSTOMER = Handler(delete_customer)
_NEW_COUPON = Handler(create_coupon, _COUPON_CHECKS, ("code",))
_COUPON = Handler(update_coupon, _COUPON_CHECKS)
_NO_COUPON = Handler(delete_coupon)
_NEW_WEBHOOK = Handler(create_webhook, _WEBHOOK_CHECKS)
_WEBHOOK = Handler(update_webhook, _WEBHOOK_CHECKS)
_NO_WEBHOOK = Handler(delete_webhook)


def _collection(
    name: str, listing: Handler, one: Handler, create: Handler, update: Handler, remove: Handler
) -> list[Route]:
    return [
        Route(f"wc/v3/{name}", {"GET": listing, "POST": create}),
        Route(f"wc/v3/{name}/batch", editable(batch(create, update, remove))),
        Route(rf"wc/v3/{name}/(?P<id>\d+)", {"GET": one, **editable(update), "DELETE": remove}),
    ]


ROUTES = [
    *_collection(
        "customers",
        Handler(
            list_customers,
            params.PAGING
            | {
                "role": params.one_of(*ROLES, "shop_manager"),
                "orderby": params.one_of(*CUSTOMERS_BY),
            },
        ),
        Handler(get_customer),
        _NEW_CUSTOMER,
        _CUSTOMER,
        _NO_CUSTOMER,
    ),
    *_collection(
        "coupons",
        Handler(list_coupons, params.PAGING | _DATED),
        Handler(get_coupon),
        _NEW_COUPON,
        _COUPON,
        _NO_COUPON,
    ),
    *_collection(
        "webhooks",
        Handler(
            list_webhooks,
            params.PAGING
            | _DATED
            | {"status": params.one_of("all", "active", "paused", "disabled")},
        ),
        Handler(get_webhook),
        _NEW_WEBHOOK,
        _WEBHOOK,
        _NO_WEBHOOK,
    ),
]
