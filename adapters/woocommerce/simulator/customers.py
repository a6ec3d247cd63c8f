"""Holders of a shop account; their e-mail is unique, and deleting one orphans his orders."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import JSON, Shop

ADDRESS = [
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "country",
    "state",
]
EMAIL = re.compile(r"^[^@\s]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")


def is_email(text: object) -> bool:
    return isinstance(text, str) and EMAIL.match(text) is not None


def create(shop: Shop, wanted: JSON, at: datetime | None = None) -> JSON:
    email = str(wanted.get("email", ""))
    if not is_email(email):
        raise RestError("customer_invalid_email", "Invalid email address", 400)
    if by_email(shop, email):
        raise RestError(
            "registration-error-email-exists",
            f"An account is already registered with {email}. "
            "Please log in or use a different email address.",
            400,
        )
    username = _username(shop, str(wanted.get("username") or email.split("@")[0]), wanted)
    body = blank(shop, email, username, at or shop.now())
    shop.customers[body["id"]] = body
    _write(shop, body, wanted)
    shop.ring("customer.created", body["id"])
    # Seen on 11.0.1: creating a customer sends created and updated.
    shop.ring("customer.updated", body["id"])
    return body


def blank(shop: Shop, email: str, username: str, moment: datetime) -> JSON:
    cid = shop.ids.take("user")
    body: JSON = {"id": cid}
    shop.stamp(body, "date_created", moment)
    shop.stamp(body, "date_modified", moment)
    digest = hashlib.sha256(email.lower().encode()).hexdigest()
    body |= {
        "email": email,
        "first_name": "",
        "last_name": "",
        "role": "customer",
        "username": username,
        "billing": dict.fromkeys([*ADDRESS, "email", "phone"], ""),
        "shipping": dict.fromkeys([*ADDRESS, "phone"], ""),
        "is_paying_customer": False,
        "avatar_url": f"https://secure.gravatar.com/avatar/{digest}?s=96&d=mm&r=g",
        "meta_data": [],
        "_links": shop.links(f"customers/{cid}"),
    }
    return body


def by_email(shop: Shop, email: str) -> JSON | None:
    wanted = email.lower()
    return next((c for c in shop.customers.values() if c["email"].lower() == wanted), None)


def _username(shop: Shop, name: str, wanted: JSON) -> str:
    taken = {c["username"] for c in shop.customers.values()}
    if name in taken and wanted.get("username"):
        raise RestError(
            "registration-error-username-exists",
            "An account is already registered with that username. Please choose another.",
            400,
        )
    number = 1
    unique = name
    while unique in taken:
        number += 1
        unique = f"{name}{number}"
    return unique


def _write(shop: Shop, body: JSON, wanted: JSON) -> None:
    for name in ("first_name", "last_name"):
        if name in wanted:
            body[name] = wanted[name]
    for name in ("billing", "shipping"):
        known = body[name]
        known.update({k: v for k, v in (wanted.get(name) or {}).items() if k in known})
    for entry in wanted.get("meta_data") or []:
        # Seen on 11.0.1: protected keys are ignored on customers (on orders they are kept).
        if str(entry.get("key", "")).startswith("_") or entry.get("key") == "wp_capabilities":
            continue
        put_meta(shop, body["meta_data"], entry)


def put_meta(shop: Shop, meta: list[JSON], entry: JSON) -> None:
    """Replaces the entry of that id or key, adds it otherwise; a null value removes it."""
    key, value = entry.get("key"), entry.get("value")
    same = [m for m in meta if m["id"] == entry.get("id") or m["key"] == key]
    if value is None:
        meta[:] = [m for m in meta if m not in same]
    elif same:
        same[0]["value"] = value
    else:
        meta.append(shop.meta(str(key), value))


def find(shop: Shop, cid: int) -> JSON:
    if cid not in shop.customers:
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    return shop.customers[cid]


def update(shop: Shop, cid: int, wanted: JSON) -> JSON:
    body = find(shop, cid)
    email = wanted.get("email")
    if email is not None and email != body["email"]:
        if not is_email(email):
            raise RestError("rest_invalid_param", "Invalid parameter(s): email", 400)
        other = by_email(shop, email)
        if other is not None and other["id"] != cid:
            raise RestError(
                "woocommerce_rest_customer_invalid_email", "Email address is invalid.", 400
            )
        body["email"] = email
    _write(shop, body, wanted)
    shop.stamp(body, "date_modified", shop.now())
    shop.ring("customer.updated", cid)
    return body


def delete(shop: Shop, cid: int) -> JSON:
    """Seen on 11.0.1: his orders go to customer 0, keep the e-mail, and are modified."""
    body = find(shop, cid)
    gone = dict(body)
    gone["_links"] = {"self": [{"href": shop.rest(f"customers/{cid}")}]} | {
        "collection": body["_links"]["collection"]
    }
    del shop.customers[cid]
    for order in shop.orders.values():
        if order["customer_id"] == cid:
            order["customer_id"] = 0
            order["_links"].pop("customer", None)
            shop.stamp(order, "date_modified", shop.now())
            shop.ring("order.updated", order["id"])
    shop.ring("customer.deleted", cid)
    return gone
