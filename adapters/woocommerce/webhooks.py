"""The shop's bells: one webhook per topic, active, signed with our secret, ringing at our address.

WooCommerce switches a webhook off for good after a handful of failures in a row and tells nobody
(seen: the seventh), so setting up is done again and again and must always end the same.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from adapters.woocommerce import fields
from adapters.woocommerce.client import Client, listed
from adapters.woocommerce.deliveries import TOPICS
from connector.errors import BadInput, NotThere
from connector.port import JSON

NAME = "Stammkunde "
PER_PAGE = 100


def ensure(client: Client, callback_url: str, secret: str) -> None:
    """Every topic rings once at this address."""
    if urlsplit(callback_url).scheme not in ("http", "https"):
        raise BadInput("The address for webhooks must start with http:// or https://.")
    ours = [hook for hook in every(client) if hook.get("delivery_url") == callback_url]
    for topic in TOPICS:
        _one(
            client,
            topic,
            [hook for hook in ours if hook.get("topic") == topic],
            callback_url,
            secret,
        )


def _one(client: Client, topic: str, found: Sequence[JSON], url: str, secret: str) -> None:
    """The first is switched on again with our secret, which the shop never shows; others go."""
    wanted = {"name": NAME + topic, "topic": topic, "delivery_url": url, "status": "active"}
    wanted["secret"] = secret
    if not found:
        client.post("/webhooks", wanted)
        return
    client.put(f"/webhooks/{_id(found[0])}", wanted)
    for surplus in found[1:]:
        try:
            client.delete(f"/webhooks/{_id(surplus)}")
        except NotThere:
            continue


def every(client: Client) -> list[JSON]:
    """All webhooks of the shop, oldest first, so that the same one is kept each time."""
    found: list[JSON] = []
    for page in range(1, 51):
        hooks = listed(
            client.get("/webhooks", per_page=PER_PAGE, page=page, orderby="id", order="asc")
        )
        found += [fields.record(hook, "a webhook") for hook in hooks]
        if len(hooks) < PER_PAGE:
            break
    return found


def ours(hooks: Sequence[JSON]) -> list[JSON]:
    return [hook for hook in hooks if str(hook.get("name", "")).startswith(NAME)]


def unreachable(url: str) -> bool:
    """Where WordPress refuses to deliver, without saying so: private addresses, unusual ports and
    IPv6 (seen, and read in `wp_http_validate_url`)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.port not in (None, 80, 443, 8080) or ":" in host or host == "localhost":
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _id(hook: JSON) -> str:
    return fields.external_id(hook, "id", "a webhook")
