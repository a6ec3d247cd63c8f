"""Webhooks as things: which topics exist, how they are made, changed and pinged."""

from __future__ import annotations

import re
import secrets
import threading

from adapters.woocommerce.simulator import deliveries
from adapters.woocommerce.simulator.errors import RestError
from adapters.woocommerce.simulator.shop import JSON, Hook, Shop

# The hooks of order.created and order.updated were seen on 11.0.1, the others are from memory.
HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "customer.created": [
        "user_register",
        "woocommerce_created_customer",
        "woocommerce_new_customer",
    ],
    "customer.updated": ["profile_update", "woocommerce_update_customer"],
    "customer.deleted": ["delete_user"],
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
    "coupon.updated": ["woocommerce_process_shop_coupon_meta", "woocommerce_update_coupon"],
    "coupon.deleted": ["wp_trash_post"],
    "coupon.restored": ["untrashed_post"],
    "product.created": ["woocommerce_process_product_meta", "woocommerce_new_product"],
    "product.updated": ["woocommerce_process_product_meta", "woocommerce_update_product"],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
    "product.published": ["woocommerce_process_product_meta", "woocommerce_new_product"],
}


def create(shop: Shop, wanted: JSON) -> JSON:
    topic = _topic(wanted.get("topic"))
    url = _url(wanted.get("delivery_url"))
    hid = shop.ids.take("hook")
    resource, event = topic.split(".", 1)
    body: JSON = {
        "id": hid,
        "name": wanted.get("name") or f"Webhook created on {shop.now():%b %d, %Y @ %I:%M %p}",
        "status": wanted.get("status", "active"),
        "topic": topic,
        "resource": resource,
        "event": event,
        "hooks": HOOKS.get(topic, [event]),
        "delivery_url": url,
    }
    shop.stamp(body, "date_created", shop.now())
    shop.stamp(body, "date_modified", None)
    body["_links"] = shop.links(f"webhooks/{hid}")
    # Read in source: without a secret a random one is set and never shown.
    shop.hooks[hid] = Hook(body, str(wanted.get("secret") or secrets.token_hex(25)))
    if not (shop.habits["refuse_private_urls"] and deliveries.is_private(url)):
        # Seen on 11.0.1: whatever the ping brings, the webhook is created.
        threading.Thread(target=deliveries.ping, args=(shop, url, hid), daemon=True).start()
    return body


def _topic(topic: object) -> str:
    """Seen on 11.0.1: order.refunded does not exist; action.woocommerce_* and action.wc_* do."""
    text = str(topic or "")
    if text in HOOKS or re.fullmatch(r"action\.(woocommerce|wc)_[a-z0-9_]+", text):
        return text
    raise RestError(
        "woocommerce_rest_shop_webhook_invalid_topic",
        "Webhook topic is required and must be valid.",
        400,
    )


def _url(url: object) -> str:
    text = str(url or "")
    if re.match(r"https?://[^/]+", text):
        return text
    raise RestError(
        "woocommerce_rest_shop_webhook_invalid_delivery_url",
        "Webhook delivery URL must be a valid URL starting with http:// or https://.",
        400,
    )


def find(shop: Shop, hid: int) -> Hook:
    if hid not in shop.hooks:
        raise RestError("woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", 404)
    return shop.hooks[hid]


def update(shop: Shop, hid: int, wanted: JSON) -> JSON:
    hook = find(shop, hid)
    body = hook.body
    if "topic" in wanted:
        topic = _topic(wanted["topic"])
        resource, event = topic.split(".", 1)
        body |= {"topic": topic, "resource": resource, "event": event}
        body["hooks"] = HOOKS.get(topic, [event])
    if "delivery_url" in wanted:
        body["delivery_url"] = _url(wanted["delivery_url"])
    body.update({k: wanted[k] for k in ("name", "status") if k in wanted})
    if wanted.get("secret"):
        hook.secret = str(wanted["secret"])
    if wanted.get("status") == "active":
        hook.failures = 0
    shop.stamp(body, "date_modified", shop.now())
    return body


def delete(shop: Shop, hid: int, force: bool) -> JSON:
    hook = find(shop, hid)
    if not force:
        raise RestError(
            "woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", 501
        )
    del shop.hooks[hid]
    return hook.body
