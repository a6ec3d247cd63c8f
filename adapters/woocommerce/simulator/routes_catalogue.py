"""REST v3: products, variations and categories, as far as points and recommendations need them."""

from __future__ import annotations

from adapters.woocommerce.simulator import lists, params, products
from adapters.woocommerce.simulator.errors import RestError, invalid_id
from adapters.woocommerce.simulator.rest import (
    Answer,
    Call,
    Handler,
    Route,
    batch,
    created,
    editable,
)

SORTED_BY = {"date": "date_created_gmt", "modified": "date_modified_gmt", "id": "id"}
SORTED_BY |= {"include": "id", "title": "name", "slug": "slug", "price": "price"}


def list_products(call: Call) -> Answer:
    wanted = call.params
    status = wanted.get("status") or "any"
    found = [
        p
        for p in call.shop.products.values()
        if p["status"] == status or (status == "any" and p["status"] != "trash")
    ]
    if wanted.get("sku"):
        skus = set(params.words(wanted["sku"]))
        found = [p for p in found if p["sku"] in skus]
    if wanted.get("category"):
        ids = set(params.words(wanted["category"]))
        found = [p for p in found if any(str(c["id"]) in ids for c in p["categories"])]
    if wanted.get("search"):
        text = str(wanted["search"]).lower()
        found = [p for p in found if text in p["name"].lower()]
    found = lists.by_ids(lists.by_dates(call.shop, found, wanted), wanted)
    lists.sort(found, wanted, SORTED_BY)
    return lists.page(call, found, [("status", "any")])


def get_product(call: Call) -> Answer:
    """Seen on 11.0.1: a variation answers on the products route too."""
    pid = call.ids["id"]
    if pid in call.shop.variations:
        return Answer(call.shop.variations[pid])
    return Answer(products.find(call.shop, pid))


def create_product(call: Call) -> Answer:
    return created(call, products.create(call.shop, call.params))


def update_product(call: Call) -> Answer:
    return Answer(products.update(call.shop, call.ids["id"], call.params))


def delete_product(call: Call) -> Answer:
    return Answer(products.delete(call.shop, call.ids["id"], call.force))


def list_variations(call: Call) -> Answer:
    product = products.find(call.shop, call.ids["product_id"])
    return lists.page(call, [call.shop.variations[v] for v in product["variations"]], [])


def create_variation(call: Call) -> Answer:
    body = products.add_variation(call.shop, call.ids["product_id"], call.params)
    # Seen on 11.0.1: the Location holds the unfilled pattern of the route.
    pattern = rf"products/(?P<product_id>[\d]+)/variations/{body['id']}"
    return Answer(body, 201, {"Location": call.shop.rest(pattern)})


def get_variation(call: Call) -> Answer:
    body = call.shop.variations.get(call.ids["id"])
    if body is None or body["parent_id"] != call.ids["product_id"]:
        raise invalid_id("product_variation")
    return Answer(body)


def list_categories(call: Call) -> Answer:
    found = lists.by_ids(call.shop.categories.values(), call.params)
    wanted = {"order": "asc"} | call.params
    lists.sort(found, wanted, {"name": "name", "id": "id", "slug": "slug"}, default="name")
    return lists.page(call, found, [])


def get_category(call: Call) -> Answer:
    body = call.shop.categories.get(call.ids["id"])
    if body is None:
        raise RestError("woocommerce_rest_term_invalid", "Resource does not exist.", 404)
    return Answer(body)


def create_category(call: Call) -> Answer:
    body = products.add_category(
        call.shop, str(call.params["name"]), parent=int(call.params.get("parent") or 0)
    )
    return created(call, body)


_LIST = params.PAGING | {
    "after": params.moment,
    "before": params.moment,
    "modified_after": params.moment,
    "modified_before": params.moment,
    "dates_are_gmt": params.boolean,
    "orderby": params.one_of(*SORTED_BY, "popularity", "rating", "menu_order"),
}
_CREATE, _UPDATE, _DELETE = (
    Handler(create_product),
    Handler(update_product),
    Handler(delete_product),
)
ROUTES = [
    Route("wc/v3/products", {"GET": Handler(list_products, _LIST), "POST": _CREATE}),
    Route("wc/v3/products/batch", editable(batch(_CREATE, _UPDATE, _DELETE))),
    Route(
        "wc/v3/products/categories",
        {
            "GET": Handler(list_categories, params.PAGING),
            "POST": Handler(create_category, {}, ("name",)),
        },
    ),
    Route(r"wc/v3/products/categories/(?P<id>\d+)", {"GET": Handler(get_category)}),
    Route(
        r"wc/v3/products/(?P<id>\d+)",
        {"GET": Handler(get_product), **editable(_UPDATE), "DELETE": _DELETE},
    ),
    Route(
        r"wc/v3/products/(?P<product_id>\d+)/variations",
        {"GET": Handler(list_variations, params.PAGING), "POST": Handler(create_variation)},
    ),
    Route(
        r"wc/v3/products/(?P<product_id>\d+)/variations/(?P<id>\d+)",
        {"GET": Handler(get_variation)},
    ),
]
