"""Product reviews: hardly validated, found again only by asking for every status; no webhook."""

from __future__ import annotations

import hashlib
from html import escape

from adapters.woocommerce.simulator import lists, params
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.rest import Answer, Call, Handler, Route, created, editable
from adapters.woocommerce.simulator.shop import JSON, Shop

STATUSES = ("approved", "hold", "spam", "unspam", "trash", "untrash")


def create(call: Call) -> Answer:
    shop, wanted = call.shop, call.params
    product = shop.products.get(int(wanted["product_id"]))
    if product is None:
        raise RestError("woocommerce_rest_product_invalid_id", "Invalid product ID.", 404)
    email, text = str(wanted["reviewer_email"]), str(wanted["review"])
    if any(
        (r["product_id"], r["reviewer_email"], r["plain"]) == (product["id"], email, text)
        for r in shop.reviews.values()
    ):
        raise RestError(
            "woocommerce_rest_comment_duplicate",
            "Duplicate comment detected; it looks as though you&#8217;ve already said that!",
            409,
        )
    rid = max([143, *shop.reviews]) + 1
    body: JSON = {"id": rid}
    shop.stamp(body, "date_created", shop.now())
    body |= {
        "product_id": product["id"],
        "product_name": product["name"],
        "product_permalink": product["permalink"],
        "status": wanted.get("status", "approved"),
        "reviewer": wanted["reviewer"],
        "reviewer_email": email,
        "plain": text,
        # Seen on 11.0.1: a rating of 6 is accepted.
        "rating": int(wanted.get("rating") or 0),
        "verified": _bought(shop, product["id"], email),
        "reviewer_avatar_urls": _avatars(email),
        "_links": shop.links(f"products/reviews/{rid}")
        | {"up": [{"href": shop.rest(f"products/{product['id']}")}]},
    }
    shop.reviews[rid] = body
    return created(call, _shown(body, rendered=False))


def _bought(shop: Shop, product: int, email: str) -> bool:
    """Seen on 11.0.1: verified means that this address bought the product."""
    return any(
        order["status"] in ("processing", "completed")
        and order["billing"]["email"].lower() == email.lower()
        and any(line["product_id"] == product for line in order["line_items"])
        for order in shop.orders.values()
    )


def _avatars(email: str) -> JSON:
    digest = hashlib.sha256(email.lower().encode()).hexdigest()
    return {
        str(size): f"https://secure.gravatar.com/avatar/{digest}?s={size}&d=mm&r=g"
        for size in (24, 48, 96)
    }


def _shown(body: JSON, rendered: bool) -> JSON:
    """Reading wraps the text into a paragraph, creating does not (seen on 11.0.1)."""
    text = f"<p>{escape(body['plain'], quote=False)}</p>\n" if rendered else body["plain"]
    shown = {k: v for k, v in body.items() if k != "plain"}
    return shown | {"review": text}


def listing(call: Call) -> Answer:
    """The default shows approved ones only; no modified filter exists (seen on 11.0.1)."""
    wanted = call.params
    status = wanted.get("status") or "approved"
    found = [r for r in call.shop.reviews.values() if status in ("all", r["status"])]
    if wanted.get("product"):
        ids = set(params.words(wanted["product"]))
        found = [r for r in found if str(r["product_id"]) in ids]
    found = lists.by_ids(lists.by_dates(call.shop, found, wanted), wanted)
    lists.sort(found, wanted, {"date": "date_created_gmt", "id": "id"})
    return lists.page(call, [_shown(r, rendered=True) for r in found], [("status", "approved")])


def _find(call: Call) -> JSON:
    if call.ids["id"] not in call.shop.reviews:
        raise RestError("woocommerce_rest_review_invalid_id", "Invalid review ID.", 404)
    return call.shop.reviews[call.ids["id"]]


def get(call: Call) -> Answer:
    return Answer(_shown(_find(call), rendered=True))


def update(call: Call) -> Answer:
    body = _find(call)
    body.update({k: call.params[k] for k in ("status", "rating", "reviewer") if k in call.params})
    body["plain"] = call.params.get("review", body["plain"])
    return Answer(_shown(body, rendered=True))


def delete(call: Call) -> Answer:
    body = _find(call)
    shown = _shown(body, rendered=True)
    if call.force:
        del call.shop.reviews[body["id"]]
        return Answer({"deleted": True, "previous": shown})
    body["status"] = "trash"
    return Answer(shown)


_NEEDED = ("product_id", "review", "reviewer", "reviewer_email")
_STATUS = {"status": params.one_of(*STATUSES)}
_LISTED = {"status": params.one_of("all", "hold", "approved", "spam", "trash")}
ROUTES = [
    Route(
        "wc/v3/products/reviews",
        {
            "GET": Handler(
                listing, params.PAGING | _LISTED | {"after": params.moment, "before": params.moment}
            ),
            "POST": Handler(create, _STATUS, _NEEDED),
        },
    ),
    Route(
        r"wc/v3/products/reviews/(?P<id>\d+)",
        {"GET": Handler(get), **editable(Handler(update, _STATUS)), "DELETE": Handler(delete)},
    ),
]
