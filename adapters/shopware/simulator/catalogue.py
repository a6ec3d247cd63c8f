"""Products, their shelves and pictures, as a shop's administration would enter them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from adapters.shopware.simulator import money
from adapters.shopware.simulator.kinds import JSON, LIVE
from adapters.shopware.simulator.shop import Shop


def shelf(shop: Shop, name: str, at: datetime | None = None) -> JSON:
    """A category under the root."""
    root = shop.base["category"]
    crumbs = ["Catalogue", name]
    path = f"|{root}|"
    made = shop.add("category", at, name=name, parentId=root, level=2, path=path, breadcrumb=crumbs)
    count = len(shop.store.related("category", shop.store.rows["category"][root], "children"))
    shop.store.change("category", root, childCount=count, visibleChildCount=count)
    return made


def product(shop: Shop, wanted: JSON, at: datetime | None = None) -> JSON:
    """`{name, price, number?, tax?, category_ids?, description?, tags?, parent_id?, image?}`; the price is gross."""
    if not (wanted.get("name") or wanted.get("parent_id")) or wanted.get("price") is None:
        raise ValueError("A product needs a name and a price, a variant at least a price.")
    moment = at or shop.now()
    rate = int(wanted.get("tax", 19))
    parent = shop.store.get("product", wanted.get("parent_id"))
    if wanted.get("parent_id") and parent is None:
        raise ValueError(f"There is no product {wanted['parent_id']}.")
    number = wanted.get("number") or f"SW{10000 + len(shop.store.rows['product'])}"
    shelves = list(wanted.get("category_ids") or [])
    tags = [_tag(shop, name)["id"] for name in wanted.get("tags") or []]
    values: JSON = {
        "name": wanted.get("name"),
        "productNumber": number,
        "description": wanted.get("description"),
        "taxId": shop.base[f"tax.{rate}"],
        "price": [_price(shop, Decimal(str(wanted["price"])), rate)],
        "stock": 1000,
        "availableStock": 1000,
        "categoryIds": shelves or None,
        "categoryTree": [shop.base["category"], *shelves],
        "tagIds": tags or None,
        "parentId": parent["id"] if parent else None,
        "parentVersionId": LIVE if parent else None,
        "options": [],
    }
    if parent:
        values = _variant(values, wanted)
        count = parent.get("childCount", 0) + 1
        shop.store.change("product", parent["id"], childCount=count)
    made = shop.add("product", moment, **values)
    if wanted.get("image"):
        picture(shop, made, str(wanted["image"]), moment)
    return made


def _variant(values: JSON, wanted: JSON) -> JSON:
    """A variant says only what differs; the rest is null and its parent's."""
    given = {"name": "name", "description": "description", "categoryIds": "category_ids"}
    return values | {field: None for field, key in given.items() if not wanted.get(key)}


def _price(shop: Shop, gross: Decimal, rate: int) -> JSON:
    net = money.rounded(gross * 100 / (100 + rate))
    return {
        "extensions": [],
        "currencyId": shop.base["currency.EUR"],
        "net": money.number(net),
        "gross": money.number(gross),
        "linked": True,
        "listPrice": None,
        "percentage": None,
        "regulationPrice": None,
        "apiAlias": "price",
    }


def picture(shop: Shop, row: JSON, address: str, at: datetime) -> None:
    """The cover: Shopware keeps a media file and a row that says which product shows it."""
    name, _, ending = address.rsplit("/", 1)[-1].rpartition(".")
    values: JSON = {"url": address, "fileName": name, "fileExtension": ending, "path": address}
    media = shop.add("media", at, mimeType=f"image/{ending}", title=row["name"], **values)
    ids = {"productId": row["id"], "productVersionId": LIVE, "mediaId": media["id"]}
    shown = shop.add("product_media", at, **ids)
    shop.store.change("product", row["id"], coverId=shown["id"], productMediaVersionId=LIVE)


def _tag(shop: Shop, name: str) -> JSON:
    known = [tag for tag in shop.store.rows["tag"].values() if tag["name"] == name]
    return known[0] if known else shop.add("tag", name=name)


def rate(shop: Shop, row: JSON) -> int:
    tax = shop.store.rows["tax"][row["taxId"]]
    return int(tax["taxRate"])


def gross(shop: Shop, row: JSON) -> Decimal:
    """What one piece costs in euros."""
    parent = shop.store.get("product", row.get("parentId"))
    price = row.get("price") or (parent or {})["price"]
    return Decimal(str(price[0]["gross"]))


def title(shop: Shop, row: JSON) -> str:
    parent = shop.store.get("product", row.get("parentId"))
    return str(row.get("name") or (parent or {}).get("name"))
