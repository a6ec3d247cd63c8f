"""Products, variations and categories: what orders point at. Stock is kept where it is managed."""

from __future__ import annotations

import importlib.resources
import json
import re
import unicodedata
from copy import deepcopy
from datetime import datetime
from typing import Any
from urllib.parse import quote

from adapters.woocommerce.simulator.errors import RestError, invalid_id
from adapters.woocommerce.simulator.money import ENTITIES
from adapters.woocommerce.simulator.shop import JSON, Shop

# Seen on 11.0.1: the fields of a product and of a variation that nobody touched.
BLANK: JSON = json.loads(
    (importlib.resources.files(__package__) / "data" / "blank.json").read_text("utf-8")
)
WRITABLE = [
    "name",
    "type",
    "status",
    "description",
    "short_description",
    "sku",
    "regular_price",
    "sale_price",
    "tax_class",
    "manage_stock",
    "stock_quantity",
    "virtual",
    "featured",
    "catalog_visibility",
    "weight",
]


def slug(name: str) -> str:
    """Umlauts lose their dots, blanks become dashes (seen on 11.0.1: Röstung -> rostung)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or quote(name.lower())


def create(shop: Shop, wanted: JSON, at: datetime | None = None) -> JSON:
    pid = shop.ids.take("post")
    moment = at or shop.now()
    name = str(wanted.get("name", ""))
    url = f"{shop.url}/product/{slug(name)}/"
    body: JSON = {"id": pid, "name": name, "slug": slug(name), "permalink": url}
    shop.stamp(body, "date_created", moment)
    shop.stamp(body, "date_modified", moment)
    body |= deepcopy(BLANK["product"])
    body["permalink_template"] = f"{shop.url}/product/%pagename%/"
    body["generated_slug"] = slug(name)
    body["_links"] = shop.links(f"products/{pid}")
    _write(shop, body, wanted)
    if not body["categories"]:
        body["categories"] = [_category_ref(_category(shop, 15))]
    shop.products[pid] = body
    shop.ring("product.created", pid)
    return body


def _write(shop: Shop, body: JSON, wanted: JSON) -> None:
    body.update({k: wanted[k] for k in WRITABLE if k in wanted})
    if wanted.get("categories"):
        body["categories"] = [_category_ref(_category(shop, c["id"])) for c in wanted["categories"]]
    if wanted.get("tags"):
        body["tags"] = list(wanted["tags"])
    if wanted.get("attributes"):
        body["attributes"] = [_attribute(a, n) for n, a in enumerate(wanted["attributes"])]
    for entry in wanted.get("meta_data") or []:
        body["meta_data"].append(shop.meta(entry["key"], entry["value"]))
    body["sale_price"] = str(body["sale_price"] or "")
    body["regular_price"] = str(body["regular_price"] or "")
    body["on_sale"] = body["sale_price"] != ""
    body["price"] = body["sale_price"] or body["regular_price"]
    body["has_options"] = body["type"] == "variable"
    body["purchasable"] = body["price"] != "" or bool(body["variations"])
    body["price_html"] = _price_html(shop, body["price"])


def _attribute(wanted: JSON, position: int) -> JSON:
    return {
        "id": wanted.get("id", 0),
        "name": wanted.get("name", ""),
        "slug": wanted.get("name", ""),
        "position": wanted.get("position", position),
        "visible": bool(wanted.get("visible", False)),
        "variation": bool(wanted.get("variation", False)),
        "options": list(wanted.get("options") or []),
    }


def _price_html(shop: Shop, price: str) -> str:
    if not price:
        return ""
    symbol = ENTITIES.get(shop.habits["currency"], shop.habits["currency"])
    return (
        '<span class="woocommerce-Price-amount amount"><bdi><span '
        f'class="woocommerce-Price-currencySymbol" translate="no">{symbol}</span>'
        f"{price.replace('.', ',')}</bdi></span>"
    )


def update(shop: Shop, pid: int, wanted: JSON) -> JSON:
    body = find(shop, pid)
    if "name" in wanted:
        body["name"] = str(wanted["name"])
    _write(shop, body, wanted)
    shop.stamp(body, "date_modified", shop.now())
    shop.ring("product.updated", pid)
    return body


def find(shop: Shop, pid: int) -> JSON:
    if pid not in shop.products:
        raise invalid_id("product")
    return shop.products[pid]


def delete(shop: Shop, pid: int, force: bool) -> JSON:
    body = find(shop, pid)
    before = dict(body)
    if force:
        del shop.products[pid]
    else:
        body["status"] = "trash"
        shop.stamp(body, "date_modified", shop.now())
        shop.ring("product.deleted", pid)
    return before


def add_variation(shop: Shop, parent: int, wanted: JSON) -> JSON:
    product = find(shop, parent)
    vid = shop.ids.take("post")
    options = [
        {
            "id": a.get("id", 0),
            "name": a.get("name", ""),
            "slug": slug(a.get("name", "")),
            "option": a.get("option", ""),
        }
        for a in wanted.get("attributes") or []
    ]
    body: JSON = {"id": vid, "type": "variation"}
    shop.stamp(body, "date_created", shop.now())
    shop.stamp(body, "date_modified", shop.now())
    body |= deepcopy(BLANK["variation"])
    body |= {
        "permalink": product["permalink"],
        "sku": wanted.get("sku", ""),
        "regular_price": str(wanted.get("regular_price", "")),
        "sale_price": str(wanted.get("sale_price", "")),
        "tax_class": "parent",
        "image": None,
        "gallery_image_ids": [],
        "attributes": options,
        "meta_data": [],
        "name": ", ".join(o["option"] for o in options),
        "parent_id": parent,
        "_links": shop.links(f"products/{parent}/variations/{vid}")
        | {"up": [{"href": shop.rest(f"products/{parent}")}]},
    }
    body["on_sale"] = body["sale_price"] != ""
    body["price"] = body["sale_price"] or body["regular_price"]
    product["variations"].append(vid)
    shop.variations[vid] = body
    return body


def sell(shop: Shop, pid: int, quantity: int) -> bool:
    """Takes from managed stock; True where the order line then shows `_reduced_stock`."""
    product = shop.products.get(pid)
    if product is None:
        return False
    product["total_sales"] += quantity
    if not product["manage_stock"]:
        return False
    product["stock_quantity"] = (product["stock_quantity"] or 0) - quantity
    shop.stamp(product, "date_modified", shop.now())
    shop.ring("product.updated", pid)
    return True


def add_category(shop: Shop, name: str, cid: int = 0, parent: int = 0) -> JSON:
    number = cid or max([15, *shop.categories]) + 1
    body: JSON = {
        "id": number,
        "name": name,
        "slug": slug(name),
        "parent": parent,
        "description": "",
        "display": "default",
        "image": None,
        "menu_order": 0,
        "count": 0,
    }
    body["_links"] = shop.links(f"products/categories/{number}")
    shop.categories[number] = body
    return body


def _category(shop: Shop, cid: Any) -> JSON:
    if cid == 15 and cid not in shop.categories:
        return add_category(shop, "Uncategorized", 15)
    if cid not in shop.categories:
        raise RestError("woocommerce_rest_product_invalid_category_id", "Invalid ID.", 400)
    return shop.categories[cid]


def _category_ref(category: JSON) -> JSON:
    category["count"] += 1
    return {k: category[k] for k in ("id", "name", "slug")}
